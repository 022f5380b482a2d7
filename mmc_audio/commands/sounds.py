"""`mmc sounds`: the clicks."""

from __future__ import annotations

import click

from mmc_audio.console import echo, table


@click.command()
def command() -> None:
    """List the click sets and their sounds.

    A program chooses a set with clicks = "NAME" under [sound], and replaces single sounds by its
    own files there.

    \b
    Example:
      mmc sounds
    """
    from mmc_audio.sounds import MEANINGS, click_sets

    table(("Set", "What it is like"), [(each.name, each.about) for each in click_sets()])
    echo()
    table(("Sound", "What it means"), list(MEANINGS.items()))
