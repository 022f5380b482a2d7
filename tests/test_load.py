"""Right programs: what they become, with every default and inheritance worked out."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from mmc_audio.errors import Place, ProgramError, UserError
from mmc_audio.load import load_bytes, load_path
from mmc_audio.load.notations import read_time, read_when
from mmc_audio.program import (
    Cue,
    Exercise,
    Program,
    SessionSettings,
    Set,
    SoundSettings,
    VoiceSettings,
    When,
)
from mmc_audio.tempo import Part, parse

EIGHT_LINES = """\
title = "Three slow sets of glute bridges"
[[exercise]]
name = "Glute bridge"
sets = 3
reps = 8
tempo = "3-1-2-2"   # seconds: lower, pause, lift, squeeze
rest = 60
cues.concentric = "squeeze your glutes"
"""


def load(text: str) -> Program:
    return load_bytes(text.encode(), name="p.toml", folder="/programs")


def exercise(lines: str, top: str = "") -> Exercise:
    return load(f'title = "T"\n{top}\n[[exercise]]\nname = "Thing"\n{lines}\n').exercises[0]


def test_ten_point_nought_is_ten() -> None:
    assert [each.reps for each in exercise("reps = 10.0\nsets = 3.0").sets] == [10, 10, 10]


def test_eight_lines_are_a_whole_program() -> None:
    a_set = Set(
        reps=8,
        reps_from=8,
        hold_ms=0,
        tempo=parse("3-1-2-2"),
        rest_ms=60_000,
        cue_every=3,
        origins={
            "tempo": "exercise",
            "sets": "exercise",
            "reps": "exercise",
            "rest": "exercise",
            "cue_every": "built-in",
            "focus": "built-in",
            "sides": "built-in",
        },
    )
    cue = Cue("concentric", ("squeeze your glutes",), None, "lead", Place(8, 19, 21))
    bridge = Exercise(
        name="Glute bridge",
        start="concentric",
        sets=tuple(replace(a_set, number=number) for number in (1, 2, 3)),
        cues=(cue,),
        where=Place(2, 1, 12),
        known="glute-bridge",
        target="glutes",
        helpers=("hamstrings",),
        takes_over=("hamstrings",),
        setup="On your back, knees bent, feet flat.",
        start_written=True,
        origins={
            **dict.fromkeys(("start", "target", "helpers", "takes_over", "setup"), "library"),
        },
        places={
            "name": Place(3, 8, 14),
            "sets": Place(4, 8, 1),
            "reps": Place(5, 8, 1),
            "tempo": Place(6, 9, 9),
            "rest": Place(7, 8, 2),
            "cues": Place(8, 1, 4),
        },
    )
    assert load(EIGHT_LINES) == Program(
        title="Three slow sets of glute bridges",
        exercises=(bridge,),
        places={"title": Place(1, 9, 34)},
        name="p.toml",
        folder="/programs",
        source=EIGHT_LINES,
    )


def test_an_exercise_needs_only_a_name() -> None:
    bare = exercise("")
    (first, second, third) = bare.sets
    assert first == replace(second, number=1) == replace(third, number=1)
    assert (first.tempo.text, first.reps, first.rest_ms, first.cue_every) == (
        "3-0-2-0",
        10,
        60_000,
        3,
    )
    assert first.load is None
    assert set(first.origins.values()) == {"built-in"}
    assert (bare.start, bare.start_written, bare.cues) == ("eccentric", False, ())


def test_an_id_gives_the_name() -> None:
    program = load('title = "T"\n[[exercise]]\nid = "hip-thrust"\nstart = "concentric"\n')
    assert program.exercises[0].name == "Hip thrust"
    assert program.exercises[0].id == "hip-thrust"
    assert program.exercises[0].start == "concentric"
    assert program.exercises[0].start_written


def test_the_settings() -> None:
    program = load(
        """
title = " Legs,  slowly "
format = 1
about = "Three weeks.\\nNo more."
author = "A. Coach"
goal = "rehab"
seed = 2147483647

[voice]
engine = "google"
language = "pt-BR"
accent = "com.br"
pace = 0.85
talk = "full"
recordings = "voices/mine"
respell = { RDL = "R D L" }

[sound]
clicks = "soft"
ticks = "off"
duck = 0
files.go = "sounds/go.wav"

[session]
setup = "1m"
lead_in = 0
count = "up-then-down"
count_at = "end"
announce = ["last", "last"]
warn = [5, 60, 5]
x_seconds = 0.8
a_seconds = 2.5

