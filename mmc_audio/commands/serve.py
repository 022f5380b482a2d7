"""`mmc serve`: a program in the browser while it is written."""

from __future__ import annotations

from pathlib import Path

import click

from mmc_audio.check import findings, own_words_left_out, verdict
from mmc_audio.commands.check import case
from mmc_audio.commands.options import (
    listener_argument,
    program_argument,
    session_options,
    tempo_option,
)
from mmc_audio.commands.preparing import prepared_for
from mmc_audio.console import echo, notice
from mmc_audio.errors import ProgramError, UserError
from mmc_audio.listener import Listener
from mmc_audio.program import Program
from mmc_audio.serve.desk import Desk, Draft
from mmc_audio.serve.report import Finding
from mmc_audio.serve.report import findings as beside_lines

HOST, PORT = "127.0.0.1", 8765
HERE = ("127.0.0.1", "localhost", "::1")


@click.command()
@program_argument
@click.option(
    "--host",
    default=HOST,
    show_default=True,
    help="The address to listen on. Any other lets others on the network see the program.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=PORT,
    show_default=True,
    help="The port; 0 takes any that is free.",
)
@session_options
@tempo_option
@listener_argument
def command(program: str, host: str, port: int, listener: Listener) -> None:
    """Show a program in the browser while you write it.

    The page plays the session as a phone does. It comes anew at each save, and shows what
    `mmc check` finds beside the lines of the program. An error leaves the last page that played.

    \b
    Examples:
      mmc serve bridges.toml
      mmc serve bridges.toml --port 0 --week 3
    """
    from mmc_audio.programs import find_program
    from mmc_audio.serve import watch
    from mmc_audio.serve.server import Server

    path = Path(find_program(program))
    desk = Desk(Draft(program))
    with Server(host, port, desk) as server:
        echo(f"Serving {program} at {server.address}", flush=True)
        echo("The page comes anew at each save. Ctrl-C ends it.", flush=True)
        if host not in HERE:
            notice("Whoever can reach this machine can see the program.")
        while True:
            # Looked at before it is read: what is saved meanwhile is read again.
            files = (path, *own_sounds(program, listener))
            seen = watch.signature(files)
            draft = made(desk.look(), program, listener)
            echo(draft.verdict, flush=True)
            desk.put(draft)
            watch.changed(files, seen)


def own_sounds(argument: str, listener: Listener) -> tuple[Path, ...]:
    """The program's own sound files, so that one that is saved, or put there, is seen too."""
    try:
        program = listener.program(argument)
    except UserError:
        return ()
    music = program.music.files if program.music else ()
    spoken = (program.voice.recordings,) if program.voice.recordings else ()
    names = (*program.sound.files.values(), *music, *spoken)
    return tuple(Path(program.folder, name) for name in names)


def made(before: Draft, argument: str, listener: Listener) -> Draft:
    """The draft of the program as it is now; what is wrong with it is told in it."""
    try:
        program = listener.program(argument)
        examined = case(program, listener.options(program), listener.voice)
        found = findings(examined)
        page = _page(program, listener)
    except ProgramError as error:
        lines = beside_lines(error.source, error.faults)
        return before.saved(verdict(error.name, error.faults), lines, None)
    except UserError as error:
        text = str(error)
        return before.saved(f"{argument}: {text}", (Finding("error", text),), None)
    left_out = tuple(
        Finding("note", f'there is no room for "{text}"')
        for text in own_words_left_out(examined.reports)
    )
    lines = beside_lines(program.source, found)
    return before.saved(verdict(program.name, found), (*lines, *left_out), page)


def _page(program: Program, listener: Listener) -> bytes:
    """The session as the page that `mmc export` writes."""
    from mmc_audio.outputs import page

    recording = prepared_for(listener, program).recording()
    # A save makes another session: the place in it and the volumes stay.
    return page.html(recording, kept_under="mmc serve").encode()
