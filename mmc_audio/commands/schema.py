"""`mmc schema`: the program file's JSON Schema."""

from __future__ import annotations

import json

import click

from mmc_audio.console import echo


@click.command()
def command() -> None:
    """Print the JSON Schema of the program file, for editors.

    An editor that knows it completes the keys of a program and marks mistakes while you type.

    \b
    Example:
      mmc schema > mmc-program.schema.json
    """
    from mmc_audio.load import schema

    echo(json.dumps(schema(), indent=2))
