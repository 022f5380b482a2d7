"""What `mmc show` prints of the whole language: sides, parts, supersets, weeks, the library."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.command import mmc

WHOLE = """\
title = "Glutes and side delts"
[session]
setup = 60
[defaults]
tempo = "3-1-2-1"

[[exercise]]
superset = "A"
name = "Zzz raise"
start = "concentric"
target = "middle delts"
reps = [12, 10, 8]
rest = 15
load = [45, 45, 50]

[[exercise]]
superset = "A"
name = "Single-leg zzz"
start = "concentric"
target = "calves"
sides = "left-right"
reps = 8
tempo = "2-1-1-2"
rest = 60

[[exercise]]
name = "Cluster zzz"
start = "concentric"
cluster = [4, 4, 4]
sets = 2
load = 75
rir = 2
tempo = "3-0-3-0"

[[exercise]]
name = "Holds zzz"
reps = 6
hold = 5
sets = 2

[[exercise]]
name = "Many zzz"
start = "concentric"
reps = "amrap"
sets = 1

[[exercise]]
name = "Lunge zzz"
start = "eccentric"
sides = "alternate"
reps = "8-10"
sets = 2
"""
SHOWN = """\
Exercise          Reps         Tempo        Tension  Rest  Load
1 Zzz raise       superset A                   3:30
  set 1           12           3-1-2-1         84 s  15 s  45 %
  set 2           10           3-1-2-1         70 s  15 s  45 %
  set 3           8            3-1-2-1         56 s  15 s  50 %
2 Single-leg zzz  superset A                   4:48
  sets 1-3        8 a side     2-1-1-2  48 s a side  60 s
3 Cluster zzz                                  2:24
  sets 1-2        4+4+4        3-0-3-0         72 s  60 s  75 %, RIR 2
4 Holds zzz                                    1:00
  sets 1-2        6 x 5 s                      30 s  60 s
5 Many zzz                                     2:20
  set 1           max 20       3-1-2-1        140 s  60 s
6 Lunge zzz                                    4:40
  sets 1-2        8-10 a side  3-1-2-1  70 s a side  60 s
"""


def test_every_kind_of_set(tmp_path: Path) -> None:
    (tmp_path / "whole.toml").write_text(WHOLE)
    run = mmc("show", "whole.toml", cwd=tmp_path)
    assert (run.code, run.err) == (0, "")
    _, sets, reps, muscles = run.out.split("\n\n")
    assert sets + "\n" == SHOWN
    assert [line.split("  ")[0] for line in reps.split("\n")] == [
        *("One rep", "1 Zzz raise", "2 Single-leg zzz", "3 Cluster zzz"),
        *("5 Many zzz", "6 Lunge zzz"),
    ]
    assert muscles == "Muscle        Tension\nmiddle delts     3:30\ncalves           4:48\n"


def test_the_plan_from_the_middle_of_a_superset(tmp_path: Path) -> None:
    (tmp_path / "whole.toml").write_text(WHOLE)
    run = mmc("show", "whole.toml", "--from", "2.2", cwd=tmp_path)
    assert run.out.split("\n\n")[1].splitlines()[1:5] == [
        "2 Single-leg zzz  superset A                   3:12",
        "  sets 2-3        8 a side     2-1-1-2  48 s a side  60 s",
        "1 Zzz raise       superset A                   0:56",
        "  set 3           8            3-1-2-1         56 s  15 s  50 %",
    ]


WEEKS = """title = "Thrusts"
[[exercise]]
name = "Hip thrust"
sets = 2
reps = 8
rest = 60
weeks = [{}, { reps = 10, tempo = "4-0-2-1" }]
"""


def test_a_week_and_the_library_are_where_values_come_from(tmp_path: Path) -> None:
    (tmp_path / "weeks.toml").write_text(WEEKS)
    run = mmc("show", "weeks.toml", "--week", "2", "--explain", cwd=tmp_path)
    assert (run.code, run.err) == (0, "")
    assert run.out.splitlines()[0] == "Thrusts, week 2 of 2"
    rows = [re.split(" {2,}", row.strip()) for row in run.out.split("\n\n")[-1].splitlines()[1:]]
    origins = {tuple(row) for row in rows}
    assert {
        ("1 Hip thrust",),
        ("start", "concentric", "the exercise library"),
        ("target", "glutes", "the exercise library"),
        ("1 Hip thrust, sets 1-2",),
        ("sets", "2", "its exercise"),
        ("reps", "10", "week 2"),
        ("tempo", "4-0-2-1", "week 2"),
        ("rest", "60 s", "its exercise"),
        ("focus", "internal", "built in"),
    } <= origins
    first = mmc("show", "weeks.toml", "--explain", cwd=tmp_path).out
    assert re.search(r"^  tempo +\S+ +the exercise library$", first, re.MULTILINE)


def test_each_bout_as_json(tmp_path: Path) -> None:
    (tmp_path / "whole.toml").write_text(WHOLE)
    plan = json.loads(mmc("show", "whole.toml", "--json", cwd=tmp_path).out)
    assert (plan["week"], plan["weeks"]) == (1, 1)
    raise_, single, cluster, _, many, lunge = plan["exercises"]
    assert [e["superset"] for e in plan["exercises"]] == ["A", "A", "", "", "", ""]
    assert (raise_["target"], raise_["start"], raise_["known"]) == (
        "middle delts",
        "concentric",
        "",
    )
    keys = ("set", "number", "side", "part", "parts", "reps", "rest_ms")
    assert [tuple(one[key] for key in keys) for one in single["sets"]] == [
        (1, 1, "left", 1, 1, 8, 8_016),
        (2, 1, "right", 1, 1, 8, 60_000),
        (3, 2, "left", 1, 1, 8, 8_016),
        (4, 2, "right", 1, 1, 8, 60_000),
        (5, 3, "left", 1, 1, 8, 8_016),
        (6, 3, "right", 1, 1, 8, 60_000),
    ]
    assert [tuple(one[key] for key in keys) for one in cluster["sets"][:3]] == [
        (1, 1, "", 1, 3, 4, 20_016),
        (2, 1, "", 2, 3, 4, 20_016),
        (3, 1, "", 3, 3, 4, 60_000),
    ]
    assert {(one["rir"], one["focus"], one["load"]) for one in cluster["sets"]} == {
        (2, "external", 75.0)
    }
    assert [(one["amrap"], one["reps"]) for one in many["sets"]] == [(True, 20)]
    assert [(s["side"], s["reps_from"], s["reps"]) for s in lunge["sets"]] == [("both", 16, 20)] * 2
