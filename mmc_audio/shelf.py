"""Where a session's sounds lie while it is written: in memory while they are few, else on disk.

A long session with many different phrases so needs no more memory than a short one.
"""

from __future__ import annotations

import tempfile
import threading
import weakref
from collections.abc import Hashable

from mmc_audio.errors import UserError
from mmc_audio.temporary import scratch_folder

IN_MEMORY = 1024 * 1024  # bytes; beyond, an unnamed temporary file takes all


class Shelf:
    """Bytes by key, for several threads. What is put is never taken away; the file goes with it."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(  # noqa: SIM115
            max_size=IN_MEMORY, dir=scratch_folder()
        )
        self._places: dict[Hashable, tuple[int, int]] = {}
        self._end, self._lock = 0, threading.Lock()
        weakref.finalize(self, self._file.close)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._places

    def put(self, key: Hashable, data: bytes) -> None:
        """Raises UserError where the temporary folder has no room."""
        with self._lock:
            try:
                self._file.seek(self._end)
                self._file.write(data)
            except OSError as error:
                folder = scratch_folder()
                raise UserError(f"The temporary folder {folder} is of no use: {error}.") from error
            self._places[key] = (self._end, len(data))
            self._end += len(data)

    def get(self, key: Hashable, *, most: int | None = None) -> bytes:
        """What was put, or its first `most` bytes. Raises KeyError for what never was."""
        with self._lock:
            start, length = self._places[key]
            self._file.seek(start)
            return self._file.read(length if most is None else min(most, length))
