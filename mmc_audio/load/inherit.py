"""The sets of an exercise: built-in values, the library, [defaults], the exercise, one line of its
sets, the week.

The nearest one wins, key by key; reps, hold and cluster count as one key; a tempo that is a table
changes only the phases that it names; a list has one value for each set.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from mmc_audio import tempo
from mmc_audio.errors import count, shown
from mmc_audio.load.activities import activities_of
from mmc_audio.load.cuekind import MOST_SETS
from mmc_audio.load.cues import PlaceOf
from mmc_audio.load.findings import At, Path
from mmc_audio.load.notations import AMRAP
from mmc_audio.load.parts import MOST_BOUTS, Sides, Whole, bouts_of
from mmc_audio.load.weeks import Weeks, progressed
from mmc_audio.program import FOCUSES, Activity, Focus, Set

Keys = Mapping[str, Any]

BUILT_IN: Keys = {
    "tempo": tempo.parse("3-0-2-0"),
    "sets": 3,
    "reps": 10,
    "rest": Decimal(60),
    "cue_every": 3,
    "gap": Decimal(4),
    "cluster_rest": Decimal(20),
    "max_reps": 20,
    "focus": "auto",
    "sides": "both",
    "switch": Decimal(8),
}
PER_SET = ("reps", "hold", "load", "tempo", "rest")
AMOUNTS = ("reps", "hold", "cluster")
HEAVY = 60  # per cent; above it, attending to the muscle showed no more activity of it


@dataclass(frozen=True, slots=True)
class Level:
    """The keys written in one place: what that is called in Set.origins, and its path."""

    origin: str
    keys: Keys
    path: Path = ()


def to_ms(seconds: Decimal) -> int:
    """Seconds as whole milliseconds."""
    return int((seconds * 1_000).to_integral_value(ROUND_HALF_UP))


def sets_of(
    exercise: Level, outer: Sequence[Level], week: int, place: PlaceOf, at: At
) -> tuple[Set, ...]:
    """Every bout of an exercise in one week.

    `outer` are [defaults], the library and the built-in values, nearest first.
    """
    plan = Weeks.of((exercise, *outer), week)
    levels = (*([Level(f"week {week}", plan.entry)] if plan.entry else []), exercise, *outer)
    entries = _entries(levels, plan, at)
    sides = Sides(_nearest(levels, ("sides",))[1], to_ms(_nearest(levels, ("switch",))[1]))
    made: dict[tuple[int, int], Whole] = {}  # many sets are alike: one object will do
    lists = any(isinstance(level.keys.get(key), list) for level in levels for key in PER_SET)
    wholes: list[Whole] = []
    for number, entry in enumerate(entries):
        key = (id(entry), number if lists else 0)
        if key not in made:
            line = Level("set", entry, (*at.path, "sets", entry.get("line", 0)))
            made[key] = _whole((line, *levels), number, plan, sides, place, at)
        wholes.append(made[key])
    bouts = sum(whole.count() for whole in wholes)
    if bouts > MOST_BOUTS:
        text = f"adds up to {bouts} parts; at most {MOST_BOUTS} are allowed"
        at.into("sets").fault(text, in_schema=False)
        return (wholes[0].one,)
    bouts_by_set = {id(whole): tuple(bouts_of(whole)) for whole in made.values()}
    return tuple(_numbered([bouts_by_set[id(whole)] for whole in wholes], entries))


def _numbered(groups: Sequence[tuple[Set, ...]], entries: Sequence[Keys]) -> Iterator[Set]:
    """The bouts with the numbers of their sets, and the rest that a set wants before it."""
    wanted = [entry.get("rest_before") for entry in entries[1:]] + [None]
    for number, (group, rest) in enumerate(zip(groups, wanted, strict=False), 1):
        for bout in group[:-1]:
            yield replace(bout, number=number)
        last = replace(group[-1], number=number)
        yield replace(last, rest_ms=to_ms(rest)) if rest is not None else last


def _nearest(levels: Sequence[Level], keys: Sequence[str]) -> tuple[str, Any, str]:
    """(key, value, origin) of the nearest level that has one of the keys; key "" for none."""
    for level in levels:
        for key in keys:
            if key in level.keys:
                return key, level.keys[key], level.origin
    return "", None, ""


def _entries(levels: Sequence[Level], plan: Weeks, at: At) -> list[Keys]:
    """One table for each set: its line of the list, or an empty one."""
    _, sets, sets_from = _nearest(levels, ("sets",))
    order = [level.origin for level in levels]
    entries: list[Keys] = [{}] * sets if isinstance(sets, int) else _spread(sets)
    lists = [
        (key, len(value), origin)
        for key in PER_SET
        if isinstance((found := _nearest(levels, (key,)))[1], list)
        for _, value, origin in [found]
        if key not in ("reps", "hold") or _nearest(levels, AMOUNTS)[2] == origin
    ]
    nearer = [one for one in lists if order.index(one[2]) < order.index(sets_from)]
    if isinstance(sets, int) and nearer:
        entries = [{}] * nearer[0][1]  # a list nearer than the number has its own length
    if len(entries) > MOST_SETS:
        text = f"adds up to {len(entries)} sets; at most {MOST_SETS} are allowed"
        at.into("sets").fault(text, in_schema=False)
        return [{}]
    wrong = [one for one in lists if one[1] != len(entries)]
    if wrong:
        _disagree(wrong[0], nearer, sets_from, len(entries), at)
        return [{}] * wrong[0][1]
    return plan.lengthened(entries) if not lists else entries


def _disagree(
    wrong: tuple[str, int, str],
    nearer: Sequence[tuple[str, int, str]],
    sets_from: str,
    sets: int,
    at: At,
) -> None:
    key, length, origin = wrong
    where = at.into(key if origin == "exercise" else "sets")
    lists = f"{key}{_origin(origin)} lists {_values(key, length)}"
    if nearer and nearer[0][0] != key:
        other = f"{nearer[0][0]} lists {_values(nearer[0][0], nearer[0][1])}"
        where.say(f"{lists}, but {other}; make them agree", at="value", in_schema=False)
        return
    where.say(
        f"{lists}, but sets{_origin(sets_from)} makes {count(sets, 'set')}; "
        "make them agree, or leave sets out",
        at="value",
        in_schema=False,
    )


def _values(key: str, length: int) -> str:
    return count(length, "number" if key == "reps" else "value")


def _origin(origin: str) -> str:
    return " in [defaults]" if origin == "defaults" else ""


def _spread(entries: list[Keys]) -> list[Keys]:
    """Each line as often as it says, with its number, by which its keys are found again."""
    lines = [{**entry, "line": number} for number, entry in enumerate(entries)]
    return [line for line in lines for _ in range(line.get("times", 1))]


def _whole(
    levels: Sequence[Level], number: int, plan: Weeks, sides: Sides, place: PlaceOf, at: At
) -> Whole:
    """One of a coach's sets; `number` counts from 0 and picks from lists."""
    picked = tuple(_of_set(level, number) for level in levels)
    one = progressed(_set(picked, place), plan)
    keys = {key: _nearest(picked, (key,))[1] for key in ("gap", "cluster_rest")}
    amount, groups, _ = _nearest(picked, AMOUNTS)
    if one.hold_ms and (one.amrap or one.reps_from != one.reps):
        found = _nearest(picked, ("reps",))[1]
        said = found if isinstance(found, str) else f"{one.reps_from}-{one.reps}"
        at.into("reps").fault(
            f"must be a plain number beside hold, found {shown(said)}", in_schema=False
        )
    if one.hold_ms and sides.order == "alternate":
        at.into("sides").fault(
            'must not be "alternate" for a hold; write "left-right"', in_schema=False
        )
    cluster = groups if amount == "cluster" else None
    between = to_ms(keys["cluster_rest"] if cluster else keys["gap"])
    return Whole(one, cluster, between, sides)


