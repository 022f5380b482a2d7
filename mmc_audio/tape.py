"""A session as sound that can be read from any frame on: what a live output plays.

The same islands as in a file, made when they are needed; no tape holds more than one of them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate

from mmc_audio.clips import Pcm
from mmc_audio.mix import Island, Mixer, Segment


class Tape:
    """`frames` frames of sound, made by `mixer` from segments (mix.segments)."""

    def __init__(self, segments: Iterable[Segment], mixer: Mixer) -> None:
        self._segments = tuple(segments)
        ends = tuple(accumulate(segment.frames for segment in self._segments))
        self._starts, self._mixer = (0, *ends), mixer

    @property
    def frames(self) -> int:
        return self._starts[-1]

    def read(self, first: int, frames: int) -> Pcm:
        """Frames `first` to `first + frames`; fewer where the tape ends."""
        end = min(first + frames, self.frames)
        out = self._mixer.silence(max(0, end - first))
        index = bisect_right(self._starts, first) - 1
        while index < len(self._segments) and self._starts[index] < end:
            segment, start = self._segments[index], self._starts[index]
            if isinstance(segment, Island):
                pcm = self._mixer.pcm(segment)
                low, high = max(first, start), min(end, start + segment.frames)
                out[low - first : high - first] = pcm[low - start : high - start]
            index += 1
        return out
