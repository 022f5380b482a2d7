"""`mmc sounds`: the clicks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mmc_audio.commands.hearing import hear, play_options
from mmc_audio.console import echo, table
from mmc_audio.errors import UserError, listed, shown
from mmc_audio.program import SoundSettings
from mmc_audio.timeline import FRAMES_PER_MS

if TYPE_CHECKING:
    from mmc_audio.clips import Pcm

APART_MS = 1_000
ALONE = 'title = "{set}"\n[sound]\nclicks = "{set}"\n[[exercise]]\nname = "{set}"\n'


@click.command()
@click.argument("set_", metavar="[SET]", required=False)
@play_options
def command(set_: str | None, play: bool, output: str | None) -> None:
    """List the click sets and their sounds.

    A program chooses a set with clicks = "NAME" under [sound], and replaces single sounds by its
    own files there. --play plays all sounds of SET, or of the usual one, in the order of the list;
    the program hear-it-first says what each means before it plays.

    \b
    Examples:
      mmc sounds
      mmc sounds wood --play
    """
    from mmc_audio.sounds import MEANINGS, click_sets

    table(("Set", "What it is like"), [(each.name, each.about) for each in click_sets()])
    echo()
    table(("Sound", "What it means"), list(MEANINGS.items()))
    if play:
        hear(_one_by_one(set_ or SoundSettings().clicks), output)


def _one_by_one(name: str) -> Pcm:
    """Every sound of a click set, as in the list. Raises UserError where there is no such set."""
    import numpy as np

    from mmc_audio.load import load_bytes
    from mmc_audio.sounds import NAMES, click_sets, load_sounds

    sets = [each.name for each in click_sets()]
    if name not in sets:
        raise UserError(f"There is no click set {shown(name)}; there are {listed(sets)}.")
    clips = load_sounds(load_bytes(ALONE.format(set=name).encode(), name=name, folder=""))
    longest = [-(-clips[each].duration_ms // APART_MS) * APART_MS for each in NAMES]
    whole = np.zeros(sum(longest) * FRAMES_PER_MS, np.int16)
    for index, each in enumerate(NAMES):
        start = sum(longest[:index]) * FRAMES_PER_MS
        whole[start : start + len(clips[each].pcm)] = clips[each].pcm
    return whole
