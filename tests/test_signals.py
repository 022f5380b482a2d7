"""Ctrl-C, SIGTERM and a terminal that goes away end every command at once, and cleanly."""

from __future__ import annotations

import json
import os
import pty
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from mmc_audio.cli import COMMANDS
from tests.command import MMC, environment
from tests.parts import need
from tests.zygote import Running, Zygote

PROGRAM = """
title = "Long"
voice.engine = "none"
[session]
setup = 3
[[exercise]]
name = "Curl"
sets = {sets}
reps = {reps}
tempo = "2-1-1-{last}"
rest = 20
"""
CUED = """
[[exercise]]
name = "Curl {number}"
cues.concentric = "cue number {number}"
reps = 1
tempo = "1-0-1-0"
"""
CUES = "".join(CUED.format(number=number) for number in range(60))
AT_ONCE_S = 10.0  # far below what any of these takes to its end
ENDINGS = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}
OLD = b"old" * 1_000


@pytest.fixture(scope="module")
def zygote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    need("ffmpeg", "espeak-ng", "ps")
    folder = tmp_path_factory.mktemp("signals")
    for name, sets, last in (("long", 2, 0), ("other", 2, 1)):
        (folder / f"{name}.toml").write_text(PROGRAM.format(sets=sets, reps=300, last=last))
    (folder / "short.toml").write_text(PROGRAM.format(sets=1, reps=60, last=0))
    cues = 'title = "Cues"\nvoice.engine = "espeak"\n' + CUES
    (folder / "cues.toml").write_text(cues)
    rows = "".join(f"Client {number}\n" for number in range(40))
    (folder / "clients.csv").write_text(f"client\n{rows}")
    with Zygote(folder, environment(folder)) as zygote:
        yield zygote


def hidden(folder: Path) -> list[str]:
    """The temporary files there are."""
    return [path.name for path in folder.rglob(".mmc-*")]


def part(folder: Path) -> bool:
    return bool(hidden(folder))


def some(folder: Path) -> bool:
    return len(list(folder.glob("cache/??/*.clip"))) > 2


def finished_one(folder: Path) -> bool:
    return bool(list(folder.glob("many/*.mp3")))


def playing(folder: Path) -> bool:
    return any("Set 1" in path.read_text("utf-8", "replace") for path in folder.glob("tmp/.out-*"))


def written(folder: Path) -> bool:
    return any(path.stat().st_size > 100_000 for path in folder.glob(".mmc-*"))


def served(folder: Path) -> bool:
    return any(
        "Serving" in path.read_text("utf-8", "replace") for path in folder.glob("tmp/.out-*")
    )


PLAY = ("play", "short.toml", "--plain", "--no-intro", "--output")
MANY = ("export", "short.toml", "--roster", "clients.csv", "-o", "many", "--jobs")
HURRIES_S = (0.3, 0.15, 0.08, 0.04)
# What is run, and how to see that it is well under way; of some nothing is seen before their end.
LONG: dict[str, tuple[tuple[str, ...], Callable[[Path], bool] | None]] = {
    "export mp3": (("export", "long.toml", "-o", "a.mp3"), part),
    "export wav": (("export", "long.toml", "-o", "a.wav"), part),
    "export flac": (("export", "long.toml", "-o", "a.flac"), written),
    "export ogg": (("export", "long.toml", "-o", "a.ogg"), written),
    "export m4a": (("export", "long.toml", "-o", "a.m4a"), written),
    "batch": ((*MANY, "1"), finished_one),
    "batch in processes": ((*MANY, "2"), finished_one),
    "batch m4a": (("export", "long.toml", "other.toml", "-o", "many", "--kind", "m4a"), part),
    "check": (("check", "long.toml", "other.toml", "cues.toml"), None),
    "show": (("show", "cues.toml"), None),
    "play null": ((*PLAY, "null"), playing),
    "play file": ((*PLAY, "file:a.wav"), playing),
    "say": (("say", "up and down " * 150, "--voice", "embedded", "-o", "a.wav"), None),
    "cache": (("cache", "--fill", "cues.toml"), some),
    "doctor": (("doctor",), None),
    "serve": (("serve", "short.toml", "--port", "0"), served),
}
NOT_LONG = {"programs", "exercises", "voices", "sounds", "log", "schema", "new"}
QUICK = ("export mp3", "export m4a", "batch in processes", "play file")
SLOW = [pytest.param(name, marks=pytest.mark.slow) for name in LONG if name not in QUICK]


def until(condition: Callable[[], bool], within_s: float = 60.0) -> None:
    end = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def hears(run: Running, sign: signal.Signals) -> bool:
    """Whether the run has said what it does at a signal: before, Python's start is ended by it."""
    status = Path(f"/proc/{run.pid}/status").read_text()
    caught = int(re.findall(r"^SigCgt:\t(\w+)$", status, re.MULTILINE)[0], 16)
    return bool(caught >> (sign - 1) & 1)


def members(group: int) -> list[str]:
    found = subprocess.run(
        ["ps", "-e", "-o", "pgid=,stat=,args="], capture_output=True, text=True, check=True
    )
    lines = (line.split(None, 2) for line in found.stdout.splitlines())
    return [args for pgid, stat, args in lines if int(pgid) == group and stat[0] != "Z"]


