"""The questions of `mmc new`: each answer is checked as it is given, and asked for again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import click

from mmc_audio.commands.draft import REPS, REST, SETS, TITLE, Chosen, Draft, reason
from mmc_audio.console import echo
from mmc_audio.errors import nearest
from mmc_audio.library import Known, find, names, search
from mmc_audio.program import Start

MOST_OFFERED = 5
# Each question and the answer of who only presses Enter.
QUESTIONS = {
    "sets": ("Sets of each", SETS),
    "reps": ("Reps in a set", REPS),
    "rest": ("Rest between sets, in seconds", REST),
    "tempo": ("Tempo, such as 3-1-2-0 (Enter: each exercise's own)", ""),
}
STARTS: dict[str, Start] = {"lowering": "eccentric", "lift": "concentric"}


def asked(given: Mapping[str, str]) -> Draft:
    """A draft with an answer for all that was not `given`. Raises click.Abort at Ctrl-C."""
    answers = dict(given)
    if "title" not in given:
        answers["title"] = _answer("title", "Title", TITLE)
    echo("The exercises, one a line; an empty line ends them.")
    exercises = tuple(_exercises())
    for key, (question, usual) in QUESTIONS.items():
        if key not in given:
            answers[key] = _answer(key, question, usual)
    return Draft(exercises, **answers)


def _answer(key: str, question: str, usual: str) -> str:
    optional = not usual
    value: str = click.prompt(
        question, default=usual, show_default=bool(usual), value_proc=_checked(key, optional)
    )
    return value


def _checked(key: str, optional: bool) -> Callable[[str], str]:
    """What click calls with each answer; with an error it asks again."""

    def check(text: str) -> str:
        text = text.strip()
        wrong = None if optional and not text else reason(key, text)
        if wrong:
            raise click.UsageError(wrong)
        return text

    return check


def _exercises() -> Iterator[Chosen]:
    number = 1
    while True:
        name = _answer_or_end(number)
        if not name:
            return
        yield _settled(name)
        number += 1


def _answer_or_end(number: int) -> str:
    """The name of an exercise; "" where there are no more, which the first can't be."""
    value: str = click.prompt(
        f"Exercise {number}",
        default="",
        show_default=False,
        value_proc=_checked("name", optional=number > 1),
    )
    return value


def _settled(name: str) -> Chosen:
    """The exercise of that name, or the known one that was meant."""
    if known := find(name):
        return _told(name, known)
    offered = _offered(name)
    if offered:
        echo("  The exercise library does not know it. Was it one of these?")
        for number, known in enumerate(offered, 1):
            echo(f"    {number}  {known.name}")
        pick: int = click.prompt(
            "  Its number (Enter: none)",
            default=0,
            show_default=False,
            type=click.IntRange(0, len(offered)),
        )
        if pick:
            return _told(offered[pick - 1].name, offered[pick - 1])
    first: str = click.prompt(
        "  It begins with the", default="lowering", type=click.Choice(list(STARTS))
    )
    return Chosen(name, STARTS[first])


def _told(name: str, known: Known) -> Chosen:
    begins = next(word for word, start in STARTS.items() if start == known.start)
    work = f"begins with the {begins}; tempo {known.tempo}" if known.tempo else "it is held"
    echo(f"  {known.name}: for the {known.target}; {work}")
    return Chosen(name, known.start)


def _offered(name: str) -> tuple[Known, ...]:
    """Known exercises with a name near to this one, or with a word of it."""
    meant = find(nearest(name, names()) or "")
    found = {meant.id: meant} if meant else {}
    for word in name.split():
        found |= {known.id: known for known in search(word)} if len(word) > 2 else {}
    return tuple(found.values())[:MOST_OFFERED]
