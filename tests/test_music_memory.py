"""Memory does not grow with a session that has music, nor with the music: peak of the process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.long_session import long_session
from tests.test_memory import MEASURE
from tests.test_music import noise, written

MOST_KB = 150_000


def peak_kb(folder: Path, minutes: int, kind: str) -> int:
    path = folder / f"long{minutes}.toml"
    music = '[music]\nfiles = ["a.ogg", "b.flac"]\n[[exercise]]'
    path.write_text(long_session(minutes // 2).replace("[[exercise]]", music, 1), encoding="utf-8")
    out = folder / f"long{minutes}.{kind}"
    command = [sys.executable, "-c", MEASURE, "export", str(path), "-o", str(out)]
    env = {**os.environ, "MMC_CACHE": str(folder / "cache")}
    done = subprocess.run(
        [*command, "--voice", "none"], capture_output=True, text=True, env=env, check=False
    )
    assert done.returncode == 0, done.stderr
    out.unlink()
    return int(done.stderr.split()[-1])


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells the peak so")
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("kind", "short", "long"),
    [("wav", 4, 16), pytest.param("mp3", 45, 300, marks=pytest.mark.slow)],
)
def test_a_long_session_with_music_needs_no_more_memory_than_a_short_one(
    tmp_path: Path, kind: str, short: int, long: int
) -> None:
    written(tmp_path, "a.ogg", noise(60))
    written(tmp_path, "b.flac", noise(200))  # more than the short one plays
    few, many = peak_kb(tmp_path, short, kind), peak_kb(tmp_path, long, kind)
    assert many <= 1.1 * few, (few, many)
    assert many < MOST_KB
