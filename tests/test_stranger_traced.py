"""What the system sees while a stranger's program is used: programs, files and addresses."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests import hostile
from tests.command import MMC, ROOT, Run, environment, mmc
from tests.parts import need

TEXTS = {name: text for name, text in hostile.ACCEPTED.items() if "{" not in text}
OBEYED = (
    *("option with a file", "option", "shell command", "backticks", "semicolons", "metadata"),
    *("SSML", "SSML document", "percent and backslash"),
)
PROGRAM = """\
title = {0}
author = {0}
[voice]
respell = {{ {0} = {0} }}
{1}
"""
EXERCISE = """\
[[exercise]]
name = {0}
sets = [{{ label = {1} }}]
reps = 2
rest = 0
cues.concentric = {0}
"""


def program(folder: Path, *names: str) -> Path:
    """A program with the texts of these names, an exercise each, in a folder of its own."""
    texts = [TEXTS[name] for name in names]
    exercises = (EXERCISE.format(hostile.quoted(t), hostile.quoted(t[:60])) for t in texts)
    path = folder / "p.toml"
    title = hostile.quoted(texts[0][:60])
    path.write_text(PROGRAM.format(title, "\n".join(exercises)), encoding="utf-8")
    return path


def traced(folder: Path, *arguments: str, calls: str = "execve,openat,connect") -> str:
    """The system calls of a run of `mmc`, with their strings whole."""
    need("strace")
    log = folder.parent / "log"
    strace = [
        "strace",
        "-f",
        "--seccomp-bpf",
        "-qq",
        "-s",
        "4000",
        "-e",
        f"trace={calls}",
        "-o",
        str(log),
    ]
    done = subprocess.run(
        [*strace, *MMC, *arguments],
        cwd=folder,
        env=environment(folder.parent),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return log.read_text(errors="replace")


STARTED = re.compile(r'execve\("([^"]*)", \[(.*)\], ')
OPENED = re.compile(r'openat\((\w+), "([^"]*)", (\S+?)[,)]')


def started(log: str) -> list[tuple[str, list[str]]]:
    """The programs that were started: their file and their arguments."""
    return [
        (found[1], re.findall(r'"((?:[^"\\]|\\.)*)"', found[2])) for found in STARTED.finditer(log)
    ]


ESPEAK = r"espeak-ng (?:--version|--voices|--stdin --stdout -v en-us -s 175)"
FFMPEG = (
    r"ffmpeg -nostdin -v error -xerror -y -f s16le -ar 48000 -ac 1 -i pipe:0 -f ffmetadata "
    r"-i file:/tmp/\S+ -map 0:a -map_metadata 1 -map_chapters 1 -c:a aac -b:a 64k -f ipod "
    r"file:/\S+/\.mmc-[0-9a-f]{16}\.part"
)


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        (("check", "--voice", "espeak"), ESPEAK),
        (("show",), r"(?!)"),
        (("export", "--voice", "espeak", "-o", "out.mp3"), ESPEAK),
        (("export", "--voice", "none", "-o", "out.m4a"), FFMPEG),
    ],
)
def test_no_text_reaches_a_shell_or_an_option_list(
    arguments: tuple[str, ...], allowed: str, tmp_path: Path
) -> None:
    """Every argument of every program that is started is known; the texts go another way."""
    need("espeak-ng", "ffmpeg")
    folder = tmp_path / "programs"
    folder.mkdir()
    program(folder, *OBEYED)
    command, *options = arguments
    log = traced(folder, command, *options, "p.toml", calls="execve")
    own, *others = started(log)
    assert own[1][1:] == ["-m", "mmc_audio", command, *options, "p.toml"]
    for file, words in others:
        assert os.path.isabs(file)
        line = " ".join([os.path.basename(words[0]), *words[1:]])
        assert re.fullmatch(allowed, line), line
    assert not (folder / "owned").exists()


def allowed_files(folder: Path) -> tuple[str, ...]:
    """Below what a run may open files: its own, its package's, its Python's, the system's."""
    python = {sys.prefix, sys.base_prefix, sysconfig.get_path("stdlib")}
    kept = [folder, folder.parent / "cache", ROOT / "mmc_audio", ROOT / "sounds", ROOT / "programs"]
    system = (
        "/usr",
        "/lib",
        "/lib64",
        "/etc/ld.so",
        "/etc/os-release",
        "/etc/localtime",
        "/proc",
        "/sys",
    )
    devices = ("/dev/null", "/dev/urandom", "/dev/shm")
    return (*map(str, [*kept, *python]), *system, *devices, "/tmp/tmp", "/var/tmp")


