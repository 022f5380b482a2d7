"""Text cut and broken to the columns there are; wide characters take two. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from mmc_audio.errors import columns


def clipped(text: str, width: int, mark: str = "…") -> str:
    """The text, or as much of its beginning as fits with a mark after it."""
    if columns(text) <= width:
        return text
    room = width - columns(mark)
    if room < 1:
        return _beginning(text, width)
    return _beginning(text, room).rstrip() + mark


def _beginning(text: str, width: int) -> str:
    for end, character in enumerate(text):
        width -= columns(character)
        if width < 0:
            return text[:end]
    return text


def fitting(choices: Sequence[str], width: int, mark: str = "…") -> str:
    """The first of the choices that fits, or the last one cut."""
    whole = (text for text in choices if columns(text) <= width)
    return next(whole, clipped(choices[-1], width, mark))


def wrapped(text: str, width: int, rows: int, mark: str = "…") -> list[str]:
    """At most `rows` rows of whole words; what is left over is cut off the last one."""
    lines: list[str] = []
    words = text.split()
    while words and len(lines) < rows - 1:
        taken = 1
        while taken < len(words) and columns(" ".join(words[: taken + 1])) <= width:
            taken += 1
        lines.append(clipped(" ".join(words[:taken]), width, mark))
        words = words[taken:]
    return [*lines, clipped(" ".join(words), width, mark)] if words and rows else lines
