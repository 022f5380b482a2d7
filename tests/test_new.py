"""`mmc new`: what it writes from options and answers, and how it asks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmc_audio.commands.draft import Chosen, Draft, reason, written
from mmc_audio.load import load_bytes
from mmc_audio.program import Program
from tests.command import MMC, Run, environment, mmc
from tests.depth import drawn
from tests.studio import spoken_before
from tests.terminal import Terminal

WROTE = Run(0, "Wrote mine.toml.\n")
COMMENTED = re.compile(r"^# ?((?:start|target|takes_over|tempo|cues|  \{|\]).*)$", re.MULTILINE)


def loaded(text: str) -> Program:
    return load_bytes(text.encode(), name="t.toml", folder="")


# ---- from options --------------------------------------------------------------------------------


def test_a_known_exercise_brings_what_the_library_gives(tmp_path: Path) -> None:
    arguments = ("--title", "Tuesday", "--exercise", "Hip thrust", "--sets", "4", "--rest", "1m30s")
    assert mmc("new", "mine", *arguments, "--reps", "8-12", cwd=tmp_path) == WROTE
    text = (tmp_path / "mine.toml").read_text(encoding="utf-8")
    program = loaded(text)
    (exercise,) = program.exercises
    assert (program.title, exercise.name, exercise.known) == ("Tuesday", "Hip thrust", "hip-thrust")
    assert [(s.reps_from, s.reps, s.rest_ms) for s in exercise.sets] == [(8, 12, 90_000)] * 4
    assert exercise.start_written and exercise.target == "glutes" and exercise.cues
    assert exercise.sets[0].origins["tempo"] == "library"
    assert mmc("check", "mine.toml", "--strict", cwd=tmp_path, **spoken_before()).code == 0


def test_what_the_comments_hold_is_what_the_library_gives() -> None:
    text = written(Draft((Chosen("Hip thrust"), Chosen("Lateral raise"))))
    plain, own = loaded(text), loaded(COMMENTED.sub(r"\1", text))
    for known, exercise in zip(plain.exercises, own.exercises, strict=True):
        assert (known.start, known.target) == (exercise.start, exercise.target)
        assert known.takes_over == exercise.takes_over
        assert [s.tempo for s in known.sets] == [s.tempo for s in exercise.sets]
        assert [(c.say, c.focus) for c in known.cues if c.moment == "concentric"] == [
            (c.say, c.focus) for c in exercise.cues
        ]
        keys = ("start", "target", "takes_over")
        assert [exercise.origins[key] for key in keys] == ["exercise"] * 3
        assert (known.origins["cues"], exercise.origins.get("cues")) == ("library", None)


def test_an_unknown_exercise_says_how_it_begins(tmp_path: Path) -> None:
    assert mmc("new", "mine", "--exercise", "Zzz press", "--tempo", "31X1", cwd=tmp_path) == WROTE
    (exercise,) = loaded((tmp_path / "mine.toml").read_text(encoding="utf-8")).exercises
    assert (exercise.start, exercise.start_written, exercise.known) == ("eccentric", True, "")
    assert [(s.tempo.text, s.reps, s.rest_ms) for s in exercise.sets] == [
        ("3-1-X-1", 10, 60_000)
    ] * 3
    assert mmc("check", "mine.toml", "--strict", cwd=tmp_path, **spoken_before()) == Run(
        0, "mine.toml: fine\n"
    )


def test_what_is_held_is_not_counted(tmp_path: Path) -> None:
    assert mmc("new", "mine", "--exercise", "Plank", cwd=tmp_path) == WROTE
    (exercise,) = loaded((tmp_path / "mine.toml").read_text(encoding="utf-8")).exercises
    assert [set_.hold_ms for set_ in exercise.sets] == [30_000] * 3
    assert mmc("check", "mine.toml", "--strict", cwd=tmp_path, **spoken_before()).code == 0


def test_another_language(tmp_path: Path) -> None:
    assert mmc("new", "mine", "--exercise", "Curl", "--language", "es", cwd=tmp_path) == WROTE
    program = loaded((tmp_path / "mine.toml").read_text(encoding="utf-8"))
    assert (program.voice.language, program.exercises[0].cues) == ("es", ())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("--exercise", "Curl", "--sets", "0"),
            "Invalid value for '--sets': sets must be from 1 to 100, found 0",
        ),
        (
            ("--exercise", "Curl", "--tempo", "3-1"),
            "Invalid value for '--tempo': tempo \"3-1\" has 2 numbers; a tempo has 4: lower, "
            "pause, lift, squeeze",
        ),
        (
            ("--exercise", "Curl\nrest = 1"),
            "Invalid value for '--exercise': name must be on one line",
        ),
        (
            ("--exercise", "a\udcff"),
            "Invalid value for '--exercise': name is not in the encoding of this terminal",
        ),
        (("--sets", "3"), "--sets wants an --exercise beside it."),
        (
            ("--from", "hip-thrust-mmc", "--title", "Mine"),
            "--from copies a program as it is; no other option goes with it.",
        ),
    ],
)
def test_a_wrong_option_writes_nothing(
    arguments: tuple[str, ...], message: str, tmp_path: Path
) -> None:
    run = mmc("new", "mine", *arguments, cwd=tmp_path)
    assert (run.code, run.out, run.err.splitlines()[-1]) == (2, "", f"error: {message}")
    assert not list(tmp_path.glob("*.toml"))


# Everything but surrogates, which no terminal sends.
TYPED = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@drawn(50)
@given(TYPED, TYPED)
def test_any_text_is_written_so_that_it_loads_or_is_refused(title: str, name: str) -> None:
    wrong = [reason("title", title), reason("name", name)]
    for text, why in zip((title, name), wrong, strict=True):
        if text.isprintable() and re.search("[A-Za-z0-9]", text):
            assert why is None
    if wrong == [None, None]:
        program = loaded(written(Draft((Chosen(name),), title=title)))
        assert program.title == " ".join(title.split())
        assert program.exercises[0].name == " ".join(name.split())


# ---- from answers --------------------------------------------------------------------------------

ASKED = """\
Title [My program]: Legs
The exercises, one a line; an empty line ends them.
Exercise 1:
Error: name must not be empty
Exercise 1: hip thurst
  The exercise library does not know it. Was it one of these?
