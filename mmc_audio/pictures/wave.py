"""The outline of a sound, for a picture of it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from mmc_audio.clips import Pcm

Peaks = tuple[tuple[float, float], ...]  # lowest and highest in each column, -1 to 1


def peaks(pcm: Pcm, columns: int) -> Peaks:
    """How far the sound swings in each of so many columns, in any of its channels."""
    mono = pcm if pcm.ndim == 1 else pcm[np.arange(len(pcm)), np.abs(pcm).argmax(axis=1)]
    edges = np.linspace(0, len(mono), columns + 1).astype(int)
    parts = (mono[first : max(last, first + 1)] / 32_768 for first, last in pairwise(edges))
    return tuple((float(part.min()), float(part.max())) for part in parts)
