"""Bad surroundings: no home, a plain locale, strange names, code pages, closed outputs."""

from __future__ import annotations

import codecs
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mmc_audio.cli import COMMANDS
from mmc_audio.errors import UserError
from mmc_audio.load import load_bytes
from mmc_audio.roster import read
from tests.command import MMC, Run, bound_by_modes, environment, mmc
from tests.parts import need

PROGRAM = """\
title = "Für Zoë 深蹲"
voice.engine = "none"
[session]
setup = 3
[[exercise]]
name = "Übung"
start = "eccentric"
reps = 1
tempo = "1-0-1-0"
"""
ROSTER = "client,reps\nZoë,1\nJürgen,2\n"
PLAIN = {
    "LC_ALL": "C",
    "LANG": "C",
    "PYTHONIOENCODING": "ascii",
    "PYTHONUTF8": "0",
    "PYTHONCOERCECLOCALE": "0",
}

# ---- encodings -----------------------------------------------------------------------------------

UTF16 = ["utf-16", "utf-16-le", "utf-16-be"]
NO_UTF8 = "(it may be Latin-1 or Windows-1252)"


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
def test_windows_line_ends_and_a_mark_make_no_difference(
    tmp_path: Path, ends: str, mark: bytes
) -> None:
    data = mark + PROGRAM.replace("\n", ends).encode()
    program = load_bytes(data, name="a.toml", folder="")
    assert (program.title, program.source) == ("Für Zoë 深蹲", PROGRAM)
    path = tmp_path / "a.csv"
    path.write_bytes(mark + ROSTER.replace("\n", ends).encode())
    assert [row.client for row in read(path, []).rows] == ["Zoë", "Jürgen"]


def refused(path: Path, data: bytes) -> str:
    """The message about a program of these bytes, or about a roster, by the suffix."""
    path.write_bytes(data)
    with pytest.raises(UserError) as caught:
        if path.suffix == ".csv":
            read(path, [])
        else:
            load_bytes(data, name=str(path), folder="")
    return str(caught.value)


@pytest.mark.parametrize("encoding", UTF16)
def test_utf_16_is_named(tmp_path: Path, encoding: str) -> None:
    program = refused(tmp_path / "a.toml", PROGRAM.encode(encoding))
    assert (
        program == f'{tmp_path}/a.toml is in UTF-16 ("Unicode" in some editors); save it as UTF-8.'
    )
    roster = refused(tmp_path / "a.csv", ROSTER.encode(encoding))
    assert roster == (
        f'{tmp_path}/a.csv is in UTF-16 ("Unicode" in some programs); save it as CSV UTF-8.'
    )


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "cp437"])
def test_a_code_page_is_named_with_its_line(tmp_path: Path, encoding: str) -> None:
    text = PROGRAM.replace("深蹲", "")
    program = refused(tmp_path / "a.toml", text.encode(encoding))
    assert program.startswith(f"{tmp_path}/a.toml:1:11: error: this character is not UTF-8; ")
    assert NO_UTF8 in program
    roster = refused(tmp_path / "a.csv", ROSTER.encode(encoding))
    assert roster == (
        f"{tmp_path}/a.csv, line 2: this is no UTF-8 {NO_UTF8}; save it as CSV UTF-8."
    )


# ---- locale and names of files -------------------------------------------------------------------


def test_a_plain_locale_shows_escapes_and_writes_the_same_file(tmp_path: Path) -> None:
    (tmp_path / "Übung.toml").write_text(PROGRAM)
    (tmp_path / "clients.csv").write_text(ROSTER)
    files = []
    for variables in ({"LC_ALL": "C.UTF-8"}, PLAIN):
        run = mmc("export", "Übung.toml", "-o", "é.mp3", cwd=tmp_path, **variables)
        assert (run.code, run.err) == (0, "")
        files.append((tmp_path / "é.mp3").read_bytes())
        (tmp_path / "é.mp3").unlink()
    assert files[0] == files[1]
    roster = ("export", "Übung.toml", "--roster", "clients.csv", "-o", "out", "--jobs", "2")
    run = mmc(*roster, cwd=tmp_path, **PLAIN)
    assert (run.code, run.out, os.listdir(tmp_path / "out")) == (1, "", [])
    said = run.err.splitlines()
    assert said[0] == (
        "clients.csv, line 2: error: out/Zo\\xeb.mp3 was not written: its name can't be spelled "
        "in ascii, which this system's language settings ask for. LC_ALL=C.UTF-8 may help."
    )
    assert (len(said), said[-1]) == (3, "2 of 2 sessions could not be exported.")
    shown = mmc("show", "Übung.toml", cwd=tmp_path, **PLAIN)
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.isascii()
    assert shown.out.startswith("F\\xfcr Zo\\xeb \\u6df1\\u8e72\n")
    missing = mmc("show", "Zoë.toml", cwd=tmp_path, **PLAIN)
    assert (missing.code, missing.err.isascii()) == (1, True)


