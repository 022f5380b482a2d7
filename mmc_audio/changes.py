"""What a key changes in a session that is already playing, from a moment on. Pure.

What has been heard, and a phrase that is being said, stay as they were; the beat never moves.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from mmc_audio.arrange import BETWEEN_MS
from mmc_audio.chart import Chart
from mmc_audio.program import Exercise, Program
from mmc_audio.timeline import Click, Event, Rest, Speech, Timeline

LONGEST_REST_MS = 60 * 60_000
NUMBER_WITHIN_MS = 200  # of the end of a rep its number begins, or it has no room


def with_rest(program: Program, rest: Rest, by_ms: int) -> Program:
    """The program with another rest after one set, longer by `by_ms`, or shorter, down to none."""
    exercise = program.exercises[rest.exercise - 1]
    sets = list(exercise.sets)
    old = sets[rest.set - 1]
    sets[rest.set - 1] = replace(old, rest_ms=max(0, old.rest_ms + by_ms))
    changed: list[Exercise] = list(program.exercises)
    changed[rest.exercise - 1] = replace(exercise, sets=tuple(sets))
    return replace(program, exercises=tuple(changed))


def with_setup(program: Program, setup_ms: int) -> Program:
    """The program with another time to get ready at the start."""
    return replace(program, session=replace(program.session, setup_ms=setup_ms))


def setup_ms(chart: Chart) -> int:
    """The time to get ready that there is: it may be longer than the program says."""
    timeline, first = chart.timeline, chart.sets.events[0]
    done = sum(drill.duration_ms for drill in chart.drills.events if drill.at_ms < first.at_ms)
    return first.at_ms - timeline.wake_ms - done


def spliced(old: Timeline, new: Timeline, at_ms: int) -> Timeline:
    """`new` from a moment on; before it, and in a phrase under way then, what `old` sounds like."""
    before = [event for event in _sounds(old) if event.at_ms < at_ms]
    free = max((e.end_ms + BETWEEN_MS for e in before if isinstance(e, Speech)), default=0)
    after = [
        event
        for event in _sounds(new)
        if event.at_ms >= at_ms and (isinstance(event, Click) or event.at_ms >= free)
    ]
    spans = [event for event in new.events if not isinstance(event, (Click, Speech))]
    return replace(new, events=_sorted([*before, *after, *spans]))


def with_words(timeline: Timeline, words: Iterable[Speech], at_ms: int) -> Timeline:
    """The timeline with phrases said from `at_ms` on, or once the phrase under way then has ended.

    A phrase not yet begun that they run into is left out: who asks, wants the answer.
    """
    speeches = [event for event in timeline.events if isinstance(event, Speech)]
    under_way = (e.end_ms + BETWEEN_MS for e in speeches if e.at_ms < at_ms < e.end_ms + BETWEEN_MS)
    later = max(under_way, default=at_ms) - at_ms
    moved = [replace(event, at_ms=event.at_ms + later) for event in words]
    if not moved:
        return timeline
    start, end = moved[0].at_ms - BETWEEN_MS, moved[-1].end_ms + BETWEEN_MS
    kept = [
        event
        for event in timeline.events
        if not isinstance(event, Speech)
        or event.end_ms <= start
        or event.at_ms >= end
        or event.at_ms < at_ms
    ]
    return replace(timeline, events=_sorted([*kept, *moved]))


def uncounted(timeline: Timeline, at_ms: int) -> Timeline:
    """The timeline without the number of the rep that ends at `at_ms`, which was not done."""
    kept = (
        event
        for event in timeline.events
        if not isinstance(event, Speech)
        or event.moment != "count"
        or not at_ms <= event.at_ms < at_ms + NUMBER_WITHIN_MS
    )
    return replace(timeline, events=tuple(kept))


def _sounds(timeline: Timeline) -> list[Click | Speech]:
    return [event for event in timeline.events if isinstance(event, (Click, Speech))]


def _sorted(events: list[Event]) -> tuple[Event, ...]:
    return tuple(sorted(events, key=lambda event: event.at_ms))
