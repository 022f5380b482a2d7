"""Which of a coach's cues is wanted on a rep, and in which words. Pure.

A choice depends on the seed, the exercise, the set, the moment and the rep alone, never on what
was chosen before: a change in one exercise leaves the words of all others as they were.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate
from typing import Literal

from mmc_audio.bouts import Bout
from mmc_audio.fill import Facts, filled
from mmc_audio.program import Cue, Exercise, Focus, Set, Side, When
from mmc_audio.telling import Telling

ALWAYS = When("every")


def cues_for(
    exercise: Exercise, set_: Set, moment: str, focus: Focus, side: Literal["", Side] = ""
) -> Iterator[Cue]:
    """The cues of a moment that are meant for this set, with its focus and on its side."""
    for cue in exercise.cues:
        meant = cue.focus in ("", focus) and cue.side in ("", side)
        if cue.moment == moment and meant and in_set(cue, set_.number, exercise.rounds):
            yield cue


def set_cues(telling: Telling, bout: Bout, moment: str) -> Iterator[tuple[Cue, tuple[str, ...]]]:
    """The cues of a moment that comes once a set, with their texts; their `when` counts sets."""
    focus = telling.focus(bout.set)
    for cue in cues_for(bout.exercise, bout.set, moment, focus, bout.side()):
        when, total = cue.when or ALWAYS, bout.exercise.rounds
        key = bout_key(telling, bout)
        texts = sayings(cue, when, key=key, count=bout.set.number, total=total)
        if texts:
            yield cue, worded(telling, texts, bout)


def worded(telling: Telling, texts: tuple[str, ...], bout: Bout, rep: int = 0) -> tuple[str, ...]:
    """A coach's texts as they are said at a bout, or at a rep of it."""
    facts = Facts(bout.exercise, bout.set, bout.counted(rep), bout.reps, bout.side(rep), bout.then)
    return tuple(telling.said.rephrased(filled(text, facts, telling.said)) for text in texts)


def longest(telling: Telling, exercise: Exercise, set_: Set, moment: str) -> Iterator[str]:
    """The longest variant of each cue of a moment, to make room for: in plain words."""
    for cue in cues_for(exercise, set_, moment, telling.focus(set_), set_.side):
        facts = Facts(exercise, set_, side=set_.side)
        yield max((filled(text, facts, telling.plain) for text in cue.say), key=len)


def bout_key(telling: Telling, bout: Bout) -> tuple[int, str, int]:
    """What the random choices of a set depend on. An exercise is its id, or else its number."""
    return telling.program.seed, bout.exercise.id or str(bout.number), bout.set.number


def in_set(cue: Cue, number: int, total: int) -> bool:
    """Whether a cue is meant for set `number` of `total`."""
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
    draw = keyed("chance", key, cue.moment, count) if when.kind == "chance" else 0
    if not falls_on(when, count, total, draw):
        return ()
    if cue.order == "random":
        turn = keyed("variant", key, cue.moment, count)
    else:
        turn = first + _said_before(when, count, total, key, cue.moment)
    turn %= len(cue.say)
    return cue.say[turn:] + cue.say[:turn]


def _said_before(when: When, count: int, total: int, key: tuple[int, str, int], moment: str) -> int:
    """On how many numbers before `count` a cue falls: by arithmetic, for a set may be long."""
    earlier = count - 1
    if when.kind == "every":
        return max(0, (earlier - when.start) // when.n + 1)
    if when.kind == "first":
        return min(earlier, when.n)
    if when.kind == "last":
        return max(0, earlier - max(0, total - when.n))
    if when.kind == "reps":
        return sum(number < count for number in when.reps)
    return _chances(when.n, max(count, total), key, moment)[earlier]


@lru_cache(maxsize=256)
def _chances(n: int, total: int, key: tuple[int, str, int], moment: str) -> tuple[int, ...]:
    """How often a chance of 1 in `n` came true up to each number, 0 and `total` included."""
    draws = (keyed("chance", key, moment, number) for number in range(1, total + 1))
    return tuple(accumulate((draw % n == 0 for draw in draws), initial=0))


def keyed(purpose: str, key: tuple[int, str, int], moment: str, count: int) -> int:
    """A random number that is the same for the same arguments on every machine and Python."""
    text = "\0".join((purpose, *map(str, key), moment, str(count)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
