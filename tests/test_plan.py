"""What a plan holds beside its clicks, event by event; no voice has a part in it."""

from __future__ import annotations

import pytest

from mmc_audio.errors import UserError
from mmc_audio.load import load_bytes
from mmc_audio.plan import plan
from mmc_audio.program import Program
from mmc_audio.session import Fixed, Options, Session
from mmc_audio.timeline import Click, Drill, ExerciseSpan, Glide, Hold, Phase, Rest, SetSpan

# One side and the other in turn; a group, a rest, a group; a hold with a tone.
LUNGE_AND_ROW = """
title = "T"
[[exercise]]
name = "Lunge"
start = "eccentric"
sides = "alternate"
sets = 1
reps = 1
tempo = "2-1-1-0"
rest = 0
[[exercise]]
name = "Row"
start = "concentric"
sets = 1
cluster = [1, 1]
cluster_rest = 5
tempo = "2-0-1-0"
rest = 10
check_in = true
"""
PLANK = """
title = "T"
[sound]
glide = "effort"
[[exercise]]
name = "Plank"
sets = 1
hold = 25
"""


def loaded(text: str) -> Program:
    return load_bytes(text.encode(), name="t.toml", folder="")


def planned(text: str, *, permille: int = 1_000) -> Session:
    return plan(loaded(text), Options(permille=permille, intro=False))


def but_clicks(session: Session) -> list[Fixed]:
    return [event for event in session.fixed if not isinstance(event, Click)]


def test_spans_and_phases_tell_sides_parts_and_the_tempo_at_their_speed() -> None:
    """At half the speed, which the tempo that is shown has too."""
    session = planned(LUNGE_AND_ROW, permille=500)
    assert but_clicks(session) == [
        ExerciseSpan(4_000, 56_016, 1, "Lunge"),
        SetSpan(44_016, 16_000, 1, 1, 1, 2, "", 6_400, 1, "both", 1, 1, "4-2-2-0"),
        Phase(44_016, "eccentric", 4_000, 1, 1, 1, "left"),
        Phase(48_016, "pause", 2_000, 1, 1, 1, "left"),
        Phase(50_016, "concentric", 2_000, 1, 1, 1, "left"),
        Phase(52_016, "eccentric", 4_000, 1, 1, 2, "right"),
        Phase(56_016, "pause", 2_000, 1, 1, 2, "right"),
        Phase(58_016, "concentric", 2_000, 1, 1, 2, "right"),
        SetSpan(60_016, 6_000, 2, 1, 1, 1, "", 0, 1, "", 1, 2, "4-0-2-0"),
        Phase(60_016, "concentric", 2_000, 2, 1, 1, ""),
        ExerciseSpan(60_016, 22_016, 2, "Row"),
        Phase(62_016, "eccentric", 4_000, 2, 1, 1, ""),
        Rest(66_016, 10_016, 2, 1),  # to the beginning of an MP3 frame at natural speed
        SetSpan(76_032, 6_000, 2, 2, 1, 1, "", 6_400, 1, "", 2, 2, "4-0-2-0"),
        Phase(76_032, "concentric", 2_000, 2, 2, 1, ""),
        Phase(78_032, "eccentric", 4_000, 2, 2, 1, ""),
        Drill(86_032, 12_000, "check-in", 2, 2),
    ]
    moving = (44_016, 50_016, 52_016, 58_016, 60_016, 62_016, 66_016, 76_032, 78_032, 82_032)
    assert session.moving_ms == moving
    assert session.opens_ms == tuple(sorted((*moving, 48_016, 56_016)))


def test_a_hold_has_one_tone_in_pieces_of_ten_seconds() -> None:
    session = planned(PLANK)
    assert but_clicks(session) == [
        ExerciseSpan(2_000, 45_008, 1, "Plank"),
        SetSpan(22_008, 25_000, 1, 1, 1, 0, "", 3_200, 1, "", 1, 1, ""),
        Hold(22_008, 25_000, 1, 1),
        Glide(22_008, 10_000, 660, 660),
        Glide(32_008, 10_000, 660, 660),
        Glide(42_008, 5_000, 660, 660),
    ]
    assert session.opens_ms == session.moving_ms == (22_008, 47_008)


@pytest.mark.parametrize(
    ("start", "message"),
    [
        ((1, 0), "there is no set 0 of exercise 1 (Lunge); it has 1 set"),
        ((2, 3), "there is no set 3 of exercise 2 (Row); it has 1 set"),
        ((3, 1), "there is no exercise 3; the program has 2 exercises"),
    ],
)
def test_a_start_that_is_not_there_is_told(start: tuple[int, int], message: str) -> None:
    with pytest.raises(UserError) as caught:
        plan(loaded(LUNGE_AND_ROW), Options(start=start))
    assert str(caught.value) == f"t.toml: {message}"