@pytest.mark.parametrize(
    "suffix",
    [
        ".mp3",
        ".flac",
        *(pytest.param(s, marks=pytest.mark.slow) for s in (".ogg", ".m4a", ".wav", ".srt")),
    ],
)
def test_names_that_are_no_utf_8(tmp_path: Path, suffix: str) -> None:
    need("ffmpeg")
    folder = os.fsencode(tmp_path) + b"/caf\xe9"
    os.mkdir(folder)
    with open(folder + b"/\xfcbung.toml", "w") as file:
        file.write(PROGRAM)
    target = b"\xff" + suffix.encode()
    run = subprocess.run(
        [*map(os.fsencode, MMC), b"export", b"\xfcbung.toml", b"-o", target],
        cwd=folder,
        env=environment(tmp_path),
        capture_output=True,
    )
    assert (run.returncode, run.stderr) == (0, b"")
    assert run.stdout.startswith(rb"\udcff" + suffix.encode() + b": ")
    assert sorted(os.listdir(folder)) == sorted([b"\xfcbung.toml", target])


# ---- home ----------------------------------------------------------------------------------------

KEPT = "The spoken phrases are not kept "


def homeless(tmp_path: Path, **more: str) -> Run:
    """A cue spoken by somebody whose folders are as `more` says, in the folder `work`."""
    need("espeak-ng")
    (tmp_path / "work").mkdir()
    (tmp_path / "work").chmod(0o777)
    names = ("MMC_CACHE", "MMC_DATA", "XDG_CACHE_HOME", "XDG_DATA_HOME", "HOME")
    env = {k: v for k, v in environment(tmp_path).items() if k not in names} | more
    run = subprocess.run(
        [*bound_by_modes(), *MMC, "say", "up", "--voice", "espeak", "-o", "a.wav"],
        cwd=tmp_path / "work",
        env=env,
        capture_output=True,
        encoding="utf-8",
    )
    return Run(run.returncode, run.stdout.splitlines()[-1], run.stderr)


def test_a_home_that_can_not_be_written_costs_the_cache_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(0o555)
    place = f"in {home}/.cache/mmc-audio (Permission denied)"
    assert homeless(tmp_path, HOME=str(home)) == Run(
        0, "Wrote a.wav.", f"{KEPT}{place}; all else works.\n"
    )


def test_a_home_that_is_not_there_costs_the_cache_alone(tmp_path: Path) -> None:
    place = "in /dev/null/.cache/mmc-audio (Not a directory)"
    assert homeless(tmp_path, HOME="/dev/null") == Run(
        0, "Wrote a.wav.", f"{KEPT}{place}; all else works.\n"
    )


# ---- outputs that are closed or full -------------------------------------------------------------

LISTS = {
    "show": ("show", "curl"),
    "check": ("check", "curl", "--voice", "none"),
    "programs": ("programs",),
    "exercises": ("exercises",),
    "voices": ("voices",),
    "sounds": ("sounds",),
    "log": ("log",),
    "cache": ("cache",),
    "schema": ("schema",),
    "doctor": ("doctor",),
    "export": ("export", "a.toml", "-o", "a.srt"),
    "say": ("say", "up", "--voice", "espeak"),
    "new": ("new", "b.toml", "--force"),
    "play": ("play", "a.toml", "--plain", "--output", "null", "--no-intro"),
}
SHORT = ("show", "say")
EVERY = [n if n in SHORT else pytest.param(n, marks=pytest.mark.slow) for n in LISTS]


def test_every_command_is_tried() -> None:
    assert set(LISTS) | {"serve"} == set(COMMANDS)  # which lasts until Ctrl-C


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.timeout(900)  # play takes its time
def test_a_full_or_closed_output_is_told_once(tmp_path: Path, name: str) -> None:
    need("espeak-ng")
    (tmp_path / "a.toml").write_text(PROGRAM)
    line = " ".join((*MMC, *LISTS[name]))
    for target, codes, message in (
        (">/dev/full", {1}, "error: The output could not be written: no space is left there."),
        ("| true; exit ${PIPESTATUS[0]}", {0, 141}, ""),
        (">&-", {0}, ""),
    ):
        run = subprocess.run(
            ["bash", "-c", f"{line} {target}"],
            cwd=tmp_path,
            env=environment(tmp_path),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
        )
        own = [said for said in run.stderr.splitlines() if said.startswith("error")]
        if name == "check" and message == "" and run.returncode == 1:
            codes = codes | {1}
        assert run.returncode in codes, (target, run)
        assert own == ([message] if message else []), (target, run.stderr)
        assert "Traceback" not in run.stderr and "Exception" not in run.stderr, run.stderr


# ---- limits --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "limit",
    [
        "-v 400000",
        *(pytest.param(each, marks=pytest.mark.slow) for each in ("-v 150000", "-t 1", "-n 16")),
    ],
)
def test_a_limit_of_the_shell_leaves_no_part_of_a_file(tmp_path: Path, limit: str) -> None:
    (tmp_path / "a.toml").write_text(PROGRAM)
    assert mmc("export", "a.toml", "-o", "whole.mp3", cwd=tmp_path).code == 0
    target = tmp_path / "a.mp3"
    target.write_bytes(b"old")
    line = f"ulimit {limit}; exec {sys.executable} -m mmc_audio export a.toml -o a.mp3"
    run = subprocess.run(
        ["bash", "-c", line],
        cwd=tmp_path,
        env=environment(tmp_path, OPENBLAS_NUM_THREADS="1"),
        capture_output=True,
        encoding="utf-8",
    )
    assert target.read_bytes() in (b"old", (tmp_path / "whole.mp3").read_bytes())
    ends = (0, 1) if limit[:2] != "-t" else (0, 1, -signal.SIGXCPU, -signal.SIGKILL)
    assert run.returncode in ends, run
    assert (run.returncode == 1) == run.stderr.startswith("error: ")
    assert "bug" not in run.stderr and "Traceback" not in run.stderr, run
