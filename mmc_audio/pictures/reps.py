"""Which rep a picture is of: found by what people call it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from mmc_audio.captions import clean, exercise_name, which_set, work_in_words
from mmc_audio.chart import Chart, Work
from mmc_audio.errors import UserError, count
from mmc_audio.pictures.rows import CUED
from mmc_audio.timeline import Phase, SetSpan


@dataclass(frozen=True, slots=True)
class RepPlace:
    """An exercise, its set, and the rep of that, as people count; `rep` also counts holds."""

    exercise: int
    set: int
    rep: int = 1


@dataclass(frozen=True, slots=True)
class Rep:
    """One rep, both sides of an alternating one, or one hold: its phases and what it is called."""

    name: str
    called: str  # `set 1 of 4, rep 2`
    work: tuple[Work, ...]

    @property
    def at_ms(self) -> int:
        return self.work[0].at_ms

    @property
    def end_ms(self) -> int:
        return self.work[-1].at_ms + self.work[-1].duration_ms


def find(chart: Chart, place: RepPlace) -> Rep:
    """The rep at a place. Raises UserError where the session has none there."""
    sets = [span for span in chart.sets.events if span.exercise == place.exercise]
    if not sets:
        last = max(span.exercise for span in chart.sets.events)
        raise UserError(
            f"There is no exercise {place.exercise} in this session; the last is {last}."
        )
    own = [span for span in sets if span.nth == place.set]
    if not own:
        raise UserError(
            f"Exercise {place.exercise} ({exercise_name(chart, place.exercise)}) has no set "
            f"{place.set} in this session; its last is {sets[-1].nth}."
        )
    # A second side repeats the first one, and is not counted again.
    reps = [rep for span in own if span.side == own[0].side for rep in _reps(chart, span)]
    if place.rep > len(reps):
        what = "rep" if own[0].reps else "hold"
        raise UserError(
            f"Exercise {place.exercise} ({exercise_name(chart, place.exercise)}), set {place.set} "
            f"has {count(len(reps), what)}, so there is no {what} {place.rep}."
        )
    return reps[place.rep - 1]


def telling(chart: Chart) -> Rep:
    """The first rep in which a cue is said, or the first of all."""
    cues = [speech for speech in chart.speeches.events if speech.moment in CUED]
    cues = [speech for speech in cues if " " in speech.text.strip()] or cues
    every = [rep for span in chart.sets.events[:1] for rep in _reps(chart, span)]
    if cues:
        span = chart.sets.now(cues[0].at_ms) or chart.sets.next(cues[0].at_ms)
        every = list(_reps(chart, span)) if span else every
    return next((rep for rep in every if cues and rep.end_ms > cues[0].at_ms), every[0])


def _reps(chart: Chart, span: SetSpan) -> Iterator[Rep]:
    """The reps of a bout, or its one hold."""
    first = chart.work.begun_before(span.at_ms)
    work = chart.work.events[first : chart.work.begun_before(span.at_ms + span.duration_ms)]
    name = clean(chart.exercises.events[max(0, chart.exercises.last(span.at_ms))].name)

    def number(one: Work) -> int:
        return span.counted(one.rep) if isinstance(one, Phase) else 0

    for rep, phases in groupby(work, number):
        what = f"rep {rep} of {span.counted(span.reps)}" if rep else work_in_words(span)
        yield Rep(name, f"set {which_set(span)}, {what}", tuple(phases))
