"""Live output through simpleaudio: each run is written, a little ahead, into a strip that it plays.

A strip is never played to its end, so an end that nobody asked for is a lost device. The library
tells no position: it is reckoned by the computer's clock, which differs from that of a sound card
by some milliseconds a minute, and without the delay of the device itself. A run longer than three
quarters of an hour goes on in a new strip in a silence, where clock and sound agree again.
"""

from __future__ import annotations

import threading
from collections import deque

import numpy as np

from mmc_audio.clips import Pcm, at_volume, shape
from mmc_audio.devices import DeviceError, Source, State
from mmc_audio.devices.hush import Hush
from mmc_audio.devices.strip import IN_DEVICE, Strip
from mmc_audio.timeline import FRAMES_PER_MS, SAMPLE_RATE

PROBE = 100 * FRAMES_PER_MS
BLOCK = 50 * FRAMES_PER_MS
AHEAD = 600 * FRAMES_PER_MS  # how long Python may be held up before sound is missing
TURN = 20 * FRAMES_PER_MS  # from one volume to another
BEHIND = 30 * SAMPLE_RATE  # kept, so that a device that stalls for a while loses nothing
RENEW = 15 * 60 * SAMPLE_RATE  # with so much left of a strip, the next silence begins a new one
MUST_RENEW = 5 * SAMPLE_RATE
STARTS_IN = 2 * FRAMES_PER_MS  # as long as it takes to begin a strip, about
CLOCKS_DIFFER = 5_000  # a slow sound card has a 5,000th of a run's length more to end it
EVERY_S = 0.05


class Run:
    """One run, and the thread that writes it into a strip a little ahead of what is heard."""

    def __init__(
        self, source: Source, volume: float, last: Strip | None, channels: int = 1
    ) -> None:
        """Raises DeviceError."""
        self._channels = channels
        self.strip = Strip(-last.lingers() if last else 0, channels=channels)
        self.state: State = "playing"
        self.asked = 0
        self.trouble = ""
        self.failure: Exception | None = None
        self._source = source
        self._volumes, self._turn = (volume, volume), 0  # from one to the other at this frame
        self._ahead: deque[tuple[int, Pcm]] = deque()  # what is not heard yet, at full volume
        self._end: int | None = None
        self._final = 0
        self._stopped = threading.Event()
        self._lock = threading.Lock()  # nothing is written into a strip that has ended
        self._fill()
        self.strip.start(last)
        self._thread = threading.Thread(target=self._play, name="simpleaudio", daemon=True)
        self._thread.start()

    def heard(self) -> int:
        if self.state != "playing":
            return self._final
        return self._within(self.strip.heard())

    def set_volume(self, volume: float) -> None:
        with self._lock:
            if self.state == "playing":
                self._volumes, self._turn = (self._volumes[1], volume), self.strip.settled()
                self._write_ahead(self.strip)

    def stop(self) -> int:
        """At which frame silence falls."""
        self._finish("idle")
        self._stopped.set()
        self._thread.join()
        self.state = "idle"
        return self._final

    def _play(self) -> None:
        try:
            while self.state == "playing" and not self._stopped.wait(EVERY_S):
                self._go_on()
        except DeviceError as error:
            self.trouble = str(error)
            self._finish("lost")
        except Exception as error:  # of the source: raised again where somebody can see it
            self.failure = error
            self._finish("lost")

    def _go_on(self) -> None:
        heard = self.strip.heard()
        if not self.strip.sounding():
            self._finish("lost")
        elif self._end is not None and heard > self._end + self._end // CLOCKS_DIFFER:
            self._finish("ended")
        elif self._ran_out():
            self._begin_anew()
            self._fill()
        else:
            self._forget(heard)
            self._fill()
            if self._strip_is_used_up():
                self._begin_anew()

    def _finish(self, state: State) -> None:
        with self._lock:
            if self.state == "playing":
                heard = self.heard()
                silent = self._end_strip()
                self._final = silent if state == "idle" else heard
                self.state = state

    def _within(self, frame: int) -> int:
        return max(0, min(frame, self.asked if self._end is None else self._end))

    def _fill(self) -> None:
        while self._end is None and self.asked < self.strip.heard() + AHEAD:
            first, self.asked = self.asked, self.asked + BLOCK
            pcm = self._source(first, BLOCK)
            with self._lock:
                if self.state != "playing":
                    return
                self._ahead.append((first, pcm))
                self.strip.write(first, self._scaled(first, pcm))
                if len(pcm) < BLOCK:
                    self._end = first + len(pcm)

    def _forget(self, heard: int) -> None:
        with self._lock:
            while self._ahead and self._ahead[0][0] + BLOCK < heard:
                self._ahead.popleft()
        self.strip.give_back(heard - BEHIND)

    def _write_ahead(self, strip: Strip) -> None:
        for first, pcm in self._ahead:
            strip.write(first, self._scaled(first, pcm))

    def _scaled(self, first: int, pcm: Pcm) -> Pcm:
        """Another volume is reached gradually: a step would be heard as a click."""
        frames = np.arange(first, first + len(pcm))
        gains = np.interp(frames, (self._turn, self._turn + TURN), self._volumes)
        return at_volume(pcm, gains)

    def _strip_is_used_up(self) -> bool:
        left = self.strip.left()
        if left > RENEW:
            return False
        return left < MUST_RENEW or not any(pcm.any() for _, pcm in self._ahead)

    def _ran_out(self) -> bool:
        """Python was held up, or the whole process; in that case the clock is no guide."""
        return self._end is None and self.strip.heard() > self.asked

    def _end_strip(self) -> int:
        """The frame at which silence falls."""
        if self._ran_out():
            self.strip.end(self.asked - SAMPLE_RATE)
            return self.asked
        settled = self.strip.settled()
        self.strip.end(settled)
        return self._within(settled)

    def _begin_anew(self) -> None:
        """Go on in a new strip. Its start is silent, where the old one is still heard."""
        with self._lock:
            if self.state == "playing":
                first = min(self.strip.heard() + STARTS_IN, self.asked - IN_DEVICE)
                self._end_strip()
                strip = Strip(first, channels=self._channels)
                self._write_ahead(strip)
                strip.write(first, np.zeros(shape(self.strip.lingers(), self._channels), np.int16))
                strip.start(self.strip)
                self.strip = strip


