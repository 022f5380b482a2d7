"""The sound of a recording on its way to an encoder: counted, with progress reported."""

from __future__ import annotations

from collections.abc import Iterator

from mmc_audio.clips import Pcm
from mmc_audio.outputs.recording import Recording


class BrokenOutput(RuntimeError):
    """What was made is not what was planned: a fault of this program or of an encoder."""


def blocks(recording: Recording) -> Iterator[Pcm]:
    """The blocks of one pass; BrokenOutput unless they are exactly as long as the timeline."""
    frames, done = recording.timeline.frames, 0
    for block in recording.blocks():
        done += len(block)
        yield block
        recording.progress(min(1.0, done / frames) if frames else 1.0)
    expect("frames of sound", done, frames)


def expect(what: str, found: int, planned: int) -> None:
    """BrokenOutput unless the figure found is the one planned."""
    if found != planned:
        raise BrokenOutput(f"{found} {what} where {planned} were planned")
