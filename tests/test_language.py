"""The program language, loaded: what each way of writing makes of the sets."""

from __future__ import annotations

from typing import Any

import pytest

from mmc_audio import tempo
from mmc_audio.load import load_bytes
from mmc_audio.program import Activity, Exercise, Program, Set

HEAD = 'title = "T"\n'


def program(text: str, week: int = 1) -> Program:
    return load_bytes((HEAD + text).encode(), name="t.toml", folder="", week=week)


def exercise(keys: str, week: int = 1, name: str = "Zzz press") -> Exercise:
    return program(f'[[exercise]]\nname = "{name}"\n{keys}\n', week).exercises[0]


def sets(keys: str, week: int = 1) -> tuple[Set, ...]:
    return exercise(keys, week).sets


def told(set_: Set) -> str:
    """A set in short: `2 left 1/3: 8 reps, 60 s`."""
    side = "alternate" if set_.alternate else set_.side
    part = f"{set_.part}/{set_.parts}" if set_.parts > 1 else ""
    reps = f"{set_.reps_from}-{set_.reps}" if set_.reps_from != set_.reps else f"{set_.reps}"
    work = f"{set_.hold_ms / 1_000:g} s held" if set_.hold_ms else f"{reps} reps"
    work += " at most" if set_.amrap else ""
    where = " ".join(filter(None, (str(set_.number), side, part)))
    return f"{where}: {work}, {set_.rest_ms / 1_000:g} s"


# ---- what is done, and in which order ------------------------------------------------------------

ONE = "sets = 1\nreps = 8\n"
TWO = "sets = 2\nreps = 8\nrest = 60\n"


@pytest.mark.parametrize(
    ("keys", "wanted"),
    [
        ("sets = 2", ["1: 10 reps, 60 s", "2: 10 reps, 60 s"]),
        ("reps = [12, 10, 8]", ["1: 12 reps, 60 s", "2: 10 reps, 60 s", "3: 8 reps, 60 s"]),
        ('reps = [8, "6-8"]\nrest = [30, "2m"]', ["1: 8 reps, 30 s", "2: 6-8 reps, 120 s"]),
        # sides: each side of a set is done on its own, and the switch stands between them
        (
            TWO + 'sides = "left-right"',
            *[
                [
                    *("1 left: 8 reps, 8 s", "1 right: 8 reps, 60 s"),
                    *("2 left: 8 reps, 8 s", "2 right: 8 reps, 60 s"),
                ]
            ],
        ),
        (
            ONE + 'sides = "right-left"\nswitch = 15',
            ["1 right: 8 reps, 15 s", "1 left: 8 reps, 60 s"],
        ),
        (ONE + 'sides = "alternate"', ["1 alternate: 16 reps, 60 s"]),
        (ONE + 'sides = "left"', ["1 left: 8 reps, 60 s"]),
        (ONE + 'sides = "right"', ["1 right: 8 reps, 60 s"]),
        ('sets = 1\nhold = 20\nsides = "left"', ["1 left: 20 s held, 60 s"]),
        # parts
        (
            "sets = 1\ncluster = [4, 3]\nrest = 90",
            ["1 1/2: 4 reps, 20 s", "1 2/2: 3 reps, 90 s"],
        ),
        (
            'sets = 1\ncluster = [4, 3]\ncluster_rest = 10\nsides = "left-right"',
            [
                *("1 left 1/2: 4 reps, 10 s", "1 left 2/2: 3 reps, 8 s"),
                *("1 right 1/2: 4 reps, 10 s", "1 right 2/2: 3 reps, 60 s"),
            ],
        ),
        (
            "sets = 1\nhold = 8\nreps = 3",
            ["1 1/3: 8 s held, 4 s", "1 2/3: 8 s held, 4 s", "1 3/3: 8 s held, 60 s"],
        ),
        (
            "sets = 1\nhold = 8\nreps = 2\ngap = 6",
            ["1 1/2: 8 s held, 6 s", "1 2/2: 8 s held, 60 s"],
        ),
        # as many as possible
        ('sets = 1\nreps = "amrap"', ["1: 20 reps at most, 60 s"]),
        ('sets = 1\nreps = "amrap"\nmax_reps = 12', ["1: 12 reps at most, 60 s"]),
        # a drop set: the rest before it replaces the one after the set before
        (
            'sets = [{ reps = 8 }, { label = "drop", reps = 6, rest_before = 8 }]',
            ["1: 8 reps, 8 s", "2: 6 reps, 60 s"],
        ),
        (
            "sets = [{ times = 2, reps = 8 }, { hold = 30 }]",
            ["1: 8 reps, 60 s", "2: 8 reps, 60 s", "3: 30 s held, 60 s"],
        ),
    ],
)
def test_work(keys: str, wanted: list[str]) -> None:
    assert [told(set_) for set_ in sets(keys)] == wanted


