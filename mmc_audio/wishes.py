"""Which words are wanted where in a session: the coach's cues and the machine's own. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from mmc_audio import announce
from mmc_audio.bouts import BEAT_MS, Bout, Slot
from mmc_audio.cues import ALWAYS, bout_key, cues_for, sayings, set_cues
from mmc_audio.program import TALKS, Placement, Program, When
from mmc_audio.session import Options, Wish, distinct
from mmc_audio.words import Words

# Which is placed first where two want the same time: the smaller number (see also announce).
ANNOUNCED, NUMBER, PHASE_WORD = 10, 20, 60
CUE = {"concentric": 30, "squeeze": 31, "eccentric": 32, "pause": 33}
DURING = 30

DURING_FIRST_MS, DURING_EVERY_MS = 1_500, 10_000
HALFWAY_FROM_REPS, HALFWAY_FROM_HOLD_MS = 4, 20_000
TEN_SECONDS_MS = 10_000
LAST_SECONDS = 3
ROOM_FOR_PHASE_WORD_MS = 2_000  # a pause of a second already holds a number or a lead cue
BEFORE_COUNTDOWN_MS = 300  # a counted word begins up to 0.2 s before its beat
LAST_REPS = 3  # counted down in "up-then-down"


def all_wishes(
    program: Program, options: Options, words: Words, bouts: tuple[Bout, ...], finish_ms: int
) -> Iterator[Wish]:
    """Every wish of a session that this level of talk lets through, in no particular order."""
    allowed = TALKS[: TALKS.index(options.talk) + 1]
    for wish in _wishes(program, options, words, bouts, finish_ms):
        if wish.level in allowed:
            yield wish


def _wishes(
    program: Program, options: Options, words: Words, bouts: tuple[Bout, ...], finish_ms: int
) -> Iterator[Wish]:
    yield from announce.opening(program, options, words, bouts[0])
    for before, bout in pairwise(bouts):
        yield from announce.rest(program, options, words, before, bout)
    for bout in bouts:
        yield from announce.lead_in(program, words, bout)
        yield from _hold(program, words, bout) if bout.set.hold_ms else _reps(program, words, bout)
    yield from announce.done(program, words, bouts[-1], until_ms=finish_ms)
    yield from announce.finish(program, words, bouts[-1], finish_ms)


def _reps(program: Program, words: Words, bout: Bout) -> Iterator[Wish]:
    for rep in range(1, bout.set.reps + 1):
        yield from _count(program, words, bout, rep)
        for slot in bout.slots:
            cues = list(_phase_cues(program, bout, rep, slot))
            yield from cues or _phase_word(words, bout, rep, slot)


def _phase_cues(program: Program, bout: Bout, rep: int, slot: Slot) -> Iterator[Wish]:
    at = bout.rep_at_ms(rep) + slot.offset_ms
    key, total = bout_key(bout, program.seed), bout.set.reps
    for cue in cues_for(bout.exercise, bout.set_number, slot.name):
        when = cue.when or When("every", bout.set.cue_every)
        first = bout.set_number - 1
        texts = sayings(cue, when, key=key, count=rep, total=total, first=first)
        if texts:
            # The first rep's cue comes before the countdown, which nothing interrupts.
            early = cue.place == "lead" and at == bout.at_ms and bout.beats > 0
            yield Wish(
                texts=texts,
                moment=cue.moment,
                place=cue.place,
                anchor_ms=bout.count_at_ms - BEFORE_COUNTDOWN_MS if early else at,
                since_ms=bout.gap_at_ms if early else 0,
                spot=bout.spot(rep),
                priority=CUE[slot.name],
                spare=True,
                where=cue.where,
            )


def _phase_word(words: Words, bout: Bout, rep: int, slot: Slot) -> Iterator[Wish]:
    """`lift`, `lower`: what each click means, once an exercise, where the coach says nothing."""
    if rep == 1 and bout.opening and (slot.moving or slot.duration_ms >= ROOM_FOR_PHASE_WORD_MS):
        at = bout.rep_at_ms(rep) + slot.offset_ms
        yield Wish((words.phases[slot.name],), slot.name, "in", at, bout.spot(rep), PHASE_WORD)


def _count(program: Program, words: Words, bout: Bout, rep: int) -> Iterator[Wish]:
    """The number of a rep as it is completed, or what is said in its place."""
    at, spot = _completed_ms(program, bout, rep), bout.spot(rep)
    number = _number(program, words, bout, rep)
    moment, own = _announcement(program, words, bout, rep)
    texts = distinct((*own, *number))
    cue, coach = next(set_cues(bout, moment, program.seed), (None, ()))
    if coach and cue:
        texts = distinct((*coach, *texts))
        place: Placement = "lead" if cue.place == "lead" else "on"
        yield Wish(texts, moment, place, at, spot, ANNOUNCED, "quiet", where=cue.where)
    elif texts:
        priority = ANNOUNCED if own else NUMBER
        yield Wish(texts, moment or "count", "on", at, spot, priority, "quiet")


def _announcement(
    program: Program, words: Words, bout: Bout, rep: int
) -> tuple[str, tuple[str, ...]]:
    """The moment and the words that take a number's place: halfway, last one, enough."""
    reps, announced = bout.set.reps, program.session.announce
    if "last" in announced and rep == reps - 1:
        return "last", (words.say("last"),)
    if "halfway" in announced and reps >= HALFWAY_FROM_REPS and rep == (reps + 1) // 2:
        return "halfway", (words.say("halfway"),)
    if bout.set.reps_from < reps and rep == bout.set.reps_from:
        return "", (words.say("enough", n=rep),)
    return "", ()


