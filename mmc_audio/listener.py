"""What someone chose who listens to a session: plain data, to be handed to another process too."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

from mmc_audio.order import start_of
from mmc_audio.program import Program, Talk
from mmc_audio.roster import Row
from mmc_audio.session import FocusChoice, Options


@dataclass(frozen=True, slots=True)
class Place:
    """Where to begin: an exercise and its set, as people count; `bout` tells a part of it apart."""

    exercise: int
    set: int
    bout: int = 0


@dataclass(frozen=True, slots=True)
class Listener:
    """What someone chose who listens: over what the coach wrote. None: as the program has it."""

    voice: str | None = None
    talk: Talk | None = None
    start: Place | None = None
    intro: bool = True
    focus: FocusChoice | None = None
    imagine: bool = False
    week: int = 1
    tempo: float = 1.0
    music: bool = True

    def program(self, argument: str, row: Row | None = None) -> Program:
        """The program that `argument` names, in the chosen week, for a client. Raises UserError."""
        from mmc_audio.load import load_path
        from mmc_audio.programs import find_program

        program = load_path(find_program(argument), week=self.week, row=row)
        return program if self.music else replace(program, music=None)

    def options(self, program: Program) -> Options:
        """The options of a session of this program. Raises UserError for a start that isn't."""
        return Options(
            talk=self.talk or program.voice.talk,
            intro=self.intro,
            start=_start(program, self.start) if self.start else (1, 1),
            permille=round(self.tempo * 1_000),
            focus=None if self.focus == "auto" else self.focus,
            imagine=self.imagine,
        )

    def of(self, row: Row) -> Listener:
        """As a row of a roster has it."""
        week, focus = row.cell("week"), row.cell("focus")
        return replace(
            self,
            week=int(week.text) if week else self.week,
            focus=cast(FocusChoice, focus.text) if focus else self.focus,
        )


def _start(program: Program, place: Place) -> tuple[int, int]:
    if place.bout:
        return place.exercise, place.bout
    return start_of(program, place.exercise, place.set)
