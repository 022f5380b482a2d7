"""What happens between two bouts, and when: words, activities, announcements, lead-in. Pure.

end of a set | done, check-in | rest, activities | announced: the next exercise | prelude |
ready | three, two, one | first click
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from mmc_audio import lines
from mmc_audio.bouts import BEAT_MS, Bout
from mmc_audio.cues import longest
from mmc_audio.interludes import SENTENCE_MS, Interlude, described, laid_out, takes_time
from mmc_audio.lengths import guess_ms, seconds_up
from mmc_audio.program import FOCUSES, Activity, Exercise, Set
from mmc_audio.session import Spot
from mmc_audio.telling import Telling
from mmc_audio.timeline import Report
from mmc_audio.words import Words

END_SOUND_MS = 600  # the sound at the end of a set is over, and a breath
BEFORE_COUNT_MS = 200
READY_MARGIN_MS = 1_000  # between the ready cue, the first rep's cue and the countdown
AFTER_SET_MS = 5_000  # a new exercise is announced no earlier into the rest than this
WARN_APART_S = 5
WARN_MS = 3_000  # a warning and its words
# Below these a gap is too short for its words: a four-second rest between holds is quiet.
ROOM_FOR_DONE_MS, ROOM_FOR_REST_MS = 1_500, 5_000


@dataclass(frozen=True, slots=True)
class Gap:
    """The time before `bout`, after `before` (None: the session begins).

    `rest_at_ms`: where the rest is told, after what is said and done as a set ends.
    `announced_ms`: from where on another exercise than before is in view, if it is another.
    `prelude_at_ms`: where what comes before an exercise begins; `ready_at_ms`: the words just
    before the countdown. `warns_ms`: when the seconds left are told. `left_out`: activities
    without room.
    """

    before: Bout | None
    bout: Bout
    rest_at_ms: int
    announced_ms: int
    prelude_at_ms: int
    ready_at_ms: int
    warns_ms: tuple[int, ...]
    interludes: tuple[Interlude, ...]
    left_out: tuple[Report, ...]

    @property
    def busy_until_ms(self) -> int:
        """The end of the last activity of the rest."""
        ends = (i.end_ms for i in self.interludes if i.at_ms < self.prelude_at_ms)
        return max(ends, default=self.rest_at_ms)

    def free_until_ms(self, at_ms: int, until_ms: int) -> int:
        """When the next activity after a moment begins; `until_ms` where none does before."""
        return min([until_ms, *(i.at_ms for i in self.interludes if i.at_ms >= at_ms)])


# ---- how much time things take -------------------------------------------------------------------


def prelude_ms(telling: Telling, exercise: Exercise, set_: Set) -> int:
    """How long what is done before an exercise takes, in whole seconds."""
    pieces = (laid_out(telling, a, exercise, set_) for a in exercise.before if takes_time(a))
    return sum(piece.duration_ms for piece in pieces)


def after_prelude_ms(telling: Telling, exercise: Exercise, set_: Set) -> int:
    """The time to get from what is done before an exercise to its first click.

    The same whatever focus the listener chooses.
    """
    lead_in = telling.program.session.lead_in * BEAT_MS
    either = (replace(telling, options=replace(telling.options, focus=f)) for f in FOCUSES)
    ready = max(ready_ms(chosen, exercise, set_) for chosen in either)
    return seconds_up(END_SOUND_MS + ready + lead_in)


def setup_ms(telling: Telling, exercise: Exercise, set_: Set) -> int:
    """The time to get in place before the first set: the program's, and room for its words."""
    session = telling.program.session
    need = _introduction_ms(telling, exercise, set_, opening=True)
    need += ready_ms(telling, exercise, set_) + session.lead_in * BEAT_MS
    return max(session.setup_ms, seconds_up(need))


