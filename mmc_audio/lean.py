"""Which sounds of a session lean to a side, for `pan_sides`. Pure.

Those of a set that one side does, from its count-in to its end. Where the sides take turns, clicks
and tones lean from rep to rep; the voice stays in the middle, since it often speaks of the next.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import Literal

from mmc_audio.timeline import Phase, SetSpan, Timeline

Lean = Literal["", "left", "right"]
Stretch = tuple[int, int, Lean]  # from, until, side; in ms

# What (left, right) are multiplied by: 6 dB between the ears, since many wear one bud only, and
# together as much energy as in the middle.
_NEAR, _FAR = 1.6**0.5, 0.4**0.5
EARS: dict[Lean, tuple[float, float]] = {
    "": (1.0, 1.0),
    "left": (_NEAR, _FAR),
    "right": (_FAR, _NEAR),
}


class Leaning:
    """Where a timeline's sounds lean."""

    def __init__(self, timeline: Timeline) -> None:
        spans = [event for event in timeline.events if isinstance(event, SetSpan)]
        phases = [event for event in timeline.events if isinstance(event, Phase)]
        alternating = {(span.exercise, span.set) for span in spans if span.side == "both"}
        self._sets = _Stretches(
            (span.at_ms - span.lead_in_ms, span.at_ms + span.duration_ms, side)
            for span in spans
            if (side := _one(span.side))
        )
        self._turns = _Stretches(
            (phase.at_ms, phase.at_ms + phase.duration_ms, side)
            for phase in phases
            if (phase.exercise, phase.set) in alternating and (side := _one(phase.side))
        )

    def at(self, at_ms: int, *, voice: bool) -> Lean:
        """The side to which a sound leans that begins at that moment."""
        own = self._sets.at(at_ms)
        return own if own or voice else self._turns.at(at_ms)


class _Stretches:
    """Stretches of time that don't overlap."""

    def __init__(self, stretches: Iterable[Stretch]) -> None:
        self._all = sorted(stretches)

    def at(self, at_ms: int) -> Lean:
        index = bisect_right(self._all, at_ms, key=lambda stretch: stretch[0]) - 1
        if index < 0 or at_ms >= self._all[index][1]:
            return ""
        return self._all[index][2]


def _one(side: str) -> Lean:
    return "left" if side == "left" else "right" if side == "right" else ""
