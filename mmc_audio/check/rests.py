"""Rests that are too short for what is done, or told, in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from mmc_audio import figures
from mmc_audio.arrange import SENTENCE_MS
from mmc_audio.check.case import Case, called, of_key, often
from mmc_audio.check.spoken import TOLD_IN_RESTS
from mmc_audio.errors import Fault, count, printable
from mmc_audio.lengths import seconds_up
from mmc_audio.order import turns
from mmc_audio.program import Program, Set
from mmc_audio.timeline import Report

TRIES = 5  # to find how long a rest must be; the second usually is right

_Sets = tuple[int, int]  # an exercise and the number of a set
_Missing = Mapping[_Sets, list[Report]]


def _key(report: Report) -> _Sets:
    return report.exercise, report.set


def _rest_ms(program: Program, number: int, set_number: int) -> int:
    sets = program.exercises[number - 1].sets
    return [set_.rest_ms for set_ in sets if set_.number == set_number][-1]


# ---- what is done --------------------------------------------------------------------------------


def crammed_rests(case: Case) -> Iterator[Fault]:
    """Activities that were left out, one finding for each exercise in whose rests they are."""
    found = _undone(case, case.reports)
    enough = _enough(case, _undone, found)
    for number, group in groupby(found.items(), lambda item: item[0][0]):
        same = list(group)
        key, missing = same[0]
        names = " and ".join(f'"{printable(report.text)}"' for report in missing)
        needs = figures.seconds(sum(report.length_ms for report in missing))
        exercise, rest = case.exercise(number), _rest_ms(case.program, *key)
        longer = f"make the rest {figures.seconds(enough[key])}, or " if key in enough else ""
        text = (
            f"{called(number, exercise.name)}: {names} {'take' if missing[1:] else 'takes'} "
            f"{needs}, and the rest of {figures.seconds(rest)} has "
            f"{figures.seconds(missing[0].room_ms)} for it: left out "
            f"({often(len(same), f'set {key[1]}')}); {longer}do less in it"
        )
        yield Fault(missing[0].place or of_key(exercise, "rest"), text, "warning")


def _undone(case: Case, reports: Iterable[Report]) -> _Missing:
    """The activities left out after each set, those of one bout of it."""
    found: dict[_Sets, dict[str, Report]] = {}
    for report in reports:
        if report.moment == "rest_do":
            found.setdefault(_key(report), {}).setdefault(report.text, report)
    return {key: list(found[key].values()) for key in sorted(found)}


# ---- what is told --------------------------------------------------------------------------------


def wordless_rests(case: Case) -> Iterator[Fault]:
    """The machine's own words that had no room in a rest: how it goes on, and with what."""
    found = _untold(case, case.reports)
    enough = _enough(case, _untold, found)
    seen: set[tuple[object, ...]] = set()
    for (number, set_number), said in found.items():
        alike = (number, *(report.text for report in said))
        if alike in seen or not all(report.place is None for report in said):
            continue  # a coach's own words that had no room in it have a finding already
        seen.add(alike)
        exercise, rest = case.exercise(number), _rest_ms(case.program, number, set_number)
        more = f" and {count(len(said) - 1, 'more sentence')}" if said[1:] else ""
        longer = enough.get((number, set_number))
        text = (
            f"{called(number, exercise.name)}: the rest of {figures.seconds(rest)} after set "
            f'{set_number} has no room for "{printable(said[0].text)}"{more}'
            f"{f'; make it {figures.seconds(longer)}' if longer else ''}"
        )
        yield Fault(of_key(exercise, "rest"), text, "note")


def _untold(case: Case, reports: Iterable[Report]) -> _Missing:
    """The words left out in each rest, by the set before it."""
    before = _before(case)
    found: dict[_Sets, list[Report]] = {}
    for report in reports:
        if report.what == "dropped" and report.moment in TOLD_IN_RESTS and not report.rep:
            key = before.get(report.exercise) if report.moment == "intro" else _key(report)
            if key:
                found.setdefault(key, []).append(report)
    return found


def _before(case: Case) -> Mapping[int, _Sets]:
    """The exercise and set after which each exercise is announced; none for the first."""
    order = turns(case.program, case.options.start)
    found: dict[int, _Sets] = {}
    for before, turn in pairwise(order):
        found.setdefault(turn.number, (before.number, before.set.number))
    found.pop(order[0].number, None)
    return found


# ---- how long a rest must be ---------------------------------------------------------------------


def _enough(
    case: Case, missing: Callable[[Case, Iterable[Report]], _Missing], found: _Missing
) -> Mapping[_Sets, int]:
    """How long each rest must be for all that is in it: tried by planning it so."""
    longer: dict[_Sets, int] = {}
    for _ in range(TRIES):
        if not found:
            return longer
        for key, reports in found.items():
            rest = longer.get(key) or _rest_ms(case.program, *key)
            more = sum(report.length_ms + SENTENCE_MS for report in reports) - reports[0].room_ms
            longer[key] = rest + max(1_000, seconds_up(more))
        found = missing(case, case.reports_of(_with_rests(case.program, longer)))
    return {}


def _with_rests(program: Program, rests: Mapping[_Sets, int]) -> Program:
    exercises = tuple(
        replace(exercise, sets=tuple(_rested(exercise.sets, number, rests)))
        for number, exercise in enumerate(program.exercises, 1)
    )
    return replace(program, exercises=exercises)


def _rested(sets: Sequence[Set], number: int, rests: Mapping[_Sets, int]) -> Iterator[Set]:
    """The bouts with other rests; the time between two of one set is no rest."""
    for set_, after in zip(sets, (*sets[1:], None), strict=True):
        ends = after is None or after.number != set_.number
        rest = rests.get((number, set_.number)) if ends else None
        yield set_ if rest is None else replace(set_, rest_ms=rest)
