"""`mmc check`: what is wrong with program files, and what one should know of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import click

from mmc_audio.arrange import Spoken
from mmc_audio.cache import Cache
from mmc_audio.check import Case, case_of, findings, own_words_left_out, verdict
from mmc_audio.commands.options import (
    listener_argument,
    programs_argument,
    session_options,
)
from mmc_audio.console import echo, notice, progress
from mmc_audio.errors import ProgramError, UserError, describe, printable
from mmc_audio.folders import cache_folder
from mmc_audio.listener import Listener
from mmc_audio.program import Program, SoundSettings
from mmc_audio.session import Options, Session


@click.command()
@programs_argument
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
@session_options
@listener_argument
def command(programs: tuple[str, ...], strict: bool, listener: Listener) -> int:
    """Tell every fault and warning of program files.

    An error keeps a program from playing. A warning says that something written is not heard, or
    works against the lifter; a note, that it is heard otherwise than one might think.

    \b
    Examples:
      mmc check bridges.toml
      mmc check clients/*.toml --strict
      mmc check strength.toml --week 4
    """
    results = [_checked(argument, listener, strict=strict) for argument in programs]
    return 0 if all(results) else 1


def _checked(argument: str, listener: Listener, *, strict: bool) -> bool:
    """Print the findings and the verdict of one program; whether it passes."""
    try:
        program = listener.program(argument)
        examined = case(program, listener.options(program), listener.voice)
    except ProgramError as error:
        name, source, faults = error.name, error.source, error.faults
    except UserError as error:
        notice(f"{printable(argument)}: error: {error}")
        return False
    else:
        name, source, faults = program.name, program.source, findings(examined)
        for text in own_words_left_out(examined.reports):
            echo(f'{printable(name)}: note: there is no room for "{text}"')
    if faults:
        echo(describe(name, source, faults))
    echo(verdict(name, faults))
    failing = {"error", "warning"} if strict else {"error"}
    return not any(fault.severity in failing for fault in faults)


def case(program: Program, chosen: Options, voice: str | None) -> Case:
    """The session as it is arranged with the voice's own lengths."""
    from mmc_audio.phrasebook import lengths

    _check_sounds(program)

    def spoken(session: Session) -> Mapping[str, Spoken]:
        with progress("Speaking") as report:
            return lengths(
                session.phrases(),
                program.voice,
                choice=voice,
                folder=program.folder,
                cache=Cache(cache_folder()),
                progress=lambda done, total: report(done / max(1, total)),
                notice=notice,
            )

    return case_of(program, chosen, spoken)


def _check_sounds(program: Program) -> None:
    """Its own sound files are part of what is checked, its music, the name of its click set."""
    if program.music:
        from mmc_audio.music import check_sounds

        check_sounds(program)
    if program.sound == replace(SoundSettings(), places=program.sound.places):
        return  # as shipped: there is nothing to read
    from mmc_audio.sounds import load_sounds

    load_sounds(program)
