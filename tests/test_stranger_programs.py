"""A program file from a stranger: refused or harmless in 2 s and 300 MB, in one message, exit 1."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import Run
from tests.confined import Confined, confined

TOP, ONE = 'title = "T"\n', '[[exercise]]\nname = "B"\n'
MIB = 1 << 20
TOO_DEEP = "brackets or dots are nested far too deep"
TOO_DOTTED = "this key has far too many dots"
DOTS_IN_ALL = "the keys of this file have far too many dots"
TOO_LONG = "this number is far too long"
SETS_IN_ALL = "the program has more than 5,000 sets by here, each side, hold and group counted"
LINE = "this can't be read; the line has {} characters"


def sayings(cues: int, moment: str) -> str:
    """A list of so many cues that want to be said on each rep."""
    each = ", ".join(f"{{ say = 'up {number}', when = 'every' }}" for number in range(cues))
    return f"cues.{moment} = [{each}]\n"


def nested(keys: str) -> str:
    """Inline tables in each other as deep as the parser goes, each behind a dotted key."""
    return f"{{{keys}" * 390 + "1" + "}" * 390


# name: (the text, the place and the words of the first message)
BOMBS = {
    "brackets": ("x = " + "[" * 300_000, f"1:1: error: {TOO_DEEP}"),
    "inline tables": (
        TOP + ONE + "x = " + "{a=" * 200_000,
        f"4:1: error: exercise 1 (B): {TOO_DEEP}",
    ),
    "dots in inline tables": (
        TOP + "[sound]\nfiles = " + nested("a." * 48 + "a=") + "\n" + ONE,
        f"3:1: error: {TOO_DEEP}",
    ),
    "a key of 1,000 parts": ("a." * 999 + "b = 1", f"1:1: error: {TOO_DOTTED}"),
    "quoted parts": (
        "".join(f'"{n}!".' + '"!".' * 900 + "b = 1\n" for n in range(250)),
        f"1:1: error: {TOO_DOTTED}",
    ),
    "equals signs in parts": ('"=.=".' * 900 + "b = 1", f"1:1: error: {TOO_DOTTED}"),
    "many keys of 40 parts": (
        TOP + "".join(f"k{n}." + "a." * 39 + "b = 1\n" for n in range(11_000)),
        f"1252:1: error: {DOTS_IN_ALL}",
    ),
    "a hex number of a million digits": (
        TOP + ONE + "reps = 0x" + "f" * 1_000_000,
        "4:8: error: exercise 1 (B): reps must be from 1 to 1000, "
        "found a number of about 1204121 digits",
    ),
    "a number of a million digits": (
        TOP + ONE + "reps = " + "9" * 1_000_000,
        f"4:8: error: exercise 1 (B): {TOO_LONG}",
    ),
    "1e308": (
        TOP + ONE + "rest = 1e308",
        "4:8: error: exercise 1 (B): rest must be from 0 to 3600, found 1E+308",
    ),
    "an endless exponent": (
        TOP + ONE + "rest = 1e999999999",
        "4:8: error: exercise 1 (B): rest must be from 0 to 3600, found 1E+999999999",
    ),
    "nan": (
        TOP + ONE + "rest = nan",
        "4:8: error: exercise 1 (B): rest must be from 0 to 3600, found nan",
    ),
    "minus inf": (
        TOP + ONE + "rest = -inf",
        "4:8: error: exercise 1 (B): rest must be from 0 to 3600, found -inf",
    ),
    "true for a number": (
        TOP + ONE + "reps = true",
        "4:8: error: exercise 1 (B): reps must be a whole number from 1 to 1000, a range such as "
        '"8-12" or "amrap" or a list of numbers, found true',
    ),
    "a million keys": (
        "".join(f"{n:x}=1\n" for n in range(140_000)),
        "1:1: error: 0 is no known key here; still free here: title, exercise, ",
    ),
    "60,000 exercises": (
        TOP + "[[exercise]]\n" * 60_000,
        "2:1: error: exercise has 60000 exercises; at most 500 are allowed",
    ),
    "500 exercises of 100 sets of 1,000 reps": (
        TOP + (ONE + "sets = 100\nreps = 1000\n") * 500,
        f"202:1: error: exercise 51 (B): {SETS_IN_ALL}",
    ),
    "1,000 holds in each set": (
        TOP + (ONE + "sets = 100\nreps = 1000\nhold = 1\n") * 50,
        "4:8: error: exercise 1 (B): sets adds up to 100000 parts; at most 1000 are allowed",
    ),
    "each set its own 1,000 holds": (
        TOP + (ONE + "sets = [" + "{reps=1000,hold=1}," * 100 + "]\n") * 200,
        "4:8: error: exercise 1 (B): sets adds up to 100000 parts; at most 1000 are allowed",
    ),
    "a lift every 0.6 s for 11 hours": (
        TOP + "session.lead_in = 0\nsession.x_seconds = 0.3\n" + ONE
        + 'tempo = "X-0-X-0"\nsets = 65\nreps = 1000\nrest = 0\n',
        "4:1: error: exercise 1 (B): the session has 65,000 reps; at most 40,000 are allowed "
        "(most of them here: 65,000)",
    ),
    "100 cues on each of 10,000 reps": (
        TOP + ONE + 'sets = 10\nreps = 1000\ntempo = "1-0-1-0"\nrest = 0\n'
        + sayings(50, "concentric") + sayings(50, "eccentric"),
        "2:1: error: exercise 1 (B): the session has 1,000,000 times at which a cue might be said, "
        "each cue on each rep; at most 60,000 are allowed (most of them here: 1,000,000)",
    ),
    "a line of spaces": (" " * 1_000_000 + "x", f"1:1000001: error: {LINE.format(1_000_001)}"),
    "a line of dots": ("." * 1_000_000, f"1:1: error: {DOTS_IN_ALL}"),
    "one letter": ("D" * 1_000_000, f"1:1000000: error: {LINE.format(1_000_000)}"),
    "quotes that are escaped": (
        'a = """' + '\\"""' * 200_000,
        '1:5: error: this text does not end; close it with """',
    ),
    "opening quotes": (
        'a = [' + '"""\\' * 200_000,
        f"1:800005: error: {LINE.format(800_005)}",
    ),
    "carriage returns alone": (
        (TOP + ONE).replace("\n", "\r"),
        "1:12: error: an invisible control character (U+000D); take it out",
    ),
}  # fmt: skip
NO_TEXT = "is not a text file; a program is a text in TOML."
NO_TEXTS = {
    "UTF-16": (
        (TOP + ONE).encode("utf-16"),
        'is in UTF-16 ("Unicode" in some editors); save it as UTF-8.',
    ),
    "NUL": ((TOP + "\0" + ONE).encode(), NO_TEXT),
    "a megabyte of noise": (bytes(range(256)) * 4_000, NO_TEXT),
}
LATIN_1 = (TOP + 'author = "Jos\xe9"\n' + ONE).encode("latin-1")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Confined]:
    with confined(tmp_path_factory.mktemp("strangers")) as found:
        yield found


