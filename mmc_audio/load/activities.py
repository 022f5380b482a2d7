"""What is done outside the reps, as it is written: `flex 30`, `tap`, or words of one's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from mmc_audio.errors import nearest, shown
from mmc_audio.load.cuekind import SPOKEN
from mmc_audio.load.cues import PlaceOf
from mmc_audio.load.fields import Either, ListOf, Whole
from mmc_audio.load.findings import At, Path
from mmc_audio.load.placeholders import Said
from mmc_audio.load.tables import Field, Table
from mmc_audio.program import Activity
from mmc_audio.scripts import MOST, scripts

MOST_ACTIVITIES = 20
_FORM = re.compile(r"([a-z]+(?:-[a-z]+)*)(?: +([0-9]{1,4}))?")


class Doing(Said):
    """The name of a script with its number, or words that are spoken as they are written."""

    def check(self, value: Any, at: At) -> Any:
        text = super().check(value, at)
        wrong = _wrong(text) if isinstance(text, str) else ""
        return at.fault(wrong, in_schema=False) if wrong else text


class Reminding(Doing):
    """The same where nothing can be done: words alone."""

    def check(self, value: Any, at: At) -> Any:
        text = super().check(value, at)
        form = _FORM.fullmatch(text) if isinstance(text, str) else None
        if form and form[1] in scripts() and scripts()[form[1]].unit != "none":
            wrong = f"is {shown(text)}, which takes time; write it in before of the first exercise"
            return at.fault(wrong, in_schema=False)
        return text


def _wrong(text: str) -> str:
    form = _FORM.fullmatch(text)
    if not form:
        return ""
    name, number = form[1], form[2]
    if name not in scripts():
        meant = nearest(name, list(scripts()))
        return f'is {shown(text)}; did you mean "{meant}"?' if meant else ""
    unit = scripts()[name].unit
    if number and unit == "none":
        return f"is {shown(text)}; {name} takes no number"
    if number and not 1 <= int(number) <= MOST[unit]:
        return f"is {shown(text)}; {name} takes 1 to {MOST[unit]} {unit}"
    return ""


_WORDS = Table(
    {
        "say": Field(
            Either((SPOKEN, ListOf(SPOKEN, 50, noun="variants"))),
            "The words, or a list of them from long to short.",
            required='say = "..."',
        ),
        "seconds": Field(Whole(1, 600), "How much time they get; unwritten: as long as they take."),
    },
    words="a table with say = ...",
)
_ONE = (Doing(300), _WORDS)

ACTIVITIES = Either((*_ONE, ListOf(Either(_ONE), MOST_ACTIVITIES, least=0, noun="activities")))

_REMINDER = Reminding(300)
REMINDERS = Either(
    (_REMINDER, ListOf(_REMINDER, MOST_ACTIVITIES, least=0, noun="reminders")),
)


def activities_of(value: Any, place: PlaceOf, path: Path) -> tuple[Activity, ...]:
    """The activities of a checked value that stands at `path`."""
    return tuple(_each(value, place, path))


def _each(value: Any, place: PlaceOf, path: Path) -> Iterator[Activity]:
    if isinstance(value, list):
        for number, entry in enumerate(value):
            yield from _each(entry, place, (*path, number))
    elif isinstance(value, dict):
        say = value.get("say", "")
        texts = (say,) if isinstance(say, str) else tuple(say)
        seconds = value.get("seconds", 0)
        yield Activity("", say=texts, lasts_ms=seconds * 1_000, where=place(path))
    else:
        form = _FORM.fullmatch(value)
        if form and form[1] in scripts():
            yield Activity(form[1], int(form[2] or 0), where=place(path))
        else:
            yield Activity("", say=(value,), where=place(path))
