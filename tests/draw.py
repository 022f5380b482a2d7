"""Draws program files for property tests: small, valid, and using the whole language."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from mmc_audio.program import MOMENTS as ALL_MOMENTS
from mmc_audio.program import PLACEHOLDERS

PLAIN_WORDS = [
    "squeeze",
    "your",
    "glutes",
    "lift",
    "the floor",
    "away",
    "slow down",
    "hold",
    "tall",
]
GAPS = [f"{{{name}}}" for name in PLACEHOLDERS]


def _texts(words: list[str]) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(words), min_size=1, max_size=6).map(" ".join)


NAMES = _texts(PLAIN_WORDS)
WORDS = st.one_of(NAMES, _texts([*PLAIN_WORDS, *GAPS]))
SECONDS = st.sampled_from([1, 1.5, 2, 2.5, 3, 4])
WHENS = st.sampled_from(
    ["every", "every 2", "every 3 from 2", "first", "first 2", "last", "last 2", "reps 1,3", "odd",
     "even", "1 in 2"]
)  # fmt: skip
SAY = st.one_of(WORDS, st.lists(WORDS, min_size=1, max_size=3))
ANY_CUE = {
    "sets": st.sampled_from(["every", "first", "last", [1], [2, 3]]),
    "focus": st.sampled_from(["internal", "external"]),
    "order": st.sampled_from(["turn", "random"]),
}
CUE = st.fixed_dictionaries(
    {"say": SAY},
    optional={**ANY_CUE, "when": WHENS, "place": st.sampled_from(["lead", "in", "on"])},
)
SIDE_CUE = st.builds(
    lambda cue, side: {**cue, "side": side}, CUE, st.sampled_from(["left", "right"])
)
DURING = st.fixed_dictionaries({"say": SAY}, optional={**ANY_CUE, "every": st.integers(1, 20)})
MOMENTS = [moment for moment in ALL_MOMENTS if moment != "during"]  # that is for holds


def _cues(cue: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    told = st.one_of(SAY, cue, st.lists(cue, min_size=1, max_size=2))
    return st.dictionaries(st.sampled_from(MOMENTS), told, max_size=4)


CUES, SIDE_CUES = _cues(CUE), _cues(st.one_of(CUE, SIDE_CUE))
MOVING = st.one_of(SECONDS.map(lambda s: f"{s:g}"), st.just("X"))
LIFTS = st.one_of(MOVING, st.just("A"))
STILL = st.sampled_from(["0", "1", "2", "1.5"])
TEMPO = st.builds(
    lambda e, p, c, s: f"{e}-{p}-{c}-{s}", SECONDS.map(lambda s: f"{s:g}"), STILL, LIFTS, STILL
)
PART_OF_TEMPO = st.fixed_dictionaries(
    {}, optional={"eccentric": SECONDS, "pause": st.integers(0, 3), "squeeze": st.integers(0, 3)}
)
REST = st.sampled_from([0, 1, 2, 4, 8, 15, 20, 45, 75, 100])
REPS = st.one_of(st.integers(1, 9), st.sampled_from(["3-5", "2-6"]))
ACTIVITY = st.one_of(
    st.sampled_from(
        ["flex 10", "visualise 15", "breathe 2", "brace", "activate 3", "tap", "tap-partner",
         "contrast", "anatomy", "quiet 5", "phone", "podcast"]
    ),
    NAMES.map(lambda text: f"please {text}"),
    st.fixed_dictionaries({"say": SAY}, optional={"seconds": st.integers(1, 10)}),
)  # fmt: skip
ACTIVITIES = st.lists(ACTIVITY, max_size=2)
LOAD = st.one_of(st.integers(20, 90), NAMES)
# What any set may say, however its work is counted.
WITH_IT = {
    "load": LOAD,
    "focus": st.sampled_from(["auto", "internal", "external"]),
    "rir": st.integers(0, 4),
    "rest_do": ACTIVITIES,
    "check_in": st.booleans(),
}
ONE_SET = st.fixed_dictionaries(
    {},
    optional={
        **WITH_IT,
        "times": st.integers(1, 2),
        "label": NAMES,
        "reps": REPS,
        "tempo": st.one_of(TEMPO, PART_OF_TEMPO),
        "rest": REST,
        "rest_before": REST,
    },
)
WEEKS = st.lists(
    st.fixed_dictionaries(
        {}, optional={"reps": st.integers(1, 6), "tempo": TEMPO, "rest": REST, "load": LOAD}
    ),
    min_size=1,
    max_size=3,
)
PROGRESS = st.fixed_dictionaries(
    {},
    optional={
        "reps": st.sampled_from([1, "+1", "+1 every 2", "+2 to 7"]),
        "load": st.sampled_from(["+2.5", "+5 to 80", -5]),
        "tempo": st.just({"eccentric": "+0.5 to 5"}),
    },
)
# The ways in which work is counted: each a set of keys that may stand together.
COUNTED = st.fixed_dictionaries({"reps": REPS})
OPEN = st.fixed_dictionaries({"reps": st.just("amrap"), "max_reps": st.integers(1, 8)})
CLUSTER = st.fixed_dictionaries(
    {"cluster": st.lists(st.integers(1, 4), min_size=2, max_size=3)},
    optional={"cluster_rest": st.integers(0, 20)},
)
HELD = st.fixed_dictionaries({"hold": st.integers(2, 45)})
HOLDS = st.fixed_dictionaries(
    {"hold": st.integers(2, 8), "reps": st.integers(2, 3)}, optional={"gap": st.integers(0, 6)}
)
ONE_AFTER_THE_OTHER = st.fixed_dictionaries(
    {"sides": st.sampled_from(["left-right", "right-left"])}, optional={"switch": REST}
)
IN_TURN = st.just({"sides": "alternate"})
ONE_SIDE = st.fixed_dictionaries({"sides": st.sampled_from(["left", "right"])})
NO_SIDES = st.just({})
ABOUT = {
    **WITH_IT,
    "id": st.sampled_from(["hip-thrust", "lateral-raise", "dead-bug", "bench-press"]),
    "target": st.sampled_from(["glutes", "biceps", "middle delts", "heart"]),
    "takes_over": st.sampled_from(["upper traps", ["hamstrings", "lower back"], []]),
    "role": st.sampled_from(["work", "activation"]),
    "before": ACTIVITIES,
    "tap": st.sampled_from(["off", "self", "partner"]),
    "cue_sets": st.just("extra"),
}
REPEATED = {
    "start": st.sampled_from(["eccentric", "concentric"]),
    "cue_every": st.integers(1, 4),
    "progress": PROGRESS,
}


def _joined(*parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.tuples(*parts).map(lambda drawn: {k: v for part in drawn for k, v in part.items()})


def _exercise(
    sets: st.SearchStrategy[Any], cues: st.SearchStrategy[Any], **more: st.SearchStrategy[Any]
) -> st.SearchStrategy[dict[str, Any]]:
    named = {"name": NAMES, "sets": sets, "rest": REST}
    return st.fixed_dictionaries(named, optional={**ABOUT, **more, "cues": cues})


FEW = st.integers(1, 3)
WITH_REPS = _joined(
    _exercise(st.one_of(FEW, st.lists(ONE_SET, min_size=1, max_size=3)), CUES, **REPEATED),
    st.fixed_dictionaries({"tempo": TEMPO}),
    COUNTED,
)
CHANGING = _joined(
    _exercise(FEW, CUES, **REPEATED, weeks=WEEKS), st.fixed_dictionaries({"tempo": TEMPO}), COUNTED
)
SIDED = _joined(
    _exercise(FEW, SIDE_CUES, **REPEATED),
    st.fixed_dictionaries({"tempo": TEMPO}),
    st.one_of(
        _joined(st.one_of(COUNTED, OPEN), st.one_of(ONE_AFTER_THE_OTHER, IN_TURN, ONE_SIDE)),
        _joined(CLUSTER, st.one_of(ONE_AFTER_THE_OTHER, ONE_SIDE)),
    ),
)
IN_PARTS = _joined(
    _exercise(FEW, CUES, **REPEATED),
    st.fixed_dictionaries({"tempo": TEMPO}),
    st.one_of(OPEN, CLUSTER),
)
HOLDING = _joined(
    _exercise(FEW, st.dictionaries(st.just("during"), st.one_of(SAY, DURING), max_size=1)),
    st.one_of(HELD, HOLDS),
    st.one_of(NO_SIDES, ONE_AFTER_THE_OTHER, ONE_SIDE),
)
EXERCISE = st.one_of(WITH_REPS, CHANGING, SIDED, IN_PARTS, HOLDING)
SESSION = st.fixed_dictionaries(
    {},
    optional={
        "setup": st.integers(0, 30),
        "lead_in": st.integers(0, 5),
        "count": st.sampled_from(["up", "down", "up-then-down", "off"]),
        "count_at": st.sampled_from(["lift", "end"]),
        "announce": st.sampled_from([[], ["last"], ["halfway", "last"]]),
        "warn": st.sampled_from([[], [10], [30, 10], [60, 5]]),
        "remind": st.lists(st.one_of(st.sampled_from(["phone", "podcast"]), NAMES), max_size=2),
    },
)
SOUND = st.fixed_dictionaries(
    {},
    optional={
        "ticks": st.sampled_from(["off", "soft", "full"]),
        "glide": st.sampled_from(["off", "effort"]),
        "pan_sides": st.booleans(),
    },
)


def _grouped(exercises: list[dict[str, Any]], first: int, last: int) -> list[dict[str, Any]]:
    """A superset of those from `first` to `last`, where these are several."""
    return [
        {**exercise, "superset": "A"} if first <= index <= last and first < last else exercise
        for index, exercise in enumerate(exercises)
    ]


PROGRAM = st.fixed_dictionaries(
    {
        "title": NAMES,
        "seed": st.integers(0, 9),
        "voice": st.fixed_dictionaries(
            {}, optional={"language": st.sampled_from(["en", "de", "es", "fr", "pt"])}
        ),
        "session": SESSION,
        "sound": SOUND,
        "cue_sets.extra": CUES,
        "exercise": st.builds(
            _grouped,
            st.lists(EXERCISE, min_size=1, max_size=3),
            st.integers(0, 2),
            st.integers(0, 2),
        ),
    },
    optional={"priority": NAMES, "cues": CUES},
)


def toml(program: dict[str, Any]) -> str:
    """The drawn program as TOML text."""
    lines = [f"{key} = {_value(value)}" for key, value in program.items() if _plain(value)]
    tables = {key: value for key, value in program.items() if isinstance(value, dict)}
    for key, table in tables.items():
        lines += [f"[{key}]", *(f"{k} = {_value(v)}" for k, v in table.items())]
    for exercise in program["exercise"]:
        lines += [
            "[[exercise]]",
            *(f"{k} = {_value(v)}" for k, v in exercise.items() if k != "cues"),
        ]
        lines += [f"cues.{k} = {_value(v)}" for k, v in exercise.get("cues", {}).items()]
    return "\n".join(lines) + "\n"


def _plain(value: Any) -> bool:
    return isinstance(value, (str, int))


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value)


PROGRAMS = PROGRAM.map(toml)
# For tests that make every sample: at most two sets, short rests.
SHORT_PROGRAMS = PROGRAM.map(lambda program: toml(_shortened(program)))


def _shortened(program: dict[str, Any]) -> dict[str, Any]:
    session = {k: v for k, v in program["session"].items() if k != "setup"}
    exercise = program["exercise"][0]
    sets = exercise["sets"]
    few = min(sets, 2) if isinstance(sets, int) else [{**s, "times": 1} for s in sets[:2]]
    short = {**exercise, "sets": few, "rest": min(exercise["rest"], 8), "rest_do": [], "before": []}
    return {**program, "session": {**session, "setup": 2}, "exercise": [short]}
