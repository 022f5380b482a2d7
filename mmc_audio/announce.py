"""What is said around the sets: openings, countdowns, rests, the end. Pure.

Nothing here knows how long a phrase takes to speak; `arrange` decides what fits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mmc_audio import lines
from mmc_audio.bouts import BEAT_MS, Bout
from mmc_audio.cues import set_cues
from mmc_audio.gaps import (
    BEFORE_COUNT_MS,
    END_SOUND_MS,
    ROOM_FOR_DONE_MS,
    ROOM_FOR_REST_MS,
    Gap,
    told_rest,
)
from mmc_audio.interludes import Interlude
from mmc_audio.lengths import guess_ms
from mmc_audio.lines import Line
from mmc_audio.program import Talk
from mmc_audio.session import Wish
from mmc_audio.telling import Telling

# Which is placed first where two want the same time: the smaller number.
COUNTDOWN, SCRIPT, DONE, READY, WARN, INTRO, AFTER_SET = 5, 15, 22, 25, 45, 50, 55

CHIME_MS = 500
ROOM_FOR_NEXT_MS = 9_000  # a shorter rest has no room to tell what comes next


def finish_ms(telling: Telling) -> int:
    """How long the end signal and its words take."""
    return 2 * CHIME_MS + guess_ms(telling.plain.say("finished"), telling.pace)


def before_set(telling: Telling, gap: Gap) -> Iterator[Wish]:
    """Everything from the end of a set, or of the session's opening, to the first click."""
    if gap.before is None:
        yield from _opening(telling, gap)
    else:
        yield from _rest(telling, gap, gap.before)
    for interlude in gap.interludes:
        yield from _script(interlude, gap.before or gap.bout)
    yield from _lead_in(telling, gap)


def _opening(telling: Telling, gap: Gap) -> Iterator[Wish]:
    """The introduction to the session and to its first exercise."""
    bout = gap.bout
    told = lines.introduction(telling, telling.said, bout.exercise, bout.set, opening=True)
    yield from _flow(told, bout, gap.announced_ms, gap.prelude_at_ms, INTRO)


def _lead_in(telling: Telling, gap: Gap) -> Iterator[Wish]:
    """The ready cue, then the countdown; the cue for the first rep is said between them."""
    bout, words = gap.bout, telling.said
    told = [Line(texts, "ready", cue=cue) for cue, texts in set_cues(telling, bout, "ready")]
    if bout.set.amrap:
        told.append(Line((words.say("amrap_ready"),), "ready", "quiet"))
    until = bout.count_at_ms - BEFORE_COUNT_MS
    yield from _flow(told, bout, gap.ready_at_ms, until, READY)
    for beat in range(bout.beats, 0, -1):
        at, said = bout.at_ms - beat * BEAT_MS, (words.number(beat),)
        yield Wish(said, "ready", "on", at, bout.spot(), COUNTDOWN, level="quiet")


def _rest(telling: Telling, gap: Gap, before: Bout) -> Iterator[Wish]:
    """The rest between two sets: how long it is, what comes next, how much of it is left."""
    bout = gap.bout
    until = min([*gap.warns_ms, gap.announced_ms if bout.opening else bout.count_at_ms])
    if bout.entry not in ("part", "switch"):  # then the set goes on
        yield from done(telling, before, until_ms=gap.free_until_ms(before.end_ms, until))
    free = gap.free_until_ms(gap.rest_at_ms, until)
    yield from _flow(_told(telling, gap, before), before, gap.rest_at_ms, free, AFTER_SET)
    if bout.opening:
        told = lines.introduction(telling, telling.said, bout.exercise, bout.set, opening=False)
        end = min(gap.prelude_at_ms, bout.count_at_ms - BEFORE_COUNT_MS)
        yield from _flow(told, bout, gap.announced_ms, end, INTRO)
    elif not gap.warns_ms:
        yield from _next(telling, gap, before, until)
    yield from _warnings(telling, gap, before)


