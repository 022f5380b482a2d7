"""A fuzzer's bytes as a row of choices; where they end, every choice is the first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Bytes:
    """False once all bytes are taken."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def __bool__(self) -> bool:
        return self._at < len(self._data)

    def take(self, most: int) -> bytes:
        """The next bytes, fewer at the end."""
        taken = self._data[self._at : self._at + most]
        self._at += len(taken)
        return taken

    def rest(self) -> bytes:
        return self.take(len(self._data))

    def below(self, end: int) -> int:
        """A number from 0 to end - 1."""
        width = (max(1, end - 1).bit_length() + 7) // 8
        return int.from_bytes(self.take(width), "little") % end

    def flag(self) -> bool:
        return bool(self.below(2))

    def choice(self, options: Sequence[T]) -> T:
        return options[self.below(len(options))]
