"""Short sounds packed to the sample, so that a page needs no decoder of the browser's for them.

Of their 16 bits 13 are kept: what goes lies 80 dB below full scale, under the sound itself, and is
a third of the size. Each clip is differenced `order` times and written in Rice codes, 64 values to
a block: four bits for k, then for each value its upper bits in unary and its lower k bits.
`parts/unpack.js` reads it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from mmc_audio.clips import Pcm

BLOCK = 64
MOST_ORDER = 4
MOST_K = 15  # 13-bit samples differenced four times have 18 bits: no unary code is longer than 8
DROPPED = 3  # of the 16 bits of a sample

Values = npt.NDArray[np.int64]


def packed(pcm: Pcm) -> tuple[int, bytes]:
    """The order that packs this clip best, and its bytes."""
    rounded = (pcm.astype(np.int64) + (1 << DROPPED >> 1)) >> DROPPED
    tries = [(order, _bits(_folded(rounded, order))) for order in range(MOST_ORDER + 1)]
    order, bits = min(tries, key=lambda one: len(one[1]))
    return order, _bytes(bits)


def _folded(samples: Values, order: int) -> Values:
    """The differences, with their signs folded into the last bit: 0, -1, 1, -2 become 0 to 3."""
    differences: Values = np.asarray(np.diff(np.pad(samples, (order, 0)), n=order), np.int64)
    return np.where(differences < 0, -2 * differences - 1, 2 * differences)


def _bits(values: Values) -> str:
    blocks = (values[start : start + BLOCK] for start in range(0, len(values), BLOCK))
    return "".join(_block(block) for block in blocks)


def _block(values: Values) -> str:
    k = min(range(MOST_K + 1), key=lambda k: _cost(values, k))
    low = (1 << k) - 1
    coded = (
        "1" * (value >> k) + "0" + (format(value & low, f"0{k}b") if k else "")
        for value in values.tolist()
    )
    return format(k, "04b") + "".join(coded)


def _cost(values: Values, k: int) -> Any:
    return (values >> k).sum() + len(values) * (k + 1)


def _bytes(bits: str) -> bytes:
    padded = bits + "0" * (-len(bits) % 8)
    return int(f"1{padded}", 2).to_bytes(len(padded) // 8 + 1, "big")[1:]
