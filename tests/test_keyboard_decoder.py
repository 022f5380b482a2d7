"""What a terminal sends becomes the keys that were pressed, and nothing else."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mmc_audio.keyboard.decoder import LONGEST, PASTE_S, SEQUENCE_S, Decoder
from tests.depth import drawn


def keys_of(*parts: bytes) -> list[str]:
    """All keys of what comes in these parts, with silence at the end."""
    decoder = Decoder()
    keys = [key for part in parts for key in decoder.feed(part)]
    return keys + decoder.give_up()


@pytest.mark.parametrize(
    ("data", "keys"),
    [
        (b"n", ["n"]),
        (b" ", [" "]),
        (b"nprw+-e[]q?", [*"nprw+-e[]q?"]),
        (b"\r", ["enter"]),
        (b"\n", ["enter"]),
        (b"\x1b", ["escape"]),
        (b"\x1b\x1b", ["escape", "escape"]),
        (b"\x1b[A\x1b[B\x1b[C\x1b[D", ["up", "down", "right", "left"]),
        (b"\x1bOA\x1bOB\x1bOC\x1bOD", ["up", "down", "right", "left"]),
        (b"n\x1b[Cn\x1b[Cq", ["n", "right", "n", "right", "q"]),
        ("né漢ö🏋".encode(), ["n", "é", "漢", "ö", "🏋"]),
    ],
)
def test_keys_have_their_names(data: bytes, keys: list[str]) -> None:
    assert keys_of(data) == keys


@pytest.mark.parametrize(
    "data",
    [
        b"\x1bOP\x1b[15~\x1b[24~",  # F1, F5, F12
        b"\x1b[[A\x1b[[E",  # F1, F5 on the Linux console
        b"\x1b[2~\x1b[3~\x1b[5~\x1b[6~\x1b[H\x1b[F",  # Insert, Delete, Page up and down, Home, End
        b"\x1b[1;5C\x1b[1;3A\x1b[1;2D",  # arrows with Ctrl, Alt, Shift
        b"\x1bn\x1bq\x1b\r",  # Alt with a key
        b"\x1b[<0;12;7M\x1b[<0;12;7m",  # mouse
        b"\x1b[I\x1b[O",  # focus
        b"\x1b[?62;22c\x1b[24;80R",  # what a terminal answers when asked who it is, and where
        b"\x1b]11;rgb:0000/0000/0000\x07\x1b]10;rgb:ffff/ffff/ffff\x1b\\",  # and its colours
        b"\x1bP1$r0m\x1b\\\x1b_q\x1b\\",
        b"\x1b[200~quit\n\nrm -rf q\x1b[31m\x1b[201~",  # a paste
        b"\x00\x01\x07\x08\t\x7f\x1a",  # Ctrl with a letter, Tab, Backspace
        b"\x1b[12",  # cut off for good
        b"\x1b[\x01",  # broken off
        b"\xff\xfe\x80",  # no UTF-8
        "\x85\x9b\u202e\u200d\u2028".encode(),  # would steer a terminal
        b"\x1b]" + b"q" * 2 * LONGEST,  # an answer without an end
    ],
)
def test_what_is_no_key_gives_none(data: bytes) -> None:
    assert keys_of(data) == []


CHARACTERS = [*"nprw+-e[]q? é漢🏋", "\r"]
SEQUENCES = ["\x1b[A", "\x1b[D", "\x1bOC", "\x1b[15~", "\x1bOP", "\x1b[1;5C", "\x1b[[B", "\x1bn"]
ANSWERS = ["\x1b[200~npq\x1b[201~", "\x1b]11;rgb:0/0/0\x07"]
PIECES = st.sampled_from([*CHARACTERS, *SEQUENCES, *ANSWERS])


@drawn(100)
@given(st.lists(PIECES, max_size=12), st.lists(st.integers(0, 200), max_size=8))
@example(["\x1b[200~npq\x1b[201~", "n"], [14, 15, 16, 17])
@example(["\x1b[[B"], [3])
def test_a_read_may_end_anywhere(pieces: list[str], cuts: list[int]) -> None:
    data = "".join(pieces).encode()
    bounds = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    parts = [data[start:end] for start, end in pairwise(bounds)]
    assert keys_of(*parts) == keys_of(data) == [key for p in pieces for key in keys_of(p.encode())]


@drawn(100)
@given(st.binary(max_size=200))
def test_noise_gives_only_keys_there_are(data: bytes) -> None:
    named = {"up", "down", "left", "right", "enter", "escape"}
    assert all(len(key) == 1 and key.isprintable() for key in keys_of(data) if key not in named)


def test_escape_alone_is_known_by_the_silence_after_it() -> None:
    decoder = Decoder()
    assert decoder.patience_s is None
    assert decoder.feed(b"\x1b") == []
    assert decoder.patience_s == SEQUENCE_S
    assert decoder.give_up() == ["escape"]
    assert decoder.patience_s is None
    assert decoder.feed(b"\x1b[") == []
    assert decoder.give_up() == []
    assert decoder.feed(b"A") == ["A"]


def test_a_paste_that_never_ends_does_not_lock_the_keys() -> None:
    decoder = Decoder()
    assert decoder.feed(b"\x1b[200~quit now") == []
    assert decoder.patience_s == PASTE_S
    assert decoder.give_up() == []
    assert decoder.feed(b"n") == ["n"]
