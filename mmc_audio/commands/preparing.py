"""A session made ready for a command that shows it: what is spoken is told on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mmc_audio.console import notice, progress
from mmc_audio.listener import Listener
from mmc_audio.program import Program

if TYPE_CHECKING:
    from mmc_audio.studio import Prepared


def prepared_for(listener: Listener, program: Program) -> Prepared:
    """The session of a program as someone chose to hear it. Raises UserError."""
    from mmc_audio.cache import Cache
    from mmc_audio.folders import cache_folder
    from mmc_audio.studio import prepare

    with progress("Speaking") as report:
        return prepare(
            program,
            listener.options(program),
            voice=listener.voice,
            cache=Cache(cache_folder()),
            progress=lambda done, total: report(done / max(1, total)),
            notice=notice,
        )
