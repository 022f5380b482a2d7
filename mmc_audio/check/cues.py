"""Cues as they are written: those that no set can say, that are too long, or too many at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from mmc_audio.bouts import rep_slots
from mmc_audio.check.case import Case, called, from_library, often
from mmc_audio.cues import falls_on, in_set
from mmc_audio.errors import Fault, Place, count, printable
from mmc_audio.interludes import phase_word
from mmc_audio.program import PHASES, Cue, Exercise, Set, When
from mmc_audio.session import Wish
from mmc_audio.telling import telling
from mmc_audio.timeline import Speech
from mmc_audio.wishes import HALFWAY_FROM_REPS

IN_SET = (*PHASES, "during", "halfway", "last")
MOST_WORDS = 8
MOST_THINGS = 2
LEAST_REPS = {"halfway": HALFWAY_FROM_REPS, "last": 2}


@dataclass(frozen=True, slots=True)
class Use:
    """A cue in an exercise. One from [cues] or a cue set is used in several."""

    number: int
    exercise: Exercise
    cue: Cue


# ---- never said ----------------------------------------------------------------------------------


def never_said(case: Case) -> Iterator[Fault]:
    """Cues that no set of any exercise can say, with what keeps them from it."""
    for uses in _written(case):
        reasons = [_silent(case, use) for use in uses]
        if (first := reasons[0]) and all(reasons):
            yield first


def _written(case: Case) -> list[list[Use]]:
    """Every cue that a coach wrote, with the exercises it is for."""
    found: dict[tuple[Place, str], list[Use]] = {}
    for number, exercise in case.exercises():
        for cue in exercise.cues:
            if not from_library(cue, exercise):
                found.setdefault((cue.where, cue.moment), []).append(Use(number, exercise, cue))
    return list(found.values())


def _silent(case: Case, use: Use) -> Fault | None:
    """Why an exercise can not say a cue; None if it can. Each test is for what is left of sets."""
    exercise, cue = use.exercise, use.cue
    left = exercise.sets[:1] if cue.moment == "intro" else exercise.sets
    for test, why in (
        (_has_moment, _no_moment),
        (_in_its_sets, _no_set),
        (_on_its_side, _no_side),
        (_in_its_focus, _no_focus),
        (_on_its_reps, _no_rep),
    ):
        matching = tuple(set_ for set_ in left if test(case, use, set_))
        if not matching:
            said = f'{called(use.number, exercise.name)}: "{printable(cue.say[0])}" is never said'
            unasked = cue.focus == "external" and test is _in_its_focus
            severity: Literal["warning", "note"] = "note" if unasked else "warning"
            return Fault(cue.where, f"{said}: {why(case, use, left)}", severity)
        left = matching
    return None


def _has_moment(case: Case, use: Use, set_: Set) -> bool:
    moment, announced = use.cue.moment, case.program.session.announce
    if moment == "during":
        return set_.hold_ms > 0
    if moment in PHASES:
        return moment in _phases(case, use.exercise, set_)
    if moment in LEAST_REPS:
        counted = not set_.hold_ms and not set_.amrap
        return counted and _reps(set_) >= LEAST_REPS[moment] and moment in announced
    return True


def _reps(set_: Set) -> int:
    """How many reps one counts."""
    return (set_.reps + 1) // 2 if set_.alternate else set_.reps


def _phases(case: Case, exercise: Exercise, set_: Set) -> set[str]:
    return {slot.name for slot in rep_slots(set_, exercise.start, case.program.session)}


def _no_moment(case: Case, use: Use, left: tuple[Set, ...]) -> str:
    moment = use.cue.moment
    if moment == "during":
        return '"during" is for holds, and this exercise has none'
    if all(set_.hold_ms for set_ in left):
        return f"a hold has no {moment}; write cues.during"
    if moment in PHASES:
        heard = {name for set_ in left for name in _phases(case, use.exercise, set_)}
        have = ", ".join(phase for phase in PHASES if phase in heard)
        return f"the {moment} has 0 seconds; the phases are {have}"
    if moment not in case.program.session.announce:
        return f'announce of [session] has no "{moment}"'
    return f"it is for sets of {LEAST_REPS[moment]} reps or more, and of a known number"


def _in_its_sets(case: Case, use: Use, set_: Set) -> bool:
    return in_set(use.cue, set_.number, use.exercise.rounds)


def _no_set(case: Case, use: Use, left: tuple[Set, ...]) -> str:
    if len(left) < len(use.exercise.sets):
        return f"none of its sets has this moment ({use.cue.moment})"
    return f"the exercise has {count(use.exercise.rounds, 'set')}, and it is for others"


def _on_its_side(case: Case, use: Use, set_: Set) -> bool:
    return use.cue.side in ("", set_.side) or (set_.alternate and use.cue.moment in PHASES)


def _no_side(case: Case, use: Use, left: tuple[Set, ...]) -> str:
    return f'it is for the {use.cue.side} side, which no set works; write sides = "left-right"'


def _in_its_focus(case: Case, use: Use, set_: Set) -> bool:
    """An external cue beside another of its moment waits for a listener's --focus external."""
    mates = sum(cue.moment == use.cue.moment for cue in use.exercise.cues)
    waits = use.cue.focus == "external" and mates > 1
    return waits or use.cue.focus in ("", set_.focus)


