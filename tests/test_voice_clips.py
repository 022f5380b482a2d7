"""Raw speech becomes a clip: trimmed, at one level, with the moment at which it is heard."""

from __future__ import annotations

import re
import subprocess

import numpy as np
import pytest

from mmc_audio.clips import Pcm, Samples
from mmc_audio.limit import CEILING_DB
from mmc_audio.program import VoiceSettings
from mmc_audio.speech import (
    FADE_OUT_MS,
    MARGIN_AFTER_MS,
    MARGIN_BEFORE_MS,
    TARGET_LUFS,
    house_clip,
)
from mmc_audio.voices import make
from tests.parts import need

RATE = 48_000
WORDS = ("up", "six", "squeeze", "last one", "squeeze your glutes", "thirty seconds. Next: row")


def noise(ms: int, level: float, seed: int = 1) -> Samples:
    """Even noise of a given peak."""
    draw = np.random.default_rng(seed).uniform(-level, level, ms * RATE // 1_000)
    return draw.astype(np.float32)


def silence(ms: int) -> Samples:
    return np.zeros(ms * RATE // 1_000, np.float32)


def loudness(pcm: Pcm) -> float:
    """Integrated loudness by ffmpeg's meter, of the clip repeated for ten seconds or more."""
    many = np.tile(pcm, 1 + 10 * RATE // len(pcm)).tobytes()
    meter = "ffmpeg -hide_banner -f s16le -ar 48000 -ac 1 -i pipe:0 -af ebur128 -f null -"
    done = subprocess.run(meter.split(), input=many, capture_output=True, check=True)
    return float(re.findall(r"I: +(-?[\d.]+) LUFS", done.stderr.decode())[-1])


@pytest.mark.parametrize("before_ms", [0, 5, 300])
def test_silence_is_cut_and_nothing_audible(before_ms: int) -> None:
    quiet_end = noise(50, 0.5 * 0.02, seed=2)  # -34 dB: the end of an "s"
    hiss = noise(200, 0.5 * 0.002, seed=3)  # -54 dB: the engine's own noise
    clip = house_clip(
        np.concatenate([silence(before_ms), noise(250, 0.5), quiet_end, hiss, silence(300)]), RATE
    )
    assert clip.duration_ms == MARGIN_BEFORE_MS + 250 + 50 + MARGIN_AFTER_MS
    margin = clip.pcm[: MARGIN_BEFORE_MS * 48]
    assert not margin.any()
    assert clip.pcm[MARGIN_BEFORE_MS * 48 :][:48].any()
    assert clip.pcm[-1] == 0
    assert FADE_OUT_MS < MARGIN_AFTER_MS


def test_what_is_silent_or_empty_becomes_an_empty_clip() -> None:
    for samples in (silence(0), silence(200), noise(400, 0.002)):
        clip = house_clip(samples, RATE)
        assert (len(clip.pcm), clip.onset_ms) == (0, 0)


@pytest.mark.parametrize("name", ["embedded", "espeak"])
def test_every_clip_has_the_same_level(name: str) -> None:
    need("ffmpeg", *(["espeak-ng"] if name == "espeak" else []))
    voice = make(name, VoiceSettings())
    levels = {word: loudness(house_clip(*voice.speak(word)).pcm) for word in WORDS}
    assert {word: level for word, level in levels.items() if abs(level - TARGET_LUFS) > 1.5} == {}


def test_the_level_of_the_source_does_not_matter() -> None:
    samples, rate = make("embedded", VoiceSettings()).speak("push the floor away")
    quiet, loud = house_clip(samples * 0.05, rate), house_clip(samples, rate)
    assert quiet.onset_ms == loud.onset_ms
    assert np.abs(quiet.pcm.astype(int) - loud.pcm).max() <= 1


def test_no_sample_is_above_the_ceiling_nor_is_one_a_nan() -> None:
    spiky = noise(500, 0.05)
    spiky[:: RATE // 20] = 0.9
    spiky[100], spiky[200] = np.nan, np.inf
    clip = house_clip(spiky, RATE)
    assert np.abs(clip.pcm).max() <= round(10 ** (CEILING_DB / 20) * 32_767) + 1


@pytest.mark.parametrize("consonant_ms", [0, 60, 120, 160])
def test_a_word_is_heard_at_the_rise_of_its_vowel(consonant_ms: int) -> None:
    word = np.concatenate([silence(80), noise(consonant_ms, 0.05), noise(200, 0.6, seed=2)])
    clip = house_clip(word, RATE)
    assert clip.onset_ms == pytest.approx(MARGIN_BEFORE_MS + consonant_ms, abs=4)


def test_a_louder_second_syllable_is_not_the_onset() -> None:
    word = np.concatenate([noise(150, 0.3), silence(120), noise(200, 0.9, seed=2)])
    assert house_clip(word, RATE).onset_ms == pytest.approx(MARGIN_BEFORE_MS, abs=4)


def test_any_rate_becomes_48_kHz() -> None:
    time = np.arange(16_000) / 16_000
    clip = house_clip((0.3 * np.sin(2 * np.pi * 440 * time)).astype(np.float32), 16_000)
    assert clip.duration_ms == pytest.approx(1_000 + MARGIN_BEFORE_MS + MARGIN_AFTER_MS, abs=2)
    spectrum = np.abs(np.fft.rfft(clip.pcm, RATE))
    assert int(np.argmax(spectrum)) == 440
