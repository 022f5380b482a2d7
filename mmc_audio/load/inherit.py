"""The sets of an exercise: built-in values, [defaults], the exercise, one line of its sets.

The nearest one wins, key by key; reps and hold count as one key; a tempo that is a table changes
only the phases that it names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from mmc_audio import tempo
from mmc_audio.errors import count, nearest, shown
from mmc_audio.load.cuekind import MOST_SETS
from mmc_audio.load.findings import At
from mmc_audio.program import Set

Keys = Mapping[str, Any]

BUILT_IN: Keys = {
    "tempo": tempo.parse("3-0-2-0"),
    "sets": 3,
    "reps": 10,
    "rest": Decimal(60),
    "cue_every": 3,
}


@dataclass(frozen=True, slots=True)
class Level:
    """The keys written in one place, and what that place is called in Set.origins."""

    origin: str
    keys: Keys


def to_ms(seconds: Decimal) -> int:
    """Seconds as whole milliseconds."""
    return int((seconds * 1_000).to_integral_value(ROUND_HALF_UP))


def named_tempos(keys: Keys, tempos: Keys, names: Sequence[str], at: At) -> Keys:
    """The keys, and those of a list of sets, with names of tempos replaced by what they mean.

    `tempos` are the right ones; `names` are all that are written in [tempos].
    """
    resolved = dict(keys)
    name = resolved.get("tempo")
    if isinstance(name, str):
        del resolved["tempo"]
        if name in tempos:
            resolved["tempo"] = tempos[name]
        elif name not in names:
            at.into("tempo").fault(_no_tempo(name, names), in_schema=False)
    if isinstance(resolved.get("sets"), list):
        resolved["sets"] = [
            named_tempos(line, tempos, names, at.into("sets").into(number))
            for number, line in enumerate(resolved["sets"])
        ]
    return resolved


def _no_tempo(name: str, names: Sequence[str]) -> str:
    if meant := nearest(name, names):
        return f'{shown(name)} is no name in [tempos]; did you mean "{meant}"?'
    if re.fullmatch("[AVX][0-9AVX]{2,3}", name, re.IGNORECASE):  # meant as a tempo, by its looks
        try:
            tempo.parse(name)
        except tempo.TempoError as error:
            return str(error)
    named = (
        f"[tempos] has {', '.join(shown(n) for n in names[:8])}"
        if names
        else "the program has no [tempos]"
    )
    return f'{shown(name)} is neither a tempo such as "3-1-2-0" nor a name from [tempos]; {named}'


def sets_of(exercise: Level, outer: Sequence[Level], at: At) -> tuple[Set, ...]:
    """Every set of an exercise. `outer` are [defaults] and the built-in values, nearest first."""
    levels = (exercise, *outer)
    entries = _entries(levels, at)
    reps = _nearest(levels, ("reps", "hold"))[1]
    made: dict[tuple[int, int], Set] = {}  # many sets are alike, and one object will do
    sets = []
    for number, entry in enumerate(entries):
        key = (id(entry), number if isinstance(reps, list) else 0)
        if key not in made:
            made[key] = _set((Level("set", entry), *levels), number)
        sets.append(made[key])
    return tuple(sets)


def _nearest(levels: Sequence[Level], keys: Sequence[str]) -> tuple[str, Any, str]:
    """(key, value, origin) of the nearest level that has one of the keys; key "" for none."""
    for level in levels:
        for key in keys:
            if key in level.keys:
                return key, level.keys[key], level.origin
    return "", None, ""


def _entries(levels: Sequence[Level], at: At) -> list[Keys]:
    """One table for each set: its line of the list, or an empty one."""
    _, sets, sets_from = _nearest(levels, ("sets",))
    _, reps, reps_from = _nearest(levels, ("reps", "hold"))
    order = [level.origin for level in levels]
    entries: list[Keys] = [{}] * sets if isinstance(sets, int) else _spread(sets)
    if len(entries) > MOST_SETS:
        text = f"adds up to {len(entries)} sets; at most {MOST_SETS} are allowed"
        at.into("sets").fault(text, in_schema=False)
        return [{}]
    if not isinstance(reps, list) or len(reps) == len(entries):
        return entries
    if isinstance(sets, int) and order.index(reps_from) < order.index(sets_from):
        return [{}] * len(reps)  # the list is nearer than the number, and has its own length
    where = at.into("reps" if reps_from == "exercise" else "sets")
    lists = f"reps{_origin(reps_from)} lists {count(len(reps), 'number')}"
    where.say(
        f"{lists}, but sets{_origin(sets_from)} makes {count(len(entries), 'set')}; "
        "make them agree, or leave sets out",
        at="value",
        in_schema=False,
    )
    return [{}] * len(reps)


def _origin(origin: str) -> str:
    return " in [defaults]" if origin == "defaults" else ""


def _spread(entries: list[Keys]) -> list[Keys]:
    return [entry for entry in entries for _ in range(entry.get("times", 1))]


def _set(levels: Sequence[Level], number: int) -> Set:
    """One set; `number` counts from 0 and picks from a list of reps."""
    work, amount, work_from = _nearest(levels, ("reps", "hold"))
    low, high = _reps(amount, number) if work == "reps" else (1, 1)
    found = {key: _nearest(levels, (key,)) for key in ("rest", "cue_every", "load", "sets")}
    origins = {key: origin for key, (name, _, origin) in found.items() if name}
    whole, tempo_from = _tempo(levels)
    load = found["load"][1]
    return Set(
        reps=high,
        reps_from=low,
        hold_ms=to_ms(amount) if work == "hold" else 0,
        tempo=whole,
        rest_ms=to_ms(found["rest"][1]),
        cue_every=found["cue_every"][1],
        load=float(load) if isinstance(load, Decimal) else load,
        label=levels[0].keys.get("label", ""),
        origins={**origins, work: work_from, "tempo": tempo_from},
    )


def _reps(amount: Any, number: int) -> tuple[int, int]:
    """(8, 12) for "8-12", (10, 10) for 10; from a list, that of the set."""
    if isinstance(amount, list):
        amount = amount[number]
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
