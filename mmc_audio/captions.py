"""How a set, a phase and an exercise are written, on the screen and line by line. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from mmc_audio.chart import Chart, Work
from mmc_audio.errors import count, printable
from mmc_audio.figures import seconds
from mmc_audio.timeline import Phase, SetSpan

# The words drawn big. Those of the phases and of holds are the language pack's in other languages.
WORDS: Mapping[str, str] = {
    "eccentric": "lower",
    "pause": "pause",
    "concentric": "lift",
    "squeeze": "squeeze",
    "hold": "hold",
    "rest": "rest",
    "ready": "get set",
    "waiting": "ready?",
    "paused": "||",  # no word: "paused" would be taken for the phase
    "finished": "done",
}


def clean(text: str) -> str:
    """A text from a program on one line, with nothing in it that a terminal obeys."""
    return printable(" ".join(text.split()))


def name_of(work: Work) -> str:
    """The key of a phase or a hold in WORDS."""
    return work.name if isinstance(work, Phase) else "hold"


def phase_in_words(work: Work, words: Mapping[str, str]) -> str:
    """`lower 3 s`, `hold 30 s`."""
    return f"{words[name_of(work)]} {seconds(work.duration_ms)}"


def work_in_words(span: SetSpan) -> str:
    """What a set asks for: `8 reps`, `hold 30 s`."""
    return count(span.reps, "rep") if span.reps else f"hold {seconds(span.duration_ms)}"


def set_in_words(span: SetSpan) -> str:
    """`set 2 of 3, 8 reps, left leg`."""
    label = f", {clean(span.label)}" if span.label else ""
    return f"set {span.set} of {span.sets}, {work_in_words(span)}{label}"


def coming_in_words(chart: Chart, span: SetSpan, exercise: int) -> str:
    """The set that comes after those of `exercise`, with its name where it is another one's."""
    if span.exercise == exercise:
        return set_in_words(span)
    return f"{exercise_name(chart, span.exercise)}, {set_in_words(span)}"


def exercise_name(chart: Chart, number: int) -> str:
    """The name of an exercise; a session may begin at a later one than the first."""
    spans = chart.exercises.events
    return clean(spans[number - spans[0].exercise].name)


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]
