"""What a recording says of playing: when each click was heard, how steadily, and what was lost.

A recording is compared with the samples that were to be played; only their common start may differ.
Where nothing stood between the two they are equal, bit by bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mmc_audio.clips import Pcm
from mmc_audio.timeline import FRAMES_PER_MS, SAMPLE_RATE, Click, Timeline
from tests.recorder import Heard

Floats = npt.NDArray[np.float64]

ONSET = 30 * FRAMES_PER_MS  # as much of a click as it is known by
REACH = 400 * FRAMES_PER_MS  # clicks are a second apart: nearer than half of one it is this one
ALIKE = 0.5  # of 1: less is no click; moved by half a frame, noise is 0.64 like itself
BLOCK = 10 * FRAMES_PER_MS
SAME = 1  # of 32,768: as much as a mean of two rounded samples may differ


@dataclass(frozen=True, eq=False, slots=True)
class Match:
    """How a recording differs from what was played.

    `start` is the frame of the recording at which the sound begins, by the middle one of all
    clicks: the one constant latency. `errors_ms` says for each click how much later than that it
    was heard; NaN if it was not. `different` are the 10 ms blocks of the sound that were heard
    neither in step with the click before them nor with the click after.
    """

    start: int
    errors_ms: Floats
    drift_ms_a_minute: float
    different: tuple[int, ...]

    @property
    def lost(self) -> int:
        """How many clicks were not heard."""
        return int(np.isnan(self.errors_ms).sum())

    @property
    def slips(self) -> int:
        """How often sound was put in or left out: a click further from the last than written."""
        return int(np.count_nonzero(np.diff(self.errors_ms[~np.isnan(self.errors_ms)])))

    @property
    def exact(self) -> bool:
        """Every sample was heard, in its place."""
        return not (self.lost or self.slips or self.different)

    @property
    def worst_ms(self) -> float:
        """The largest error of the clicks that were heard."""
        return float(np.nanmax(np.abs(self.errors_ms)))


def clicks_between(timeline: Timeline, first: int, end: int) -> tuple[int, ...]:
    """Where clicks begin in frames `first` to `end`, counted from `first`; none is cut."""
    starts = {e.at_ms * FRAMES_PER_MS for e in timeline.events if isinstance(e, Click)}
    return tuple(sorted(at - first for at in starts if first <= at <= end - ONSET))


def match(heard: Pcm, played: Pcm, clicks: Sequence[int]) -> Match:
    """Find `played` in a recording at 48 kHz, click by click; `clicks` are frames of `played`."""
    lags = np.full(len(clicks), np.nan)
    lag = _roughly(heard, played)
    for index, at in enumerate(clicks):
        found, alike = _place_near(heard, played[at : at + ONSET], at + lag)
        if alike >= ALIKE:
            lag = lags[index] = found - at
    lag = round(float(np.nanmedian(lags)))
    errors_ms = (lags - lag) / FRAMES_PER_MS
    drift = _slope(np.array(clicks) / SAMPLE_RATE / 60, errors_ms)
    return Match(lag, errors_ms, drift, _different(heard, played, clicks, lags))


def ahead_ms(heard: Heard, start: int, positions: Sequence[tuple[float, int]]) -> Floats:
    """How far reported positions (time.monotonic, frame of the sound) were ahead of the ear.

    `start` is that of the match. Negative: behind.
    """
    return np.array([(heard.time_of(start + at) - now) * 1_000 for now, at in positions])


def _roughly(heard: Pcm, played: Pcm) -> int:
    """Where the sound begins, to some blocks, by its loudness alone: a drift spoils that little."""
    edges = [np.abs(np.diff(sound.astype(np.float64), prepend=0.0)) for sound in (heard, played)]
    loudness = [_pieces(edge, BLOCK).mean(axis=1) for edge in edges]
    size = sum(map(len, loudness))
    there, own = (np.fft.rfft(sound, size) for sound in loudness)
    return int(np.argmax(np.fft.irfft(there * own.conj(), size)[: len(loudness[0])])) * BLOCK


def _pieces(sound: Floats, size: int) -> Floats:
    return np.pad(sound, (0, -len(sound) % size)).reshape(-1, size)


def _place_near(heard: Pcm, pattern: Pcm, at: int) -> tuple[int, float]:
    first = max(0, at - REACH)
    window = heard[first : max(first, at + REACH + len(pattern))]
    if len(window) < len(pattern):
        return at, 0.0
    found, alike = _place(window, pattern)
    return first + found, alike


def _place(window: Pcm, pattern: Pcm) -> tuple[int, float]:
    """Where in the window the pattern is, and how alike the two are there, up to 1 (equal).

    Both are differenced first: an onset is in the edges of a sound, not in the body of it.
    """
    w, p = (np.diff(sound.astype(np.float64)) for sound in (window, pattern))
    size = 1 << (len(w) + len(p)).bit_length()
    products = np.fft.irfft(np.fft.rfft(w, size) * np.fft.rfft(p, size).conj(), size)
    sums = np.concatenate(([0.0], np.cumsum(w * w)))
    energy, own = sums[len(p) :] - sums[: -len(p)], float(p @ p)
    # Where there is next to nothing, next to nothing is alike.
    alike = products[: len(energy)] / np.sqrt(own * np.maximum(energy, own / 10_000))
    best = int(np.argmax(alike))
    return best, float(alike[best])


def _slope(x: Floats, y: Floats) -> float:
    """The middle one of the slopes between all pairs (Theil 1950): strays don't move it."""
    known = ~np.isnan(y)
    before, after = np.triu_indices(int(known.sum()), 1)
    x, y = x[known], y[known]
    return float(np.median((y[after] - y[before]) / (x[after] - x[before])))


def _different(heard: Pcm, played: Pcm, clicks: Sequence[int], lags: Floats) -> tuple[int, ...]:
    known = ~np.isnan(lags)
    steps, at = lags[known].astype(int), np.array(clicks)[known]
    before = np.searchsorted(at, np.arange(0, len(played), BLOCK), "right") - 1
    blocks = []
    for block, index in enumerate(before):
        lags_here = {int(steps[max(0, index)]), int(steps[min(index + 1, len(steps) - 1)])}
        own = played[block * BLOCK : (block + 1) * BLOCK].astype(int)
        if not any(_equal(heard, own, block * BLOCK + lag) for lag in lags_here):
            blocks.append(block)
    return tuple(blocks)


def _equal(heard: Pcm, own: npt.NDArray[np.int_], at: int) -> bool:
    there = heard[max(0, at) : at + len(own)]
    return len(there) == len(own) and bool(np.max(np.abs(there - own)) <= SAME)
