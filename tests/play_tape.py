"""Plays a part of a session through an output, in a process of its own, and says where it is.

    python -m tests.play_tape OUTPUT PROGRAM START END

START and END are milliseconds of the session. What is printed are lines of JSON: what happens ("at"
thirty times a second), the moment by time.monotonic(), and the frame of the session that the
device says is heard then.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from mmc_audio import devices
from mmc_audio.clips import Pcm
from mmc_audio.devices import Device
from mmc_audio.tape import Tape
from mmc_audio.timeline import FRAMES_PER_MS
from tests.studio import ready

EVERY_S = 0.03


def say(what: str, now: float, frame: int) -> None:
    print(json.dumps({"what": what, "now": now, "frame": frame}), flush=True)


def play(device: Device, tape: Tape, first: int, end: int) -> None:
    """One run of the frames `first` to `end`."""

    def source(frame: int, frames: int) -> Pcm:
        return tape.read(first + frame, min(frames, end - first - frame))

    device.play(source)
    while device.state() == "playing":
        say("at", time.monotonic(), first + device.heard())
        time.sleep(EVERY_S)
    say(device.state(), time.monotonic(), first + device.stop())


def main() -> None:
    """Play the part that is named."""
    name, program, start, end = sys.argv[1:]
    prepared = ready(Path(program))
    tape = prepared.tape(prepared.timeline, prepared.mixer())
    device, _ = devices.opened(name)
    try:
        play(device, tape, int(start) * FRAMES_PER_MS, int(end) * FRAMES_PER_MS)
    finally:
        device.close()


if __name__ == "__main__":
    main()
