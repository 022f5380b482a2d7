"""`mmc programs`: what is shipped."""

from __future__ import annotations

import click

from mmc_audio import figures
from mmc_audio.console import table
from mmc_audio.programs import find_program, shipped


@click.command()
def command() -> None:
    """List the shipped programs.

    Their names stand for PROGRAM in every command.

    \b
    Examples:
      mmc programs
      mmc new mine.toml --from hip-thrust
    """
    from mmc_audio.load import load_path
    from mmc_audio.plan import plan
    from mmc_audio.session import Options

    rows = []
    for name in shipped():
        program = load_path(find_program(name))
        length = plan(program, Options(talk=program.voice.talk)).duration_ms
        rows.append((name, figures.clock(length), program.title))
    table(("Name", "Length", "Title"), rows, right={"Length"})
