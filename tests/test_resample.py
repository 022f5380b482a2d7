"""Resampling keeps length, place and level, and adds no tones that were not there."""

from __future__ import annotations

import numpy as np
import pytest

from mmc_audio.clips import Samples
from mmc_audio.resample import resample

RATES = (4_000, 8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 88_200, 96_000, 192_000)


def tone(hertz: float, rate: int, seconds: float = 0.4) -> Samples:
    time = np.arange(round(rate * seconds)) / rate
    return (0.5 * np.sin(2 * np.pi * hertz * time)).astype(np.float32)


def level_db(samples: Samples, rate: int, low: float, high: float) -> float:
    """The strongest component between two frequencies, in dB re a sine of 0.5."""
    spectrum = np.abs(np.fft.rfft(samples * np.blackman(len(samples))))
    hertz = np.fft.rfftfreq(len(samples), 1 / rate)
    band = spectrum[(hertz >= low) & (hertz < high)]
    full = 0.5 * np.blackman(len(samples)).sum() / 2
    return float(20 * np.log10(max(band.max() / full, 1e-10)))


def test_the_house_rate_is_left_alone() -> None:
    samples = tone(440, 48_000)
    assert resample(samples, 48_000, 48_000) is samples


@pytest.mark.parametrize("rate", RATES)
def test_length_is_exact_to_rounding(rate: int) -> None:
    for frames in (0, 1, 2, 7, 100, 1_001, 12_345, 44_100):
        out = resample(np.zeros(frames, dtype=np.float32), rate, 48_000)
        assert out.dtype == np.float32
        assert abs(len(out) - frames * 48_000 / rate) <= 0.5


@pytest.mark.parametrize("rate", RATES)
def test_a_tone_keeps_its_place_and_level(rate: int) -> None:
    out, wanted = resample(tone(440, rate), rate, 48_000), tone(440, 48_000)
    middle = slice(4_800, -4_800)
    assert np.abs(out[middle] - wanted[middle]).max() < 0.001


@pytest.mark.parametrize(("rate", "hertz"), [(24_000, 5_000), (8_000, 3_000), (44_100, 19_000)])
def test_images_of_a_tone_are_60_db_down(rate: int, hertz: int) -> None:
    out = resample(tone(hertz, rate), rate, 48_000)
    assert level_db(out, 48_000, hertz - 50, hertz + 50) > -0.1
    assert level_db(out, 48_000, hertz + 200, 24_001) < -60
    assert level_db(out, 48_000, 0, hertz - 200) < -60


@pytest.mark.parametrize(("rate", "hertz"), [(96_000, 30_000), (192_000, 40_000), (88_200, 26_000)])
def test_what_48_khz_cannot_hold_does_not_fold_back(rate: int, hertz: int) -> None:
    out = resample(tone(hertz, rate), rate, 48_000)
    assert level_db(out[2_400:-2_400], 48_000, 0, 24_001) < -60
