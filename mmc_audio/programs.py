"""Finding the program file that the user named: a path, or the name of a shipped program."""

from __future__ import annotations

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
    if path.is_dir() and argument not in shipped():
        raise UserError(f"{shown(argument, 200)} is a folder; name a program file in it.")
    if path.exists() and not path.is_dir():
        return path
    if argument in shipped():
        return folder("programs") / f"{argument}{SUFFIX}"
    raise UserError(
        f"{shown(argument, 200)} is neither a file nor a shipped program. {_advice(path)}"
    )


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