def farewell_ms(telling: Telling, last: Bout) -> int:
    """From the end of the last set to the end signal: what is said and done when it is over."""
    said = done_ms(telling, last)
    after = sum(piece.duration_ms for piece in _after(telling, last))
    return seconds_up(2 * END_SOUND_MS + said) + after


def done_ms(telling: Telling, bout: Bout) -> int:
    """How long the words take that are said as a set ends."""
    texts = list(longest(telling, bout.exercise, bout.set, "done"))
    texts = texts or [telling.plain.say("done")]
    if bout.set.amrap:
        texts.append(telling.plain.say("amrap_done"))
    return sum(guess_ms(text, telling.pace) for text in texts)


def ready_ms(telling: Telling, exercise: Exercise, set_: Set) -> int:
    """Room before the countdown for the ready cue and the first rep's cue."""
    near = [t for m in ("ready", exercise.start) for t in longest(telling, exercise, set_, m)]
    if set_.amrap:
        near.append(telling.plain.say("amrap_ready"))
    said = sum(guess_ms(text, telling.pace) for text in near)
    return said + READY_MARGIN_MS if said else 0


def _introduction_ms(telling: Telling, exercise: Exercise, set_: Set, *, opening: bool) -> int:
    """As long as if it were explained, and done: the beat after the first set is the same then."""
    done = replace(telling, options=replace(telling.options, imagine=False))
    wanted = done if opening else replace(done, options=replace(done.options, intro=True))
    said = lines.introduction(wanted, telling.plain, exercise, set_, opening=opening)
    return sum(guess_ms(line.texts[0], telling.pace) for line in said)


# ---- what happens when ---------------------------------------------------------------------------


def first_gap(telling: Telling, bout: Bout) -> Gap:
    """The time before the session's first set."""
    ready_at = bout.count_at_ms - ready_ms(telling, bout.exercise, bout.set)
    prelude_at = ready_at - bout.prelude_ms
    return Gap(
        before=None,
        bout=bout,
        rest_at_ms=bout.gap_at_ms,
        announced_ms=bout.gap_at_ms,
        prelude_at_ms=prelude_at,
        ready_at_ms=ready_at,
        warns_ms=(),
        interludes=tuple(_prelude(telling, bout, prelude_at)),
        left_out=(),
    )


def gap_between(telling: Telling, before: Bout, bout: Bout) -> Gap:
    """The time between two bouts."""
    room = ready_ms(telling, bout.exercise, bout.set)
    ready_at = max(bout.gap_at_ms + END_SOUND_MS, bout.count_at_ms - room)
    prelude_at = ready_at - bout.prelude_ms
    need = 0
    if bout.opening:
        need = _introduction_ms(telling, bout.exercise, bout.set, opening=False)
    elif line := lines.coming(telling, telling.plain, bout):
        need = guess_ms(line.texts[0], telling.pace)
    latest = prelude_at - need
    over, kept, left_out = _in_rest(telling, before, latest)
    announced = _announced_ms(telling, bout, max((i.end_ms for i in kept), default=0), latest)
    return Gap(
        before=before,
        bout=bout,
        rest_at_ms=over,
        announced_ms=announced if bout.entry in ("opening", "back") else prelude_at,
        prelude_at_ms=prelude_at,
        ready_at_ms=ready_at,
        warns_ms=tuple(_warnings_ms(telling, bout, kept, prelude_at)),
        interludes=(*kept, *_prelude(telling, bout, prelude_at)),
        left_out=left_out,
    )


