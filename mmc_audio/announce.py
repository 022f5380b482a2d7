"""What is said around the sets: openings, countdowns, rests, the end. Pure.

Nothing here knows how long a phrase takes to speak; `arrange` decides what fits. Only the room for
the first set-up, an announcement and the end is guessed from the text, generously, so that a
program has the same beat with every voice and at every level of talk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mmc_audio.bouts import BEAT_MS, Bout
from mmc_audio.cues import cues_for, set_cues
from mmc_audio.program import Cue, Exercise, Program, Set, Talk
from mmc_audio.session import Options, Wish, distinct
from mmc_audio.tempo import Tempo, at_speed, in_words
from mmc_audio.words import Words, sentences

# Which is placed first where two want the same time: the smaller number.
COUNTDOWN, DONE, READY, WARN, INTRO, AFTER_SET = 5, 22, 25, 45, 50, 55

END_SOUND_MS = 600  # the sound at the end of a set is over, and a breath
CHIME_MS = 500
BEFORE_COUNT_MS = 200
READY_MARGIN_MS = 1_000  # between the ready cue, the first rep's cue and the countdown
# Below these a gap is too short for its words: a four-second rest between holds is quiet.
ROOM_FOR_DONE_MS, ROOM_FOR_REST_MS, ROOM_FOR_NEXT_MS = 1_500, 5_000, 9_000
AFTER_SET_MS = 5_000  # a new exercise is announced no earlier into the rest than this
WARN_APART_S = 5


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence in a flow of them; `texts` are the words, then what may be said instead."""

    texts: tuple[str, ...]
    moment: str
    level: Talk = "normal"
    cue: Cue | None = None


def guess_ms(text: str, pace: float) -> int:
    """A generous guess at the length of a phrase (measured voices need 0.25 to 0.4 s a word)."""
    pauses = sum(text.count(mark) for mark in ".?!:;,")
    return round((380 * len(text.split()) + 250 * pauses) / pace)


# ---- how much time it takes ----------------------------------------------------------------------


def setup_ms(program: Program, options: Options, words: Words) -> int:
    """The time to get in place before the first set: the program's, and room for its words."""
    number, set_number = options.start
    exercise = program.exercises[number - 1]
    first = exercise.sets[set_number - 1]
    lines = _introduction(program, options, words, exercise, first, opening=True)
    need = _lines_ms(lines, program.voice.pace) + _ready_ms(program, exercise, set_number)
    return max(program.session.setup_ms, _seconds_up(need + program.session.lead_in * BEAT_MS))


