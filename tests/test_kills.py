"""Exports killed at random moments: caches stay usable, a file is the old one or the new one."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.command import MMC, environment, mmc

PROGRAM = """
title = "Kill me"
[voice]
engine = "none"
[[exercise]]
name = "Curl"
start = "concentric"
sets = 3
reps = {reps}
tempo = "2-1-1-{last}"
rest = 20
"""


@pytest.mark.parametrize("kills", [15, pytest.param(200, marks=pytest.mark.slow)])
@pytest.mark.timeout(600)
def test_a_kill_at_any_moment_leaves_whole_files_and_usable_caches(
    tmp_path: Path, kills: int
) -> None:
    wanted, took = {}, 0.0
    for name, last in (("one", 0), ("two", 2)):
        (tmp_path / f"{name}.toml").write_text(PROGRAM.format(reps=12, last=last))
        began = time.monotonic()
        assert mmc("export", f"{name}.toml", "-o", f"{name}.mp3", cwd=tmp_path).code == 0
        took = max(took, time.monotonic() - began)
        wanted[name] = (tmp_path / f"{name}.mp3").read_bytes()
    assert wanted["one"] != wanted["two"]
    target, draw = tmp_path / "a.mp3", random.Random(5)
    target.write_bytes(wanted["one"])
    cut_short = 0
    for number in range(kills):
        if number % 3 == 0:
            shutil.rmtree(tmp_path / "cache", ignore_errors=True)
        name = draw.choice(("one", "two"))
        child = subprocess.Popen(
            [*MMC, "export", f"{name}.toml", "-o", "a.mp3"],
            cwd=tmp_path,
            env=environment(tmp_path),
            stdout=subprocess.DEVNULL,
        )
        time.sleep(draw.uniform(0, 1.1 * took))
        child.send_signal(signal.SIGKILL)
        cut_short += child.wait() == -signal.SIGKILL
        assert target.read_bytes() in wanted.values()
    assert cut_short > kills / 3
    for name, data in wanted.items():
        assert mmc("export", f"{name}.toml", "-o", "a.mp3", cwd=tmp_path).code == 0
        assert target.read_bytes() == data
