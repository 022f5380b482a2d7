"""A clip: a short piece of PCM in the house format, with the moment at which it is heard.

House format: 48,000 Hz, one channel, 16-bit signed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mmc_audio.timeline import FRAMES_PER_MS

Pcm = npt.NDArray[np.int16]  # shape (frames,)
Samples = npt.NDArray[np.float32]  # shape (frames,), full scale is 1.0


@dataclass(frozen=True, eq=False, slots=True)
class Clip:
    """`pcm` at 48 kHz mono; `onset_ms` is the perceptual onset after its first sample."""

    pcm: Pcm
    onset_ms: int = 0

    @property
    def duration_ms(self) -> int:
        """Whole milliseconds that hold all of it (rounded up)."""
        return -(-len(self.pcm) // FRAMES_PER_MS)
