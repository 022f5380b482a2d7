"""What a process does with the simpleaudio output: `python -m tests.simple_player SCENARIO`.

Each scenario says on its standard output what happened, in lines of JSON, and ends the process by
itself: what goes wrong in a library in C does so here, and not in the tests.
"""

from __future__ import annotations

import ctypes
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mmc_audio.clips import Pcm
from mmc_audio.devices import DeviceError, Source
from mmc_audio.timeline import SAMPLE_RATE

if TYPE_CHECKING:
    from mmc_audio.devices.simple import Simple


def sound(seed: int, seconds: float = 60) -> Pcm:
    """Noise: whatever piece of it is heard, it is known which one."""
    generator = np.random.default_rng(seed)
    return generator.integers(-9_000, 9_000, round(seconds * SAMPLE_RATE)).astype(np.int16)


def clicks(seconds: int) -> tuple[Pcm, tuple[int, ...]]:
    """Half a second of silence, then a click a second, each of another sound."""
    pcm = np.zeros(seconds * SAMPLE_RATE, np.int16)
    starts = tuple(SAMPLE_RATE // 2 + SAMPLE_RATE * second for second in range(seconds))
    for index, start in enumerate(starts):
        pcm[start : start + 1_440] = sound(index, 0.03)
    return pcm, starts


def of(pcm: Pcm, first: int = 0) -> Source:
    return lambda frame, frames: pcm[first + frame : first + frame + frames]


def say(**facts: object) -> None:
    print(json.dumps(facts), flush=True)


def outspoken() -> Simple:
    """A device that lets ALSA tell of underruns."""
    from mmc_audio.devices.hush import Hush
    from mmc_audio.devices.simple import Simple

    Hush.begin = lambda hush: None  # type: ignore[method-assign]
    return Simple()


def opened() -> Simple:
    device = outspoken()
    begun = time.monotonic()
    words = device.open()
    say(opened=words, took_ms=(time.monotonic() - begun) * 1_000)
    return device


def until_over(device: Simple) -> list[tuple[float, int]]:
    """Positions told until the run is over."""
    positions = []
    while device.state() == "playing":
        positions.append((time.monotonic(), device.heard()))
        time.sleep(0.05)
    say(state=device.state(), at=time.monotonic(), heard=device.heard(), trouble=device.trouble())
    return positions


def whole() -> None:
    device = opened()
    begun = time.monotonic()
    device.play(of(clicks(8)[0]))
    say(begun=begun)
    say(positions=until_over(device), asked=device.asked())
    device.close()


def moved() -> None:
    """Plays for four seconds, from another device than it began on."""
    device = opened()
    device.play(of(sound(1, 4)))
    say(playing=True)
    until_over(device)
    device.close()


def pauses() -> None:
    """Stops four times, and each time goes on from the frame at which silence fell."""
    device, at = opened(), 0
    for wait_s in (0.0, 0.4, 0.0, 0.05):
        device.play(of(sound(1), at))
        time.sleep(0.8)
        stopping = time.monotonic()
        at += device.stop()
        say(stopping=stopping, at=at, state=device.state(), heard=device.heard())
        time.sleep(wait_s)
    device.close()


def volume() -> None:
    device = opened()
    device.play(of(sound(1)))
    for level in (0.5, 0.0, 1.0):
        time.sleep(1)
        device.volume = level
        say(changed=time.monotonic())
    time.sleep(1)
    device.stop()
    device.volume = 0.25
    device.play(of(sound(2)))
    time.sleep(0.5)
    device.close()


def change() -> None:
    """From the first frame not yet asked for, another sound."""
    device, other, since = opened(), sound(2), 1 << 40

    def source(frame: int, frames: int) -> Pcm:
        return of(sound_one if frame < since else other)(frame, frames)

    sound_one = sound(1)
    device.play(source)
    time.sleep(1)
    since = device.asked()
    say(since=since, heard=device.heard())
    time.sleep(1.5)
    device.close()


def lost() -> None:
    """Plays until the device goes away; on a line of input, tries again."""
    device = opened()
    device.play(of(sound(1)))
    time.sleep(1)
    say(playing=True)
    until_over(device)
    say(stopped=device.stop(), state=device.state())
    sys.stdin.readline()
    device.open()
    device.play(of(sound(2, 1)))
    until_over(device)
    device.close()


def held_up(seconds: float) -> None:
    """Nothing of Python runs for a while, as in a long call that never lets go of the GIL."""
    device = opened()
    device.play(of(sound(1, 2)))
    time.sleep(1)
    ctypes.PyDLL(None).usleep(round(seconds * 1_000_000))
    until_over(device)
    device.close()


def stopped() -> None:
    """Plays while the whole process is stopped and continued from outside."""
    device = opened()
    device.play(of(sound(1)))
    time.sleep(1)
    say(playing=True)
    time.sleep(2)
    now, heard = time.monotonic(), device.heard()
    say(now=now, heard=heard, stopped=device.stop())
    device.close()


def failing() -> None:
    device = opened()

    def source(frame: int, frames: int) -> Pcm:
        if frame > SAMPLE_RATE:
            raise ValueError("no sound here")
        return of(sound(1))(frame, frames)

    device.play(source)
    try:
        until_over(device)
    except ValueError as error:
        say(raised=str(error))
    device.close()


def long(seconds: int = 5) -> None:
    """Memory while it plays; what was played is given back after a second instead of thirty."""
    from mmc_audio.devices import simple

    simple.BEHIND = SAMPLE_RATE
    device = opened()
    chunk = sound(1, 1)
    device.play(lambda frame, frames: chunk[:frames])
    sizes = []
    for _ in range(seconds):
        time.sleep(1)
        sizes.append(int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize())
    say(sizes=sizes)
    device.close()


def strips(pcm: Pcm) -> None:
    """Strips of 4 s instead of an hour, that may be changed in their last 2 s."""
    from mmc_audio.devices import simple
    from mmc_audio.devices.strip import Strip

    def short(first: int, frames: int = 4 * SAMPLE_RATE, channels: int = 1) -> Strip:
        return Strip(first, frames, channels)

    simple.Strip = short  # type: ignore[assignment,misc]
    simple.RENEW, simple.MUST_RENEW = 2 * SAMPLE_RATE, SAMPLE_RATE
    device = opened()
    device.play(of(pcm))
    until_over(device)
    device.close()


def single() -> None:
    """A device that can be had only once at a time."""
    import simpleaudio
    from simpleaudio._simpleaudio import SimpleaudioError

    play_buffer, playing, refused = simpleaudio.play_buffer, [], []

    def once(*args: object) -> object:
        if any(play.is_playing() for play in playing):
            refused.append(time.monotonic())
            raise SimpleaudioError("Error opening PCM device. -- CODE: -16 -- MSG: busy")
        playing.append(play_buffer(*args))
        return playing[-1]

    simpleaudio.play_buffer = once
    device = opened()
    device.play(of(sound(1)))
    time.sleep(0.5)
    at = device.stop()
    device.play(of(sound(1), at))
    say(at=at, refused=len(refused))
    time.sleep(0.5)
    device.close()


SCENARIOS: dict[str, Callable[[], None]] = {
    "whole": whole,
    "moved": moved,
    "pauses": pauses,
    "volume": volume,
    "change": change,
    "lost": lost,
    "held-up": lambda: held_up(0.3),
    "held-up-for-long": lambda: held_up(1),
    "stopped": stopped,
    "failing": failing,
    "long": long,
    "strips-clicks": lambda: strips(clicks(6)[0]),
    "strips-noise": lambda: strips(sound(1, 6)),
    "single": single,
}

if __name__ == "__main__":
    try:
        SCENARIOS[sys.argv[1]]()
    except DeviceError as error:
        say(error=str(error))
        sys.exit(1)