class Simple:
    """devices.Device."""

    name = "simpleaudio"

    def __init__(self) -> None:
        self._volume = 1.0
        self._hush = Hush()
        self._run: Run | None = None
        self._channels = 1

    @property
    def volume(self) -> float:
        return self._volume

    @volume.setter
    def volume(self, volume: float) -> None:
        self._volume = volume
        if self._run:
            self._run.set_volume(volume)

    def open(self, channels: int = 1) -> str:
        self._channels = channels
        with Hush():
            probe = Strip(0, PROBE, channels)
            probe.start()
            probe.wait_until_over()
        if probe.sounding() or probe.heard() < PROBE / 2:
            raise DeviceError("the sound device can be opened, but plays nothing")
        return "the default sound device, by simpleaudio, its position reckoned by the clock"

    def play(self, source: Source) -> None:
        last = self._run.strip if self._run else None
        self.stop()
        self._hush.begin()
        try:
            self._run = Run(source, self._volume, last, self._channels)
        except DeviceError:
            self._hush.end()
            raise

    def stop(self) -> int:
        heard = self._run.stop() if self._run else 0
        self._hush.end()
        return heard

    def heard(self) -> int:
        return self._run.heard() if self._run else 0

    def asked(self) -> int:
        return self._run.asked if self._run else 0

    def state(self) -> State:
        if self._run is None:
            return "idle"
        if self._run.failure:
            raise self._run.failure
        return self._run.state

    def trouble(self) -> str:
        return self._run.trouble if self._run else ""

    def close(self) -> None:
        self.stop()
        if self._run:
            self._run.strip.wait_until_over()  # Python must not end before the library's thread


def make() -> Simple:
    return Simple()
