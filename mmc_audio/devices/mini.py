"""Live output through miniaudio, which comes as a wheel and needs nothing else of the system.

It tells neither where it is nor that its device is gone, so that what is heard is reckoned, without
the delay of the device itself.

After a stop some systems keep what they were given and would play it first in the next run; each
run therefore has a device of its own (mackron/miniaudio, issue 348).
"""

from __future__ import annotations

import atexit
import time
from collections.abc import Generator
from typing import Any

import miniaudio

from mmc_audio.devices import DeviceError
from mmc_audio.devices.driven import Driven, Run
from mmc_audio.devices.hush import Hush
from mmc_audio.timeline import SAMPLE_RATE

BUFFER_MS = 200  # at 500 ms and more some sound servers stall without a word
SAMPLE_BYTES = 2
SETTLED_S = 1.0
NO_SYSTEM = "Null"  # the backend that keeps time and plays nothing, where there is no other
NOTHING_FOUND = "miniaudio finds no sound device, or another program has taken it"
NOTHING_THERE = "miniaudio finds no sound system"


class Reckoner:
    """When a block will be heard, from when it is asked for.

    The first block is heard at once, and many are asked for in its wake. When that is over, one is
    asked for each time that one was heard: from then on the device's clock counts.
    """

    def __init__(self) -> None:
        self._began_s = self._delay_s = 0.0

    def due_s(self, frame: int, now_s: float) -> float:
        if frame == 0:
            self._began_s = now_s
        usual_s = self._began_s + frame / SAMPLE_RATE
        if not self._delay_s and now_s - self._began_s > SETTLED_S:
            self._delay_s = usual_s - now_s
        return now_s + self._delay_s if self._delay_s else usual_s


class Mini(Driven):
    """devices.Device."""

    name = "miniaudio"

    def __init__(self) -> None:
        super().__init__()
        self._device: Any = None
        self._channels = 1

    def open(self, channels: int = 1) -> str:
        self._channels = channels
        with Hush():
            self._take()
        return f"the default sound device, by {self._device.backend}"

    def _take(self) -> None:
        try:
            self._device = miniaudio.PlaybackDevice(
                output_format=miniaudio.SampleFormat.SIGNED16,
                nchannels=self._channels,
                sample_rate=SAMPLE_RATE,
                buffersize_msec=BUFFER_MS,
                app_name="mmc",
            )
        except miniaudio.MiniaudioError as error:
            raise DeviceError(NOTHING_FOUND) from error
        atexit.register(self._give_back)  # one that is left open keeps Python from ending
        if self._device.backend == NO_SYSTEM:
            self._give_back()
            raise DeviceError(NOTHING_THERE)

    def _give_back(self) -> None:
        device, self._device = self._device, None
        if device is not None:
            device.close()
            # The library keeps this for ever: a connection to the sound server for each run.
            miniaudio.lib.ma_context_uninit(device._context)
            atexit.unregister(self._give_back)

    def _start(self, run: Run) -> None:
        if self._device is None:
            self._take()
        blocks = self._blocks(run)
        next(blocks)
        try:
            self._device.start(blocks)
        except miniaudio.MiniaudioError as error:
            raise DeviceError(NOTHING_FOUND) from error

    def _blocks(self, run: Run) -> Generator[bytes, int, None]:
        """What is played; it is sent how many frames are wanted."""
        reckoner, frame_bytes = Reckoner(), SAMPLE_BYTES * self._channels
        frames = yield b""
        while True:
            due_s = reckoner.due_s(run.feeder.taken, time.monotonic())
            pcm = run.take(frames, self.volume, due_s)
            frames = yield pcm.tobytes().ljust(frames * frame_bytes, b"\0")

    def _silence(self, run: Run) -> None:
        self._give_back()

    def _now_s(self) -> float:
        return time.monotonic()

    def close(self) -> None:
        self._halt()
        self._give_back()


def make() -> Mini:
    return Mini()
