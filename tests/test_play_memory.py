"""Memory does not grow with a session that is played live: peak of the process.

The session is played as fast as its sound is made; the output keeps nothing of it, as `null` does.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import ROOT
from tests.long_session import long_session
from tests.studio import ready, shared_cache

MORE_KB = 4_000  # the plan of a longer session is longer: its events, not its sound


def peak_kb(folder: Path, minutes: int) -> int:
    path = folder / f"long{minutes}.toml"
    path.write_text(long_session(minutes // 2), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "tests.play_hurried", str(path)],
        cwd=ROOT,
        env={**os.environ, "MMC_TEST_CACHE": str(shared_cache().root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *told, peak = done.stdout.splitlines()
    assert told[-1] == "End of the session."
    assert sum(line.startswith("Rep ") for line in told) == minutes // 2 * 10
    return int(peak)


def assert_flat(folder: Path, shorter: int, longer: int) -> None:
    for minutes in (shorter, longer):
        ready(long_session(minutes // 2))  # speaks: from here on no voice is loaded
    short, long = peak_kb(folder, shorter), peak_kb(folder, longer)
    assert long - short < MORE_KB, (short, long)


def test_half_an_hour_live_needs_no_more_memory_than_6_minutes(tmp_path: Path) -> None:
    assert_flat(tmp_path, 6, 30)


@pytest.mark.slow
def test_two_hours_live_need_no_more_memory_than_12_minutes(tmp_path: Path) -> None:
    assert_flat(tmp_path, 12, 120)
