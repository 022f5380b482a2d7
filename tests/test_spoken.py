"""What is said live: the count-in, and where we are."""

from __future__ import annotations

from typing import Literal

from mmc_audio import spoken
from mmc_audio.arrange import Spoken
from mmc_audio.chart import Chart
from mmc_audio.timeline import Click, Phase, SetSpan, Speech, Timeline
from mmc_audio.words import load_words
from tests.test_transport import CHART, SUPERSET

WORDS = load_words("en")
NAMED = WORDS.say("next_named", exercise="Plank", set=1, sets=1)
LENGTHS = {
    "three": Spoken(400, 60),
    "two": Spoken(300, 20),
    "one": Spoken(350, 400),  # a voice may find its onset late: then it begins as early as it can
    "Set two of two.": Spoken(900, 30),
    "Rep one.": Spoken(500, 30),
}


def test_all_phrases_of_a_session_are_known_before_it_starts() -> None:
    assert spoken.phrases(CHART, WORDS) == (
        "three", "two", "one",
        "Set one of two.", "Next: set one of two.",
        "Set two of two.", "Next: set two of two.",
        "Set one of one.", NAMED,
        "Rep one.", "Rep two.",
    )  # fmt: skip


def test_a_count_in_is_three_beats_with_a_number_heard_on_each() -> None:
    assert spoken.count_in(WORDS, LENGTHS, 1_000, 0) == Timeline(
        "",
        3_300,
        0,
        (
            Speech(240, "three", "ready", 400, 60),
            Click(300, "count"),
            Speech(1_280, "two", "ready", 300, 20),
            Click(1_300, "count"),
            Speech(1_900, "one", "ready", 350, 400),
            Click(2_300, "count"),
        ),
    )


def test_a_count_in_keeps_the_speed_and_wakes_sleepy_earbuds() -> None:
    counted = spoken.count_in(WORDS, {}, 800, 2_500)
    assert counted == Timeline(
        "", 6_550, 2_500, (Click(2_800, "count"), Click(4_050, "count"), Click(5_300, "count"))
    )


def test_where_we_are_in_words() -> None:
    def place(at_ms: int) -> tuple[str, ...]:
        return spoken.place(CHART, at_ms, WORDS)

    assert place(0) == ("Next: set one of two.",)
    assert place(10_000) == ("Set one of two.", "Rep one.")
    assert place(15_999) == ("Set one of two.", "Rep two.")
    assert place(16_000) == ("Next: set two of two.",)
    assert place(36_000) == (NAMED,)  # another exercise
    assert place(47_000) == ("Set one of one.",)  # a hold has no reps
    assert place(58_000) == ()


def test_what_is_waited_for_has_not_begun() -> None:
    assert spoken.place(CHART, 45_000, WORDS, waiting=True) == (NAMED,)
    assert spoken.place(CHART, 24_800, WORDS, waiting=True) == ("Next: set two of two.",)


def test_sides_are_named() -> None:
    left, right = (WORDS.say(f"side_{side}") for side in ("left", "right"))
    assert spoken.place(SUPERSET, 36_000, WORDS) == ("Set one of two.", left)
    assert spoken.place(SUPERSET, 42_000, WORDS) == ("Next: set one of two.", right)
    assert spoken.place(SUPERSET, 60_000, WORDS) == (
        WORDS.say("next_named", exercise="A", set=2, sets=2),
    )
    by_turns = (
        *SUPERSET.timeline.events[:1],
        SetSpan(10_000, 6_000, 1, 1, 1, 4, "", 3_200, 1, "both"),
        *(Phase(8_500 + 1_500 * n, "concentric", 1_500, 1, 1, n, side(n)) for n in (1, 2, 3, 4)),
    )
    chart = Chart(Timeline("t", 20_000, 2_000, by_turns))
    assert spoken.place(chart, 13_500, WORDS) == ("Set one of one.", "Rep two.", left)
    assert spoken.place(chart, 15_000, WORDS) == ("Set one of one.", "Rep two.", right)
    assert set(spoken.place(chart, 15_000, WORDS)) < set(spoken.phrases(chart, WORDS))
    for at_ms in range(0, 120_000, 1_000):
        assert set(spoken.place(SUPERSET, at_ms, WORDS)) <= set(spoken.phrases(SUPERSET, WORDS))


def side(rep: int) -> Literal["left", "right"]:
    return "left" if rep % 2 else "right"


def test_it_is_said_only_where_the_voice_knows_all_of_it() -> None:
    assert spoken.said(("Set two of two.", "Rep one."), LENGTHS, 700) == (
        Speech(700, "Set two of two.", "where", 900, 30),
        Speech(1_720, "Rep one.", "where", 500, 30),
    )
    assert spoken.said(("Set two of two.", "Rep two."), LENGTHS, 700) == ()


def test_a_chart_answers_at_the_edges() -> None:
    assert isinstance(CHART, Chart)
    assert CHART.at(0).exercise.name == "Squat"
    assert CHART.next_change_ms(0) == 2_000
    assert CHART.next_change_ms(10_000) == 12_000
    assert CHART.next_change_ms(50_000) == 60_000
    assert CHART.tension_ms(0, 60_000) == 22_000
    assert CHART.tension_ms(11_000, 14_000) == 3_000
    assert CHART.tension_ms(15_500, 29_000) == 1_500
    assert CHART.tension_ms(0, 5_000) == 0
