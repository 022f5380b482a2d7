"""Names of tempos: what `tempo = "controlled"` means, wherever one stands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from mmc_audio import tempo
from mmc_audio.errors import nearest, shown
from mmc_audio.load.findings import At

Keys = Mapping[str, Any]


def named_tempos(keys: Keys, tempos: Keys, names: Sequence[str], at: At) -> Keys:
    """The keys, and those of a list of sets, with names of tempos replaced by what they mean.

    `tempos` are the right ones; `names` are all that are written in [tempos].
    """
    resolved = dict(keys)
    if isinstance(written := resolved.pop("tempo", None), list):
        found = [
            _named(value, tempos, names, at.into("tempo").into(number))
            for number, value in enumerate(written)
        ]
        resolved["tempo"] = [value or tempo.parse("3-0-2-0") for value in found]
    elif value := _named(written, tempos, names, at.into("tempo")):
        resolved["tempo"] = value
    for key in ("sets", "weeks"):
        if isinstance(resolved.get(key), list):
            resolved[key] = [
                named_tempos(line, tempos, names, at.into(key).into(number))
                for number, line in enumerate(resolved[key])
            ]
    return resolved


def _named(value: Any, tempos: Keys, names: Sequence[str], at: At) -> Any:
    """What a tempo means; None for a name that is none, which is reported."""
    if not isinstance(value, str):
        return value
    if value not in names:
        at.fault(_no_tempo(value, names), in_schema=False)
    return tempos.get(value)


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
