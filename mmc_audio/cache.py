"""What can be made again, kept on disk: content-addressed, atomic, safe for several processes.

An entry is served only when the SHA-256 over its key and its bytes agrees, so a torn, damaged,
swapped or planted file is a miss. That is also why nothing is synced, nor locked once it is in
place: the worst that a crash can leave is a miss.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from mmc_audio.temporary import Temporary, sweep

MAGIC = b"MMCCLIP1"
DIGEST_BYTES = 32
LARGEST_ENTRY = 64 << 20
ATTEMPTS = 10
FOLDERS = 256  # by the first byte of an entry's name
USED_SECONDS = 3_600  # when an entry was used is written down no more often than this
ENCODINGS = "encoded"
ENCODINGS_BYTES = 256 << 20  # a session of 45 minutes takes about 2 MB

# O_NOFOLLOW and O_NONBLOCK keep a planted link or pipe from being followed or waited for.
_READ = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
)


@dataclass(frozen=True, slots=True)
class Cache:
    """Entries below `root`. Without a root (no home folder is known) every get is a miss.

    With `most_bytes` the entries that were not used for longest make room for new ones. Each of the
    folders keeps to its share, so that nobody ever has to look through all of them.
    """

    root: Path | None
    most_bytes: int | None = None

    def of_encodings(self) -> Cache:
        """The cache beside this one for what encoders made; it has a size of its own."""
        return Cache(self.root / ENCODINGS if self.root else None, ENCODINGS_BYTES)

    def get(self, key: bytes) -> bytes | None:
        """The body kept under a key, or None: not there, or not as it was put."""
        path = self._path(key)
        data = _read(path) if path else None
        if data is None:
            return None
        body = data[len(MAGIC) + DIGEST_BYTES :]
        if not data.startswith(_head(key, body)):
            return None
        if path and self.most_bytes is not None:
            _mark_used(path)
        return body

    def put(self, key: bytes, body: bytes) -> None:
        """Keep a body under a key. Raises OSError where the folder can't be written."""
        path = self._path(key)
        if path is None:
            raise FileNotFoundError("no home folder is known")
        for attempt in range(ATTEMPTS):
            try:
                alone = _put(path, _head(key, body) + body)
                break
            except FileNotFoundError:  # somebody clears the cache at this moment
                if attempt == ATTEMPTS - 1:
                    raise
        if self.most_bytes is not None and not alone:
            _make_room(path, self.most_bytes // FOLDERS)

    def size(self) -> tuple[int, int]:
        """How many entries there are, and their bytes."""
        sizes = [_size(path) for path in self._files()]
        return len(sizes), sum(sizes)

    def clear(self) -> int:
        """Forget everything; how many entries went."""
        if self.root is not None:
            sweep(self.root)
        return _unlink(list(self._files()))

    def _path(self, key: bytes) -> Path | None:
        if self.root is None:
            return None
        _sweep_once(self.root)
        name = hashlib.sha256(key).hexdigest()
        return self.root / name[:2] / f"{name}.clip"

    def _files(self) -> Iterator[Path]:
        """Only files of our own naming: clearing a folder never takes a stranger's file."""
        with contextlib.suppress(OSError):  # a place that can't even be looked at holds none
            if self.root is not None:
                yield from self.root.glob("[0-9a-f][0-9a-f]/*.clip")


@lru_cache(maxsize=16)
def _sweep_once(root: Path) -> None:
    """Remove what killed processes left half-written: in each process once."""
    sweep(root)


def _put(path: Path, data: bytes) -> bool:
    """Write an entry; True where its folder was made for it."""
    root = path.parent.parent
    alone = not path.parent.is_dir()
    if alone:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.parent.mkdir(mode=0o700, exist_ok=True)
    # Written at the root, where a sweep needs to look through one folder only.
    with Temporary(root) as temporary:
        temporary.write(data)
        temporary.place(path)
    return alone


def _head(key: bytes, body: bytes) -> bytes:
    length = len(key).to_bytes(8, "little")
    return MAGIC + hashlib.sha256(length + key + body).digest()


def _read(path: Path) -> bytes | None:
    try:
        descriptor = os.open(path, _READ)
    except OSError:
        return None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST_ENTRY:
            return None
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read()
    except OSError:
        return None
    finally:
        os.close(descriptor)


def _mark_used(path: Path) -> None:
    with contextlib.suppress(OSError):
        # A time that is still to come was written by a clock that went wrong.
        if abs(time.time() - path.stat().st_mtime) > USED_SECONDS:
            os.utime(path)


def _make_room(new: Path, most_bytes: int) -> None:
    """Remove what was not used for longest from the folder of a new entry, but never that one."""
    others = sorted((p for p in new.parent.glob("*.clip") if p != new), key=_modified)
    excess = _size(new) + sum(map(_size, others)) - most_bytes
    for path in others:
        if excess <= 0:
            break
        excess -= _size(path)
        _unlink([path])


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0


def _modified(path: Path) -> float:
    try:
        return path.lstat().st_mtime
    except OSError:
        return time.time()


def _unlink(paths: list[Path]) -> int:
    gone = 0
    for path in paths:
        with contextlib.suppress(OSError):
            path.unlink()
            gone += 1
    return gone
