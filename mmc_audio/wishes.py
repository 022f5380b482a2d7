"""Which words are wanted where in a session: the coach's cues and the machine's own. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from mmc_audio import announce
from mmc_audio.bouts import BEAT_MS, Bout, Slot
from mmc_audio.cues import ALWAYS, bout_key, cues_for, sayings, set_cues, worded
from mmc_audio.gaps import Gap
from mmc_audio.interludes import Interlude, phase_word
from mmc_audio.program import TALKS, Placement, When
from mmc_audio.session import Wish, distinct
from mmc_audio.telling import Telling

# Which is placed first where two want the same time: the smaller number (see also announce).
ANNOUNCED, NUMBER, SIDE, PHASE_WORD = 10, 20, 25, 60
CUE = {"concentric": 30, "squeeze": 31, "eccentric": 32, "pause": 33}
DURING = 30
FROM_LIBRARY = 10  # later than the coach's own, which they would silence where one is said a rep

DURING_FIRST_MS = 1_500
HALFWAY_FROM_REPS, HALFWAY_FROM_HOLD_MS = 4, 20_000
TEN_SECONDS_MS = 10_000
LAST_SECONDS = 3
ROOM_FOR_PHASE_WORD_MS = 2_000  # a pause of a second already holds a number or a lead cue
BEFORE_COUNTDOWN_MS = 300  # a counted word begins up to 0.2 s before its beat
LAST_REPS = 3  # counted down in "up-then-down"
SIDES_NAMED = 2  # pairs of alternating reps in which the side is said


def all_wishes(
    telling: Telling, gaps: Sequence[Gap], after: Iterable[Interlude], finish_ms: int
) -> Iterator[Wish]:
    """Every wish of a session that this level of talk lets through, in no particular order.

    `gaps` are those before each bout, `after` what is done after the last one.
    """
    allowed = TALKS[: TALKS.index(telling.options.talk) + 1]
    for wish in _wishes(telling, gaps, after, finish_ms):
        if wish.level in allowed:
            yield wish


def _wishes(
    telling: Telling, gaps: Sequence[Gap], after: Iterable[Interlude], finish_ms: int
) -> Iterator[Wish]:
    for gap in gaps:
        yield from announce.before_set(telling, gap)
        yield from _hold(telling, gap.bout) if gap.bout.set.hold_ms else _reps(telling, gap.bout)
    yield from announce.ending(telling, gaps[-1].bout, after, finish_ms)


def _reps(telling: Telling, bout: Bout) -> Iterator[Wish]:
    for rep in range(1, bout.set.reps + 1):
        if not bout.set.alternate or bout.side(rep) == "right":  # a pair is one rep
            yield from _count(telling, bout, rep)
        if bout.set.alternate and bout.counted(rep) <= SIDES_NAMED:
            said = (telling.said.say(f"rep_{bout.side(rep)}"),)
            at = bout.rep_at_ms(rep)
            yield Wish(said, "side", "in", at, bout.spot(rep), SIDE, "quiet")
        for slot in bout.slots:
            cues = list(_phase_cues(telling, bout, rep, slot))
            yield from cues or _phase_word(telling, bout, rep, slot)


def _phase_cues(telling: Telling, bout: Bout, rep: int, slot: Slot) -> Iterator[Wish]:
    at = bout.rep_at_ms(rep) + slot.offset_ms
    key, focus = bout_key(telling, bout), telling.focus(bout.set)
    for cue in cues_for(bout.exercise, bout.set, slot.name, focus, bout.side(rep)):
        when = cue.when or When("every", bout.set.cue_every)
        first, count = bout.set.number - 1, bout.counted(rep)
        texts = sayings(cue, when, key=key, count=count, total=bout.reps, first=first)
        if texts:
            # The first rep's cue comes before the countdown, which nothing interrupts.
            early = cue.place == "lead" and at == bout.at_ms and bout.beats > 0
            yield Wish(
                texts=worded(telling, texts, bout, rep),
                moment=cue.moment,
                place=cue.place,
                anchor_ms=bout.count_at_ms - BEFORE_COUNTDOWN_MS if early else at,
                since_ms=bout.gap_at_ms if early else 0,
                spot=bout.spot(rep),
                priority=CUE[slot.name] + FROM_LIBRARY * (cue.where == bout.exercise.where),
                spare=True,
                where=cue.where,
            )


def _phase_word(telling: Telling, bout: Bout, rep: int, slot: Slot) -> Iterator[Wish]:
    """`lift`, `lower`: what each click means, once an exercise, where the coach says nothing."""
    if rep == 1 and bout.opening and (slot.moving or slot.duration_ms >= ROOM_FOR_PHASE_WORD_MS):
        at, said = (
            bout.rep_at_ms(rep) + slot.offset_ms,
            phase_word(telling.said, bout.exercise, slot.name),
        )
        yield Wish((said,), slot.name, "in", at, bout.spot(rep), PHASE_WORD)


def _count(telling: Telling, bout: Bout, rep: int) -> Iterator[Wish]:
    """The number of a rep as it is completed, or what is said in its place."""
    at, spot = _completed_ms(telling, bout, rep), bout.spot(rep)
    number = _number(telling, bout, rep)
    moment, own = _announcement(telling, bout, rep)
    texts = distinct((*own, *number))
    cue, coach = next(set_cues(telling, bout, moment), (None, ()))
    if coach and cue:
        texts = distinct((*worded(telling, coach, bout, rep), *texts))
        place: Placement = "lead" if cue.place == "lead" else "on"
        yield Wish(texts, moment, place, at, spot, ANNOUNCED, "quiet", where=cue.where)
    elif texts:
        priority = ANNOUNCED if own else NUMBER
        yield Wish(texts, moment or "count", "on", at, spot, priority, "quiet")


def _announcement(telling: Telling, bout: Bout, rep: int) -> tuple[str, tuple[str, ...]]:
    """The moment and the words that take a number's place: halfway, last one, enough."""
    words, announced = telling.said, telling.program.session.announce
    done, reps = bout.counted(rep), bout.reps
    if bout.set.amrap:  # nobody knows how many there will be
        return "", ()
    if "last" in announced and done == reps - 1:
        return "last", (words.say("last"),)
    if "halfway" in announced and reps >= HALFWAY_FROM_REPS and done == (reps + 1) // 2:
        return "halfway", (words.say("halfway"),)
    if bout.set.reps_from < bout.set.reps and rep == bout.set.reps_from:
        return "", (words.say("enough", n=done),)
    return "", ()


