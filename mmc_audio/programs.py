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
    """The file that `argument` names: one here, or else a shipped one, by its name or a beginning.

    Raises UserError where there is none, or where several names begin so.
    """
    path = Path(argument)
    named = shown(argument, 200)
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):  # ValueError: a NUL in it
        mode = 0
    if mode and not stat.S_ISDIR(mode):
        return path
    if name := _shipped_name(argument):
        return folder("programs") / f"{name}{SUFFIX}"
    if mode:
        raise UserError(f"{named} is a folder; name a program file in it.")
    raise UserError(f"{named} is neither a file nor a shipped program. {_advice(path)}")


def _shipped_name(argument: str) -> str:
    """The shipped program called so, or the only one whose name begins so; "" if there is none."""
    names = shipped()
    if argument in names:
        return argument
    meant = [name for name in names if argument and name.startswith(argument)]
    if len(meant) > 1:
        raise UserError(
            f"{shown(argument)} is the beginning of several shipped programs: {', '.join(meant)}. "
            "Write more of the one you mean."
        )
    return meant[0] if meant else ""


def _advice(path: Path) -> str:
    files = {file.stem: file for file in _files_beside(path)}
    near = nearest(path.stem, list(files))
    meant = [printable(str(files[near]))] if near else []
    begun = {begun: name for name in reversed(shipped()) for begun in _beginnings(name)}
    near = nearest(path.stem, list(begun))
    meant += [begun[near]] if near else []
    if meant:
        return f"Did you mean {listed(meant)}?"
    return f"Shipped are {', '.join(shipped())}."


def _beginnings(name: str) -> list[str]:
    """`hip-thrust` and `hip-thrust-mmc` of `hip-thrust-mmc`; one word is near too much else."""
    words = name.split("-")
    return ["-".join(words[:count]) for count in range(2, len(words) + 1)]


def _files_beside(path: Path) -> list[Path]:
    """The program files in the folder where `path` was looked for."""
    try:
        return sorted(file for file in path.parent.iterdir() if file.suffix == SUFFIX)
    except OSError:
        return []
