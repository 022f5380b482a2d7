"""A program with every feature that the machine has words of its own for.

Its own texts are nonsense: whatever else is said comes from a language pack.
"""

from __future__ import annotations

OWN_WORDS = frozenset(("zzz", "zyx", "zap", "zig", "zag", "zip"))


def every_feature(language: str, *, goal: str = "muscle") -> str:
    """TOML text."""
    return PROGRAM.replace("LANGUAGE", language).replace("GOAL", goal)


PROGRAM = """\
title = "Zzz"
goal = "GOAL"
priority = "glutes"
[voice]
language = "LANGUAGE"
talk = "full"
[session]
remind = ["phone", "podcast"]
count = "up-then-down"
[defaults]
sets = 2
reps = 5
rest = 90
tempo = "2-1-1-1"

[[exercise]]
name = "Zzz zig"
role = "activation"
start = "concentric"
target = "glutes"
takes_over = ["hamstrings", "lower back"]
before = ["contrast", "anatomy", "activate 2", "visualise 10", "brace", "sounds", "signals"]
tap = "self"
rest_do = ["flex 10", "visualise 10", "breathe 2"]
check_in = true
cues.concentric = "zap"
weeks = [{}, { reps = 6 }]

[[exercise]]
name = "Zzz zag"
start = "eccentric"
target = "middle delts"
takes_over = "upper traps"
sides = "left-right"
tap = "partner"
rir = 3
load = 55
superset = "A"

[[exercise]]
name = "Zzz zyx"
start = "concentric"
target = "calves"
sides = "alternate"
tempo = "2-0-X-1"
superset = "A"

[[exercise]]
name = "bench press"
reps = "amrap"
max_reps = 6
target = "chest"
sets = 1

[[exercise]]
name = "Zzz"
start = "concentric"
target = "heart"
sets = [
  { label = "zap", reps = 4, load = 30 },
  { reps = "3-5", load = 70, tempo = "3-0-A-0" },
  { reps = 3, load = "20% less", rest_before = 8 },
]

[[exercise]]
name = "Zzz zap"
start = "concentric"
rest_do = "flex 5"
sets = [
  { reps = 3, load = 30, rest = 60 },
  { reps = "3-4", load = 65, tempo = "3-1-2-2", rest = 150 },
  { reps = 1, load = 40 },
]

[[exercise]]
name = "Zzz zap zap"
start = "concentric"
sets = 1

[[exercise]]
name = "Zzz zap zig"
start = "concentric"
sets = 1
sides = "left-right"

[[exercise]]
name = "Zzz zap zag"
start = "concentric"
sets = 2
reps = "amrap"
max_reps = 3

[[exercise]]
name = "Zzz zap zyx"
start = "concentric"
sets = 1
reps = "2-6"

[[exercise]]
name = "Zzz zip zap"
start = "concentric"
sets = 3
superset = "B"

[[exercise]]
name = "Zzz zip zig"
start = "concentric"
sets = 3
superset = "B"

[[exercise]]
name = "Zzz zyx"
hold = 20
sets = 1

[[exercise]]
name = "Zzz zyx zzz"
start = "eccentric"
sets = [{ hold = 10 }, { hold = 20 }]

[[exercise]]
name = "Zzz zig zag"
start = "eccentric"
cluster = [3, 3]
sets = 2

[[exercise]]
name = "Zzz zip zag"
start = "eccentric"
cluster = [2, 1]
sets = 1

[[exercise]]
name = "Zzz zag zig"
start = "eccentric"
hold = 25
sets = 2

[[exercise]]
name = "Zzz zyx zag"
hold = 5
reps = 3
sets = 1

[[exercise]]
name = "Zzz zyx zig"
hold = 5
reps = 2
sets = 2
sides = "right-left"
"""
