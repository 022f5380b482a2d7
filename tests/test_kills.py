"""Runs killed at random moments: files are the old or the new one, caches and logs stay usable.

Whatever a killed run has left lying about is gone after the next one.
"""

from __future__ import annotations

import json
import random
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.command import environment
from tests.parts import need
from tests.test_faults import OLD, left_behind, whole
from tests.zygote import Zygote

PROGRAM = """
title = "Kill me"
voice.engine = "{voice}"
[session]
setup = 5
[[exercise]]
name = "Curl"
start = "concentric"
cues.concentric = "squeeze"
sets = 2
reps = 5
tempo = "2-1-1-{last}"
rest = 20
"""
SUFFIXES = ("mp3", "wav", "flac", "ogg", "m4a", "json", "srt")
QUICK, FEW, MOST_TRIES = ("mp3", "filling", "roster"), 2, 20
CLIENTS = "client,reps\nAnn,3\nBea,4\nCem,5\nDora,6\n"


@pytest.fixture(scope="module")
def zygote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    need("ffmpeg", "espeak-ng")
    folder = tmp_path_factory.mktemp("kills")
    for name, voice, last in (("one", "none", 0), ("two", "none", 2), ("said", "espeak", 0)):
        (folder / f"{name}.toml").write_text(PROGRAM.format(voice=voice, last=last))
    (folder / "clients.csv").write_text(CLIENTS)
    with Zygote(folder, environment(folder)) as zygote:
        yield zygote


@dataclass
class Work:
    """Something to be killed at, and what has to hold of its files after every kill."""

    zygote: Zygote
    arguments: tuple[str, ...]
    files: tuple[str, ...]  # what it makes
    cold: bool = False  # with an empty cache
    took_s: float = 0.0
    new: dict[str, bytes] = field(default_factory=dict)

    def path(self, name: str) -> Path:
        return self.zygote.cwd / name

    def whole_run(self) -> dict[str, bytes]:
        """What it makes when nobody kills it."""
        self.prepare()
        began = time.monotonic()
        run = self.zygote.run(*self.arguments)
        self.took_s = time.monotonic() - began
        assert (run.code, run.err) == (0, ""), run
        return {name: whole(self.path(name).read_bytes()) for name in self.files}

    def prepare(self) -> None:
        if self.cold:
            shutil.rmtree(self.path("cache"), ignore_errors=True)
        for name in self.files:
            self.path(name).parent.mkdir(exist_ok=True)
            self.path(name).write_bytes(OLD)

    def kill(self, draw: random.Random) -> bool:
        """Kill a run of it, and whether it was still under way."""
        self.prepare()
        run = self.zygote.start(*self.arguments)
        time.sleep(draw.uniform(0, 1.1 * self.took_s))
        run.kill(signal.SIGKILL)
        code = run.ended().code
        for name in self.files:
            assert whole(self.path(name).read_bytes()) in (OLD, self.new[name]), name
        return code == -signal.SIGKILL


def works(zygote: Zygote) -> dict[str, Work]:
    clients = tuple(f"many/{line.split(',')[0]}.mp3" for line in CLIENTS.split()[1:])
    batch = ("export", "one.toml", "--no-intro", "-o", "many", "--jobs", "2")
    found = {
        suffix: Work(
            zygote,
            ("export", "one.toml", "--no-intro", "-o", f"a.{suffix}"),
            (f"a.{suffix}",),
            cold=suffix == "mp3",
        )
        for suffix in SUFFIXES
    }
    said = ("export", "said.toml", "--no-intro", "-o", "said.mp3")
    return found | {
        "speaking": Work(zygote, said, ("said.mp3",), cold=True),
        "filling": Work(zygote, ("cache", "--fill", "said.toml"), (), cold=True),
        "batch": Work(zygote, (*batch, "two.toml"), ("many/one.mp3", "many/two.mp3")),
        "roster": Work(zygote, (*batch, "--roster", "clients.csv"), clients, cold=True),
    }


@pytest.mark.parametrize("kills", [FEW, pytest.param(30, marks=pytest.mark.slow)])
@pytest.mark.timeout(3_600)
def test_a_kill_at_any_moment_leaves_whole_files_and_usable_caches(
    zygote: Zygote, kills: int
) -> None:
    draw, cut_short = random.Random(5), list[bool]()
    every = works(zygote)
    for name in every if kills > FEW else QUICK:
        work = every[name]
        work.new = work.whole_run()
        came_in_time = [work.kill(draw) for _ in range(kills)]
        while not any(came_in_time):  # a few may all have come too late
            assert len(came_in_time) < MOST_TRIES
            came_in_time.append(work.kill(draw))
        cut_short += came_in_time
        assert work.whole_run() == work.new
        # The workers of a killed batch end a moment later, and what they leave is swept next.
        end = time.monotonic() + 10
        while left_behind(zygote.cwd) and time.monotonic() < end:
            time.sleep(0.2)
            assert work.whole_run() == work.new
        assert left_behind(zygote.cwd) == []
    assert sum(cut_short) > len(cut_short) / 3 or kills == FEW


@pytest.mark.parametrize("kills", [FEW, pytest.param(40, marks=pytest.mark.slow)])
@pytest.mark.timeout(600)
def test_a_kill_at_any_moment_leaves_the_log_and_the_place(zygote: Zygote, kills: int) -> None:
    draw, ended = random.Random(7), 0
    play = ("play", "one.toml", "--plain", "--no-intro", "--output", "null")
    log = zygote.cwd / "data" / "log.jsonl"
    done = 0
    while done < kills or not ended:
        assert done < max(kills, MOST_TRIES)
        done += 1
        run = zygote.start(*play)
        wait_for(lambda: (zygote.cwd / "data" / "bookmark.json").exists())
        run.kill(signal.SIGTERM)  # now it keeps its place, and writes the session down
        time.sleep(draw.uniform(0, 0.15))
        run.kill(signal.SIGKILL)
        ended += run.ended().code == -signal.SIGKILL
        place = json.loads((zygote.cwd / "data" / "bookmark.json").read_text())
        assert (place["exercise"], place["set"]) == (1, 1)
        told = zygote.run("log", "--json") if log.exists() else None
        assert told is None or (told.code, "Traceback" in told.err) == (0, False)
        (zygote.cwd / "data" / "bookmark.json").unlink()
    assert ended > done / 4 or kills == FEW  # the others were quicker than the second signal
    run = zygote.start(*play)
    wait_for(lambda: (zygote.cwd / "data" / "bookmark.json").exists())
    run.kill(signal.SIGTERM)
    assert run.ended().code == 143
    assert left_behind(zygote.cwd) == []
    assert json.loads(log.read_bytes().splitlines()[-1])["ended"] == "terminated"


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)