def announced_ms(program: Program, bout: Bout, words: Words) -> int:
    """When an exercise is announced: early enough to get in place, at most halfway the rest."""
    plain = words.at_speed(1_000)  # the beat is the same at every speed, but for the speed
    introduction = _introduction(program, Options(), plain, bout.exercise, bout.set, opening=False)
    need = _lines_ms(introduction, program.voice.pace) + bout.beats * BEAT_MS
    need += _ready_ms(program, bout.exercise, bout.set_number)
    earliest = bout.gap_at_ms + min(bout.gap_ms // 2, AFTER_SET_MS)
    return max(earliest, bout.at_ms - max(program.session.setup_ms, need))


def farewell_ms(program: Program, last: Bout, words: Words) -> int:
    """From the end of the last set to the end signal: room for what is said when it is done."""
    texts = [max(cue.say, key=len) for cue in cues_for(last.exercise, last.set_number, "done")]
    said = sum(guess_ms(text, program.voice.pace) for text in texts or [words.say("done")])
    return _seconds_up(2 * END_SOUND_MS + said)


def finish_ms(program: Program, words: Words) -> int:
    """How long the end signal and its words take."""
    return 2 * CHIME_MS + guess_ms(words.say("finished"), program.voice.pace)


def _lines_ms(lines: Iterator[Line], pace: float) -> int:
    return sum(guess_ms(line.texts[0], pace) for line in lines)


def _ready_ms(program: Program, exercise: Exercise, set_number: int) -> int:
    """Room before the countdown for the ready cue and the first rep's cue."""
    near = [
        max(cue.say, key=len)
        for moment in ("ready", exercise.start)
        for cue in cues_for(exercise, set_number, moment)
    ]
    said = sum(guess_ms(text, program.voice.pace) for text in near)
    return said + READY_MARGIN_MS if said else 0


def _seconds_up(ms: int) -> int:
    return -(-ms // 1_000) * 1_000


def _seconds(ms: int) -> int:
    return (ms + 500) // 1_000


# ---- before a set --------------------------------------------------------------------------------


def opening(program: Program, options: Options, words: Words, bout: Bout) -> Iterator[Wish]:
    """The introduction to the session and to its first exercise."""
    until = bout.count_at_ms - _ready_ms(program, bout.exercise, bout.set_number)
    lines = _introduction(program, options, words, bout.exercise, bout.set, opening=True)
    yield from _flow(lines, bout, bout.gap_at_ms, until, INTRO)


def lead_in(program: Program, words: Words, bout: Bout) -> Iterator[Wish]:
    """The ready cue, then the countdown; the cue for the first rep is said between them."""
    room = _ready_ms(program, bout.exercise, bout.set_number)
    start = max(bout.gap_at_ms + END_SOUND_MS, bout.count_at_ms - room)
    cues = set_cues(bout, "ready", program.seed)
    lines = (Line(texts, "ready", cue=cue) for cue, texts in cues)
    yield from _flow(lines, bout, start, bout.count_at_ms - BEFORE_COUNT_MS, READY)
    for beat in range(bout.beats, 0, -1):
        at, said = bout.at_ms - beat * BEAT_MS, (words.number(beat),)
        yield Wish(said, "ready", "on", at, bout.spot(), COUNTDOWN, level="quiet")


def _introduction(
    program: Program,
    options: Options,
    words: Words,
    exercise: Exercise,
    set_: Set,
    *,
    opening: bool,
) -> Iterator[Line]:
    if opening and options.intro and program.title.lower() != exercise.name.lower():
        yield Line((program.title.rstrip(".") + ".",), "intro")
    named = words.say(
        "exercise" if opening else "next_exercise", exercise=exercise.name.rstrip(".")
    )
    yield Line((named,), "intro", "quiet")
    if not options.intro:
        return
    for cue in exercise.cues:
        if cue.moment == "intro":
            yield Line(cue.say, "intro", cue=cue)
    yield Line((_sets_in_words(words, exercise, set_),), "intro")
    if not set_.hold_ms:
        yield Line((_tempo_in_words(words, set_.tempo, exercise),), "intro")
    if set_.load is not None:
        yield Line((_load_in_words(words, set_.load),), "intro")
    if set_.label:
        yield Line((_sentence(set_.label),), "intro", "quiet")
    if opening:
        yield Line((words.say("safety"),), "intro")


def _sets_in_words(words: Words, exercise: Exercise, set_: Set) -> str:
    sets = len(exercise.sets)
    if set_.hold_ms:
        time = words.time(_seconds(set_.hold_ms))
        return words.say("sets_of_hold" if sets > 1 else "one_hold", sets=sets, time=time)
    return words.say("sets_of_reps" if sets > 1 else "one_set", sets=sets, reps=set_.reps)


def _tempo_in_words(words: Words, tempo: Tempo, exercise: Exercise) -> str:
    return _sentence(in_words(at_speed(tempo, words.permille), exercise.start))


def _load_in_words(words: Words, load: float | str) -> str:
    if isinstance(load, str):
        return _sentence(words.say("load", load=load.rstrip(".")))
    return words.say("percent", n=int(load) if load == int(load) else f"{load:g}")


def _sentence(text: str) -> str:
    return sentences(text.rstrip(".") + ".")


# ---- after a set and in the rest -----------------------------------------------------------------


def done(program: Program, words: Words, bout: Bout, *, until_ms: int) -> Iterator[Wish]:
    """What is said when a set is over."""
    at = bout.end_ms + END_SOUND_MS
    lines = [
        Line(texts, "done", "quiet", cue) for cue, texts in set_cues(bout, "done", program.seed)
    ]
    if not lines and until_ms - at >= ROOM_FOR_DONE_MS:
        lines = [Line((words.say("done"),), "done", "quiet")]
    yield from _flow(iter(lines), bout, at, until_ms, DONE)


def rest(
    program: Program, options: Options, words: Words, before: Bout, bout: Bout
) -> Iterator[Wish]:
    """The rest between two sets: how long it is, what comes next, how much of it is left."""
    warns = warnings_ms(program, bout)
    until = min([*warns, bout.count_at_ms])
    if bout.opening:
        until = min(until, announced_ms(program, bout, words))
    yield from done(program, words, before, until_ms=until)
    lines = _after_set(program, words, before, bout, warned=bool(warns))
    yield from _flow(lines, before, before.end_ms + END_SOUND_MS, until, AFTER_SET)
    if bout.opening:
        at, end = announced_ms(program, bout, words), bout.count_at_ms - BEFORE_COUNT_MS
        lines = _introduction(program, options, words, bout.exercise, bout.set, opening=False)
        yield from _flow(lines, bout, at, end, INTRO)
    yield from _warnings(words, before, bout, warns)


def _after_set(
    program: Program, words: Words, before: Bout, bout: Bout, *, warned: bool
) -> Iterator[Line]:
    room = bout.count_at_ms - before.end_ms
    if room >= ROOM_FOR_REST_MS:
        yield Line((words.say("rest", time=words.time(_seconds(bout.gap_ms))),), "rest")
    for cue, texts in set_cues(before, "rest", program.seed):
        yield Line(texts, "rest", cue=cue)
    if not warned and not bout.opening and (room >= ROOM_FOR_NEXT_MS or bout.set.label):
        yield _next_set(words, before, bout)


def warnings_ms(program: Program, bout: Bout) -> tuple[int, ...]:
    """When the seconds left of a rest are announced: those that leave time before and after."""
    return tuple(
        bout.at_ms - seconds * BEAT_MS
        for seconds in sorted(program.session.warn, reverse=True)
        if bout.beats < seconds and bout.gap_ms >= (seconds + WARN_APART_S) * BEAT_MS
    )


def _warnings(words: Words, before: Bout, bout: Bout, warns: tuple[int, ...]) -> Iterator[Wish]:
    ends = [*warns[1:], bout.count_at_ms - BEFORE_COUNT_MS]
    for at, end in zip(warns, ends, strict=False):
        left = words.time((bout.at_ms - at) // BEAT_MS)
        lines = [Line((words.say("left", time=left),), "rest")]
        if at == warns[0] and not bout.opening:
            lines.append(_next_set(words, before, bout))
        yield from _flow(iter(lines), before, at + CHIME_MS, end, WARN)


def _next_set(words: Words, before: Bout, bout: Bout) -> Line:
    """`Next: set two of three. Eight reps.`; of the second half only what changes."""
    number, total = bout.set_number, len(bout.exercise.sets)
    last = number == total > 2
    short = words.say("next_last") if last else words.say("next_set", set=number, sets=total)
    label = (_sentence(bout.set.label),) if bout.set.label else ()
    changes = _changes(words, before.set, bout.set, bout)
    # A label may be the side to work on: it is the last thing to go.
    texts = distinct((" ".join([short, *label, *changes]), " ".join([short, *label]), *label))
    return Line(texts, "rest", "quiet" if label else "normal")


def _changes(words: Words, old: Set, new: Set, bout: Bout) -> Iterator[str]:
    if new.hold_ms:
        if new.hold_ms != old.hold_ms:
            yield words.say("hold_for", time=words.time(_seconds(new.hold_ms)))
    elif new.reps != old.reps or old.hold_ms:
        yield words.say("reps" if new.reps > 1 else "rep", n=new.reps)
    if new.load is not None and new.load != old.load:
        yield _load_in_words(words, new.load)
    if new.tempo != old.tempo and not new.hold_ms:
        yield _tempo_in_words(words, new.tempo, bout.exercise)


def finish(program: Program, words: Words, last: Bout, finish_ms_: int) -> Iterator[Wish]:
    """What is said after the end signal."""
    at = finish_ms_ + 2 * CHIME_MS
    until = at + guess_ms(words.say("finished"), program.voice.pace)
    yield from _flow(iter([Line((words.say("finished"),), "done")]), last, at, until, DONE)


def _flow(
    lines: Iterator[Line], bout: Bout, at_ms: int, until_ms: int, priority: int
) -> Iterator[Wish]:
    """The lines one after another, from `at_ms` on; they are one flow, known by its start."""
    for line in lines:
        yield Wish(
            texts=line.texts,
            moment=line.moment,
            place="flow",
            anchor_ms=at_ms,
            spot=bout.spot(),
            priority=priority,
            level=line.level,
            where=line.cue.where if line.cue else None,
            until_ms=until_ms,
            flow=at_ms,
        )
