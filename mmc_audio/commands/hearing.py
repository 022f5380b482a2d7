"""`--play` of the commands that list: what they name, heard at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mmc_audio.errors import UserError

if TYPE_CHECKING:
    from mmc_audio.clips import Pcm
    from mmc_audio.program import Program

F = TypeVar("F", bound=Callable[..., Any])
EVERY_S = 0.02


def play_options(function: F) -> F:
    """`--play` and where to."""
    output = click.option("--output", metavar="OUTPUT", help="With --play: as for mmc play.")
    return click.option("--play", is_flag=True, help="Hear it.")(output(function))


def hear(pcm: Pcm, output: str | None = None) -> None:
    """Play mono PCM to its end. Raises UserError where no output works, or it goes away."""
    from mmc_audio import devices

    device, _, _ = devices.choose(output)
    with closing(device):
        device.play(lambda first, frames: pcm[first : first + frames])
        while (state := device.state()) == "playing":
            time.sleep(EVERY_S)
    if state == "lost":
        raise UserError(f"The sound output {device.name} went away: {device.trouble()}.")


def session(program: Program, voice: str | None = None) -> Pcm:
    """The sound of a whole program, a short one, at the fullest level of talk."""
    from mmc_audio.cache import Cache
    from mmc_audio.console import notice
    from mmc_audio.folders import cache_folder
    from mmc_audio.session import Options
    from mmc_audio.studio import prepare

    prepared = prepare(
        program,
        Options(talk="full"),
        voice=voice,
        cache=Cache(cache_folder()),
        progress=lambda done, total: None,
        notice=notice,
    )
    return prepared.tape(prepared.timeline, prepared.mixer()).read(0, prepared.timeline.frames)