def done(telling: Telling, bout: Bout, *, until_ms: int) -> Iterator[Wish]:
    """What is said when a set is over."""
    at, words = bout.end_ms + END_SOUND_MS, telling.said
    told = [Line(texts, "done", "quiet", cue) for cue, texts in set_cues(telling, bout, "done")]
    if not told and until_ms - at >= ROOM_FOR_DONE_MS:
        told = [Line((words.say("done"),), "done", "quiet")]
    if bout.set.amrap:
        told.append(Line((words.say("amrap_done"),), "done", "quiet"))
    yield from _flow(told, bout, at, until_ms, DONE)


def _told(telling: Telling, gap: Gap, before: Bout) -> Iterator[Line]:
    """How long the rest is, and the coach's words for it.

    In a short one what is to be done comes first, such as to take weight off for a drop set.
    """
    if gap.bout.entry == "switch":
        return
    room = gap.bout.count_at_ms - before.end_ms
    line = lines.coming(telling, telling.said, gap.bout)
    hurried = room < ROOM_FOR_NEXT_MS and line is not None and line.level == "quiet"
    if room >= ROOM_FOR_REST_MS and not hurried:
        yield Line((told_rest(telling.said, gap.bout.rest_ms),), "rest")
    if gap.bout.entry != "part":
        for cue, texts in set_cues(telling, before, "rest"):
            yield Line(texts, "rest", cue=cue)


def _next(telling: Telling, gap: Gap, before: Bout, until_ms: int) -> Iterator[Wish]:
    """What comes next, where no warning tells it; after what is done in the rest."""
    line = lines.coming(telling, telling.said, gap.bout)
    room = gap.bout.count_at_ms - before.end_ms
    if line and (room >= ROOM_FOR_NEXT_MS or line.level == "quiet"):
        yield from _flow([line], before, gap.busy_until_ms, until_ms, AFTER_SET)


def _warnings(telling: Telling, gap: Gap, before: Bout) -> Iterator[Wish]:
    bout, words = gap.bout, telling.said
    ends = [*gap.warns_ms[1:], bout.count_at_ms - BEFORE_COUNT_MS]
    for at, end in zip(gap.warns_ms, ends, strict=False):
        left = words.time((bout.at_ms - at) // BEAT_MS)
        told = [Line((words.say("left", time=left),), "rest")]
        if at == gap.warns_ms[0] and not bout.opening:
            told += filter(None, [lines.coming(telling, words, bout)])
        yield from _flow(told, before, at + CHIME_MS, end, WARN)


def ending(
    telling: Telling, last: Bout, interludes: Iterable[Interlude], finish_ms_: int
) -> Iterator[Wish]:
    """What is said after the last set, and after the end signal."""
    placed = tuple(interludes)
    until = min((piece.at_ms for piece in placed), default=finish_ms_)
    yield from done(telling, last, until_ms=until)
    for interlude in placed:
        yield from _script(interlude, last)
    at, said = finish_ms_ + 2 * CHIME_MS, telling.said.say("finished")
    until = at + guess_ms(telling.plain.say("finished"), telling.pace)
    yield from _flow([Line((said,), "done")], last, at, until, DONE)


def _script(interlude: Interlude, bout: Bout) -> Iterator[Wish]:
    """The words of an activity: where it takes time of its own, they are said at every talk."""
    level: Talk = "quiet" if interlude.timed else "normal"
    for beat in interlude.beats:
        if beat.texts:
            at = interlude.at_ms + beat.at_ms
            line = Line(beat.texts, interlude.name, level)
            yield from _flow([line], bout, at, at + beat.duration_ms, SCRIPT)


def _flow(
    told: Iterable[Line], bout: Bout, at_ms: int, until_ms: int, priority: int
) -> Iterator[Wish]:
    """The lines one after another, from `at_ms` on; they are one flow, known by its start."""
    for line in told:
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
