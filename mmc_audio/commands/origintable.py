"""Where each value of a program was written, as a table for people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby

from mmc_audio import figures
from mmc_audio.console import echo, table
from mmc_audio.errors import count
from mmc_audio.interludes import described
from mmc_audio.program import Exercise, Program
from mmc_audio.rounds import Group, counted, groups, load
from mmc_audio.summary import Summary

ORIGINS = {
    "set": "its set",
    "exercise": "its exercise",
    "defaults": "[defaults]",
    "library": "the exercise library",
    "built-in": "built in",
}

Row = tuple[str, ...]


def print_origins(program: Program, summary: Summary) -> None:
    """Of an exercise as a whole, and of its sets; of sets that are alike, once for all of them."""
    rows: list[Row] = []
    for _, group_of in groupby(groups(program, summary), lambda group: group.number):
        own = list(group_of)
        rows += _of_exercise(own[0])
        for group in own:
            rows += _of_sets(group)
    echo()
    table(("Where it comes from", "Value", "Written in"), rows)


def _of_exercise(group: Group) -> Iterator[Row]:
    known = [key for key in OF_EXERCISE if key in group.exercise.origins]
    if known:
        yield group.heading, "", ""
    for key in known:
        value = OF_EXERCISE[key](group.exercise)
        yield f"  {key}", value, _written(group.exercise.origins[key])


def _of_sets(group: Group) -> Iterator[Row]:
    yield f"{group.heading}, {group.sets}", "", ""
    for key, value in OF_SET.items():
        if key in group.first.origins:
            yield f"  {key}", value(group), _written(group.first.origins[key])


def _written(origin: str) -> str:
    return ORIGINS.get(origin, origin)  # "week 3" is its own name


def _sides(group: Group) -> str:
    if group.first.alternate:
        return "alternate"
    return "-".join(dict.fromkeys(bout.side for bout in group.rounds[0].bouts)) or "both"


def _switch(group: Group) -> str:
    round_ = group.rounds[0]
    if len(round_.parts) == len(round_.bouts):
        return ""
    return figures.seconds(round_.parts[-1].rest_ms)


def _between_parts(group: Group) -> str:
    parts = group.rounds[0].parts
    return figures.seconds(parts[0].rest_ms) if parts[1:] else ""


def _cue_moments(exercise: Exercise) -> str:
    return ", ".join(dict.fromkeys(cue.moment for cue in exercise.cues))


OF_EXERCISE: Mapping[str, Callable[[Exercise], str]] = {
    "start": lambda exercise: exercise.start,
    "target": lambda exercise: exercise.target,
    "helpers": lambda exercise: ", ".join(exercise.helpers),
    "takes_over": lambda exercise: ", ".join(exercise.takes_over),
    "setup": lambda exercise: exercise.setup,
    "cues": _cue_moments,
}
OF_SET: Mapping[str, Callable[[Group], str]] = {
    "sets": lambda group: str(group.exercise.rounds),
    "reps": lambda group: group.rounds[0].work,
    "max_reps": lambda group: str(counted(group.first)),
    "hold": lambda group: figures.seconds(group.first.hold_ms),
    "gap": _between_parts,
    "cluster": lambda group: group.rounds[0].work,
    "cluster_rest": _between_parts,
    "sides": _sides,
    "switch": _switch,
    "tempo": lambda group: group.first.tempo.text,
    "rest": lambda group: figures.seconds(group.rounds[0].bouts[-1].rest_ms),
    "load": lambda group: load(group.first),
    "rir": lambda group: "" if group.first.rir is None else str(group.first.rir),
    "focus": lambda group: group.first.focus,
    "cue_every": lambda group: count(group.first.cue_every, "rep"),
    "label": lambda group: group.first.label,
    "rest_do": lambda group: ", ".join(map(described, group.rounds[0].bouts[-1].rest_do)),
    "check_in": lambda group: "yes" if group.rounds[0].bouts[-1].after else "no",
}