def _number(telling: Telling, bout: Bout, rep: int) -> tuple[str, ...]:
    words, how = telling.said, telling.program.session.count
    done, left = bout.counted(rep), bout.reps - bout.counted(rep)
    if how == "off":
        return ()
    if how == "up" or bout.set.amrap:
        return (words.number(done),)
    if how == "down":
        return (words.number(left),) if left else ()
    if 0 < left < LAST_REPS < bout.reps:
        return (words.say("more", n=left), words.number(done))
    return (words.number(done),)


def _completed_ms(telling: Telling, bout: Bout, rep: int) -> int:
    """When a rep counts: at the end of its lift, in both start orders, or at its very end."""
    lift = next(slot for slot in bout.slots if slot.name == "concentric")
    end = lift.end_ms if telling.program.session.count_at == "lift" else bout.rep_ms
    return bout.rep_at_ms(rep) + end


def _hold(telling: Telling, bout: Bout) -> Iterator[Wish]:
    """What is said in a hold: the coach's cues every ten seconds, halfway, the last seconds."""
    session, words = telling.program.session, telling.said
    hold, spot = bout.set.hold_ms, bout.spot()
    yield from _during(telling, bout)
    if hold >= HALFWAY_FROM_HOLD_MS and "halfway" in session.announce:
        at, said = bout.at_ms + hold // 2, (words.say("halfway"),)
        yield Wish(said, "halfway", "on", at, spot, ANNOUNCED, "quiet")
    if hold > HALFWAY_FROM_HOLD_MS:
        left = (words.say("left", time=words.time(TEN_SECONDS_MS // BEAT_MS)),)
        yield Wish(left, "during", "on", bout.end_ms - TEN_SECONDS_MS, spot, ANNOUNCED, "quiet")
    if hold >= 2 * LAST_SECONDS * BEAT_MS and session.count != "off":
        for seconds in range(LAST_SECONDS, 0, -1):
            at, said = bout.end_ms - seconds * BEAT_MS, (words.number(seconds),)
            yield Wish(said, "during", "on", at, spot, NUMBER, "quiet")


def _during(telling: Telling, bout: Bout) -> Iterator[Wish]:
    """A coach's cues in a hold. In a row of holds the variants go on from one to the next."""
    key, focus = bout_key(telling, bout), telling.focus(bout.set)
    for cue in cues_for(bout.exercise, bout.set, "during", focus, bout.side()):
        times = range(bout.at_ms + DURING_FIRST_MS, bout.end_ms, cue.every_ms)
        when, first = cue.when or ALWAYS, bout.set.number - 1 + bout.set.part - 1
        for count, at in enumerate(times, 1):
            texts = sayings(cue, when, key=key, count=count, total=len(times), first=first)
            if texts:
                said = worded(telling, texts, bout)
                yield Wish(said, "during", "in", at, bout.spot(), DURING, where=cue.where)
