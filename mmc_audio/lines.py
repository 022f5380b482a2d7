"""The machine's own sentences around the sets: what an exercise is, what comes next. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mmc_audio.bouts import Bout
from mmc_audio.cues import cues_for
from mmc_audio.fill import Facts, filled, taking_over
from mmc_audio.interludes import laid_out, takes_time
from mmc_audio.program import Cue, Exercise, Set, Talk
from mmc_audio.session import distinct
from mmc_audio.telling import Telling
from mmc_audio.tempo import Tempo, at_speed
from mmc_audio.words import Words, sentences

_LESS = re.compile(r"([0-9]{1,2}) ?% less")


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence in a flow of them; `texts` are the words, then what may be said instead."""

    texts: tuple[str, ...]
    moment: str
    level: Talk = "normal"
    cue: Cue | None = None


# ---- what is to be done --------------------------------------------------------------------------


def introduction(
    telling: Telling, words: Words, exercise: Exercise, set_: Set, *, opening: bool
) -> Iterator[Line]:
    """An exercise from its name to its load; before it, when `opening`, the session itself.

    `words`: the plain ones of the telling, or those that are said.
    """
    if opening:
        yield from _welcome(telling, words, exercise)
    key = "exercise" if opening else "next_exercise"
    yield Line((words.say(key, exercise=exercise.name.rstrip(".")),), "intro", "quiet")
    if side := side_line(words, set_):  # before what may have no room
        yield Line((side,), "intro", "quiet")
    if telling.options.intro:
        yield from _explained(telling, words, exercise, set_)
    if opening and telling.options.intro:
        yield Line((words.say("safety"),), "intro")


def _welcome(telling: Telling, words: Words, exercise: Exercise) -> Iterator[Line]:
    program = telling.program
    if program.goal == "rehab":
        yield Line((words.say("gate"),), "intro", "quiet")
    if telling.options.imagine:
        yield Line((words.say("imagine"),), "intro", "quiet")
    if not telling.options.intro:
        return
    if program.title.lower() != exercise.name.lower():
        yield Line((program.title.rstrip(".") + ".",), "intro")
    if program.weeks > 1:
        yield Line((words.say("week", n=program.week),), "intro")
    if program.priority:
        yield Line((words.say("priority", target=words.muscle(program.priority)),), "intro")
    for activity in program.session.remind:
        for beat in laid_out(telling, activity, exercise, exercise.sets[0]).beats:
            yield Line(beat.texts, "intro")


def _explained(telling: Telling, words: Words, exercise: Exercise, set_: Set) -> Iterator[Line]:
    cues = list(cues_for(exercise, set_, "intro", telling.focus(set_), set_.side))
    if exercise.role == "activation":
        yield Line((words.say("activation"),), "intro")
    if exercise.setup and not cues:
        yield Line((words.rephrased(exercise.setup),), "intro")
    facts = Facts(exercise, set_, side=set_.side)
    for cue in cues:
        texts = tuple(words.rephrased(filled(text, facts, words)) for text in cue.say)
        yield Line(texts, "intro", cue=cue)
    for sentence in _work_in_words(telling, words, exercise, set_):
        yield Line((sentence,), "intro")
    for activity in exercise.before:
        if not takes_time(activity):
            for beat in laid_out(telling, activity, exercise, set_).beats:
                yield Line(beat.texts, "intro")
    if muscles := taking_over(exercise, words):
        yield Line((words.say("takes_over", muscles=muscles),), "intro")
    if set_.label:
        yield Line((sentence_of(set_.label),), "intro", "quiet")


def _work_in_words(telling: Telling, words: Words, exercise: Exercise, set_: Set) -> Iterator[str]:
    yield sets_in_words(words, exercise, set_)
    if set_.parts > 1 and not set_.hold_ms:
        yield _cluster_in_words(words, exercise, set_)
    if not set_.hold_ms:
        yield tempo_in_words(words, set_.tempo, exercise)
    if set_.load is not None:
        yield load_in_words(words, set_.load)
    if set_.rir is not None:
        yield words.say("rir", n=set_.rir)
    if exercise.spotter and any(one.amrap for one in exercise.sets):
        yield words.say("spotter")


