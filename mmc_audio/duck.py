"""How loud music is from moment to moment: softer under speech, faded in and out. In numpy.

Where words come is known beforehand: the music is down when they begin. It stays down for a while
after them, and does not come up at all where the next ones would send it down again on its way: so
it does not pump between the words of a set.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from mmc_audio.clips import Samples
from mmc_audio.timeline import FRAMES_PER_MS, Speech, Timeline

DOWN_MS, UP_MS = 300, 1_000  # even in decibels
LEAST_FADE_MS = 10  # what is cut off sharply clicks

Stretch = tuple[int, int]  # from, until


class Levels:
    """What the music of a session is multiplied by, at each of its frames."""

    def __init__(self, timeline: Timeline, *, duck_db: int, hold_ms: int, fade_ms: int) -> None:
        self._frames = timeline.frames
        self._fade = max(fade_ms, LEAST_FADE_MS) * FRAMES_PER_MS
        points = list(_points(_talk(timeline, hold_ms), duck_db)) if duck_db else []
        at_ms, db = zip(*points, strict=True) if points else ((0,), (0,))
        self._at = np.array(at_ms, np.int64) * FRAMES_PER_MS
        self._db = np.array(db, np.float64)

    def read(self, first: int, frames: int) -> Samples:
        """Of the frames from `first` on, 0 outside the session; one number where all are alike."""
        gains = self._ducked(first, frames)
        end = first + frames
        if first < self._fade or end > self._frames - self._fade:
            at = np.arange(first, end)
            # The last frame of the session, like the one before its first, is silent.
            edge = np.minimum(at, self._frames - 1 - at) / self._fade
            gains = gains * np.sin(np.pi / 2 * edge.clip(0, 1)) ** 2
        return gains.astype(np.float32)

    def _ducked(self, first: int, frames: int) -> Samples:
        """Between two points the decibels go evenly from one to the other."""
        end = first + frames
        low = max(0, int(np.searchsorted(self._at, first, "right")) - 1)
        high = int(np.searchsorted(self._at, end))
        before = _amplitude(self._db[low])
        if high <= low or (self._db[low : high + 1] == self._db[low]).all():
            return np.full(1, before, np.float32)
        gains = np.full(frames, before, np.float32)
        for number in range(low, min(high, len(self._at) - 1)):
            start, stop = self._at[number : number + 2]
            here, there = self._db[number : number + 2]
            at = np.arange(max(start, first), min(stop, end))
            decibels = here + (at - start) * ((there - here) / max(1, stop - start))
            gains[max(start, first) - first :] = _amplitude(there)
            gains[at - first] = _amplitude(decibels if here != there else here)
        return gains


def _talk(timeline: Timeline, hold_ms: int) -> Iterator[Stretch]:
    """When the music is all the way down, in ms: words that are near each other are one talk."""
    spoken = sorted((e.at_ms, e.end_ms + hold_ms) for e in timeline.events if isinstance(e, Speech))
    now: Stretch | None = None
    for start, end in spoken:
        if now and start < now[1] + UP_MS + DOWN_MS:
            now = (now[0], max(now[1], end))
            continue
        if now:
            yield now
        now = (start, end)
    if now:
        yield now


def _points(talk: Iterable[Stretch], duck_db: int) -> Iterator[tuple[int, int]]:
    """(ms, dB) where the level begins or ends to change."""
    for start, end in talk:
        yield start - DOWN_MS, 0
        yield start, -duck_db
        yield end, -duck_db
        yield end + UP_MS, 0


def _amplitude(db: Any) -> Any:
    return 10 ** (db / 20)