def _announced_ms(telling: Telling, bout: Bout, busy_until_ms: int, latest_ms: int) -> int:
    """Early enough to get in place, at most halfway the rest, and after what is done in it."""
    earliest = bout.gap_at_ms + min(bout.rest_ms // 2, AFTER_SET_MS)
    in_time = bout.at_ms - bout.prelude_ms - telling.program.session.setup_ms
    return max(earliest, busy_until_ms, min(in_time, latest_ms))


def _in_rest(
    telling: Telling, before: Bout, latest_ms: int
) -> tuple[int, list[Interlude], tuple[Report, ...]]:
    """Where the rest is told, the activities with room, and those without."""
    done = before.end_ms + END_SOUND_MS
    at = done + done_ms(telling, before) if before.set.after or before.set.rest_do else done
    kept, left_out = _fitted(telling, before, before.set.after, at, latest_ms)
    told_at = kept[-1].end_ms if kept else done
    at = max(told_at, at)
    if before.set.rest_do:
        at += _rest_words_ms(telling, before)
        more, missing = _fitted(telling, before, before.set.rest_do, at, latest_ms)
        kept, left_out = kept + more, left_out + missing
    return told_at, kept, tuple(left_out)


def _rest_words_ms(telling: Telling, before: Bout) -> int:
    told = told_rest(telling.plain, before.set.rest_ms)
    texts = [told, *longest(telling, before.exercise, before.set, "rest")]
    return sum(guess_ms(text, telling.pace) + SENTENCE_MS for text in texts)


def told_rest(words: Words, rest_ms: int) -> str:
    return words.say("rest", time=words.time((rest_ms + 500) // 1_000))


def _fitted(
    telling: Telling, before: Bout, activities: Sequence[Activity], at_ms: int, latest_ms: int
) -> tuple[list[Interlude], list[Report]]:
    """The activities one after another from the next whole second on, as far as there is room."""
    kept: list[Interlude] = []
    left_out: list[Report] = []
    at = before.end_ms + seconds_up(at_ms - before.end_ms)
    for activity in activities:
        piece = laid_out(telling, activity, before.exercise, before.set)
        if at + piece.duration_ms <= latest_ms:
            kept.append(replace(piece, at_ms=at))
            at += piece.duration_ms
        else:
            room = max(0, latest_ms - at)
            left_out.append(_without_room(before.spot(), activity, piece.duration_ms, room))
    return kept, left_out


def _without_room(spot: Spot, activity: Activity, length_ms: int, room_ms: int) -> Report:
    return Report(
        what="dropped",
        text=described(activity),
        moment="rest_do",
        length_ms=length_ms,
        room_ms=room_ms,
        slot="",
        slot_ms=room_ms,
        exercise=spot.exercise,
        exercise_name=spot.name,
        set=spot.set,
        rep=0,
        place=activity.where,
    )


def _after(telling: Telling, last: Bout) -> Iterator[Interlude]:
    for activity in last.set.after:
        yield laid_out(telling, activity, last.exercise, last.set)


def last_interludes(telling: Telling, last: Bout) -> tuple[Interlude, ...]:
    """What is done after the last set of the session."""
    at = last.end_ms + seconds_up(END_SOUND_MS + done_ms(telling, last))
    placed = []
    for piece in _after(telling, last):
        placed.append(replace(piece, at_ms=at))
        at += piece.duration_ms
    return tuple(placed)


def _prelude(telling: Telling, bout: Bout, at_ms: int) -> Iterator[Interlude]:
    if not bout.opening:
        return
    for activity in bout.exercise.before:
        if takes_time(activity):
            piece = laid_out(telling, activity, bout.exercise, bout.set)
            yield replace(piece, at_ms=at_ms)
            at_ms += piece.duration_ms


def _warnings_ms(
    telling: Telling, bout: Bout, kept: Sequence[Interlude], prelude_at_ms: int
) -> Iterator[int]:
    """When the seconds left of a rest are told: those that leave time before and after."""
    busy = max((piece.end_ms for piece in kept), default=0)
    for seconds in sorted(telling.program.session.warn, reverse=True):
        at = bout.at_ms - seconds * BEAT_MS
        in_time = bout.beats < seconds and bout.rest_ms >= (seconds + WARN_APART_S) * BEAT_MS
        if in_time and at >= busy and (not bout.prelude_ms or at + WARN_MS <= prelude_at_ms):
            yield at
