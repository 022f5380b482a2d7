"""`mmc show --picture`: a session, or one rep of it, drawn."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mmc_audio import figures
from mmc_audio.commands.preparing import prepared_for
from mmc_audio.errors import UserError, shown
from mmc_audio.listener import Listener
from mmc_audio.pictures.reps import RepPlace

if TYPE_CHECKING:
    from mmc_audio.pictures.rep import Peaks
    from mmc_audio.pictures.shapes import Picture
    from mmc_audio.studio import Prepared

SUFFIXES = (".svg", ".png")
COLUMNS = 800  # of a waveform


class RepChoice(click.ParamType):
    """`1.2.3` is exercise 1, set 2, rep 3; `1.2` is its first rep."""

    name = "EXERCISE.SET.REP"
    TELLING = "telling"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> RepPlace | str:
        if value == self.TELLING:
            return value
        match = re.fullmatch(r"([1-9][0-9]{0,3})\.([1-9][0-9]{0,3})(?:\.([1-9][0-9]{0,3}))?", value)
        if match is None:
            self.fail(
                f"{shown(value)} is no rep. Write 1.2.3 for exercise 1, set 2, rep 3, "
                "or 1.2 for the first rep of that set."
            )
        return RepPlace(int(match[1]), int(match[2]), int(match[3] or 1))


def draw(
    argument: str, target: Path, rep: RepPlace | str | None, listener: Listener
) -> tuple[str, ...]:
    """Write the picture; lines that tell what was written. Raises UserError."""
    from mmc_audio import outputs
    from mmc_audio.outputs.picture import save

    if target.suffix.lower() not in SUFFIXES:
        raise UserError(
            f"{shown(target.name, 200)} is no name of a picture; it has to end in .svg or .png."
        )
    outputs.writer_for(target)  # a kind that can't be written is told before any work
    prepared = prepared_for(listener, listener.program(argument))
    if rep is None:
        outputs.save(prepared.recording(), target)
        what = f"the session, {figures.clock(prepared.timeline.duration_ms)}"
    else:
        drawn = _rep(prepared, rep)
        save(drawn, target)
        what = drawn.title
    return (f"{target}: {what}, {figures.size(target.stat().st_size)}",)


def _rep(prepared: Prepared, wanted: RepPlace | str) -> Picture:
    from mmc_audio.chart import Chart
    from mmc_audio.pictures import rep, reps, wave
    from mmc_audio.timeline import FRAMES_PER_MS

    chart = Chart(prepared.timeline)
    found = reps.find(chart, wanted) if isinstance(wanted, RepPlace) else reps.telling(chart)
    tape = prepared.tape(prepared.timeline, prepared.mixer())

    def sound(since_ms: int, until_ms: int) -> Peaks:
        frames = (until_ms - since_ms) * FRAMES_PER_MS
        return wave.peaks(tape.read(since_ms * FRAMES_PER_MS, frames), COLUMNS)

    return rep.picture(chart, found, sound)
