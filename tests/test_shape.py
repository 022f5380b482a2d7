"""Fades and gain of short clips, and pydub kept quiet and away from files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mmc_audio.clips import Samples
from mmc_audio.shape import shape

LEVEL = np.full(4_800, 0.5, dtype=np.float32)  # 100 ms
STEP = 1 / 32_767


def test_without_orders_nothing_changes() -> None:
    noise = np.random.default_rng(1).uniform(-1, 1, 4_800).astype(np.float32)
    np.testing.assert_allclose(shape(noise), noise, atol=1e-7)


@pytest.mark.parametrize("gain_db", [-60.0, -6.0, 0.0, 5.9])
def test_gain_is_exact(gain_db: float) -> None:
    np.testing.assert_allclose(
        shape(LEVEL, gain_db=gain_db), LEVEL * 10 ** (gain_db / 20), atol=1e-6
    )


def test_gain_of_a_quiet_sound_does_not_bring_up_rounding() -> None:
    quiet = (0.001 * np.sin(np.arange(4_800) / 10)).astype(np.float32)
    np.testing.assert_allclose(shape(quiet, gain_db=40), quiet * 100, atol=STEP / 4)


def test_too_much_gain_stops_at_full_scale() -> None:
    both = np.concatenate([LEVEL, -LEVEL])
    shaped = shape(both, gain_db=20)
    assert shaped.tolist() == [1.0] * 4_800 + [-1.0] * 4_800


@pytest.mark.parametrize("ms", [1, 10, 50, 100])
def test_fades_are_straight_lines_and_end_in_exact_silence(ms: int) -> None:
    shaped, frames = shape(LEVEL, fade_in_ms=ms, fade_out_ms=ms), ms * 48
    ramp = np.linspace(0, 0.5, frames, endpoint=False)
    if ms <= 50:
        np.testing.assert_allclose(shaped[:frames], ramp, atol=1e-5)
        np.testing.assert_allclose(shaped[-frames:-1], 0.5 - ramp[:-1], atol=1e-5)
        np.testing.assert_array_equal(shaped[frames:-frames], LEVEL[frames:-frames])
    assert shaped[0] < STEP / 2
    assert shaped[-1] == 0.0


def test_a_fade_longer_than_the_clip_is_as_long_as_the_clip() -> None:
    shaped = shape(LEVEL, fade_out_ms=5_000)
    assert shaped[0] == pytest.approx(0.5, abs=0.01)
    assert shaped[-1] == 0.0
    assert (np.diff(shaped) <= 0).all()


@pytest.mark.parametrize("frames", [1, 47, 48, 49, 1_001])
def test_a_clip_is_filled_up_with_silence_to_the_millisecond(frames: int) -> None:
    shaped = shape(LEVEL[:frames], gain_db=0)
    assert len(shaped) == -(-frames // 48) * 48
    np.testing.assert_array_equal(shaped[:frames], LEVEL[:frames])
    assert not shaped[frames:].any()


def test_nothing_in_nothing_out() -> None:
    empty: Samples = np.zeros(0, dtype=np.float32)
    assert len(shape(empty, fade_in_ms=5, fade_out_ms=5, gain_db=3)) == 0


def test_pydub_is_silent_without_ffmpeg_and_with_warnings_as_errors(tmp_path: Path) -> None:
    """Nothing on the PATH, and no compiled pydub: all that it could warn of, it would."""
    code = (
        "import numpy as np; from mmc_audio.shape import shape;"
        "print(len(shape(np.ones(48, dtype=np.float32), fade_out_ms=1)))"
    )
    run = subprocess.run(
        [sys.executable, "-B", "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parent.parent,
        env={"PATH": str(tmp_path), "PYTHONPYCACHEPREFIX": str(tmp_path / "none")},
    )
    assert (run.stdout, run.stderr, run.returncode) == ("48\n", "", 0)
