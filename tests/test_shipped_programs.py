"""The shipped programs: as long and as hard as they say, with every word heard, in every voice."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
import tomli

from mmc_audio.load import load_path
from mmc_audio.plan import plan
from mmc_audio.program import MOVING, PHASES, Program
from mmc_audio.programs import find_program, shipped
from mmc_audio.session import Options
from mmc_audio.studio import Prepared
from mmc_audio.timeline import Click, Hold, Phase, SetSpan, Speech
from mmc_audio.words import load_words
from tests.command import mmc
from tests.parts import need
from tests.studio import ready, spoken_before

# Name -> minutes, and for each exercise: sets, reps or holds of a side, tempo or seconds of a hold,
# seconds under tension of a set (and side; of both sides where they take turns).
TABLE: dict[str, tuple[int, list[tuple[int, int, str, int]]]] = {
    "abs-brace-and-curl": (
        16,
        [(1, 5, "8", 40), (3, 10, "3-0-2-2", 70), (2, 8, "3-1-2-0", 96), (2, 1, "30", 30)],
    ),
    "curl-3121": (11, [(3, 10, "3-1-2-1", 70), (2, 6, "3-0-2-1", 36)]),
    "full-body-beginner": (
        24,
        [
            (2, 10, "3-1-1-0", 50),
            (2, 10, "3-0-2-0", 50),
            (2, 10, "3-0-1-2", 60),
            (2, 8, "3-1-2-0", 48),
            (2, 8, "3-0-1-0", 32),
            (2, 1, "20", 20),
        ],
    ),
    "glute-bridge-first-feel": (7, [(1, 6, "5", 30), (3, 8, "3-1-2-2", 64)]),
    "hear-it-first": (2, [(2, 5, "3-1-2-1", 35)]),
    "heel-drop-rehab": (25, [(3, 15, "3-1-A-0", 90), (3, 15, "3-1-A-0", 90)]),
    "hip-thrust-mmc": (
        19,
        [(1, 10, "2-0-1-3", 60), (4, 10, "3-0-2-2", 70), (2, 12, "2-0-1-2", 60)],
    ),
    "home-bodyweight": (
        16,
        [
            (3, 12, "3-1-1-0", 60),
            (3, 8, "3-0-1-0", 32),
            (2, 8, "2-1-1-0", 32),
            (2, 10, "2-0-1-2", 50),
        ],
    ),
    "lats-pulldown": (12, [(1, 12, "2-0-1-2", 60), (4, 10, "3-1-2-1", 70)]),
    "leg-day-heavy-light": (
        35,
        [
            (4, 5, "3-0-X-1", 25),
            (3, 8, "4-1-1-0", 48),
            (3, 10, "3-0-1-2", 60),
            (3, 10, "2-2-1-2", 70),
        ],
    ),
    "nordic-weeks": (4, [(2, 5, "5-0-A-2", 45)]),
    "push-up-chest": (9, [(1, 4, "8", 32), (4, 8, "3-1-1-0", 40)]),
    "side-delts-traps-down": (
        16,
        [(1, 6, "2-1-1-1", 30), (4, 10, "3-0-2-1", 60), (2, 10, "3-1-1-1", 60)],
    ),
    "travel-20": (
        20,
        [
            (3, 8, "3-1-1-0", 40),
            (3, 10, "3-0-1-0", 40),
            (2, 8, "2-0-1-2", 40),
            (2, 1, "20", 20),
            (2, 8, "3-1-1-0", 80),
        ],
    ),
}
IN_SET = (*PHASES, "during", "halfway", "last")
REHAB = ("heel-drop-rehab", "nordic-weeks")
every_program = pytest.mark.parametrize("name", shipped())
every_voice = pytest.mark.parametrize("voice", ["embedded", "espeak", "none"])


@cache
def loaded(name: str, week: int = 1) -> Program:
    return load_path(find_program(name), week=week)


@cache
def spoken(name: str, voice: str) -> Prepared:
    if voice == "espeak":
        need("espeak-ng")
    return ready(find_program(name), voice=voice)


def speeches(prepared: Prepared) -> list[Speech]:
    return [event for event in prepared.timeline.events if isinstance(event, Speech)]


def sets_of(program: Program) -> dict[tuple[int, int, str], list[SetSpan]]:
    """The bouts of each (exercise, set, side)."""
    found: dict[tuple[int, int, str], list[SetSpan]] = defaultdict(list)
    for span in plan(program, Options(talk=program.voice.talk)).fixed:
        if isinstance(span, SetSpan):
            found[span.exercise, span.nth, span.side].append(span)
    return found


def test_these_are_shipped() -> None:
    assert shipped() == sorted(TABLE)


# ---- as written ----------------------------------------------------------------------------------


@every_program
def test_every_parser_of_toml_1_0_reads_it(name: str) -> None:
    """tomllib refuses what is new in TOML 1.1."""
    text = find_program(name).read_text(encoding="utf-8")
    if sys.version_info >= (3, 11):
        import tomllib

        assert tomllib.loads(text) == tomli.loads(text)
    for line in text.splitlines():  # the one thing of 1.1 that a coach would copy
        assert not re.search(r"\{[^{}\"']*$", line), "an inline table stands in one line"
        assert len(line) <= 110


@every_program
def test_the_about_says_what_it_is_not_and_where_that_comes_from(name: str) -> None:
    about = " ".join(loaded(name).about.split())
    assert "What it is not: a" in about
    assert "promise" in about
    assert re.search(r"doi:10\.\d{4,9}/\S+|PubMed \d{7,8}|PMC\d{7}", about)
    assert "minutes" in about


def test_check_strict_passes(tmp_path: Path) -> None:
    names = sorted(TABLE)
    run = mmc("check", *names, "--strict", cwd=tmp_path, **spoken_before())
    assert (run.code, run.err) == (0, ""), run.out
    assert "warning" not in run.out
    told = [
        line for line in run.out.splitlines() if re.match(r"\S+\.toml: (fine|\d+ notes?)$", line)
    ]
    assert [Path(line.split(":")[0]).stem for line in told] == names


# ---- as long and as hard as it says --------------------------------------------------------------


@every_program
def test_it_is_as_long_as_it_says(name: str) -> None:
    minutes, _ = TABLE[name]
    program = loaded(name)
    assert program.length_ms == minutes * 60_000
    length = plan(program, Options(talk=program.voice.talk)).duration_ms
    assert length == pytest.approx(minutes * 60_000, rel=0.1)


@every_program
def test_sets_reps_tempo_and_time_under_tension(name: str) -> None:
    program, found = loaded(name), sets_of(loaded(name))
    actual = []
    for number, exercise in enumerate(program.exercises, 1):
        mine = {key: spans for key, spans in found.items() if key[0] == number}
        first = exercise.sets[0]
        per_set = {
            (
                sum(span.counted(span.reps) or 1 for span in spans),
                sum(span.duration_ms for span in spans) / 1_000,
            )
            for spans in mine.values()
        }
        ((count, tension),) = per_set  # all sets and sides alike
        work = str(first.hold_ms // 1_000) if first.hold_ms else first.tempo.text
        actual.append((len({key[1] for key in mine}), count, work, tension))
    assert actual == TABLE[name][1]


SIDES = {
    "abs-brace-and-curl": {"Dead bug": ["both"]},
    "heel-drop-rehab": {
        "Heel drop, knee straight": ["left", "right"],
        "Heel drop, knee bent": ["left", "right"],
    },
    "hip-thrust-mmc": {"Side-lying hip raise": ["left", "right"]},
    "home-bodyweight": {"Reverse lunge": ["left", "right"]},
    "side-delts-traps-down": {"Leaning cable raise": ["left", "right"]},
    "travel-20": {
        "Split squat": ["left", "right"],
        "Single-leg bridge": ["left", "right"],
        "Dead bug": ["both"],
    },
}


@every_program
def test_sides(name: str) -> None:
    program = loaded(name)
    found: dict[str, list[str]] = defaultdict(list)
    for exercise, _, side in sets_of(program):
        called = program.exercises[exercise - 1].name
        if side and side not in found[called]:
            found[called].append(side)
    assert found == SIDES.get(name, {})


@pytest.mark.parametrize(
    ("week", "sets"),
    [
        (1, [(5, 5)] * 2),
        (2, [(6, 6)] * 2),
        (3, [(6, 8)] * 3),
        (4, [(8, 10)] * 3),
        (5, [(12, 12), (10, 10), (8, 8)]),
        (6, [(12, 12), (10, 10), (8, 8)]),
    ],
)
def test_the_nordic_weeks_are_those_of_the_trial(week: int, sets: list[tuple[int, int]]) -> None:
    """Petersen et al. 2011, doi:10.1177/0363546511419277."""
    (exercise,) = loaded("nordic-weeks", week).exercises
    assert [(set_.reps_from, set_.reps) for set_ in exercise.sets] == sets


# ---- as it is heard ------------------------------------------------------------------------------


@every_voice
@every_program
def test_every_word_of_the_coach_is_heard(name: str, voice: str) -> None:
    prepared = spoken(name, voice)
    assert prepared.voice == voice
    assert [r for r in prepared.timeline.reports if r.what == "dropped"] == []
    assert bool(speeches(prepared)) == (voice != "none")


@every_voice
@every_program
def test_no_words_overlap_or_are_said_across_a_moving_click(name: str, voice: str) -> None:
    prepared = spoken(name, voice)
    said = speeches(prepared)
    assert all(one.end_ms < other.at_ms for one, other in pairwise(said))
    moving = [
        event.at_ms
        for event in prepared.timeline.events
        if isinstance(event, Hold) or (isinstance(event, Phase) and event.name in MOVING)
    ]
    assert not [(one, at) for one in said for at in moving if one.at_ms < at < one.end_ms]


@every_program
def test_the_beat_is_the_same_in_every_voice(name: str) -> None:
    beats = {
        voice: [e for e in spoken(name, voice).timeline.events if not isinstance(e, Speech)]
        for voice in ("embedded", "none")
    }
    assert beats["embedded"] == beats["none"]


@pytest.mark.parametrize("voice", ["embedded", "espeak"])
@every_program
def test_cues_in_a_set_are_short(name: str, voice: str) -> None:
    """Four words and 1.2 s at most in the voice they were written for, 1.6 s in another."""
    texts = {
        text
        for exercise in loaded(name).exercises
        for cue in exercise.cues
        if cue.moment in IN_SET
        for text in cue.say
        if "{" not in text
    }
    assert texts
    assert [text for text in texts if len(text.split()) > 4] == []
    lengths = {t: c.duration_ms for t, c in spoken(name, voice).spoken.items() if t in texts}
    most = {"embedded": 1_200, "espeak": 1_600}[voice]
    assert [pair for pair in lengths.items() if pair[1] > most] == []


@pytest.mark.parametrize("name", REHAB)
def test_rehabilitation_begins_with_a_professionals_yes(name: str) -> None:
    program = loaded(name)
    gate = load_words("en").say("gate")
    assert gate == "Only if your physio or doctor gave you this."
    assert gate in " ".join(program.about.split())
    assert (program.goal, program.sound.glide) == ("rehab", "effort")
    assert speeches(spoken(name, "embedded"))[0].text == gate
    without_intro = ready(find_program(name), options=Options(talk="quiet", intro=False))
    assert speeches(without_intro)[0].text == gate


def test_only_those_two_are_rehabilitation() -> None:
    assert [name for name in shipped() if loaded(name).goal == "rehab"] == list(REHAB)


@every_program
def test_heavy_and_fast_sets_have_no_cue_for_the_muscle(name: str) -> None:
    """What is said in them is tagged as external, and they are planned so."""
    for exercise in loaded(name).exercises:
        for set_ in exercise.sets:
            heavy = isinstance(set_.load, float) and set_.load > 60
            if heavy or set_.tempo.concentric.letter == "X":
                assert set_.focus == "external", exercise.name
                assert any(cue.focus != "internal" for cue in exercise.cues)


# ---- hear it first -------------------------------------------------------------------------------

MEANINGS = {
    "tick": "second",
    "concentric": "lift",
    "squeeze": "squeeze",
    "eccentric": "lower",
    "pause": "pause",
    "end": "set is over",
    "warn": "rest is nearly over",
    "last": "last one",
    "finish": "session is over",
}


@pytest.mark.parametrize("voice", ["embedded", "espeak"])
def test_each_sound_is_explained_before_it_is_first_heard(voice: str) -> None:
    prepared = spoken("hear-it-first", voice)
    said = speeches(prepared)
    heard = [event for event in prepared.timeline.events if isinstance(event, Click)]
    for sound, word in MEANINGS.items():
        first = next(click.at_ms for click in heard if click.sound == sound)
        told = [one for one in said if one.end_ms <= first and word in one.text.lower()]
        assert told, (sound, first)
    # The count and the start of the set are told by the words that are said on them.
    assert {click.sound for click in heard} - set(MEANINGS) == {"count", "go"}
    counts = [one.text for one in said if one.moment == "ready"]
    assert counts == ["three", "two", "one"] * 2


def test_the_first_set_has_a_word_for_every_click_and_the_second_only_numbers() -> None:
    prepared = spoken("hear-it-first", "embedded")
    first, second = (e for e in prepared.timeline.events if isinstance(e, SetSpan))
    words = {
        span.set: [
            one.text
            for one in speeches(prepared)
            if span.at_ms <= one.at_ms < span.at_ms + span.duration_ms
        ]
        for span in (first, second)
    }
    rep = ["lift", "squeeze", "lower", "pause"]
    assert words[1] == [*rep * 3, "lift", "last one", *rep[1:], *rep]
    assert words[2] == ["one", "two", "three", "last one", "five"]
