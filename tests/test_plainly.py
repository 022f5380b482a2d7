"""A session line by line."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from mmc_audio.captions import WORDS
from mmc_audio.chart import Chart
from mmc_audio.plainly import lines
from tests import hostile
from tests.depth import drawn
from tests.draw import PROGRAMS
from tests.pretend import arranged

PROGRAM = """
title = "Legs, slowly"
[session]
remind = []
[[exercise]]
name = "My squat"
sets = [{ reps = 2, rest = 40 }, { reps = 1, label = "heavier", rest = 20 }]
tempo = "4-1-2-0"
cues.eccentric = { say = "knees out", when = "reps 2" }
[[exercise]]
name = "My sit"
sets = 1
hold = 15
"""
WHOLE = """\
Exercise 1 of 2: My squat.
"Legs, slowly."
"My squat."
"Two sets of two."
"Lower for 4 seconds, pause for 1, lift for 2."
"Stop if it hurts, or if your form goes."
"three"
"two"
"one"
Set 1 of 2, 2 reps.
Rep 1: lower
"lower"
pause
lift
"lift"
Rep 2: lower
"last one"
"knees out"
pause
lift
Rest 40 s. Next: set 2 of 2, 1 rep, heavier.
"two"
"Done."
"Rest. Forty seconds."
"Thirty seconds."
"Next: set two of two. Heavier. One rep."
"Ten seconds."
"three"
"two"
"one"
Set 2 of 2, 1 rep, heavier.
Rep 1: lower
pause
lift
Rest 20 s. Next: My sit, set 1 of 1, hold 15 s.
"one"
"Done."
"Rest. Twenty seconds."
Exercise 2 of 2: My sit.
"Next: My sit."
"One hold of fifteen seconds."
"Ten seconds."
"three"
"two"
"one"
Set 1 of 1, hold 15 s.
"three"
"two"
"one"
"That was the whole session."
End of the session.
"""


def test_a_whole_session() -> None:
    chart = Chart(arranged(PROGRAM))
    assert list(lines(chart, -1, chart.timeline.duration_ms)) == WHOLE.splitlines()


def test_only_what_begins_after_one_moment_and_until_another() -> None:
    chart = Chart(arranged(PROGRAM))
    at_ms = chart.sets.events[0].at_ms
    assert list(lines(chart, at_ms - 1, at_ms)) == ["Set 1 of 2, 2 reps.", "Rep 1: lower"]
    assert list(lines(chart, at_ms, at_ms + 3_999)) == ['"lower"']
    assert list(lines(chart, at_ms + 3_999, at_ms + 4_000)) == ["pause"]
    assert list(lines(chart, at_ms + 4_000, at_ms + 4_000)) == []


def test_a_rep_that_is_gone_on_with_says_which() -> None:
    chart = Chart(arranged(PROGRAM))
    second = chart.work.events[3]
    assert next(lines(chart, second.at_ms - 1, second.at_ms)) == "Rep 2: lower"


def test_phases_are_named_in_the_language_of_the_program() -> None:
    chart = Chart(arranged(PROGRAM))
    at_ms = chart.sets.events[0].at_ms
    words = {**WORDS, "eccentric": "senken", "pause": "halten"}
    said = list(lines(chart, at_ms - 1, at_ms + 4_000, words))
    assert said == ["Set 1 of 2, 2 reps.", "Rep 1: senken", '"lower"', "halten"]


def test_nothing_in_a_line_steers_a_terminal() -> None:
    chart = Chart(hostile.renamed(arranged(PROGRAM)))
    told = list(lines(chart, -1, chart.timeline.duration_ms))
    assert told[0] == f"Exercise 1 of 2: {hostile.SHOWN}."
    assert f"Set 1 of 2, 2 reps, {hostile.SHOWN}." in told
    assert f'"{hostile.SHOWN}"' in told
    assert all(line.isprintable() for line in told)


@drawn(20)
@given(PROGRAMS, st.lists(st.integers(0, 600_000), max_size=20))
def test_however_a_session_is_cut_each_line_comes_once(text: str, cuts: list[int]) -> None:
    chart = Chart(arranged(text))
    end_ms = chart.timeline.duration_ms
    whole = list(lines(chart, -1, end_ms))
    moments = [-1, *sorted(cut for cut in cuts if cut < end_ms), end_ms]
    pieces = [line for a, b in pairwise(moments) for line in lines(chart, a, b)]
    assert pieces == whole
    reps = sum(span.reps for span in chart.sets.events)
    assert sum(line.startswith("Rep ") for line in whole) == reps
