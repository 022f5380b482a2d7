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
    """Frames in a row: their bytes, and how many they are."""

    data: bytes
    frames: int


class Laid:
    """Writes to a file. `frames`, `size` in bytes and `crc` tell of what it has written."""

    def __init__(self, file: BinaryIO, silent: bytes) -> None:
        self.frames = self.size = self.crc = 0
        self._file, self._silent = file, silent
        self._pieces = memoryview(silent * PIECE)
        self._at_frame, self._at_byte = array("q", [0]), array("q", [0])

    def silence(self, frames: int) -> None:
        """So many silent frames."""
        for left in range(frames, 0, -PIECE):
            count = min(left, PIECE)
            self._write(self._pieces[: count * len(self._silent)], count)

    def block(self, block: Block) -> None:
        """Frames that are known."""
        self._write(block.data, block.frames)

    def marks(self) -> tuple[int, ...]:
        """For each percent of the time the bytes before it."""
        return tuple(self._byte_of(self.frames * percent // 100) for percent in range(100))

    def _write(self, data: bytes | memoryview, frames: int) -> None:
        self._file.write(data)
        self.crc = crc16.update(self.crc, data)
        self.frames += frames
        self.size += len(data)
        self._at_frame.append(self.frames)
        self._at_byte.append(self.size)

    def _byte_of(self, frame: int) -> int:
        """Where a frame begins; inside a block of frames of several sizes, about where."""
        after = min(bisect_right(self._at_frame, frame), len(self._at_frame) - 1)
        start, end = self._at_frame[after - 1], self._at_frame[after]
        first, last = self._at_byte[after - 1], self._at_byte[after]
        return first + (last - first) * (frame - start) // max(1, end - start)
