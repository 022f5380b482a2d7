"""What every writer is given: the plan of a session and, on demand, its sound."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from mmc_audio.clips import Pcm
from mmc_audio.timeline import Timeline


def no_progress(done: float) -> None:
    """The progress report of a quiet run."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A session ready to be written.

    `blocks()` starts a fresh pass over the sound: int16 at 48 kHz in blocks of at most 65,536
    frames, `timeline.frames` frames in all, in so many `channels`. Nobody ever holds the whole.
    """

    title: str
    author: str
    timeline: Timeline
    blocks: Callable[[], Iterator[Pcm]]
    progress: Callable[[float], None] = no_progress  # 0.0 to 1.0
    channels: int = 1


class Writer(Protocol):
    """Writes the complete file, tags included, into `temporary`, and checks what it wrote."""

    def __call__(self, recording: Recording, temporary: Path) -> None: ...
