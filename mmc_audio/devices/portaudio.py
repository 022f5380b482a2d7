"""Live output through sounddevice, that is PortAudio, which alone follows a device's own delay.

Its callback is told when the first frame of a block will be heard: no other clock is needed. One
stream serves the session.

A stream is ended from within its callback, not by Pa_AbortStream alone. On Linux that cancels the
thread, in some builds wherever it is; cancelled while it waits for the GIL, it would never let go
of its lock. So silence may come one callback later, 50 ms at most.
"""

from __future__ import annotations

import threading
from typing import Any, cast

import numpy as np
import sounddevice

from mmc_audio.clips import Pcm
from mmc_audio.devices import DeviceError
from mmc_audio.devices.driven import Driven, Run
from mmc_audio.devices.hush import Hush
from mmc_audio.timeline import SAMPLE_RATE

LATENCY_S = 0.2  # so long may Python be held up without a gap; "high" is 35 ms on some systems
LETS_GO_S = 0.15  # three callbacks: where none comes, the stream is stopped by force
ATTEMPTS = 3  # PortAudio waits a second; wireless earbuds that have to wake up may take longer
TIMED_OUT = -9987  # paTimedOut
WRONG_CHANNELS, WRONG_RATE, UNAVAILABLE = -9998, -9997, -9985  # paInvalidChannelCount, ...
REASONS = {
    WRONG_RATE: f"the sound device does not take {SAMPLE_RATE:,} Hz",
    UNAVAILABLE: "the sound device is taken by another program, or gone",
}
NOTHING_LISTED = "PortAudio finds no sound device, or another program has taken it"
GONE = "the sound device is gone"


class PortAudio(Driven):
    """devices.Device."""

    name = "sounddevice"

    def __init__(self) -> None:
        super().__init__()
        self._stream: Any = None
        self._channels = 1
        self._stopping, self._finished = False, threading.Event()

    def open(self, channels: int = 1) -> str:
        self._channels = channels
        with Hush():
            self._stream = self._opened()
        device = sounddevice.query_devices(self._stream.device)
        return f"{device['name']}, by {sounddevice.query_hostapis(device['hostapi'])['name']}"

    def _opened(self) -> Any:
        try:
            return self._with_channels(self._channels)
        except sounddevice.PortAudioError as error:
            if _code(error) != WRONG_CHANNELS:
                raise DeviceError(_reason(error)) from error
        try:
            return self._with_channels(3 - self._channels)  # mono for stereo, or stereo
        except sounddevice.PortAudioError as error:
            raise DeviceError(_reason(error)) from error

    def _with_channels(self, channels: int) -> Any:
        return sounddevice.RawOutputStream(
            samplerate=SAMPLE_RATE,
            channels=channels,
            dtype="int16",
            latency=LATENCY_S,
            callback=self._callback,
            finished_callback=self._finished.set,
        )

    def _callback(self, out: Any, frames: int, time: Any, status: object) -> None:
        run = cast(Run, self._run)  # there is one before the stream starts
        block = np.frombuffer(out, np.int16).reshape(frames, -1)
        block[:] = 0
        if self._stopping:
            run.look(time.currentTime)
            raise sounddevice.CallbackAbort
        pcm = run.take(frames, self.volume, time.outputBufferDacTime)
        block[: len(pcm)] = _in_columns(pcm, block.shape[1])

    def _start(self, run: Run) -> None:
        if self._stream is None or self._stream.closed:
            raise DeviceError(GONE)
        self._stopping = False
        for attempts_left in reversed(range(ATTEMPTS)):
            self._finished.clear()
            try:
                self._stream.start()
                return
            except sounddevice.PortAudioError as error:
                self._stream.close()  # its thread has been waited for, and must not be once more
                if _code(error) != TIMED_OUT or not attempts_left:
                    raise DeviceError(_reason(error)) from error
            self._stream = self._opened()

    def _silence(self, run: Run) -> None:
        if self._stream is None or self._stream.closed or self._stream.stopped:
            return
        self._stopping = True
        if self._finished.wait(LETS_GO_S):
            self._stream.stop()
        else:
            self._stream.abort()

    def _now_s(self) -> float | None:
        try:
            return None if self._finished.is_set() else float(self._stream.time)
        except sounddevice.PortAudioError:  # it has ended just now
            return None

    def _gone(self) -> bool:
        return self._finished.is_set()

    def close(self) -> None:
        self._halt()
        if self._stream is not None:
            self._stream.close()  # started again, one whose device is gone may hang for ever


def make() -> PortAudio:
    return PortAudio()


def _in_columns(pcm: Pcm, channels: int) -> Pcm:
    """Shape (frames, 1 or `channels`): the mean of both ears where the device has one."""
    columns = pcm[:, np.newaxis] if pcm.ndim == 1 else pcm
    if columns.shape[1] <= channels:
        return columns
    mean: Pcm = columns.mean(axis=1, keepdims=True).astype(np.int16)
    return mean


def _code(error: sounddevice.PortAudioError) -> int | None:
    """PortAudio's number of an error; None for what sounddevice finds out by itself."""
    return error.args[1] if len(error.args) > 1 else None


def _reason(error: sounddevice.PortAudioError) -> str:
    if "Error querying device -1" in error.args:
        return NOTHING_LISTED
    return REASONS.get(_code(error) or 0, str(error))
