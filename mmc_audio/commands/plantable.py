"""A program's plan as tables for people."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from mmc_audio import figures
from mmc_audio.bouts import Slot, rep_slots
from mmc_audio.console import echo, table
from mmc_audio.errors import count
from mmc_audio.program import Exercise, Program, Set
from mmc_audio.summary import SetTime, Summary
from mmc_audio.tempo import in_words

KEYS = ("sets", "reps", "hold", "tempo", "rest", "load", "cue_every")
ORIGINS = {
    "set": "its set",
    "exercise": "its exercise",
    "defaults": "[defaults]",
    "built-in": "built in",
}
STROKES = {"eccentric": "╲", "pause": "▁", "concentric": "╱", "squeeze": "▔"}
PLAIN_STROKES = {"eccentric": "\\", "pause": "_", "concentric": "/", "squeeze": "-"}
STROKE_MS = 500
WIDEST_PICTURE = 40

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbouring sets of one exercise that differ in their number alone."""

    exercise: Exercise
    set: Set
    times: tuple[SetTime, ...]

    @property
    def number(self) -> int:
        return self.times[0].exercise

    @property
    def heading(self) -> str:
        return f"{self.number} {self.exercise.name}"

    @property
    def sets(self) -> str:
        """`set 1`, `sets 2-4, heavier`."""
        first, last = self.times[0].set, self.times[-1].set
        numbers = f"set {first}" if first == last else f"sets {first}-{last}"
        return f"{numbers}, {self.set.label}" if self.set.label else numbers


def print_plan(program: Program, summary: Summary) -> None:
    """The sets, one rep of each kind, and the time under tension of each muscle."""
    echo(program.title)
    echo(
        f"{figures.clock(summary.duration_ms)} long, "
        f"{figures.clock(summary.under_tension_ms())} of it under tension\n"
    )
    groups = _groups(program, summary)
    columns = ("Exercise", "Reps", "Tempo", "Tension", "Rest", "Load")
    table(columns, _set_rows(groups, summary), right={"Tension", "Rest"})
    reps = dict.fromkeys(row for group in groups for row in _rep_rows(program, group))
    if reps:
        echo()
        table(("One rep", "Length", "Picture", "In words"), reps, right={"Length"})
    if summary.targets:
        echo()
        table(("Muscle", "Tension"), _muscle_rows(summary), right={"Tension"})


def print_origins(program: Program, summary: Summary) -> None:
    """Where each value was written; of sets that are alike, once for all of them."""
    rows: list[Row] = []
    for group in _groups(program, summary):
        rows.append((f"{group.heading}, {group.sets}", "", ""))
        for key in KEYS:
            if key in group.set.origins:
                rows.append((f"  {key}", _value(group, key), ORIGINS[group.set.origins[key]]))
    echo()
    table(("Where it comes from", "Value", "Written in"), rows)


def _groups(program: Program, summary: Summary) -> list[Group]:
    def written(time: SetTime) -> tuple[Exercise, Set]:
        exercise = program.exercises[time.exercise - 1]
        return exercise, exercise.sets[time.set - 1]

    def alike(time: SetTime) -> tuple[object, ...]:  # the last set of all has no rest after it
        return (time.exercise, written(time)[1], time.rest_ms or written(time)[1].rest_ms)

    runs = (tuple(times) for _, times in groupby(summary.sets, alike))
    return [Group(*written(times[0]), times) for times in runs]


def _set_rows(groups: Sequence[Group], summary: Summary) -> Iterator[Row]:
    """A line for each exercise with all its time under tension, and one for each kind of set."""
    for number, group_of in groupby(groups, lambda group: group.number):
        for index, group in enumerate(group_of):
            if index == 0:
                total = figures.clock(summary.under_tension_ms(exercise=number))
                yield (group.heading, "", "", total, "", "")
            yield _set_row(group)


def _set_row(group: Group) -> Row:
    set_, time = group.set, group.times[0]
    return (
        f"  {group.sets}",
        "hold" if set_.hold_ms else _reps(set_),
        "" if set_.hold_ms else set_.tempo.text,
        figures.seconds(time.under_tension_ms),
        figures.seconds(time.rest_ms) if time.rest_ms else "",
        _load(set_),
    )


def _rep_rows(program: Program, group: Group) -> Iterator[Row]:
    start = group.exercise.start
    slots = rep_slots(group.set, start, program.session)
    if slots:
        length = figures.seconds(slots[-1].end_ms)
        yield (group.heading, length, picture(slots), in_words(group.set.tempo, start))


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


def _reps(set_: Set) -> str:
    return str(set_.reps) if set_.reps_from == set_.reps else f"{set_.reps_from}-{set_.reps}"


def _load(set_: Set) -> str:
    if set_.load is None:
        return ""
    return set_.load if isinstance(set_.load, str) else f"{set_.load:g} %"


def _value(group: Group, key: str) -> str:
    set_ = group.set
    if key == "sets":
        return str(len(group.exercise.sets))
    if key in ("hold", "rest"):
        return figures.seconds(set_.hold_ms if key == "hold" else set_.rest_ms)
    if key == "cue_every":
        return count(set_.cue_every, "rep")
    return {"reps": _reps(set_), "tempo": set_.tempo.text, "load": _load(set_)}[key]
