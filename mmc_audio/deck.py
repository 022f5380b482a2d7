"""Plays stretches of a session on a device, and knows which moment of it is heard.

A run begins with a lead, such as a count-in, that is no part of the session, and then goes through
the session from one moment to another. Its timeline may be changed from a moment on that no
device has asked for yet.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from mmc_audio.accompany import Accompaniment
from mmc_audio.bed import Quiet, Under, read_over
from mmc_audio.chart import Chart
from mmc_audio.clips import Pcm
from mmc_audio.devices import Device, State
from mmc_audio.studio import Prepared
from mmc_audio.tape import Tape
from mmc_audio.timeline import FRAMES_PER_MS, Timeline

CHANGE_AHEAD_MS = 150  # time to work out a change before the device asks for its sound
NOTHING = Timeline("", 0, 0, ())
# Music that stops at once clicks. So long does any device take to turn its volume down.
FADE_S = 0.3


@dataclass(frozen=True, slots=True)
class Position:
    """The moment heard. `lead_ms`: what is left of the lead before the session goes on there."""

    at_ms: int
    lead_ms: int = 0


@dataclass(frozen=True, slots=True)
class Reel:
    """The sound of one run: the lead, then the tape from `start` to `stop`, in frames.

    `under` is what lies under both, None for a session without music.
    """

    lead: Tape
    tape: Tape
    start: int
    stop: int
    under: Under | None = None

    @property
    def frames(self) -> int:
        return self.lead.frames + max(0, self.stop - self.start)

    def read(self, first: int, frames: int) -> Pcm:
        """As a devices.Source."""
        if self.under is None:
            return self._plain(first, frames)
        return read_over(self._plain, self.under, first, frames)

    def _plain(self, first: int, frames: int) -> Pcm:
        ahead = self.lead.read(first, frames)
        at = self.start + max(0, first - self.lead.frames)
        rest = self.tape.read(at, max(0, min(frames - len(ahead), self.stop - at)))
        return np.concatenate([ahead, rest]) if len(ahead) else rest


class Deck:
    """One device and one session, for as long as the session lasts."""

    def __init__(
        self, device: Device, prepared: Prepared, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._device, self._prepared, self._sleep = device, prepared, sleep
        self._music = Accompaniment(prepared.music) if prepared.music else None
        self._mixer = prepared.mixer()
        self._silent = prepared.tape(NOTHING, self._mixer)
        self.chart = Chart(prepared.timeline)
        self._tape = prepared.tape(prepared.timeline, self._mixer)
        self._reel = Reel(self._silent, self._tape, 0, 0)
        self._sounding = False  # music does

    def play(self, at_ms: int, until_ms: int, lead: Timeline | None = None) -> None:
        """Begin a run. Raises DeviceError."""
        start, stop = at_ms * FRAMES_PER_MS, until_ms * FRAMES_PER_MS
        self._begin(lead, start, stop)
        if self._music:
            part = self._music.begin(self.chart.timeline, lead, start, stop)
            self._reel = replace(self._reel, under=part)
        self._sounding = self._music is not None
        self._device.play(self._read)

    def say(self, timeline: Timeline) -> None:
        """A run that is no part of the session; the position stays, and there is no music."""
        at = self.position().at_ms * FRAMES_PER_MS
        self._begin(timeline, at, at)
        self._device.play(self._read)

    def _begin(self, lead: Timeline | None, start: int, stop: int) -> None:
        ahead = self._prepared.tape(lead, self._mixer) if lead else self._silent
        under = Quiet(self._prepared.program.channels) if self._music else None
        self._reel = Reel(ahead, self._tape, start, stop, under)

    def _read(self, first: int, frames: int) -> Pcm:
        return self._reel.read(first, frames)  # the reel of now, which a change replaces

    def stop(self) -> Position:
        """Silence, at once, or once the music has faded: what has been heard until now."""
        if self._music is None or not self._sounding:
            return self._position(self._device.stop())
        self._sounding = False
        heard = self._faded()
        self._music.stopped(heard)
        return self._position(heard)

    def _faded(self) -> int:
        """Stop the device without a click: turned down first."""
        volume, self._device.volume = self._device.volume, 0.0
        try:
            self._sleep(FADE_S)
            return self._device.stop()
        finally:
            self._device.volume = volume

    def position(self) -> Position:
        return self._position(self._device.heard())

    def _position(self, frames: int) -> Position:
        reel = self._reel
        into = frames - reel.lead.frames
        at = min(reel.start + max(0, into), max(reel.start, reel.stop))
        return Position(at // FRAMES_PER_MS, max(0, -into) // FRAMES_PER_MS)

    def change_ms(self) -> int:
        """The first moment of the session at which a change can still be heard in this run."""
        into = self._device.asked() - self._reel.lead.frames
        return (self._reel.start + max(0, into)) // FRAMES_PER_MS + CHANGE_AHEAD_MS

    def change(self, timeline: Timeline, until_ms: int) -> None:
        """Go on with another timeline, which is as the old one was up to `change_ms`."""
        self.chart = Chart(timeline)
        self._tape = self._prepared.tape(timeline, self._mixer)
        reel, stop = self._reel, until_ms * FRAMES_PER_MS
        under = reel.under
        if self._music and self._sounding:
            at = self.change_ms() * FRAMES_PER_MS
            under = self._music.change(timeline, at, reel.start, stop)
        self._reel = Reel(reel.lead, self._tape, reel.start, stop, under)

    @property
    def volume(self) -> float:
        return self._device.volume

    @volume.setter
    def volume(self, volume: float) -> None:
        self._device.volume = volume

    def state(self) -> State:
        return self._device.state()

    def trouble(self) -> str:
        return self._device.trouble()
