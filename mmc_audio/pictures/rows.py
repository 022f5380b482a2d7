"""A timeline as rows, one an exercise, for the picture of a session. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from mmc_audio.chart import Chart, Work
from mmc_audio.program import PHASES
from mmc_audio.timeline import Drill, ExerciseSpan, Hold, Phase, Rest, SetSpan, Speech

# Moments at which a coach's cues are said; what is said at others explains, counts or announces.
CUED = frozenset((*PHASES, "during"))

E = TypeVar("E", ExerciseSpan, SetSpan, Phase | Hold, Rest, Drill)


@dataclass(frozen=True, slots=True)
class Exercise:
    """What there is to draw of one, from where it is announced (`start_ms`) to its last set's end.

    Those that take turns (`turns`: the numbers of the others) have rows that begin at one moment,
    `since_ms`, so that one can see how.
    """

    number: int
    name: str
    since_ms: int
    start_ms: int
    end_ms: int
    sets: tuple[SetSpan, ...]
    work: tuple[Work, ...]
    rests: tuple[Rest, ...]
    drills: tuple[Drill, ...]
    speeches: tuple[Speech, ...]
    turns: tuple[int, ...] = ()

    @property
    def under_tension_ms(self) -> int:
        return sum(work.duration_ms for work in self.work)

    @property
    def cues(self) -> tuple[str, ...]:
        """The different cues, in the order in which they are first said.

        Single words, such as the names of the phases, only where there is nothing else.
        """
        said = tuple(dict.fromkeys(s.text for s in self.speeches if s.moment in CUED))
        return tuple(text for text in said if " " in text.strip()) or said


def exercises(chart: Chart) -> tuple[Exercise, ...]:
    """The exercises in the order in which they begin; each has at least one set."""
    runs = _by_exercise(chart.exercises.events)
    sets, work = _by_exercise(chart.sets.events), _by_exercise(chart.work.events)
    rests, drills = _by_exercise(chart.rests.events), _by_exercise(chart.drills.events)
    found = []
    for group in _taking_turns([runs[number] for number in runs if number in sets]):
        numbers = [own[0].exercise for own in group]
        since_ms = group[0][0].at_ms
        for own in group:
            number = own[0].exercise
            last = sets[number][-1]
            found.append(
                Exercise(
                    number=number,
                    name=own[0].name,
                    since_ms=since_ms,
                    start_ms=own[0].at_ms,
                    end_ms=last.at_ms + last.duration_ms,
                    sets=tuple(sets[number]),
                    work=tuple(work.get(number, ())),
                    rests=tuple(rests.get(number, ())),
                    drills=tuple(drills.get(number, ())),
                    speeches=tuple(s for run in own for s in _said(chart, run)),
                    turns=tuple(other for other in numbers if other != number),
                )
            )
    return tuple(found)


def _by_exercise(events: Iterable[E]) -> dict[int, list[E]]:
    found: dict[int, list[E]] = {}
    for event in events:
        found.setdefault(event.exercise, []).append(event)
    return found


def _taking_turns(runs: list[list[ExerciseSpan]]) -> list[list[list[ExerciseSpan]]]:
    """The runs of the exercises, in groups of those that begin before one of them has ended."""
    groups: list[list[list[ExerciseSpan]]] = []
    end_ms = 0
    for own in runs:
        if groups and own[0].at_ms < end_ms:
            groups[-1].append(own)
        else:
            groups.append([own])
            end_ms = 0
        end_ms = max(end_ms, own[-1].at_ms + own[-1].duration_ms)
    return groups


def _said(chart: Chart, run: ExerciseSpan) -> Sequence[Speech]:
    """What is said while an exercise is under way."""
    first = chart.speeches.begun_before(run.at_ms)
    return chart.speeches.events[first : chart.speeches.begun_before(run.at_ms + run.duration_ms)]
