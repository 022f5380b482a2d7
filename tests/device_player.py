"""What a process does with a live output: `python -m tests.device_player OUTPUT SCENARIO`.

Each scenario says on its standard output what happened, in lines of JSON, and ends the process by
itself: what goes wrong in a library in C does so here, and not in the tests.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import closing

import numpy as np

from mmc_audio import devices
from mmc_audio.clips import Pcm
from mmc_audio.devices import Device, DeviceError, Source
from mmc_audio.timeline import SAMPLE_RATE

LOOK_S = 0.02


def sound(seconds: float) -> Pcm:
    """Noise: whatever piece of it is heard, it is known which one."""
    frames = round(seconds * SAMPLE_RATE)
    return np.random.default_rng(1).integers(-9_000, 9_000, frames).astype(np.int16)


def of(pcm: Pcm) -> Source:
    return lambda first, frames: pcm[first : first + frames]


def say(**facts: object) -> None:
    print(json.dumps(facts), flush=True)


def watch(device: Device, seconds: float = 60) -> list[tuple[float, int]]:
    """Positions told until the run is over, or for some seconds."""
    positions, until = [], time.monotonic() + seconds
    while device.state() == "playing" and time.monotonic() < until:
        positions.append((time.monotonic(), device.heard()))
        time.sleep(LOOK_S)
    return positions


def whole(device: Device) -> None:
    begun = time.monotonic()
    device.play(of(sound(3)))
    positions = watch(device)
    say(begun=begun, positions=positions, over=time.monotonic(), state=device.state())
    say(heard=device.stop(), state=device.state(), asked=device.asked())


def both_ears(seconds: float) -> Pcm:
    """Noise, another one in each ear."""
    left = sound(seconds)
    return np.stack([left, np.roll(left, 1_000) // 2], axis=1)


def stereo(device: Device) -> None:
    device.volume = 0.5
    device.play(of(both_ears(2)))
    watch(device)
    say(heard=device.stop())


def pauses(device: Device) -> None:
    """Stops four times, and each time goes on from the frame at which silence fell."""
    at = 0
    for wait_s in (0.0, 0.4, 0.0, 0.05):
        device.play(of(sound(20)[at:]))
        watch(device, 0.8)
        stopping = time.monotonic()
        at += device.stop()
        say(stopping=stopping, silent=time.monotonic(), at=at, again=device.stop())
        time.sleep(wait_s)


def volume(device: Device) -> None:
    device.volume = 0.5
    device.play(of(sound(20)))
    for level in (0.0, 1.0):
        watch(device, 1)
        device.volume = level
        say(changed=time.monotonic())
    watch(device, 1)


def change(device: Device) -> None:
    """From the first frame not yet asked for, silence."""
    since = 1 << 40
    device.play(lambda first, frames: sound(20)[first : first + frames] * np.int16(first < since))
    watch(device, 1)
    since = device.asked()
    say(since=since, heard=device.heard())
    watch(device, 1)


def lost(device: Device) -> None:
    """Plays until the device goes away."""
    device.play(of(sound(20)))
    watch(device, 1)
    say(playing=device.state())
    watch(device)
    say(state=device.state(), trouble=device.trouble(), at=time.monotonic(), heard=device.heard())
    say(stopped=device.stop(), state=device.state(), trouble=device.trouble())
    try:
        device.play(of(sound(1)))
    except DeviceError as error:
        say(again=str(error))


def sleepy(device: Device) -> None:
    """Plays when it is told to, by a line of input."""
    sys.stdin.readline()
    device.play(of(sound(1)))
    watch(device)
    say(state=device.state(), heard=device.heard())


def failing(device: Device) -> None:
    def source(first: int, frames: int) -> Pcm:
        if first >= SAMPLE_RATE:
            raise ValueError("no sound here")
        return sound(1)[:frames]

    device.play(source)
    try:
        watch(device)
    except ValueError as error:
        say(raised=str(error))


def forgotten(device: Device) -> None:
    """The process ends by an error in the middle of a run, and nobody closes the device."""
    device.play(of(sound(20)))
    watch(device, 0.5)
    say(threads=len(os.listdir("/proc/self/task")))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    raise SystemExit(3)


def nervous(device: Device) -> None:
    """Stops and starts again and again, each time in the middle of work that holds the GIL."""
    held = []
    for wait_ms in range(60):
        device.play(of(sound(20)))
        until = time.monotonic() + wait_ms / 1_000
        while time.monotonic() < until:
            sum(range(100_000))
        device.stop()
        held.append((len(os.listdir("/proc/self/fd")), len(os.listdir("/proc/self/task"))))
    say(held=held)


SCENARIOS: dict[str, Callable[[Device], None]] = {
    scenario.__name__: scenario
    for scenario in (
        whole,
        stereo,
        pauses,
        volume,
        change,
        lost,
        sleepy,
        failing,
        forgotten,
        nervous,
    )
}


def main(output: str, scenario: str) -> None:
    device, words, _ = devices.choose(output, channels=2 if scenario == "stereo" else 1)
    say(opened=words)
    if scenario == "forgotten":
        forgotten(device)
    with closing(device):
        SCENARIOS[scenario](device)


if __name__ == "__main__":
    main(*sys.argv[1:])