def checked(stranger: Confined, data: bytes) -> Run:
    (stranger.folder / "p.toml").write_bytes(data)
    return stranger.run("check", "--voice", "none", "p.toml")


@pytest.mark.parametrize("case", BOMBS)
def test_a_bomb_is_refused_by_its_first_words(stranger: Confined, case: str) -> None:
    text, message = BOMBS[case]
    run = checked(stranger, text.encode()[:MIB])
    assert (run.code, run.err) == (1, "")
    assert run.out.startswith(f"p.toml:{message}")
    assert len(run.out) < 100_000  # 200 messages at most, each with a line of the file


@pytest.mark.parametrize("case", NO_TEXTS)
def test_what_is_no_text_is_refused_in_one_line(stranger: Confined, case: str) -> None:
    data, message = NO_TEXTS[case]
    assert checked(stranger, data) == Run(1, "", f"p.toml: error: p.toml {message}\n")


def test_a_letter_that_is_not_utf_8_is_shown_in_its_place(stranger: Confined) -> None:
    run = checked(stranger, LATIN_1)
    assert (run.code, run.out.split("\n")[0]) == (
        1,
        "p.toml:2:14: error: this character is not UTF-8; save the file as UTF-8 (it may be "
        "Latin-1 or Windows-1252)",
    )


