"""Which way of playing a session through simpleaudio is best? Four ways, each heard and measured.

The library plays one buffer and stops it. A session of 45 minutes - a click a second, and from half
a minute on noise - is played to a sound server without hardware, and stopped in the noise.

    strip   the output of this program: one buffer a run, filled while it sounds
    whole   one buffer for the session
    poll    one buffer a set, its ends in silence; the next when is_playing() is false
    clock   the same; the next when the clock says so

    python -m bench.simpleaudio_ways

What is told: the largest error of a click and the drift, both after removing one constant latency;
from being asked to play to the first sample heard; from stop() to silence; how much memory the
process has gained when it is stopped; processor time.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from mmc_audio.clips import Pcm
from mmc_audio.devices import Source
from mmc_audio.timeline import SAMPLE_RATE
from tests.heard import match
from tests.simple_player import clicks, of, outspoken, sound
from tests.sound_server import SoundServer

LENGTH_S, SET_S, CLICKS_S, STOP_S = 45 * 60, 3, 30, 32.0
Stop = Callable[[], object]


def strip(source: Source) -> Iterator[Stop]:
    """The output of this program."""
    device = outspoken()
    device.play(source)
    while True:
        yield device.stop


def whole(source: Source) -> Iterator[Stop]:
    """One buffer, which is made before it is played."""
    pcm = np.empty(LENGTH_S * SAMPLE_RATE, np.int16)
    for at in seconds(LENGTH_S):
        pcm[at : at + SAMPLE_RATE] = source(at, SAMPLE_RATE)
    playing = play(pcm)
    while True:
        yield playing.stop


def poll(source: Source) -> Iterator[Stop]:
    """Buffer after buffer, each when the one before is over."""
    for at in seconds(LENGTH_S, SET_S):
        playing = play(source(at, SET_S * SAMPLE_RATE))
        while playing.is_playing():
            yield playing.stop


def clock(source: Source) -> Iterator[Stop]:
    """Buffer after buffer, each when it is time."""
    begun = time.monotonic()
    for at in seconds(LENGTH_S, SET_S):
        playing = play(source(at, SET_S * SAMPLE_RATE))
        while time.monotonic() < begun + at / SAMPLE_RATE + SET_S:
            yield playing.stop


WAYS = {"strip": strip, "whole": whole, "poll": poll, "clock": clock}


def play(pcm: Pcm):  # type: ignore[no-untyped-def]  # the library has no types
    import simpleaudio

    return simpleaudio.play_buffer(pcm, 1, 2, SAMPLE_RATE)


def seconds(end: int, step: int = 1) -> range:
    return range(0, end * SAMPLE_RATE, step * SAMPLE_RATE)


def session() -> Pcm:
    """What is heard of it: clicks, then noise."""
    return np.concatenate([clicks(CLICKS_S)[0], sound(99, 6)])


def child(way: str) -> None:
    """Play one way, and say when and at what cost."""
    pcm = session()
    rest = np.zeros(SAMPLE_RATE * LENGTH_S - len(pcm), np.int16)  # costs nothing until it is read
    source = of(pcm)

    def padded(first: int, frames: int) -> Pcm:
        got = source(first, frames)
        return np.concatenate([got, rest[: frames - len(got)]])

    play(np.zeros(SAMPLE_RATE // 5, np.int16)).wait_done()  # the first one loads the sound system
    before, used = memory(), time.process_time()
    begun = time.monotonic()
    stops = WAYS[way](padded)
    stop = next(stops)
    while time.monotonic() < begun + STOP_S:
        time.sleep(0.001)
        stop = next(stops)
    gained, stopping = memory() - before, time.monotonic()
    stop()
    cost = {"memory": gained, "cpu": time.process_time() - used}
    print(json.dumps({"begun": begun, "stopping": stopping, **cost}))
    time.sleep(0.5)


def memory() -> int:
    """What this process has of it now, in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def report(way: str) -> str:
    """A line of the table."""
    with SoundServer() as server, server.record() as recorder:
        done = subprocess.run(
            [sys.executable, "-m", "bench.simpleaudio_ways", way],
            env=server.environment,
            check=True,
            capture_output=True,
            text=True,
        )
        heard = recorder.heard()
    if "underrun" in done.stderr:
        return report(way)  # the machine was too busy to tell anything
    told = json.loads(done.stdout)
    pcm, starts = clicks(CLICKS_S)
    first, last = np.flatnonzero(heard.pcm)[[0, -1]]
    found = match(heard.pcm[: first + len(pcm) - SAMPLE_RATE], pcm, starts)
    start_s = heard.time_of(first - starts[0]) - told["begun"]
    silent_s = heard.time_of(last) - told["stopping"]
    return (
        f"{way:6} {found.worst_ms:10.1f} {found.drift_ms_a_minute:13.1f} {start_s * 1_000:9.0f} "
        f"{silent_s * 1_000:10.0f} {told['memory'] / 1e6:9.1f} {told['cpu']:6.2f}"
    )


def main() -> None:
    """Print the table."""
    print("way    error (ms) drift (ms/min) start (ms) silence (ms) memory (MB) CPU (s)")
    for way in WAYS:
        print(report(way), flush=True)


if __name__ == "__main__":
    child(sys.argv[1]) if len(sys.argv) > 1 else main()
