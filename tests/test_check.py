"""What check says of programs that load: exact findings, with speech lengths from tests.pretend."""

from __future__ import annotations

import pytest

from mmc_audio.check import findings, own_words_left_out, verdict
from mmc_audio.errors import describe
from mmc_audio.session import Options
from mmc_audio.summary import summarise
from tests.pretend import arranged, case_of, load


def said(text: str) -> list[str]:
    """The findings as printed, without the source lines under them."""
    case = case_of(text)
    printed = describe("t.toml", case.program.source, findings(case)).split("\n")
    return [line for line in printed if line.startswith("t.toml:")]


EXERCISE = """title = "T"
[[exercise]]
name = "Press"
start = "concentric"
sets = 1
reps = {reps}
tempo = "{tempo}"
cues.{cue}
"""


def one(cue: str, *, tempo: str = "1-0-1-0", reps: int = 3) -> list[str]:
    return said(EXERCISE.format(cue=cue, tempo=tempo, reps=reps))


def test_a_two_second_cue_in_a_one_second_phase() -> None:
    cue = 'eccentric = { say = "lower it slowly and as far as you can", when = "every" }'
    assert one(cue) == [
        't.toml:8:18: warning: exercise 1 (Press): "lower it slowly and as far as you can" takes '
        "2.0 s and the lowering of 1.0 s has room for 0.8 s: left out (3 times, first in set 1, "
        "rep 1); say it in 3 words at most, add a variant that short, or make the lowering longer"
    ]


def test_a_shorter_variant_is_said_instead() -> None:
    cue = 'eccentric = { say = ["slowly and with control", "slow"], when = "first" }'
    assert one(cue) == [
        't.toml:8:18: note: exercise 1 (Press): "slowly and with control" takes 1.3 s and the '
        'lowering of 1.0 s has room for 0.8 s: "slow" is said instead (set 1, rep 1)'
    ]


def test_over_the_pause() -> None:
    cue = 'concentric = { say = "push it away now", when = "reps 2,3" }'
    assert one(cue, tempo="2-1-1-0") == [
        't.toml:8:19: note: exercise 1 (Press): "push it away now" takes 0.9 s and the pause of '
        "1.0 s has room for 0.7 s: said over the click of the pause "
        "(2 times, first in set 1, rep 2)"
    ]


def test_faster() -> None:
    cue = 'concentric = { say = "push away", when = "reps 3" }'
    silent = '[session]\ncount = "off"\nannounce = []\n[[exercise]]'
    text = EXERCISE.format(cue=cue, tempo="0.8-0-1-0", reps=3).replace("[[exercise]]", silent)
    assert said(text) == [
        't.toml:11:19: note: exercise 1 (Press): "push away" takes 0.6 s and the lowering of 0.8 s '
        "has room for 0.5 s: said up to 15 % faster (set 1, rep 3)"
    ]


def test_one_cue_a_rep_at_normal_talk() -> None:
    text = EXERCISE.format(cue='concentric = "push"', tempo="3-0-3-0", reps=4)
    text += 'cues.eccentric = "slow"\n'
    assert said(text) == [
        't.toml:9:18: note: exercise 1 (Press): "slow" gives way to another cue of its rep '
        '(2 times, first in set 1, rep 1); talk = "normal" keeps one cue a rep, "full" all that fit'
    ]
    assert said(text.replace("[[", '[voice]\ntalk = "full"\n[[')) == []


def test_cues_that_no_set_can_say() -> None:
    assert one('squeeze = "hold"', tempo="2-0-2-0") == [
        't.toml:8:16: warning: exercise 1 (Press): "hold" is never said: the squeeze has 0 '
        "seconds; the phases are eccentric, concentric"
    ]
    assert one('during = "brace"', tempo="2-0-2-0") == [
        't.toml:8:15: warning: exercise 1 (Press): "brace" is never said: "during" is for holds, '
        "and this exercise has none"
    ]


def test_a_guessed_start_and_a_long_rep() -> None:
    text = 'title = "T"\n[[exercise]]\nname = "Zzz"\nsets = 1\nreps = 2\ntempo = "8-0-4-0"\n'
    assert said(text) == [
        "t.toml:2:1: note: exercise 1 (Zzz): a rep takes 12.0 s; above 10 s a rep, muscle probably "
        "grows less (Schoenfeld, Ogborn & Krieger 2015, doi:10.1007/s40279-015-0304-0)",
        "t.toml:2:1: note: exercise 1 (Zzz): starts with the lowering; write "
        'start = "concentric" if it starts with the lift',
    ]


def test_nothing_to_say() -> None:
    text = EXERCISE.format(cue='concentric = "push"', tempo="3-0-3-0", reps=4)
    assert said(text) == []
    assert verdict("t.toml", ()) == "t.toml: fine"
    assert own_words_left_out(arranged(text).reports) == ()


def test_own_words_without_room_are_told_apart() -> None:
    """In 0.4 s a phase has room for no word, not even a number."""
    text = EXERCISE.format(cue='ready = "go"', tempo="0.4-0-0.4-0", reps=3)
    assert said(text) == []
    assert own_words_left_out(arranged(text).reports) == (
        "one",
        "lift",
        "lower",
        "last one",
        "three",
    )


@pytest.mark.parametrize("start", [(1, 1), (1, 2), (2, 1)])
def test_summary(start: tuple[int, int]) -> None:
    program = load(
        'title = "T"\n[[exercise]]\nname = "Row"\nstart = "concentric"\ntarget = "lats"\nsets = 2\n'
        'reps = 5\ntempo = "3-1-2-0"\nrest = 30\n[[exercise]]\nname = "Plank"\ntarget = "abs"\n'
        "sets = 1\nhold = 20\n"
    )
    summary = summarise(program, Options(start=start))
    rows = [(s.exercise, s.set, s.under_tension_ms, s.moving_ms, s.rest_ms) for s in summary.sets]
    every = [(1, 1, 30_000, 25_000, 30_000), (1, 2, 30_000, 25_000, 30_000), (2, 1, 20_000, 0, 0)]
    left = every[{(1, 1): 0, (1, 2): 1, (2, 1): 2}[start] :]
    assert rows == left
    assert summary.under_tension_ms() == sum(row[2] for row in left)
    assert summary.under_tension_ms(target="abs") == 20_000
    assert summary.targets == (("lats", "abs") if start[0] == 1 else ("abs",))
