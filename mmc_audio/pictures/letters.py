"""How wide a text is about, in any usual font, and cutting it to a width. Pure.

Whoever looks at an SVG sees it in a font of theirs, so the widths are those of a wide one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from mmc_audio.captions import clean

WIDE, USUAL = 1.0, 0.615  # in ems
WIDTHS = {
    **dict.fromkeys("mwMW@%", 0.95),
    **dict.fromkeys("ABCDEFGHKLNOPQRSTUVXYZ&", 0.72),
    **dict.fromkeys("ijlI.,:;'|!()[] ", 0.33),
    **dict.fromkeys("frt-/", 0.43),
    **dict.fromkeys("0123456789", 0.635),
}
BOLD = 1.07
MARKS = 3  # accents on one letter; more of them would climb out of the line


def width(text: str, size: float, *, bold: bool = False) -> float:
    """How many pixels a text takes at most, in fonts of this size."""
    return sum(map(_em, text)) * size * (BOLD if bold else 1)


def cut(text: str, room: float, size: float, *, bold: bool = False) -> str:
    """The text on one line, as much of it as has room, with a dot dot dot where it was cut."""
    whole = "".join(_with_few_marks(clean(text)))
    if not room or width(whole, size, bold=bold) <= room:
        return whole
    left = room - width("…", size, bold=bold)
    kept = list[str]()
    for character in whole:
        left -= width(character, size, bold=bold)
        if left < 0:
            break
        kept.append(character)
    return "".join(kept).rstrip() + "…"


def lines(text: str, room: float, size: float, *, most: int, bold: bool = False) -> list[str]:
    """The text on at most so many lines, broken between words, or within one that has no room."""
    left, found = " ".join(text.split()), list[str]()
    while left and len(found) < most - 1:
        end = _break(left, room, size, bold=bold)
        found.append(left[:end].rstrip())
        left = left[end:].lstrip()
    return [*found, cut(left, room, size, bold=bold)] if left else found


def _break(text: str, room: float, size: float, *, bold: bool) -> int:
    """How many of its characters stand on the first line: one at least."""
    fits = end = 0
    for end in range(1, len(text) + 1):
        if width(text[:end], size, bold=bold) > room:
            break
        if end == len(text) or text[end] == " ":
            fits = end
    return fits or max(1, end - 1)


def _em(character: str) -> float:
    if unicodedata.combining(character):
        return 0
    if unicodedata.east_asian_width(character) in "WF":
        return WIDE
    return WIDTHS.get(character, USUAL)


def _with_few_marks(text: str) -> Iterator[str]:
    marks = 0
    for character in unicodedata.normalize("NFC", text):
        marks = marks + 1 if unicodedata.category(character)[0] == "M" else 0
        if marks <= MARKS:
            yield character