def cleared(zygote: Zygote) -> None:
    subprocess.run(["rm", "-rf", *zygote.cwd.glob("cache"), *zygote.cwd.glob("many")], check=True)
    for path in zygote.cwd.glob("a.*"):
        path.unlink()


def stopped(run: Running, sign: signal.Signals, *, group: bool) -> None:
    """As a terminal does it, to all processes; or as a service manager may, to one."""
    os.killpg(run.pid, sign) if group else os.kill(run.pid, sign)


def test_every_command_that_can_last_is_tried() -> None:
    assert {name.split()[0] for name in LONG} - {"batch"} | NOT_LONG == set(COMMANDS)


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM], ids=["INT", "TERM"])
@pytest.mark.parametrize("name", [*QUICK, *SLOW])
def test_a_signal_ends_it_at_once_and_nothing_is_left(
    zygote: Zygote, name: str, sign: signal.Signals
) -> None:
    under_way = LONG[name][1]
    for wait_s in HURRIES_S if under_way is None else [0.0]:
        if signalled(zygote, name, sign, wait_s):
            return
    pytest.fail(f"{name} ended before every signal")


def signalled(zygote: Zygote, name: str, sign: signal.Signals, wait_s: float) -> bool:
    """Whether the run was still there to be told; nothing is left of it then."""
    cleared(zygote)
    arguments, under_way = LONG[name]
    old = zygote.cwd / (arguments[-1].rpartition(":")[2] if "a." in arguments[-1] else "a.old")
    old.write_bytes(OLD)
    run = zygote.start(*arguments)
    if under_way is None:
        time.sleep(wait_s)
    else:
        until(lambda: under_way(zygote.cwd))
    stopped(run, sign, group=sign == signal.SIGINT)
    began = time.monotonic()
    ended = run.ended()
    assert time.monotonic() - began < AT_ONCE_S
    if under_way is None and ended.code == 0:
        return False
    assert ended.code == ENDINGS[sign], ended
    assert "Traceback" not in ended.err and "Exception" not in ended.err, ended.err
    until(lambda: members(run.pid) == [], 5.0)
    assert hidden(zygote.cwd) == []
    assert [path for path in (zygote.cwd / "tmp").iterdir() if path.name[0] != "."] == []
    if name != "play file":
        assert old.read_bytes() == OLD
    return True


@pytest.mark.parametrize("count", [6, pytest.param(100, marks=pytest.mark.slow)])
def test_a_signal_at_any_moment_is_heard(zygote: Zygote, count: int) -> None:
    """Also while C code of a library is at work, where Python may drop what a handler raises."""
    cleared(zygote)
    draw = random.Random(8)
    target = zygote.cwd / "a.flac"
    for number in range(count):
        target.write_bytes(OLD)
        run = zygote.start("export", "short.toml", "-o", "a.flac")
        until(partial(hears, run, signal.SIGTERM))
        if number % 2:
            until(lambda: written(zygote.cwd) or target.read_bytes() != OLD)
        time.sleep(draw.uniform(0, 1.0))
        sign = draw.choice((signal.SIGINT, signal.SIGTERM))
        run.kill(sign)
        ended = run.ended()
        new = target.read_bytes() != OLD
        done = ended.out.startswith("a.flac: ")  # Python was ending
        endings = {ENDINGS[sign], *((0,) if done else ())}
        assert ended.code in endings and ended.err.strip() == "", ended
        assert new or not done
        assert hidden(zygote.cwd) == []


def test_ctrl_c_in_code_made_from_a_text_ends_with_130(tmp_path: Path) -> None:
    """As while a library makes its dataclasses; begun by "python -m"."""
    (tmp_path / "begun.py").write_text(
        "from mmc_audio import cli\n"
        "cli.cli.main = lambda *_, **__: exec('raise KeyboardInterrupt')\n"
        "cli.main()\n"
    )
    command = [sys.executable, "-m", "begun"]
    assert subprocess.run(command, cwd=tmp_path, env=environment(tmp_path)).returncode == 130


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_after_the_last_word_changes_nothing(tmp_path: Path, sign: signal.Signals) -> None:
    """While Python itself comes to its end, and libraries tidy up."""
    (tmp_path / "ending.py").write_text(
        "import atexit, signal\n"
        "from mmc_audio import cli\n"
        f"atexit.register(signal.raise_signal, {int(sign)})\n"
        "cli.main()\n"
    )
    command = [sys.executable, "-m", "ending", "--version"]
    run = subprocess.run(command, cwd=tmp_path, env=environment(tmp_path), capture_output=True)
    assert (run.returncode, run.stderr) == (0, b"")


