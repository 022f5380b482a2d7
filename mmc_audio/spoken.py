"""What is said live and is in no timeline: the count-in after a pause, and "where am I". Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mmc_audio.arrange import BETWEEN_MS, Spoken
from mmc_audio.chart import Chart
from mmc_audio.session import distinct
from mmc_audio.timeline import Click, Event, Phase, SetSpan, Speech, Timeline
from mmc_audio.words import Words

BEATS = 3  # counted in where the program itself counts nothing
BEAT_MS = 1_000
BEFORE_MS = 300  # a counted word begins before its beat


def phrases(chart: Chart, words: Words) -> tuple[str, ...]:
    """All that may be said of a session, in words that are joined as they are needed."""
    counted = (words.number(beat) for beat in range(BEATS, 0, -1))
    spans = chart.sets.events
    sets = (text for span in spans for text in (*_set(words, span), *_next(words, chart, span)))
    most = max(span.counted(span.reps) for span in spans)
    reps = (_rep(words, rep) for rep in range(1, most + 1))
    by_turns = any(span.side == "both" for span in spans)
    sides = (text for side in ("left", "right") for text in _side(words, side) if by_turns)
    return distinct((*counted, *sets, *reps, *sides))


def count_in(words: Words, spoken: Mapping[str, Spoken], permille: int, wake_ms: int) -> Timeline:
    """Counted clicks that end where the session goes on, after `wake_ms` of faint noise."""
    beat_ms = BEAT_MS * 1_000 // permille
    start = wake_ms + BEFORE_MS
    events: list[Event] = []
    for left in range(BEATS, 0, -1):
        at = start + (BEATS - left) * beat_ms
        events.append(Click(at, "count"))
        said = spoken.get(words.number(left))
        if said:
            first = max(0, at - said.onset_ms)
            speech = Speech(first, words.number(left), "ready", said.duration_ms, said.onset_ms)
            events.append(speech)
    events.sort(key=lambda event: event.at_ms)
    return Timeline("", start + BEATS * beat_ms, wake_ms, tuple(events))


def place(chart: Chart, at_ms: int, words: Words, *, waiting: bool = False) -> tuple[str, ...]:
    """Where a moment is: "Set two of three." "Rep four."; in a rest the set that comes next.

    `waiting`: before a set that has not begun.
    """
    now = chart.at(at_ms)
    if now.set and not waiting:
        here = _set(words, now.set)
        if not isinstance(now.work, Phase):
            return here
        side = _side(words, now.work.side) if now.set.side == "both" else ()
        return (*here, _rep(words, now.set.counted(now.rep)), *side)
    coming = chart.sets.next(at_ms - 1) if waiting else now.coming
    return _next(words, chart, coming) if coming else ()


def said(texts: tuple[str, ...], spoken: Mapping[str, Spoken], at_ms: int) -> tuple[Speech, ...]:
    """The phrases one after another from `at_ms` on; none where one of them is not known."""
    return tuple(_said(texts, spoken, at_ms)) if all(text in spoken for text in texts) else ()


def _said(texts: tuple[str, ...], spoken: Mapping[str, Spoken], at_ms: int) -> Iterator[Speech]:
    for text in texts:
        yield Speech(at_ms, text, "where", spoken[text].duration_ms, spoken[text].onset_ms)
        at_ms += spoken[text].duration_ms + BETWEEN_MS


def _set(words: Words, span: SetSpan) -> tuple[str, ...]:
    return (words.say("where_set", set=span.nth, sets=span.sets), *_side(words, span.side))


def _next(words: Words, chart: Chart, span: SetSpan) -> tuple[str, ...]:
    """A set to come, with its exercise where it is another one than before."""
    index = chart.sets.begun_before(span.at_ms)
    if not index or chart.sets.events[index - 1].exercise == span.exercise:
        told = words.say("next_set", set=span.nth, sets=span.sets)
    else:
        name = chart.exercises.events[chart.exercises.last(span.at_ms)].name.rstrip(".")
        told = words.say("next_named", exercise=name, set=span.nth, sets=span.sets)
    return (told, *_side(words, span.side))


def _side(words: Words, side: str) -> tuple[str, ...]:
    return (words.say(f"side_{side}"),) if side in ("left", "right") else ()


def _rep(words: Words, rep: int) -> str:
    return words.say("where_rep", rep=rep)
