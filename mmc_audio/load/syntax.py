"""TOML text -> plain data. A line that is no TOML gets advice, is mended, and reading goes on.

So a coach who forgot the quotes of three tempos hears of all three at once, and of what else is
wrong. Only single lines are mended; where more is open, reading stops.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from mmc_audio.errors import Fault, Place
from mmc_audio.load import hints
from mmc_audio.load.duplicates import duplicate
from mmc_audio.load.faults import called
from mmc_audio.load.nesting import too_deep, too_dotted
from mmc_audio.load.unclosed import broken_value, unclosed
from mmc_audio.tomlfile import TOMLDecodeError, parse

MOST_MENDED = 20
LONGEST_MENDED = 1 << 16  # each mended line costs another reading of the whole
LONGEST_LINE = 4_000  # looking for what was meant costs the square of it

_PAIR = re.compile(r"([ \t]*)((?:[A-Za-z0-9_.-]|\"[^\"]*\"|'[^']*')+)([ \t]*=[ \t]*)(.*)")
_INNER = re.compile(r"([A-Za-z0-9_.-]+)(\s*=\s*)([^,}\]#]*)")


@dataclass(frozen=True, slots=True)
class Parsed:
    """`document` is None where reading had to stop. `text` is what it was read from at last."""

    document: dict[str, Any] | None
    text: str
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Slip:
    """A fault of TOML, and the line as it should have been, None if that can't be told."""

    fault: Fault
    mended: str | None = None


def read(text: str) -> Parsed:
    """The data of a TOML text, and every fault of TOML that could be told apart in it."""
    if fault := too_dotted(text):
        return Parsed(None, text, (fault,))
    faults: list[Fault] = []
    for _ in range(MOST_MENDED):
        document, slip = _attempt(text)
        if slip is None:
            return Parsed(document, text, tuple(faults))
        line = slip.fault.place.line
        if line not in {fault.place.line for fault in faults}:
            about = exercise_around(text, line)
            faults.append(replace(slip.fault, text=f"{about}{slip.fault.text}"))
        if slip.mended is None or slip.mended == text.split("\n")[line - 1]:
            break
        text = _with_line(text, line, slip.mended)
    return Parsed(None, text, tuple(faults))


_HEADER = re.compile(r"[ \t]*\[")
_EXERCISE = re.compile(r"[ \t]*\[\[?[ \t]*exercise[ \t]*\]")
_NAME = re.compile(r"[ \t]*(?:name|id)[ \t]*=[ \t]*[\"']([^\"']*)")


def exercise_around(text: str, number: int) -> str:
    """The exercise that a line belongs to, by its looks: the text as a whole is no TOML yet."""
    count, inside, name = 0, False, ""
    for at, line in enumerate(text.split("\n"), 1):
        if _HEADER.match(line) and not line.lstrip().startswith("[exercise."):
            if at > number:
                break
            inside = bool(_EXERCISE.match(line))
            count, name = count + inside, ""
        elif inside and not name and (match := _NAME.match(line)):
            name = match[1]
    return called(count, name) if inside else ""


def _attempt(text: str) -> tuple[dict[str, Any] | None, Slip | None]:
    try:
        document = parse(text)
        if too_deep(document):
            raise RecursionError
    except TOMLDecodeError as error:
        return None, _explain(text, error)
    except RecursionError:
        return None, Slip(Fault(_densest(text), "brackets or dots are nested far too deep"))
    except (ValueError, ArithmeticError):
        return None, Slip(Fault(_longest_number(text), "this number is far too long"))
    return document, None


def _densest(text: str) -> Place:
    """The line with most nesting: the parser does not tell where it gave up."""
    counts = [len(re.findall(r"[\[{.]", line)) for line in text.split("\n")]
    return Place(counts.index(max(counts)) + 1, 1)


def _longest_number(text: str) -> Place:
    longest = max(re.finditer(r"[-+0-9_.eE]*[0-9]+", text), key=lambda match: len(match.group()))
    line = text.count("\n", 0, longest.start()) + 1
    column = longest.start() - text.rfind("\n", 0, longest.start())
    return Place(line, column, len(longest.group()))


def _with_line(text: str, number: int, line: str) -> str:
    lines = text.split("\n")
    lines[number - 1] = line
    return "\n".join(lines)


def _explain(text: str, error: TOMLDecodeError) -> Slip:
    """The fault behind the parser's complaint, in the words of the people who write programs."""
    if fault := duplicate(text, error.pos, error.msg):
        again = _PAIR.fullmatch(text.split("\n")[fault.place.line - 1])
        alone = again is not None and not _several(_without_comment(again[4]))
        return Slip(fault, "" if alone and len(text) <= LONGEST_MENDED else None)
    if fault := broken_value(text, error.pos, error.msg):
        return Slip(fault, _with_quotes(text, fault.place))
    if fault := unclosed(text, error.pos, error.msg):
        return Slip(fault)
    line = text.split("\n")[error.lineno - 1]
    if len(line) > LONGEST_LINE:
        place = Place(error.lineno, min(error.colno, len(line)))
        return Slip(Fault(place, f"this can't be read; the line has {len(line)} characters"))
    slip = _slip(error.lineno, line, error)
    stands_alone = len(text) <= LONGEST_MENDED and _reads(text, error.lineno)
    return slip if stands_alone else Slip(slip.fault)


