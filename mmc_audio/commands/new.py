"""`mmc new`: a program to start from."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from mmc_audio.console import echo
from mmc_audio.errors import UserError, printable, shown
from mmc_audio.programs import SUFFIX, find_program

TEMPLATE = Path(__file__).with_name("new.toml")


def _checked(key: str) -> Callable[[click.Context, click.Parameter, Any], Any]:
    """A callback of click's: the value by the rules of the key, or why it can't be."""

    def check(ctx: click.Context, param: click.Parameter, value: Any) -> Any:
        from mmc_audio.commands.draft import reason

        for text in value if isinstance(value, tuple) else (value,):
            if text is not None and (wrong := reason(key, text)):
                raise click.BadParameter(wrong, ctx, param)
        return value

    return check


@click.command()
@click.argument("file", metavar="FILE")
@click.option("--from", "origin", metavar="NAME", help="Copy this program instead.")
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@click.option(
    "--exercise",
    "exercises",
    metavar="NAME",
    multiple=True,
    callback=_checked("name"),
    help="An exercise of the program; once for each. `mmc exercises` lists the known ones.",
)
@click.option("--title", callback=_checked("title"), help="What the session is called.")
@click.option("--sets", metavar="N", callback=_checked("sets"), help="Sets of each exercise: 3.")
@click.option("--reps", metavar="N", callback=_checked("reps"), help="Reps of a set: 10, 8-12.")
@click.option(
    "--tempo",
    callback=_checked("tempo"),
    help="Lower, pause, lift, squeeze: 3-1-2-1. Unwritten: each exercise's own.",
)
@click.option(
    "--rest", metavar="S", callback=_checked("rest"), help="Rest between sets: 60, 1m30s."
)
@click.option(
    "--language", callback=_checked("language"), help="The language of your cues: en, es, de."
)
def command(
    file: str, origin: str | None, force: bool, exercises: tuple[str, ...], **answers: str | None
) -> None:
    """Write a commented program that already works.

    FILE gets the suffix .toml if it has none. On a terminal it asks for what no option says; in a
    pipe, and without --exercise, it writes an example.

    \b
    Examples:
      mmc new bridges.toml
      mmc new thrusts.toml --from hip-thrust
      mmc new legs.toml --exercise "Hip thrust" --exercise "Leg curl" --reps 8-12
    """
    if not Path(file).name.strip("."):
        raise UserError(f"{shown(file)} is no name for a file.")
    target = Path(file if Path(file).suffix else file + SUFFIX)
    given = {key: value for key, value in answers.items() if value is not None}
    if origin and (exercises or given):
        raise click.UsageError("--from copies a program as it is; no other option goes with it.")
    if not force and os.path.exists(target):  # before anyone answers questions in vain
        raise _is_there(target)
    _write(target, _body(origin, exercises, given), force=force)
    echo(f"Wrote {printable(str(target))}.")


def _body(origin: str | None, exercises: tuple[str, ...], given: Mapping[str, str]) -> bytes:
    """What goes into the file: a copy, what was asked for, or an example."""
    if not (origin or exercises):
        if _someone_answers():
            return _drafted((), given)
        if given:
            raise click.UsageError(f"--{next(iter(given))} wants an --exercise beside it.")
    if exercises:
        return _drafted(exercises, given)
    if not origin:
        return TEMPLATE.read_bytes()
    from mmc_audio.load.reading import decode, read_bytes

    source = find_program(origin)
    data = read_bytes(source)
    decode(data, str(source))  # what is no text, or too large for a program, is not copied
    return data


def _someone_answers() -> bool:
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def _drafted(exercises: tuple[str, ...], given: Mapping[str, str]) -> bytes:
    """A program of these exercises; of those that someone names, where there are none."""
    from mmc_audio.commands.draft import Chosen, Draft, written

    if not exercises:
        from mmc_audio.commands.asking import asked

        return written(asked(given)).encode()
    return written(Draft(tuple(map(Chosen, exercises)), **given)).encode()


def _write(target: Path, body: bytes, *, force: bool) -> None:
    from mmc_audio.outputs import files

    try:
        if force:
            files.replace(target, lambda temporary: temporary.write_bytes(body))
        else:
            files.create(target, body)
    except FileExistsError:
        raise _is_there(target) from None


def _is_there(target: Path) -> UserError:
    return UserError(
        f"{shown(str(target), 200)} is already there. "
        "Choose another name, or --force to replace it."
    )


def _unopened(error: OSError) -> UserError:
    return UserError(f"{shown(str(error.filename), 200)} could not be opened: {error.strerror}.")