[[exercise]]
name = "Bridge"
"""
    )
    assert (program.title, program.about) == ("Legs, slowly", "Three weeks.\nNo more.")
    assert (program.author, program.goal, program.seed) == ("A. Coach", "rehab", 2**31 - 1)
    assert program.voice == VoiceSettings(
        "google", "pt-BR", "com.br", 0.85, "full", "voices/mine", {"RDL": "R D L"}
    )
    places = {"clicks": Place(19, 10, 6), "go": Place(22, 12, 15)}
    assert program.sound == SoundSettings(
        clicks="soft", ticks="off", duck_db=0, files={"go": "sounds/go.wav"}, places=places
    )
    assert program.session == SessionSettings(
        setup_ms=60_000,
        lead_in=0,
        count="up-then-down",
        count_at="end",
        announce=("last",),
        warn=(60, 5),
        x_ms=800,
        a_ms=2_500,
    )


def test_the_nearest_value_wins_key_by_key() -> None:
    plank = exercise(
        'tempo = { pause = 1 }\nrest = 90\nsets = [{ times = 2 }, { rest = "2m", load = "heavy" }]',
        '[defaults]\ntempo = "4-0-2-1"\nload = 55\nreps = "8-12"\nrest = 30\ncue_every = 2\n',
    )
    first, second, third = plank.sets
    assert first == replace(second, number=1)
    assert first.tempo.text == third.tempo.text == "4-1-2-1"
    assert (first.reps_from, first.reps, first.cue_every) == (8, 12, 2)
    assert (first.rest_ms, first.load) == (90_000, 55.0)
    assert (third.rest_ms, third.load) == (120_000, "heavy")
    shared = {"tempo": "exercise", "sets": "exercise", "reps": "defaults", "cue_every": "defaults"}
    shared |= {"focus": "built-in", "sides": "built-in"}
    assert first.origins == {**shared, "rest": "exercise", "load": "defaults"}
    assert third.origins == {**shared, "rest": "set", "load": "set"}


def test_a_hold_beats_reps_that_are_further_away_and_the_other_way_round() -> None:
    held = exercise('hold = "1:30"\nsets = [{}, { reps = 5 }]', "[defaults]\nreps = [1, 2, 3]\n")
    first, second = held.sets
    assert (first.hold_ms, first.reps, first.origins["hold"]) == (90_000, 1, "exercise")
    assert "reps" not in first.origins
    assert (second.hold_ms, second.reps, second.origins["reps"]) == (0, 5, "set")


@pytest.mark.parametrize(
    ("lines", "top", "reps"),
    [
        ("reps = [12, 10, 8, 6]", "", [(12, 12), (10, 10), (8, 8), (6, 6)]),
        ('reps = [12, "8-10"]', "[defaults]\nsets = 5\n", [(12, 12), (8, 10)]),
        ("sets = 2", "[defaults]\nreps = [9, 7]\n", [(9, 9), (7, 7)]),
        ("sets = [{}, { reps = 3 }]\nreps = [9, 7]", "", [(9, 9), (3, 3)]),
        ('reps = "8 – 12"\nsets = 1', "", [(8, 12)]),
    ],
)
def test_reps(lines: str, top: str, reps: list[tuple[int, int]]) -> None:
    assert [(one.reps_from, one.reps) for one in exercise(lines, top).sets] == reps


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ('"30X1"', "3-0-X-1"),
        ("3120", "3-1-2-0"),
        ('"slow"', "4-0-4-0"),
        ('"hurry"', "3-0-X-0"),
        ("{ eccentric = 2.5, squeeze = 1 }", "2.5-0-2-1"),
        ('{ eccentric = "V", concentric = "a" }', "V-0-A-0"),
    ],
)
def test_the_ways_to_write_a_tempo(written: str, text: str) -> None:
    tempos = '[tempos]\nslow = "4-0-4"\nhurry = { concentric = "X" }\n'
    assert exercise(f"tempo = {written}", tempos).sets[0].tempo.text == text


def test_tempo_names_work_in_defaults_and_in_lists_of_sets() -> None:
    tempos = '[tempos]\nslow = "4-0-4"\nquick = { eccentric = 1 }\n'
    defaults = '[defaults]\ntempo = "slow"\nsets = [{}, { tempo = "quick" }]\n'
    sets = exercise("", tempos + defaults).sets
    assert [one.tempo.text for one in sets] == ["4-0-4-0", "1-0-4-0"]
    assert [one.origins["tempo"] for one in sets] == ["defaults", "set"]


def test_decimals_of_phases_are_exact() -> None:
    tempo = exercise("tempo = { eccentric = 0.3, concentric = 1.001 }").sets[0].tempo
    assert (tempo.eccentric, tempo.concentric) == (Part(300), Part(1_001))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", "90"),
        ("1m30s", "90"),
        ("1 m 30 s", "90"),
        ("2 min", "120"),
        ("1.5 min", "90"),
        ("0.25s", "0.25"),
        ("1:30", "90"),
        ("0:05", "5"),
        ("60:00", "3600"),
        ("3600 seconds", "3600"),
        ("1 hour", None),
        ("61 min", None),
        ("1:5", None),
        ("90", None),
        ("-5s", None),
    ],
)
def test_times(text: str, seconds: str | None) -> None:
    if seconds is None:
        with pytest.raises(ValueError, match='must be a time such as 90, "90s"'):
            read_time(text)
    else:
        assert read_time(text) == Decimal(seconds)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("every", When("every")),
        ("every 3", When("every", 3)),
        ("every 3 from 2", When("every", 3, 2)),
        ("first", When("first")),
        ("first 2", When("first", 2)),
        ("last", When("last")),
        ("last 2", When("last", 2)),
        ("odd", When("every", 2, 1)),
        ("even", When("every", 2, 2)),
        ("reps 5, 1,5", When("reps", reps=(1, 5))),
        ("1 in 3", When("chance", 3)),
    ],
)
def test_when(text: str, when: When) -> None:
    assert read_when(text) == when


def test_every_form_of_a_cue() -> None:
    cues = exercise(
        """\
