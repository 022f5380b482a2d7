"""A program file from a few answers: commented, and right by the same rules as every other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mmc_audio.errors import ProgramError, UserError
from mmc_audio.library import Known, find
from mmc_audio.load import load_bytes
from mmc_audio.program import Start

LIBRARY_LANGUAGE = "en"
TITLE, SETS, REPS, REST = "My program", "3", "10", "60"
HOLD = 30  # seconds

_HEAD = """\
# A program for mmc. Lines that start with # are comments; change what you like.
#
#   mmc check FILE             tells every mistake, with its line
#   mmc show FILE --explain    the plan as a table, and where each value comes from
#   mmc export FILE            writes the MP3
#
# Plain numbers are seconds; "1m30s" works too.
"""
_STARTS = {"eccentric": "lowering", "concentric": "lift"}
# Where a key stands in the smallest program that can hold it, and what a message calls its place.
_PROBES = {
    "title": 'title = {}\n[[exercise]]\nname = "A"\n',
    "name": 'title = "A"\n[[exercise]]\nname = {}\n',
    "language": 'title = "A"\n[voice]\nlanguage = {}\n[[exercise]]\nname = "A"\n',
}
_PROBE = 'title = "A"\n[[exercise]]\nname = "A"\n{key} = {{}}\n'


@dataclass(frozen=True, slots=True)
class Chosen:
    """An exercise by its name. `start` matters where the library does not know it."""

    name: str
    start: Start = "eccentric"

    @property
    def known(self) -> Known | None:
        return find(self.name)


@dataclass(frozen=True, slots=True)
class Draft:
    """The answers, each as it was typed; "" for a tempo or language that is left as it is."""

    exercises: tuple[Chosen, ...]
    title: str = TITLE
    sets: str = SETS
    reps: str = REPS
    tempo: str = ""
    rest: str = REST
    language: str = ""


def reason(key: str, text: str) -> str | None:
    """What is wrong with a value for a key of a program, in the loader's words; None if nothing."""
    if not text.isprintable() and any("\ud800" <= letter <= "\udfff" for letter in text):
        return f"{key} is not in the encoding of this terminal"
    probe = _PROBES.get(key, _PROBE.format(key=key)).format(literal(key, text))
    try:
        load_bytes(probe.encode(), name="", folder="")
    except ProgramError as error:
        return re.sub(r"^exercise 1( \(.*?\))?: ", "", error.faults[0].text)
    except UserError as error:
        return str(error)
    return None


def literal(key: str, text: str) -> str:
    """The value as TOML has it: a number where one is meant, else a text in quotes."""
    number = key in ("sets", "reps", "rest") and re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", text)
    return text if number else quoted(text)


def quoted(text: str) -> str:
    """A TOML string. What can not be seen is written as an escape."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(letter: str) -> str:
    if letter in '"\\':
        return "\\" + letter
    return letter if letter.isprintable() else f"\\U{ord(letter):08X}"


def written(draft: Draft) -> str:
    """The text of the program."""
    return "\n".join([_HEAD, f"title = {quoted(draft.title)}", *_tables(draft), ""])


def _tables(draft: Draft) -> Iterator[str]:
    if draft.language:
        yield from ("", "[voice]", f"language = {quoted(draft.language)}")
    yield from ("", "[defaults]                  # what every exercise below starts from")
    yield f"sets = {literal('sets', draft.sets)}"
    yield f"reps = {literal('reps', draft.reps)}"
    yield _noted(f"rest = {literal('rest', draft.rest)}", "between sets")
    if draft.tempo:
        yield _noted(f"tempo = {quoted(draft.tempo)}", "seconds: lower, pause, lift, squeeze")
    else:
        yield _noted('# tempo = "3-1-2-0"', "seconds: lower, pause, lift, squeeze")
    yield ""
    yield "# One [[exercise]] block for each; copy a block to add another."
    for chosen in draft.exercises:
        yield from ("", "[[exercise]]", f"name = {quoted(chosen.name)}")
        yield from _known(chosen.known, draft) if chosen.known else _unknown(chosen)


def _known(known: Known, draft: Draft) -> Iterator[str]:
    """What the library gives, as comments that become keys without their mark."""
    if not known.tempo:
        yield _noted(f"hold = {HOLD}", "seconds, in the place of reps")
    yield "# The exercise library knows it. What it gives, and you may replace:"
    yield _noted(f'# start = "{known.start}"', f"begins with the {_STARTS[known.start]}")
    yield f"# target = {quoted(known.target)}"
    if known.takes_over:
        yield _noted(f"# takes_over = {_list(known.takes_over)}", "works where it should not")
    if known.tempo and not draft.tempo:
        yield f"# tempo = {quoted(known.tempo)}"
    if draft.language.split("-")[0].lower() in ("", LIBRARY_LANGUAGE):
        yield f"# cues.{'concentric' if known.tempo else 'during'} = ["
        for focus, say in (("internal", known.internal), ("external", known.external)):
            yield f'#   {{ say = {_list(say)}, focus = "{focus}" }},'
        yield "# ]"
    else:
        yield '# cues.concentric = ""'


def _unknown(chosen: Chosen) -> Iterator[str]:
    first, other = ("eccentric", "concentric")
    if chosen.start != first:
        first, other = other, first
    note = f'begins with the {_STARTS[first]}; "{other}" begins with the {_STARTS[other]}'
    yield _noted(f'start = "{first}"', note)
    yield _noted('# target = "glutes"', "the muscle it is for")
    yield _noted('# cues.concentric = "squeeze"', "two to four words")


def _list(texts: Sequence[str]) -> str:
    return "[" + ", ".join(map(quoted, texts)) + "]"


def _noted(line: str, note: str) -> str:
    return f"{line:<28}# {note}" if len(line) < 27 else f"{line}   # {note}"