@pytest.mark.parametrize(
    ("keys", "focus"),
    [
        ("load = 60", "internal"),
        ("load = 61", "external"),
        ('load = "heavy"', "internal"),
        ('tempo = "30X1"', "external"),
        ('tempo = "30X1"\nfocus = "internal"', "internal"),
        ('load = 30\nfocus = "external"', "external"),
        ("hold = 30\nload = 80", "external"),
    ],
)
def test_the_focus_follows_the_load_and_the_speed(keys: str, focus: str) -> None:
    assert {set_.focus for set_ in sets(keys)} == {focus}


def test_a_table_of_phases_changes_those_alone() -> None:
    keys = 'tempo = "3-1-2-1"\nsets = [{}, { tempo = { eccentric = 5, pause = 0 } }]'
    assert [set_.tempo for set_ in sets(keys)] == [
        tempo.parse("3-1-2-1"),
        tempo.parse("5-0-2-1"),
    ]


# ---- what is done around it ----------------------------------------------------------------------


def plain(activities: tuple[Activity, ...]) -> list[tuple[Any, ...]]:
    return [(a.name, a.amount, a.say, a.lasts_ms) for a in activities]


@pytest.mark.parametrize(
    ("written", "activity"),
    [
        ('"flex 30"', ("flex", 30, (), 0)),
        ('"flex"', ("flex", 0, (), 0)),
        ('"contrast"', ("contrast", 0, (), 0)),
        ('"shake your arms out"', ("", 0, ("shake your arms out",), 0)),
        ('{ say = "drink", seconds = 10 }', ("", 0, ("drink",), 10_000)),
        ('{ say = ["drink some water", "drink"] }', ("", 0, ("drink some water", "drink"), 0)),
    ],
)
def test_an_activity(written: str, activity: tuple[Any, ...]) -> None:
    assert plain(exercise(f"before = {written}").before) == [activity]
    assert plain(sets(f"rest_do = [{written}]")[0].rest_do) == [activity]


def test_what_is_done_in_a_rest_is_not_done_at_a_switch_or_between_parts() -> None:
    keys = 'sets = 1\ncluster = [2, 2]\nsides = "left-right"\nrest_do = "flex"\ncheck_in = true'
    done = [(plain(set_.rest_do), plain(set_.after)) for set_ in sets(keys)]
    flex, ask = [("flex", 0, (), 0)], [("check-in", 0, (), 0)]
    assert done == [([], []), ([], []), ([], []), (flex, ask)]


@pytest.mark.parametrize(("who", "script"), [("self", "tap"), ("partner", "tap-partner")])
def test_a_tap_comes_first(who: str, script: str) -> None:
    own = exercise(f'tap = "{who}"\nbefore = "anatomy"\nrest_do = "flex 20"')
    assert [a.name for a in own.before] == [script, "anatomy"]
    assert [a.name for a in own.sets[0].rest_do] == [script, "flex"]


def test_reminders() -> None:
    assert plain(program('[[exercise]]\nname = "A"\n').session.remind) == [("phone", 0, (), 0)]
    text = '[session]\nremind = ["podcast", "no mirrors"]\n[[exercise]]\nname = "A"\n'
    assert plain(program(text).session.remind) == [
        ("podcast", 0, (), 0),
        ("", 0, ("no mirrors",), 0),
    ]
    assert program('[session]\nremind = []\n[[exercise]]\nname = "A"\n').session.remind == ()


def test_cue_sets_are_added_to_the_exercise_s_own_cues() -> None:
    text = """\
[cues]
concentric = "for all"
done = "well"
[cue_sets.breathing]
concentric = { say = "breathe out", when = "first 2" }
[[exercise]]
name = "Zzz press"
cue_sets = ["breathing"]
cues.concentric = "push"
[[exercise]]
name = "Zzz pull"
cue_sets = "breathing"
"""
    own, other = program(text).exercises
    assert [(cue.moment, cue.say) for cue in own.cues] == [
        *(("concentric", ("push",)), ("done", ("well",)), ("concentric", ("breathe out",)))
    ]
    assert {(cue.moment, cue.say) for cue in other.cues} == {
        *(("concentric", ("for all",)), ("concentric", ("breathe out",)), ("done", ("well",)))
    }


def test_supersets_and_roles_are_as_written() -> None:
    text = (
        '[[exercise]]\nname = "A"\nsuperset = "S"\nrole = "activation"\n[[exercise]]\nname = "B"\n'
    )
    assert [(e.superset, e.role) for e in program(text).exercises] == [
        *(("S", "activation"), ("", "work"))
    ]


def test_words_replace_phrases() -> None:
    text = '[words]\nlast = "one left"\n[[exercise]]\nname = "A"\n'
    assert program(text).words == {"last": "one left"}


# ---- weeks ---------------------------------------------------------------------------------------

WEEKS = 'sets = 2\nreps = 5\nweeks = [{}, { reps = 6 }, { sets = 3, reps = "6-8", rest = 90 }]'


