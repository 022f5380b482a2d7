"""The command line as a user meets it: whole outputs and exit codes of the real command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mmc_audio import __version__
from mmc_audio.cli import COMMANDS
from tests.command import MMC, Run, environment, mmc

SHIPPED = (
    "abs-brace-and-curl, curl-3121, full-body-beginner, glute-bridge-first-feel, hear-it-first, "
    "heel-drop-rehab, hip-thrust-mmc, home-bodyweight, lats-pulldown, leg-day-heavy-light, "
    "nordic-weeks, push-up-chest, side-delts-traps-down, travel-20"
)

HELP = """\
Usage: mmc [OPTIONS] COMMAND [ARGS]...

  Tempo and cue player: a program becomes clicks and a voice that never moves
  the beat.

  PROGRAM is a file, or the name of a shipped program.

  Examples:
    mmc new bridges.toml
    mmc show bridges.toml
    mmc export bridges.toml

Options:
  --version   Show the version and exit.
  -h, --help  Show this message and exit.

Commands:
  export     Write sessions as files: MP3, WAV, subtitles and more.
  play       Play a session live, with keys.
  check      Tell every fault and warning of program files.
  show       Show a program's plan: sets, tempo, time under tension, length.
  serve      Show a program in the browser while you write it.
  new        Write a commented program that already works.
  programs   List the shipped programs.
  exercises  Search the exercise library.
  voices     List the voices, and why one can't speak here.
  sounds     List the click sets and their sounds.
  say        Audition a cue: speak one phrase and print its length.
  log        Tell what was done: the sessions that were played live.
  cache      Tell, fill or clear the store of phrases and encoded sounds.
  doctor     Tell what works on this machine, and why the rest does not.
  schema     Print the JSON Schema of the program file, for editors.

  Exit codes: 0 fine, 1 something you can fix, 2 wrong usage, 70 a bug in mmc,
  130 interrupted.