def _with_quotes(text: str, place: Place) -> str | None:
    """The line of a place with quotes around what stands there."""
    line, start = text.split("\n")[place.line - 1], place.column - 1
    end = start + place.width
    if len(text) > LONGEST_MENDED:
        return None
    return line[:start] + _quoted(line[start:end]) + line[end:]


def _reads(text: str, number: int) -> bool:
    """True if the lines before are whole, so that the faulty line stands for itself."""
    try:
        parse("".join(f"{line}\n" for line in text.split("\n")[: number - 1]))
    except (ValueError, ArithmeticError, RecursionError):
        return False
    return True


def _slip(number: int, line: str, error: TOMLDecodeError) -> Slip:
    at = min(error.colno - 1, len(line))
    if control := re.search(r"[\x00-\x08\x0b-\x1f\x7f]", line):
        name = f"U+{ord(control.group()):04X}"
        place = Place(number, control.start() + 1)
        return Slip(Fault(place, f"an invisible control character ({name}); take it out"))
    if line.lstrip().startswith("[") and "=" not in line:
        fault = Fault(_stretch(number, line), hints.header_advice(line))
        return Slip(fault, hints.mended_header(line) or None)
    pair = _PAIR.fullmatch(line)
    if pair is None:
        fault = Fault(_stretch(number, line), hints.line_advice(line))
        return Slip(fault, _mended_line(line))
    if inner := _inner_pair(line, at, pair.end(3)):
        mended = line[: inner.start(3)] + _quoted(inner[3].strip()) + line[inner.end(3) :]
        return Slip(_fault(number, inner.start(3), inner[1], inner[3].strip()), mended)
    raw = _without_comment(pair[4])
    if raw.startswith(("[", "{")) and at > pair.start(4):
        place = Place(number, at + 1, max(1, len(line.rstrip()) - at))
        return Slip(
            Fault(place, "this can't be read; in { } write key = value, with commas between")
        )
    fault = _fault(number, pair.end(3), pair[2], raw)
    return Slip(fault, None if _several(raw) else f"{pair[1]}{pair[2]}{pair[3]}{_quoted(raw)}")


def _several(raw: str) -> bool:
    """True for a value that may go on in the next line."""
    return raw.startswith(("[", "{")) or '"""' in raw or "'''" in raw


def _fault(number: int, start: int, key: str, raw: str) -> Fault:
    return Fault(Place(number, start + 1, max(1, len(raw))), hints.value_advice(key, raw))


def _stretch(number: int, line: str) -> Place:
    plain = line.strip(" \t")
    return Place(number, len(line) - len(line.lstrip(" \t")) + 1, max(1, len(plain)))


def _inner_pair(line: str, at: int, start: int) -> re.Match[str] | None:
    """The key = value inside a { } that the parser stumbled over, if it is there."""
    if line[start : start + 1] not in ("{", "["):
        return None
    around = [match for match in _INNER.finditer(line, start) if match.start() <= at <= match.end()]
    return around[-1] if around else None


def _without_comment(raw: str) -> str:
    """The value without a comment behind it; a # inside quotes is none."""
    match = re.match(r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^#"'])*""", raw)
    kept = match.group() if match else ""
    return (raw if raw[len(kept) :].startswith(("'", '"')) else kept).strip(" \t")


def _quoted(raw: str) -> str:
    plain = raw.strip(hints.CURLY + "\"'").replace("\\", "/").replace('"', "'")
    return f'"{plain}"'


def _mended_line(line: str) -> str:
    """The line as key = value where a colon or nothing stands for the =; else an empty one."""
    match = re.fullmatch(r"\s*([A-Za-z0-9_.-]+)\s*(?::\s*|\s)(\S.*)", line)
    if not match:
        return _joined_key(line)
    try:
        parse(f"x = {match[2]}")
    except (ValueError, ArithmeticError, RecursionError):
        return f"{match[1]} = {_quoted(_without_comment(match[2]))}"
    return f"{match[1]} = {match[2]}"


def _joined_key(line: str) -> str:
    match = re.fullmatch(r"\s*([A-Za-z0-9_ -]*[A-Za-z0-9_]) *=\s*(.*)", line)
    if not match:
        return ""
    mended = f"{'_'.join(match[1].split())} = {match[2]}"
    try:
        parse(mended)
    except (ValueError, ArithmeticError, RecursionError):
        return ""
    return mended
