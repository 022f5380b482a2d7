"""`mmc exercises`: the exercise library."""

from __future__ import annotations

from collections.abc import Iterator

import click

from mmc_audio.commands.hearing import hear, play_options, session
from mmc_audio.commands.options import voice_option
from mmc_audio.console import echo, table
from mmc_audio.errors import UserError, nearest, shown
from mmc_audio.library import Known, exercises, find, muscles, names, search

STARTS = {"eccentric": "with the lowering", "concentric": "with the lift"}
HEARD = """\
title = "{name}"
[session]
setup = 5
remind = []
[[exercise]]
id = "{id}"
sets = 1
rest = 0
{work}
"""


@click.command()
@click.argument("word", nargs=-1)
@play_options
@voice_option
def command(word: tuple[str, ...], play: bool, output: str | None, voice: str | None) -> None:
    """Search the exercise library.

    WORD is part of a name, of another name for it, or of a muscle.
    A program that names one of these as its name or id takes from here what it does not say itself:
    the phase it starts with, its muscles, its tempo, one line of set-up, its cues. Without WORD,
    all of them are listed. --play says how it is done, and counts a set of two.

    \b
    Examples:
      mmc exercises lateral
      mmc exercises glutes
      mmc exercises "hip thrust" --play
    """
    text = " ".join(word)
    one = find(text) if text else None
    found = (one,) if one else search(text)
    if not found:
        raise UserError(_unknown(text))
    if len(found) == 1:
        _tell(found[0])
    else:
        _list(found)
    if play and len(found) > 1:
        raise UserError(
            f"--play plays one exercise, and {_several(text, found)}. Name one of them."
        )
    if play:
        _play(found[0], output, voice)


def _list(found: tuple[Known, ...]) -> None:
    rows = [
        (each.name, each.target, ", ".join(each.takes_over), _starts(each), each.tempo or "held")
        for each in found
    ]
    table(("Exercise", "Works", "What takes over", "Starts", "Tempo"), rows)


def _tell(one: Known) -> None:
    table((one.name, f'id = "{one.id}"'), list(_facts(one)))
    echo()
    echo(muscles()[one.target].about)


def _facts(one: Known) -> Iterator[tuple[str, str]]:
    """What there is to tell of it."""
    facts = {
        "also called": ", ".join(one.aliases),
        "starts": _starts(one),
        "tempo": one.tempo or "held",
        "works": one.target,
        "helped by": ", ".join(one.helpers),
        "what takes over": ", ".join(one.takes_over),
        "set-up": one.setup,
        "phase words": ", ".join(f"{phase}: {word}" for phase, word in one.words.items()),
        "cues, internal": " / ".join(one.internal),
        "cues, external": " / ".join(one.external),
        "tap": one.tap or muscles()[one.target].tap,
        "flex": one.flex or muscles()[one.target].flex,
        "wake-up": one.activation,
        "spotter": "yes" if one.spotter else "",
    }
    return ((name, fact) for name, fact in facts.items() if fact)


def _starts(one: Known) -> str:
    return STARTS[one.start] if one.tempo else ""  # what is held has no phases


def _play(one: Known, output: str | None, voice: str | None) -> None:
    from mmc_audio.load import load_bytes

    work = "reps = 2" if one.tempo else "hold = 10"
    text = HEARD.format(name=one.name, id=one.id, work=work)
    hear(session(load_bytes(text.encode(), name=one.id, folder=""), voice), output)


def _several(text: str, found: tuple[Known, ...]) -> str:
    return f"{shown(text)} finds {len(found)}" if text else f"there are {len(found)}"


def _unknown(text: str) -> str:
    words = {word for name in names() for word in name.lower().split()}
    meant = nearest(text, (*names(), *muscles(), *sorted(words)))
    advice = f"Did you mean {shown(meant)}?" if meant else "mmc exercises lists them all."
    return (
        f"The library of {len(exercises())} exercises has none with {shown(text)} in its name or "
        f"its muscles. {advice}"
    )
