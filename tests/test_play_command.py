"""`mmc play` as a command: what it keeps, what it writes down, and how --resume goes on."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from mmc_audio.bookmark import Bookmark, keep
from tests.audio import by_wave
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


def play(folder: Path, *arguments: str, until: str = "Rep 1: ") -> Played:
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


def test_going_on_writes_beside_what_was_played_before(tmp_path: Path, program: Path) -> None:
    wav = ("--output", "file:a.wav", "--no-intro")
    assert play(tmp_path, str(program), *wav, "--from", "1.2", until="Exercise").code == 130
    first = (tmp_path / "a.wav").read_bytes()
    for number in (2, 3):
        run = play(tmp_path, "--resume", until="Exercise")
        assert run.code == 130
        assert f"a.wav stays; what follows is written to a-{number}.wav." in run.err.splitlines()
    assert (tmp_path / "a.wav").read_bytes() == first
    for name in ("a.wav", "a-2.wav", "a-3.wav"):
        assert len(by_wave(tmp_path / name)) > 1_000
    run = play(tmp_path, str(program), *wav, until="Exercise")  # anew, and not gone on with
    assert "stays" not in run.err
    assert not (tmp_path / "a-4.wav").exists()


def left_at(
    folder: Path, monkeypatch: pytest.MonkeyPatch, program: Path, exercise: int, bout: int
) -> Played:
    """--resume after a session that was left there."""
    monkeypatch.setenv("MMC_DATA", str(folder / "data"))
    keep(Bookmark(str(program), exercise, bout, {"output": "null"}))
    return play(folder, "--resume")


@pytest.mark.parametrize(
    ("exercise", "bout", "left"),
    [(1, 3, "exercise 1 has 2 sets"), (2, 1, "it has 1 exercise")],
)
def test_a_set_that_the_program_has_lost_is_told_with_two_ways_on(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    program: Path,
    exercise: int,
    bout: int,
    left: str,
) -> None:
    run = left_at(tmp_path, monkeypatch, program, exercise, bout)
    assert (run.code, run.out, run.err) == (
        1,
        [],
        f"error: The set at which the last session ended is no longer in {program}: {left}. "
        f"Begin anew with: mmc play {program}; "
        "or go on from another place: mmc play --resume --from 1.1\n",
    )
    run = play(tmp_path, "--resume", "--from", "1.1", until="Exercise")
    assert run.code == 130, run.err


def test_a_set_that_is_there_is_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: Path
) -> None:
    run = left_at(tmp_path, monkeypatch, program, 1, 2)
    assert run.code == 130, run.err
    assert "Set 2 of 2, 4 reps." in run.out
    assert "Set 1 of 2, 4 reps." not in run.out
