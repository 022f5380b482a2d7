"""The spoken words as subtitles (SubRip) and as lyrics (LRC)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mmc_audio.outputs.lyrics import Line, lrc_line, lrc_text, lrc_time, one_line, said
from mmc_audio.outputs.recording import Recording
from mmc_audio.outputs.text import write_lines
from mmc_audio.timeline import Timeline


def write_srt(recording: Recording, temporary: Path) -> None:
    """A numbered block for each phrase."""
    write_lines(temporary, _srt_blocks(recording.timeline))


def write_lrc(recording: Recording, temporary: Path) -> None:
    """A line for each phrase, under the title, the author and the length."""
    write_lines(temporary, _lrc_lines(recording))


def _srt_blocks(timeline: Timeline) -> Iterator[str]:
    for number, speech in enumerate(said(timeline), start=1):
        text = one_line(speech.text).replace("-->", "→")  # the arrow would read as a time line
        yield f"{number}\n{_srt_time(speech.at_ms)} --> {_srt_time(speech.end_ms)}\n{text}\n\n"


def _lrc_lines(recording: Recording) -> Iterator[str]:
    yield f"[ti:{lrc_text(recording.title)}]\n"
    if recording.author:
        yield f"[ar:{lrc_text(recording.author)}]\n"
    yield f"[length:{lrc_time(recording.timeline.duration_ms)}]\n"
    for speech in said(recording.timeline):
        yield f"{lrc_line(Line(speech.at_ms, speech.text))}\n"


def _srt_time(ms: int) -> str:
    seconds, thousandths = divmod(ms, 1_000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02},{thousandths:03}"
