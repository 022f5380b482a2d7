"""Activities -> what is heard of them: scripts laid out in time, with their words filled in. Pure.

An activity lasts as long for every voice and at every level of talk: its times come from its
script, and from a generous guess at its plain words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, cycle, groupby, repeat

from mmc_audio.bouts import rep_slots
from mmc_audio.errors import Place
from mmc_audio.fill import Facts, filled, taking_over, target
from mmc_audio.lengths import guess_ms, seconds_up
from mmc_audio.library import exercises, muscles
from mmc_audio.program import Activity, Exercise, Set
from mmc_audio.scripts import Step, scripts
from mmc_audio.telling import Telling
from mmc_audio.words import Words

SENTENCE_MS = 350  # from one sentence to the next
LIBRARY_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Beat:
    """One step of a script, `at_ms` after its beginning. `texts` are its words, if any.

    `click` is the sound that opens it; with `tick` each second of it is heard.
    """

    at_ms: int
    duration_ms: int
    texts: tuple[str, ...] = ()
    click: str = ""
    tick: bool = False


@dataclass(frozen=True, slots=True)
class Interlude:
    """An activity in time, from `at_ms` of the session on. `timed`: it takes time of its own."""

    name: str
    at_ms: int
    duration_ms: int
    beats: tuple[Beat, ...]
    timed: bool
    where: Place | None

    @property
    def end_ms(self) -> int:
        return self.at_ms + self.duration_ms


def laid_out(telling: Telling, activity: Activity, exercise: Exercise, set_: Set) -> Interlude:
    """An activity for a set, from 0 ms on, in whole seconds. Empty where it has no words to say."""
    beats: list[Beat] = []
    at = 0
    for beat in _beats(telling, activity, exercise, set_):
        beats.append(Beat(at, beat.duration_ms, beat.texts, beat.click, beat.tick))
        at += beat.duration_ms
    return Interlude(
        name=activity.name or "words",
        at_ms=0,
        duration_ms=seconds_up(at),
        beats=tuple(beats),
        timed=takes_time(activity),
        where=activity.where,
    )


def takes_time(activity: Activity) -> bool:
    """Whether an activity is more than words."""
    return scripts()[activity.name].unit != "none" if activity.name else activity.lasts_ms > 0


def described(activity: Activity) -> str:
    """An activity as a coach writes it: `flex 30`."""
    if not activity.name:
        return activity.say[0]
    return f"{activity.name} {activity.amount}" if activity.amount else activity.name


def _beats(telling: Telling, activity: Activity, exercise: Exercise, set_: Set) -> Iterator[Beat]:
    """The steps with their lengths; their places in time are still open."""
    if not activity.name:
        yield _own_words(telling, activity, exercise, set_)
        return
    script = scripts()[activity.name]
    amount = activity.amount or script.usual
    for repeated, steps in groupby(script.steps, key=lambda step: step.repeat):
        rounds = list(steps)
        times = amount if repeated else 1
        for step in chain.from_iterable(repeat(rounds, times)):
            yield from _step(telling, step, amount, exercise, set_)


def _own_words(telling: Telling, activity: Activity, exercise: Exercise, set_: Set) -> Beat:
    facts = Facts(exercise, set_, side=set_.side)
    plain = [filled(text, facts, telling.plain) for text in activity.say]
    room = max(_room_ms(telling, text) for text in plain)
    said = tuple(telling.said.rephrased(filled(text, facts, telling.said)) for text in activity.say)
    return Beat(0, max(room, activity.lasts_ms), said)


def _step(
    telling: Telling, step: Step, amount: int, exercise: Exercise, set_: Set
) -> Iterator[Beat]:
    lasts_ms = (amount if step.lasts == "amount" else step.lasts) * 1_000
    if step.say == "phase":
        yield from _phases(telling, lasts_ms, exercise, set_)
        return
    room = _room_ms(telling, _text(telling, telling.plain, step.say, exercise))
    text = _text(telling, telling.said, step.say, exercise)
    if room or lasts_ms:
        yield Beat(0, max(room, lasts_ms), (text,) if text else (), step.click, step.tick)


def _phases(telling: Telling, lasts_ms: int, exercise: Exercise, set_: Set) -> Iterator[Beat]:
    """The phases of a rep in turn, at the set's own tempo, for so long; no rep is begun in vain."""
    slots = rep_slots(set_, exercise.start, telling.program.session)
    if not slots:
        yield Beat(0, lasts_ms, (telling.said.say("hold"),), "tick", True)
        return
    left = max(1, lasts_ms // slots[-1].end_ms) * len(slots)
    for slot in cycle(slots):
        if not left:
            return
        left -= 1
        name = phase_word(telling.said, exercise, slot.name)
        yield Beat(0, slot.duration_ms, (name,), "tick", True)


def phase_word(words: Words, exercise: Exercise, phase: str) -> str:
    """What a phase of this exercise is called."""
    own = exercise.words.get(phase)
    return words.rephrased(own) if own else words.phases[phase]


def _room_ms(telling: Telling, text: str) -> int:
    return guess_ms(text, telling.pace) + SENTENCE_MS if text else 0


def _text(telling: Telling, words: Words, name: str, exercise: Exercise) -> str:
    """The words of a step, "" where it has none, or where the library knows nothing to say."""
    if not name:
        return ""
    known = _lore(telling, exercise)
    if own := known.get(name):
        return words.rephrased(own)
    muscle = target(exercise, words)
    return words.script(
        name,
        target=muscle,
        where=known.get("where") or muscle,
        takes_over=taking_over(exercise, words),
        about=known.get("about", ""),
    )


def _lore(telling: Telling, exercise: Exercise) -> dict[str, str]:
    """What the library says of an exercise and its target: it speaks English alone."""
    if telling.plain.language != LIBRARY_LANGUAGE:
        return {}
    entry, muscle = exercises().get(exercise.known), muscles().get(exercise.target)
    own = entry if entry and entry.target == exercise.target else None
    return {
        "flex": (own and own.flex) or (muscle.flex if muscle else ""),
        "activate": own.activation if own else "",
        "where": (own and own.tap) or (muscle.tap if muscle else ""),
        "about": muscle.about if muscle else "",
    }
