"""A timeline made quick to ask: what is going on at a moment, and what was done between two. Pure.

The display, the keys and the log all ask it, many times a second.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Generic, TypeVar

from mmc_audio.timeline import (
    Drill,
    Event,
    ExerciseSpan,
    Hold,
    Phase,
    Rest,
    SetSpan,
    Speech,
    Timeline,
)

Work = Phase | Hold
E = TypeVar("E", bound=Work | Rest | SetSpan | Speech | Drill | ExerciseSpan)


class Row(Generic[E]):
    """The events of one kind, in order of time; no two of them overlap."""

    def __init__(self, events: Iterator[E]) -> None:
        self.events = tuple(events)
        self._starts = [event.at_ms for event in self.events]

    def last(self, at_ms: int) -> int:
        """The index of the last one that began by `at_ms`; -1 before the first."""
        return bisect_right(self._starts, at_ms) - 1

    def now(self, at_ms: int) -> E | None:
        """The one under way."""
        index = self.last(at_ms)
        event = self.events[index] if index >= 0 else None
        return event if event and at_ms < event.at_ms + event.duration_ms else None

    def next(self, at_ms: int) -> E | None:
        """The first that begins after `at_ms`."""
        index = self.last(at_ms) + 1
        return self.events[index] if index < len(self.events) else None

    def begun_before(self, at_ms: int) -> int:
        """How many began before `at_ms`."""
        return bisect_left(self._starts, at_ms)


@dataclass(frozen=True, slots=True)
class Moment:
    """What is going on at `at_ms`. A field is None where there is no such thing then.

    `set` is the set under way, `coming` the next one to start, `rest` the rest between the two.
    `drill` is what is done outside the reps. `exercise` is the one under way or last announced;
    before the first it is the first. `work` is the phase or hold under way, `work_next` the one
    after it in this set.
    """

    at_ms: int
    exercise: ExerciseSpan
    set: SetSpan | None
    coming: SetSpan | None
    rest: Rest | None
    work: Work | None
    work_next: Work | None
    speech: Speech | None
    drill: Drill | None = None

    @property
    def rep(self) -> int:
        """The rep under way, from 1; 0 outside reps."""
        return self.work.rep if isinstance(self.work, Phase) else 0


class Chart:
    """Every question about a timeline that is asked while it plays. It has at least one set."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        events = timeline.events
        self.sets = Row(e for e in events if isinstance(e, SetSpan))
        self.exercises = Row(e for e in events if isinstance(e, ExerciseSpan))
        self.rests = Row(e for e in events if isinstance(e, Rest))
        self.speeches = Row(e for e in events if isinstance(e, Speech))
        self.drills = Row(e for e in events if isinstance(e, Drill))
        self.work: Row[Work] = Row(e for e in events if isinstance(e, (Phase, Hold)))
        self._worked = (0, *accumulate(work.duration_ms for work in self.work.events))

    def at(self, at_ms: int) -> Moment:
        """What is going on at a moment."""
        work, after = self.work.now(at_ms), self.work.next(at_ms)
        same = work and after and (after.exercise, after.set) == (work.exercise, work.set)
        return Moment(
            at_ms=at_ms,
            exercise=self.exercises.events[max(0, self.exercises.last(at_ms))],
            set=self.sets.now(at_ms),
            coming=self.sets.next(at_ms),
            rest=self.rests.now(at_ms),
            work=work,
            work_next=after if same else None,
            speech=self.speeches.now(at_ms),
            drill=self.drills.now(at_ms),
        )

    def next_change_ms(self, at_ms: int) -> int:
        """When, after `at_ms`, something next begins; the end of the session where nothing does."""
        rows = (self.sets, self.exercises, self.rests, self.speeches, self.drills, self.work)
        nexts: list[Event] = [event for row in rows if (event := row.next(at_ms))]
        return min((event.at_ms for event in nexts), default=self.timeline.duration_ms)

    def tension_ms(self, start_ms: int, end_ms: int) -> int:
        """Time under tension between two moments: phases and holds, or the parts of them there."""
        return self._worked_until(end_ms) - self._worked_until(start_ms)

    def _worked_until(self, at_ms: int) -> int:
        begun = self.work.begun_before(at_ms)
        if not begun:
            return 0
        last = self.work.events[begun - 1]
        return self._worked[begun - 1] + min(last.duration_ms, at_ms - last.at_ms)
