"""A session's sound as writers ask for it: which runs there are, where, and what each sounds like.

How loud a session has to be is found once and kept on disk, since it takes all of its sounds.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import cached_property, partial

from mmc_audio.cache import Cache
from mmc_audio.clips import Pcm
from mmc_audio.level import GAIN_MOST_DB, GAIN_STEP_DB, LOUDNESS_LUFS, gain_for
from mmc_audio.mix import Mixer, Palette, Segment
from mmc_audio.naming import Names
from mmc_audio.score import Score, run_frames, score

_GAIN = struct.Struct("<d")


class Rendering:
    """The runs of a session (outputs.recording.Runs), in so many channels.

    `segments()` starts a fresh pass over the session, `frames` frames long.
    """

    def __init__(
        self,
        segments: Callable[[], Iterable[Segment]],
        frames: int,
        clips: Palette,
        *,
        channels: int,
        cache: Cache,
    ) -> None:
        self._segments, self._frames = segments, frames
        self._clips, self._channels, self._cache = clips, channels, cache
        self._names = Names(partial(_digest, clips), channels)

    def places(self) -> Iterable[tuple[int, int]]:
        """(first frame, number of the run), in order of time."""
        return self._score.places()

    def frames(self, number: int) -> int:
        """How long a run is."""
        return run_frames(self._score.runs[number])

    def blocks(self, number: int) -> Iterator[Pcm]:
        """Its sound, in blocks."""
        return self.mixer.blocks(self._score.runs[number])

    def name(self, number: int) -> str:
        """What its samples are known by."""
        return self._names.run(self._score.runs[number], self._gain_db)

    def whole(self) -> Iterator[Pcm]:
        """The sound of the session, in blocks."""
        return self.mixer.blocks(self._segments())

    @cached_property
    def mixer(self) -> Mixer:
        """A mixer at the level of this session."""
        return Mixer(self._clips, gain_db=self._gain_db, channels=self._channels)

    @cached_property
    def _score(self) -> Score:
        return score(self._segments())

    @cached_property
    def _gain_db(self) -> float:
        how = (LOUDNESS_LUFS, GAIN_STEP_DB, GAIN_MOST_DB)
        key = f"gain {how} {self._names.session(self._score)}".encode()
        kept = self._cache.get(key)
        if kept is not None:
            return float(_GAIN.unpack(kept)[0])
        gain_db = gain_for(self._score, self._frames, Mixer(self._clips, channels=self._channels))
        with suppress(OSError):  # a cache is a help, never a condition
            self._cache.put(key, _GAIN.pack(gain_db))
        return gain_db


def _digest(clips: Palette, name: str) -> str:
    return hashlib.sha256(clips[name].pcm.tobytes()).hexdigest()
