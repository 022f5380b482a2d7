"""`mmc play` as a command: what it writes down of a session that is interrupted."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.command import MMC, environment
from tests.studio import shared_cache

QUICK = """
title = "Quick"
[session]
setup = 5
[[exercise]]
name = "Curl"
sets = 2
reps = 4
tempo = "1-0-1-0"
rest = 10
"""


@dataclass(frozen=True)
class Played:
    """How a run ended, and what it said."""

    code: int
    out: list[str]
    err: str


def variables(folder: Path) -> Mapping[str, str]:
    """For a process that keeps all in `folder`; phrases are those of the tests."""
    return environment(folder, MMC_CACHE=str(shared_cache().root))


def play(folder: Path, *arguments: str, until: str = "Rep 1: lower") -> Played:
    """`mmc play ARGUMENTS`, interrupted when a line of its output begins with `until`."""
    with subprocess.Popen(
        [*MMC, "play", *arguments],
        cwd=folder,
        env=dict(variables(folder)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        ending = threading.Timer(40, process.kill)
        ending.start()
        assert process.stdout and process.stderr
        lines = []
        for line in process.stdout:
            lines.append(line.rstrip("\n"))
            if line.startswith(until):
                process.send_signal(signal.SIGINT)
        err = process.stderr.read()
        ending.cancel()
    return Played(process.returncode, lines, err)


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "quick.toml"
    path.write_text(QUICK)
    return path


NULL = ("--output", "null", "--no-intro")


def test_a_session_is_one_line_of_the_log_and_with_no_log_none(
    tmp_path: Path, program: Path
) -> None:
    log = tmp_path / "data" / "log.jsonl"
    run = play(tmp_path, str(program), *NULL, "--no-log", until="Exercise")
    assert run.code == 130, run.err
    assert not log.exists()
    run = play(tmp_path, "--resume", until="Exercise")  # which is kept for going on
    assert run.code == 130, run.err
    assert not log.exists()

    run = play(tmp_path, str(program), *NULL, until="Exercise")
    assert run.code == 130, run.err
    [line] = log.read_text().splitlines()
    entry = json.loads(line)
    assert (entry["program"], entry["ended"], entry["sets"]) == (str(program), "interrupted", [])
