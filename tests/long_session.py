"""Sessions of any length: sets of two minutes, rest and all, and what is said before them."""

from __future__ import annotations

EXERCISE = """
[[exercise]]
name = "Squat"
start = "eccentric"
sets = {sets}
reps = 10
tempo = "3-0-2-1"
rest = 60
cues.eccentric = ["slow and tall", "knees out"]
cues.concentric = ["push the floor away", "stand tall"]
"""
A_SET_MS, HEAD_MS = 120_000, 60_000  # with its rest; what is said before the sets
MOST_SETS = 75  # of one exercise


def long_session(sets: int) -> str:
    """A program of so many sets."""
    text = 'title = "Long"\n'
    for first in range(0, sets, MOST_SETS):
        text += EXERCISE.format(sets=min(sets - first, MOST_SETS))
    return text
