"""What goes wrong because of the user's input: worded here, printed in one spot (cli.main).

Anything that is not a UserError and reaches the top is a bug, and is reported as one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

EXCERPT_WIDTH = 100
LONGEST_TEXT = 2_000  # of a fault; one that quotes a stranger's file is to end somewhere


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A stretch of a program file: 1-based line and column, and how many characters it covers."""

    line: int
    column: int
    width: int = 1


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to say about a program file. `text` is a plain sentence without the place."""

    place: Place
    text: str
    severity: Literal["error", "warning", "note"] = "error"


class UserError(Exception):
    """Something the user can fix. The message is complete, in words, without a traceback."""


class Terminated(BaseException):
    """The system asks the program to end: unwinds through every clean-up on its way."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number
        self.exit_code = 128 + number


class ProgramError(UserError):
    """A program file with at least one error; carries every fault found in it."""

    def __init__(self, name: str, source: str, faults: tuple[Fault, ...]) -> None:
        self.name, self.source, self.faults = name, source, faults
        super().__init__(describe(name, source, faults))


def describe(name: str, source: str, faults: tuple[Fault, ...]) -> str:
    """Every fault with its source line and a caret, in the order of the file."""
    lines = source.split("\n")
    ordered = sorted(faults, key=lambda fault: fault.place)
    return "\n".join(_describe_one(name, lines, fault) for fault in ordered)


def _describe_one(name: str, lines: list[str], fault: Fault) -> str:
    place = fault.place
    text = fault.text if len(fault.text) <= LONGEST_TEXT else f"{fault.text[:LONGEST_TEXT]}…"
    head = f"{printable(name)}:{place.line}:{place.column}: {fault.severity}: {text}"
    line = lines[place.line - 1].rstrip("\r") if place.line <= len(lines) else ""
    if not line.strip():
        return head
    # A long line is shown around the fault, so that the caret is always in sight.
    start = max(0, place.column - 1 - EXCERPT_WIDTH // 2) if len(line) > EXCERPT_WIDTH else 0
    shown = printable(line[start : start + EXCERPT_WIDTH].replace("\t", " "))
    before = printable(line[start : place.column - 1].replace("\t", " "))
    width = max(1, min(place.width, len(line) - place.column + 1, EXCERPT_WIDTH))
    marked = printable(line[place.column - 1 : place.column - 1 + width].replace("\t", " "))
    gutter = f"{place.line:>5}"
    blank = " " * len(gutter)
    carets = "^" * max(1, columns(marked))
    return f"{head}\n{gutter} | {shown}\n{blank} | {' ' * columns(before)}{carets}"


@lru_cache(maxsize=1_024)  # the live display measures the same words twenty times a second
def columns(text: str) -> int:
    """How many terminal columns a text takes: wide characters count two, combining ones none."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def printable(text: str) -> str:
    """The text with everything a terminal might obey written as an escape."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


JOINERS = "\u200c\u200d"  # invisible, but Persian and Hindi are spelled with them
_INVISIBLE = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))


def invisible(text: str) -> str:
    """The characters of a text that control something and show nothing."""
    if text.isprintable():
        return ""
    return "".join(c for c in text if unicodedata.category(c) in _INVISIBLE and c not in JOINERS)


def visible(text: str) -> str:
    """The text without them, spaces for line ends: what may go into a file others will open."""
    gone = invisible(text)
    return text.translate({ord(c): " " if c.isspace() else None for c in gone}) if gone else text


def shown(value: object, limit: int = 40) -> str:
    """A value as it is safe and short enough to stand in a message."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and value.bit_length() > 64:
        # str() of a huge integer is refused by Python itself.
        return f"a number of about {int(value.bit_length() * 0.30103) + 1} digits"
    if isinstance(value, Decimal) and not value.is_finite():
        return str(float(value))  # as TOML writes it: nan, inf
    text = f'"{printable(value)}"' if isinstance(value, str) else printable(str(value))
    return text if len(text) <= limit else text[: limit - 2] + '…"' * isinstance(value, str)


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that the writer most likely meant, or None when nothing is near.

    Near is a third of the letters mistyped at most; of equally near ones the first wins.
    """
    typed = word.lower()[:64]
    slips = max(1, len(typed) // 3)
    near = [
        (_slips(typed, candidate.lower()), candidate)
        for candidate in candidates
        if abs(len(candidate) - len(typed)) <= slips
    ]
    best = min(near, key=lambda pair: pair[0], default=(slips + 1, ""))
    return best[1] if best[0] <= slips else None


def _slips(a: str, b: str) -> int:
    """Letters left out, put in, swapped for another, or exchanged with a neighbour, from a to b.

    The optimal string alignment distance, row by row.
    """
    before: list[int] = []
    last = list(range(len(b) + 1))
    for i, x in enumerate(a):
        row = [i + 1]
        for j, y in enumerate(b):
            best = min(last[j] + (x != y), last[j + 1] + 1, row[j] + 1)
            if i and j and x == b[j - 1] and a[i - 1] == y:
                best = min(best, before[j - 1] + 1)
            row.append(best)
        before, last = last, row
    return last[-1]


def count(number: int, noun: str) -> str:
    """`1 error`, `2 errors`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def listed(words: list[str]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]
