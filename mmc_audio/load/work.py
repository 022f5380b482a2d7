"""The keys of the work itself: times, tempo, reps, sets, cues, an exercise."""

from __future__ import annotations

from typing import Any

from mmc_audio import tempo
from mmc_audio.errors import shown
from mmc_audio.load import notations
from mmc_audio.load.cuekind import MOST_SETS, CueKind
from mmc_audio.load.fields import Choice, Either, ListOf, Notation, Text, Whole, number
from mmc_audio.load.findings import At
from mmc_audio.load.tables import Field, Shared, Table
from mmc_audio.program import MOMENTS

MOST_REPS = 1_000
MOST_SECONDS = "3600"

TIME = Either(
    (
        number("0", MOST_SECONDS, "of seconds"),
        Notation(notations.read_time, notations.TIME, 'a text such as "1m30s"'),
    )
)
HOLD = Either(
    (
        number("1", MOST_SECONDS, "of seconds"),
        Notation(notations.read_hold, notations.HOLD, 'a text such as "1m30s"'),
    )
)
SLOT = number("0.3", "30", "of seconds")


def _moving(read: Any, letters: str, words: str) -> Either:
    return Either((number("0.3", "30", "of seconds"), Notation(read, letters, words)))


_STILL = number("0", "60", "of seconds")
_LOWER = _moving(notations.read_letter, notations.LETTER, '"X" or "V"')
_LIFT = _moving(notations.read_lift_letter, notations.LIFT_LETTER, '"X", "V" or "A"')
PHASES = Table(
    {
        "eccentric": Field(_LOWER, "Seconds of lowering, or X or V."),
        "pause": Field(_STILL, "Seconds of the pause before the lift."),
        "concentric": Field(_LIFT, "Seconds of lifting, or X, V or A."),
        "squeeze": Field(_STILL, "Seconds of holding it squeezed."),
    },
    words="a table of phases",
)


class _TempoDigits(Whole):
    """3120 without quotes, which TOML reads as a number."""

    def check(self, value: Any, at: At) -> Any:
        digits = super().check(value, at)
        try:
            return tempo.parse(str(digits)) if isinstance(digits, int) else digits
        except tempo.TempoError as error:
            return at.fault(str(error), in_schema=False)


def _tempo(read: Any, pattern: str) -> Either:
    text = Notation(read, pattern, 'a text such as "3-1-2-0"')
    return Either((text, _TempoDigits(100, 9_999), PHASES))


NAMED_TEMPO = Shared("named_tempo", _tempo(notations.read_full_tempo, tempo.PATTERN))
TEMPO = Shared(
    "tempo", _tempo(notations.read_tempo, f"(?:{tempo.PATTERN})|(?:{notations.TEMPO_NAME})")
)
CUE = Shared("cue", CueKind())
SHARED = (NAMED_TEMPO, TEMPO, CUE)
_REPS = Whole(1, MOST_REPS)


class _Range(Notation):
    """Two numbers in rising order."""

    def check(self, value: Any, at: At) -> Any:
        pair = super().check(value, at)
        if isinstance(pair, tuple) and pair[0] > pair[1]:
            right = f"{pair[1]}-{pair[0]}"
            text = f'must begin with the smaller number, found {shown(value)}; write "{right}"'
            return at.fault(text, in_schema=False)
        return pair


_RANGE = _Range(notations.read_range, notations.RANGE, 'a range such as "8-12"')
REPS_OF_ONE = Either((_REPS, _RANGE))
REPS = Either((_REPS, _RANGE, ListOf(REPS_OF_ONE, MOST_SETS, noun="numbers")))
LOAD = Either((number("0", "200"), Text(60)))

_LOAD = Field(LOAD, "Per cent of the most you can lift once, or words, spoken as written.")
_REST = Field(TIME, 'Rest after each set: seconds, or "1m30s", "2 min", "1:30".', default=60)
_HOLD = Field(HOLD, "Seconds to hold still, instead of reps.")
_TEMPO = Field(TEMPO, "Lower, pause, lift, squeeze, in seconds: 3-1-2-0.", default="3-0-2-0")
_CUE_EVERY = Field(
    Whole(1, MOST_REPS), "Cues without a when are said on every n-th rep.", default=3
)

SET_ENTRY = Table(
    {
        "times": Field(Whole(1, MOST_SETS), "This line stands for so many sets.", default=1),
        "label": Field(Text(60), "What the set is called: warm-up, heavy."),
        "reps": Field(REPS_OF_ONE, 'Repetitions: a number, or a range "8-12".'),
        "hold": _HOLD,
        "load": _LOAD,
        "tempo": _TEMPO,
        "rest": _REST,
        "cue_every": _CUE_EVERY,
    },
    words='a table such as { reps = 8, load = "light" }',
    never_both=("reps", "hold"),
)
SETS = Either((Whole(1, MOST_SETS), ListOf(SET_ENTRY, MOST_SETS, noun="sets")))

WORK = {
    "tempo": _TEMPO,
    "sets": Field(SETS, "How many sets, or a list with a table for each.", default=3),
    "reps": Field(REPS, 'Repetitions: a number, a range "8-12", or a list, one a set.', default=10),
    "hold": _HOLD,
    "rest": _REST,
    "load": _LOAD,
    "cue_every": _CUE_EVERY,
}
CUES = Table({moment: Field(CUE, f"Said at {moment}.") for moment in MOMENTS})
EXERCISE = Table(
    {
        "name": Field(Text(120), "What the exercise is called, spoken as written."),
        "id": Field(
            Notation(notations.read_slug, notations.SLUG, "small letters, digits and dashes"),
            "A short name: hip-thrust.",
        ),
        "start": Field(
            Choice(("eccentric", "concentric")),
            "The phase that comes first. The order of the tempo's numbers stays.",
            default="eccentric",
        ),
        "target": Field(Text(120), "The muscle that the exercise is for."),
        **WORK,
        "cues": Field(CUES, "What is said, and when."),
    },
    words="a table",
    one_of=("name", "id"),
    never_both=("reps", "hold"),
)
