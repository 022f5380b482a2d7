"""What is to be known of a session as a whole: its length, its language, its supersets."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from mmc_audio import figures
from mmc_audio.check.case import Case, called, of_key
from mmc_audio.errors import Fault, Place, count, printable
from mmc_audio.program import Exercise
from mmc_audio.words import LANGUAGES, phrase_gaps

LENGTH_MAY_DIFFER = 0.1
TOP = Place(1, 1)

Members = list[tuple[int, Exercise]]


def stated_length(case: Case) -> Iterator[Fault]:
    """A session that is longer or shorter than its author says, as it is in the first week."""
    stated, lasts = case.program.length_ms, case.timeline.duration_ms
    whole = (case.options.start, case.options.permille, case.program.week) == ((1, 1), 1_000, 1)
    whole = whole and case.program.week == 1
    if stated and whole and abs(lasts - stated) > LENGTH_MAY_DIFFER * stated:
        text = (
            f"length says {figures.clock(stated)}, and the session lasts {figures.clock(lasts)}; "
            f'write length = "{_minutes(lasts)}", or change what is done'
        )
        yield Fault(case.program.places.get("length", TOP), text, "warning")


def _minutes(ms: int) -> str:
    return f"{max(1, round(ms / 60_000))}m"


def unknown_language(case: Case) -> Iterator[Fault]:
    """A language of which the machine knows no words."""
    language = case.program.voice.language
    known = language.split("-")[0].lower() in LANGUAGES
    if not known and set(phrase_gaps()) - set(case.program.words):
        text = (
            f'the machine\'s own phrases are English: there are none in "{printable(language)}"; '
            "[words] replaces them one by one"
        )
        yield Fault(case.program.places.get("voice.language", TOP), text, "note")


# ---- supersets -----------------------------------------------------------------------------------


def supersets_apart(case: Case) -> Iterator[Fault]:
    """A label that comes again after other exercises: only neighbours take turns."""
    first: dict[str, tuple[int, Exercise]] = {}
    for run in _runs(case):
        number, exercise = run[0]
        label = exercise.superset
        if label in first:
            other = called(*_named(first[label])).replace("exercise", "that of exercise")
            text = (
                f'{called(number, exercise.name)}: superset "{printable(label)}" is {other} too, '
                "but others stand between them; only neighbours take turns: put them side by "
                "side, or write another label"
            )
            yield Fault(of_key(exercise, "superset"), text, "warning")
        first.setdefault(label, run[0])


def supersets_of_one(case: Case) -> Iterator[Fault]:
    """A label that no other exercise has."""
    labels = [exercise.superset for exercise in case.program.exercises]
    for number, exercise in case.exercises():
        if exercise.superset and labels.count(exercise.superset) == 1:
            text = (
                f'{called(number, exercise.name)}: superset "{printable(exercise.superset)}" has '
                "this exercise alone; give a neighbour the same label, or leave it out"
            )
            yield Fault(of_key(exercise, "superset"), text, "warning")


def uneven_supersets(case: Case) -> Iterator[Fault]:
    """Exercises of a superset with different numbers of sets."""
    for run in _runs(case):
        most = max(exercise.rounds for _, exercise in run)
        fewer = [(number, one) for number, one in run if one.rounds < most]
        if fewer:
            number, exercise = fewer[0]
            text = (
                f'{called(number, exercise.name)}: superset "{printable(exercise.superset)}" has '
                f"{count(most, 'round')}, and this exercise {count(exercise.rounds, 'set')}; "
                "the last rounds are without it"
            )
            yield Fault(of_key(exercise, "superset"), text, "note")


def _runs(case: Case) -> Iterator[Members]:
    """Neighbours with one label."""
    for label, run in groupby(case.exercises(), key=lambda member: member[1].superset):
        if label:
            yield list(run)


def _named(member: tuple[int, Exercise]) -> tuple[int, str]:
    return member[0], member[1].name
