"""`mmc show`: a program's plan, as a table or as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import click

from mmc_audio.bouts import Slot, rep_slots
from mmc_audio.commands import figures
from mmc_audio.commands.options import listener, program_argument, session_options
from mmc_audio.console import echo, table
from mmc_audio.errors import count
from mmc_audio.program import Exercise, Program, Set, Talk
from mmc_audio.summary import SetTime, Summary, summarise
from mmc_audio.tempo import in_words

ORIGINS = {
    "set": "its set",
    "exercise": "its exercise",
    "defaults": "[defaults]",
    "built-in": "built in",
}
KEYS = ("sets", "label", "reps", "hold", "tempo", "rest", "load", "cue_every")
STROKES = {"eccentric": "╲", "pause": "▁", "concentric": "╱", "squeeze": "▔"}
PLAIN_STROKES = {"eccentric": "\\", "pause": "_", "concentric": "/", "squeeze": "-"}
STROKE_MS = 500
WIDEST_PICTURE = 40

Group = tuple[SetTime, ...]  # sets of one exercise, one after another, that are alike


@click.command()
@program_argument
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON.")
@click.option("--explain", is_flag=True, help="Tell where each value came from.")
@session_options
def command(
    program: str,
    as_json: bool,
    explain: bool,
    voice: str | None,
    talk: Talk | None,
    start: tuple[int, int] | None,
    intro: bool,
) -> None:
    """Show a program's plan: sets, tempo, time under tension, length.

    Time under tension is the time that a set keeps the muscle working, pauses included. The
    picture of one rep falls as the weight is lowered; two strokes are a second.

    \b
    Examples:
      mmc show bridges.toml
      mmc show hip-thrust --explain
    """
    from mmc_audio.load import load_path
    from mmc_audio.programs import find_program

    plan = load_path(find_program(program))
    summary = summarise(plan, listener(plan, talk=talk, start=start, intro=intro))
    if as_json:
        echo(json.dumps(as_data(plan, summary), indent=2, ensure_ascii=False))
        return
    _print_plan(plan, summary)
    if explain:
        _print_origins(plan, summary)


def as_data(program: Program, summary: Summary) -> dict[str, Any]:
    """The plan as JSON can hold it; all times in milliseconds."""
    return {
        "title": program.title,
        "duration_ms": summary.duration_ms,
        "under_tension_ms": summary.under_tension_ms(),
        "muscles": {name: summary.under_tension_ms(target=name) for name in summary.targets},
        "exercises": [
            {
                "exercise": number,
                "name": program.exercises[number - 1].name,
                "target": program.exercises[number - 1].target,
                "start": program.exercises[number - 1].start,
                "under_tension_ms": summary.under_tension_ms(exercise=number),
                "sets": [_set_data(program, time) for time in times],
            }
            for number, times in groupby(summary.sets, lambda time: time.exercise)
        ],
    }


def _set_data(program: Program, time: SetTime) -> dict[str, Any]:
    exercise, set_ = _written(program, time)
    work: dict[str, Any] = {"hold_ms": set_.hold_ms}
    if not set_.hold_ms:
        work = {
            "reps": set_.reps,
            "tempo": set_.tempo.text,
            "tempo_in_words": in_words(set_.tempo, exercise.start),
        }
    return {
        "set": time.set,
        "label": set_.label,
        **work,
        "load": set_.load,
        "under_tension_ms": time.under_tension_ms,
        "moving_ms": time.moving_ms,
        "rest_ms": time.rest_ms,
        "origins": dict(set_.origins),
    }


def _print_plan(program: Program, summary: Summary) -> None:
    echo(program.title)
    echo(
        f"{figures.clock(summary.duration_ms)} long, "
        f"{figures.clock(summary.under_tension_ms())} of it under tension\n"
    )
    groups = list(_groups(program, summary))
    table(
        ("Exercise", "Sets", "Reps", "Tempo", "Tension", "Rest", "Load"),
        [_row(program, group) for group in groups],
        right={"Tension", "Rest"},
    )
    reps = dict.fromkeys(row for group in groups for row in _rep_rows(program, group))
    if reps:
        echo()
        table(("One rep", "Length", "Picture", "In words"), reps, right={"Length"})
    echo()
    table(("Under tension", "Time"), _totals(program, summary), right={"Time"})


def _groups(program: Program, summary: Summary) -> Iterator[Group]:
    """Neighbouring sets that differ in their number alone; the rest after the last may differ."""

    def alike(time: SetTime) -> tuple[object, ...]:
        _, set_ = _written(program, time)
        work = (set_.reps, set_.reps_from, set_.hold_ms, set_.tempo, set_.load, set_.label)
        return (time.exercise, work, time.rest_ms or set_.rest_ms, set_.origins)

    for _, times in groupby(summary.sets, alike):
        yield tuple(times)


def _row(program: Program, group: Group) -> tuple[str, ...]:
    first, last = group[0], group[-1]
    exercise, set_ = _written(program, first)
    sets = str(first.set) if first is last else f"{first.set}-{last.set}"
    return (
        f"{first.exercise} {exercise.name}",
        f"{sets} {set_.label}".strip(),
        "hold" if set_.hold_ms else _reps(set_),
        "" if set_.hold_ms else set_.tempo.text,
        figures.seconds(first.under_tension_ms),
        figures.seconds(first.rest_ms) if first.rest_ms else "",
        _load(set_),
    )


def _reps(set_: Set) -> str:
    return str(set_.reps) if set_.reps_from == set_.reps else f"{set_.reps_from}-{set_.reps}"


def _load(set_: Set) -> str:
    if set_.load is None:
        return ""
    return set_.load if isinstance(set_.load, str) else f"{set_.load:g} %"


def _rep_rows(program: Program, group: Group) -> Iterator[tuple[str, ...]]:
    exercise, set_ = _written(program, group[0])
    slots = rep_slots(set_, exercise.start, program.session)
    if slots:
        length = figures.seconds(slots[-1].end_ms)
        name = f"{group[0].exercise} {exercise.name}"
        yield (name, length, picture(slots), in_words(set_.tempo, exercise.start))


def picture(slots: Sequence[Slot]) -> str:
    """One rep as a line that falls and rises, a stroke for each half second."""
    stroke_ms = max(STROKE_MS, slots[-1].end_ms / WIDEST_PICTURE)
    drawn = "".join(
        STROKES[slot.name] * max(1, round(slot.duration_ms / stroke_ms)) for slot in slots
    )
    try:
        drawn.encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except UnicodeEncodeError:
        return drawn.translate({ord(STROKES[name]): PLAIN_STROKES[name] for name in STROKES})
    return drawn


def _totals(program: Program, summary: Summary) -> Iterator[tuple[str, str]]:
    """By exercise, then by muscle."""
    for number in dict.fromkeys(time.exercise for time in summary.sets):
        total = figures.clock(summary.under_tension_ms(exercise=number))
        yield f"{number} {program.exercises[number - 1].name}", total
    for target in summary.targets:
        yield f"{target}, in all", figures.clock(summary.under_tension_ms(target=target))


def _print_origins(program: Program, summary: Summary) -> None:
    """One line for each value; of sets that are alike, one for all of them."""
    rows = []
    for group in _groups(program, summary):
        exercise, sets, *_ = _row(program, group)
        written, set_ = _written(program, group[0])
        for key in KEYS:
            if key in set_.origins:
                origin = ORIGINS[set_.origins[key]]
                rows.append((exercise, sets, key, _value(written, set_, key), origin))
    echo()
    table(("Exercise", "Sets", "Key", "Value", "Where from"), rows)


def _value(exercise: Exercise, set_: Set, key: str) -> str:
    if key == "sets":
        return str(len(exercise.sets))
    if key in ("hold", "rest"):
        return figures.seconds(getattr(set_, f"{key}_ms"))
    if key == "cue_every":
        return count(set_.cue_every, "rep")
    return {"reps": _reps(set_), "tempo": set_.tempo.text, "load": _load(set_)}.get(key, set_.label)


def _written(program: Program, time: SetTime) -> tuple[Exercise, Set]:
    exercise = program.exercises[time.exercise - 1]
    return exercise, exercise.sets[time.set - 1]