def sets_in_words(words: Words, exercise: Exercise, set_: Set) -> str:
    """`Three sets of twelve, each side.`"""
    sets, kind = exercise.rounds, "sets_of" if exercise.rounds > 1 else "one"
    if set_.hold_ms:
        time = words.time((set_.hold_ms + 500) // 1_000)
        if set_.parts == 1:
            return words.say(f"{kind}_hold", sets=sets, time=time)
        phrase = "sets_of_holds" if sets > 1 else "one_set_of_holds"
        return words.say(phrase, sets=sets, holds=set_.parts, time=time)
    if set_.amrap:
        return words.say(f"{kind}_amrap", sets=sets, most=set_.reps)
    if set_.parts > 1:
        return words.say("varied_sets" if sets > 1 else "varied_set", sets=sets)
    both = set_.alternate or {one.side for one in exercise.sets} >= {"left", "right"}
    reps = set_.reps // 2 if set_.alternate else set_.reps
    phrase = "sets_of_reps" if sets > 1 else "one_set"
    return words.say(phrase + "_each_side" * both, sets=sets, reps=reps)


def _cluster_in_words(words: Words, exercise: Exercise, set_: Set) -> str:
    mates = [s for s in exercise.sets if (s.number, s.side) == (set_.number, set_.side)]
    groups = words.listed([words.number(mate.reps) for mate in mates])
    return words.say("cluster", groups=groups, time=words.time(mates[0].rest_ms // 1_000))


def tempo_in_words(words: Words, tempo: Tempo, exercise: Exercise) -> str:
    """`Lower for three seconds, lift for two.`"""
    return words.tempo(at_speed(tempo, words.permille), exercise.start, exercise.words)


def load_in_words(words: Words, load: float | str) -> str:
    """`Fifty-five percent of your best single.` `Take twenty percent off.`"""
    if not isinstance(load, str):
        return words.say("percent", n=words.amount(load))
    if less := _LESS.fullmatch(load):
        return words.say("less", n=int(less[1]))
    return sentence_of(words.say("load", load=load.rstrip(".")))


def side_line(words: Words, set_: Set) -> str:
    """Which side is worked; "" where a set has none."""
    if set_.alternate:
        return words.say("alternate")
    return words.say(f"side_{set_.side}") if set_.side else ""


def sentence_of(text: str) -> str:
    return sentences(text.rstrip(".") + ".")


# ---- what comes next -----------------------------------------------------------------------------


def coming(telling: Telling, words: Words, bout: Bout) -> Line | None:
    """`Next: set two of three. Eight reps.`; of what follows the number only what changes."""
    before = bout.exercise.sets[bout.index - 2] if bout.index > 1 else bout.set
    label = (sentence_of(bout.set.label),) if bout.set.label else ()
    changed = tuple(_changes(telling, words, before, bout))
    if bout.entry == "switch":
        return Line((words.say(f"switch_{bout.set.side}"),), "rest", "quiet")
    if bout.entry == "part":
        return Line((" ".join(changed),), "rest") if changed else None
    short = _named(words, bout)
    side = (side_line(words, bout.set),) if bout.set.side else ()
    load = tuple(_other_load(words, before, bout.set))
    # These tell what to do: they are the last to go.
    must = (*label, *side, *load)
    whole = distinct([short, *label, *side, *changed])
    texts = distinct((" ".join(whole), " ".join([short, *must])))
    return Line((*texts, " ".join(must)) if must else texts, "rest", "quiet" if must else "normal")


def _named(words: Words, bout: Bout) -> str:
    number, total = bout.set.number, bout.exercise.rounds
    last = number == total > 2
    if bout.entry == "back":
        name = bout.exercise.name.rstrip(".")
        if last:
            return words.say("next_named_last", exercise=name)
        return words.say("next_named", exercise=name, set=number, sets=total)
    return words.say("next_last") if last else words.say("next_set", set=number, sets=total)


def _changes(telling: Telling, words: Words, old: Set, bout: Bout) -> Iterator[str]:
    new = bout.set
    if new.hold_ms:
        if new.hold_ms != old.hold_ms:
            yield words.say("hold_for", time=words.time((new.hold_ms + 500) // 1_000))
    elif new.amrap != old.amrap:
        yield words.say("one_amrap", most=new.reps)
    elif new.reps != old.reps or old.hold_ms:
        yield words.say("reps" if bout.reps > 1 else "rep", n=bout.reps)
    yield from _other_load(words, old, new)
    if new.tempo != old.tempo and not new.hold_ms:
        yield tempo_in_words(words, new.tempo, bout.exercise)
    focus = telling.focus(new)
    if focus != telling.focus(old):
        yield words.say("heavier" if focus == "external" else "lighter")


def _other_load(words: Words, old: Set, new: Set) -> Iterator[str]:
    if new.load is not None and new.load != old.load:
        yield load_in_words(words, new.load)