def _number(program: Program, words: Words, bout: Bout, rep: int) -> tuple[str, ...]:
    left = bout.set.reps - rep
    if program.session.count == "off":
        return ()
    if program.session.count == "down":
        return (words.number(left),) if left else ()
    if program.session.count == "up-then-down" and 0 < left < LAST_REPS < bout.set.reps:
        return (words.say("more", n=left), words.number(rep))
    return (words.number(rep),)


def _completed_ms(program: Program, bout: Bout, rep: int) -> int:
    """When a rep counts: at the end of its lift, in both start orders, or at its very end."""
    lift = next(slot for slot in bout.slots if slot.name == "concentric")
    end = lift.end_ms if program.session.count_at == "lift" else bout.rep_ms
    return bout.rep_at_ms(rep) + end


def _hold(program: Program, words: Words, bout: Bout) -> Iterator[Wish]:
    """What is said in a hold: the coach's cues every ten seconds, halfway, the last seconds."""
    hold, spot = bout.set.hold_ms, bout.spot()
    yield from _during(program, bout)
    if hold >= HALFWAY_FROM_HOLD_MS and "halfway" in program.session.announce:
        at, said = bout.at_ms + hold // 2, (words.say("halfway"),)
        yield Wish(said, "halfway", "on", at, spot, ANNOUNCED, "quiet")
    if hold > HALFWAY_FROM_HOLD_MS:
        left = (words.say("left", time=words.time(TEN_SECONDS_MS // BEAT_MS)),)
        yield Wish(left, "during", "on", bout.end_ms - TEN_SECONDS_MS, spot, ANNOUNCED, "quiet")
    if hold >= 2 * LAST_SECONDS * BEAT_MS and program.session.count != "off":
        for seconds in range(LAST_SECONDS, 0, -1):
            at, said = bout.end_ms - seconds * BEAT_MS, (words.number(seconds),)
            yield Wish(said, "during", "on", at, spot, NUMBER, "quiet")


def _during(program: Program, bout: Bout) -> Iterator[Wish]:
    times = range(bout.at_ms + DURING_FIRST_MS, bout.end_ms, DURING_EVERY_MS)
    key, total = bout_key(bout, program.seed), len(times)
    for cue in cues_for(bout.exercise, bout.set_number, "during"):
        for count, at in enumerate(times, 1):
            when, first = cue.when or ALWAYS, bout.set_number - 1
            texts = sayings(cue, when, key=key, count=count, total=total, first=first)
            if texts:
                yield Wish(texts, "during", "in", at, bout.spot(), DURING, where=cue.where)
