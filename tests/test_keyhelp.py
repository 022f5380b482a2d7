"""The hints under the picture, the help page, and the fitting of text into columns."""

from __future__ import annotations

import pytest

from mmc_audio.fitting import clipped, fitting, wrapped
from mmc_audio.keyhelp import When, hints, page
from mmc_audio.scene import Mode
from mmc_audio.spans import Row


def text(row: Row) -> str:
    return "".join(span.text for span in row)


@pytest.mark.parametrize(
    ("mode", "when", "columns", "expected"),
    [
        (
            "playing",
            "set",
            100,
            "space pause   n next   p back   r again   e end set   w where   [ ] volume   ? keys   "
            "q quit",
        ),
        (
            "playing",
            "rest",
            100,
            "space pause   n next   p back   r again   + - rest   w where   [ ] volume   ? keys   "
            "q quit",
        ),
        ("playing", "rest", 50, "space pause   n next   + - rest   ? keys   q quit"),
        ("playing", "set", 20, "space pause   ? keys"),
        ("playing", "set", 11, "space pause"),
        ("playing", "set", 10, "? keys"),
        ("playing", "set", 5, ""),
        ("paused", "set", 30, "space go on   ? keys   q quit"),
        ("waiting", "always", 30, "space ready   ? keys   q quit"),
        ("finished", "always", 30, "q quit"),
    ],
)
def test_hints(mode: Mode, when: When, columns: int, expected: str) -> None:
    assert text(hints(mode, when, columns)) == expected


def test_a_page_with_a_row_a_key() -> None:
    assert [text(row) for row in page("playing", 56, 10)] == [
        "space or enter    pause, go on, say that you are ready",
        "n or right        next set",
        "p or left         previous set",
        "r                 repeat this set",
        "+ -               15 s more or less of this rest",
        "e                 end this set",
        "w                 say where you are",
        "[ ] or down, up   quieter, louder",
        "?                 show these keys, or hide them",
        "q                 quit; mmc play --resume goes on later",
    ]


def test_a_page_that_is_small() -> None:
    rows = [
        "space pause   n next   p back",
        "r again   + - rest   e end set",
        "w where   [ ] volume   ? keys",
        "q quit",
    ]
    assert [text(row) for row in page("playing", 30, 9)] == rows
    assert [text(row) for row in page("playing", 30, 2)] == rows[:2]
    assert [text(row) for row in page("playing", 6, 9)] == ["n next", "p back", "? keys", "q quit"]


@pytest.mark.parametrize(
    ("whole", "width", "expected"),
    [
        ("Goblet squat", 12, "Goblet squat"),
        ("Goblet squat", 11, "Goblet squ…"),
        ("Goblet squat", 8, "Goblet…"),
        ("Goblet squat", 2, "G…"),
        ("Goblet squat", 1, "G"),
        ("Goblet squat", 0, ""),
        ("深蹲深蹲", 8, "深蹲深蹲"),
        ("深蹲深蹲", 7, "深蹲深…"),
        ("深蹲深蹲", 6, "深蹲…"),
        ("深蹲", 1, ""),
        ("e\u0301e\u0301", 2, "e\u0301e\u0301"),
    ],
)
def test_clipped(whole: str, width: int, expected: str) -> None:
    assert clipped(whole, width) == expected


def test_the_first_choice_that_fits() -> None:
    choices = ("set 2 of 3, left leg", "set 2 of 3", "set 2")
    found = [fitting(choices, width) for width in (20, 19, 10, 9, 5, 4)]
    assert found == [*choices[:1], choices[1], choices[1], "set 2", "set 2", "set…"]


def test_wrapped() -> None:
    whole = "think of nothing but how the next set begins"
    assert wrapped(whole, 20, 4) == ["think of nothing but", "how the next set", "begins"]
    assert wrapped(whole, 20, 2) == ["think of nothing but", "how the next set be…"]
    assert wrapped(whole, 20, 1) == ["think of nothing bu…"]
    assert wrapped(whole, 20, 0) == wrapped("", 20, 2) == []
    assert wrapped("unbreakable thing", 5, 3) == ["unbr…", "thing"]
