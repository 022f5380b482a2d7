"""What a coach should know of a program that loads: words without room, and other surprises. Pure.

An error keeps a program from loading and is not found here. A warning says that something written
is not heard; a note, that it is heard otherwise than one might think.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from mmc_audio.bouts import rep_slots
from mmc_audio.errors import Fault, Place, count, printable
from mmc_audio.program import PHASES, Cue, Exercise, Program
from mmc_audio.session import distinct
from mmc_audio.timeline import Report

LONGEST_REP_MS = 10_000
# What is said of each variant of a cue by itself; of the rest, of the longest one.
PER_VARIANT = ("shorter", "faster", "dropped")

_STAGES = {"eccentric": "lowering", "pause": "pause", "concentric": "lift", "squeeze": "squeeze"}


def findings(program: Program, reports: Iterable[Report]) -> tuple[Fault, ...]:
    """Everything there is to say of a program, given what arranging it reported."""
    return (*_about_cues(reports), *_about_exercises(program))


def own_words_left_out(reports: Iterable[Report]) -> tuple[str, ...]:
    """The machine's own phrases that had no room, each once."""
    return distinct(r.text for r in reports if r.place is None and r.what == "dropped")


# ---- cues that needed help -----------------------------------------------------------------------


def _about_cues(reports: Iterable[Report]) -> Iterator[Fault]:
    """One finding for each cue and each thing that was done to it, with how often."""

    def alike(report: Report) -> tuple[object, ...]:
        variant = (report.text, report.instead) if report.what in PER_VARIANT else ()
        return (report.place, report.exercise, report.what, variant)

    written = sorted((r for r in reports if r.place), key=lambda r: (str(alike(r)), r.set, r.rep))
    for _, group in groupby(written, alike):
        same = list(group)
        if place := same[0].place:
            yield _cue_finding(same, place)


def _cue_finding(same: list[Report], place: Place) -> Fault:
    """`same`: reports of one cue and of one thing done to it, in order."""
    first, longest = same[0], max(same, key=lambda report: report.length_ms)
    where = f"set {first.set}" + (f", rep {first.rep}" if first.rep else "")
    often = where if len(same) == 1 else f"{len(same)} times, first in {where}"
    cue = (
        f"exercise {first.exercise} ({printable(first.exercise_name)}): {_variants(same, longest)}"
    )
    if first.what == "one a rep":
        why = 'talk = "normal" keeps one cue a rep, "full" all that fit'
        return Fault(place, f"{cue} gives way to another cue of its rep ({often}); {why}", "note")
    text = f"{cue} takes {_s(longest.length_ms)} and {_room(longest)}: {_done(longest)} ({often})"
    if first.what != "dropped":
        return Fault(place, text, "note")
    return Fault(place, f"{text}; {_advice(longest)}", "warning")


def _variants(same: list[Report], longest: Report) -> str:
    others = len({report.text for report in same}) - 1
    more = f" (and {count(others, 'variant')})" if others else ""
    return f'"{printable(longest.text)}"{more}'


def _room(report: Report) -> str:
    if not report.slot:
        return f"there are {_s(report.slot_ms)} for it"
    stage = _STAGES[report.slot]
    if report.room_ms >= report.length_ms:
        return f"the {stage} of {_s(report.slot_ms)} has other words in it"
    return f"the {stage} of {_s(report.slot_ms)} has room for {_s(report.room_ms)}"


def _done(report: Report) -> str:
    instead = printable(report.instead)
    other = f', as "{instead}"' if report.instead != report.text else ""
    return {
        "shorter": f'"{instead}" is said instead',
        "over the pause": f"said over the click of the pause{other}",
        "faster": f"said up to 15 % faster{other}",
        "dropped": "left out",
    }[report.what]


def _advice(report: Report) -> str:
    if not report.slot:
        return "use fewer words, or give it more time"
    return f"use fewer words, add a shorter variant, or make the {_STAGES[report.slot]} longer"


def _s(ms: int) -> str:
    return f"{ms / 1_000:.1f} s"


# ---- exercises -----------------------------------------------------------------------------------


def _about_exercises(program: Program) -> Iterator[Fault]:
    for number, exercise in enumerate(program.exercises, 1):
        name = f"exercise {number} ({printable(exercise.name)})"
        yield from _cues_without_phase(program, exercise, name)
        yield from _long_reps(program, exercise, name)
        if not exercise.start_written and any(not set_.hold_ms for set_ in exercise.sets):
            other = 'write start = "concentric" if it starts with the lift'
            yield Fault(exercise.where, f"{name}: starts with the lowering; {other}", "note")


def _cues_without_phase(program: Program, exercise: Exercise, name: str) -> Iterator[Fault]:
    """Cues at moments that no set of the exercise has."""
    heard: set[str] = set()
    for set_ in exercise.sets:
        heard |= {slot.name for slot in rep_slots(set_, exercise.start, program.session)}
        heard |= {"during"} if set_.hold_ms else set()
    silent = [cue for cue in exercise.cues if cue.moment in (*PHASES, "during")]
    for cue in silent:
        if cue.moment not in heard:
            yield Fault(cue.where, f"{name}: {_never(cue, heard)}", "warning")


def _never(cue: Cue, heard: set[str]) -> str:
    said = printable(cue.say[0])
    if cue.moment == "during":
        return f'"{said}" is never said: "during" is for holds, and this exercise has none'
    if heard == {"during"}:
        return f'"{said}" is never said: a hold has no {cue.moment}; write cues.during'
    have = ", ".join(phase for phase in PHASES if phase in heard)
    return f'"{said}" is never said: the {cue.moment} has 0 seconds; the phases are {have}'


def _long_reps(program: Program, exercise: Exercise, name: str) -> Iterator[Fault]:
    slots = (rep_slots(set_, exercise.start, program.session) for set_ in exercise.sets)
    longest = max((rep[-1].end_ms for rep in slots if rep), default=0)
    if longest > LONGEST_REP_MS:
        text = (
            f"{name}: a rep takes {_s(longest)}; above 10 s a rep, muscle probably grows less "
            f"(Schoenfeld, Ogborn & Krieger 2015, doi:10.1007/s40279-015-0304-0)"
        )
        yield Fault(exercise.where, text, "note")


def verdict(name: str, faults: Iterable[Fault]) -> str:
    """`bridges.toml: 2 warnings, 1 note` or `bridges.toml: fine`."""
    kinds = [fault.severity for fault in faults]
    found = [
        count(kinds.count(kind), kind) for kind in ("error", "warning", "note") if kind in kinds
    ]
    return f"{name}: {', '.join(found) if found else 'fine'}"
