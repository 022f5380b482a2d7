"""Which runs of sound a session has, and where each one stands. Pure, standard library only.

A run is what sounds between two silences that are long enough to encode it by itself: an island, or
several with hardly a pause between, as in a set with a tone. A session has few different runs, each
of them many times.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from mmc_audio.mix import MIN_SILENCE, Island, Segment, Silence

Run = tuple[Segment, ...]


def run_frames(run: Run) -> int:
    """How long a run is."""
    return sum(segment.frames for segment in run)


@dataclass(frozen=True, slots=True)
class Score:
    """`runs` are all different; `places()` tells where they stand."""

    runs: tuple[Run, ...]
    _starts: array[int] = field(repr=False)
    _numbers: array[int] = field(repr=False)

    def places(self) -> Iterator[tuple[int, int]]:
        """(first frame, number of the run), in order of time."""
        return zip(self._starts, self._numbers, strict=True)


def score(segments: Iterable[Segment]) -> Score:
    """The score of a session, from its silences and islands."""
    numbers: dict[Run, int] = {}
    starts, which = array("q"), array("l")
    for start, run in _runs(segments):
        starts.append(start)
        which.append(numbers.setdefault(run, len(numbers)))
    return Score(tuple(numbers), starts, which)


def _runs(segments: Iterable[Segment]) -> Iterator[tuple[int, Run]]:
    at, start, pieces = 0, 0, list[Segment]()
    for segment in segments:
        if isinstance(segment, Island):
            start = start if pieces else at
            pieces.append(segment)
        elif pieces and segment.frames < MIN_SILENCE:
            pieces.append(segment)
        elif pieces:
            yield start, tuple(pieces)
            pieces = []
        at += segment.frames
    while pieces and isinstance(pieces[-1], Silence):
        pieces.pop()
    if pieces:
        yield start, tuple(pieces)
