"""Draws program files for property tests: small, valid, and using the whole language."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from mmc_audio.program import MOMENTS as ALL_MOMENTS

WORDS = st.lists(
    st.sampled_from(
        ["squeeze", "your", "glutes", "lift", "the floor", "away", "slow down", "hold", "tall"]
    ),
    min_size=1,
    max_size=6,
).map(" ".join)
SECONDS = st.sampled_from([1, 1.5, 2, 2.5, 3, 4])
WHENS = st.sampled_from(
    ["every", "every 2", "every 3 from 2", "first", "first 2", "last", "last 2", "reps 1,3", "odd",
     "even", "1 in 2"]
)  # fmt: skip
SAY = st.one_of(WORDS, st.lists(WORDS, min_size=1, max_size=3))
CUE = st.fixed_dictionaries(
    {"say": SAY},
    optional={
        "when": WHENS,
        "sets": st.sampled_from(["every", "first", "last", [1], [2, 3]]),
        "place": st.sampled_from(["lead", "in", "on"]),
        "order": st.sampled_from(["turn", "random"]),
    },
)
MOMENTS = [moment for moment in ALL_MOMENTS if moment != "during"]  # that is for holds
CUES = st.dictionaries(
    st.sampled_from(MOMENTS), st.one_of(SAY, CUE, st.lists(CUE, min_size=1, max_size=2)), max_size=4
)
MOVING = st.one_of(SECONDS.map(lambda s: f"{s:g}"), st.just("X"))
STILL = st.sampled_from(["0", "1", "2", "1.5"])
TEMPO = st.builds(
    lambda e, p, c, s: f"{e}-{p}-{c}-{s}", SECONDS.map(lambda s: f"{s:g}"), STILL, MOVING, STILL
)
REST = st.sampled_from([0, 1, 2, 4, 8, 15, 20, 45, 75, 100])
REPS = st.one_of(st.integers(1, 9), st.sampled_from(["3-5", "2-6"]))
ONE_SET = st.fixed_dictionaries(
    {},
    optional={
        "times": st.integers(1, 2),
        "label": WORDS,
        "reps": REPS,
        "load": st.one_of(st.integers(20, 90), WORDS),
        "tempo": TEMPO,
        "rest": REST,
    },
)
EXERCISE = st.fixed_dictionaries(
    {
        "name": WORDS,
        "sets": st.one_of(st.integers(1, 3), st.lists(ONE_SET, min_size=1, max_size=3)),
        "tempo": TEMPO,
        "rest": REST,
    },
    optional={
        "start": st.sampled_from(["eccentric", "concentric"]),
        "target": st.sampled_from(["glutes", "biceps"]),
        "load": st.integers(20, 90),
        "cue_every": st.integers(1, 4),
        "cues": CUES,
    },
).flatmap(lambda e: REPS.map(lambda reps: {**e, "reps": reps}))
HOLD = st.fixed_dictionaries(
    {"name": WORDS, "sets": st.integers(1, 3), "hold": st.integers(2, 45), "rest": REST},
    optional={"cues": st.dictionaries(st.just("during"), st.one_of(SAY, CUE), max_size=1)},
)
SESSION = st.fixed_dictionaries(
    {},
    optional={
        "setup": st.integers(0, 30),
        "lead_in": st.integers(0, 5),
        "count": st.sampled_from(["up", "down", "up-then-down", "off"]),
        "count_at": st.sampled_from(["lift", "end"]),
        "announce": st.sampled_from([[], ["last"], ["halfway", "last"]]),
        "warn": st.sampled_from([[], [10], [30, 10], [60, 5]]),
    },
)
SOUND = st.fixed_dictionaries({}, optional={"ticks": st.sampled_from(["off", "soft", "full"])})
PROGRAM = st.fixed_dictionaries(
    {
        "title": WORDS,
        "seed": st.integers(0, 9),
        "session": SESSION,
        "sound": SOUND,
        "exercise": st.lists(st.one_of(EXERCISE, EXERCISE, HOLD), min_size=1, max_size=3),
    }
)


def toml(program: dict[str, Any]) -> str:
    """The drawn program as TOML text."""
    lines = [f"{key} = {_value(value)}" for key, value in program.items() if _plain(value)]
    for key in ("session", "sound"):
        lines += [f"[{key}]", *(f"{k} = {_value(v)}" for k, v in program[key].items())]
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
    short = {**exercise, "sets": few, "rest": min(exercise["rest"], 8)}
    return {**program, "session": {**session, "setup": 2}, "exercise": [short]}
