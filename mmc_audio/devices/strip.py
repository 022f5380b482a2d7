"""A buffer that simpleaudio plays in place, while it is being written.

The library plays a buffer and stops it, no more. It reads the buffer piece by piece, in a thread of
its own that needs no GIL: what is written ahead of it is heard, with the steadiness of one sound.
So the buffer is long and silent, and costs no memory until it is written; what has been played is
given back where the system can take it.
"""

from __future__ import annotations

import mmap
import time

import numpy as np
import simpleaudio
from simpleaudio._simpleaudio import SimpleaudioError

from mmc_audio.clips import Pcm, shape
from mmc_audio.devices import DeviceError
from mmc_audio.timeline import FRAMES_PER_MS, SAMPLE_RATE

SAMPLE_BYTES = 2
# Lengths are multiples of 50 ms: on Windows the library fills a last piece up with old sound.
LENGTH = (
    60 * 60 * SAMPLE_RATE
)  # 346 MB of address space, twice that in stereo; the library can count to 2 GB
# What the library has handed over can't be called back: 100 ms, and what its start was ahead of us.
IN_DEVICE = 110 * FRAMES_PER_MS
LINGERS = IN_DEVICE + 20 * FRAMES_PER_MS
LETS_GO_S = 1.0  # a buffer that was stopped holds the device for up to 0.3 s
EVERY_S = 0.01


class Strip:
    """A buffer that the library plays: silence, but for what is written ahead of what is heard.

    Counts in frames of the run. `first`, that of its first frame, may be negative: a wait.
    """

    def __init__(self, first: int, frames: int = LENGTH, channels: int = 1) -> None:
        self._first, self._frames, self._channels = first, frames, channels
        self._memory = _private_memory(frames * channels * SAMPLE_BYTES)
        self._pcm = np.frombuffer(self._memory, np.int16).reshape(shape(frames, channels))
        self._given_back = 0  # bytes
        self._playing: simpleaudio.PlayObject | None = None
        self._began_s = self._ended_s = 0.0

    def start(self, last: Strip | None = None) -> None:
        """After `last`, which may be on its way out still. Raises DeviceError."""
        try:
            self._start()
        except DeviceError:
            if last is None or not last.sounding():
                raise
            last.wait_until_over()  # some devices can be had only once
            self._start()

    def _start(self) -> None:
        try:
            self._playing = simpleaudio.play_buffer(
                self._memory, self._channels, SAMPLE_BYTES, SAMPLE_RATE
            )
        except SimpleaudioError as error:
            reason = str(error).rpartition("MSG:")[2].strip()
            raise DeviceError(f"the sound device can't be opened ({reason})") from error
        self._began_s = time.monotonic()

    def sounding(self) -> bool:
        return self._playing is not None and self._playing.is_playing()

    def heard(self) -> int:
        if self._playing is None:
            return self._first
        return self._first + round((time.monotonic() - self._began_s) * SAMPLE_RATE)

    def left(self) -> int:
        return self._first + self._frames - self.heard()

    def write(self, frame: int, pcm: Pcm) -> None:
        """As much of `pcm` as lies in the strip."""
        at, skip = frame - self._first, max(0, self._first - frame)
        there = self._pcm[max(0, at) : max(0, at + len(pcm))]
        there[:] = pcm[skip : skip + len(there)]

    def give_back(self, before: int) -> None:
        """The memory of frames that are not played again."""
        size = (before - self._first) * self._channels * SAMPLE_BYTES
        size -= size % mmap.PAGESIZE
        if size > self._given_back and hasattr(mmap, "MADV_DONTNEED"):
            self._memory.madvise(mmap.MADV_DONTNEED, self._given_back, size - self._given_back)
            self._given_back = size

    def settled(self) -> int:
        """The first frame that can still be kept from being heard."""
        return self.heard() + IN_DEVICE

    def end(self, silent: int) -> None:
        """Silence from frame `silent` on.

        Told to stop, the library plays on for up to 0.3 s: silence then, which is written into it.
        """
        if self._playing is not None:
            self.write(silent, np.zeros(shape(2 * SAMPLE_RATE, self._channels), np.int16))
            self._playing.stop()
            self._ended_s = time.monotonic()

    def lingers(self) -> int:
        """For how many frames an ended strip may still be heard."""
        return max(0, LINGERS - round((time.monotonic() - self._ended_s) * SAMPLE_RATE))

    def wait_until_over(self) -> None:
        deadline_s = time.monotonic() + LETS_GO_S
        while self.sounding() and time.monotonic() < deadline_s:
            time.sleep(EVERY_S)


def _private_memory(size: int) -> mmap.mmap:
    if hasattr(mmap, "MAP_PRIVATE"):
        return mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    return mmap.mmap(-1, size)
