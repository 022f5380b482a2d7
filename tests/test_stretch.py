"""Hurried speech: exact length, the same pitch, the same level, nothing cut."""

from __future__ import annotations

import numpy as np
import pytest

from mmc_audio.clips import Pcm
from mmc_audio.stretch import hurry

RATE = 48_000


def voice_like(seconds: float = 0.8, pitch: float = 180.0) -> Pcm:
    """Harmonics under a syllable-like envelope."""
    k = np.arange(int(RATE * seconds)) / RATE
    wave = sum(np.sin(2 * np.pi * pitch * n * k) / n for n in range(1, 9))
    envelope = 0.55 - 0.45 * np.cos(2 * np.pi * 4 * k)
    return np.rint(6_000 * wave * envelope).astype(np.int16)


def pitch_of(pcm: Pcm) -> float:
    middle = pcm[len(pcm) // 4 : -len(pcm) // 4].astype(float)
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle)), 1 << 17))
    return float(np.argmax(spectrum)) * RATE / (1 << 17)


@pytest.mark.parametrize("permille", [1_010, 1_050, 1_100, 1_150])
def test_length_pitch_and_level(permille: int) -> None:
    pcm = voice_like()
    frames = len(pcm) * 1_000 // permille
    out = hurry(pcm, frames)
    assert len(out) == frames
    assert pitch_of(out) == pytest.approx(pitch_of(pcm), rel=0.01)
    level = np.sqrt(np.mean(out.astype(float) ** 2) / np.mean(pcm.astype(float) ** 2))
    assert 20 * np.log10(level) == pytest.approx(0, abs=0.7)


def test_a_marker_at_each_tenth_stays_at_its_tenth() -> None:
    """Time is squeezed evenly: a click at 30 % of the clip is at 30 % of the hurried one."""
    pcm = np.zeros(RATE, np.int16)
    for tenth in range(1, 10):
        pcm[tenth * 4_800 : tenth * 4_800 + 60] = 20_000
    out = hurry(pcm, RATE * 1_000 // 1_120)
    loud = np.flatnonzero(np.abs(out.astype(int)) > 8_000)
    groups = [g[0] for g in np.split(loud, np.flatnonzero(np.diff(loud) > 1_000) + 1)]
    assert len(groups) == 9
    for tenth, at in enumerate(groups, 1):
        assert at == pytest.approx(tenth * 0.1 * len(out), abs=0.012 * RATE)


def test_no_hurry_changes_nothing() -> None:
    pcm = voice_like()
    assert np.array_equal(hurry(pcm, len(pcm)), pcm)


def test_the_first_and_the_last_sound_survive() -> None:
    pcm = np.zeros(20_000, np.int16)
    pcm[:400] = 9_000
    pcm[-400:] = 9_000
    out = hurry(pcm, 18_000)
    assert np.abs(out[:600]).max() > 4_000 and np.abs(out[-600:]).max() > 4_000
