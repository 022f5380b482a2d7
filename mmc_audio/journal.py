"""The log of sessions: one JSON line each, in the folder of the user's data (docs/log-format.md).

A line is appended under a lock and synced to the disk. What a crash left of a line stays a line of
its own, which reading counts and leaves out; a full disk leaves the file as it was.
"""

from __future__ import annotations

import errno
import json
import os
import stat
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import MISSING, asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from mmc_audio.errors import UserError, printable
from mmc_audio.folders import data_folder
from mmc_audio.tally import SetDone

FORMAT = 1
LOCKED_S = 5.0  # how long to wait for another process, which needs some milliseconds

Ending = Literal[
    "finished", "quit", "interrupted", "output lost", "terminated", "stopped by an error"
]

# O_NONBLOCK keeps a pipe in the place of the file from being waited for.
_OURS = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_APPEND = os.O_RDWR | os.O_APPEND | os.O_CREAT | _OURS


@dataclass(frozen=True, slots=True)
class Entry:
    """One session as it was played. `began` knows its time zone; `program` is as it was named.

    `took_ms` is by the clock, pauses included; `planned_ms` is the length without any.
    """

    began: datetime
    title: str
    program: str
    planned_ms: int
    took_ms: int
    sets: tuple[SetDone, ...]
    tension_ms: int
    pauses: int
    paused_ms: int
    voice: str
    output: str
    ended: Ending


@dataclass(frozen=True, slots=True)
class Log:
    """The sessions, oldest first, with the lines they were read from; and what could not be read.

    `unreadable` counts lines: torn by a crash, changed by hand, or of a later version.
    """

    entries: tuple[Entry, ...]
    lines: tuple[str, ...]
    unreadable: int


def place() -> Path:
    """The file of the log, there or not. Raises UserError where no home folder is known."""
    folder = data_folder()
    if folder is None:
        raise UserError(
            "There is no place for the log: no home folder is known; MMC_DATA names one."
        )
    return folder / "log.jsonl"


def append(entry: Entry) -> None:
    """Write a session down, for good. Raises UserError; the log is then as it was."""
    path = place()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(path, _APPEND, 0o600)
        try:
            if not stat.S_ISREG(os.fstat(file).st_mode):
                raise OSError(errno.EINVAL, "It is no regular file")
            _lock(file)
            _add_line(file, _line(entry).encode())
        finally:
            os.close(file)  # which gives the lock back
    except OSError as error:
        cause = f"{_named(path)}: {_why(error)}. MMC_DATA names another folder for it."
        raise UserError(f"This session is not in the log, {cause}") from error


def entries() -> Log:
    """All that is logged. Raises UserError where the file is there and can't be read."""
    path = place()
    try:
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | _OURS)) as file:
            lines = [line for line in file.read().split(b"\n") if line]
    except FileNotFoundError:
        lines = []
    except OSError as error:
        raise UserError(f"The log, {_named(path)}, can't be read: {_why(error)}.") from error
    read = [found for line in lines if (found := _read(line))]
    return Log(
        tuple(entry for entry, _ in read), tuple(line for _, line in read), len(lines) - len(read)
    )


# ---- writing -------------------------------------------------------------------------------------


def _line(entry: Entry) -> str:
    """In ASCII: a torn line is torn between characters, and no terminal can be steered by it."""
    sets = [{**asdict(done), "completed": done.completed} for done in entry.sets]
    began = entry.began.isoformat(timespec="seconds")
    return json.dumps({"format": FORMAT, **asdict(entry), "began": began, "sets": sets})


def _lock(file: int) -> None:
    """Keep other writers out until the file is closed, where the system can do that."""
    if sys.platform == "win32":
        return
    import fcntl

    until = time.monotonic() + LOCKED_S
    while True:
        try:
            return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise
            time.sleep(0.01)
        except OSError as error:
            if error.errno in (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS):
                return  # some network folders know no locks
            raise


def _add_line(file: int, line: bytes) -> None:
    size = os.lseek(file, 0, os.SEEK_END)
    left = (b"" if _ends_a_line(file, size) else b"\n") + line + b"\n"
    try:
        while left:
            left = left[os.write(file, left) :]
        os.fsync(file)
    except OSError:
        with suppress(OSError):
            os.ftruncate(file, size)
        raise


def _ends_a_line(file: int, size: int) -> bool:
    """Whether the file is whole, or a writer crashed in its last line."""
    if not size:
        return True
    os.lseek(file, size - 1, os.SEEK_SET)
    return os.read(file, 1) == b"\n"


# ---- reading -------------------------------------------------------------------------------------


def _read(line: bytes) -> tuple[Entry, str] | None:
    """A line as an entry, and as JSON again; None: it is none of ours."""
    try:
        data = json.loads(line, parse_constant=_refuse)
        return _entry(data), json.dumps(data)
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _refuse(constant: str) -> None:
    raise ValueError(constant)  # NaN and Infinity are no JSON


def _entry(data: Mapping[str, Any]) -> Entry:
    if data["format"] != FORMAT:
        raise ValueError(data["format"])
    began = datetime.fromisoformat(data["began"])
    if began.tzinfo is None:
        raise ValueError(data["began"])
    sets = tuple(SetDone(**_plain(SetDone, done)) for done in data["sets"])
    return Entry(began=began, sets=sets, **_plain(Entry, data))


def _plain(kind: type[Entry] | type[SetDone], data: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers and texts of a dataclass, each of its own type. Raises TypeError or KeyError."""
    types = {"int": int, "str": str, "Ending": str}
    wanted = {
        field.name: types[field.type]
        for field in fields(kind)
        if field.type in types and (field.name in data or field.default is MISSING)
    }
    for name, type_ in wanted.items():
        if type(data[name]) is not type_:
            raise TypeError(name)
    return {name: data[name] for name in wanted}


def _why(error: OSError) -> str:
    if isinstance(error, BlockingIOError):
        return "another program keeps it locked"
    return printable(error.strerror or str(error))


def _named(path: Path) -> str:
    return printable(str(path))
