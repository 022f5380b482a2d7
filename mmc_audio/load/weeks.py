"""What differs from week to week: a table for each week, and changes that add up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Protocol

from mmc_audio.load.cuekind import MOST_SETS
from mmc_audio.load.notations import Change
from mmc_audio.program import Set
from mmc_audio.tempo import MOVING_MS, NAMES, STILL_MS, Part, Tempo

MOST_REPS, MOST_LOAD = 1_000, 200


class _Level(Protocol):
    @property
    def keys(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Weeks:
    """One week of an exercise: the table for it, and what the weeks before it have added."""

    week: int = 1
    entry: Mapping[str, Any] = field(default_factory=dict)
    changes: Mapping[str, Any] = field(default_factory=dict)

    @staticmethod
    def of(levels: Sequence[_Level], week: int) -> Weeks:
        """From the nearest level that has weeks, and that has progress. The last week lasts."""
        tables = (level.keys["weeks"] for level in levels if "weeks" in level.keys)
        entries: Sequence[Mapping[str, Any]] = next(tables, [])
        entry = entries[min(week, len(entries)) - 1] if entries else {}
        steps = (level.keys["progress"] for level in levels if "progress" in level.keys)
        changes: Mapping[str, Any] = next(steps, {})
        return Weeks(week, entry, changes)

    def lengthened(self, entries: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """The sets, more or fewer of them: the last one is repeated."""
        if "sets" not in self.changes or "sets" in self.entry:
            return entries
        wanted = _changed(self.changes["sets"], self.week, len(entries), (1, MOST_SETS))
        return (entries + [entries[-1]] * int(wanted))[: int(wanted)]


def progressed(one: Set, plan: Weeks) -> Set:
    """A set after what the weeks have added. What the week's own table names stays as it says."""
    changes = {key: change for key, change in plan.changes.items() if key not in plan.entry}
    week = plan.week
    if "reps" in changes and not one.amrap:
        reps = int(_changed(changes["reps"], week, one.reps, (1, MOST_REPS)))
        low = max(1, one.reps_from + reps - one.reps)
        one = replace(one, reps=reps, reps_from=low)
    if "hold" in changes and one.hold_ms:
        held = _changed(changes["hold"], week, Decimal(one.hold_ms) / 1_000, (1, 3_600))
        one = replace(one, hold_ms=int(held * 1_000))
    if "load" in changes and isinstance(one.load, float):
        load = _changed(changes["load"], week, Decimal(str(one.load)), (0, MOST_LOAD))
        one = replace(one, load=float(load))
    if "tempo" in changes:
        one = replace(one, tempo=_slower(one.tempo, changes["tempo"], week))
    return one


def _slower(tempo: Tempo, changes: Mapping[str, Any], week: int) -> Tempo:
    parts = {}
    for name in NAMES:
        part: Part = getattr(tempo, name)
        if name in changes and not part.letter:
            low, high = MOVING_MS if name in ("eccentric", "concentric") else STILL_MS
            bounds = (Decimal(low) / 1_000, Decimal(high) / 1_000)
            lasts = _changed(changes[name], week, Decimal(part.ms) / 1_000, bounds)
            part = Part(int(lasts * 1_000))
        parts[name] = part
    return Tempo(**parts)


def _changed(
    change: Change | Decimal,
    week: int,
    value: int | Decimal,
    bounds: tuple[int | Decimal, int | Decimal],
) -> Decimal:
    """A value after the weeks before this one, no further than it may go."""
    if isinstance(change, Decimal):
        change = Change(change)
    added = change.add * ((week - 1) // change.every)
    reached = value + added
    if change.to is not None and added:
        stop = max if change.add < 0 else min
        reached = stop(reached, change.to)
    return Decimal(max(bounds[0], min(bounds[1], reached)))
