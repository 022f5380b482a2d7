"""Finding the program file that the user named: a path, or the name of a shipped program."""

from __future__ import annotations

import stat
from pathlib import Path

from mmc_audio.errors import UserError, listed, nearest, printable, shown
from mmc_audio.resources import folder

SUFFIX = ".toml"


def shipped() -> list[str]:
    """The names of the shipped programs, sorted."""
    return sorted(path.stem for path in folder("programs").glob(f"*{SUFFIX}"))


def find_program(argument: str) -> Path:
    """The file that `argument` names. A file here wins over a shipped program of that name."""
    path = Path(argument)
    named = shown(argument, 200)
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):  # ValueError: a NUL in it
        mode = 0
    if mode and not stat.S_ISDIR(mode):
        return path
    if argument in shipped():
        return folder("programs") / f"{argument}{SUFFIX}"
    if mode:
        raise UserError(f"{named} is a folder; name a program file in it.")
    raise UserError(f"{named} is neither a file nor a shipped program. {_advice(path)}")


def _advice(path: Path) -> str:
    files = {file.stem: file for file in _files_beside(path)}
    near = nearest(path.stem, list(files))
    meant = [printable(str(files[near]))] if near else []
    meant += filter(None, [nearest(path.stem, shipped())])
    if meant:
        return f"Did you mean {listed(meant)}?"
    return f"Shipped are {', '.join(shipped())}."


def _files_beside(path: Path) -> list[Path]:
    """The program files in the folder where `path` was looked for."""
    try:
        return sorted(file for file in path.parent.iterdir() if file.suffix == SUFFIX)
    except OSError:
        return []
