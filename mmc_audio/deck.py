"""Plays stretches of a session on a device, and knows which moment of it is heard.

A run begins with a lead, such as a count-in, that is no part of the session, and then goes through
the session from one moment to another. Its timeline may be changed from a moment on that no
device has asked for yet.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mmc_audio.chart import Chart
from mmc_audio.clips import Pcm
from mmc_audio.devices import Device, State
from mmc_audio.studio import Prepared
from mmc_audio.tape import Tape
from mmc_audio.timeline import FRAMES_PER_MS, Timeline

CHANGE_AHEAD_MS = 150  # time to work out a change before the device asks for its sound
NOTHING = Timeline("", 0, 0, ())


@dataclass(frozen=True, slots=True)
class Position:
    """The moment heard. `lead_ms`: what is left of the lead before the session goes on there."""

    at_ms: int
    lead_ms: int = 0


@dataclass(frozen=True, slots=True)
class Reel:
    """The sound of one run: the lead, then the tape from `start` to `stop`, in frames."""

    lead: Tape
    tape: Tape
    start: int
    stop: int

    @property
    def frames(self) -> int:
        return self.lead.frames + max(0, self.stop - self.start)

    def read(self, first: int, frames: int) -> Pcm:
        """As a devices.Source."""
        ahead = self.lead.read(first, frames)
        at = self.start + max(0, first - self.lead.frames)
        rest = self.tape.read(at, max(0, min(frames - len(ahead), self.stop - at)))
        return np.concatenate([ahead, rest]) if len(ahead) else rest


class Deck:
    """One device and one session, for as long as the session lasts."""

    def __init__(self, device: Device, prepared: Prepared) -> None:
        self._device, self._prepared = device, prepared
        self._mixer = prepared.mixer()
        self._silent = prepared.tape(NOTHING, self._mixer)
        self.chart = Chart(prepared.timeline)
        self._tape = prepared.tape(prepared.timeline, self._mixer)
        self._reel = Reel(self._silent, self._tape, 0, 0)

    def play(self, at_ms: int, until_ms: int, lead: Timeline | None = None) -> None:
        """Begin a run. Raises DeviceError."""
        ahead = self._prepared.tape(lead, self._mixer) if lead else self._silent
        frames = (at_ms * FRAMES_PER_MS, until_ms * FRAMES_PER_MS)
        self._reel = Reel(ahead, self._tape, *frames)
        self._device.play(self._read)

    def say(self, timeline: Timeline) -> None:
        """A run that is no part of the session; the position stays."""
        at = self.position().at_ms
        self.play(at, at, timeline)

    def _read(self, first: int, frames: int) -> Pcm:
        return self._reel.read(first, frames)  # the reel of now, which a change replaces

    def stop(self) -> Position:
        """Silence, at once: what has been heard until now."""
        return self._position(self._device.stop())

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
        reel = self._reel
        self._reel = Reel(reel.lead, self._tape, reel.start, until_ms * FRAMES_PER_MS)

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
