"""The skeleton of a session: which bout stands where in time. Pure arithmetic in milliseconds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from mmc_audio.order import Turn, turns
from mmc_audio.program import (
    MOVING,
    PHASES,
    Exercise,
    Phase,
    Program,
    SessionSettings,
    Set,
    Side,
    Start,
)
from mmc_audio.session import Spot
from mmc_audio.tempo import Part
from mmc_audio.timeline import GRID_MS

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
    """One bout of work in its place. `gap_ms` before it holds the rest, or the first set-up.

    `prelude_ms`, at the end of the gap but for the words just before the lead-in, is for what is
    done before an exercise. `entry` tells how one comes to it: "opening" an exercise, "back" to it
    in a superset, to its "next" set, to another "part" of the set, or to its other side ("switch").
    `then` is the name of the exercise that is done next, "" at the end.
    """

    exercise: Exercise
    number: int  # of the exercise, from 1
    set: Set
    index: int  # of the bout in its exercise, from 1
    at_ms: int
    gap_ms: int
    prelude_ms: int
    beats: int  # counted before it, a second each
    entry: Literal["opening", "back", "next", "part", "switch"]
    then: str
    slots: tuple[Slot, ...]

    @property
    def opening(self) -> bool:
        return self.entry == "opening"

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
    def rest_ms(self) -> int:
        """The part of the gap that is rest."""
        return self.gap_ms - self.prelude_ms

    @property
    def count_at_ms(self) -> int:
        """Where the counted lead-in begins (at the bout itself where there is none)."""
        return self.at_ms - self.beats * BEAT_MS

    def spot(self, rep: int = 0) -> Spot:
        """Where this is; `rep` as people count, both sides of an alternating pair as one."""
        said = self.counted(rep) if rep else 0
        return Spot(self.number, self.exercise.name, self.set.number, said, self.index, rep)

    def rep_at_ms(self, rep: int) -> int:
        return self.at_ms + (rep - 1) * self.rep_ms

    def side(self, rep: int = 0) -> Literal["", Side]:
        """The side that is worked, in alternating bouts that of a rep."""
        if self.set.alternate and rep:
            return "left" if rep % 2 else "right"
        return self.set.side

    def counted(self, rep: int) -> int:
        """The number of a rep as one counts it."""
        return (rep + 1) // 2 if self.set.alternate else rep

    @property
    def reps(self) -> int:
        """How many reps one counts."""
        return self.counted(self.set.reps)


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
    program: Program,
    start: tuple[int, int],
    *,
    wake_ms: int,
    setup_ms: int,
    prelude_ms: Callable[[Exercise, Set], int],
    ready_ms: Callable[[Exercise, Set], int],
) -> tuple[Bout, ...]:
    """Every bout from `start` on. Before the first come the wake and the set-up.

    `prelude_ms` tells how long it takes what is done before the first bout of an exercise. After it
    there are `ready_ms` at least to the first click, however short the rest is. Set-up and rests
    are up to 23 ms longer than asked for, so that equal sets sound the same to an encoder too.
    """
    order = turns(program, start)
    seen: set[int] = set()
    bouts: list[Bout] = []
    at = wake_ms
    for before, turn, after in zip((None, *order), order, (*order[1:], None), strict=False):
        opening = turn.number not in seen
        seen.add(turn.number)
        prelude = prelude_ms(turn.exercise, turn.set) if opening else 0
        rest = before.set.rest_ms if before else setup_ms
        gap = prelude + max(rest, ready_ms(turn.exercise, turn.set)) if prelude else rest
        if gap:
            gap += -(at + gap) % GRID_MS
        at += gap
        bout = Bout(
            exercise=turn.exercise,
            number=turn.number,
            set=turn.set,
            index=turn.bout,
            at_ms=at,
            gap_ms=gap,
            prelude_ms=prelude,
            beats=min(program.session.lead_in, gap // BEAT_MS),
            entry="opening" if opening or not before else _entry(before, turn),
            then=after.exercise.name if after else "",
            slots=rep_slots(turn.set, turn.exercise.start, program.session),
        )
        bouts.append(bout)
        at = bout.end_ms
    return tuple(bouts)


def _entry(before: Turn, turn: Turn) -> Literal["back", "next", "part", "switch"]:
    if before.number != turn.number:
        return "back"
    if before.set.number != turn.set.number:
        return "next"
    return "part" if before.set.side == turn.set.side else "switch"


def runs(bouts: tuple[Bout, ...]) -> tuple[tuple[Bout, ...], ...]:
    """The bouts in groups: those of one exercise that follow each other."""
    cuts = [i for i, (a, b) in enumerate(pairwise(bouts), 1) if a.number != b.number]
    edges = [0, *cuts, len(bouts)]
    return tuple(bouts[first:last] for first, last in pairwise(edges))
