"""The tempo notation: what is taken, what is refused and why, and how it is said."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmc_audio.tempo import PATTERN, Part, Tempo, TempoError, at_speed, in_words, parse, rep_ms
from tests.depth import drawn

TAKEN = {
    "3-1-2-0": "3-1-2-0",
    "3/1/2/0": "3-1-2-0",
    "3120": "3-1-2-0",
    "30X1": "3-0-X-1",
    "30x1": "3-0-X-1",
    "@ 30X1": "3-0-X-1",
    "@3-0-X-1": "3-0-X-1",
    "31×1": "3-1-X-1",
    "4–0–1–0": "4-0-1-0",
    "4−0−1−0": "4-0-1-0",
    "301": "3-0-1-0",
    "3-0-1": "3-0-1-0",
    "10-0-10-0": "10-0-10-0",
    "1.5-0-1.5-0": "1.5-0-1.5-0",
    "1.25-0.05-2.50-0": "1.25-0.05-2.5-0",
    "0.3-0-30-60": "0.3-0-30-60",
    "2 0 2 0": "2-0-2-0",
    "2:0:2:0": "2-0-2-0",
    "31A1": "3-1-A-1",
    "3-1-A-1": "3-1-A-1",
    "3 0 a": "3-0-A-0",
    "20V0": "2-0-V-0",
    "3 - 1 - 2 - 0": "3-1-2-0",
    " 3-1-2-0 ": "3-1-2-0",
    "03-01-02-00": "3-1-2-0",
    "XXX": "X-0-X-0",
    "6/0/X/0": "6-0-X-0",
}
NUMBERS = 'write four numbers, such as "3-1-2-0"'
LETTERS = "use seconds, X (as fast as you can), A (helped lift) or V (own pace)"
FOUR = "a tempo has 4: lower, pause, lift, squeeze"
REFUSED = {
    "": f'"" is empty; {NUMBERS}',
    "@": f'"@" is empty; {NUMBERS}',
    "3": f'"3" is too short; {NUMBERS}',
    "30": f'"30" is too short; {NUMBERS}',
    "10010": '"10010" could be 10-0-1-0 or 1-0-0-10; put dashes between the numbers',
    "30X10": '"30X10" could be 30-X-1-0 or 3-0-X-10; put dashes between the numbers',
    "123456789": '"123456789" has 9 characters; put dashes between the numbers: "3-1-2-0"',
    "3-1": f'"3-1" has 2 numbers; {FOUR}',
    "3-1-2-0-1": f'"3-1-2-0-1" has 5 numbers; {FOUR}',
    "3-1/2-0": '"3-1/2-0" mixes separators; use one kind, as in "3-1-2-0"',
    "1.5015": '"1.5015": decimals need dashes between the numbers, as in "1.5-0-1.5-0"',
    "3.1": '"3.1": decimals need dashes between the numbers, as in "1.5-0-1.5-0"',
    "1,5-0-1-0": '"1,5-0-1-0" has a comma; write a dot for decimals: "1.5-0-1-0"',
    "3,1": '"3,1" has a comma; write a dot for decimals: "1.5-0-1.5-0"',
    "3-1-0-0": '"3-1-0-0" lifts in 0 seconds; write X for as fast as you can',
    "0-0-1-0": '"0-0-1-0" lowers in 0 seconds; write X for as fast as you can',
    "30Y1": f'"30Y1": "Y" is no part of a tempo; {LETTERS}',
    "Y": f'"Y": "Y" is no part of a tempo; {LETTERS}',
    "XY": f'"XY": "Y" is no part of a tempo; {LETTERS}',
    "3-Y-1-0": f'"3-Y-1-0": "Y" is no part of a tempo; {LETTERS}',
    "3-0-2s-1": f'"3-0-2s-1": "S" is no part of a tempo; {LETTERS}',
    "1111111": (
        '"1111111" could be 11-11-11-1, 11-11-1-11 or 11-1-11-11; put dashes between the numbers'
    ),
    "30J1": '"30J1": J (jump) is written X, as fast as you can',
    "30*1": '"30*1" has a *; write X for as fast as you can',
    "-3-1-2-0": '"-3-1-2-0" has a separator with no number beside it; write "3-1-2-0"',
    "3-1-2-": '"3-1-2-" has a separator with no number beside it; write "3-1-2-0"',
    "A010": '"A010": A is for the lift (third place) only',
    "3-V-1-0": '"3-V-1-0": V is for a moving phase (first and third place) only',
    "99-0-1-0": '"99-0-1-0" lowers for 99 seconds; allowed are 0.3 to 30',
    "3-0-0.2-0": '"3-0-0.2-0" lifts for 0.2 seconds; allowed are 0.3 to 30',
    "3-61-1-0": '"3-61-1-0" holds still for 61 seconds; allowed are 0 to 60',
    "3-100-1-0": '"3-100-1-0": "100" is no length; write up to 99, with at most two decimals',
    "3-0-1.125-0": '"3-0-1.125-0": "1.125" is no length; write up to 99, with at most two decimals',
    "true": f'"true": "T" is no part of a tempo; {LETTERS}',
}


@pytest.mark.parametrize("text", TAKEN)
def test_a_tempo_is_read(text: str) -> None:
    assert parse(text).text == TAKEN[text]
    assert re.fullmatch(PATTERN, text)


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_tempo_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(TempoError) as caught:
        parse(text)
    assert str(caught.value) == REFUSED[text]
    assert not re.fullmatch(PATTERN, text)


def test_the_parts_are_whole_milliseconds_or_letters() -> None:
    assert parse("1.25-0-X-2") == Tempo(Part(1_250), Part(), Part(letter="X"), Part(2_000))


@drawn(100)
@given(st.text("0123456789.-/: XxAaVv@×–,", max_size=14) | st.from_regex(PATTERN, fullmatch=True))
def test_the_pattern_takes_what_parse_takes(text: str) -> None:
    try:
        tempo = parse(text)
    except TempoError:
        assert not re.fullmatch(PATTERN, text)
    else:
        assert re.fullmatch(PATTERN, text)
        assert parse(tempo.text) == tempo


@pytest.mark.parametrize(
    ("text", "start", "words"),
    [
        ("3-1-2-1", "eccentric", "lower for 3 seconds, pause for 1, lift for 2, squeeze for 1"),
        ("3-1-2-0", "concentric", "lift for 2 seconds, lower for 3, pause for 1"),
        ("1-0-1.5-0", "eccentric", "lower for 1 second, lift for 1.5"),
        ("X-0-2-1", "eccentric", "lower as fast as you can, lift for 2 seconds, squeeze for 1"),
        ("31A1", "eccentric", "lower for 3 seconds, pause for 1, lift with help, squeeze for 1"),
        ("20V0", "concentric", "lift at your own pace, lower for 2 seconds"),
    ],
)
def test_a_tempo_in_words(text: str, start: str, words: str) -> None:
    assert in_words(parse(text), start) == words


def test_a_tempo_begins_with_lowering_where_nothing_else_is_said() -> None:
    assert in_words(parse("20V0")) == "lower for 2 seconds, lift at your own pace"


@pytest.mark.parametrize(
    ("permille", "shown"),
    [(1_000, "3-1.25-X-0"), (900, "3.3-1.4-X-0"), (1_100, "2.7-1.1-X-0"), (500, "6-2.5-X-0")],
)
def test_a_tempo_at_another_speed_is_in_tenths_of_a_second(permille: int, shown: str) -> None:
    assert at_speed(parse("3-1.25-X-0"), permille).text == shown


def test_the_length_of_a_rep_has_the_sessions_slots_for_letters() -> None:
    assert rep_ms(parse("3-1-2-0"), x_ms=1_000, a_ms=2_000) == 6_000
    assert rep_ms(parse("V-1-A-0"), x_ms=1_000, a_ms=2_500) == 6_000
    assert rep_ms(parse("30X1"), x_ms=800, a_ms=2_000) == 4_800