"""


# ---- help and usage ------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [(), ("--help",), ("-h",)])
def test_the_help_page(arguments: tuple[str, ...], tmp_path: Path) -> None:
    assert mmc(*arguments, cwd=tmp_path) == Run(0, HELP)


def test_the_version(tmp_path: Path) -> None:
    assert mmc("--version", cwd=tmp_path) == Run(0, f"mmc {__version__}\n")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_help_page_with_an_example(name: str, tmp_path: Path) -> None:
    run = mmc(name, "--help", cwd=tmp_path)
    assert (run.code, run.err) == (0, "")
    assert run.out.startswith(f"Usage: mmc {name} ")
    assert f"\n\n  {COMMANDS[name]}\n" in run.out
    assert f"\n    mmc {name}" in run.out.partition("Example")[2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("exprot",), "There is no command 'exprot'. Did you mean 'export'?"),
        (("dance",), "No such command 'dance'."),
        (("--frobnicate",), "No such option: --frobnicate"),
        (("--\x1b]0;owned\x07",), "No such option: --\\x1b]0;owned\\x07"),
    ],
)
def test_a_wrong_command_ends_with_2(
    arguments: tuple[str, ...], message: str, tmp_path: Path
) -> None:
    usage = "Usage: mmc [OPTIONS] COMMAND [ARGS]...\nTry 'mmc --help' for help.\n\n"
    assert mmc(*arguments, cwd=tmp_path) == Run(2, "", f"{usage}error: {message}\n")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("0.1", '"0.1" is no place in a program.'),
        ("2.", '"2." is no place in a program.'),
        ("two", '"two" is no place in a program.'),
        ("\x1b[31m1", '"\\x1b[31m1" is no place in a program.'),
    ],
)
def test_a_wrong_place_to_start(value: str, message: str, tmp_path: Path) -> None:
    advice = "Write 2.3 for exercise 2, set 3, or 2 for the first set of exercise 2."
    assert mmc("show", "curl", "--from", value, cwd=tmp_path) == Run(
        2,
        "",
        "Usage: mmc show [OPTIONS] PROGRAM\nTry 'mmc show --help' for help.\n\n"
        f"error: Invalid value for '--from': {message} {advice}\n",
    )


def test_a_wrong_voice_lists_the_right_ones(tmp_path: Path) -> None:
    run = mmc("say", "hello", "--voice", "siri", cwd=tmp_path)
    names = "'auto', 'embedded', 'google', 'espeak', 'recorded', 'none'"
    assert (run.code, run.out) == (2, "")
    assert run.err.endswith(
        f"\nerror: Invalid value for '--voice': 'siri' is not one of {names}.\n"
    )


# ---- naming a program ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("hip-trust", "neither a file nor a shipped program. Did you mean hip-thrust-mmc?"),
        ("hip-thrust.toml", "neither a file nor a shipped program. Did you mean hip-thrust-mmc?"),
        ("lets", "neither a file nor a shipped program. Did you mean legs.toml?"),
        ("legs.tml", "neither a file nor a shipped program. Did you mean legs.toml?"),
        ("in/arms.toml", "neither a file nor a shipped program. Did you mean in/arm.toml?"),
        ("yoga", f"neither a file nor a shipped program. Shipped are {SHIPPED}."),
        ("no/where.toml", f"neither a file nor a shipped program. Shipped are {SHIPPED}."),
        ("in", "a folder; name a program file in it."),
    ],
)
def test_a_program_that_is_not_there(argument: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "legs.toml").touch()
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "arm.toml").touch()
    assert mmc("show", argument, cwd=tmp_path) == Run(1, "", f'error: "{argument}" is {message}\n')


def test_a_name_that_would_steer_the_terminal_is_shown_escaped(tmp_path: Path) -> None:
    name = "\x1b]0;owned\x07\u202e.toml"
    run = mmc("show", name, cwd=tmp_path)
    start = 'error: "\\x1b]0;owned\\x07\\u202e.toml" is neither a file nor a shipped program.'
    assert run == Run(1, "", f"{start} Shipped are {SHIPPED}.\n")


# ---- how a run ends ------------------------------------------------------------------------------


def shell(command: str, folder: Path) -> Run:
    """A line of bash in which $mmc is the command."""
    run = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment(folder, mmc=" ".join(MMC)),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    return Run(run.returncode, run.stdout, run.stderr)


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    run = shell("$mmc sounds | true; echo ${PIPESTATUS[0]}", tmp_path)
    assert run == Run(0, "141\n")
    assert shell("$mmc --help | true; echo ${PIPESTATUS[0]}", tmp_path) == Run(0, "141\n")


@pytest.mark.parametrize("arguments", ["--help", "sounds"])
def test_a_full_disk_under_the_output_is_told(arguments: str, tmp_path: Path) -> None:
    message = "error: The output could not be written: no space is left there.\n"
    assert shell(f"$mmc {arguments} > /dev/full", tmp_path) == Run(1, "", message)


def test_a_closed_output_is_no_error(tmp_path: Path) -> None:
    assert shell("$mmc sounds >&-", tmp_path) == Run(0, "")


def test_a_bug_is_owned_and_its_place_is_named(tmp_path: Path) -> None:
    code = (
        "import sys; from mmc_audio.commands import schema; schema.echo = None; "
        "from mmc_audio.cli import run; sys.exit(run(['schema', '--help'][:1]))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        encoding="utf-8",
    )
    lines = run.stderr.splitlines()
    assert (run.returncode, run.stdout, len(lines)) == (70, "", 3)
    assert lines[0] == f"error: This is a bug in mmc {__version__}, and not your fault."
    assert lines[1].startswith("TypeError: 'NoneType' object is not callable (schema.py, line ")
    assert lines[2] == "Please report it with what this prints: MMC_DEBUG=1 mmc schema"
