"""Frames of constant bit rate laid anew, each as small as what it holds: `mmc export --vbr`.

In a stream of constant bit rate a frame's data may begin in frames before it (the bit reservoir).
Here each frame takes its data along and leans on nothing; the data itself stays as it is, and so
does the sound. Side information: ISO/IEC 11172-3, 2.4.1.7.
"""

from __future__ import annotations

from collections.abc import Iterator

from mmc_audio.outputs.mp3frames import MODES, SIZES, Layout
from mmc_audio.outputs.pcm import BrokenOutput

HEADER = 4
BEGIN = 9  # bits at the front of the side information: how far back in the reservoir data begins
# Bits before the first granule, in mono and in stereo; a granule of a channel, whose first 12 bits
# tell how many bits of data it has; granules of a channel.
BEFORE, GRANULE, GRANULES = (18, 20), 59, 2


def relaid(block: bytes, layout: Layout) -> Iterator[bytes]:
    """Each frame of the block on its own; the block leans on nothing before it.

    Raises BrokenOutput where the block is not made of frames of the layout.
    """
    front, width = HEADER + layout.side_info_bytes, 8 * layout.side_info_bytes
    reservoir = b""
    for number, start in enumerate(range(0, len(block), layout.size)):
        frame = block[start : start + layout.size]
        side = int.from_bytes(frame[HEADER:front], "big")
        back, length = side >> (width - BEGIN), _bytes(side, width, layout)
        data = reservoir[max(0, len(reservoir) - back) :] + frame[front:]
        fits = back <= len(reservoir) and length <= min(len(data), SIZES[-1] - front)
        if not (_is_whole(frame, layout) and fits):
            raise BrokenOutput(f"MP3 frame {number} of a run is damaged")
        own = side & ((1 << (width - BEGIN)) - 1)
        content = own.to_bytes(layout.side_info_bytes, "big") + data[:length]
        yield _framed(content, frame[3], layout)
        reservoir = (reservoir + frame[front:])[-(1 << BEGIN) :]


def _is_whole(frame: bytes, layout: Layout) -> bool:
    is_kind = frame[:3] == layout.header[:3] and frame[3:4].translate(MODES) == layout.header[3:]
    return is_kind and len(frame) == layout.size


def _framed(content: bytes, last: int, layout: Layout) -> bytes:
    size = next(size for size in SIZES if size >= HEADER + len(content))
    return (layout.header_of(size, last) + content).ljust(size, b"\0")


def _bytes(side: int, width: int, layout: Layout) -> int:
    """How much data a frame has, by its side information of `width` bits."""
    first = BEFORE[layout.channels - 1]
    places = range(first, first + GRANULES * layout.channels * GRANULE, GRANULE)
    return (sum(side >> (width - place - 12) & 0xFFF for place in places) + 7) // 8
