"""The sets of a plan as a coach counts them: sides and parts together, sets that are alike as one.

`mmc show` prints a line for each, and a picture of the session says the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from mmc_audio import figures
from mmc_audio.program import Exercise, Program, Set
from mmc_audio.summary import SetTime, Summary


@dataclass(frozen=True, slots=True)
class Round:
    """One set of an exercise: its bouts, and the times of each."""

    bouts: tuple[Set, ...]
    times: tuple[SetTime, ...]

    @property
    def number(self) -> int:
        return self.bouts[0].number

    @property
    def parts(self) -> tuple[Set, ...]:
        """The bouts of one side: the groups of a cluster, a row of holds, or a single one."""
        return tuple(bout for bout in self.bouts if bout.side == self.bouts[0].side)

    @property
    def sides(self) -> int:
        """How many sides work in it, one after the other or by turns."""
        return 2 if self.bouts[0].alternate else len({bout.side for bout in self.bouts})

    @property
    def rest_ms(self) -> int:
        """The rest after it; 0 where the session is over."""
        return self.bouts[-1].rest_ms if self.times[-1].rest_ms else 0

    @property
    def work(self) -> str:
        """`12`, `8-12 a side`, `4+4+4`, `6 x 5 s`, `max 20`, `hold`, `8 left`."""
        first, parts = self.bouts[0], self.parts
        if first.hold_ms:
            text = f"{len(parts)} x {figures.seconds(first.hold_ms)}" if parts[1:] else "hold"
        elif first.amrap:
            text = f"max {counted(first)}"
        else:
            text = "+".join(_reps(part) for part in parts)
        return f"{text} a side" if self.sides > 1 else f"{text} {first.side}".rstrip()

    @property
    def tension(self) -> str:
        """`60 s`, or `60 s a side`."""
        each = sum(time.under_tension_ms for time in self.times) // self.sides
        return figures.seconds(each) + " a side" * (self.sides > 1)


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbouring sets of one exercise that differ in their number alone."""

    number: int  # of the exercise
    exercise: Exercise
    rounds: tuple[Round, ...]

    @property
    def first(self) -> Set:
        return self.rounds[0].bouts[0]

    @property
    def heading(self) -> str:
        return f"{self.number} {self.exercise.name}"

    @property
    def asks(self) -> str:
        """`3 × 8-12, 3-1-2-1, 55 %, RIR 3`: how many sets of what, in one line."""
        work = self.rounds[0].work.replace(" x ", " × ")
        if self.first.hold_ms and work.startswith("hold"):
            work = f"{work} {figures.seconds(self.first.hold_ms)}"
        tempo = "" if self.first.hold_ms else self.first.tempo.text
        asks = (self.first.label, f"{len(self.rounds)} × {work}", tempo, effort(self.first))
        return ", ".join(filter(None, asks))

    @property
    def sets(self) -> str:
        """`set 1`, `sets 2-4, heavier`."""
        first, last = self.rounds[0].number, self.rounds[-1].number
        numbers = f"set {first}" if first == last else f"sets {first}-{last}"
        return f"{numbers}, {self.first.label}" if self.first.label else numbers


def groups(program: Program, summary: Summary) -> list[Group]:
    """Exercise by exercise, also of those that take turns."""
    found = []
    for number, times in by_exercise(summary):
        exercise = program.exercises[number - 1]
        for _, alike in groupby(_rounds(exercise, times), _likeness):
            found.append(Group(number, exercise, tuple(alike)))
    return found


def by_exercise(summary: Summary) -> Iterator[tuple[int, list[SetTime]]]:
    """The bouts of each exercise, the exercises in the order in which they begin."""
    found: dict[int, list[SetTime]] = {}
    for time in summary.sets:
        found.setdefault(time.exercise, []).append(time)
    yield from found.items()


def _rounds(exercise: Exercise, times: list[SetTime]) -> Iterator[Round]:
    for _, group in groupby(times, lambda time: time.number):
        own = tuple(group)
        yield Round(tuple(exercise.sets[time.set - 1] for time in own), own)


def _likeness(round_: Round) -> tuple[Set, ...]:
    return tuple(replace(bout, number=1) for bout in round_.bouts)


def asked(program: Program, summary: Summary) -> dict[int, tuple[str, ...]]:
    """By the number of each exercise, what its sets ask for: a line for each kind of set."""
    found: dict[int, tuple[str, ...]] = {}
    for group in groups(program, summary):
        found[group.number] = (*found.get(group.number, ()), group.asks)
    return found


def effort(set_: Set) -> str:
    """`55 %`, `55 %, RIR 3`, `bodyweight`: RIR are the reps in reserve."""
    reserve = "" if set_.rir is None else f"RIR {set_.rir}"
    return ", ".join(filter(None, (load(set_), reserve)))


def load(set_: Set) -> str:
    """The load as it is written; "" for none."""
    if set_.load is None:
        return ""
    return set_.load if isinstance(set_.load, str) else f"{set_.load:g} %"


def counted(set_: Set) -> int:
    """The reps as one counts them: those of a side."""
    return set_.reps // 2 if set_.alternate else set_.reps


def _reps(set_: Set) -> str:
    low = set_.reps_from // 2 if set_.alternate else set_.reps_from
    return str(counted(set_)) if low == counted(set_) else f"{low}-{counted(set_)}"
