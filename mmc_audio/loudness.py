"""Integrated loudness and true peak, by ITU-R BS.1770-4, for sound that comes in pieces.

Energy is added up in steps of 100 ms on the session's own clock; a measuring block is four of
them, the gates are those of the recommendation (-70 LUFS, then 10 LU under the mean of the rest).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from mmc_audio.clips import Samples
from mmc_audio.timeline import FRAMES_PER_MS, SAMPLE_RATE

STEP = SAMPLE_RATE // 10
STEPS_PER_BLOCK = 4
GRAIN = 4 * FRAMES_PER_MS  # divides both a step and the 24 ms on which islands begin
GRAINS_PER_STEP = STEP // GRAIN
ABSOLUTE_GATE_LUFS, RELATIVE_GATE_LU = -70.0, -10.0

Floats = npt.NDArray[np.floating[Any]]
Energies = Floats  # sums of squares after K-weighting, one a grain or a step

# The two filters of the recommendation at 48 kHz: (b0, b1, b2), (1, a1, a2).
_SHELF = (
    (1.53512485958697, -2.69169618940638, 1.19839281085285),
    (1.0, -1.69065929318241, 0.73248077421585),
)
_HIGH_PASS = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))
# The tail of the high-pass has decayed by 60 dB after this long.
_RINGING = SAMPLE_RATE // 4
# With what rings into it just under 2^16, which the processor's own cache holds.
_PIECE = (65_536 - _RINGING) // GRAIN * GRAIN


def grain_energies(samples: Samples) -> Energies:
    """K-weighted energy of a piece of sound, and of its filters' ringing, in each 4 ms.

    Of stereo the mean of both channels: 3 dB less than what the recommendation adds up.
    """
    if samples.ndim == 2:
        energies: Energies = np.mean([grain_energies(ear) for ear in samples.T], axis=0)
        return energies
    return np.concatenate([_grains(weighted) for weighted in _k_weighted(samples)])


def _grains(weighted: Floats) -> Energies:
    energies: Energies = np.add.reduceat(np.square(weighted), np.arange(0, len(weighted), GRAIN))
    return energies


def step_energies(grains: Energies, offset: int) -> Energies:
    """The same energy in steps of 100 ms, for sound that begins `offset` grains into a step."""
    starts = np.arange(-offset, len(grains), GRAINS_PER_STEP).clip(0)
    energies: Energies = np.add.reduceat(grains, starts)
    return energies


def _k_weighted(samples: Samples) -> Iterator[Floats]:
    """The weighted samples and the ringing after them, in pieces of whole grains but for the last.

    Each piece is transformed with what rings into it; the transform takes that around to its front.
    """
    size = len(samples) + _RINGING
    for start in range(0, size, _PIECE):
        end = min(start + _PIECE, size)
        before = min(start, _RINGING)
        piece = samples[start - before : end]
        length = _quick_length(end - start + before)
        # "ortho" alone keeps numpy at 32 bits both ways, which is faster.
        spectrum = np.fft.rfft(piece, length, norm="ortho") * _response(length)
        yield np.fft.irfft(spectrum, length, norm="ortho")[before : before + end - start]


def _quick_length(size: int) -> int:
    """The least 2^n, 3 * 2^n or 5 * 2^n from `size` on: few lengths, each transformed fast."""
    return min(unit << ((size - 1) // unit).bit_length() for unit in (1, 3, 5))


@lru_cache(maxsize=32)  # three lengths an octave, up to that of a piece
def _response(length: int) -> npt.NDArray[np.complex64]:
    """What both filters do to each frequency of a transform of this length."""
    z = np.exp(-2j * np.pi * np.arange(length // 2 + 1) / length)
    response = np.ones(len(z), np.complex128)
    for above, below in (_SHELF, _HIGH_PASS):
        response *= np.polyval(above[::-1], z) / np.polyval(below[::-1], z)
    return response.astype(np.complex64)


def integrated(energies: Energies) -> float:
    """Loudness in LUFS of a whole session given the energy of each of its steps; -inf if silent."""
    steps = np.pad(energies, (0, max(0, STEPS_PER_BLOCK - len(energies))))
    blocks = steps[: len(steps) - STEPS_PER_BLOCK + 1].copy()
    for later in range(1, STEPS_PER_BLOCK):
        blocks += steps[later : later + len(blocks)]
    blocks /= STEPS_PER_BLOCK * STEP
    loud = blocks > _power(ABSOLUTE_GATE_LUFS)
    if not loud.any():
        return -np.inf
    loud &= blocks > _power(_lufs(blocks.mean(where=loud)) + RELATIVE_GATE_LU)
    return _lufs(blocks.mean(where=loud))


def _lufs(power: float) -> float:
    return float(-0.691 + 10 * np.log10(power))


def _power(lufs: float) -> float:
    return float(10 ** ((lufs + 0.691) / 10))
