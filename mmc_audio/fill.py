"""Placeholders in a coach's words: `{left} to go` becomes `three to go`. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from mmc_audio.program import Exercise, Set, Side
from mmc_audio.words import Words

_GAP = re.compile(r"\{\{|\}\}|\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the placeholders stand for. `rep` and `reps` as people count; `then` comes next."""

    exercise: Exercise
    set: Set
    rep: int = 0
    reps: int = 0
    side: Literal["", Side] = ""
    then: str = ""


def filled(text: str, facts: Facts, words: Words) -> str:
    """The text with its placeholders replaced, and `{{` by `{`."""
    if "{" not in text and "}" not in text:
        return text
    return " ".join(_GAP.sub(lambda gap: _value(gap, facts, words), text).split())


def _value(gap: re.Match[str], facts: Facts, words: Words) -> str:
    name = gap[1]
    if name is None:
        return gap[0][0]
    return _VALUES[name](facts, words)


def _load(facts: Facts, words: Words) -> str:
    load = facts.set.load
    if isinstance(load, float):
        return words.amount(load)
    return load or ""


_VALUES: Mapping[str, Callable[[Facts, Words], str]] = {
    "exercise": lambda facts, words: facts.exercise.name,
    "target": lambda facts, words: target(facts.exercise, words),
    "takes_over": lambda facts, words: taking_over(facts.exercise, words),
    "rep": lambda facts, words: words.number(facts.rep),
    "reps": lambda facts, words: words.number(facts.reps or facts.set.reps),
    "left": lambda facts, words: words.number(max(0, facts.reps - facts.rep)),
    "set": lambda facts, words: words.number(facts.set.number),
    "sets": lambda facts, words: words.number(facts.exercise.rounds),
    "load": _load,
    "side": lambda facts, words: words.say(f"rep_{facts.side}") if facts.side else "",
    "rest": lambda facts, words: words.time((facts.set.rest_ms + 500) // 1_000),
    "next": lambda facts, words: facts.then,
}


def target(exercise: Exercise, words: Words) -> str:
    """The target muscle as it is called in the language of the words."""
    return words.muscle(exercise.target) if exercise.target else words.say("the_muscle")


def taking_over(exercise: Exercise, words: Words) -> str:
    """The muscles that take over, as one says them; "" where none does."""
    return words.listed([words.muscle(muscle) for muscle in exercise.takes_over])
