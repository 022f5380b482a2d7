"""A clip: a short piece of PCM in the house format, with the moment at which it is heard.

House format: 48,000 Hz, 16-bit signed. Clips have one channel, a session has one or two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mmc_audio.timeline import FRAMES_PER_MS

# Shape (frames,), or (frames, 2) in stereo, left first.
Pcm = npt.NDArray[np.int16]
Samples = npt.NDArray[np.float32]  # full scale is 1.0


def shape(frames: int, channels: int) -> tuple[int, ...]:
    """The shape of so much sound."""
    return (frames,) if channels == 1 else (frames, channels)


def at_volume(pcm: Pcm, gains: npt.NDArray[np.floating[Any]]) -> Pcm:
    """Each frame times its gain, in every channel."""
    louder: Pcm = np.rint((pcm.T * gains).T).astype(np.int16)
    return louder


@dataclass(frozen=True, eq=False, slots=True)
class Clip:
    """`pcm` at 48 kHz mono; `onset_ms` is the perceptual onset after its first sample."""

    pcm: Pcm
    onset_ms: int = 0

    @property
    def duration_ms(self) -> int:
        """Whole milliseconds that hold all of it (rounded up)."""
        return -(-len(self.pcm) // FRAMES_PER_MS)
