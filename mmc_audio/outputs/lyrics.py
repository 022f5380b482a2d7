"""The spoken words of a session as lines: for subtitles, for lyrics, and for the tags of a file.

Pure, standard library only.
"""

from __future__ import annotations

from dataclasses import dataclass

from mmc_audio.errors import visible
from mmc_audio.timeline import Speech, Timeline

# What tags may hold. Android leaves a tag of more than 3 MiB unread, and the words stand in it
# twice, beside a picture and chapters. Twelve hours of talk take a part of that.
MOST_BYTES = 768 << 10
CHARACTER_BYTES, LINE_BYTES = 2, 8  # in UTF-16; its marks and the time of a line
COUNT = "count"  # the moment of the numbers of reps

_LRC_BRACKETS = str.maketrans("[]", "()")  # a bracket would open a tag or a time


@dataclass(frozen=True, slots=True)
class Line:
    """What is said at a moment, without line breaks."""

    at_ms: int
    text: str

    @property
    def size(self) -> int:
        """The most bytes it takes in a tag."""
        return CHARACTER_BYTES * len(self.text) + LINE_BYTES


def said(timeline: Timeline) -> list[Speech]:
    """Every phrase, in order of time."""
    speech = [event for event in timeline.events if isinstance(event, Speech)]
    return sorted(speech, key=lambda event: event.at_ms)


def tagged(timeline: Timeline) -> tuple[Line, ...]:
    """The lines that a file's tags hold: all of them, if they have room.

    Else the counted reps are left out, and then the end.
    """
    phrases = said(timeline)
    lines = [_line(speech) for speech in phrases]
    if _size(lines) > MOST_BYTES:
        lines = [_line(speech) for speech in phrases if speech.moment != COUNT]
    while _size(lines) > MOST_BYTES:
        lines = lines[: len(lines) * MOST_BYTES // _size(lines)]
    return tuple(lines)


def one_line(text: str) -> str:
    """The text without line breaks, and without what can't be seen."""
    return visible(" ".join(text.split()))


def lrc_line(line: Line) -> str:
    """`[01:02.30]squeeze`: a line as LRC has it."""
    return f"[{lrc_time(line.at_ms)}]{lrc_text(line.text)}"


def lrc_text(text: str) -> str:
    """A text that holds nothing which LRC would read as its own."""
    return one_line(text).translate(_LRC_BRACKETS)


def lrc_time(ms: int) -> str:
    """Minutes, of which there may be more than 99, seconds and hundredths."""
    minutes, hundredths = divmod(ms // 10, 6_000)
    return f"{minutes:02}:{hundredths // 100:02}.{hundredths % 100:02}"


def _line(speech: Speech) -> Line:
    return Line(speech.at_ms, one_line(speech.text))


def _size(lines: list[Line]) -> int:
    return sum(line.size for line in lines)
