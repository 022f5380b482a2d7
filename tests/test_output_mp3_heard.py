"""A new block of MP3 frames is decoded once and must sound like what it was made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mmc_audio.clips import Pcm
from mmc_audio.outputs import lame, mp3heard, save
from mmc_audio.outputs.mp3frames import FRAME_SAMPLES, Layout
from mmc_audio.outputs.mp3runs import LEAD, QUALITY, TAIL
from mmc_audio.outputs.pcm import BrokenOutput
from tests.audio import Repeated, click, recording

MONO, STEREO = Layout(64, 1), Layout(128, 2)
SECOND = 48_000


def encoded(sound: Pcm, layout: Layout = MONO) -> bytes:
    """A block as exports make it."""
    frames = LEAD + -(-len(sound) // FRAME_SAMPLES) + TAIL
    ends = [bytes(2 * layout.channels * FRAME_SAMPLES * n) for n in (LEAD, TAIL + 2)]
    return lame.encode([ends[0], sound.tobytes(), ends[1]], frames, layout, quality=QUALITY)


def noise(frames: int, level: float, channels: int = 1) -> Pcm:
    shape = (frames, channels) if channels > 1 else frames
    return np.rint(np.random.default_rng(3).normal(0, level, shape)).astype(np.int16)


def tone(hz: int, frames: int) -> Pcm:
    samples = 9_000 * np.sin(2 * np.pi * hz * np.arange(frames) / SECOND)
    return np.rint(samples).astype(np.int16)


def clicks(frames: int) -> Pcm:
    """A click every half a second, and silence between."""
    sound = np.zeros(frames, np.int16)
    for start in range(0, frames - 2_000, SECOND // 2):
        sound[start : start + len(click())] += click()
    return sound


@pytest.mark.parametrize(
    ("sound", "layout"),
    [
        pytest.param(clicks(40 * SECOND), MONO, id="clicks, several pieces"),
        pytest.param(clicks(700), MONO, id="less than a frame"),
        pytest.param(tone(440, 3 * SECOND), MONO, id="a tone"),
        pytest.param(tone(15_000, 3 * SECOND), MONO, id="too high for the bit rate"),
        pytest.param(noise(3 * SECOND, 3_000), MONO, id="noise, which no encoder keeps"),
        pytest.param(noise(3 * SECOND, 25), MONO, id="too faint to be kept"),
        pytest.param(noise(3 * SECOND, 3_000, 2), STEREO, id="stereo"),
    ],
)
def test_what_lame_makes_is_accepted(sound: Pcm, layout: Layout) -> None:
    for block in (len(sound), 5_000):
        pieces = (sound[start : start + block] for start in range(0, len(sound), block))
        mp3heard.check(encoded(sound, layout), layout, LEAD, pieces)


SPOILT = 300  # the frame from which on a block is spoilt


def _frames(data: bytes, start: int, count: int) -> bytes:
    return data[start * MONO.size : (start + count) * MONO.size]


def silenced(data: bytes) -> bytes:
    """A second of it replaced by its own silent lead."""
    silent = _frames(encoded(clicks(SECOND)[:0]), 0, 1)
    return _frames(data, 0, SPOILT) + silent * 48 + _frames(data, SPOILT + 48, 10_000)


def late(data: bytes) -> bytes:
    """A frame comes twice: all after it is 24 ms late."""
    return _frames(data, 0, SPOILT) + _frames(data, SPOILT - 1, 10_000)[: -MONO.size]


def other(data: bytes) -> bytes:
    """The frames of another sound."""
    return encoded(tone(330, 40 * SECOND))


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        pytest.param(silenced, "MP3 frames 312 and on", id="silenced"),
        pytest.param(late, "MP3 frames 312 and on", id="late"),
        pytest.param(other, "MP3 frames 0 and on", id="another sound"),
    ],
)
def test_a_spoilt_block_is_refused(spoil: Callable[[bytes], bytes], found: str) -> None:
    sound = clicks(40 * SECOND)
    with pytest.raises(BrokenOutput) as caught:
        mp3heard.check(spoil(encoded(sound)), MONO, LEAD, [sound])
    assert str(caught.value) == f"{found} of a run do not sound as planned"


def test_frames_that_no_decoder_reads_are_refused() -> None:
    sound = clicks(3 * SECOND)
    data = encoded(sound)
    cut = data[: 40 * MONO.size] + bytes(len(data) - 40 * MONO.size)
    with pytest.raises(BrokenOutput) as caught:
        mp3heard.check(cut, MONO, LEAD, [sound])
    assert str(caught.value) == "MP3 frames 0 and on of a run can't be decoded"


def test_a_piece_is_compared_with_what_is_around_it() -> None:
    """Wherever pieces end, a fault in any window is found."""
    sound = tone(440, 24 * SECOND)
    good = encoded(sound)
    silent: Callable[[int], bytes] = lambda count: _frames(encoded(sound[:0]), 0, 1) * count  # noqa: E731
    window = mp3heard.WINDOW
    for first in range(window, len(good) // MONO.size - 2 * window, window):
        spoilt = _frames(good, 0, first) + silent(window) + _frames(good, first + window, 10_000)
        with pytest.raises(BrokenOutput):
            mp3heard.check(spoilt, MONO, LEAD, [sound])


def test_an_export_refuses_what_its_encoder_got_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stand-in, since no real encoder goes wrong when asked to."""
    silent = _frames(encoded(clicks(SECOND)[:0]), 0, 1)
    monkeypatch.setattr(lame, "encode", lambda pcm, frames, layout, *, quality: silent * frames)
    target = tmp_path / "a.mp3"
    target.write_bytes(b"the old one")
    with pytest.raises(BrokenOutput):
        save(replace(recording(4_000), runs=Repeated(click(), 3)), target)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [
        ("a.mp3", b"the old one")
    ]
