"""CRC-16/ARC (polynomial x^16 + x^15 + x^2 + 1, reflected), the checksum of the LAME tag.

The checksum of two pieces follows from those of each: what is written a thousand times need be
read only once.
"""

from __future__ import annotations

import struct
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_REFLECTED = 0xA001
Shift = tuple[tuple[int, ...], tuple[int, ...]]  # what becomes of each low byte, of each high one


def _after_bits(rest: int, bits: int) -> int:
    for _ in range(bits):
        rest = (rest >> 1) ^ (_REFLECTED * (rest & 1))
    return rest


_BYTES = tuple(_after_bits(byte, 8) for byte in range(256))
# Two bytes a step: half the time of a byte a step.
_LOW = tuple((_BYTES[byte] >> 8) ^ _BYTES[_BYTES[byte] & 0xFF] for byte in range(256))


def update(crc: int, data: bytes) -> int:
    """The checksum after further bytes; it starts at 0."""
    low, high = _LOW, _BYTES
    words, odd = divmod(len(data), 2)
    for word in struct.unpack_from(f"<{words}H", data):
        crc ^= word
        crc = low[crc & 0xFF] ^ high[crc >> 8]
    if odd:
        crc = (crc >> 8) ^ high[(crc ^ data[-1]) & 0xFF]
    return crc


def of_rows(data: bytes, size: int) -> int:
    """The checksum of rows of `size` bytes, all rows at a time: for much data."""
    import numpy as np

    rows = np.frombuffer(data, np.uint8).reshape(-1, size)
    each = np.bitwise_xor.reduce(_in_row(size)[np.arange(size), rows], axis=1)
    while len(each) > 1:  # each with its neighbour, which makes rows of twice the size
        if len(each) % 2:
            each = np.concatenate([each[:1] * 0, each])  # zeros in front change nothing
        low, high = _zeros_after(size)
        each = low[each[::2] & 0xFF] ^ high[each[::2] >> 8] ^ each[1::2]
        size *= 2
    return int(each.sum())  # of the one that is left, or of none


@lru_cache(maxsize=8)
def _in_row(size: int) -> npt.NDArray[np.uint16]:
    """What each byte at each place in a row adds to its checksum; shape (size, 256)."""
    import numpy as np

    table = np.empty((size, 256), np.uint16)
    table[-1] = _BYTES
    for place in range(size - 2, -1, -1):  # one zero byte more comes after it
        after = table[place + 1]
        table[place] = (after >> 8) ^ table[-1][after & 0xFF]
    return table


@lru_cache(maxsize=64)
def _zeros_after(length: int) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.uint16]]:
    """What so many zero bytes make of a checksum, by its bytes."""
    import numpy as np

    low, high = ([joined(byte << shift, 0, length) for byte in range(256)] for shift in (0, 8))
    return np.array(low, np.uint16), np.array(high, np.uint16)


def joined(crc: int, following: int, length: int) -> int:
    """The checksum of two pieces: of the first, of the `length` bytes that follow it."""
    power = 0
    while length >> power:
        if length >> power & 1:
            low, high = _zeros(power)
            crc = low[crc & 0xFF] ^ high[crc >> 8]
        power += 1
    return crc ^ following


@lru_cache(maxsize=1_024)
def repeated(crc: int, length: int, times: int) -> int:
    """The checksum of a piece of `length` bytes, so many times in a row."""
    if times == 0:
        return 0
    half = repeated(crc, length, times // 2)
    twice = joined(half, half, length * (times // 2))
    return joined(twice, crc, length) if times % 2 else twice


@lru_cache(maxsize=64)
def _zeros(power: int) -> Shift:
    """What 2^power zero bytes make of a checksum. It is linear: so it is known by its bytes."""
    if power == 0:
        return _BYTES, tuple(_after_bits(byte << 8, 8) for byte in range(256))
    low, high = _zeros(power - 1)

    def twice(crc: int) -> int:
        once = low[crc & 0xFF] ^ high[crc >> 8]
        return low[once & 0xFF] ^ high[once >> 8]

    return tuple(map(twice, range(256))), tuple(twice(byte << 8) for byte in range(256))
