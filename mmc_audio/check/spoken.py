"""Words that needed help to be heard, or had no room: what arranging a session reported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from mmc_audio.check.case import Case, called, often
from mmc_audio.errors import Fault, Place, count, printable
from mmc_audio.session import distinct
from mmc_audio.timeline import Report

# What is said of each variant of a cue by itself; of the rest, of the longest one.
PER_VARIANT = ("shorter", "faster", "dropped")
TOLD_IN_RESTS = ("intro", "rest", "done")

_STAGES = {"eccentric": "lowering", "pause": "pause", "concentric": "lift", "squeeze": "squeeze"}


def cues_that_needed_help(case: Case) -> Iterator[Fault]:
    """One finding for each cue and each thing that was done to it, with how often."""

    def alike(report: Report) -> tuple[object, ...]:
        variant = (report.text, report.instead) if report.what in PER_VARIANT else ()
        return (report.place, report.exercise, report.what, variant)

    cues = (r for r in case.reports if r.place and r.moment != "rest_do")
    for _, group in groupby(sorted(cues, key=lambda r: (str(alike(r)), r.set, r.rep)), alike):
        same = list(group)
        first = same[0]
        if place := first.place:
            if place != case.exercise(first.exercise).where:
                yield _cue(same, place)
            elif first.what == "dropped":
                yield _library_cue(same, place)


def own_words_left_out(reports: Iterable[Report]) -> tuple[str, ...]:
    """The machine's own phrases that had no room in a set, each once; `rests` has the others."""
    own = (r for r in reports if r.place is None and r.what == "dropped")
    return distinct(r.text for r in own if r.moment not in (*TOLD_IN_RESTS, "rest_do"))


def _cue(same: list[Report], place: Place) -> Fault:
    """`same`: reports of one cue and of one thing done to it, in order."""
    first, longest = same[0], max(same, key=lambda report: report.length_ms)
    cue = f"{called(first.exercise, first.exercise_name)}: {_variants(same, longest)}"
    times = _times(same)
    if first.what == "one a rep":
        why = 'talk = "normal" keeps one cue a rep, "full" all that fit'
        return Fault(place, f"{cue} gives way to another cue of its rep ({times}); {why}", "note")
    text = f"{cue} takes {_s(longest.length_ms)} and {_room(longest)}: {_done(longest)} ({times})"
    if first.what != "dropped":
        return Fault(place, text, "note")
    return Fault(place, f"{text}; {_advice(longest)}", "warning")


def _library_cue(same: list[Report], place: Place) -> Fault:
    """One that is left out: a note, since nobody wrote it, and the library knows no tempo."""
    fault = _cue(same, place)
    own = f"it comes from the exercise library; cues.{same[0].moment} of your own replaces it"
    return Fault(place, f"{fault.text.split('; ')[0]}; {own}", "note")


def _times(same: list[Report]) -> str:
    first = same[0]
    return often(len(same), f"set {first.set}" + (f", rep {first.rep}" if first.rep else ""))


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
    """How many words would fit, spoken as quickly as these; its shorter variants did not."""
    longer = f"make the {_STAGES[report.slot]} longer" if report.slot else "give it more time"
    if report.room_ms >= report.length_ms:
        return f"say it on another rep, or {longer}" if report.slot else longer
    words = report.room_ms * len(report.text.split()) // report.length_ms
    if not words:
        return longer
    return f"say it in {count(words, 'word')} at most, add a variant that short, or {longer}"


def _s(ms: int) -> str:
    return f"{ms / 1_000:.1f} s"
