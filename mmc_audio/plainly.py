"""A session line by line, for pipes and screen readers: one short line for each thing that begins.

Read aloud a line is as short as it can be, so it bears no time: a phase is one word, and only the
first of a rep says which rep. Searched, a line is known by how it begins: `Exercise`, `Set` (for a
hold, with its seconds), `Rep` (one a rep), `Rest`, `End`; words that are said are in quotes. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mmc_audio.captions import WORDS, capital, clean, coming_in_words, set_in_words
from mmc_audio.chart import Chart, E, Row
from mmc_audio.figures import seconds
from mmc_audio.timeline import ExerciseSpan, Phase, Rest

Line = tuple[int, str]  # when, and what


def lines(
    chart: Chart, after_ms: int, until_ms: int, words: Mapping[str, str] = WORDS
) -> Iterator[str]:
    """What began after a moment and until another one, in order. `words`: as captions.WORDS."""
    begun = [line for row in _rows(chart, after_ms, until_ms, words) for line in row]
    yield from (text for _, text in sorted(begun, key=lambda line: line[0]))
    if after_ms < chart.timeline.duration_ms <= until_ms:
        yield "End of the session."


def _rows(
    chart: Chart, after_ms: int, until_ms: int, words: Mapping[str, str]
) -> Iterator[list[Line]]:
    """The lines of each kind; of those of one moment the wider comes first."""

    def begun(row: Row[E]) -> tuple[E, ...]:
        return row.events[row.last(after_ms) + 1 : row.last(until_ms) + 1]

    yield [(e.at_ms, _exercise(chart, e)) for e in begun(chart.exercises)]
    yield [(e.at_ms, f"{capital(set_in_words(e))}.") for e in begun(chart.sets)]
    yield [(e.at_ms, _rest(chart, e)) for e in begun(chart.rests)]
    yield [(e.at_ms, _phase(chart, e, words)) for e in begun(chart.work) if isinstance(e, Phase)]
    yield [(e.at_ms, f"{capital(clean(e.name))}.") for e in begun(chart.drills)]
    yield [(e.at_ms, f'"{clean(e.text)}"') for e in begun(chart.speeches)]


def _exercise(chart: Chart, span: ExerciseSpan) -> str:
    return f"Exercise {span.exercise} of {chart.exercises.events[-1].exercise}: {clean(span.name)}."


def _rest(chart: Chart, rest: Rest) -> str:
    length, coming = seconds(rest.duration_ms), chart.sets.next(rest.at_ms)
    after = f" Next: {coming_in_words(chart, coming, rest.exercise)}." if coming else ""
    return f"Rest {length}.{after}"


def _phase(chart: Chart, phase: Phase, words: Mapping[str, str]) -> str:
    index = chart.work.last(phase.at_ms)
    before = chart.work.events[index - 1] if index else None
    if isinstance(before, Phase) and _rep(before) == _rep(phase):
        return words[phase.name]
    span = chart.sets.now(phase.at_ms)
    rep = span.counted(phase.rep) if span else phase.rep
    return (
        f"Rep {rep}{', ' + phase.side if span and span.side == 'both' else ''}: {words[phase.name]}"
    )


def _rep(phase: Phase) -> tuple[int, int, int]:
    return phase.exercise, phase.set, phase.rep
