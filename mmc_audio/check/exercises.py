"""What is to be known of an exercise: its reps, its load, its muscles, what is done beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from mmc_audio.bouts import rep_slots
from mmc_audio.check.case import Case, called, of_key
from mmc_audio.errors import Fault, nearest, printable
from mmc_audio.library import exercises, muscles
from mmc_audio.program import Set

LONGEST_REP_MS = 10_000
HEAVY = 80.0  # per cent
MUSCLE_LANGUAGE = "en"  # the library's names of the muscles


def long_reps(case: Case) -> Iterator[Fault]:
    """Reps of more than ten seconds."""
    for number, exercise in case.exercises():
        slots = (rep_slots(set_, exercise.start, case.program.session) for set_ in exercise.sets)
        longest = max((rep[-1].end_ms for rep in slots if rep), default=0)
        if longest > LONGEST_REP_MS:
            text = (
                f"{called(number, exercise.name)}: a rep takes {longest / 1_000:.1f} s; above 10 s "
                "a rep, muscle probably grows less "
                "(Schoenfeld, Ogborn & Krieger 2015, doi:10.1007/s40279-015-0304-0)"
            )
            yield Fault(exercise.where, text, "note")


def guessed_starts(case: Case) -> Iterator[Fault]:
    """Exercises of which neither the program nor the library says which phase comes first."""
    for number, exercise in case.exercises():
        if not exercise.start_written and any(not set_.hold_ms for set_ in exercise.sets):
            name = called(number, exercise.name)
            other = 'write start = "concentric" if it starts with the lift'
            yield Fault(exercise.where, f"{name}: starts with the lowering; {other}", "note")


def heavy_and_internal(case: Case) -> Iterator[Fault]:
    """Sets that are told to attend to the muscle where that does not help."""
    for number, exercise in case.exercises():
        for set_ in exercise.sets:
            if set_.focus == "internal" and _written(set_, "focus") and (why := _effort(set_)):
                text = (
                    f'{called(number, exercise.name)}: focus = "internal" with {why} (set '
                    f"{set_.number}); attending to the muscle raised its activity up to 60 % and "
                    "at controlled speed, not at 80 % nor in fast lifts (Calatayud et al. 2016 and "
                    '2018, PubMed 26700744, 28795879); write focus = "auto"'
                )
                yield Fault(of_key(exercise, "focus"), text, "warning")
                break


def _effort(set_: Set) -> str:
    """What is heavy or fast about a set; "" for nothing."""
    if isinstance(set_.load, float) and set_.load > HEAVY:
        return f"a load of {set_.load:g} %"
    fast = not set_.hold_ms and set_.tempo.concentric.letter == "X"
    return "a lift at X" if fast else ""


def _written(set_: Set, key: str) -> bool:
    return set_.origins.get(key, "built-in") != "built-in"


def open_ended(case: Case) -> Iterator[Fault]:
    """As many reps as possible, without a word on how many are played."""
    for number, exercise in case.exercises():
        for set_ in exercise.sets:
            if set_.amrap and not _written(set_, "max_reps"):
                text = (
                    f"{called(number, exercise.name)}: as many reps as possible: an export plays "
                    f"{set_.reps} at most; write max_reps if more or fewer are likely"
                )
                yield Fault(of_key(exercise, "reps"), text, "note")
                break


def unwelcome_taps(case: Case) -> Iterator[Fault]:
    """A partner's hands where many do not want them."""
    for number, exercise in case.exercises():
        muscle = muscles().get(exercise.target)
        activities = [*exercise.before, *(a for set_ in exercise.sets for a in set_.rest_do)]
        taps = [activity for activity in activities if activity.name == "tap-partner"]
        if taps and muscle and not muscle.partner:
            text = (
                f"{called(number, exercise.name)}: many do not want a partner to tap their "
                f'{printable(exercise.target)}; write tap = "self"'
            )
            yield Fault(taps[0].where or of_key(exercise, "tap"), text, "warning")


# A key that does something only beside another, and that other.
NEEDS: Mapping[str, tuple[Callable[[Set], bool], str]] = {
    "switch": (lambda set_: bool(set_.side), 'sides = "left-right"'),
    "gap": (lambda set_: set_.hold_ms > 0 and set_.parts > 1, "hold = 8 and reps = 5"),
    "cluster_rest": (lambda set_: not set_.hold_ms and set_.parts > 1, "cluster = [4, 4, 4]"),
    "max_reps": (lambda set_: set_.amrap, 'reps = "amrap"'),
}


def idle_keys(case: Case) -> Iterator[Fault]:
    """Keys that change nothing, since another one that they are for is not written."""
    for number, exercise in case.exercises():
        for key, (used, partner) in NEEDS.items():
            if key in exercise.places and not any(map(used, exercise.sets)):
                text = f"{key} changes nothing here; it goes with {partner}"
                yield Fault(
                    exercise.places[key], f"{called(number, exercise.name)}: {text}", "warning"
                )


def misspelt_ids(case: Case) -> Iterator[Fault]:
    """An id that the library does not have, and that is near one that it has."""
    for number, exercise in case.exercises():
        meant = nearest(exercise.id, exercises()) if exercise.id and not exercise.known else None
        if meant:
            text = f'id "{exercise.id}" is not in the exercise library; did you mean "{meant}"?'
            yield Fault(of_key(exercise, "id"), f"{called(number, exercise.name)}: {text}", "note")


def misspelt_muscles(case: Case) -> Iterator[Fault]:
    """Muscles that are unknown, and near a known one: only those have a tap, a flex, a place."""
    if case.program.voice.language.split("-")[0] != MUSCLE_LANGUAGE:
        return
    for number, exercise in case.exercises():
        for key, names in (
            ("target", (exercise.target,)),
            ("helpers", exercise.helpers),
            ("takes_over", exercise.takes_over),
        ):
            for name in names:
                meant = nearest(name, muscles()) if name not in muscles() and name else None
                if meant:
                    text = f'{key} "{printable(name)}" is not in the exercise library'
                    where = f"{called(number, exercise.name)}: {text}"
                    yield Fault(of_key(exercise, key), f'{where}; did you mean "{meant}"?', "note")