def _of_set(level: Level, number: int) -> Level:
    """A level with the values for one set in the place of lists of them."""
    keys = {
        key: value[min(number, len(value) - 1)]
        if key in PER_SET and isinstance(value, list) and value
        else value
        for key, value in level.keys.items()
    }
    return replace(level, keys=keys)


def _set(levels: Sequence[Level], place: PlaceOf) -> Set:
    """A whole set, not yet in its sides and parts. For a row of holds, `reps` is how many."""
    level = next(level for level in levels if any(key in level.keys for key in AMOUNTS))
    found = {key: _nearest(levels, (key,)) for key in ("rest", "cue_every", "load", "sets", "rir")}
    found |= {key: _nearest(levels, (key,)) for key in ("focus", "sides", "rest_do", "check_in")}
    origins = {key: origin for key, (name, _, origin) in found.items() if name}
    origins |= {key: level.origin for key in AMOUNTS if key in level.keys}
    if level.keys.get("reps") == AMRAP:
        origins["max_reps"] = _nearest(levels, ("max_reps",))[2]
    whole, tempo_from = _tempo(levels)
    held = "hold" in level.keys
    low, high = _reps(level.keys.get("reps", 1 if held else 10), levels)
    load = found["load"][1]
    return Set(
        reps=high,
        reps_from=low,
        hold_ms=to_ms(level.keys["hold"]) if held else 0,
        tempo=whole,
        rest_ms=to_ms(found["rest"][1]),
        cue_every=found["cue_every"][1],
        load=float(load) if isinstance(load, Decimal) else load,
        label=levels[0].keys.get("label", ""),
        amrap=level.keys.get("reps") == AMRAP,
        rir=found["rir"][1],
        focus=_focus(found["focus"][1], load, whole, held=held),
        after=(Activity("check-in"),) if found["check_in"][1] else (),
        rest_do=tuple(done("rest_do", levels, place)),
        origins={**origins, "tempo": tempo_from},
    )


