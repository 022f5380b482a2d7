"""Opening a file that a stranger's program names: inside the program's folder, or not at all."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from itertools import islice
from typing import BinaryIO

from mmc_audio.errors import UserError, nearest, shown

Opener = Callable[[str, list[str]], int]  # folder, names below it -> descriptor

MIB = 1 << 20
MAX_BYTES = 20 * MIB

_ADVICE = "copy the file into the program's folder and write its name from there"
_READ = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)  # else a FIFO waits here for a writer, for ever
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)


def by_descriptor(root: str, parts: list[str]) -> int:
    """A descriptor of the file. Nobody can swap a folder for a link between two steps."""
    folder_flags = os.O_RDONLY | os.O_DIRECTORY
    folder = os.open(root, folder_flags)
    try:
        for part in parts[:-1]:
            deeper = os.open(part, folder_flags | os.O_NOFOLLOW, dir_fd=folder)
            os.close(folder)
            folder = deeper
        return os.open(parts[-1], _READ, dir_fd=folder)
    finally:
        os.close(folder)


def by_path(root: str, parts: list[str]) -> int:
    """The same where a folder can't be held open (Windows): compare before and after."""
    path = os.path.join(root, *parts)
    before = os.lstat(path)
    wanted = os.path.join(os.path.realpath(root), *parts)
    # A link or a junction anywhere on the way shows as a different real path.
    if os.path.normcase(os.path.realpath(path)) != os.path.normcase(wanted):
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    descriptor = os.open(path, _READ)
    if not os.path.samestat(before, os.fstat(descriptor)):
        os.close(descriptor)
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    return descriptor


_BEST = by_descriptor if os.open in os.supports_dir_fd else by_path


def open_beneath(
    root: str, relative: str, *, max_bytes: int = MAX_BYTES, opener: Opener = _BEST
) -> BinaryIO:
    """The regular file `relative` inside the folder `root`, "/" between the names, no links."""
    parts = _parts(relative)
    try:
        descriptor = opener(root, parts)
    except OSError as error:
        raise UserError(_why(root, parts, relative, error)) from None
    try:
        _judge(os.fstat(descriptor), relative, max_bytes)
    except UserError:
        os.close(descriptor)
        raise
    return os.fdopen(descriptor, "rb")


def _parts(relative: str) -> list[str]:
    """The names on the way; the same rules on every system, so that a program can travel."""
    name = shown(relative, 80)
    if "\0" in relative:
        raise UserError(f"{name} has a NUL character in it.")
    if "\\" in relative:
        raise UserError(f"{name} has a backslash in it; write / between folders.")
    if relative.startswith("/"):
        raise UserError(f"{name} is an absolute path; {_ADVICE}.")
    if relative.startswith("~"):
        raise UserError(f'{name} begins with "~"; {_ADVICE}.')
    if ":" in relative:
        raise UserError(f"{name} has a colon in it, like a drive or a web address; {_ADVICE}.")
    parts = [part for part in relative.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise UserError(f'{name} leads out of the program\'s folder (".."); {_ADVICE}.')
    if not parts:
        raise UserError(f"{name} names no file.")
    return parts


def _judge(status: os.stat_result, relative: str, max_bytes: int) -> None:
    name = shown(relative, 80)
    if stat.S_ISDIR(status.st_mode):
        raise UserError(f"{name} is a folder, not a file.")
    if not stat.S_ISREG(status.st_mode):
        raise UserError(f"{name} is not a regular file.")
    if status.st_size > max_bytes:
        size, most = status.st_size / MIB, max_bytes / MIB
        raise UserError(f"{name} has {size:.1f} MiB; at most {most:g} MiB are allowed.")


def _why(root: str, parts: list[str], relative: str, error: OSError) -> str:
    """The refusal in words. It looks at the names again: only the wording hangs on it."""
    name, folder = shown(relative, 80), root
    if not os.path.isdir(root):
        return f"The folder {shown(root, 80)} can't be opened: {error.strerror}."
    for depth, part in enumerate(parts):
        final = depth == len(parts) - 1
        path = os.path.join(folder, part)
        try:
            mode = os.lstat(path).st_mode
        except OSError as missing:
            return _missing(name, folder, parts, depth, missing)
        if stat.S_ISLNK(mode):
            link = "is" if final else f"leads through {shown(part)},"
            return f"{name} {link} a symbolic link; links are not followed, {_ADVICE}."
        if not final and not stat.S_ISDIR(mode):
            return f"{name} can't be opened: {shown(part)} is not a folder."
        folder = path
    if not stat.S_ISREG(mode):
        return f"{name} is not a regular file."
    return f"{name} can't be opened: {error.strerror}."


def _missing(name: str, folder: str, parts: list[str], depth: int, error: OSError) -> str:
    """`folder` holds no `parts[depth]`: what it holds that looks alike."""
    if not isinstance(error, FileNotFoundError):
        return f"{name} can't be opened: {error.strerror}."
    try:
        with os.scandir(folder) as entries:
            there = sorted(entry.name for entry in islice(entries, 1_000))
    except OSError:
        there = []
    meant = nearest(parts[depth], there)
    if meant is None:
        return f"{name} is not in the program's folder."
    path = "/".join([*parts[:depth], meant, *parts[depth + 1 :]])
    return f"{name} is not in the program's folder; did you mean {shown(path, 80)}?"
