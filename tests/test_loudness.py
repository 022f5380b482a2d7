"""Our loudness meter against ffmpeg's, and the limiter."""

from __future__ import annotations

import re
import subprocess
import wave
from pathlib import Path

import numpy as np
import pytest

from mmc_audio.clips import Samples
from mmc_audio.limit import CEILING_DB, limited
from mmc_audio.loudness import GRAIN, STEP, grain_energies, integrated, step_energies
from tests.parts import need

RATE = 48_000


def loudness(samples: Samples) -> float:
    return integrated(step_energies(grain_energies(samples), 0)[: -(-len(samples) // STEP)])


def tone(hertz: float, amplitude: float, seconds: float) -> Samples:
    k = np.arange(int(RATE * seconds))
    return (amplitude * np.sin(2 * np.pi * hertz * k / RATE)).astype(np.float32)


def test_the_reference_tone_of_the_recommendation() -> None:
    """BS.1770: a full-scale sine of 997 Hz on one channel reads -3.01 LKFS."""
    assert loudness(tone(997, 1.0, 20)) == pytest.approx(-3.01, abs=0.02)


def test_silence_has_no_loudness() -> None:
    assert loudness(np.zeros(RATE, np.float32)) == -np.inf


@pytest.mark.parametrize("seed", range(3))
def test_the_same_as_ffmpeg_for_bursts_between_silences(tmp_path: Path, seed: int) -> None:
    """Both gates at work: loud and faint bursts, with silence between."""
    need("ffmpeg")
    rng = np.random.default_rng(seed)
    pieces = []
    for _ in range(40):
        level = 10 ** (rng.uniform(-45, -12) / 20)
        pieces.append(rng.normal(0, level, int(RATE * rng.uniform(0.05, 1.2))))
        pieces.append(np.zeros(int(RATE * rng.uniform(0, 2))))
    samples = np.clip(np.concatenate(pieces), -1, 1).astype(np.float32)
    assert loudness(samples) == pytest.approx(_by_ffmpeg(tmp_path, samples), abs=0.15)


def _by_ffmpeg(folder: Path, samples: Samples) -> float:
    path = folder / "x.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(np.rint(samples * 32_767).astype("<i2").tobytes())
    command = ["ffmpeg", "-nostats", "-i", str(path), "-af", "ebur128", "-f", "null", "-"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    return float(re.findall(r"I:\s+(-?[\d.]+) LUFS", said)[-1])


@pytest.mark.parametrize("grains", [0, 1, 13, 24])
def test_energy_is_the_same_wherever_a_piece_begins(grains: int) -> None:
    samples = tone(1_000, 0.3, 0.73)
    shifted = np.concatenate([np.zeros(grains * GRAIN, np.float32), samples])
    expected = step_energies(grain_energies(shifted), 0)
    measured = step_energies(grain_energies(samples), grains)
    assert measured == pytest.approx(expected[: len(measured)], rel=1e-6, abs=1e-9)


# ---- the limiter ----


@pytest.mark.parametrize("seed", range(5))
def test_nothing_passes_the_ceiling(seed: int) -> None:
    rng = np.random.default_rng(seed)
    loud = (rng.normal(0, 0.6, 20_000) * (rng.random(20_000) > 0.5)).astype(np.float32)
    out = limited(loud)
    assert len(out) == len(loud)
    assert np.abs(out).max() <= 10 ** (CEILING_DB / 20) * 1.000_001


def test_what_is_below_the_ceiling_stays_as_it_is() -> None:
    quiet = tone(500, 0.69, 0.5)
    assert np.array_equal(limited(quiet), quiet)


def test_a_peak_is_turned_down_for_3_ms_on_either_side_and_no_longer() -> None:
    samples = tone(500, 0.5, 0.2)
    samples[4_800] = 1.0
    out = limited(samples)
    changed = np.flatnonzero(out != samples)
    assert changed[0] >= 4_800 - 2 * 144 and changed[-1] <= 4_800 + 2 * 144
    assert abs(out[4_800]) <= 10 ** (CEILING_DB / 20) * 1.000_001


def test_a_loud_tone_is_turned_down_not_clipped() -> None:
    """A clipped sine has harmonics at -10 dB; a limited one almost none."""
    out = limited(tone(500, 1.4, 1.0))[4_800:-4_800]
    spectrum = np.abs(np.fft.rfft(out * np.hanning(len(out))))
    hertz = np.fft.rfftfreq(len(out), 1 / RATE)
    first = spectrum[np.abs(hertz - 500) < 20].max()
    third = spectrum[np.abs(hertz - 1_500) < 20].max()
    assert 20 * np.log10(third / first) < -50
