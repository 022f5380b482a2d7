"""What was done is counted as a lifter counts it, whatever keys were pressed on the way."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmc_audio.arrange import arrange
from mmc_audio.chart import Chart
from mmc_audio.load import load_bytes
from mmc_audio.plan import plan
from mmc_audio.session import Options, spoken_only
from mmc_audio.tally import SetDone, Stretch, counted, sets_done, tension_ms
from mmc_audio.timeline import ExerciseSpan, Hold, Phase, Rest, SetSpan, Timeline
from mmc_audio.transport import resumed
from tests.depth import drawn
from tests.draw import PROGRAMS

# A rep is 3 s down, 1 s up, 1 s squeezed.
REPS = [
    phase
    for set_, start in ((1, 10_000), (2, 30_000))
    for rep in (1, 2, 3)
    for at in (start + (rep - 1) * 5_000,)
    for phase in (
        Phase(at, "eccentric", 3_000, 1, set_, rep),
        Phase(at + 3_000, "concentric", 1_000, 1, set_, rep),
        Phase(at + 4_000, "squeeze", 1_000, 1, set_, rep),
    )
]
EVENTS = [
    ExerciseSpan(2_000, 43_000, 1, "Squat"),
    SetSpan(10_000, 15_000, 1, 1, 2, 3, "warm-up", 3_200),
    Rest(25_000, 5_000, 1, 1),
    SetSpan(30_000, 15_000, 1, 2, 2, 3, "", 3_200),
    ExerciseSpan(45_000, 25_000, 2, "Plank"),
    SetSpan(60_000, 10_000, 2, 1, 1, 0, "", 0),
    Hold(60_000, 10_000, 2, 1),
]
TIMELINE = Timeline(
    "Legs", 75_000, 2_000, tuple(sorted([*EVENTS, *REPS], key=lambda event: event.at_ms))
)
CHART = Chart(TIMELINE)
# As after "+" was pressed in the rest: what comes after it, comes 15 s later.
LATER = Chart(
    replace(
        TIMELINE,
        duration_ms=90_000,
        events=tuple(
            replace(event, at_ms=event.at_ms + 15_000) if event.at_ms >= 30_000 else event
            for event in TIMELINE.events
        ),
    )
)
FIRST = SetDone(1, "Squat", 1, 2, "warm-up", 3, 3, 0, 0, 15_000)
SECOND = SetDone(1, "Squat", 2, 2, "", 3, 3, 0, 0, 15_000)
PLANK = SetDone(2, "Plank", 1, 1, "", 0, 0, 10_000, 10_000, 10_000)


def heard(*spans: tuple[int, int], chart: Chart = CHART) -> list[Stretch]:
    return [Stretch(chart, start, end) for start, end in spans]


def test_a_session_heard_to_its_end() -> None:
    assert sets_done(heard((0, 75_000))) == (FIRST, SECOND, PLANK)
    assert all(done.completed for done in sets_done(heard((0, 75_000))))
    assert tension_ms(heard((0, 75_000))) == 40_000


def test_nothing_heard_is_nothing_done() -> None:
    assert (sets_done([]), tension_ms([])) == ((), 0)
    assert (sets_done(heard((0, 10_000))), tension_ms(heard((0, 10_000)))) == ((), 0)


@pytest.mark.parametrize(
    ("until_ms", "reps", "tension"),
    [
        (15_000, 1, 5_000),
        (18_999, 1, 8_999),
        (19_000, 2, 9_000),  # put down in the squeeze: its last movement was over
        (24_000, 3, 14_000),
    ],
)
def test_a_rep_is_done_with_its_last_movement(until_ms: int, reps: int, tension: int) -> None:
    [done] = sets_done(heard((6_800, until_ms)))
    assert done == replace(FIRST, reps=reps, tension_ms=tension)
    assert done.completed == (reps == 3)


def test_a_set_left_in_its_first_rep_is_no_set_but_its_tension_counts() -> None:
    left = heard((6_800, 13_999), (26_800, 45_000))
    assert sets_done(left) == (SECOND,)
    assert tension_ms(left) == 3_999 + 15_000


def test_a_rep_begun_again_after_a_pause_counts_once() -> None:
    paused = heard((6_800, 17_500), (15_000, 22_000), (20_000, 25_000))
    assert sets_done(paused) == (FIRST,)
    assert tension_ms(paused) == 15_000


def test_a_pause_in_the_first_rep_begins_no_other_set() -> None:
    assert sets_done(heard((6_800, 12_000), (10_000, 25_000))) == (FIRST,)


def test_the_parts_of_a_rep_make_no_rep() -> None:
    halves = heard((6_800, 17_500), (17_500, 21_000))
    assert sets_done(halves) == (replace(FIRST, reps=1, tension_ms=11_000),)


def test_a_set_repeated_is_a_set_more() -> None:
    again = heard((6_800, 21_000), (6_800, 30_000))
    assert sets_done(again) == (replace(FIRST, reps=2, tension_ms=11_000), FIRST)
    assert tension_ms(again) == 26_000
    assert sets_done(heard((6_800, 25_000), (10_000, 25_000))) == (FIRST, FIRST)
    one = replace(FIRST, reps=1, tension_ms=5_000)
    assert sets_done(heard((6_800, 15_000), (10_000, 25_000))) == (one, FIRST)


def test_sets_are_told_in_the_order_in_which_they_were_done() -> None:
    assert sets_done(heard((26_800, 46_000), (6_800, 26_000))) == (SECOND, FIRST)


def test_a_longer_rest_moves_a_set_and_keeps_it_one() -> None:
    moved = [*heard((6_800, 28_000)), *heard((28_000, 51_000), (50_000, 61_000), chart=LATER)]
    assert sets_done(moved) == (FIRST, SECOND)
    split = [*heard((26_800, 36_000)), *heard((50_000, 60_000), chart=LATER)]
    assert sets_done(split) == (SECOND,)


LEFT, RIGHT = replace(FIRST, side="left"), replace(FIRST, side="right")
PARTS = tuple(replace(SECOND, part=part, parts=3) for part in (1, 2, 3))


@pytest.mark.parametrize(
    ("done", "sets"),
    [
        ((), 0),
        ((FIRST, SECOND, PLANK), 3),
        ((FIRST, FIRST), 2),
        ((LEFT, RIGHT), 1),
        ((LEFT, LEFT, RIGHT), 2),
        ((LEFT, RIGHT, PLANK, LEFT, RIGHT), 3),
        (PARTS, 1),
        ((*PARTS, *PARTS), 2),
        ((LEFT, RIGHT, *PARTS), 2),
    ],
)
def test_sides_and_parts_are_counted_as_one_set(done: tuple[SetDone, ...], sets: int) -> None:
    assert counted(done) == sets


@pytest.mark.parametrize(
    ("spans", "held", "tension"),
    [
        ([(60_000, 60_999)], [], 999),
        ([(60_000, 61_000)], [1_000], 1_000),
        ([(60_000, 64_600), (64_000, 70_000)], [10_000], 10_000),  # paused
        ([(60_000, 64_600), (60_000, 70_000)], [4_600, 10_000], 14_600),  # repeated
    ],
)
def test_a_hold_counts_by_its_seconds(
    spans: list[tuple[int, int]], held: list[int], tension: int
) -> None:
    done = sets_done(heard(*spans))
    assert done == tuple(replace(PLANK, held_ms=ms, tension_ms=ms) for ms in held)
    assert [d.completed for d in done] == [ms == 10_000 for ms in held]
    assert tension_ms(heard(*spans)) == tension


def silent(program: str) -> Chart:
    """The chart of a program of which nothing is said."""
    session = plan(load_bytes(program.encode(), name="t.toml", folder=""), Options())
    return Chart(arrange(spoken_only(session, {}), {}))


@drawn(20)
@given(PROGRAMS, st.data())
def test_pauses_change_nothing_of_what_was_done(program: str, data: st.DataObject) -> None:
    chart = silent(program)
    end = chart.timeline.duration_ms
    whole = [Stretch(chart, 0, end)]
    pauses = data.draw(st.lists(st.integers(0, end), max_size=12).map(sorted))
    stretches, at = [], 0
    for pause in pauses:
        if pause > at:
            stretches.append(Stretch(chart, at, pause))
            at = resumed(chart, pause).at_ms
    stretches.append(Stretch(chart, at, end))
    assert sets_done(stretches) == sets_done(whole)
    assert tension_ms(stretches) == tension_ms(whole) == chart.tension_ms(0, end)
    planned = [(s.exercise, s.nth, s.reps) for s in chart.sets.events]
    assert [(d.exercise, d.set, d.reps) for d in sets_done(whole)] == planned
    assert all(done.completed for done in sets_done(whole))


@drawn(20)
@given(PROGRAMS, st.data())
def test_who_stops_early_has_done_what_came_before(program: str, data: st.DataObject) -> None:
    chart = silent(program)
    stop = data.draw(st.integers(0, chart.timeline.duration_ms))
    done = sets_done([Stretch(chart, 0, stop)])
    moved = [w for w in chart.work.events if isinstance(w, Phase) and w.name.endswith("centric")]
    last = {(w.exercise, w.set, w.rep): w.at_ms + w.duration_ms for w in moved}
    reps = sum(end <= stop for end in last.values())
    assert sum(d.reps for d in done) == reps
    assert sum(d.tension_ms for d in done) <= tension_ms([Stretch(chart, 0, stop)])
    assert tension_ms([Stretch(chart, 0, stop)]) == chart.tension_ms(0, stop)
