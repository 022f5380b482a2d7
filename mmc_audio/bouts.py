"""The skeleton of a session: which set stands where in time. Pure arithmetic in milliseconds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from mmc_audio.program import MOVING, PHASES, Exercise, Phase, Program, SessionSettings, Set, Start
from mmc_audio.session import Spot
from mmc_audio.tempo import Part

BEAT_MS = 1_000  # the counted lead-in and the ticks go once a second


@dataclass(frozen=True, slots=True)
class Slot:
    """A phase as it is played: `offset_ms` from the start of its rep. Never of zero length."""

    name: Phase
    offset_ms: int
    duration_ms: int
    letter: str

    @property
    def end_ms(self) -> int:
        return self.offset_ms + self.duration_ms

    @property
    def moving(self) -> bool:
        return self.name in MOVING


@dataclass(frozen=True, slots=True)
class Bout:
    """One set in its place. `gap_ms` before it holds the rest (or the first set-up) and lead-in."""

    exercise: Exercise
    number: int  # of the exercise, from 1
    set: Set
    set_number: int
    at_ms: int
    gap_ms: int
    beats: int  # counted before it, a second each
    opening: bool  # the first set of this exercise that is played
    slots: tuple[Slot, ...]

    @property
    def rep_ms(self) -> int:
        return self.slots[-1].end_ms if self.slots else 0

    @property
    def duration_ms(self) -> int:
        return self.set.hold_ms or self.set.reps * self.rep_ms

    @property
    def end_ms(self) -> int:
        return self.at_ms + self.duration_ms

    @property
    def gap_at_ms(self) -> int:
        return self.at_ms - self.gap_ms

    @property
    def count_at_ms(self) -> int:
        """Where the counted lead-in begins (at the set itself where there is none)."""
        return self.at_ms - self.beats * BEAT_MS

    def spot(self, rep: int = 0) -> Spot:
        return Spot(self.number, self.exercise.name, self.set_number, rep)

    def rep_at_ms(self, rep: int) -> int:
        return self.at_ms + (rep - 1) * self.rep_ms


def rep_slots(set_: Set, start: Start, session: SessionSettings) -> tuple[Slot, ...]:
    """The phases of one rep in the order they are done; empty for a hold.

    `start` rotates the loop, it never reorders the numbers.
    """
    if set_.hold_ms:
        return ()
    first = PHASES.index(start)
    slots, at = [], 0
    for name in PHASES[first:] + PHASES[:first]:
        part: Part = getattr(set_.tempo, name)
        ms = {"": part.ms, "X": session.x_ms, "A": session.a_ms, "V": session.a_ms}[part.letter]
        if ms:
            slots.append(Slot(name, at, ms, part.letter))
            at += ms
    return tuple(slots)


def lay_out(
    program: Program, start: tuple[int, int], *, wake_ms: int, setup_ms: int
) -> tuple[Bout, ...]:
    """Every set that is played from `start` on. Before the first come the wake and the set-up."""
    chosen = list(_chosen(program, start))
    gaps = [setup_ms, *(set_.rest_ms for (_, _, _, set_), _ in pairwise(chosen))]
    bouts: list[Bout] = []
    at = wake_ms
    for (number, exercise, set_number, set_), gap in zip(chosen, gaps, strict=True):
        at += gap
        bout = Bout(
            exercise=exercise,
            number=number,
            set=set_,
            set_number=set_number,
            at_ms=at,
            gap_ms=gap,
            beats=min(program.session.lead_in, gap // BEAT_MS),
            opening=not bouts or bouts[-1].number != number,
            slots=rep_slots(set_, exercise.start, program.session),
        )
        bouts.append(bout)
        at = bout.end_ms
    return tuple(bouts)


def _chosen(program: Program, start: tuple[int, int]) -> Iterator[tuple[int, Exercise, int, Set]]:
    for number, exercise in enumerate(program.exercises, 1):
        for set_number, set_ in enumerate(exercise.sets, 1):
            if (number, set_number) >= start:
                yield number, exercise, set_number, set_
