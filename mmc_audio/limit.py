"""A look-ahead limiter: no sample above the ceiling, and no audible clipping."""

from __future__ import annotations

import numpy as np

from mmc_audio.clips import Samples
from mmc_audio.timeline import FRAMES_PER_MS

# Between samples the wave may rise above them, and a lossy encoder adds ripples of its own: with
# this ceiling both stay below -1 dBTP (tests/test_levels.py measures it in decoded files).
CEILING_DB = -3.0
AHEAD = 3 * FRAMES_PER_MS


def limited(samples: Samples) -> Samples:
    """The samples with peaks above the ceiling turned down smoothly over 3 ms on either side.

    Both channels of stereo alike: a peak in one ear must not move the sound to the other.
    """
    ceiling = np.float32(10 ** (CEILING_DB / 20))
    level = np.abs(samples) if samples.ndim == 1 else np.abs(samples).max(axis=1, initial=0)
    if not len(samples) or float(level.max()) <= ceiling:
        return samples
    needed = np.minimum(1.0, ceiling / np.maximum(level, ceiling)).astype(np.float32)
    lowest = _sliding_minimum(needed, 2 * AHEAD + 1)
    window = np.hanning(2 * AHEAD + 3)[1:-1]
    # A weighted mean of values none of which is above what this sample needs: so neither is it.
    gain = np.convolve(np.pad(lowest, AHEAD, mode="edge"), window / window.sum(), "valid")
    below: Samples = np.clip((samples.T * gain).T, -ceiling, ceiling).astype(np.float32)
    return below


def _sliding_minimum(values: Samples, width: int) -> Samples:
    """The minimum over `width` values centred on each one."""
    padded = np.pad(values, width // 2, mode="edge")
    span = 1
    while span * 2 <= width:  # minimum over 1, 2, 4, ... values
        padded = np.minimum(padded[:-span], padded[span:])
        span *= 2
    rest = width - span
    result: Samples = np.minimum(padded[: len(padded) - rest], padded[rest:])
    return result
