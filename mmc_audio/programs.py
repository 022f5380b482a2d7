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
    beside = _names_beside(path)
    file = nearest(path.name, beside) or nearest(f"{path.name}{SUFFIX}", beside)
    meant = [printable(str(path.with_name(file)))] if file else []
    meant += filter(None, [nearest(path.stem, shipped())])
    if meant:
        return f"Did you mean {listed(meant)}?"
    return f"Shipped are {', '.join(shipped())}."


def _names_beside(path: Path) -> list[str]:
    """The program files in the folder where `path` was looked for."""
    try:
        return sorted(entry.name for entry in path.parent.iterdir() if entry.suffix == SUFFIX)
    except OSError:
        return []
