"""Temporary files that are put in place whole, and what killed runs left of them.

Each has an owner while it is written: a process that keeps it locked. The system takes the lock
back from who dies, however it dies. So the next run in a folder knows at once whose files nobody
owns any more, and removes them, beside other runs that write there.

A signal may come between any two steps, also before a `with` has what it is to tidy up. So what is
made here is on a list until it is gone or placed, and the list is gone through at the end.
"""

from __future__ import annotations

import atexit
import errno
import os
import secrets
import stat
import sys
import tempfile
import time
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

PREFIX, SUFFIX = ".mmc-", ".part"
# Where no lock tells who is alive, the age of a file does.
UNLOCKED_S = 3_600
# Windows lets nobody remove a file that is open, nor its owner rename it: it is closed for the
# moment of renaming, and looks young then.
WINDOWS_S = 10

_OPEN = (
    os.O_RDWR
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
)

_unsettled: set[Path] = set()  # what this process was to make, and neither placed nor removed


class Temporary:
    """A new and empty file in a folder; at the end of a `with` it is gone unless it was placed.

    Others may write to `path` as well. Every method raises OSError.
    """

    def __init__(self, folder: Path, mode: int = 0o600) -> None:
        self.path, self._descriptor = _made(folder, mode)
        self._placed = False

    def write(self, data: bytes) -> None:
        """Append these bytes."""
        while data:
            data = data[os.write(self._descriptor, data) :]

    def flush(self) -> None:
        """Wait until it is on the disk: some disks report only here that they are full."""
        os.fsync(self._descriptor)

    def place(self, final: Path) -> None:
        """Rename it to `final`, in one step, over what is there."""
        self._release()
        os.replace(self.path, final)
        self._placed = True

    def place_new(self, final: Path) -> None:
        """The same; raises FileExistsError where there is something."""
        self._release()
        if sys.platform == "win32":
            os.rename(self.path, final)  # which refuses to replace
        else:
            _rename_new(self.path, final)
        self._placed = True

    def _release(self) -> None:
        if sys.platform == "win32":
            os.utime(self.path)
            self._close()

    def _close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor = -1

    def __enter__(self) -> Temporary:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            if sys.platform == "win32":
                self._close()
            if not self._placed:
                os.unlink(self.path)
            _unsettled.discard(self.path)
        self._close()


def sweep(folder: Path) -> None:
    """Remove the temporary files in a folder whose owners are dead."""
    with suppress(OSError):
        names = [name for name in os.listdir(folder) if _is_ours(name)]
        for name in names:
            with suppress(OSError):
                _remove_if_dead(folder / name)


@atexit.register
def settle() -> None:
    """Remove what signals left of this process's files.

    It runs where Python ends; who ends without that, or goes on after a signal, calls it.
    """
    while _unsettled:
        path = next(iter(_unsettled))
        with suppress(OSError):
            os.unlink(path)
        _unsettled.discard(path)  # not before: a signal here may begin it once more


@lru_cache(maxsize=1)
def scratch_folder() -> str:
    """Where files without a name are made.

    It is found as the module tempfile finds it; but that tries each folder with a file that has a
    name, which a kill at that moment would leave.
    """
    named = [os.environ.get(variable) for variable in ("TMPDIR", "TEMP", "TMP")]
    folders = [*filter(None, named), "/tmp", "/var/tmp"]  # noqa: S108 - nothing in it has a name
    fit = next(filter(_takes_a_file, folders), None)
    if fit is None and os.name == "nt":
        return tempfile.gettempdir()
    # Where none takes a file now, whoever needs room there tells what is wrong.
    return fit or next(filter(os.path.isdir, folders), os.curdir)


def _takes_a_file(folder: str) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
            file.write(b"tried")
    except OSError:
        return False
    return True


def _is_ours(name: str) -> bool:
    return name.startswith(PREFIX) and name.endswith(SUFFIX)


def _made(folder: Path, mode: int) -> tuple[Path, int]:
    """A locked file of a new name, and its descriptor."""
    while True:
        path = folder / f"{PREFIX}{secrets.token_hex(8)}{SUFFIX}"
        _unsettled.add(path)
        try:
            # Not mkstemp(), which gives 0600 always, and would hide a finished file from others.
            descriptor = os.open(path, _OPEN | os.O_CREAT | os.O_EXCL, mode)
        except OSError:
            _unsettled.discard(path)
            raise
        try:
            if _is_kept(path, descriptor):
                return path, descriptor
        except OSError:
            _dropped(path, descriptor)
            raise
        _dropped(path, descriptor)


def _dropped(path: Path, descriptor: int) -> None:
    os.close(descriptor)
    with suppress(OSError):
        os.unlink(path)
    _unsettled.discard(path)


def _is_kept(path: Path, descriptor: int) -> bool:
    """Lock a new file; False: somebody's sweep came between its making and its locking."""
    with suppress(OSError):  # some network folders know no locks
        _lock(descriptor, wait=True)
    return path.exists()


def _lock(descriptor: int, *, wait: bool) -> None:
    """Raises BlockingIOError where another process has it, OSError where there are no locks."""
    if sys.platform != "win32":
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))


def _rename_new(path: Path, final: Path) -> None:
    try:
        os.link(path, final)
    except FileExistsError:
        raise
    except OSError:  # FAT, as on a stick, knows no links
        if os.path.lexists(final):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(final)) from None
        os.replace(path, final)
    else:
        os.unlink(path)


def _remove_if_dead(path: Path) -> None:
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode):
        return
    age_s = time.time() - status.st_mtime
    if sys.platform == "win32":
        if age_s > WINDOWS_S:
            path.unlink()  # refused while its owner has it open
        return
    descriptor = os.open(path, _OPEN)
    try:
        if _has_no_owner(descriptor, age_s):
            path.unlink()  # under the lock: who has just made it finds that it is gone
    finally:
        os.close(descriptor)


def _has_no_owner(descriptor: int, age_s: float) -> bool:
    try:
        _lock(descriptor, wait=False)
    except BlockingIOError:
        return False
    except OSError:
        return age_s > UNLOCKED_S
    return True
