"""Where each key leads, from every kind of moment."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mmc_audio import transport
from mmc_audio.chart import Chart
from mmc_audio.timeline import ExerciseSpan, Hold, Phase, Rest, SetSpan, Speech, Timeline
from mmc_audio.transport import Goal

# Two sets of two reps (lower 2 s, lift 1 s) with a rest, then, announced, a hold without a lead-in.
TIMELINE = Timeline(
    "t",
    60_000,
    2_000,
    (
        ExerciseSpan(2_000, 22_000, 1, "Squat"),
        Speech(2_500, "Squat.", "intro", 800, 20),
        SetSpan(10_000, 6_000, 1, 1, 2, 2, "", 3_200),
        Phase(10_000, "eccentric", 2_000, 1, 1, 1),
        Phase(12_000, "concentric", 1_000, 1, 1, 1),
        Phase(13_000, "eccentric", 2_000, 1, 1, 2),
        Phase(15_000, "concentric", 1_000, 1, 1, 2),
        Rest(16_000, 12_000, 1, 1),
        Speech(17_000, "Rest. Twelve seconds.", "rest", 2_000, 20),
        SetSpan(28_000, 6_000, 1, 2, 2, 2, "", 3_200),
        Phase(28_000, "eccentric", 2_000, 1, 2, 1),
        Phase(30_000, "concentric", 1_000, 1, 2, 1),
        Phase(31_000, "eccentric", 2_000, 1, 2, 2),
        Phase(33_000, "concentric", 1_000, 1, 2, 2),
        Rest(34_000, 11_000, 1, 2),
        ExerciseSpan(38_000, 17_000, 2, "Plank"),
        SetSpan(45_000, 10_000, 2, 1, 1, 0, "", 0),
        Hold(45_000, 10_000, 2, 1),
    ),
)
CHART = Chart(TIMELINE)

FIRST, SECOND, PLANK = Goal(6_800), Goal(24_800), Goal(45_000, count_in=True)
ANNOUNCED = Goal(38_000)


@pytest.mark.parametrize(
    ("where", "at_ms", "goal"),
    [
        ("next_set", 0, Goal(2_000)),
        ("next_set", 3_000, FIRST),
        ("next_set", 6_800, SECOND),  # the lead-in of a set belongs to it
        ("next_set", 11_000, SECOND),
        ("next_set", 17_000, SECOND),
        ("next_set", 29_000, ANNOUNCED),
        ("next_set", 36_000, ANNOUNCED),
        ("next_set", 38_000, PLANK),
        ("next_set", 45_000, None),
        ("next_set", 58_000, None),
        ("previous_set", 3_000, None),
        ("previous_set", 6_800, None),
        ("previous_set", 12_000, None),
        ("previous_set", 17_000, FIRST),
        ("previous_set", 24_800, FIRST),
        ("previous_set", 29_000, FIRST),
        ("previous_set", 40_000, SECOND),
        ("previous_set", 46_000, SECOND),
        ("previous_set", 58_000, PLANK),
        ("repeated", 3_000, None),
        ("repeated", 7_000, FIRST),
        ("repeated", 15_500, FIRST),
        ("repeated", 20_000, FIRST),
        ("repeated", 33_000, SECOND),
        ("repeated", 47_000, PLANK),
        ("repeated", 59_000, PLANK),
        ("set_ended", 3_000, None),
        ("set_ended", 10_000, Goal(16_000, early=True)),
        ("set_ended", 15_999, Goal(16_000, early=True)),
        ("set_ended", 16_000, None),
        ("set_ended", 46_000, Goal(55_000, early=True)),
    ],
)
def test_a_key_leads_to(where: str, at_ms: int, goal: Goal | None) -> None:
    assert getattr(transport, where)(CHART, at_ms) == goal


@pytest.mark.parametrize(
    ("where", "at_ms", "goal"),
    [
        ("next_set", 6_800, FIRST),
        ("next_set", 24_800, SECOND),  # that is what is waited for
        ("next_set", 45_000, PLANK),
        ("previous_set", 6_800, None),
        ("previous_set", 24_800, FIRST),
        ("repeated", 6_800, None),
        ("repeated", 24_800, FIRST),
        ("repeated", 45_000, SECOND),
        ("set_ended", 24_800, None),
        ("set_ended", 45_000, None),
    ],
)
def test_a_session_that_waits_stands_before_the_set(
    where: str, at_ms: int, goal: Goal | None
) -> None:
    assert getattr(transport, where)(CHART, at_ms, waiting=True) == goal


def test_where_a_session_waits() -> None:
    assert transport.stops(CHART) == (6_800, 24_800, 45_000)


@pytest.mark.parametrize(
    ("rest_ms", "goal"),
    [
        (0, Goal(16_000, count_in=True, early=True)),
        (500, Goal(16_500, count_in=True, early=True)),  # at twice the speed
        (1_000, Goal(16_000, early=True)),  # counted by the session itself
    ],
)
def test_a_set_ended_early_where_no_rest_follows_counts_in_the_next(
    rest_ms: int, goal: Goal
) -> None:
    first, second = CHART.sets.events[:2]
    later = replace(second, at_ms=16_000 + rest_ms, lead_in_ms=rest_ms)
    chart = Chart(replace(TIMELINE, events=(TIMELINE.events[0], first, later)))
    assert transport.set_ended(chart, 12_000) == goal
    assert transport.previous_set(chart, later.at_ms, waiting=True) == FIRST
    assert transport.repeated(chart, later.at_ms, waiting=True) == FIRST


# A superset: A, both sides of B, A again, a cluster of B in two parts; 5 s of work, 20 s of rest.
BOUTS = (
    (10_000, 1, 1, 1, "", 1, 1),
    (35_000, 2, 1, 1, "left", 1, 1),
    (48_000, 2, 2, 1, "right", 1, 1),
    (73_000, 1, 2, 2, "", 1, 1),
    (98_000, 2, 3, 2, "", 1, 2),
    (113_000, 2, 4, 2, "", 2, 2),
)
SUPERSET = Chart(
    Timeline(
        "t",
        130_000,
        2_000,
        tuple(
            event
            for at, exercise, bout, number, side, part, parts in BOUTS
            for event in (
                *([ExerciseSpan(at - 8_000, 13_000, exercise, "AB"[exercise - 1])][: part == 1]),
                SetSpan(at, 5_000, exercise, bout, 2, 2, "", 3_200, number, side, part, parts),
            )
            if not (side == "right" and isinstance(event, ExerciseSpan))
        ),
    )
)
LEAD_INS = tuple(Goal(at - 3_200) for at, *_ in BOUTS)


@pytest.mark.parametrize(
    ("where", "at_ms", "goal"),
    [
        ("next_set", 11_000, Goal(27_000)),  # B is new: it is announced
        ("next_set", 27_000, LEAD_INS[1]),
        ("next_set", 36_000, LEAD_INS[2]),  # its other side
        ("next_set", 49_000, LEAD_INS[3]),  # back to A, which is known
        ("next_set", 60_000, LEAD_INS[3]),
        ("next_set", 74_000, LEAD_INS[4]),
        ("next_set", 99_000, LEAD_INS[5]),  # the next part
        ("next_set", 114_000, None),
        ("previous_set", 114_000, LEAD_INS[4]),
        ("previous_set", 74_000, LEAD_INS[2]),
        ("previous_set", 60_000, LEAD_INS[2]),
        ("previous_set", 49_000, LEAD_INS[1]),
        ("previous_set", 36_000, LEAD_INS[0]),
        ("repeated", 50_000, LEAD_INS[2]),
        ("repeated", 42_000, LEAD_INS[1]),
        ("repeated", 75_000, LEAD_INS[3]),
        ("set_ended", 36_000, Goal(40_000, early=True)),
    ],
)
def test_in_a_superset_sides_and_parts_are_gone_through_one_by_one(
    where: str, at_ms: int, goal: Goal | None
) -> None:
    assert getattr(transport, where)(SUPERSET, at_ms) == goal


def test_who_waits_is_not_stopped_between_the_parts_of_a_set() -> None:
    assert transport.stops(SUPERSET) == tuple(goal.at_ms for goal in LEAD_INS[:5])


def test_who_goes_on_within_a_set_is_waited_for_at_its_part() -> None:
    rest = SUPERSET.timeline.events[-1:]
    announced = ExerciseSpan(100_000, 18_000, 2, "B")
    chart = Chart(replace(SUPERSET.timeline, events=(announced, *rest)))
    assert transport.stops(chart) == (LEAD_INS[5].at_ms,)


@pytest.mark.parametrize(
    ("at_ms", "goal"),
    [
        (500, Goal(500)),
        (3_000, Goal(2_500)),  # a phrase is said again from its first word
        (5_000, Goal(5_000)),
        (8_000, FIRST),  # the lead-in is counted from its start
        (10_000, Goal(10_000, count_in=True)),
        (12_999, Goal(10_000, count_in=True)),
        (13_000, Goal(13_000, count_in=True)),
        (15_500, Goal(13_000, count_in=True)),
        (20_000, Goal(20_000)),
        (48_700, Goal(48_000, count_in=True)),  # what was held is held
        (57_000, Goal(57_000)),
    ],
)
def test_a_pause_ends_at(at_ms: int, goal: Goal) -> None:
    assert transport.resumed(CHART, at_ms) == goal