COMMANDS = {
    "show": ("show", "p.toml"),
    "show --json": ("show", "--json", "p.toml"),
    "export": ("export", "--voice", "none", "-o", "out.json", "p.toml"),
    "play": ("play", "--output", "null", "--voice", "none", "--no-log", "p.toml"),
    "cache --fill": ("cache", "--voice", "none", "--fill", "p.toml"),
}
FOR_EACH_COMMAND = (
    *("dots in inline tables", "a hex number of a million digits", "nan"),
    "100 cues on each of 10,000 reps",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_refuses_a_bomb(stranger: Confined, command: str) -> None:
    for case in FOR_EACH_COMMAND:
        text, message = BOMBS[case]
        (stranger.folder / "p.toml").write_bytes(text.encode()[:MIB])
        run = stranger.run(*COMMANDS[command])
        assert (case, run.code, run.out) == (case, 1, "")
        assert run.err.startswith(f"p.toml:{message}")
    assert not (stranger.folder / "out.json").exists()


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_refuses_each_bomb(stranger: Confined, command: str) -> None:
    for _, (text, message) in BOMBS.items():
        (stranger.folder / "p.toml").write_bytes(text.encode()[:MIB])
        run = stranger.run(*COMMANDS[command])
        assert (run.code, run.out) == (1, "")
        assert run.err.startswith(f"p.toml:{message}")


FILES = {
    "a gigabyte": (
        lambda path: os.truncate(path, 1 << 30),
        "is larger than 1 MiB; a program file has a few kilobytes.",
    ),
    "a pipe": (lambda path: (os.unlink(path), os.mkfifo(path)), "is a pipe, not a program file."),
    "a device": (
        lambda path: (os.unlink(path), os.symlink("/dev/zero", path)),
        "is a device, not a program file.",
    ),
}
ALL_COMMANDS = {
    **COMMANDS,
    "check": ("check", "p.toml"),
    "new --from": ("new", "copy.toml", "--from", "p.toml"),
}


@pytest.mark.parametrize("kind", FILES)
def test_what_is_no_file_of_a_coach_is_refused_by_every_command(
    stranger: Confined, kind: str
) -> None:
    path = stranger.folder / "p.toml"
    path.unlink(missing_ok=True)
    path.touch()
    make, message = FILES[kind]
    make(path)
    for name, arguments in ALL_COMMANDS.items():
        run = stranger.run(*arguments)
        place = "p.toml: error" if name == "check" else "error"
        assert (name, run) == (name, Run(1, "", f"{place}: p.toml {message}\n"))
    path.unlink()
    assert not (stranger.folder / "copy.toml").exists()


def test_words_enough_for_an_hour_are_not_spoken(stranger: Confined) -> None:
    """A megabyte of cues would be a day of speech, and gigabytes on the disk."""
    words = "word " * 58
    text = TOP + "".join(
        f'{ONE}sets = 1\nreps = 1\nrest = 0\ncues.intro = "{number} {words}"\n'
        for number in range(200)
    )
    (stranger.folder / "p.toml").write_text(text)
    run = stranger.run("export", "--voice", "embedded", "-o", "out.json", "p.toml")
    assert (run.code, run.out) == (1, "")
    assert run.err.startswith("error: The different phrases of this session have ")
    assert run.err.endswith(" characters together; 50,000 can be spoken in one session.\n")


# ---- rosters -------------------------------------------------------------------------------------

ROSTERS = {
    "a million rows": (
        b"client\n" + b"someone\n" * 1_000_000,
        "r.csv, line 100002: no more than 100,000 rows and 1,000,000 filled cells are allowed.",
    ),
    "a million cells": (
        b"client,load,reps,tempo,week,talk,voice,focus,B.load,B.reps,B.tempo\n"
        + b"someone,1,1,1,1,1,1,1,1,1,1\n" * 95_000,
        "r.csv, line 90911: no more than 100,000 rows and 1,000,000 filled cells are allowed.",
    ),
    "a huge field": (
        b'client\n"' + b"x" * 1_000_000 + b'"\n',
        "r.csv, line 2: this is no CSV: field larger than field limit (131072).",
    ),
    "an open quote": (b'client\n"Ann\n', "r.csv, line 2: this is no CSV: unexpected end of data."),
    "NUL": (b"client\nAnn\0\n", "r.csv, line 2: this is no text; save it as CSV UTF-8."),
    "Latin-1": (
        b"client\nJos\xe9\n",
        "r.csv, line 2: this is no UTF-8 (it may be Latin-1 or Windows-1252); "
        "save it as CSV UTF-8.",
    ),
    "empty": (b"", 'r.csv is empty; its first line names the columns, "client" among them.'),
    "a million columns": (
        b"client" + b",x" * 1_000_000 + b"\n",
        'r.csv, line 1: the column "x" is not known; known are client, load, reps, tempo, '
        "language, talk, voice, week and focus.",
    ),
}


def rostered(stranger: Confined) -> Run:
    (stranger.folder / "p.toml").write_text(TOP + ONE)
    arguments = ("--voice", "none", "--roster", "r.csv", "-o", "out/")
    return stranger.run("export", "p.toml", *arguments)


@pytest.mark.parametrize("case", ROSTERS)
def test_a_hostile_roster_is_refused_in_one_line(stranger: Confined, case: str) -> None:
    data, message = ROSTERS[case]
    (stranger.folder / "r.csv").write_bytes(data)
    assert rostered(stranger) == Run(1, "", f"error: {message}\n")


def test_a_roster_that_is_no_file_is_refused_at_once(stranger: Confined) -> None:
    path = stranger.folder / "r.csv"
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    assert rostered(stranger) == Run(1, "", "error: The roster r.csv is no regular file.\n")
    path.unlink()
    path.symlink_to("/dev/zero")
    assert rostered(stranger) == Run(1, "", "error: The roster r.csv is no regular file.\n")
    path.unlink()
    path.touch()
    os.truncate(path, 1 << 30)
    assert rostered(stranger) == Run(1, "", "error: The roster r.csv is larger than 16 MiB.\n")
    path.unlink()


def test_a_folder_for_a_program_is_told(stranger: Confined, tmp_path: Path) -> None:
    run = stranger.run("check", str(tmp_path))
    assert (run.code, run.out) == (1, "")
    assert run.err.endswith(" is a folder; name a program file in it.\n")
