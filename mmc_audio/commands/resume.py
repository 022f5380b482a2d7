"""`mmc play --resume`: a session gone on with where the last one was left."""

from __future__ import annotations

import itertools
import shlex
from pathlib import Path

import click
from click.core import ParameterSource

from mmc_audio import bookmark
from mmc_audio.console import notice
from mmc_audio.errors import UserError, count, printable
from mmc_audio.listener import Place
from mmc_audio.program import Program


def as_it_was_left(context: click.Context, options: dict[str, object]) -> dict[str, object]:
    """The options of the session that is gone on with, and over them those given now."""
    kept = bookmark.kept()
    if kept is None:
        raise UserError("No session was left in its middle: name a PROGRAM to begin one.")
    given = {
        name: value
        for name, value in options.items()
        if value is not None and context.get_parameter_source(name) == ParameterSource.COMMANDLINE
    }
    named = str(given.pop("program", kept.program))
    if bookmark.lasting_name(named) != kept.program:
        raise UserError(
            f"The last session was {kept.program}; --resume goes on with it. "
            "Leave the name out, or leave --resume out to begin anew."
        )
    left = {"program": kept.program, "start": Place(kept.exercise, 0, kept.set), "intro": False}
    return {**options, **kept.options, **left, **given}


def check_place(program: Program, name: str, place: Place | None) -> None:
    """Raises UserError where the set is gone that a session goes on with: programs are edited."""
    exercises = program.exercises
    if place is None or not place.bout:
        return
    if place.exercise > len(exercises):
        left = f"it has {count(len(exercises), 'exercise')}"
    elif place.bout > len(exercises[place.exercise - 1].sets):
        left = f"exercise {place.exercise} has {count(exercises[place.exercise - 1].rounds, 'set')}"
    else:
        return
    raise UserError(
        f"The set at which the last session ended is no longer in {printable(program.name)}: "
        f"{left}. Begin anew with: mmc play {printable(shlex.quote(name))}; "
        "or go on from another place: mmc play --resume --from 1.1"
    )


def apart(output: str | None) -> str | None:
    """Another file where that of `output` is there: it may hold the session up to now."""
    from mmc_audio import devices

    name, colon, file = (output or "").partition(":")
    path = Path(file if colon else devices.FILE)
    if name != "file" or not path.exists():
        return output
    names = (path.with_name(f"{path.stem}-{number}{path.suffix}") for number in itertools.count(2))
    free = next(name for name in names if not name.exists())
    notice(f"{printable(str(path))} stays; what follows is written to {printable(str(free))}.")
    return f"file:{free}"
