"""Frames of constant bit rate laid anew, each as small as what it holds: `mmc export --vbr`.

In a stream of constant bit rate a frame's data may begin in frames before it (the bit reservoir).
Here each frame takes its data along and leans on nothing; the data itself stays as it is, and so
does the sound. Side information: ISO/IEC 11172-3, 2.4.1.7, and ISO/IEC 13818-3, 2.4.1.7.
"""

from __future__ import annotations

from collections.abc import Iterator

from mmc_audio.outputs.mp3frames import Layout

HEADER = 4
# By sample rate: bits of main_data_begin; of what follows it, in mono and in stereo; granules of
# each channel; bits that a granule takes, the first 12 of which tell how many of data it has.
_SIDE = {48_000: (9, (9, 11), 2, 59), 24_000: (8, (1, 2), 1, 63)}


def relaid(block: bytes, layout: Layout) -> Iterator[bytes]:
    """Each frame of the block on its own; the block leans on nothing before it."""
    front = HEADER + layout.side_info_bytes
    bits = _SIDE[layout.rate][0]
    before = b""
    for start in range(0, len(block), layout.size):
        frame = block[start : start + layout.size]
        side = int.from_bytes(frame[HEADER:front], "big")
        width = 8 * layout.side_info_bytes
        borrowed = side >> (width - bits)
        data = before[len(before) - borrowed :] + frame[front:]
        before = (before + frame[front:])[-(1 << bits) :]
        own = (side & ((1 << (width - bits)) - 1)).to_bytes(layout.side_info_bytes, "big")
        yield _framed(own + data[: _data_bytes(side, width, layout)], frame[3], layout)


def _framed(content: bytes, last: int, layout: Layout) -> bytes:
    size = next(size for size in layout.sizes if size >= HEADER + len(content))
    return (layout.header_of(size, last) + content).ljust(size, b"\0")


def _data_bytes(side: int, width: int, layout: Layout) -> int:
    """How much data a frame has, by its side information of `width` bits."""
    begin, private, granules, step = _SIDE[layout.rate]
    at = begin + private[layout.channels - 1]
    places = range(at, at + granules * layout.channels * step, step)
    return (sum(side >> (width - place - 12) & 0xFFF for place in places) + 7) // 8
