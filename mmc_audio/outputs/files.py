"""Puts a finished file in place of an old one, or leaves the old one as it was.

The new file grows under a temporary name in the target's own folder, is flushed to the disk and
then renamed, which POSIX and NTFS do as one step: a crash, a full disk or Ctrl-C leaves the old
file or the new one, never a part of either. What a crash left is removed by the next run there.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mmc_audio.errors import UserError, printable
from mmc_audio.temporary import Temporary, sweep

MODE = 0o666  # less what the umask takes, as every program's files
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


def replace(target: Path, write: Callable[[Path], object]) -> Path:
    """Have `write` fill a temporary file, put it in the place of `target`, and return its path.

    A symbolic link is followed, so that the file it names is replaced and the link stays. A new
    file gets the modes every program gives, an old one keeps its own. Raises UserError.
    """
    with replacing(target) as temporary:
        write(temporary)
    return Path(os.path.realpath(target))


def create(target: Path, data: bytes) -> None:
    """Write a small file where there is none. Raises UserError, or FileExistsError."""
    final = _followed(target)
    try:
        _require_folder(target, final)
        sweep(final.parent)
        with Temporary(final.parent, MODE) as temporary:
            temporary.write(data)
            temporary.flush()
            temporary.place_new(final)
        _flush_folder(final.parent)
    except FileExistsError:
        raise
    except OSError as error:
        raise UserError(_explain(target, error)) from error


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """As `replace`, for a file that is filled within a `with`; gives the temporary one's path."""
    try:
        with _replacing(target, _followed(target)) as temporary:
            yield temporary
    except OSError as error:
        raise UserError(_explain(target, error)) from error


@contextmanager
def _replacing(target: Path, final: Path) -> Iterator[Path]:
    mode = _mode_to_keep(target, final)
    sweep(final.parent)
    with Temporary(final.parent, MODE) as temporary:
        yield temporary.path
        if mode is not None:
            os.chmod(temporary.path, mode)
        temporary.flush()
        temporary.place(final)
    _flush_folder(final.parent)


def _mode_to_keep(target: Path, final: Path) -> int | None:
    """The permissions of the file that is there, None where there is none; or why not there."""
    _require_folder(target, final)
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
    if not os.access(final, os.W_OK) and os.access(final.parent, os.W_OK):
        raise UserError(f"{_named(target)} is read-only. Make it writable, or name another file.")
    return stat.S_IMODE(there.st_mode)


def _followed(target: Path) -> Path:
    """The file that links lead to."""
    try:
        return Path(os.path.realpath(target))
    except UnicodeEncodeError:  # of a name that is refused below
        return Path(os.path.abspath(target))


def _require_folder(target: Path, final: Path) -> None:
    try:
        os.fsencode(final)
    except UnicodeEncodeError as error:
        raise UserError(
            f"{_named(target)} was not written: its name can't be spelled in {error.encoding}, "
            "which this system's language settings ask for. LC_ALL=C.UTF-8 may help."
        ) from None
    if not final.parent.is_dir():
        raise UserError(
            f"{_named(target)} was not written: the folder {_named(final.parent)} does not exist. "
            "Make it first, or name another place."
        )


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
