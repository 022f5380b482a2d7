"""What the rules of check read, and how their messages name things."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from mmc_audio.arrange import Spoken, arrange
from mmc_audio.errors import Fault, Place, printable
from mmc_audio.plan import plan
from mmc_audio.program import Cue, Exercise, Program
from mmc_audio.session import Options, Session, spoken_only
from mmc_audio.timeline import Report, Timeline


@dataclass(frozen=True, slots=True)
class Case:
    """A program in one of its weeks, and what came of it with a voice, `spoken` by which."""

    program: Program
    options: Options
    session: Session
    spoken: Mapping[str, Spoken]
    timeline: Timeline

    @property
    def reports(self) -> tuple[Report, ...]:
        return self.timeline.reports

    def reports_of(self, program: Program) -> tuple[Report, ...]:
        """What would be reported of another program; texts that only it has are not said."""
        session = spoken_only(plan(program, self.options), self.spoken)
        return arrange(session, self.spoken).reports

    def exercises(self) -> Iterator[tuple[int, Exercise]]:
        """Every exercise with its number, from 1."""
        return enumerate(self.program.exercises, 1)

    def exercise(self, number: int) -> Exercise:
        return self.program.exercises[number - 1]


def case_of(
    program: Program, options: Options, spoken: Callable[[Session], Mapping[str, Spoken]]
) -> Case:
    """Plan and arrange a program; `spoken` gives the lengths of the phrases of a session."""
    session = plan(program, options)
    lengths = spoken(session)
    return Case(program, options, session, lengths, arrange(session, lengths))


Rule = Callable[[Case], Iterator[Fault]]


def called(number: int, name: str) -> str:
    """How a message begins that is about an exercise."""
    return f"exercise {number} ({printable(name)})"


def of_key(exercise: Exercise, key: str) -> Place:
    """Where a key of an exercise is written, or else where the exercise begins."""
    return exercise.places.get(key, exercise.where)


def from_library(cue: Cue, exercise: Exercise) -> bool:
    """Whether a cue was not written in the program; it has no place there but its exercise's."""
    return cue.where == exercise.where


def often(times: int, first: str) -> str:
    """`set 1, rep 2`, or `3 times, first in set 1, rep 2`."""
    return first if times == 1 else f"{times} times, first in {first}"
