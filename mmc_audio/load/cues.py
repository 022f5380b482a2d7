"""Checked cues -> Cue."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mmc_audio.errors import Place
from mmc_audio.load.findings import Path
from mmc_audio.program import Cue, Placement

PlaceOf = Callable[[Path], Place]


def cues_of(table: Mapping[str, Any], place: PlaceOf, path: Path) -> tuple[Cue, ...]:
    """The cues of a table of moments that stands at `path`."""
    return tuple(
        cue
        for moment, value in table.items()
        for cue in _of_moment(moment, value, place, (*path, moment))
    )


def with_shared(own: tuple[Cue, ...], shared: tuple[Cue, ...]) -> tuple[Cue, ...]:
    """An exercise's own cues, and the program's for the moments it has none for."""
    moments = {cue.moment for cue in own}
    return own + tuple(cue for cue in shared if cue.moment not in moments)


def _of_moment(moment: str, value: Any, place: PlaceOf, path: Path) -> Iterator[Cue]:
    if not isinstance(value, list) or all(isinstance(entry, str) for entry in value):
        yield _cue(moment, value, place(path))
    else:
        for number, entry in enumerate(value):
            yield _cue(moment, entry, place((*path, number)))


def _cue(moment: str, value: Any, where: Place) -> Cue:
    """One cue from text, variants or a table. A table whose `say` was wrong has none here."""
    keys: Mapping[str, Any] = value if isinstance(value, dict) else {"say": value}
    say = keys.get("say", [])
    sets = keys.get("sets", "every")
    usual: Placement = "lead" if moment == "concentric" else "in"
    return Cue(
        moment=moment,
        say=(say,) if isinstance(say, str) else tuple(say),
        when=keys.get("when"),
        place=keys.get("place", usual),
        where=where,
        sets=tuple(sorted(set(sets))) if isinstance(sets, list) else sets,
        order=keys.get("order", "turn"),
        focus=keys.get("focus", ""),
        side=keys.get("side", ""),
        every_ms=keys.get("every", 10) * 1_000,
    )
