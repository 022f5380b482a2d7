"""What a coach should know of a program that loads: words without room, and other surprises. Pure.

An error keeps a program from loading and is not found here. A warning says that something written
is not heard, or works against the lifter; a note, that it is heard otherwise than one might think.
A new rule is a function, and its name in RULES.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mmc_audio.check import cues, exercises, rests, sessions, spoken
from mmc_audio.check.case import Case, Rule, case_of
from mmc_audio.check.spoken import own_words_left_out
from mmc_audio.errors import Fault, Place, count

__all__ = ["Case", "case_of", "findings", "own_words_left_out", "verdict"]

# One slip of a cue may concern several rules: the first that warns has the word alone.
CUE_RULES: tuple[Rule, ...] = (
    cues.never_said,
    spoken.cues_that_needed_help,
    cues.too_many_words,
    cues.crowded_reps,
)
RULES: tuple[Rule, ...] = (
    exercises.long_reps,
    exercises.guessed_starts,
    exercises.heavy_and_internal,
    exercises.open_ended,
    exercises.unwelcome_taps,
    exercises.idle_keys,
    exercises.misspelt_ids,
    exercises.misspelt_muscles,
    rests.crammed_rests,
    rests.wordless_rests,
    sessions.stated_length,
    sessions.unknown_language,
    sessions.supersets_apart,
    sessions.supersets_of_one,
    sessions.uneven_supersets,
)


def findings(case: Case) -> tuple[Fault, ...]:
    """Everything there is to say of a program, in no particular order."""
    return (*_about_cues(case), *(fault for rule in RULES for fault in rule(case)))


def _about_cues(case: Case) -> Iterator[Fault]:
    told = [(rule, fault) for rule in CUE_RULES for fault in rule(case)]
    speaker: dict[Place, Rule] = {}
    for rule, fault in told:
        if fault.severity == "warning":
            speaker.setdefault(fault.place, rule)
    for rule, fault in told:
        warned = speaker.get(fault.place)
        if warned is None or (warned is rule and fault.severity == "warning"):
            yield fault


def verdict(name: str, faults: Iterable[Fault]) -> str:
    """`bridges.toml: 2 warnings, 1 note` or `bridges.toml: fine`."""
    kinds = [fault.severity for fault in faults]
    found = [
        count(kinds.count(kind), kind) for kind in ("error", "warning", "note") if kind in kinds
    ]
    return f"{name}: {', '.join(found) if found else 'fine'}"
