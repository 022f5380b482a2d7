"""What was done of a session, from the parts of it that were heard. Pure.

A rep is done when it was heard from its beginning to the end of its last movement, in one go: who
puts the weight down during the last squeeze has done the rep. After a pause the player begins the
rep again, so a rep may be heard one and a half times. It is one rep all the same, and the time
under tension counts each moment of a set once. A set that is repeated is done twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from mmc_audio.chart import Chart, Work
from mmc_audio.program import MOVING
from mmc_audio.timeline import Hold, Phase, SetSpan

SHORTEST_HOLD_MS = 1_000  # less of a hold than this is not worth an entry


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a session that was heard in one go. `chart` is the session as it was then."""

    chart: Chart
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class SetDone:
    """One bout of work as it was done. Exercise and set count from 1; `sets` were planned.

    `side` is "left", "right", "both" for sides by turns, or ""; a cluster and a row of holds have
    an entry for each `part`. A set of reps has `reps` of `reps_planned`, a hold `held_ms` of
    `hold_ms`; what a set has not, is 0.
    """

    exercise: int
    name: str
    set: int
    sets: int
    label: str
    reps: int
    reps_planned: int
    held_ms: int
    hold_ms: int
    tension_ms: int
    side: str = ""
    part: int = 1
    parts: int = 1

    @property
    def completed(self) -> bool:
        return self.reps >= self.reps_planned and self.held_ms >= self.hold_ms


def sets_done(stretches: Sequence[Stretch]) -> tuple[SetDone, ...]:
    """The sets in the order in which they were done.

    One that was left before its first rep, or the first second of a hold, was done is none.
    """
    done = (_done(attempt) for attempt in _attempts(stretches))
    return tuple(d for d in done if d.reps or d.held_ms >= SHORTEST_HOLD_MS)


def counted(done: Iterable[SetDone]) -> int:
    """How many sets that is as people count: the sides and parts of one are one set."""
    sets, parts = 0, set[tuple[str, int]]()
    last = (0, 0)
    for bout in done:
        if (bout.exercise, bout.set) != last or (bout.side, bout.part) in parts:
            sets, parts, last = sets + 1, set(), (bout.exercise, bout.set)
        parts.add((bout.side, bout.part))
    return sets


def tension_ms(stretches: Sequence[Stretch]) -> int:
    """Time under tension of all that was heard, the half rep of a set that was left included."""
    return sum(_tension_ms(attempt) for attempt in _attempts(stretches))


@dataclass(frozen=True, slots=True)
class _Part:
    """What one stretch has of one set: `start_ms` to `end_ms`, counted from the set's beginning."""

    chart: Chart
    span: SetSpan
    start_ms: int
    end_ms: int

    def work(self) -> tuple[Work, ...]:
        """The phases, or the hold, of the whole set."""
        row, span = self.chart.work, self.span
        first = row.begun_before(span.at_ms)
        return row.events[first : row.begun_before(span.at_ms + span.duration_ms)]

    def reps(self) -> Iterator[tuple[int, int, int]]:
        """Each rep: its number, when it begins, and when its last movement ends."""
        phases = (work for work in self.work() if isinstance(work, Phase))
        for rep, group in groupby(phases, key=lambda phase: phase.rep):
            own = list(group)
            last = [phase for phase in own if phase.name in MOVING][-1]
            end = last.at_ms + last.duration_ms
            yield rep, own[0].at_ms - self.span.at_ms, end - self.span.at_ms

    def resumes_ms(self) -> int:
        """The earliest moment of the set at which going on is no new beginning."""
        if self.end_ms >= self.span.duration_ms:
            return self.span.duration_ms
        if not self.span.reps:
            return self.end_ms - SHORTEST_HOLD_MS
        return max(begin for _, begin, _ in self.reps() if begin <= self.end_ms)


_Attempt = Sequence[_Part]  # at one set, in order of time


def _attempts(stretches: Sequence[Stretch]) -> Iterator[_Attempt]:
    """Every go at a set: a set that is paused and gone on with is one, a set repeated is two."""
    attempt: list[_Part] = []
    for part in (part for stretch in stretches for part in _parts(stretch)):
        if attempt and not _goes_on(attempt[-1], part):
            yield attempt
            attempt = []
        attempt.append(part)
    if attempt:
        yield attempt


def _parts(stretch: Stretch) -> Iterator[_Part]:
    sets = stretch.chart.sets
    for span in sets.events[max(0, sets.last(stretch.start_ms)) :]:
        if span.at_ms >= stretch.end_ms:
            return
        start = max(0, stretch.start_ms - span.at_ms)
        end = min(span.duration_ms, stretch.end_ms - span.at_ms)
        if start < end:
            yield _Part(stretch.chart, span, start, end)


def _goes_on(before: _Part, after: _Part) -> bool:
    same = (before.span.exercise, before.span.set) == (after.span.exercise, after.span.set)
    return same and after.start_ms >= before.resumes_ms()


def _done(attempt: _Attempt) -> SetDone:
    part = attempt[-1]
    span, chart = part.span, part.chart
    name = next(e.name for e in chart.exercises.events if e.exercise == span.exercise)
    holds = [work.duration_ms for work in part.work() if isinstance(work, Hold)]
    tension = _tension_ms(attempt)
    return SetDone(
        exercise=span.exercise,
        name=name,
        set=span.nth,
        sets=span.sets,
        label=span.label,
        reps=len(_reps(attempt)),
        reps_planned=span.reps,
        held_ms=tension if holds else 0,
        hold_ms=sum(holds),
        tension_ms=tension,
        side=span.side,
        part=span.part,
        parts=span.parts,
    )


def _reps(attempt: _Attempt) -> set[int]:
    return {
        rep
        for part in attempt
        for rep, begin, end in part.reps()
        if part.start_ms <= begin and end <= part.end_ms
    }


def _tension_ms(attempt: _Attempt) -> int:
    """Time under tension of an attempt, each moment of the set once."""
    total = reached = 0
    for part in attempt:
        at = part.span.at_ms
        if part.end_ms > reached:
            total += part.chart.tension_ms(at + max(reached, part.start_ms), at + part.end_ms)
            reached = part.end_ms
    return total
