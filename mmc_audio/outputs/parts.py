"""A recording cut into parts, a set or an exercise each: played in a row they are all of it.

A part begins where its exercise is announced, else where its set is counted in, and ends where the
next begins; so a rest belongs to the set before it. No cut goes through a sound: one that would is
made before it, and where nothing but sound lies between two sets, they are one part. Every cut is
on the grid of MP3 frames. Pure, but for the pass over the sound.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from mmc_audio.outputs.mp3frames import FRAME_SAMPLES as GRID
from mmc_audio.outputs.recording import Recording, Runs
from mmc_audio.timeline import (
    FRAMES_PER_MS,
    Click,
    Event,
    ExerciseSpan,
    Rest,
    SetSpan,
    Speech,
    Timeline,
)

if TYPE_CHECKING:
    from mmc_audio.clips import Pcm

By = Literal["set", "exercise"]
Busy = list[tuple[int, int]]  # (first frame, end) of what sounds, in order; none overlap


@dataclass(frozen=True, slots=True)
class Work:
    """Sets in a row of one exercise: numbers as people count."""

    name: str
    exercise: int
    first: int
    last: int

    @property
    def sets(self) -> str:
        """`set 2`, `sets 2-3`."""
        return f"set {self.first}" if self.first == self.last else f"sets {self.first}-{self.last}"


@dataclass(frozen=True, slots=True)
class _Wish:
    """Where a part should begin, the end of the set before it, and what is done in it."""

    at_ms: int
    over_ms: int
    work: Work


@dataclass(frozen=True, slots=True)
class Piece:
    """What is to be a part; several works only where no silence parts them."""

    start: int  # in frames
    works: tuple[Work, ...]


def parts(recording: Recording, by: By) -> tuple[Recording, ...]:
    """The parts in order, named and numbered. Written one after another, they take one pass."""
    pieces = _pieces(recording, by)
    starts = [piece.start for piece in pieces]
    sound = _Pass(recording.blocks)
    names = _names(pieces, by)
    cuts = [*starts, recording.timeline.frames]
    return tuple(
        _part(recording, sound, cut, name, (number, len(pieces)))
        for number, (cut, name) in enumerate(zip(pairwise(cuts), names, strict=True), start=1)
    )


def _pieces(recording: Recording, by: By) -> list[Piece]:
    busy = _busy(recording)
    pieces: list[Piece] = []
    for wish in _wishes(recording.timeline, by):
        start = _silent(wish.at_ms * FRAMES_PER_MS, busy) if pieces else 0
        if pieces and start < _floor(wish.over_ms * FRAMES_PER_MS):
            pieces[-1] = Piece(pieces[-1].start, _joined(pieces[-1].works, wish.work))
        else:
            pieces.append(Piece(start, (wish.work,)))
    return pieces


def _wishes(timeline: Timeline, by: By) -> Iterator[_Wish]:
    spans = (e for e in timeline.events if isinstance(e, ExerciseSpan | SetSpan))
    wish: _Wish | None = None
    opening: ExerciseSpan | None = None  # of which no set was seen yet
    name, over_ms = "", 0
    for span in sorted(spans, key=lambda e: (e.at_ms, isinstance(e, SetSpan))):
        if isinstance(span, ExerciseSpan):
            opening, name = span, span.name
            continue
        if wish and not opening and (by == "exercise" or span.nth == wish.work.last):
            wish = replace(wish, work=replace(wish.work, last=span.nth))
        else:
            if wish:
                yield wish
            at_ms = span.at_ms - span.lead_in_ms
            at_ms = min(at_ms, opening.at_ms) if opening else at_ms
            wish = _Wish(at_ms, over_ms, Work(name, span.exercise, span.nth, span.nth))
        opening, over_ms = None, span.at_ms + span.duration_ms
    if wish:
        yield wish


def _joined(works: tuple[Work, ...], work: Work) -> tuple[Work, ...]:
    last = works[-1]
    if last.exercise != work.exercise:
        return (*works, work)
    return (*works[:-1], replace(last, last=work.last))


def _names(pieces: list[Piece], by: By) -> Iterator[str]:
    """`Row, set 2`; `Row` for an exercise that is all in one part."""
    found = [work.exercise for piece in pieces for work in piece.works]
    for piece in pieces:
        yield " and ".join(
            work.name
            if by == "exercise" and found.count(work.exercise) == 1
            else f"{work.name}, {work.sets}"
            for work in piece.works
        )


def _busy(recording: Recording) -> Busy:
    """What sounds when; of a session whose sound never stops, what is said."""
    if recording.runs is not None:
        runs = recording.runs
        return [(start, start + runs.frames(number)) for start, number in runs.places()]
    said = (event for event in recording.timeline.events if isinstance(event, Speech))
    return [(e.at_ms * FRAMES_PER_MS, e.end_ms * FRAMES_PER_MS) for e in said]


def _silent(at: int, busy: Busy) -> int:
    """The last frame of the grid by `at` that is inside of nothing that sounds."""
    at = _floor(at)
    before = bisect_left(busy, (at, 0)) - 1
    while before >= 0 and busy[before][1] > at:
        at = _floor(busy[before][0])
        before -= 1
    return at


def _floor(frame: int) -> int:
    return frame // GRID * GRID


def _part(
    recording: Recording, sound: _Pass, cut: tuple[int, int], name: str, track: tuple[int, int]
) -> Recording:
    runs = recording.runs
    first, end = cut
    return replace(
        recording,
        title=name,
        album=recording.title,
        track=track,
        timeline=_window(recording.timeline, first // FRAMES_PER_MS, end // FRAMES_PER_MS, name),
        blocks=lambda: sound.between(first, end),
        runs=None if runs is None else _Within(runs, first, end),
        progress=_share(recording, first, end),
    )


def _share(recording: Recording, first: int, end: int) -> Callable[[float], None]:
    """What a part tells of its progress, as that of the whole."""
    frames = recording.timeline.frames
    return lambda done: recording.progress((first + done * (end - first)) / frames)


def _window(timeline: Timeline, start_ms: int, end_ms: int, title: str) -> Timeline:
    """What begins between two moments, as a session of its own.

    What goes on longer is cut off, but for a rest: it is as long as one is told.
    """
    events = (
        _moved(event, start_ms, end_ms)
        for event in timeline.events
        if start_ms <= event.at_ms < end_ms
    )
    wake_ms = timeline.wake_ms if start_ms == 0 else 0
    return Timeline(title, end_ms - start_ms, wake_ms, tuple(events))


def _moved(event: Event, start_ms: int, end_ms: int) -> Event:
    at_ms = event.at_ms - start_ms
    if isinstance(event, Click | Rest):
        return replace(event, at_ms=at_ms)
    lasts_ms = min(event.duration_ms, end_ms - event.at_ms)
    return replace(event, at_ms=at_ms, duration_ms=lasts_ms)


class _Within:
    """The runs of a recording that stand between two frames (outputs.recording.Runs)."""

    def __init__(self, runs: Runs, first: int, end: int) -> None:
        self.frames, self.blocks, self.name = runs.frames, runs.blocks, runs.name
        self._runs, self._first, self._end = runs, first, end

    def places(self) -> Iterable[tuple[int, int]]:
        """(first frame from the cut on, number)."""
        for start, number in self._runs.places():
            if self._first <= start < self._end:
                yield start - self._first, number


class _Pass:
    """One pass over the sound of a recording, of which parts are taken in order."""

    def __init__(self, blocks: Callable[[], Iterator[Pcm]]) -> None:
        self._blocks, self._source = blocks, blocks()
        self._at = 0
        self._rest: Pcm | None = None  # of a block that was begun

    def between(self, first: int, end: int) -> Iterator[Pcm]:
        """The sound from one frame to another; from the start again where that is behind."""
        if first < self._at:
            self._source, self._at, self._rest = self._blocks(), 0, None
        for _ in self._until(first):
            pass
        yield from self._until(end)

    def _until(self, end: int) -> Iterator[Pcm]:
        while self._at < end:
            block = self._rest if self._rest is not None else next(self._source, None)
            if block is None:
                return
            taken = block[: end - self._at]
            self._rest = block[len(taken) :] if len(taken) < len(block) else None
            self._at += len(taken)
            yield taken
