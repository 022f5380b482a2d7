"""Puts a finished file in place of an old one, or leaves the old one as it was.

The new file grows under a temporary name in the target's own folder, is flushed to the disk and
then renamed, which POSIX and NTFS do as one step: a crash, a full disk or Ctrl-C leaves the old
file or the new one, never a part of either.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mmc_audio.errors import UserError, printable

PREFIX, SUFFIX = ".mmc-", ".part"
STALE_S = 3_600  # a temporary file this old has no living owner: an export takes minutes

_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


def replace(target: Path, write: Callable[[Path], None]) -> Path:
    """Have `write` fill a temporary file, put it in the place of `target`, and return its path.

    A symbolic link is followed, so that the file it names is replaced and the link stays. A new
    file gets the modes every program gives, an old one keeps its own. Raises UserError.
    """
    with replacing(target) as temporary:
        write(temporary)
    return Path(os.path.realpath(target))


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """As `replace`, for a file that is filled within a `with`; gives the temporary one's path."""
    try:
        with _replacing(target, Path(os.path.realpath(target))) as temporary:
            yield temporary
    except OSError as error:
        raise UserError(_explain(target, error)) from error


@contextmanager
def _replacing(target: Path, final: Path) -> Iterator[Path]:
    mode = _mode_to_keep(target, final)
    _sweep(final.parent)
    temporary = final.parent / f"{PREFIX}{secrets.token_hex(8)}{SUFFIX}"
    try:
        # open() rather than mkstemp(): mkstemp gives 0600, which would hide the file from others.
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o666))
        yield temporary
        if mode is not None:
            os.chmod(temporary, mode)
        _flush(temporary)
        os.replace(temporary, final)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    _flush_folder(final.parent)


def _mode_to_keep(target: Path, final: Path) -> int | None:
    """The permissions of the file that is there, None where there is none; or why not there."""
    if not final.parent.is_dir():
        raise UserError(
            f"{_named(target)} was not written: the folder {_named(final.parent)} does not exist. "
            "Make it first, or name another place."
        )
    try:
        there = final.stat()
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(there.st_mode):
        raise UserError(f"{_named(target)} is a folder. Name a file inside it.")
    if not stat.S_ISREG(there.st_mode):
        # Renaming over a device would, for root, replace the device by a sound file.
        raise UserError(
            f"{_named(target)} is not a regular file but a device, a pipe or a socket. "
            "Name a file that may be replaced."
        )
    if not os.access(final, os.W_OK):
        raise UserError(f"{_named(target)} is read-only. Make it writable, or name another file.")
    return stat.S_IMODE(there.st_mode)


def _sweep(folder: Path) -> None:
    """Remove what a killed run left behind in this folder."""
    oldest = time.time() - STALE_S
    for path in folder.glob(f"{PREFIX}*{SUFFIX}"):
        with suppress(OSError):
            if path.lstat().st_mtime < oldest:
                path.unlink()


def _flush(path: Path) -> None:
    """Wait until the file is on the disk: some disks report only here that they are full."""
    with open(path, "rb+") as file:
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """Make the rename itself durable. Windows has no such call, and some file systems refuse."""
    with suppress(OSError, AttributeError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _explain(target: Path, error: OSError) -> str:
    """What happened to the target, why, and what helps."""
    folder = Path(os.path.realpath(target)).parent
    cause = printable(error.strerror or str(error) or type(error).__name__)
    text = f"{_named(target)} was not written: {cause}."
    if error.errno in _FORBIDDEN:
        return f"{text} Choose a folder that you may write to; {_named(folder)} is not one."
    if not folder.is_dir():
        return f"{text} The folder {_named(folder)} is gone."
    free = shutil.disk_usage(folder).free
    return f"{text} {free:,} bytes are free in {_named(folder)}; make room or name another place."


def _named(path: Path) -> str:
    return printable(str(path))
