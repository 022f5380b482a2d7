"""The chapters of a session: for each exercise its announcement, its sets and its rests.

They cover the session without gap or overlap. A set's chapter starts with its counted lead-in, so
that whoever jumps there is counted in. Pure, standard library only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mmc_audio.errors import count
from mmc_audio.timeline import ExerciseSpan, Hold, Rest, SetSpan, Timeline


@dataclass(frozen=True, slots=True)
class Chapter:
    """A stretch of the session under a title."""

    start_ms: int
    end_ms: int
    title: str


@dataclass(frozen=True, slots=True)
class ExerciseChapters:
    """What belongs to one exercise: its own chapter, the announcement, then its sets and rests."""

    title: str
    parts: tuple[Chapter, ...]


_Mark = tuple[int, int, str]  # wished start in ms, exercise, title


def chapters(timeline: Timeline) -> tuple[ExerciseChapters, ...]:
    """The exercises in order, each with its chapters; () for a session without exercises."""
    marks = list(_marks(timeline))
    starts = _spread([start for start, _, _ in marks])
    ends = [*starts[1:], max(timeline.duration_ms, starts[-1] + 1)] if starts else []
    by_exercise: dict[int, list[Chapter]] = {}
    for (_, exercise, title), start, end in zip(marks, starts, ends, strict=True):
        by_exercise.setdefault(exercise, []).append(Chapter(start, end, title))
    return tuple(ExerciseChapters(parts[0].title, tuple(parts)) for parts in by_exercise.values())


def flat(tree: tuple[ExerciseChapters, ...]) -> list[Chapter]:
    """All chapters in the order in which they are played."""
    return [chapter for exercise in tree for chapter in exercise.parts]


def _marks(timeline: Timeline) -> Iterator[_Mark]:
    """Every chapter at the moment it should start, in the order of the training."""
    holds = {(e.exercise, e.set): e for e in timeline.events if isinstance(e, Hold)}
    ordered = sorted(
        (e for e in timeline.events if isinstance(e, ExerciseSpan | SetSpan | Rest)), key=_order
    )
    for event in ordered:
        if isinstance(event, ExerciseSpan):
            yield event.at_ms, event.exercise, f"{event.exercise}. {event.name}"
        elif isinstance(event, SetSpan):
            hold = holds.get((event.exercise, event.set))
            yield event.at_ms - event.lead_in_ms, event.exercise, _set_title(event, hold)
        else:
            yield event.at_ms, event.exercise, f"Rest {_seconds(event.duration_ms)}"


def _order(event: ExerciseSpan | SetSpan | Rest) -> tuple[int, int, int]:
    if isinstance(event, ExerciseSpan):
        return event.exercise, 0, 0
    return event.exercise, event.set, 1 if isinstance(event, Rest) else 0


def _spread(wished: list[int]) -> list[int]:
    """Starts that only grow: the first is 0, and each chapter lasts a millisecond at least."""
    starts: list[int] = []
    for start in wished:
        starts.append(max(start, starts[-1] + 1) if starts else 0)
    return starts


def _set_title(span: SetSpan, hold: Hold | None) -> str:
    work = f"hold {_seconds(hold.duration_ms)}" if hold else count(span.reps, "rep")
    label = f"{span.label}, " if span.label else ""
    return f"Set {span.set} of {span.sets}: {label}{work}"


def _seconds(duration_ms: int) -> str:
    """`90 s`, `7.5 s`."""
    return f"{duration_ms / 1_000:.3f}".rstrip("0").rstrip(".") + " s"
