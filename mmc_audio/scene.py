"""What a screen tells at a moment of a session: its words and figures, before any layout. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from mmc_audio.captions import (
    WORDS,
    capital,
    clean,
    coming_in_words,
    exercise_name,
    name_of,
    phase_in_words,
    set_in_words,
    which_set,
    work_in_words,
)
from mmc_audio.chart import Chart, Moment, Work
from mmc_audio.figures import clock, seconds
from mmc_audio.spans import Style
from mmc_audio.timeline import GRID_MS, Drill, Phase, SetSpan, Speech

Mode = Literal["playing", "counting", "paused", "waiting", "finished"]
Choices = tuple[str, ...]  # the same thing said in fewer and fewer columns

FLASH_MS = 300
# Changes that follow faster do not flash: three flashes in a second may cause a seizure (WCAG 2.3).
FLASH_APART_MS = 500
LINGER_MS = 1_000  # a cue takes longer to read than to hear
COUNTED_BEATS = 3  # of a count-in after a pause; what comes before them is silence

STYLES: Mapping[str, Style] = {
    "eccentric": "eccentric",
    "pause": "pause",
    "concentric": "concentric",
    "squeeze": "squeeze",
    "hold": "hold",
}


@dataclass(frozen=True, slots=True)
class View:
    """All that a screen shows. `at_ms` is the moment of the timeline that is heard.

    "counting": a lead of which `count_ms` is left plays before the session goes on at `at_ms`; it
    is a count-in where a set opens or is under way there. "waiting": for the key that says "I'm
    ready", before the set that begins at or after `at_ms`. `beat_ms` is how long a counted beat
    lasts. `words`: those of captions.WORDS in the program's language. `blocks`: the terminal can
    show block characters.
    """

    chart: Chart
    at_ms: int
    mode: Mode
    count_ms: int = 0
    tension_ms: int = 0  # time under tension so far, as really done
    volume: int = 100  # percent
    note: str = ""  # the answer to the last key
    help: bool = False
    keys: bool = True  # False: no keyboard here
    beat_ms: int = 1_000
    words: Mapping[str, str] = field(default_factory=lambda: WORDS)
    blocks: bool = True


@dataclass(frozen=True, slots=True)
class Sign:
    """What is to be seen from across the room. `name` is a key of WORDS; `number` may be empty.

    The bar has `left_ms` of `whole_ms` left; there is none where `whole_ms` is 0. `seconds` are
    those left of a phase, to be written beside the bar; 0 where the number tells them.
    """

    name: str
    style: Style
    number: str = ""
    left_ms: int = 0
    whole_ms: int = 0
    seconds: int = 0
    flash: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """The sign and the lines around it. `said` is the cue of now, or of just now."""

    sign: Sign
    exercise: Choices
    place: Choices
    next: Choices
    said: str
    saying: bool


def scene(view: View) -> Scene:
    """What there is to see; nothing in it can steer a terminal."""
    now = view.chart.at(view.at_ms)
    sign = _sign(view, now)
    speech = _speech(view)
    return Scene(
        sign=sign,
        exercise=_exercise(view.chart, now),
        place=_place(view, now, sign),
        next=_next(view, now, sign),
        said=f'"{clean(speech.text)}"' if speech else "",
        saying=speech is not None and view.at_ms < speech.end_ms,
    )


# ---- the sign ------------------------------------------------------------------------------------


def _sign(view: View, now: Moment) -> Sign:
    if view.mode == "finished":
        return Sign("finished", "rest")
    if view.mode == "waiting":
        return Sign("waiting", "warn")
    if view.mode == "counting" and now.work:
        beats = _up(view.count_ms, view.beat_ms)
        return Sign("ready", "warn", str(beats) if 0 < beats <= COUNTED_BEATS else "")
    playing = _working(view, now.work) if now.work else _resting(view, now)
    if view.mode == "paused":
        return replace(playing, name="paused", style="warn", flash=False)
    return playing


def _working(view: View, work: Work) -> Sign:
    left_ms = work.at_ms + work.duration_ms - view.at_ms
    left, name = _up(left_ms), name_of(work)
    return Sign(
        name=name,
        style=STYLES[name],
        number=str(_counted(view.chart, work)) if isinstance(work, Phase) else _countdown(left),
        left_ms=left_ms,
        whole_ms=work.duration_ms,
        seconds=left if isinstance(work, Phase) else 0,
        flash=_flashes(view.at_ms - work.at_ms, work.duration_ms),
    )


def _resting(view: View, now: Moment) -> Sign:
    """Between sets and before the first one: what is left, at the end in counted beats."""
    if now.coming is None:
        return Sign("finished", "rest")
    counted = _counts(view, now.coming)
    if now.drill and now.drill.name in view.words and not counted:
        return _drilling(view, now.drill)
    left_ms = now.coming.at_ms - view.at_ms
    start_ms = now.rest.at_ms if now.rest else now.exercise.at_ms
    return Sign(
        name="rest" if now.rest and not counted else "ready",
        style="warn" if counted else "rest",
        number=str(_up(left_ms, view.beat_ms)) if counted else _countdown(_of_a_gap(left_ms)),
        left_ms=left_ms,
        whole_ms=now.coming.at_ms - start_ms,
        flash=now.rest is not None and _flashes(view.at_ms - start_ms, now.rest.duration_ms),
    )


def _drilling(view: View, drill: Drill) -> Sign:
    """Something done outside the reps: what, and for how long still."""
    left_ms = drill.at_ms + drill.duration_ms - view.at_ms
    return Sign(
        name=drill.name,
        style="hold",
        number=_countdown(_up(left_ms)),
        left_ms=left_ms,
        whole_ms=drill.duration_ms,
        flash=_flashes(view.at_ms - drill.at_ms, drill.duration_ms),
    )


def _counts(view: View, coming: SetSpan) -> bool:
    """Whether the beats before a set are being counted. The first word begins before its beat."""
    beats = coming.lead_in_ms // view.beat_ms
    return coming.at_ms - view.at_ms <= beats * view.beat_ms


def _flashes(since_ms: int, duration_ms: int) -> bool:
    return since_ms < FLASH_MS and duration_ms >= FLASH_APART_MS


def _countdown(left: int) -> str:
    return str(left) if left < 60 else clock(left * 1_000)


def _up(ms: int, unit_ms: int = 1_000) -> int:
    """A countdown shows 1 until it is over."""
    return -(-ms // unit_ms)


def _of_a_gap(ms: int) -> int:
    """A rest of 60 s begins with 60, though it may be longer by a part of the grid."""
    return max(1, _up(ms - GRID_MS + 1))


# ---- the lines around it -------------------------------------------------------------------------


def _exercise(chart: Chart, now: Moment) -> Choices:
    name, last = clean(now.exercise.name), chart.exercises.events[-1].exercise
    return (f"{now.exercise.exercise} of {last}  {name}", name) if last > 1 else (name,)


def _place(view: View, now: Moment, sign: Sign) -> Choices:
    """The set and rep under way; in a rest the set that is done, in its count the coming one."""
    if view.mode == "waiting" or (sign.name == "ready" and now.work is None):
        return _place_ahead(view)
    if now.set:
        return _work_place(now.set, now.set.counted(now.rep), now.work)
    if now.rest and now.rest.exercise == now.exercise.exercise:
        done = view.chart.sets.events[view.chart.sets.last(view.at_ms)]
        return (f"Set {which_set(done)} done", f"Set {done.nth}/{done.sets} done")
    return ("",)


def _work_place(span: SetSpan, rep: int, work: Work | None) -> Choices:
    reps = span.counted(span.reps)
    does = f"Rep {rep} of {reps}" if reps else capital(work_in_words(span))
    short = f"Rep {rep}/{reps}" if reps else does
    if span.side == "both" and isinstance(work, Phase):
        does = f"{does}, {work.side}"
    place = f"Set {which_set(span)}  {does}"
    label = (f"{place}  {clean(span.label)}",) if span.label else ()
    return (*label, place, f"Set {span.nth}/{span.sets} {short}")


def _counted(chart: Chart, phase: Phase) -> int:
    span = chart.sets.now(phase.at_ms)
    return span.counted(phase.rep) if span else phase.rep


def _place_ahead(view: View) -> Choices:
    """The set that begins at this moment or after it."""
    sets = view.chart.sets
    index = sets.begun_before(view.at_ms)
    if index == len(sets.events):
        return ("",)
    ahead = sets.events[index]
    short = f"Set {ahead.nth}/{ahead.sets}"
    return (capital(set_in_words(ahead)), f"{short}, {work_in_words(ahead)}", short)


def _next(view: View, now: Moment, sign: Sign) -> Choices:
    if view.mode == "paused":
        keys = ("Paused. Press space to go on.", "Paused: press space")
        return keys if view.keys else ("Paused",)
    if view.mode == "waiting":
        keys = ("Press space when you are ready.", "Space when ready")
        return keys if view.keys else ("Waiting until you are ready", "Waiting")
    if view.mode == "finished":
        return ("That was the whole session.", "All done")
    if sign.name == "ready":
        opens = now.work or view.chart.work.next(view.at_ms)
        return _coming_work(view, opens, new_rep=True) if opens else ("",)
    if isinstance(now.work_next, Phase):
        return _coming_work(view, now.work_next, new_rep=now.work_next.rep != now.rep)
    return _after_set(view, now)


def _coming_work(view: View, work: Work, *, new_rep: bool) -> Choices:
    words, rep = view.words, ""
    if new_rep and isinstance(work, Phase):
        rep = f"rep {_counted(view.chart, work)}, {work.side + ', ' if work.side else ''}"
    name = words[name_of(work)]
    return (f"Next: {rep}{phase_in_words(work, words)}", f"Next: {rep}{name}", f"Next: {name}")


def _after_set(view: View, now: Moment) -> Choices:
    """After a set its rest; in a rest the next set; then the end."""
    if now.coming is None:
        return ("Next: done",) if now.set else ("",)
    end_ms = now.set.at_ms + now.set.duration_ms if now.set else 0
    if now.set and now.coming.at_ms > end_ms:
        return (f"Next: rest {seconds(now.coming.at_ms - end_ms)}",)
    return _coming_set(view.chart, now.coming, now.exercise.exercise)


def _coming_set(chart: Chart, span: SetSpan, exercise: int) -> Choices:
    work = work_in_words(span)
    shorter = [f"set {which_set(span)}, {work}", f"set {span.nth}, {work}", work]
    if span.exercise != exercise:
        shorter = [exercise_name(chart, span.exercise)]
    return tuple(f"Next: {text}" for text in (coming_in_words(chart, span, exercise), *shorter))


def _speech(view: View) -> Speech | None:
    speeches = view.chart.speeches
    index = speeches.last(view.at_ms)
    if index < 0 or view.mode in ("counting", "waiting"):
        return None
    speech = speeches.events[index]
    return speech if view.at_ms < speech.end_ms + LINGER_MS else None
