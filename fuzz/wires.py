"""What comes in from outside of the process: keys, the decoding child, a voice in the network."""

from __future__ import annotations

import io
import subprocess
from typing import cast

import numpy as np

from fuzz.bytesource import Bytes
from fuzz.texts import refused
from mmc_audio.decode import _Child, answer, decode
from mmc_audio.errors import UserError
from mmc_audio.keyboard.decoder import LONGEST, Decoder
from mmc_audio.voices import VoiceError
from mmc_audio.voices.google import _audio

MOST_SECONDS = 2.0
NAMED = {"up", "down", "right", "left", "enter", "escape"}


def keys(data: bytes) -> None:
    """Keys are the same however the bytes are cut, and one never swallows all that follow."""
    source = Bytes(data)
    cuts = [source.below(40) + 1 for _ in range(8)]
    typed = source.take(LONGEST - 1)
    at_once, cut = Decoder(), Decoder()
    whole = at_once.feed(typed)
    pieces, at = list[str](), 0
    while at < len(typed):
        step = cuts[at % len(cuts)]
        pieces += cut.feed(typed[at : at + step])
        at += step
    assert pieces == whole
    assert all(key in NAMED or (len(key) == 1 and key.isprintable()) for key in whole)
    assert cut.patience_s == at_once.patience_s
    assert cut.give_up() == at_once.give_up()
    assert cut.patience_s is None
    assert cut.feed(b"q") == ["q"]


def child(data: bytes) -> None:
    """What the decoding child writes is a sound or a message, whoever has taken it over."""
    try:
        samples, rate = answer(data, what="a.wav", max_seconds=MOST_SECONDS)
    except UserError as error:
        refused(str(error))
        return
    sound(samples, rate)


class Said:
    """A decoding child that has said all it will."""

    returncode = 0

    def __init__(self, data: bytes) -> None:
        self.stdout = io.BytesIO(data)

    def kill(self) -> None:
        """It is over already."""

    def wait(self) -> None:
        """No time."""


def pieces(data: bytes) -> None:
    """The same where a long sound comes piece by piece."""
    child = cast("subprocess.Popen[bytes]", Said(data))
    try:
        stream = _Child(child, io.BytesIO(), "a.wav").stream()
        held = sum(map(len, stream.pieces))
    except UserError as error:
        refused(str(error))
        return
    assert stream.channels in (1, 2) and held <= len(data)


def file(data: bytes) -> None:
    """Bytes that call themselves a sound are decoded within the limits, or refused."""
    try:
        samples, rate = decode(data, what="a.wav", max_seconds=MOST_SECONDS)
    except UserError as error:
        refused(str(error))
        return
    sound(samples, rate)


def sound(samples: np.ndarray, rate: int) -> None:  # type: ignore[type-arg]
    """Finite, within full scale, no longer than allowed."""
    assert 4_000 <= rate <= 192_000
    assert 0 < len(samples) <= MOST_SECONDS * rate + 1
    assert samples.dtype == np.float32
    assert np.isfinite(samples).all() and np.abs(samples).max() <= 1


def reply(data: bytes) -> None:
    """A reply of the network's voice holds an MP3, or what came instead is told."""
    try:
        mp3 = _audio(data)
    except VoiceError as error:
        refused(str(error))
        return
    assert mp3[:3] == b"ID3" or mp3[0] == 0xFF
