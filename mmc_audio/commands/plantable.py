"""A program's plan as tables for people."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from itertools import groupby

from mmc_audio import figures
from mmc_audio.bouts import Slot, rep_slots
from mmc_audio.console import echo, table
from mmc_audio.program import Program
from mmc_audio.rounds import Group, effort, groups
from mmc_audio.summary import Summary
from mmc_audio.tempo import in_words

STROKES = {"eccentric": "╲", "pause": "▁", "concentric": "╱", "squeeze": "▔"}
PLAIN_STROKES = {"eccentric": "\\", "pause": "_", "concentric": "/", "squeeze": "-"}
STROKE_MS = 500
WIDEST_PICTURE = 40

Row = tuple[str, ...]


def print_plan(program: Program, summary: Summary) -> None:
    """The sets, one rep of each kind, and the time under tension of each muscle."""
    echo(program.title + (f", week {program.week} of {program.weeks}" if program.weeks > 1 else ""))
    echo(
        f"{figures.clock(summary.duration_ms)} long, "
        f"{figures.clock(summary.under_tension_ms())} of it under tension"
    )
    if program.music:
        echo(f"Music: {', '.join(program.music.files)}")
    echo()
    found = groups(program, summary)
    columns = ("Exercise", "Reps", "Tempo", "Tension", "Rest", "Load")
    table(columns, _set_rows(found, summary), right={"Tension", "Rest"})
    reps = dict.fromkeys(row for group in found for row in _rep_rows(program, group))
    if reps:
        echo()
        table(("One rep", "Length", "Picture", "In words"), reps, right={"Length"})
    if summary.targets:
        echo()
        table(("Muscle", "Tension"), _muscle_rows(summary), right={"Tension"})


def _set_rows(found: Sequence[Group], summary: Summary) -> Iterator[Row]:
    """A line for each exercise with all its time under tension, and one for each kind of set."""
    for number, group_of in groupby(found, lambda group: group.number):
        own = list(group_of)
        total = figures.clock(summary.under_tension_ms(exercise=number))
        label = own[0].exercise.superset
        yield (own[0].heading, f"superset {label}" if label else "", "", total, "", "")
        yield from map(_set_row, own)


def _set_row(group: Group) -> Row:
    set_, round_ = group.first, group.rounds[0]
    return (
        f"  {group.sets}",
        round_.work,
        "" if set_.hold_ms else set_.tempo.text,
        round_.tension,
        figures.seconds(round_.rest_ms) if round_.rest_ms else "",
        effort(set_),
    )


def _rep_rows(program: Program, group: Group) -> Iterator[Row]:
    start = group.exercise.start
    slots = rep_slots(group.first, start, program.session)
    if slots:
        length = figures.seconds(slots[-1].end_ms)
        yield (group.heading, length, picture(slots), in_words(group.first.tempo, start))


def _muscle_rows(summary: Summary) -> Iterator[Row]:
    for target in summary.targets:
        yield target, figures.clock(summary.under_tension_ms(target=target))


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
