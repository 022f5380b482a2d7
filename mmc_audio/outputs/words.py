"""The spoken words as subtitles (SubRip) and as lyrics (LRC)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mmc_audio.outputs.recording import Recording
from mmc_audio.outputs.text import write_lines
from mmc_audio.timeline import Speech, Timeline

_LRC_BRACKETS = str.maketrans("[]", "()")  # a bracket would open a tag or a time


def write_srt(recording: Recording, temporary: Path) -> None:
    """A numbered block for each phrase."""
    write_lines(temporary, _srt_blocks(recording.timeline))


def write_lrc(recording: Recording, temporary: Path) -> None:
    """A line for each phrase, under the title, the author and the length."""
    write_lines(temporary, _lrc_lines(recording))


def _spoken(timeline: Timeline) -> list[Speech]:
    speech = [event for event in timeline.events if isinstance(event, Speech)]
    return sorted(speech, key=lambda event: event.at_ms)


def _srt_blocks(timeline: Timeline) -> Iterator[str]:
    for number, speech in enumerate(_spoken(timeline), start=1):
        text = _one_line(speech.text).replace("-->", "→")  # the arrow would read as a time line
        yield f"{number}\n{_srt_time(speech.at_ms)} --> {_srt_time(speech.end_ms)}\n{text}\n\n"


def _lrc_lines(recording: Recording) -> Iterator[str]:
    yield f"[ti:{_lrc_text(recording.title)}]\n"
    if recording.author:
        yield f"[ar:{_lrc_text(recording.author)}]\n"
    yield f"[length:{_lrc_time(recording.timeline.duration_ms)}]\n"
    for speech in _spoken(recording.timeline):
        yield f"[{_lrc_time(speech.at_ms)}]{_lrc_text(speech.text)}\n"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _lrc_text(text: str) -> str:
    return _one_line(text).translate(_LRC_BRACKETS)


def _srt_time(ms: int) -> str:
    seconds, thousandths = divmod(ms, 1_000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02},{thousandths:03}"


def _lrc_time(ms: int) -> str:
    """Minutes, of which there may be more than 99, seconds and hundredths."""
    minutes, hundredths = divmod(ms // 10, 6_000)
    return f"{minutes:02}:{hundredths // 100:02}.{hundredths % 100:02}"