def test_no_file_is_opened_elsewhere_and_no_address_is_called(tmp_path: Path) -> None:
    folder = tmp_path / "programs"
    folder.mkdir()
    (tmp_path / "secret").write_text("secret")
    program(folder, "option with a file", "SSML document", "image", "shell command")
    log = traced(folder, "export", "--voice", "embedded", "-o", "out.mp3", "p.toml")
    ends = [(found[2], found[3]) for found in OPENED.finditer(log)]
    assert len(ends) > 100
    whole = [(os.path.join(folder, path), how) for path, how in ends]
    strange = [path for path, _ in whole if not path.startswith(allowed_files(folder))]
    outside = [path for path in strange if os.path.isfile(path) and path != str(ROOT)]
    assert outside == []
    written = [path for path, how in whole if "O_WRONLY" in how or "O_RDWR" in how]
    ours = (str(folder), str(tmp_path / "cache"), "/tmp/", "/dev/null", "/dev/shm", "/proc")
    assert [path for path in written if not f"{path}/".startswith(ours)] == []
    assert "AF_INET" not in log
    assert "hostname" not in [os.path.basename(path) for path, _ in whole]


PLANTED = ("pickle", "multiprocessing", "signal", "json", "wave", "numpy", "tomli", "click")
TRAP = "open({!r}, 'w').close()\nraise SystemExit(3)\n"


def test_modules_beside_a_program_are_not_run(tmp_path: Path) -> None:
    """A folder that was downloaded: its programs are exported, its Python files are not touched."""
    folder = tmp_path / "downloaded"
    folder.mkdir()
    for name in PLANTED:
        (folder / f"{name}.py").write_text(TRAP.format(str(tmp_path / f"ran-{name}")))
    for name in ("a", "b"):
        text = 'title = "T"\n[[exercise]]\nname = "B"\nreps = 1\nsets = 1\n'
        (folder / f"{name}.toml").write_text(text)
    # As the installed command is started: its own folder is not on the way to modules.
    code = f"import sys; sys.path[0] = {str(ROOT)!r}; from mmc_audio.cli import main; main()"
    command = (sys.executable, "-c", code, "export", "--voice", "none", "--jobs", "2")
    run = subprocess.run(
        [*command, "a.toml", "b.toml", "-o", "out"],
        cwd=folder,
        env=environment(tmp_path),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert sorted(path.name for path in (folder / "out").iterdir()) == ["a.mp3", "b.mp3"]
    assert sorted(path.name for path in tmp_path.glob("ran-*")) == []


@pytest.mark.parametrize("path", ["", "."])
def test_programs_beside_a_program_are_not_started(path: str, tmp_path: Path) -> None:
    """Though PATH says so: an entry that names no folder in full counts for nothing."""
    need("espeak-ng", "ffmpeg")
    folder = tmp_path / "downloaded"
    folder.mkdir()
    program(folder, "option")
    for name in ("espeak-ng", "ffmpeg", "ffprobe", "avconv", "sh"):
        trap = folder / name
        trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran-{name}\nexit 3\n")
        trap.chmod(0o755)
    search = f"{path}{os.pathsep}{os.environ['PATH']}"
    run = mmc("export", "p.toml", "--voice", "espeak", "-o", "out.m4a", cwd=folder, PATH=search)
    assert (run.code, run.err) == (0, "")
    assert sorted(path.name for path in tmp_path.glob("ran-*")) == []


def test_without_the_network_no_cluster_is_asked(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text('title = "T"\n[[exercise]]\nname = "B"\n')
    address = ("--scheduler", "tcp://127.0.0.1:9")
    run = mmc("export", "p.toml", "-o", "out/", *address, cwd=tmp_path, MMC_OFFLINE="1")
    assert run == Run(1, "", "error: MMC_OFFLINE is set, so no scheduler may be asked.\n")