"""


def test_it_asks_on_a_terminal_and_asks_again(tmp_path: Path) -> None:
    env = environment(tmp_path)
    with Terminal(columns=100, lines=40, cwd=tmp_path, env=env) as terminal:
        terminal.run([*MMC, "new", "mine", "--rest", "45"])
        for question, answer in [
            ("Title [My program]:", "Legs"),
            ("Exercise 1:", ""),
            ("empty\nExercise 1:", "hip thurst"),
            ("(Enter: none):", "1"),
            ("Exercise 2:", "Zzz qqq"),
            ("(lowering, lift) [lowering]:", "lift"),
            ("Exercise 3:", ""),
            ("Sets of each [3]:", "0"),
            ("found 0\nSets of each [3]:", "2"),
            ("Reps in a set [10]:", "8-"),
            ('found "8-"\nReps in a set [10]:', "8-12"),
            ("own):", ""),
        ]:
            terminal.wait_for(question)
            terminal.type(answer)
            terminal.press("Enter")
        screen = terminal.wait_for("Wrote mine.toml.")
    assert ASKED in "\n".join(line.rstrip() for line in screen.split("\n"))
    program = loaded((tmp_path / "mine.toml").read_text(encoding="utf-8"))
    assert program.title == "Legs"
    assert [(e.name, e.start) for e in program.exercises] == [
        ("Hip thrust", "concentric"),
        ("Zzz qqq", "concentric"),
    ]
    sets = {(s.reps_from, s.reps, s.rest_ms) for e in program.exercises for s in e.sets}
    assert sets == {(8, 12, 45_000)}
    assert [e.rounds for e in program.exercises] == [2, 2]


@pytest.mark.parametrize("key", ["C-c", "C-d"])
def test_who_stops_answering_gets_no_file(key: str, tmp_path: Path) -> None:
    with Terminal(columns=100, lines=20, cwd=tmp_path, env=environment(tmp_path)) as terminal:
        terminal.run([*MMC, "new", "mine"])
        terminal.wait_for("Title [My program]:")
        terminal.press("Enter")
        terminal.wait_for("Exercise 1:")
        terminal.press(key)
        terminal.wait_until(lambda screen: screen.count("prompt>") == 2, "second prompt")
        terminal.run("echo code $?")
        terminal.wait_for("code 130")
    assert not list(tmp_path.glob("*.toml"))


def test_a_file_that_is_there_is_told_before_any_question(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("")
    with Terminal(columns=100, lines=10, cwd=tmp_path, env=environment(tmp_path)) as terminal:
        terminal.run([*MMC, "new", "mine"])
        screen = terminal.wait_for("--force to replace it.")
    assert "Title" not in screen
