"""Where a key leads: from a moment of a session to the one at which to go on. Pure.

To go to a set is to go to the first counted word of its lead-in; to go to a new exercise, to where
it is announced. Where nothing is counted in the session itself, a count-in is put before it.
"""

from __future__ import annotations

from dataclasses import dataclass

from mmc_audio.chart import Chart, Work
from mmc_audio.timeline import ExerciseSpan, Hold, Phase, SetSpan

COUNTED_MS = 1_000  # a lead-in shorter than this is no count-in
HOLD_STEP_MS = 1_000


@dataclass(frozen=True, slots=True)
class Goal:
    """Where to go on. `count_in`: after a count-in, since a set opens there or is under way.

    `early`: a set ends there whose last rep was not done.
    """

    at_ms: int
    count_in: bool = False
    early: bool = False


def to_set(span: SetSpan) -> Goal:
    """The lead-in of a set, or its first click after a count-in."""
    if span.lead_in_ms < COUNTED_MS:
        return Goal(span.at_ms, count_in=True)
    return Goal(span.at_ms - span.lead_in_ms)


def resumed(chart: Chart, at_ms: int) -> Goal:
    """Where to go on after a pause: the beginning of the rep, the last whole second of a hold.

    In a lead-in that is its start, as in what is done in a rest; in a phrase the first word of it.
    """
    now = chart.at(at_ms)
    if isinstance(now.work, Phase):
        return Goal(_rep_at_ms(chart, now.work), count_in=True)
    if isinstance(now.work, Hold):
        held = at_ms - now.work.at_ms
        return Goal(at_ms - held % HOLD_STEP_MS, count_in=True)
    if now.coming and now.coming.lead_in_ms and at_ms >= to_set(now.coming).at_ms:
        return to_set(now.coming)
    if now.drill:
        return Goal(now.drill.at_ms)
    return Goal(now.speech.at_ms if now.speech else at_ms)


def next_set(chart: Chart, at_ms: int, *, waiting: bool = False) -> Goal | None:
    """The next set: past a new exercise's announcement only when that has begun.

    `waiting`, here and below: the session stands before a set that has not begun, as in a rest.
    """
    index = _index(chart, at_ms, waiting=waiting) + 1
    if index == len(chart.sets.events):
        return None
    goal = to_set(chart.sets.events[index])
    announced = chart.exercises.next(at_ms)
    if announced and announced.at_ms < goal.at_ms and _is_new(chart, announced):
        return Goal(announced.at_ms)
    return goal


def previous_set(chart: Chart, at_ms: int, *, waiting: bool = False) -> Goal | None:
    """The set before the one under way; in a rest, the one just done."""
    index = _index(chart, at_ms, waiting=waiting)
    if at_ms < _end_ms(chart, index) and not waiting:
        index -= 1
    return to_set(chart.sets.events[index]) if index >= 0 else None


def repeated(chart: Chart, at_ms: int, *, waiting: bool = False) -> Goal | None:
    """The set under way, or the one just done."""
    index = _index(chart, at_ms, waiting=waiting)
    return to_set(chart.sets.events[index]) if index >= 0 else None


def set_ended(chart: Chart, at_ms: int, *, waiting: bool = False) -> Goal | None:
    """The end of the set under way; None where none is.

    Where the next one begins at once, nobody is ready for it: it is counted in.
    """
    now = None if waiting else chart.sets.now(at_ms)
    if now is None:
        return None
    end, coming = now.at_ms + now.duration_ms, chart.sets.next(now.at_ms)
    if coming and coming.at_ms - end < COUNTED_MS:
        return Goal(coming.at_ms, count_in=True, early=True)
    return Goal(end, early=True)


def stops(chart: Chart) -> tuple[int, ...]:
    """Where a session waits that waits before each set; the parts of one are not apart."""
    first, *later = chart.sets.events
    return tuple(to_set(span).at_ms for span in (first, *later) if span is first or span.part == 1)


def _index(chart: Chart, at_ms: int, *, waiting: bool) -> int:
    """The last set whose lead-in, or first click, has been reached; -1 before the first."""
    if waiting:
        return chart.sets.begun_before(at_ms) - 1
    index = chart.sets.last(at_ms)
    coming = chart.sets.next(at_ms)
    return index + 1 if coming and to_set(coming).at_ms <= at_ms else index


def _is_new(chart: Chart, span: ExerciseSpan) -> bool:
    """Whether the exercise has not been announced before: in a superset one comes back to it."""
    return span is next(e for e in chart.exercises.events if e.exercise == span.exercise)


def _end_ms(chart: Chart, index: int) -> int:
    if index < 0:
        return 0
    span = chart.sets.events[index]
    return span.at_ms + span.duration_ms


def _rep_at_ms(chart: Chart, phase: Phase) -> int:
    first: Work = phase
    index = chart.work.last(phase.at_ms)
    while index >= 0 and _rep(chart.work.events[index]) == _rep(phase):
        first = chart.work.events[index]
        index -= 1
    return first.at_ms


def _rep(work: Work) -> tuple[int, int, int]:
    return work.exercise, work.set, work.rep if isinstance(work, Phase) else 0
