"""Which of a coach's cues is wanted on a rep, and in which words. Pure.

A choice depends on the seed, the exercise, the set, the moment and the rep alone, never on what
was chosen before: a change in one exercise leaves the words of all others as they were.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from mmc_audio.bouts import Bout
from mmc_audio.program import Cue, Exercise, When

ALWAYS = When("every")


def cues_for(exercise: Exercise, set_number: int, moment: str) -> Iterator[Cue]:
    """The cues of a moment that are meant for this set."""
    for cue in exercise.cues:
        if cue.moment == moment and _in_set(cue, set_number, len(exercise.sets)):
            yield cue


def set_cues(bout: Bout, moment: str, seed: int) -> Iterator[tuple[Cue, tuple[str, ...]]]:
    """The cues of a moment that comes once a set, with their texts; their `when` counts sets."""
    for cue in cues_for(bout.exercise, bout.set_number, moment):
        when, total = cue.when or ALWAYS, len(bout.exercise.sets)
        texts = sayings(cue, when, key=bout_key(bout, seed), count=bout.set_number, total=total)
        if texts:
            yield cue, texts


def bout_key(bout: Bout, seed: int) -> tuple[int, str, int]:
    """What the random choices of a set depend on. An exercise is its id, or else its number."""
    return seed, bout.exercise.id or str(bout.number), bout.set_number


def _in_set(cue: Cue, number: int, total: int) -> bool:
    if isinstance(cue.sets, tuple):
        return number in cue.sets
    return cue.sets == "every" or number == {"first": 1, "last": total}[cue.sets]


def falls_on(when: When, count: int, total: int, draw: int) -> bool:
    """Whether a cue falls on number `count` of `total` reps; `draw` is a keyed random number."""
    if when.kind == "every":
        return count >= when.start and (count - when.start) % when.n == 0
    if when.kind == "first":
        return count <= when.n
    if when.kind == "last":
        return count > total - when.n
    if when.kind == "reps":
        return count in when.reps
    return draw % when.n == 0


def sayings(
    cue: Cue, when: When, *, key: tuple[int, str, int], count: int, total: int, first: int = 0
) -> tuple[str, ...]:
    """The texts for one saying, the chosen variant first; empty if the cue is not wanted here.

    `key` is that of `bout_key`. Variants go "in turn", beginning with number `first`: each set
    starts one further on, so that it does not begin as the one before it did.
    """
    if not falls_on(when, count, total, keyed("chance", key, cue.moment, count)):
        return ()
    if cue.order == "random":
        turn = keyed("variant", key, cue.moment, count)
    else:
        earlier = range(1, count)
        said = sum(falls_on(when, n, total, keyed("chance", key, cue.moment, n)) for n in earlier)
        turn = first + said
    turn %= len(cue.say)
    return cue.say[turn:] + cue.say[:turn]


def keyed(purpose: str, key: tuple[int, str, int], moment: str, count: int) -> int:
    """A random number that is the same for the same arguments on every machine and Python."""
    text = "\0".join((purpose, *map(str, key), moment, str(count)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
