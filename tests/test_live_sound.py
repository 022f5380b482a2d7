"""A shipped session on each live output while all processors are busy, as it is heard."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import numpy as np
import pytest

from mmc_audio.clips import Pcm
from mmc_audio.devices import LIVE
from mmc_audio.timeline import FRAMES_PER_MS, SetSpan
from tests.command import ROOT
from tests.heard import ahead_ms, clicks_between, match
from tests.parts import need
from tests.recorder import Heard
from tests.sound_server import SoundServer
from tests.studio import SHIPPED, ready, shared_cache

pytestmark = pytest.mark.alone

HELD_UP_S = 0.03  # simpleaudio's buffer is 0.1 s, and sound goes from hand to hand
TRIES = 6
HIP_THRUST = next(path for path in SHIPPED if path.stem == "hip-thrust-mmc")
BUSY = "while True: pass"
SLEEPER = """
import os, select, sys, time
os.sched_setaffinity(0, [int(sys.argv[1])])
late = 0.0
while True:
    due = time.monotonic() + 0.01
    if select.select([sys.stdin], [], [], 0.01)[0]:
        break
    late = max(late, time.monotonic() - due)
print(late)
"""


@dataclass(frozen=True)
class Run:
    """What an output said, as (what, moment, frame of the session), and what was heard."""

    said: list[tuple[str, float, int]]
    heard: Heard


def play(start_ms: int, end_ms: int, *outputs: str) -> dict[str, Run]:
    """A part through each output at the same time, each to a sound server of its own."""
    need("pulseaudio", "pactl", "parec", "setpriv", "library:portaudio")
    need(*(f"module:{m}" for m in outputs))
    part = (str(start_ms), str(end_ms))
    with ExitStack() as stack:
        servers = [stack.enter_context(SoundServer()) for _ in outputs]
        recorders = [stack.enter_context(server.record()) for server in servers]
        players = [
            stack.enter_context(
                killed_after(
                    [sys.executable, "-m", "tests.play_tape", output, str(HIP_THRUST), *part],
                    {**server.environment, "MMC_TEST_CACHE": str(shared_cache().root)},
                )
            )
            for output, server in zip(outputs, servers, strict=True)
        ]
        patience_s = (end_ms - start_ms) / 1_000 + 60
        said = [_said(player, patience_s) for player in players]
        time.sleep(0.3)
        runs = [Run(*both) for both in zip(said, (r.heard() for r in recorders), strict=True)]
        return dict(zip(outputs, runs, strict=True))


def _said(player: subprocess.Popen[str], patience_s: float) -> list[tuple[str, float, int]]:
    out, _ = player.communicate(timeout=patience_s)
    assert player.returncode == 0
    lines = [json.loads(line) for line in out.splitlines()]
    return [(line["what"], line["now"], line["frame"]) for line in lines]


@contextmanager
def killed_after(
    command: list[str], environment: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """A process with pipes that does not outlive its `with`."""
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def busy_processors() -> Iterator[list[float]]:
    """A program that never rests for each processor; in the end, how long calm ones had to wait.

    In seconds, the longest wait on each processor. Where even that is long, as on a machine whose
    processors are lent to others as well, no player can be judged.
    """
    late: list[float] = []
    processors = sorted(os.sched_getaffinity(0))
    with ExitStack() as stack:
        for _ in processors:
            stack.enter_context(killed_after([sys.executable, "-c", BUSY]))
        sleepers = [
            stack.enter_context(killed_after([sys.executable, "-c", SLEEPER, str(processor)]))
            for processor in processors
        ]
        yield late
        late.extend(float(sleeper.communicate("")[0]) for sleeper in sleepers)


def fault(run: Run, sound: Pcm, clicks: tuple[int, ...], start: int) -> str:
    """What was wrong with a run of `sound`, which begins at frame `start`; "" for nothing."""
    end = start + len(sound)
    found = match(run.heard.pcm, sound, clicks)
    told = [(now, frame) for what, now, frame in run.said if start < frame < end]
    ahead = ahead_ms(run.heard, found.start - start, told)
    if not found.exact or np.abs(ahead).max() > 50 or run.said[-1][::2] != ("ended", end):
        return f"{found}, ahead by {ahead.min():.1f} to {ahead.max():.1f} ms, {run.said[-1]}"
    assert (found.worst_ms, found.drift_ms_a_minute) == (0, 0)
    return ""


@pytest.mark.timeout(300)
def test_beside_busy_processors_every_sample_is_heard_in_its_place() -> None:
    """20 s: no click is moved, nothing is lost, and the position told is the one heard."""
    prepared = ready(HIP_THRUST)
    first = next(e.at_ms for e in prepared.timeline.events if isinstance(e, SetSpan)) - 4_000
    start, end = first * FRAMES_PER_MS, (first + 20_000) * FRAMES_PER_MS
    sound = prepared.tape(prepared.timeline, prepared.mixer()).read(start, end - start)
    clicks = clicks_between(prepared.timeline, start, end)
    assert len(clicks) > 15
    outputs: tuple[str, ...] = LIVE
    for _ in range(TRIES):
        with busy_processors() as late:
            runs = play(first, first + 20_000, *outputs)
        faults = {name: fault(run, sound, clicks, start) for name, run in runs.items()}
        outputs = tuple(name for name in outputs if faults[name])
        if not outputs or max(late) < HELD_UP_S:
            break
    assert not outputs, f"calm programs had to wait for {late} s; {faults}"
