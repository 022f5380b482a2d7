"""What is wrong with a program, beside the lines it stands on, as data for a browser. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mmc_audio.errors import Fault

AROUND = 1  # lines shown before and after
WIDEST = 100  # characters of a line, around what is wrong in it


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the program: its number, and its text before, in and after what is wrong."""

    number: int
    before: str
    marked: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to say: "error", "warning" or "note"; `line` is 0 where it has no place."""

    severity: str
    text: str
    line: int = 0
    column: int = 0
    lines: tuple[Line, ...] = ()


def findings(source: str, faults: Iterable[Fault]) -> tuple[Finding, ...]:
    """Every fault with its line and those around it, in the order of the file."""
    lines = [line.rstrip("\r") for line in source.split("\n")]
    ordered = sorted(faults, key=lambda fault: fault.place)
    return tuple(_finding(lines, fault) for fault in ordered)


def _finding(lines: Sequence[str], fault: Fault) -> Finding:
    place = fault.place
    first, last = max(1, place.line - AROUND), min(len(lines), place.line + AROUND)
    shown = tuple(
        _marked(lines[number - 1], fault)
        if number == place.line
        else _cut(lines[number - 1], number)
        for number in range(first, last + 1)
    )
    return Finding(fault.severity, fault.text, place.line, place.column, shown)


def _cut(line: str, number: int) -> Line:
    return Line(number, line if len(line) <= WIDEST else f"{line[:WIDEST]}…")


def _marked(line: str, fault: Fault) -> Line:
    """The line cut in three; a long one is shown around what is wrong."""
    start = fault.place.column - 1
    end = start + max(1, fault.place.width)
    before, marked, after = line[:start], line[start:end], line[end:]
    if len(line) > WIDEST:
        half = WIDEST // 2
        before = f"…{before[-half:]}" if len(before) > half else before
        marked = f"{marked[:half]}…" if len(marked) > half else marked
        after = f"{after[:half]}…" if len(after) > half else after
    return Line(fault.place.line, before, marked or " ", after)
