"""The music of a session that is played live, run by run.

In a session left alone it is that of the export. What is skipped, paused or begun again moves the
session, and not the music: each run goes on with it where the one before left off. A run that does
not begin or end with the session fades the music in or out, since what is cut off sharply clicks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mmc_audio.bed import Backing, Gains, Loop, times
from mmc_audio.clips import Samples
from mmc_audio.duck import Levels
from mmc_audio.timeline import FRAMES_PER_MS, Speech, Timeline

EDGE = 300 * FRAMES_PER_MS  # how long a run fades in or out
TURN = 200 * FRAMES_PER_MS  # from the levels of one timeline to those of another


@dataclass(frozen=True, slots=True)
class Turned:
    """The levels of one timeline up to a frame of the session, and soon after it of another."""

    old: Gains
    new: Gains
    at: int

    def read(self, first: int, frames: int) -> Samples:
        """As Gains: for all frames."""
        if first >= self.at + TURN:
            return self.new.read(first, frames)
        if first + frames <= self.at:
            return self.old.read(first, frames)
        share = ((np.arange(first, first + frames) - self.at) / TURN).clip(0, 1)
        old, new = self.old.read(first, frames), self.new.read(first, frames)
        gains: Samples = (old * (1 - share) + new * share).astype(np.float32)
        return gains


@dataclass(frozen=True, slots=True)
class Part:
    """The music of one run, by the run's frames; `frames` of them.

    Run frame 0 is frame `session` of the session and frame `music` of the music; both may be below
    0, where nothing is heard. `fades`: whether it fades in at its start and out at its end.
    """

    loop: Loop
    levels: Gains
    session: int
    music: int
    frames: int
    fades: tuple[bool, bool]

    def read(self, first: int, frames: int) -> Samples:
        """As bed.Under."""
        samples = self.loop.read(self.music + first, frames)
        times(samples, self.levels.read(self.session + first, frames))
        fades_in = self.fades[0] and first < EDGE
        fades_out = self.fades[1] and first + frames > self.frames - EDGE
        if fades_in or fades_out:
            times(samples, self._edges(first, frames))
        return samples

    def _edges(self, first: int, frames: int) -> Samples:
        at = np.arange(first, first + frames)
        begun = at / EDGE if self.fades[0] else np.ones(len(at))
        left = (self.frames - 1 - at) / EDGE if self.fades[1] else np.ones(len(at))
        gains: Samples = (np.sin(np.pi / 2 * np.minimum(begun, left).clip(0, 1)) ** 2).astype(
            np.float32
        )
        return gains


class Accompaniment:
    """The music of all runs of a session."""

    def __init__(self, backing: Backing) -> None:
        self._backing, self._loop = backing, backing.loop()
        self._lead: tuple[Speech, ...] = ()
        self._part: Part | None = None
        self._reached: int | None = None  # the frame of the music up to which it was heard

    def begin(self, timeline: Timeline, lead: Timeline | None, start: int, stop: int) -> Part:
        """The music of a run from a frame of the session to another, with a lead before it."""
        ahead = lead.frames if lead else 0
        session = start - ahead
        self._lead = _moved(lead, session // FRAMES_PER_MS) if lead else ()
        self._part = Part(
            self._loop,
            self._levels(timeline, start),
            session,
            session if self._reached is None else self._reached,
            ahead + max(0, stop - start),
            (session > 0, stop < timeline.frames),
        )
        return self._part

    def change(self, timeline: Timeline, at: int, start: int, stop: int) -> Part:
        """The same run from a frame of the session on with another timeline, or another end."""
        assert self._part is not None  # noqa: S101 - a run is changed that has begun
        old = self._part.levels
        if isinstance(old, Turned) and at >= old.at + TURN:
            old = old.new
        self._part = replace(
            self._part,
            levels=Turned(old, self._levels(timeline, start), at),
            frames=stop - self._part.session,
            fades=(self._part.fades[0], stop < timeline.frames),
        )
        return self._part

    def stopped(self, heard: int) -> None:
        """So many frames of the run were heard: there the music goes on in the next."""
        if self._part is not None:
            self._reached = self._part.music + heard

    def _levels(self, timeline: Timeline, start: int) -> Levels:
        """Down under what is said in the lead, and in the session from frame `start` on."""
        said = [
            event
            for event in timeline.events
            if isinstance(event, Speech) and event.end_ms * FRAMES_PER_MS > start
        ]
        return self._backing.levels(replace(timeline, events=(*self._lead, *said)))


def _moved(lead: Timeline, by_ms: int) -> tuple[Speech, ...]:
    spoken = (event for event in lead.events if isinstance(event, Speech))
    return tuple(replace(event, at_ms=event.at_ms + by_ms) for event in spoken)
