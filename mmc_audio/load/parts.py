"""One of a coach's sets as the bouts that it is made of: its sides, and in each side its parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from mmc_audio.program import Set, Side

MOST_BOUTS = 1_000  # of an exercise
MOST_BOUTS_IN_ALL = 5_000  # of a program; it may last 12 h
Order = Literal["both", "left-right", "right-left", "alternate", "left", "right"]
_SIDES: dict[Order, tuple[Literal["", Side], ...]] = {
    "both": ("",),
    "alternate": ("",),
    "left": ("left",),
    "right": ("right",),
    "left-right": ("left", "right"),
    "right-left": ("right", "left"),
}


@dataclass(frozen=True, slots=True)
class Sides:
    """Which sides are worked in which order, and the time to switch."""

    order: Order
    switch_ms: int


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole set: its sides, and in each the groups of a cluster or the holds.

    `between_ms` is the time from one part to the next.
    """

    one: Set
    cluster: Sequence[int] | None
    between_ms: int
    sides: Sides

    def count(self) -> int:
        """How many bouts it is, before any of them is made."""
        parts = len(self.cluster) if self.cluster else self.one.reps if self.one.hold_ms else 1
        return parts * len(_SIDES[self.sides.order])


def bouts_of(whole: Whole) -> Iterator[Set]:
    """A whole set as its bouts, sides outermost. What is done after it comes after the last one."""
    one, between_ms, sides = whole.one, whole.between_ms, whole.sides
    each = _parts(one, whole.cluster)
    if sides.order == "alternate":
        each = [_alternating(part) for part in each]
    order = _SIDES[sides.order]
    for index, side in enumerate(order, 1):
        rest_ms = one.rest_ms if index == len(order) else sides.switch_ms
        for part in each:
            last = part.part == part.parts
            final = last and index == len(order)
            yield replace(
                part,
                side=side,
                rest_ms=rest_ms if last else between_ms,
                after=one.after if final else (),
                rest_do=one.rest_do if final else (),
            )


def _alternating(part: Set) -> Set:
    return replace(part, alternate=True, reps=2 * part.reps, reps_from=2 * part.reps_from)


def _parts(one: Set, cluster: Sequence[int] | None) -> list[Set]:
    if cluster:
        return [
            replace(one, reps=reps, reps_from=reps, part=part, parts=len(cluster))
            for part, reps in enumerate(cluster, 1)
        ]
    if one.hold_ms:
        whole = replace(one, reps=1, reps_from=1, parts=one.reps)
        return [replace(whole, part=part) for part in range(1, one.reps + 1)]
    return [one]
