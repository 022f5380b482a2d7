"""Longer and shorter rests, and words put in, while a session plays."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from mmc_audio.changes import setup_ms, spliced, with_rest, with_setup, with_words
from mmc_audio.chart import Chart
from mmc_audio.load import load_bytes
from mmc_audio.program import Activity
from mmc_audio.timeline import Click, Event, SetSpan, Speech, Timeline
from tests.studio import prepared_of, ready

PROGRAM = """
title = "Bridges"
[session]
warn = [30, 10]
[[exercise]]
name = "Slow bridge"
sets = 3
reps = 4
tempo = "2-0-1-0"
rest = 60
"""


def speeches(timeline: Timeline, start_ms: int, end_ms: int) -> list[tuple[int, str]]:
    return [
        (event.at_ms, event.text)
        for event in timeline.events
        if isinstance(event, Speech) and start_ms <= event.at_ms < end_ms
    ]


def clicks(timeline: Timeline) -> list[Click]:
    return [event for event in timeline.events if isinstance(event, Click)]


def test_a_longer_rest_moves_what_follows_and_warns_again() -> None:
    prepared = ready(PROGRAM)
    old = prepared.timeline
    rest = Chart(old).rests.events[0]
    at = rest.at_ms + 45_000  # 15 s left: both the warning of 30 s and the next set were told
    new = prepared.replanned(with_rest(prepared.program, rest, 15_000))
    changed = spliced(old, new, at)

    assert Chart(changed).rests.events[0] == replace(rest, duration_ms=75_000)
    assert changed.duration_ms == old.duration_ms + 15_000
    sets, before = Chart(changed).sets.events, Chart(old).sets.events
    assert [span.at_ms for span in sets] == [
        before[0].at_ms,
        before[1].at_ms + 15_000,
        before[2].at_ms + 15_000,
    ]
    assert speeches(changed, 0, at) == speeches(old, 0, at)
    # 30 s were left at the very moment of the change: that warning is given again, then the last.
    told = [text for _, text in speeches(changed, at, sets[1].at_ms)]
    assert told == [
        "Thirty seconds.",
        "Next: set two of three.",
        "Ten seconds.",
        "three",
        "two",
        "one",
    ]


def test_a_shorter_rest_is_as_long_as_the_plan_says() -> None:
    prepared = ready(PROGRAM)
    rest = Chart(prepared.timeline).rests.events[1]
    new = prepared.replanned(with_rest(prepared.program, rest, -15_000))
    at = rest.at_ms + 5_000
    changed = spliced(prepared.timeline, new, at)
    assert changed.duration_ms == prepared.timeline.duration_ms - 15_000
    assert [c for c in clicks(changed) if c.at_ms >= at] == [
        c for c in clicks(new) if c.at_ms >= at
    ]


def test_a_phrase_under_way_is_never_cut_nor_talked_over() -> None:
    prepared = ready(PROGRAM)
    old = prepared.timeline
    rest = Chart(old).rests.events[0]
    for speech in (e for e in old.events if isinstance(e, Speech)):
        if not rest.at_ms <= speech.at_ms < rest.at_ms + rest.duration_ms:
            continue
        at = speech.at_ms + speech.duration_ms // 2
        new = prepared.replanned(with_rest(prepared.program, rest, 15_000))
        said = [e for e in spliced(old, new, at).events if isinstance(e, Speech)]
        assert speech in said
        assert all(a.end_ms <= b.at_ms for a, b in pairwise(said))


def test_a_rest_is_never_less_than_none() -> None:
    prepared = ready(PROGRAM)
    rest = Chart(prepared.timeline).rests.events[1]
    sets = with_rest(prepared.program, rest, -70_000).exercises[0].sets
    assert [set_.rest_ms for set_ in sets] == [60_000, 0, 60_000]


PRELUDE = (Activity("", say=("Touch the muscle.",), lasts_ms=12_000),)


def test_what_is_done_before_an_exercise_is_no_part_of_the_rest() -> None:
    """A rest and, once, the activity before the second exercise: 15 s more are 15 s more."""
    loaded = load_bytes(
        (PROGRAM + "[[exercise]]\nname = 'Curl'\nsets = 1\nreps = 4\n").encode(),
        name="t.toml",
        folder="",
    )
    program = replace(loaded, exercises=tuple(replace(e, before=PRELUDE) for e in loaded.exercises))
    prepared = prepared_of(program)
    chart = Chart(prepared.timeline)
    rest = chart.rests.events[-1]
    assert rest.duration_ms == 72_000
    longer = Chart(prepared.replanned(with_rest(program, rest, 15_000)))
    assert longer.rests.events[-1].duration_ms == 87_000
    later = Chart(prepared.replanned(with_setup(program, setup_ms(chart) + 15_000)))
    assert later.sets.events[0].at_ms == chart.sets.events[0].at_ms + 15_000


def lift(at_ms: int) -> Speech:
    return Speech(at_ms, "lift", "concentric", 400, 10)


def line(*events: Event) -> Timeline:
    return Timeline("t", 20_000, 0, events)


WHERE = "Set two of three."
HERE = (Speech(5_000, WHERE, "where", 1_000, 20),)


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        ((), [(5_000, WHERE)]),
        ((lift(1_000),), [(1_000, "lift"), (5_000, WHERE)]),
        # under way: waited for
        ((lift(4_800),), [(4_800, "lift"), (5_320, WHERE)]),
        # just over: a breath
        ((lift(4_550),), [(4_550, "lift"), (5_070, WHERE)]),
        # not yet begun, and in the way: left out
        ((lift(5_700),), [(5_000, WHERE)]),
        ((lift(6_100),), [(5_000, WHERE)]),
        ((lift(6_120),), [(5_000, WHERE), (6_120, "lift")]),
    ],
)  # fmt: skip
def test_where_we_are_is_said_between_the_cues(
    there: tuple[Event, ...], expected: list[tuple[int, str]]
) -> None:
    assert speeches(with_words(line(*there), HERE, 5_000), 0, 20_000) == expected


def test_the_beat_stays_when_words_are_put_in() -> None:
    old = line(Click(4_000, "tick"), SetSpan(5_000, 900, 1, 1, 1, 1, "", 0), Click(5_500, "tick"))
    new = with_words(old, HERE, 5_000)
    assert [e for e in new.events if not isinstance(e, Speech)] == list(old.events)
    assert with_words(old, (), 5_000) is old