@pytest.mark.parametrize("sign", ENDINGS)
@pytest.mark.parametrize("call", ["Going()", "cffi.FFI().callback('void()', called)()"])
def test_a_signal_where_python_loses_exceptions_is_heard(
    tmp_path: Path, sign: signal.Signals, call: str
) -> None:
    """In the end of an object, and in Python that is called from C, by cffi as libsndfile does."""
    (tmp_path / "losing.py").write_text(
        "import cffi, signal, time\n"
        "from mmc_audio import cli\n"
        "class Going:\n"
        "    def __del__(self):\n"
        f"        signal.raise_signal({int(sign)})\n"
        "def called():\n"
        f"    signal.raise_signal({int(sign)})\n"
        "def run(*_, **__):\n"
        f"    {call}\n"
        "    time.sleep(12)\n"
        "cli.cli.main = run\n"
        "cli.main()\n"
    )
    command = [sys.executable, "-m", "losing"]
    began = time.monotonic()
    run = subprocess.run(command, cwd=tmp_path, env=environment(tmp_path), capture_output=True)
    assert (run.returncode, run.stderr) == (ENDINGS[sign], b"")
    assert time.monotonic() - began < AT_ONCE_S


def test_a_signal_waits_for_steps_that_are_not_to_be_broken_off(tmp_path: Path) -> None:
    (tmp_path / "steps.py").write_text(
        "import signal\n"
        "from mmc_audio import signals\n"
        "signals.unwind()\n"
        "try:\n"
        "    with signals.undisturbed():\n"
        "        with signals.undisturbed():\n"
        "            signal.raise_signal(signal.SIGINT)\n"
        "            print('first')\n"
        "        print('second')\n"
        "    print('not reached')\n"
        "except KeyboardInterrupt:\n"
        "    print('heard')\n"
        "with signals.undisturbed():\n"
        "    print('no signal twice')\n"
        "signal.raise_signal(signal.SIGINT)\n"
    )
    command = [sys.executable, "-m", "steps"]
    run = subprocess.run(
        command, cwd=tmp_path, env=environment(tmp_path), capture_output=True, text=True
    )
    assert run.stdout.split("\n") == ["first", "second", "heard", "no signal twice", ""]
    assert run.stderr.endswith("KeyboardInterrupt\n")


def test_a_signal_while_the_place_is_kept_does_not_lose_it(tmp_path: Path) -> None:
    (tmp_path / "long.toml").write_text(PROGRAM.format(sets=2, reps=300, last=0))
    (tmp_path / "keeping.py").write_text(
        "import signal\n"
        "from mmc_audio import bookmark, cli\n"
        "keep = bookmark.keep\n"
        "def broken_off(place):\n"
        "    bookmark.keep = keep\n"
        "    signal.raise_signal(signal.SIGHUP)\n"
        "bookmark.keep = broken_off\n"
        "cli.main()\n"
    )
    play = ("play", "long.toml", "--output", "null", "--no-intro", "--plain")
    command = [sys.executable, "-m", "keeping", *play]
    assert subprocess.run(command, cwd=tmp_path, env=environment(tmp_path)).returncode == 129
    kept = json.loads((tmp_path / "data" / "bookmark.json").read_text())
    assert (kept["exercise"], kept["set"]) == (1, 1)


# ---- terminals -----------------------------------------------------------------------------------


class Pty:
    """A command in a terminal of its own, which can go away."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            for number in ENDINGS:  # which a background runner may ignore
                signal.signal(number, signal.SIG_DFL)
            env = environment(folder, TERM="xterm")
            os.execve(MMC[0], [*MMC, *arguments], env)
        self.shown = ""

    def read_until(self, text: str) -> None:
        while text not in self.shown:
            self.shown += os.read(self._fd, 4_096).decode(errors="replace")

    def waits(self) -> None:
        """Until it sleeps: what is typed just before it begins to read, Python itself may miss."""
        stat = Path(f"/proc/{self.pid}/stat")
        until(lambda: stat.read_text().rpartition(")")[2].split()[0] == "S")

    def type(self, keys: str) -> None:
        os.write(self._fd, keys.encode())

    def close(self) -> None:
        os.close(self._fd)

    def ended(self) -> int:
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def test_ctrl_c_at_a_question_writes_nothing(tmp_path: Path) -> None:
    terminal = Pty(tmp_path, "new", "a.toml")
    terminal.read_until("Title")
    terminal.waits()
    terminal.type("\x03")
    assert terminal.ended() == 130
    terminal.close()
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".toml"] == []


@pytest.mark.parametrize("name", ["export", "play"])
def test_a_terminal_that_goes_away_ends_it(tmp_path: Path, name: str) -> None:
    (tmp_path / "long.toml").write_text(PROGRAM.format(sets=2, reps=300, last=0))
    if name == "export":
        terminal = Pty(tmp_path, "export", "long.toml", "-o", "a.flac")
        until(lambda: written(tmp_path))
    else:
        terminal = Pty(tmp_path, "play", "long.toml", "--output", "null", "--no-intro")
        terminal.read_until("\x1b[?1049h")
    terminal.close()
    assert terminal.ended() == 129
    assert hidden(tmp_path) == []
    assert not (tmp_path / "a.flac").exists()
    if name == "play":
        assert '"ended": "terminated"' in (tmp_path / "data" / "log.jsonl").read_text()
        assert (tmp_path / "data" / "bookmark.json").exists()
