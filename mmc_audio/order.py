"""The order in which bouts are done: exercise by exercise, in supersets by turns. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from mmc_audio.errors import UserError, count
from mmc_audio.program import Exercise, Program, Set


@dataclass(frozen=True, slots=True)
class Turn:
    """One bout of an exercise: both counted from 1."""

    number: int
    exercise: Exercise
    bout: int

    @property
    def set(self) -> Set:
        return self.exercise.sets[self.bout - 1]


def turns(program: Program, start: tuple[int, int] = (1, 1)) -> tuple[Turn, ...]:
    """Every bout from the bout `start` = (exercise, bout) on, in the order they are done."""
    order = [turn for group in _groups(program) for turn in _by_rounds(group)]
    first = next(i for i, turn in enumerate(order) if (turn.number, turn.bout) == start)
    return tuple(order[first:])


def start_of(program: Program, number: int, set_number: int) -> tuple[int, int]:
    """(exercise, bout) of the first bout of a set. Raises UserError where there is no such set."""
    exercise = exercise_of(program, number)
    for bout, set_ in enumerate(exercise.sets, 1):
        if set_.number == set_number:
            return number, bout
    raise UserError(
        f"{program.name}: there is no set {set_number} of exercise {number} ({exercise.name}); "
        f"it has {count(exercise.rounds, 'set')}"
    )


def exercise_of(program: Program, number: int) -> Exercise:
    """The exercise of a number from 1. Raises UserError where there is none."""
    if not 1 <= number <= len(program.exercises):
        have = count(len(program.exercises), "exercise")
        raise UserError(f"{program.name}: there is no exercise {number}; the program has {have}")
    return program.exercises[number - 1]


_Numbered = tuple[int, Exercise]


def _groups(program: Program) -> Iterator[list[_Numbered]]:
    """Neighbours with one superset label together, every other exercise alone."""
    numbered = list(enumerate(program.exercises, 1))
    for label, group in groupby(numbered, key=lambda pair: pair[1].superset):
        members = list(group)
        yield from [members] if label else ([member] for member in members)


def _by_rounds(group: Sequence[_Numbered]) -> Iterator[Turn]:
    for round_ in range(1, max(exercise.rounds for _, exercise in group) + 1):
        for number, exercise in group:
            for bout, set_ in enumerate(exercise.sets, 1):
                if set_.number == round_:
                    yield Turn(number, exercise, bout)
