"""What a run of sound is known by, wherever it is heard: two runs of one name are equal.

A name is made of all that decides the samples: the clips themselves, where each begins and how it
is changed, the gain, the channels. Standard library only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache

from mmc_audio.mix import FORMAT, Island, Part
from mmc_audio.score import Run, Score

Digest = Callable[[str], str]  # of a clip, by its name in a palette


class Names:
    """The names of runs made of these clips in so many channels."""

    def __init__(self, digest: Digest, channels: int) -> None:
        self._digest, self._channels = lru_cache(maxsize=None)(digest), channels

    def run(self, run: Run, gain_db: float) -> str:
        """The name of a run at a gain."""
        return _hashed(FORMAT, self._channels, gain_db, self._run(run))

    def session(self, score: Score) -> str:
        """The name of a whole session, whatever its gain."""
        runs = [self._run(run) for run in score.runs]
        return _hashed(FORMAT, self._channels, runs, list(score.places()))

    def _run(self, run: Run) -> list[object]:
        return [
            (segment.frames, [self._part(part) for part in segment.key[1]])
            if isinstance(segment, Island)
            else segment.frames
            for segment in run
        ]

    def _part(self, part: Part) -> tuple[object, ...]:
        sound = part.tone or self._digest(part.clip)
        return (part.offset, sound, part.gain_db, part.permille, part.dips, part.lean)


def _hashed(*facts: object) -> str:
    return hashlib.sha256(repr(facts).encode()).hexdigest()
