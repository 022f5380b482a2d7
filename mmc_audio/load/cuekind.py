"""What may stand behind a cue's moment."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mmc_audio.errors import shown
from mmc_audio.load import notations
from mmc_audio.load.fields import Choice, Either, ListOf, Notation, Schema, Whole
from mmc_audio.load.findings import At
from mmc_audio.load.placeholders import Said
from mmc_audio.load.tables import Field, Table

MOST_SETS = 100

SPOKEN = Said(300)
CUE_TABLE = Table(
    {
        "say": Field(
            Either((SPOKEN, ListOf(SPOKEN, 50, noun="variants"))),
            "The words, or a list of variants that take turns.",
            required='say = "..."',
        ),
        "when": Field(
            Notation(notations.read_when, notations.WHEN, notations.WHEN_WORDS, most=300),
            "On which reps: every, every 3, every 3 from 2, first 2, last, odd, even, "
            "reps 1,5, 1 in 3. Unwritten: as cue_every says.",
        ),
        "sets": Field(
            Either(
                (
                    Choice(("every", "first", "last")),
                    ListOf(Whole(1, MOST_SETS), MOST_SETS, noun="set numbers"),
                )
            ),
            "In which sets: every, first, last, or a list of their numbers.",
            default="every",
        ),
        "place": Field(
            Choice(("lead", "in", "on")),
            "lead: ends just before the phase's click; in: after it; on: one word on the click. "
            "Unwritten: lead for concentric, in for the rest.",
        ),
        "focus": Field(
            Choice(("internal", "external")),
            "Said only where the attention is on the muscle (internal) or the weight (external).",
        ),
        "side": Field(Choice(("left", "right")), "Said only where this side is worked."),
        "every": Field(
            Whole(1, 600), "In a hold: seconds from one saying to the next.", default=10
        ),
        "order": Field(
            Choice(("turn", "random")),
            "How variants are chosen: in turn, or at random from the program's seed.",
            default="turn",
        ),
    },
    words="a table with say = ...",
)
_ONE = (SPOKEN, CUE_TABLE)
FORMS = Either((*_ONE, ListOf(Either(_ONE), 50, noun="cues")))


def _without_every(value: Any, at: At) -> Any:
    """Seconds between two sayings are for holds; in reps that is `when`."""
    entries = (
        [(entry, at.into(number)) for number, entry in enumerate(value)]
        if isinstance(value, list)
        else [(value, at)]
    )
    for entry, where in entries:
        if isinstance(entry, dict) and "every" in entry:
            text = 'is for cues.during, in seconds of a hold; write when = "every 3" for reps'
            return where.into("every").fault(text, in_schema=False)
    return value


@dataclass(frozen=True, slots=True)
class CueKind:
    """Text, a list of variants, a table with `say`, or a list of texts and tables."""

    types = FORMS.types
    words = "text in quotes, a list of texts, or a table such as { say = ... }"

    def check(self, value: Any, at: At) -> Any:
        if at.path[-1] == "rest" and type(value) in (int, Decimal, datetime.time):
            length = '"1:30"' if isinstance(value, datetime.time) else shown(value)
            return at.fault(
                "is what is said in the rest; the length of the rest is a key of the exercise: "
                f"write rest = {length} above the cues"
            )
        if not isinstance(value, (str, list, dict)):
            return at.wrong(self, value)
        checked = FORMS.check(value, at)
        return checked if at.path[-1] == "during" else _without_every(checked, at)

    def schema(self) -> Schema:
        return FORMS.schema()
