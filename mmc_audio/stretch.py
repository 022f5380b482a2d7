"""Speech a little faster at the same pitch: waveform-similarity overlap-add (WSOLA).

W. Verhelst and M. Roelands, "An overlap-add technique based on waveform similarity (WSOLA)",
ICASSP 1993. Our own thirty lines, since no maintained library of the kind has wheels for every
platform; one way for all voices, and to an exact length, which voices' own rates don't give.
"""

from __future__ import annotations

import numpy as np

from mmc_audio.clips import Pcm, Samples
from mmc_audio.timeline import FRAMES_PER_MS

WINDOW = 20 * FRAMES_PER_MS  # holds two periods of a low voice
HOP = WINDOW // 2
SEARCH = 6 * FRAMES_PER_MS


def hurry(pcm: Pcm, frames: int) -> Pcm:
    """The same words in `frames` frames (fewer than it has); pitch and level stay."""
    if frames >= len(pcm):
        return pcm
    rate = len(pcm) / frames
    padding = np.zeros(WINDOW + SEARCH, np.float32)
    source = np.concatenate([padding, pcm.astype(np.float32), padding])
    out = np.zeros(frames + 2 * WINDOW, np.float32)
    window = np.hanning(WINDOW + 1)[:WINDOW].astype(np.float32)  # halves add up to one
    natural = len(padding) - HOP
    for at in range(0, frames + HOP, HOP):
        ideal = len(padding) - HOP + round(at * rate)
        start = _most_alike(source, source[natural : natural + WINDOW], ideal)
        out[at : at + WINDOW] += window * source[start : start + WINDOW]
        natural = min(start + HOP, len(source) - WINDOW)
    return np.clip(np.rint(out[HOP : HOP + frames]), -32768, 32767).astype(np.int16)


def _most_alike(source: Samples, wanted: Samples, ideal: int) -> int:
    """Where, near `ideal`, the source continues most like `wanted`."""
    low = min(max(0, ideal - SEARCH), len(source) - WINDOW)
    region = source[low : ideal + SEARCH + WINDOW]
    if len(region) <= WINDOW or not wanted.any():
        return min(ideal, len(source) - WINDOW)
    return low + int(np.argmax(np.correlate(region, wanted, "valid")))
