"""The keys of the work itself: times, tempo, reps, sets, cues, an exercise."""

from __future__ import annotations

from typing import Any

from mmc_audio import tempo
from mmc_audio.errors import shown
from mmc_audio.load import notations
from mmc_audio.load.activities import ACTIVITIES
from mmc_audio.load.cuekind import MOST_SETS, CueKind
from mmc_audio.load.fields import Choice, Either, Flag, Kind, ListOf, Notation, Text, Whole, number
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


_RANGE = _Range(notations.read_range, notations.REPS, 'a range such as "8-12" or "amrap"')
REPS_OF_ONE = Either((_REPS, _RANGE))
LOAD = Either((number("0", "200"), Text(60)))


def _each_set(kind: Kind, noun: str) -> Either:
    """One value for all sets, or a list with one for each."""
    plain = kind.kind if isinstance(kind, Shared) else kind
    kinds = plain.kinds if isinstance(plain, Either) else (plain,)
    return Either((*kinds, ListOf(kind, MOST_SETS, noun=noun)))


def _per_set(one: Field, noun: str = "values") -> Field:
    return Field(_each_set(one.kind, noun), f"{one.about} A list: one for each set.", one.default)


_REPS_FIELD = Field(REPS_OF_ONE, 'Repetitions: a number, a range "8-12", or "amrap".', default=10)
_LOAD = Field(LOAD, "Per cent of the most you can lift once, or words, spoken as written.")
_REST = Field(TIME, 'Rest after each set: seconds, or "1m30s", "2 min", "1:30".', default=60)
_HOLD = Field(HOLD, "Seconds to hold still, instead of reps; with reps, so many holds.")
_TEMPO = Field(TEMPO, "Lower, pause, lift, squeeze, in seconds: 3-1-2-0.", default="3-0-2-0")
_CLUSTER = ListOf(_REPS, 20, least=2, noun="numbers")
_SHARED = {
    "gap": Field(TIME, "Seconds between the holds of a set.", default=4),
    "cluster": Field(_CLUSTER, "Small groups in a set, in place of reps: [4, 4, 4]."),
    "cluster_rest": Field(TIME, "Seconds between the groups of a cluster.", default=20),
    "max_reps": Field(_REPS, 'How many reps are played of reps = "amrap".', default=20),
    "cue_every": Field(
        Whole(1, MOST_REPS), "Cues without a when are said on every n-th rep.", default=3
    ),
    "focus": Field(
        Choice(("auto", "internal", "external")),
        "Cues for the muscle or for the weight. auto: the weight above 60 % and with an X.",
        default="auto",
    ),
    "rir": Field(Whole(0, 10), "Repetitions that are left in reserve."),
    "rest_do": Field(ACTIVITIES, 'What is done in the rest: ["flex 30", "visualise 20"].'),
    "check_in": Field(Flag(), "Ask after the set where it was felt.", default=False),
}

_MUSCLES = Either((Text(120), ListOf(Text(120), 10, least=0, noun="muscles")))
NEVER_BOTH = (("reps", "cluster"), ("hold", "cluster"))

SET_ENTRY = Table(
    {
        "times": Field(Whole(1, MOST_SETS), "This line stands for so many sets.", default=1),
        "label": Field(Text(60), "What the set is called: warm-up, heavy."),
        "reps": _REPS_FIELD,
        "hold": _HOLD,
        "load": _LOAD,
        "tempo": _TEMPO,
        "rest": _REST,
        "rest_before": Field(TIME, "Rest before this set, in place of that after the one before."),
        **_SHARED,
    },
    words='a table such as { reps = 8, load = "light" }',
    never_both=NEVER_BOTH,
)
_CHANGE = Either(
    (
        number("-1000", "1000"),
        Notation(notations.read_change, notations.CHANGE, 'a text such as "+1" or "+2.5 to 70"'),
    )
)
_CHANGED = {"reps": "reps", "sets": "sets", "hold": "seconds of the hold", "load": "per cent"}
PROGRESS = Table(
    {
        **{
            key: Field(_CHANGE, f"So many {what} more each week.") for key, what in _CHANGED.items()
        },
        "tempo": Field(
            Table(
                {
                    phase: Field(_CHANGE, f"Seconds more of the {phase} each week.")
                    for phase in PHASES.fields
                },
                words="a table of phases",
            ),
            "Seconds more of single phases each week.",
        ),
    },
    words="a table such as { reps = 1 }",
)
WEEK_ENTRY = Table(
    {
        "sets": Field(Whole(1, MOST_SETS), "How many sets."),
        "reps": _per_set(_REPS_FIELD, "numbers"),
        "hold": _per_set(_HOLD),
        "load": _per_set(_LOAD),
        "tempo": _per_set(_TEMPO),
        "rest": _per_set(_REST),
        **{
            key: _SHARED[key]
            for key in ("gap", "cluster", "cluster_rest", "max_reps", "focus", "rir")
        },
    },
    words="a table such as { reps = 6 }",
    never_both=NEVER_BOTH,
)
SETS = Either((Whole(1, MOST_SETS), ListOf(SET_ENTRY, MOST_SETS, noun="sets")))

WORK = {
    "tempo": _per_set(_TEMPO),
    "sets": Field(SETS, "How many sets, or a list with a table for each.", default=3),
    "reps": _per_set(_REPS_FIELD, "numbers"),
    "hold": _per_set(_HOLD),
    "rest": _per_set(_REST),
    "load": _per_set(_LOAD),
    **_SHARED,
    "sides": Field(
        Choice(("both", "left-right", "right-left", "alternate", "left", "right")),
        "The sides that are worked, one after the other; alternate: from rep to rep.",
        default="both",
    ),
    "switch": Field(TIME, "Seconds to switch sides.", default=8),
    "before": Field(ACTIVITIES, 'What is done before the first set: ["contrast", "visualise 15"].'),
    "tap": Field(
        Choice(("off", "self", "partner")),
        "Who taps the muscle before the first set and in the rests.",
        default="off",
    ),
    "weeks": Field(
        ListOf(WEEK_ENTRY, 52, noun="weeks"),
        "What differs from week to week: a table for each week, {} for as written.",
    ),
    "progress": Field(PROGRESS, "What each week adds: { reps = 1 }."),
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
        "helpers": Field(_MUSCLES, "The muscles that help."),
        "takes_over": Field(_MUSCLES, "The muscles that take over when the weight is too much."),
        "role": Field(
            Choice(("work", "activation")),
            "activation: without weight, to wake the muscle up.",
            default="work",
        ),
        "superset": Field(
            Text(20, spoken=False), "Neighbours with the same superset take turns, set by set."
        ),
        "cue_sets": Field(
            Either((Text(60), ListOf(Text(60), 20, noun="names"))),
            "Named sets of cues, said beside the exercise's own.",
        ),
        **WORK,
        "cues": Field(CUES, "What is said, and when."),
    },
    words="a table",
    one_of=("name", "id"),
    never_both=NEVER_BOTH,
)