@pytest.mark.parametrize(
    ("week", "wanted"),
    [
        (1, ["1: 5 reps, 60 s", "2: 5 reps, 60 s"]),
        (2, ["1: 6 reps, 60 s", "2: 6 reps, 60 s"]),
        (3, ["1: 6-8 reps, 90 s", "2: 6-8 reps, 90 s", "3: 6-8 reps, 90 s"]),
        (9, ["1: 6-8 reps, 90 s", "2: 6-8 reps, 90 s", "3: 6-8 reps, 90 s"]),
    ],
)
def test_weeks(week: int, wanted: list[str]) -> None:
    assert [told(set_) for set_ in sets(WEEKS, week)] == wanted


def test_a_program_knows_its_weeks_and_where_a_value_came_from() -> None:
    loaded = program(f'[[exercise]]\nname = "A"\n{WEEKS}\n', 3)
    assert (loaded.week, loaded.weeks) == (3, 3)
    origins = loaded.exercises[0].sets[0].origins
    assert (origins["reps"], origins["rest"]) == ("week 3", "week 3")
    assert (origins["tempo"], origins["cue_every"]) == ("built-in", "built-in")


@pytest.mark.parametrize(
    ("progress", "values"),
    [
        ("reps = 1", [5, 6, 7, 8]),
        ('reps = "+1"', [5, 6, 7, 8]),
        ('reps = "+1 every 2"', [5, 5, 6, 6]),
        ('reps = "+2 to 8"', [5, 7, 8, 8]),
        ('reps = "+2 every 2 to 6"', [5, 5, 6, 6]),
        ('reps = "-1 to 3"', [5, 4, 3, 3]),
        ("reps = -3", [5, 2, 1, 1]),
    ],
)
def test_progress(progress: str, values: list[int]) -> None:
    keys = f"sets = 1\nreps = 5\nprogress = {{ {progress} }}"
    assert [sets(keys, week)[0].reps for week in (1, 2, 3, 4)] == values


def test_progress_of_all_that_can_grow() -> None:
    keys = (
        'tempo = "3-0-2-0"\nload = 40\nsets = 2\nreps = 8\nprogress = { sets = 1, load = "+2.5 to '
        '45", tempo = { eccentric = "+0.5 to 4" } }'
    )
    grown = [
        (len(each), each[0].load, each[0].tempo.text)
        for each in (sets(keys, week) for week in (1, 2, 3, 4))
    ]
    assert grown == [
        *((2, 40, "3-0-2-0"), (3, 42.5, "3.5-0-2-0"), (4, 45, "4-0-2-0"), (5, 45, "4-0-2-0"))
    ]
    held = [sets('hold = 20\nprogress = { hold = "+5" }', week)[0].hold_ms for week in (1, 3)]
    assert held == [20_000, 30_000]
    untouched = sets('reps = "amrap"\nload = "light"\nprogress = { reps = 1, load = 5 }', 4)[0]
    assert (untouched.reps, untouched.load) == (20, "light")


# ---- the library ---------------------------------------------------------------------------------


def test_the_library_gives_what_is_not_written() -> None:
    own = exercise("", name="side raises")
    assert (own.known, own.start, own.target) == ("lateral-raise", "concentric", "middle delts")
    assert (own.helpers, own.takes_over) == (("front delts", "upper traps"), ("upper traps",))
    assert own.setup == "Elbows soft, thumbs level, lean forward a touch."
    assert own.sets[0].tempo == tempo.parse("3-0-2-1")
    assert [(cue.moment, cue.say, cue.focus) for cue in own.cues] == [
        ("concentric", ("side delts lift", "neck stays long"), "internal"),
        ("concentric", ("reach for the walls",), "external"),
    ]
    assert {own.origins[k] for k in ("start", "target", "takes_over", "cues", "setup")} == {
        "library"
    }
    assert own.sets[0].origins["tempo"] == "library"


def test_what_is_written_goes_before_the_library() -> None:
    own = exercise(
        'start = "eccentric"\ntarget = "front delts"\ntempo = "2020"\ncues.concentric = "up"',
        name="Lateral raise",
    )
    assert (own.start, own.target, own.sets[0].tempo) == (
        *("eccentric", "front delts", tempo.parse("2-0-2-0")),
    )
    assert [(cue.moment, cue.say) for cue in own.cues] == [("concentric", ("up",))]
    assert own.origins["start"] == "exercise" and "cues" not in own.origins
    assert own.sets[0].origins["tempo"] == "exercise"


def test_defaults_go_before_the_library_too() -> None:
    text = '[defaults]\ntempo = "4-0-1-0"\n[[exercise]]\nid = "lateral-raise"\n'
    own = program(text).exercises[0]
    assert (own.name, own.sets[0].tempo) == ("Lateral raise", tempo.parse("4-0-1-0"))
    assert own.sets[0].origins["tempo"] == "defaults"


def test_another_language_takes_no_english_words_from_the_library() -> None:
    text = '[voice]\nlanguage = "es"\n[[exercise]]\nid = "lateral-raise"\nname = "Elevación"\n'
    own = program(text).exercises[0]
    assert (own.setup, own.words, own.cues) == ("", {}, ())
    assert (own.target, own.start) == ("middle delts", "concentric")
