"""Messages: places, carets and excerpts; values that are safe to print; the nearest word."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mmc_audio.errors import (
    Fault,
    Place,
    ProgramError,
    count,
    describe,
    listed,
    nearest,
    printable,
    shown,
)


def test_every_fault_stands_with_its_line_and_a_caret_in_the_order_of_the_file() -> None:
    source = 'title = "T"\nreps = 0\n'
    faults = (
        Fault(Place(2, 8), "reps must be more"),
        Fault(Place(1, 9, 3), "a short title", "warning"),
    )
    error = ProgramError("p.toml", source, faults)
    assert error.faults == faults
    assert str(error) == (
        "p.toml:1:9: warning: a short title\n"
        '    1 | title = "T"\n'
        "      |         ^^^\n"
        "p.toml:2:8: error: reps must be more\n"
        "    2 | reps = 0\n"
        "      |        ^"
    )


@pytest.mark.parametrize(
    ("source", "place", "excerpt"),
    [
        ("", Place(1, 1), ""),
        ("a\n", Place(2, 1), ""),
        ("a\tb = 1", Place(1, 3), "\n    1 | a b = 1\n      |   ^"),
        ("動作 = 0", Place(1, 6), "\n    1 | 動作 = 0\n      |        ^"),
        ("動作 = 0", Place(1, 1, 2), "\n    1 | 動作 = 0\n      | ^^^^"),
        ("e\u0301 = 0", Place(1, 6), "\n    1 | e\u0301 = 0\n      |     ^"),
        ("a\x1bb", Place(1, 3), "\n    1 | a\\x1bb\n      |      ^"),
        ("a = 1\r", Place(1, 5, 9), "\n    1 | a = 1\n      |     ^"),
        ("x" * 300, Place(1, 200, 2), f"\n    1 | {'x' * 100}\n      | {' ' * 50}^^"),
        ("x" * 300, Place(1, 1, 300), f"\n    1 | {'x' * 100}\n      | {'^' * 100}"),
        ("\n" * 99_999 + "b", Place(100_000, 1), "\n100000 | b\n       | ^"),
    ],
)
def test_the_caret_stands_under_what_is_meant(source: str, place: Place, excerpt: str) -> None:
    head = f"p.toml:{place.line}:{place.column}: error: no"
    assert describe("p.toml", source, (Fault(place, "no"),)) == head + excerpt


def test_a_name_that_a_terminal_would_obey_is_escaped() -> None:
    assert describe("a\x1b]0;b", "", (Fault(Place(1, 1), "no"),)) == "a\\x1b]0;b:1:1: error: no"


def test_printable() -> None:
    assert printable("é \u202e\x07\n") == "é \\u202e\\x07\\n"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (-3, "-3"),
        (10**30, "a number of about 31 digits"),
        pytest.param(1 << 4_000_000, "a number of about 1204121 digits", id="huge"),
        (Decimal("8.50"), "8.50"),
        (Decimal("nan"), "nan"),
        (Decimal("-inf"), "-inf"),
        ("a\nb", '"a\\nb"'),
        ("x" * 60, '"' + "x" * 37 + '…"'),
        ([1, 2], "[1, 2]"),
    ],
)
def test_shown(value: object, text: str) -> None:
    assert shown(value) == text


@pytest.mark.parametrize(
    ("word", "candidates", "near"),
    [
        ("resp", ["sets", "reps", "rest"], "reps"),
        ("titel", ["title"], "title"),
        ("Title", ["title"], "title"),
        ("concentrics", ["eccentric", "concentric"], "concentric"),
        ("rest_", ["rest"], "rest"),
        ("music", ["id", "start", "cues"], None),
        ("x", [], None),
        ("x" * 100_000, ["x"], None),
        ("", ["id"], None),
    ],
)
def test_nearest(word: str, candidates: list[str], near: str | None) -> None:
    assert nearest(word, candidates) == near


def test_numbers_and_lists_in_words() -> None:
    assert [count(number, "error") for number in (0, 1, 2)] == ["0 errors", "1 error", "2 errors"]
    assert [listed(list("abc"[:n])) for n in (1, 2, 3)] == ["a", "a or b", "a, b or c"]