cues.intro = "  Chin down,  ribs down. "
cues.concentric = ["squeeze", "drive {target}"]
cues.squeeze = { say = "hold", when = "first 2", sets = [3, 1, 3], place = "on" }
cues.eccentric = [
  { say = ["slow", "slower"], order = "random", sets = "last" },
  "down",
]
"""
    ).cues
    assert cues == (
        Cue("intro", ("Chin down, ribs down.",), None, "in", Place(5, 14, 27)),
        Cue(
            "eccentric",
            ("slow", "slower"),
            None,
            "in",
            Place(9, 3, 61),
            sets="last",
            order="random",
        ),
        Cue("eccentric", ("down",), None, "in", Place(10, 3, 6)),
        Cue("concentric", ("squeeze", "drive {target}"), None, "lead", Place(6, 19, 29)),
        Cue("squeeze", ("hold",), When("first", 2), "on", Place(7, 16, 66), sets=(1, 3)),
    )


def test_own_cues_replace_the_programs_moment_by_moment() -> None:
    shared = '[cues]\ndone = "well done"\nlast = "last one"\n'
    cues = exercise('cues.last = "final rep"', shared).cues
    assert [(cue.moment, cue.say) for cue in cues] == [
        ("last", ("final rep",)),
        ("done", ("well done",)),
    ]


def test_a_byte_order_mark_and_windows_lines_are_no_matter() -> None:
    windows = b"\xef\xbb\xbf" + EIGHT_LINES.replace("\n", "\r\n").encode()
    assert load_bytes(windows, name="p.toml", folder="/programs") == load(EIGHT_LINES)


def test_twelve_hours_is_the_longest_session() -> None:
    # 20 s of set-up, 72 sets of 10 min, 71 rests of 0 s
    lines = "sets = 72\nhold = 600\nrest = 0\n"
    setup = "[session]\nsetup = {}\n"
    assert len(exercise(lines, setup.format(0)).sets) == 72
    with pytest.raises(ProgramError, match="the session would last 12 h 0 min"):
        exercise(lines, setup.format(0.001))


def test_a_file_is_read_from_its_folder(tmp_path: Path) -> None:
    file = tmp_path / "bridges.toml"
    file.write_text(EIGHT_LINES)
    program = load_path(file)
    assert (program.name, program.folder) == (str(file), str(tmp_path))


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "big.toml").write_bytes(b"#" * ((1 << 20) + 1))
    os.mkfifo(tmp_path / "pipe.toml")
    messages = {
        tmp_path / "none.toml": "There is no file {}.",
        tmp_path: "{} is a folder, not a program file.",
        tmp_path / "pipe.toml": "{} is a pipe, not a program file.",
        Path("/dev/zero"): "{} is a device, not a program file.",
        tmp_path / "big.toml": "{} is larger than 1 MiB; a program file has a few kilobytes.",
        tmp_path / "big.toml" / "x": "{} can't be read: Not a directory.",
    }
    for path, message in messages.items():
        with pytest.raises(UserError) as caught:
            load_path(path)
        assert str(caught.value) == message.format(path)


def test_a_file_of_exactly_one_mebibyte_is_read(tmp_path: Path) -> None:
    file = tmp_path / "full.toml"
    file.write_bytes(EIGHT_LINES.encode().ljust(1 << 20, b"#"))
    assert load_path(file).title == "Three slow sets of glute bridges"


def test_after_200_errors_reading_stops() -> None:
    with pytest.raises(ProgramError) as caught:
        load("".join(f"k{number} = 1\n" for number in range(50_000)))
    assert len(caught.value.faults) == 201
    assert caught.value.faults[-1].text == "more is wrong; mend these 200 errors first"


@pytest.mark.parametrize(
    "text",
    [
        EIGHT_LINES + "".join(f"k{number} = [1, 2]\n" for number in range(60_000)),
        'title = "T"\n' + '[[exercise]]\nname = "B"\nsets = 100\n' * 500,
        'title = "T"\n' + "[voice.x]\n" * 90_000,
        "a.a.a.a = [" * 300 + "\n",
        ("a." * 900 + "b = 1\n") * 500,
        "".join(f"k{number}." + "a." * 900 + "b = 1\n" for number in range(500)),
        'title = "' + "x" * 1_000_000 + '"',
        "[" * 1_000_000,
        "x = " + "[{a=" * 150_000,
        '"""' * 300_000,
    ],
    ids=lambda text: f"{text[:20]!r}",
)
def test_a_large_file_takes_no_more_than_two_seconds(text: str) -> None:
    start = time.process_time()
    with suppress(UserError):
        load_bytes(text.encode()[: 1 << 20], name="p.toml", folder="")
    assert time.process_time() - start < 4  # twice the time, for a busy machine
