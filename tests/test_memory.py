"""Memory does not grow with the session: whole command, peak of the process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import ROOT
from tests.studio import ready, shared_cache

PROGRAM = """
title = "Long"
[[exercise]]
name = "Squat"
start = "eccentric"
sets = {sets}
reps = 10
tempo = "3-0-2-1"
rest = 60
cues.eccentric = ["slow and tall", "knees out"]
cues.concentric = ["push the floor away", "stand tall"]
"""

MEASURE = """
import sys
from mmc_audio.cli import main
from tests.process import peak_kb
try:
    main()
finally:
    print(peak_kb(), file=sys.stderr)
"""


def program(minutes: int) -> str:
    exercise = PROGRAM.split("[[exercise]]")[1].format(sets=0)
    sets, text = minutes // 2, PROGRAM.split("[[exercise]]")[0]
    while sets:
        now = min(sets, 75)
        text += "[[exercise]]" + exercise.replace("sets = 0", f"sets = {now}")
        sets -= now
    return text


def peak_kb(folder: Path, minutes: int, kind: str) -> int:
    path = folder / f"long{minutes}.toml"
    path.write_text(program(minutes), encoding="utf-8")
    out = folder / f"long{minutes}.{kind}"
    command = [sys.executable, "-c", MEASURE, "export", str(path), "-o", str(out)]
    env = {**os.environ, "MMC_CACHE": str(shared_cache().root)}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 0, done.stderr
    out.unlink()
    return int(done.stderr.split()[-1])


def assert_flat(folder: Path, shorter: int, longer: int) -> None:
    ready(program(longer))  # speaks: from here on no voice is loaded
    ready(program(shorter))
    for kind in ("wav", "mp3"):
        short, long = peak_kb(folder, shorter, kind), peak_kb(folder, longer, kind)
        assert long <= 1.1 * short, (kind, short, long)


def test_two_hours_need_no_more_memory_than_30_minutes(tmp_path: Path) -> None:
    assert_flat(tmp_path, 30, 120)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_five_hours_need_no_more_memory_than_45_minutes(tmp_path: Path) -> None:
    assert_flat(tmp_path, 45, 300)
