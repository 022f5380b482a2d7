"""What playing live costs and how well it keeps time, on a sound server without hardware.

    python bench/play.py [--minutes 1] [--busy 0] [--output sounddevice ...]

For each output `mmc play hip-thrust` runs for so long, beside so many programs that keep a core
busy. Told are: from all being ready to the first sound, and from the command to it; processor time
a second of playing, starting not counted; the most memory it had; the worst click, the drift by the
server's clock, and how much sound was lost. Needs what the live tests need.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from mmc_audio.timeline import FRAMES_PER_MS
from tests.command import MMC, environment
from tests.heard import clicks_between, match
from tests.sound_server import SoundServer
from tests.studio import SHIPPED, ready, shared_cache

PROGRAM = next(path for path in SHIPPED if path.stem == "hip-thrust-mmc")
OUTPUTS = ("sounddevice", "simpleaudio", "miniaudio")
NOISE = 3  # of 32,768: less is no sound
TICKS_S = os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--busy", type=int, default=0)
    parser.add_argument("--output", action="append", choices=OUTPUTS)
    options = parser.parse_args()
    print("output       ready  start   CPU   memory  worst click  drift          lost", flush=True)
    for output in options.output or OUTPUTS:
        print(measured(output, options.minutes * 60, options.busy), flush=True)


def measured(output: str, seconds: float, busy: int) -> str:
    """One line of the table."""
    prepared = ready(PROGRAM)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(SoundServer())
        recorder = stack.enter_context(server.record())
        for _ in range(busy):
            loop = subprocess.Popen([sys.executable, "-c", "while True: pass"])
            stack.callback(loop.kill)
        began = time.monotonic()
        process = subprocess.Popen(
            [*MMC, "play", str(PROGRAM), "--output", output, "--no-log"],
            env={
                **server.environment,
                **environment(folder, MMC_CACHE=str(shared_cache().root), MMC_DATA=str(folder)),
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        stack.callback(process.kill)
        assert process.stderr
        while "Playing through" not in process.stderr.readline():
            assert process.poll() is None, "it did not play"
        all_ready = time.monotonic()
        time.sleep(5)
        before, since = spent_s(process.pid), time.monotonic()
        time.sleep(seconds)
        cpu = (spent_s(process.pid) - before) / (time.monotonic() - since)
        memory = peak_mb(process.pid)
        process.send_signal(signal.SIGINT)
        process.wait(30)
        heard = recorder.heard()

    first = heard.time_of(int(np.flatnonzero(np.abs(heard.pcm) > NOISE)[0]))
    tape = prepared.tape(prepared.timeline, prepared.mixer())
    played = tape.read(0, int((seconds + 3) * 1_000) * FRAMES_PER_MS)
    found = match(heard.pcm, played, clicks_between(prepared.timeline, 0, len(played)))
    return (
        f"{output:11} {first - all_ready:5.2f} s {first - began:4.2f} s {cpu:5.1%} {memory:4.0f} MB"
        f" {found.worst_ms:8.2f} ms {found.drift_ms_a_minute:8.3f} ms/min "
        f"{10 * len(found.different):5} ms, {found.slips} slips"
    )


def spent_s(pid: int) -> float:
    """Processor time of a process until now."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_S


def peak_mb(pid: int) -> float:
    """The most memory a process had."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1_024


if __name__ == "__main__":
    main()
