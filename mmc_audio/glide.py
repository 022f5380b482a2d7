"""The tone that tells how short the muscle is: it rises as the muscle shortens. Pure, in numpy.

Pitch goes with effort, not with height: in a pulldown the bar comes down while the tone rises.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from mmc_audio.clips import Samples
from mmc_audio.timeline import SAMPLE_RATE

# Clicks peak at -5 dB below full scale in the mix; the tone stays 14 dB under them.
PEAK = 0.11
# A quiet octave and twelfth, so that small earbuds carry it.
PARTIALS = ((1, 0.8), (2, 0.15), (3, 0.05))
FADE = SAMPLE_RATE // 50
_FADED = (0.5 - 0.5 * np.cos(np.pi * np.arange(FADE + 1) / FADE)).astype(np.float32)
# Silence before the next phase opens, longer than two MP3 frames: islands can be cut there.
GAP_MS = 50
DIP = 0.2  # 14 dB down while someone speaks
RAMP = SAMPLE_RATE * 60 // 1_000

Dips = tuple[tuple[int, int], ...]


def tone(frames: int, from_hz: int, to_hz: int, dips: Dips) -> Samples:
    """Shape (frames,), full scale 1. `dips`: (first frame, end) of what is said meanwhile."""
    plain = _plain(frames, from_hz, to_hz)
    return plain * _dipped(frames, dips) if dips else plain


@lru_cache(maxsize=4)  # a rep has four phases, and most are those of the rep before
def _plain(frames: int, from_hz: int, to_hz: int) -> Samples:
    time = np.arange(frames) / SAMPLE_RATE
    lasts = frames / SAMPLE_RATE
    rate = np.log(to_hz / from_hz) / lasts
    # The integral of from_hz * exp(rate * t): equal steps of pitch in equal times.
    turns = from_hz * (np.expm1(rate * time) / rate if rate else time)
    # Within a turn the angle is exact enough for float32, which costs half the time and memory.
    angles = (2 * np.pi * (turns - np.floor(turns))).astype(np.float32)
    plain = np.zeros(frames, np.float32)
    for times, gain in PARTIALS:
        plain += np.float32(PEAK * gain) * np.sin(np.float32(times) * angles)
    edges = np.minimum(FADE, np.minimum(np.arange(frames), np.arange(frames)[::-1]))
    plain *= _FADED[edges]
    return plain


def _dipped(frames: int, dips: Dips) -> Samples:
    """1 where nobody speaks, `DIP` where someone does, with ramps before and after."""
    gain = np.ones(frames, np.float32)
    for start, end in dips:
        first, last = max(0, start - RAMP), max(0, min(frames, end + RAMP))
        at = np.arange(first, last, dtype=np.float32)
        away = np.maximum(start - at, at - end).clip(0, RAMP) / RAMP
        np.minimum(gain[first:last], DIP + (1 - DIP) * away, out=gain[first:last])
    return gain
