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
    "flex": "flex",
    "visualise": "see it",
    "breathe": "breath",
    "brace": "brace",
    "activate": "squeeze",
    "tap": "tap",
    "tap-partner": "tap",
    "contrast": "feel",
    "check-in": "feel?",
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
    """What a set asks for: `8 reps`, `8 reps a side`, `hold 30 s`."""
    if not span.reps:
        return f"hold {seconds(span.duration_ms)}"
    each = " a side" if span.side == "both" else ""
    return count(span.counted(span.reps), "rep") + each


def which_set(span: SetSpan) -> str:
    """`2 of 3`, `2 of 3, left side`, `1 of 1, part 2 of 6`."""
    side = f", {span.side} side" if span.side in ("left", "right") else ""
    part = f", part {span.part} of {span.parts}" if span.parts > 1 else ""
    return f"{span.nth} of {span.sets}{side}{part}"


def set_in_words(span: SetSpan) -> str:
    """`set 2 of 3, 8 reps, warm-up`."""
    label = f", {clean(span.label)}" if span.label else ""
    return f"set {which_set(span)}, {work_in_words(span)}{label}"


def coming_in_words(chart: Chart, span: SetSpan, exercise: int) -> str:
    """The set that comes after those of `exercise`, with its name where it is another one's."""
    if span.exercise == exercise:
        return set_in_words(span)
    return f"{exercise_name(chart, span.exercise)}, {set_in_words(span)}"


def exercise_name(chart: Chart, number: int) -> str:
    """The name of an exercise; a session may begin at a later one than the first."""
    return clean(next(span.name for span in chart.exercises.events if span.exercise == number))


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]
