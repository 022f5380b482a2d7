"""The chapters of a session: for each exercise its announcement, its sets and its rests.

They cover the session without gap or overlap. A set's chapter starts with its counted lead-in, so
that whoever jumps there is counted in. Pure, standard library only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mmc_audio.captions import which_set, work_in_words
from mmc_audio.figures import seconds
from mmc_audio.timeline import ExerciseSpan, Rest, SetSpan, Timeline


@dataclass(frozen=True, slots=True)
class Chapter:
    """A stretch of the session under a title."""

    start_ms: int
    end_ms: int
    title: str


@dataclass(frozen=True, slots=True)
class ExerciseChapters:
    """One exercise: its own chapter, the announcement, then its sets and rests in a row.

    An exercise to which a superset comes back has several.
    """

    title: str
    parts: tuple[Chapter, ...]


_Mark = tuple[int, bool, str]  # wished start in ms, whether it opens an exercise, title


def chapters(timeline: Timeline) -> tuple[ExerciseChapters, ...]:
    """The exercises in order, each with its chapters; () for a session without exercises."""
    marks = list(_marks(timeline))
    starts = _spread([start for start, _, _ in marks])
    ends = [*starts[1:], max(timeline.duration_ms, starts[-1] + 1)] if starts else []
    runs: list[list[Chapter]] = []
    for (_, opens, title), start, end in zip(marks, starts, ends, strict=True):
        if opens or not runs:
            runs.append([])
        runs[-1].append(Chapter(start, end, title))
    return tuple(ExerciseChapters(parts[0].title, tuple(parts)) for parts in runs)


def flat(tree: tuple[ExerciseChapters, ...]) -> list[Chapter]:
    """All chapters in the order in which they are played."""
    return [chapter for exercise in tree for chapter in exercise.parts]


def _marks(timeline: Timeline) -> Iterator[_Mark]:
    """Every chapter at the moment it should start, in the order of the training."""
    ordered = sorted(
        (e for e in timeline.events if isinstance(e, ExerciseSpan | SetSpan | Rest)), key=_order
    )
    for event in ordered:
        if isinstance(event, ExerciseSpan):
            yield event.at_ms, True, f"{event.exercise}. {event.name}"
        elif isinstance(event, SetSpan):
            yield event.at_ms - event.lead_in_ms, False, _set_title(event)
        else:
            yield event.at_ms, False, f"Rest {seconds(event.duration_ms)}"


def _order(event: ExerciseSpan | SetSpan | Rest) -> tuple[int, int]:
    """In time; a rest that begins as an exercise is announced belongs to the one before."""
    kinds = (Rest, ExerciseSpan, SetSpan)
    return event.at_ms, kinds.index(type(event))


def _spread(wished: list[int]) -> list[int]:
    """Starts that only grow: the first is 0, and each chapter lasts a millisecond at least."""
    starts: list[int] = []
    for start in wished:
        starts.append(max(start, starts[-1] + 1) if starts else 0)
    return starts


def _set_title(span: SetSpan) -> str:
    """`Set 2 of 3, left side: warm-up, 8 reps at 3-1-2-2`."""
    label = f"{span.label}, " if span.label else ""
    tempo = f" at {span.tempo}" if span.tempo else ""
    return f"Set {which_set(span)}: {label}{work_in_words(span)}{tempo}"
