"""A stream of MP3 frames as it is written: silence and ready blocks, counted and summed up."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from dataclasses import dataclass
from typing import BinaryIO

from mmc_audio.outputs import crc16

PIECE = 4_096  # silent frames written at once


@dataclass(frozen=True, slots=True)
class Block:
    """Frames in a row: their bytes, and the checksum of these."""

    data: bytes
    crc: int
    frames: int


class Laid:
    """Writes to a file. `frames`, `size` in bytes and `crc` tell of what it has written."""

    def __init__(self, file: BinaryIO, silent: bytes) -> None:
        self.frames = self.size = self.crc = 0
        self._file, self._silent = file, silent
        self._silent_crc = crc16.update(0, silent)
        self._pieces = memoryview(silent * PIECE)
        self._at_frame, self._at_byte = array("q", [0]), array("q", [0])

    def silence(self, frames: int) -> None:
        """So many silent frames."""
        each = len(self._silent)
        for left in range(frames, 0, -PIECE):
            self._file.write(self._pieces[: min(left, PIECE) * each])
        self._count(frames, frames * each, crc16.repeated(self._silent_crc, each, frames))

    def block(self, block: Block) -> None:
        """Frames that are known."""
        self._file.write(block.data)
        self._count(block.frames, len(block.data), block.crc)

    def marks(self) -> tuple[int, ...]:
        """For each percent of the time the bytes before it."""
        return tuple(self._byte_of(self.frames * percent // 100) for percent in range(100))

    def _count(self, frames: int, size: int, crc: int) -> None:
        self.crc = crc16.joined(self.crc, crc, size)
        self.frames += frames
        self.size += size
        self._at_frame.append(self.frames)
        self._at_byte.append(self.size)

    def _byte_of(self, frame: int) -> int:
        """Where a frame begins; inside a block of frames of several sizes, about where."""
        after = min(bisect_right(self._at_frame, frame), len(self._at_frame) - 1)
        start, end = self._at_frame[after - 1], self._at_frame[after]
        first, last = self._at_byte[after - 1], self._at_byte[after]
        return first + (last - first) * (frame - start) // max(1, end - start)
