"""Music under a session: looped, at its level, and laid under sound that is mixed already.

Everything here is known by its frame, so that a device and a file get the same samples, wherever
they begin to read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, count
from typing import Protocol

import numpy as np

from mmc_audio.cache import Cache
from mmc_audio.clips import Pcm, Samples
from mmc_audio.duck import Levels
from mmc_audio.level import LOUDNESS_LUFS
from mmc_audio.limit import AHEAD, CEILING_DB, limited
from mmc_audio.music import Music, Track, load_music
from mmc_audio.program import MusicSettings, Program
from mmc_audio.timeline import FRAMES_PER_MS, Timeline

MOST_BOOST_DB = 12  # very soft music stays softer than asked for
# The limiter looks so far to both sides of a sample: what it does there hangs on nothing beyond.
CONTEXT = 2 * AHEAD
_CEILING = 10 ** (CEILING_DB / 20)
_FULL = np.float32(32_767)


@dataclass(frozen=True, slots=True)
class Turn:
    """One playing of a track: where it begins in the music, and what it is multiplied by."""

    start: int
    track: Track
    gain: float


class Loop:
    """Music without end: its tracks one after the other, then again from the first.

    Each fades into the next over `crossfade` frames, or half of the shortest, at even power.
    """

    def __init__(self, music: Music, *, crossfade: int, loudness: float) -> None:
        shortest = min(track.frames for track in music.tracks)
        self.channels = music.channels
        self._music, self._over = music, min(crossfade, shortest // 2)
        lengths = [track.frames - self._over for track in music.tracks]
        self._starts, self._round = (0, *accumulate(lengths)), sum(lengths)
        self._gains = [_gain(track, loudness) for track in music.tracks]

    def read(self, first: int, frames: int) -> Samples:
        """Shape (frames, channels); silence before frame 0."""
        out = np.zeros((frames, self.channels), np.float32)
        for turn in self._turns(first, first + frames):
            low = max(first, turn.start)
            high = min(first + frames, turn.start + turn.track.frames)
            if low < high:
                pcm = self._music.read(turn.track, low - turn.start, high - low)
                gains = self._gain(turn, low - turn.start, high - low)
                out[low - first : high - first] += (pcm.T * gains).T
        return out

    def _turns(self, first: int, end: int) -> Iterator[Turn]:
        """Those that may be heard between two frames."""
        for number in count(max(0, first // self._round - 1)):
            begins = number * self._round
            if begins >= end:
                return
            for start, track, gain in zip(
                self._starts, self._music.tracks, self._gains, strict=False
            ):
                yield Turn(begins + start, track, gain)

    def _gain(self, turn: Turn, first: int, frames: int) -> Samples:
        """Of a part of a turn; one number where all of it is as loud."""
        gain = np.float32(turn.gain / 32_768)
        edge = turn.track.frames - self._over
        if first >= self._over and first + frames <= edge:
            return np.full(1, gain, np.float32)
        at = np.arange(first, first + frames)
        over = max(1, self._over)
        rise = np.ones(frames) if turn.start == 0 else (at / over).clip(0, 1)
        fall = ((turn.track.frames - at) / over).clip(0, 1)
        curve = np.sin(np.pi / 2 * rise) * np.sin(np.pi / 2 * fall)
        gains: Samples = (curve * gain).astype(np.float32)
        return gains


def _gain(track: Track, loudness: float) -> float:
    """What brings a track to so many LUFS; silence stays as it is."""
    db = min(MOST_BOOST_DB, loudness - track.loudness) if np.isfinite(track.loudness) else 0.0
    return float(10 ** (db / 20))


class Gains(Protocol):
    """What each frame of a session is multiplied by; one number where all are alike."""

    def read(self, first: int, frames: int) -> Samples: ...


def times(samples: Samples, gains: Samples) -> Samples:
    """The samples, each frame multiplied by its gain, or all by one; in place."""
    for ear in samples.T:  # apart: numpy is slow where the innermost axis has two entries
        ear *= gains
    return samples


@dataclass(frozen=True, slots=True)
class Bed:
    """The music of a session, from its frame 0 on, at its level at each moment."""

    loop: Loop
    levels: Gains

    def read(self, first: int, frames: int) -> Samples:
        """Shape (frames, channels)."""
        return times(self.loop.read(first, frames), self.levels.read(first, frames))


class Backing:
    """The music of a session that was prepared; decoded when it is wanted for the first time."""

    def __init__(self, program: Program, settings: MusicSettings, frames: int, cache: Cache):
        self._program, self._settings = program, settings
        self._frames, self._cache = frames, cache
        self._loop: Loop | None = None

    def loop(self, progress: Callable[[float], None] = lambda done: None) -> Loop:
        """The music, as loud as the program asks for. Raises ProgramError the first time."""
        if self._loop is None:
            settings, folder = self._settings, self._cache.root
            self._loop = Loop(
                load_music(self._program, settings, self._frames, folder, progress),
                crossfade=settings.crossfade_ms * FRAMES_PER_MS,
                loudness=LOUDNESS_LUFS - settings.level_db,
            )
        return self._loop

    def levels(self, timeline: Timeline) -> Levels:
        """How loud it is in a session: down where that one speaks."""
        chosen = self._settings
        return Levels(
            timeline, duck_db=chosen.duck_db, hold_ms=chosen.hold_ms, fade_ms=chosen.fade_ms
        )

    def bed(self, timeline: Timeline) -> Bed:
        return Bed(self.loop(), self.levels(timeline))


@dataclass(frozen=True, slots=True)
class Quiet:
    """No music, in so many channels."""

    channels: int

    def read(self, first: int, frames: int) -> Samples:
        """As Under."""
        return np.zeros((frames, self.channels), np.float32)


class Under(Protocol):
    """Samples by their frames, of any frame, as many as are asked for."""

    def read(self, first: int, frames: int) -> Samples: ...


def read_over(read: Callable[[int, int], Pcm], bed: Under, first: int, frames: int) -> Pcm:
    """Sound with the bed under it, limited, from a frame on; fewer frames where the sound ends.

    `read` gives the sound itself, by its first frame and how many.
    """
    start = max(0, first - CONTEXT)
    mixed = _sum(read(start, first + frames + CONTEXT - start), bed, start)
    return _pcm(_below(mixed)[first - start : first - start + frames])


def laid_over(blocks: Iterable[Pcm], bed: Under) -> Iterator[Pcm]:
    """The same for sound that comes in blocks, from its first frame on."""
    window, done, at = None, 0, 0  # what the limiter looks at; how much of it is given already
    for block in blocks:
        mixed = _sum(block, bed, at)
        at += len(block)
        window = mixed if window is None else np.concatenate([window, mixed])
        ready = max(done, len(window) - CONTEXT)
        if ready > done:
            yield _pcm(_below(window)[done:ready])
        window = window[max(0, ready - CONTEXT) :]
        done = min(ready, CONTEXT)
    if window is not None and len(window) > done:
        yield _pcm(_below(window)[done:])


def _sum(pcm: Pcm, bed: Under, first: int) -> Samples:
    """In as many channels as the one that has more of them."""
    music = bed.read(first, len(pcm))
    sound: Samples = (pcm if pcm.ndim == 2 else pcm[:, np.newaxis]) * (1 / _FULL)
    wider, narrower = (sound, music) if sound.shape[1] > music.shape[1] else (music, sound)
    for number, ear in enumerate(wider.T):
        ear += narrower[:, min(number, narrower.shape[1] - 1)]
    return wider


def _below(samples: Samples) -> Samples:
    loud = len(samples) and max(samples.max(), -samples.min()) > _CEILING
    return limited(samples) if loud else samples


def _pcm(samples: Samples) -> Pcm:
    pcm: Pcm = np.rint(samples * _FULL).astype(np.int16)
    return pcm[:, 0] if pcm.shape[1] == 1 else pcm
