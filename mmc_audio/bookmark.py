"""Where the last session was left, so that it can be gone on with: one small JSON file.

It is replaced in one step and not synced: kept at every set, it is worth no wait for a disk. After
a power cut the old place, or none, is found.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from mmc_audio.errors import UserError, printable
from mmc_audio.folders import data_folder
from mmc_audio.program import TALKS
from mmc_audio.temporary import Temporary, sweep

FORMAT = 1
LONGEST = 65_536  # bytes; nothing of ours comes near

_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)  # a pipe in its place is not waited for


def _text_or_none(value: object) -> bool:
    return value is None or type(value) is str


def _flag(value: object) -> bool:
    return type(value) is bool


# The options of `mmc play` that are kept, and what each may be.
OPTIONS: Mapping[str, Callable[[Any], bool]] = {
    "voice": _text_or_none,
    "talk": lambda value: value is None or value in TALKS,
    "intro": _flag,
    "focus": lambda value: value in (None, "internal", "external", "auto"),
    "imagine": _flag,
    "week": lambda value: type(value) is int and 1 <= value <= 520,
    "tempo": lambda value: type(value) in (int, float) and 0.5 <= value <= 2,
    "wait": _flag,
    "output": _text_or_none,
    "volume": lambda value: type(value) is int and 0 <= value <= 100,
    "plain": _flag,
    "log": _flag,
}


@dataclass(frozen=True, slots=True)
class Bookmark:
    """The set at which to go on, of a program by its lasting name, and the options by theirs."""

    program: str
    exercise: int
    set: int
    options: Mapping[str, object]


def lasting_name(program: str) -> str:
    """What names the same program from every folder: an absolute path, or a shipped name."""
    is_file = os.path.exists(program) and not os.path.isdir(program)
    return os.path.abspath(program) if is_file else program


def keep(bookmark: Bookmark) -> None:
    """Put it in the place of the one before; of the options those in OPTIONS. Raises UserError."""
    path = _place()
    if path is None:
        raise UserError(
            "Where this session stands can't be kept: no home folder is known; MMC_DATA names one."
        )
    options = {name: value for name, value in bookmark.options.items() if name in OPTIONS}
    data = {"format": FORMAT, **asdict(bookmark), "options": options}
    try:
        _replace(path, json.dumps(data))
    except OSError as error:
        cause = f"{printable(str(path))}: {printable(error.strerror or str(error))}"
        raise UserError(
            f"Where this session stands can't be kept, {cause}. MMC_DATA names another folder."
        ) from error


def kept() -> Bookmark | None:
    """The last one, or None: nothing was left, or the file is damaged."""
    path = _place()
    try:
        return _bookmark(json.loads(_read(path))) if path else None
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None


def forget() -> None:
    """The session was done to its end. Harmless where nothing is kept."""
    path = _place()
    with suppress(OSError):
        if path:
            path.unlink()


def _place() -> Path | None:
    folder = data_folder()
    return folder / "bookmark.json" if folder else None


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    sweep(path.parent)
    with Temporary(path.parent) as temporary:
        temporary.write(text.encode("ascii"))
        temporary.place(path)


def _read(path: Path) -> str:
    with os.fdopen(os.open(path, _READ), encoding="ascii") as file:
        return file.read(LONGEST)


def _bookmark(data: Mapping[str, Any]) -> Bookmark:
    program, exercise, set_ = data["program"], data["exercise"], data["set"]
    options = {name: data["options"][name] for name in OPTIONS if name in data["options"]}
    right = (
        data["format"] == FORMAT
        and type(program) is str
        and all(type(number) is int and number >= 1 for number in (exercise, set_))
        and all(OPTIONS[name](value) for name, value in options.items())
    )
    if not right:
        raise ValueError("no bookmark of ours")
    return Bookmark(program, exercise, set_, options)