def _no_focus(case: Case, use: Use, left: tuple[Set, ...]) -> str:
    if use.cue.focus == "internal":
        return (
            "it is internal, and its sets are external, being heavier than 60 % or lifted with X; "
            'take the tag away, or write focus = "internal" for a set'
        )
    return "it is external, and its sets are internal; only --focus external says it"


def _on_its_reps(case: Case, use: Use, set_: Set) -> bool:
    when = use.cue.when or When("every")
    if use.cue.moment not in PHASES or when.kind == "chance":
        return True
    reps = _reps(set_)
    return any(falls_on(when, rep, reps, 0) for rep in range(1, reps + 1))


def _no_rep(case: Case, use: Use, left: tuple[Set, ...]) -> str:
    return f"its when is for none of the {count(max(map(_reps, left)), 'rep')}"


# ---- too much ------------------------------------------------------------------------------------


def too_many_words(case: Case) -> Iterator[Fault]:
    """Texts of over eight words that are to be heard while lifting."""
    for use, *_ in _written(case):
        cue = use.cue
        longest = max(cue.say, key=lambda text: len(text.split()))
        words = len(longest.split())
        if cue.moment in IN_SET and words > MOST_WORDS:
            text = (
                f'{called(use.number, use.exercise.name)}: "{printable(longest)}" has {words} words'
            )
            advice = f"say it in {MOST_WORDS} at most, and the rest in cues.intro or cues.rest"
            yield Fault(cue.where, f"{text}, too many to follow in a set; {advice}", "warning")


def crowded_reps(case: Case) -> Iterator[Fault]:
    """Reps in which more than two different cues are said, once for each exercise."""
    crowds = [wishes for wishes in _said_by_rep(case) if len(wishes) > MOST_THINGS]
    for number, group in groupby(crowds, key=lambda wishes: wishes[0].spot.exercise):
        same = list(group)
        first = same[0]
        said = ", ".join(f'"{printable(wish.texts[0])}"' for wish in first)
        times = often(len(same), f"set {first[0].spot.set}, rep {first[0].spot.rep}")
        text = f"{called(number, first[0].spot.name)}: {len(first)} cues in one rep, {said}"
        advice = "nobody attends to more than two: give one of them other reps with when"
        if place := max(first, key=lambda wish: wish.where or Place(0, 0)).where:
            yield Fault(place, f"{text} ({times}); {advice}", "warning")


def _said_by_rep(case: Case) -> Iterator[list[Wish]]:
    """The cues that are heard in each rep, in the order of the exercises.

    A phase called by its name is no cue: it asks for no attention beside what is being done.
    """
    if not any(isinstance(event, Speech) for event in case.timeline.events):
        return
    silent = {
        (r.place, r.exercise, r.set, r.rep)
        for r in case.reports
        if r.what in ("dropped", "one a rep")
    }
    told = telling(case.program, case.options)
    reps: dict[tuple[int, int, int], dict[Place, Wish]] = {}
    for wish in case.session.wishes:
        at = wish.spot
        if wish.moment in PHASES:
            name = phase_word(told.said, case.exercise(at.exercise), wish.moment)
            if wish.texts == (name,):
                continue
        if wish.where and at.turn and (wish.where, at.exercise, at.set, at.rep) not in silent:
            reps.setdefault((at.exercise, at.bout, at.turn), {}).setdefault(wish.where, wish)
    for key in sorted(reps):
        yield list(reps[key].values())
