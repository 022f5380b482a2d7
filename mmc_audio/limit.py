"""A look-ahead limiter: no sample above the ceiling, and no audible clipping."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mmc_audio.clips import Samples
from mmc_audio.timeline import FRAMES_PER_MS

# Between samples the wave may rise above them, and a lossy encoder adds ripples of its own: with
# this ceiling both stay below -1 dBTP (tests/test_beat.py measures it in decoded files).
CEILING_DB = -3.0
AHEAD = 3 * FRAMES_PER_MS
_CEILING = np.float32(10 ** (CEILING_DB / 20))
_WINDOW = np.hanning(2 * AHEAD + 3)[1:-1] / np.hanning(2 * AHEAD + 3).sum()


def limited(samples: Samples) -> Samples:
    """The samples with peaks above the ceiling turned down smoothly over 3 ms on either side.

    Both channels of stereo alike: a peak in one ear must not move the sound to the other.
    """
    below: Samples = samples.copy()
    for part, gains in limiting(samples):
        turned = (samples[part].T * gains).T
        np.clip(turned, -_CEILING, _CEILING, out=below[part])
    return below


def limiting(samples: Samples) -> Iterator[tuple[slice, Samples]]:
    """Where something is above the ceiling, and what each frame there is multiplied by: 1 or less.

    The parts do not overlap.
    """
    above = np.abs(samples) > _CEILING
    loud = np.flatnonzero(above if samples.ndim == 1 else above.any(axis=1))
    for group in np.split(loud, np.flatnonzero(np.diff(loud) > 4 * AHEAD) + 1) if len(loud) else ():
        part = slice(max(0, group[0] - 2 * AHEAD), group[-1] + 2 * AHEAD + 1)
        level = np.abs(samples[part])
        level = level if level.ndim == 1 else level.max(axis=1)
        yield part, _smooth(_CEILING / np.maximum(level, _CEILING))


def _smooth(needed: Samples) -> Samples:
    """Gains that nowhere are more than what is needed."""
    lowest = _sliding_minimum(needed, 2 * AHEAD + 1)
    # A weighted mean of values none of which is above what this sample needs: so neither is it.
    return np.convolve(_widened(lowest, AHEAD), _WINDOW, "valid").astype(np.float32)


def _sliding_minimum(values: Samples, width: int) -> Samples:
    """The minimum over `width` values centred on each one."""
    padded = _widened(values, width // 2)
    span = 1
    while span * 2 <= width:  # minimum over 1, 2, 4, ... values
        padded = np.minimum(padded[:-span], padded[span:])
        span *= 2
    rest = width - span
    result: Samples = np.minimum(padded[: len(padded) - rest], padded[rest:])
    return result


def _widened(values: Samples, by: int) -> Samples:
    """With the first value and the last one so many times more; np.pad takes ten times as long."""
    return np.concatenate([values[:1].repeat(by), values, values[-1:].repeat(by)])
