"""Letters drawn with block characters."""

from __future__ import annotations

from itertools import combinations

import pytest

from mmc_audio.bigletters import ROWS, big, can_draw, plain_letters, width
from mmc_audio.layout import SIZES, WHOLE_SIZES

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:.-?| "


def test_a_word_with_half_blocks() -> None:
    assert list(big("Lift 2")) == [
        "█    ▀█▀ █▀▀▀ ▀▀█▀▀    ▄▀▀▀▄",
        "█     █  █▄▄    █         ▄▀",
        "█     █  █      █       ▄▀  ",
        "▀▀▀▀ ▀▀▀ ▀      ▀      ▀▀▀▀▀",
    ]


def test_a_word_in_whole_rows() -> None:
    assert list(big("no", wide=2, high=2)) == [
        "██      ██    ██████  ",
        "████    ██  ██      ██",
        "██  ██  ██  ██      ██",
        "██  ██  ██  ██      ██",
        "██  ██  ██  ██      ██",
        "██    ████  ██      ██",
        "██      ██    ██████  ",
    ]


def test_a_terminal_without_blocks_gets_plain_characters() -> None:
    blocks, plain = (big("Rest 1:27", wide=2, high=2, blocks=blocks) for blocks in (True, False))
    assert [row.replace("█", "#") for row in blocks] == list(plain)
    assert all(row.isascii() for row in plain)


def test_only_o_and_zero_look_alike() -> None:
    """Words and numbers do not mix."""
    drawn = {letter: big(letter, wide=1, high=2) for letter in ALPHABET}
    assert [(a, b) for a, b in combinations(ALPHABET, 2) if drawn[a] == drawn[b]] == [("O", "0")]


@pytest.mark.parametrize(("wide", "high"), SIZES)
def test_rows_are_as_wide_and_high_as_they_are_said_to_be(wide: int, high: int) -> None:
    rows = big(ALPHABET, wide=wide, high=high)
    assert {len(row) for row in rows} == {width(ALPHABET) * wide}
    assert len(rows) == -(-ROWS * high // 2)


@pytest.mark.parametrize(("wide", "high"), WHOLE_SIZES)
def test_so_they_are_without_blocks(wide: int, high: int) -> None:
    rows = big(ALPHABET, wide=wide, high=high, blocks=False)
    assert {len(row) for row in rows} == {width(ALPHABET) * wide}
    assert len(rows) * 2 == ROWS * high


def test_nothing_is_drawn_as_blank_rows() -> None:
    assert (width(""), big("")) == (0, ("", "", "", ""))


@pytest.mark.parametrize(
    ("word", "letters"),
    [
        ("drücken", "DRUCKEN"),
        ("contração", "CONTRACAO"),
        ("relâche", "RELACHE"),
        ("arriba, ñu", "ARRIBA, NU"),
        ("Fuß", "FUSS"),
        ("œuvre", "OEUVRE"),
        ("øl", "OL"),
    ],
)
def test_accents_fall_back_to_the_base_letter(word: str, letters: str) -> None:
    assert plain_letters(word) == letters


def test_which_words_can_be_drawn() -> None:
    words = ("squeeze", "drücken", "get set", "1:27", "ready?", "подъём", "上げる", "a,b")
    drawable = {word: can_draw(word) for word in words}
    assert [word for word, can in drawable.items() if not can] == ["подъём", "上げる", "a,b"]
    with pytest.raises(KeyError):
        big("上げる")
