"""The tone that rises as the muscle shortens, in the sound that is written."""

from __future__ import annotations

import itertools
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from mmc_audio.glide import GAP_MS, PEAK, tone
from mmc_audio.mix import LONG_ISLAND, Island
from mmc_audio.studio import Prepared
from mmc_audio.timeline import FRAMES_PER_MS, Click, Glide, Phase, Speech
from tests.studio import ready

PROGRAM = """\
title = "T"
[sound]
glide = "{}"
[[exercise]]
name = "Thing"
start = "concentric"
sets = 1
reps = 4
tempo = "3-1-2-1"
"""


@lru_cache(maxsize=1)
def on() -> Prepared:
    return ready(PROGRAM.format("effort"))


@lru_cache(maxsize=1)
def off() -> Prepared:
    return ready(PROGRAM.format("off"))


def samples(prepared) -> np.ndarray:  # type: ignore[no-untyped-def,type-arg]
    blocks = prepared.recording().blocks()
    return np.concatenate([np.array(block) for block in blocks]).astype(np.float64) / 32_768


def pitch(sound: np.ndarray, at: int) -> float:  # type: ignore[type-arg]
    """The frequency around a frame, from the phase of the analytic signal of its strongest band."""
    window = sound[at - 1_200 : at + 1_200] * np.hanning(2_400)
    spectrum = np.abs(np.fft.rfft(window, 96_000))
    low, high = 500, 1_500  # bins of half a hertz: 250 to 750 Hz
    return float(low + np.argmax(spectrum[low:high])) / 2


@pytest.mark.parametrize(("first", "last"), [(330, 660), (660, 330), (330, 330), (660, 660)])
def test_a_tone_goes_in_equal_steps_of_pitch(first: int, last: int) -> None:
    sound = tone(96_000, first, last, ()).astype(np.float64)
    for share in (0.1, 0.5, 0.9):
        wanted = first * (last / first) ** share
        assert abs(pitch(sound, round(share * 96_000)) / wanted - 1) < 0.02
    assert 0.8 * PEAK < np.abs(sound).max() <= PEAK


def test_a_tone_begins_and_ends_in_silence() -> None:
    sound = tone(48_000, 330, 660, ())
    assert abs(sound[0]) < 1e-6 and abs(sound[-1]) < 1e-6
    assert np.abs(np.diff(sound)).max() < 0.02  # no click of its own


def test_a_tone_steps_back_under_speech() -> None:
    plain = tone(96_000, 440, 440, ()).astype(np.float64)
    dipped = tone(96_000, 440, 440, ((30_000, 50_000),)).astype(np.float64)
    under, before = slice(32_000, 48_000), slice(5_000, 25_000)
    down = np.abs(dipped[under]).max() / np.abs(plain[under]).max()
    assert 20 * np.log10(down) == pytest.approx(-14, abs=0.1)
    assert np.array_equal(dipped[before], plain[before])


def test_each_phase_has_its_tone() -> None:
    tones = [e for e in on().timeline.events if isinstance(e, Glide)]
    phases = [e for e in on().timeline.events if isinstance(e, Phase)]
    assert [(t.at_ms, t.duration_ms) for t in tones] == [(p.at_ms, p.duration_ms) for p in phases]
    assert [(t.from_hz, t.to_hz) for t in tones[:4]] == [
        (330, 660),  # lift
        (660, 660),  # squeeze
        (660, 330),  # lower
        (330, 330),  # pause
    ]
    assert not any(isinstance(e, Glide) for e in off().timeline.events)


def test_the_tone_is_all_that_the_glide_adds() -> None:
    def others(prepared):  # type: ignore[no-untyped-def]
        return [e for e in prepared.timeline.events if not isinstance(e, Glide)]

    assert others(on()) == others(off())
    mixer = replace(on()).mixer()
    for island in (s for s in on().segments() if isinstance(s, Island)):
        plain = tuple(part for part in island.key[1] if part.tone is None)
        tones = [part for part in island.key[1] if part.tone]
        with_tone = mixer.plain(island)
        without = mixer.plain(Island((island.frames, plain)))
        for part in tones:
            frames = part.tone[0]
            without[part.offset : part.offset + frames] += tone(*part.tone, part.dips)
        assert np.allclose(with_tone, without, atol=1e-6)


def test_it_is_silent_before_a_phase_opens_and_down_while_someone_speaks() -> None:
    parts = [p for s in on().segments() if isinstance(s, Island) for p in s.key[1] if p.tone]
    lengths = [e.duration_ms for e in on().timeline.events if isinstance(e, Glide)]
    assert [p.tone[0] for p in parts] == [(ms - GAP_MS) * FRAMES_PER_MS for ms in lengths]
    said = [e for e in on().timeline.events if isinstance(e, Speech)]
    tones = [e for e in on().timeline.events if isinstance(e, Glide)]
    for event, part in zip(tones, parts, strict=True):
        inside = [
            ((s.at_ms - event.at_ms) * FRAMES_PER_MS, (s.end_ms - event.at_ms) * FRAMES_PER_MS)
            for s in said
            if s.at_ms < event.at_ms + event.duration_ms - GAP_MS and s.end_ms > event.at_ms
        ]
        assert set(inside) <= set(part.dips)


def test_islands_stay_short_however_long_the_set_is() -> None:
    many = ready(PROGRAM.format("effort").replace("reps = 4", "reps = 60"))
    islands = [s for s in many.segments() if isinstance(s, Island)]
    assert max(island.frames for island in islands) < 2 * LONG_ISLAND
    assert sum(s.frames for s in many.segments()) == many.timeline.frames


def test_a_click_is_heard_through_it() -> None:
    """A click's peak is at least 12 dB above the tone beside it."""
    alone = ready(PROGRAM.format("effort"), voice="none")
    sound = samples(alone)
    clicks = [e for e in alone.timeline.events if isinstance(e, Click) and e.sound == "eccentric"]
    for click in itertools.islice(clicks, 4):
        at = click.at_ms * FRAMES_PER_MS
        peak = np.abs(sound[at : at + 960]).max()
        beside = np.abs(sound[at + 9_600 : at + 19_200]).max()
        assert 20 * np.log10(peak / beside) > 12