TAPS = {"self": "tap", "partner": "tap-partner"}


def done(key: str, levels: Sequence[Level], place: PlaceOf) -> Iterator[Activity]:
    """What is done at `before` or `rest_do`: the tap first, then what the nearest level says."""
    tap = _nearest(levels, ("tap",))[1]
    if tap in TAPS:
        yield Activity(TAPS[tap])
    for level in levels:
        if key in level.keys:
            yield from activities_of(level.keys[key], place, (*level.path, key))
            return


def _focus(chosen: str, load: Any, whole: tempo.Tempo, *, held: bool) -> Focus:
    """Where the attention goes. `auto`: away from the muscle when it is heavy or explosive.

    Calatayud et al. 2016 (PubMed 26700744) and 2018 (PubMed 28795879): attending to the muscle
    raised its activity up to 60 % of the one-rep maximum and at a controlled speed.
    """
    if chosen in FOCUSES:
        return "internal" if chosen == "internal" else "external"
    fast = not held and any(part.letter == "X" for part in whole.parts)
    heavy = isinstance(load, Decimal) and load > HEAVY
    return "external" if fast or heavy else "internal"


def _reps(amount: Any, levels: Sequence[Level]) -> tuple[int, int]:
    """(8, 12) for "8-12", (10, 10) for 10, twice the most for "amrap"."""
    if amount == AMRAP:
        most = _nearest(levels, ("max_reps",))[1]
        return most, most
    return amount if isinstance(amount, tuple) else (amount, amount)


def _tempo(levels: Sequence[Level]) -> tuple[tempo.Tempo, str]:
    """The tempo, from the furthest level inwards, and the nearest level that had a say in it."""
    whole = tempo.parse("3-0-2-0")
    for level in reversed(levels):
        written = level.keys.get("tempo")
        if isinstance(written, tempo.Tempo):
            whole = written
        elif written is not None:
            whole = replace(whole, **{name: _part(value) for name, value in written.items()})
    return whole, _nearest(levels, ("tempo",))[2]


def _part(value: tempo.Part | Decimal) -> tempo.Part:
    return tempo.Part(to_ms(value)) if isinstance(value, Decimal) else value
