"""Keys through a real terminal: all of them arrive, at once, and the terminal stays as it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mmc_audio.keyboard import Keyboard
from tests.command import ROOT
from tests.terminal import PATIENCE_S, PROMPT, SHELLS, Terminal

TYPIST = (sys.executable, "-m", "tests.typist")
ANSWERED_S = 0.1  # design: a key answers within 100 ms


class Log:
    """What the typist wrote down."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def lines(self) -> list[tuple[float, str]]:
        text = self.path.read_text(encoding="utf-8") if self.path.exists() else ""
        split = (line.partition(" ") for line in text.splitlines())
        return [(float(at), event) for at, _, event in split]

    def events(self) -> list[str]:
        return [event for _, event in self.lines()]

    def keys(self) -> list[str]:
        events = (event.partition(" ") for event in self.events())
        return [key for kind, _, key in events if kind == "key"]

    def wait_for(self, event: str, number: int = 1) -> float:
        """When what begins like this was noted for the nth time."""
        end = time.monotonic() + PATIENCE_S
        while True:
            times = [at for at, noted in self.lines() if noted.startswith(event)]
            if len(times) >= number:
                return times[number - 1]
            assert time.monotonic() < end, f"no {number}th {event!r} in {self.events()}"
            time.sleep(0.005)

    @property
    def pid(self) -> int:
        return int(next(e for e in self.events() if e.startswith("ready")).split()[1])

    @property
    def cpu_s(self) -> float:
        return float(self.events()[-1].removeprefix("ended "))


class Typed:
    """A typist on a terminal (a pty) whose other end is held here."""

    def __init__(self, master: int, slave: int, process: subprocess.Popen[bytes], log: Log) -> None:
        self.master, self._slave, self.process, self.log = master, slave, process, log

    def type(self, data: bytes) -> None:
        os.write(self.master, data)

    def left(self) -> bytes:
        """What was typed and nobody has read."""
        tty = os.open(os.ttyname(self._slave), os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
        try:
            return os.read(tty, 100)
        except BlockingIOError:
            return b""
        finally:
            os.close(tty)

    def attributes(self) -> list[Any]:
        return termios.tcgetattr(self._slave)

    def said(self) -> bytes:
        """What it wrote to standard error, once it has ended."""
        assert self.process.stderr is not None
        return self.process.stderr.read()

    def end(self) -> int:
        return self.process.wait(PATIENCE_S)


@contextmanager
def typist(tmp_path: Path, *options: str) -> Iterator[Typed]:
    """A typist that is ready, as the leader of a session on its own terminal."""
    master, slave = os.openpty()
    log = Log(tmp_path / "log")
    before = termios.tcgetattr(slave)
    process = subprocess.Popen(
        [*TYPIST, str(log.path), "--own", *options],
        stdin=slave,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        start_new_session=True,
        env={**os.environ, "TERM": "xterm"},
    )
    try:
        log.wait_for("ready")
        yield Typed(master, slave, process, log)
        assert termios.tcgetattr(slave) == before
    finally:
        process.kill()
        process.communicate()
        os.close(slave)
        os.close(master)


# ---- keys ----------------------------------------------------------------------------------------


def test_a_burst_of_keys_loses_none(tmp_path: Path) -> None:
    with typist(tmp_path) as typed:
        typed.type(b"nprw+-e[]? \r" + b"\x1b[C\x1b[D\x1b[A\x1b[B" + "é漢".encode() + b"nnnnnnnnq")
        assert typed.end() == 0
    expected = [*"nprw+-e[]? ", "enter", "right", "left", "up", "down", "é", "漢", *"nnnnnnnnq"]
    assert typed.log.keys() == expected


def test_a_key_that_comes_in_pieces_is_one_key(tmp_path: Path) -> None:
    with typist(tmp_path, "--frame", "0.01") as typed:
        for byte in "\x1b[C漢".encode() + b"q":
            typed.type(bytes([byte]))
            time.sleep(0.004)
        assert typed.end() == 0
    assert typed.log.keys() == ["right", "漢", "q"]


@pytest.mark.parametrize("frame", ["0.01", "0.05", "1"])
def test_escape_is_told_from_an_arrow(tmp_path: Path, frame: str) -> None:
    with typist(tmp_path, "--frame", frame) as typed:
        typed.type(b"\x1b")
        typed.log.wait_for("key escape")
        typed.type(b"\x1b[Aq")
        assert typed.end() == 0
    assert typed.log.keys() == ["escape", "up", "q"]


def test_pasted_text_is_no_command(tmp_path: Path) -> None:
    with typist(tmp_path) as typed:
        assert os.read(typed.master, 100) == b"\x1b[?2004h"
        typed.type(b"\x1b[200~some notes\nquit q\x1b[201~nq")
        assert typed.end() == 0
        assert os.read(typed.master, 100) == b"\x1b[?2004l"
    assert typed.log.keys() == ["n", "q"]


def test_ctrl_s_freezes_nothing(tmp_path: Path) -> None:
    with typist(tmp_path) as typed:
        typed.type(b"\x13nq")
        assert typed.end() == 0
    assert typed.log.keys() == ["n", "q"]


def test_nothing_typed_is_shown(tmp_path: Path) -> None:
    with typist(tmp_path) as typed:
        assert os.read(typed.master, 100) == b"\x1b[?2004h"
        typed.type(b"n \x1b[Cq")
        assert typed.end() == 0
        assert os.read(typed.master, 100) == b"\x1b[?2004l"


def test_a_key_is_answered_at_once(tmp_path: Path) -> None:
    with typist(tmp_path, "--frame", "10") as typed:
        delays = []
        for number in range(1, 21):
            at = time.monotonic()
            typed.type(b"n")
            delays.append(typed.log.wait_for("key n", number) - at)
            time.sleep(0.01)
        typed.type(b"q")
        assert typed.end() == 0
    assert sorted(delays)[len(delays) // 2] < ANSWERED_S / 10
    assert max(delays) < ANSWERED_S


# ---- the terminal afterwards ---------------------------------------------------------------------


def test_the_terminal_is_as_before_after_a_quit(tmp_path: Path) -> None:
    with typist(tmp_path) as typed:
        lflag = typed.attributes()[3]
        assert not lflag & (termios.ECHO | termios.ICANON)
        assert lflag & termios.ISIG
        typed.type(b"q")
        assert typed.end() == 0


def test_the_terminal_is_as_before_after_an_error(tmp_path: Path) -> None:
    with typist(tmp_path) as typed:
        typed.type(b"x")
        assert typed.end() == 1
        assert b"ValueError: as it was asked to" in typed.said()


def test_ctrl_c_interrupts_and_leaves_the_terminal_as_before(tmp_path: Path) -> None:
    with typist(tmp_path) as typed:
        typed.type(b"\x03")
        assert typed.end() == 130


@pytest.mark.parametrize("key", [b"q", b"\x03"])
def test_ctrl_c_on_the_very_way_out_leaves_the_terminal_as_before(
    tmp_path: Path, key: bytes
) -> None:
    with typist(tmp_path, "--unlucky") as typed:
        typed.type(key)
        assert typed.end() == 130


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_the_terminal_is_as_before_after_a_signal(tmp_path: Path, number: int) -> None:
    with typist(tmp_path) as typed:
        os.kill(typed.process.pid, number)
        assert typed.end() == 128 + number


def test_keys_typed_too_much_are_not_left_to_the_shell(tmp_path: Path) -> None:
    with typist(tmp_path) as typed:
        typed.type(b"s")
        typed.log.wait_for("key s")
        typed.type(b"nnn\n")
        assert typed.end() == 0
        assert typed.left() == b""


def test_a_terminal_that_goes_away_ends_the_program(tmp_path: Path) -> None:
    master, slave = os.openpty()
    log = Log(tmp_path / "log")
    process = _alone(log, stdin=slave, own=True)
    os.close(slave)
    log.wait_for("ready")
    os.close(master)  # the window is closed
    assert process.wait(PATIENCE_S) == 128 + signal.SIGHUP


def test_a_terminal_that_goes_away_without_a_word_gives_no_more_keys(tmp_path: Path) -> None:
    master, slave = os.openpty()
    log = Log(tmp_path / "log")
    process = _alone(log, stdin=slave, own=False)  # not its controlling terminal: no SIGHUP
    os.close(slave)
    log.wait_for("ready")
    os.write(master, b"n")
    log.wait_for("key n")
    os.close(master)
    assert_idle(process, log)


# ---- without a terminal --------------------------------------------------------------------------


def _alone(log: Log, *, stdin: int, own: bool = False) -> subprocess.Popen[bytes]:
    options = ["--own"] if own else []
    return subprocess.Popen(
        [*TYPIST, str(log.path), *options],
        stdin=stdin,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        start_new_session=True,
    )


def assert_idle(process: subprocess.Popen[bytes], log: Log) -> None:
    """It goes on, takes no keys and next to no time, and ends when told."""
    spent = Path(f"/proc/{process.pid}/stat")
    before = _ticks(spent)
    time.sleep(1)
    assert process.poll() is None
    if before is not None:
        assert (_ticks(spent) or 0) - before <= 5  # hundredths of a second
    process.terminate()
    assert process.wait(PATIENCE_S) == 128 + signal.SIGTERM
    assert set(log.keys()) <= {"n"}


def _ticks(stat: Path) -> int | None:
    """Hundredths of a second that a process has worked, where the system tells."""
    if not stat.exists():
        return None
    fields = stat.read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def test_standard_input_from_nowhere_gives_no_keys(tmp_path: Path) -> None:
    log = Log(tmp_path / "log")
    process = _alone(log, stdin=subprocess.DEVNULL)
    log.wait_for("ready")
    assert log.events()[0].endswith("False")
    assert_idle(process, log)


def test_a_pipe_gives_no_keys(tmp_path: Path) -> None:
    log = Log(tmp_path / "log")
    process = _alone(log, stdin=subprocess.PIPE)
    assert process.stdin is not None
    with process.stdin as pipe:
        pipe.write(b"qqq")
        pipe.flush()
        log.wait_for("ready")
        assert_idle(process, log)


def test_a_closed_standard_input_gives_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with Keyboard() as keyboard:
        assert not keyboard.has_keys
        began = time.monotonic()
        assert keyboard.wait(0.1) is None
        assert 0.09 < time.monotonic() - began < 0.5


# ---- waking --------------------------------------------------------------------------------------


def test_another_thread_ends_the_waiting() -> None:
    with Keyboard() as keyboard:
        timer = threading.Timer(0.1, keyboard.wake)
        timer.start()
        began = time.monotonic()
        assert keyboard.wait(10) is None
        assert 0.09 < time.monotonic() - began < 0.1 + ANSWERED_S
        timer.join()
        began = time.monotonic()
        assert keyboard.wait(0.2) is None  # once woken, once only
        assert time.monotonic() - began > 0.19


def test_a_wake_up_before_the_waiting_is_not_lost_and_never_blocks() -> None:
    with Keyboard() as keyboard:
        for _ in range(100_000):
            keyboard.wake()
        began = time.monotonic()
        assert keyboard.wait(10) is None
        assert time.monotonic() - began < 1
    keyboard.wake()  # too late, and no matter


def test_the_handlers_of_signals_are_put_back() -> None:
    numbers = (signal.SIGTSTP, signal.SIGCONT)
    before = [signal.getsignal(number) for number in numbers]
    with Keyboard():
        assert [signal.getsignal(number) for number in numbers] != before
    assert [signal.getsignal(number) for number in numbers] == before


# ---- the shell's job control ---------------------------------------------------------------------


@pytest.fixture(params=sorted(SHELLS))
def shell(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Terminal]:
    with Terminal(shell=request.param, cwd=ROOT, columns=100) as terminal:
        yield terminal


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path / "log")


def stty(terminal: Terminal, file: Path) -> str:
    """`stty -g` asked in the shell: at the prompt bash itself sets other attributes."""
    file.unlink(missing_ok=True)
    terminal.run(f"stty -g > {file}.new; mv {file}.new {file}")
    end = time.monotonic() + PATIENCE_S
    while not file.exists():
        assert time.monotonic() < end, terminal.screen()
        time.sleep(0.01)
    return file.read_text()


def started(terminal: Terminal, log: Log, *, background: bool = False) -> None:
    command = [*TYPIST, str(log.path), "--frame", "60"]
    terminal.run(" ".join([*command, *(["&"] if background else [])]))
    log.wait_for("ready")


def state(pid: int) -> str:
    """R, S or T (stopped), as ps tells."""
    asked = subprocess.run(["ps", "-o", "state=", "-p", str(pid)], capture_output=True, text=True)
    return asked.stdout.strip()[:1]


def wait_for_state(pid: int, letters: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while state(pid) not in letters:
        assert time.monotonic() < end, f"{pid} is {state(pid)}, not {letters}"
        time.sleep(0.01)


def quit_and_compare(terminal: Terminal, log: Log, before: str, tmp_path: Path) -> None:
    terminal.type("q")
    log.wait_for("ended")
    assert stty(terminal, tmp_path / "after") == before


def test_ctrl_z_gives_the_terminal_back_and_fg_takes_it_again(
    shell: Terminal, log: Log, tmp_path: Path
) -> None:
    before = stty(shell, tmp_path / "before")
    started(shell, log)
    for number in (1, 2):
        shell.press("C-z")
        log.wait_for("stopping", number)
        wait_for_state(log.pid, "T")
        assert stty(shell, tmp_path / f"stopped{number}") == before
        shell.run("fg")
        log.wait_for("continuing", number)
        shell.type("n")
        log.wait_for("key n", number)
    quit_and_compare(shell, log, before, tmp_path)
    assert log.keys() == ["n", "n", "q"]


def test_in_the_background_it_goes_on_and_leaves_the_keys_to_the_shell(
    shell: Terminal, log: Log, tmp_path: Path
) -> None:
    before = stty(shell, tmp_path / "before")
    started(shell, log, background=True)
    assert stty(shell, tmp_path / "during") == before  # and typed it without losing a key
    assert state(log.pid) in "RS"
    shell.run("fg")
    time.sleep(0.5)  # no signal tells of it where the job was running
    shell.type("n")
    log.wait_for("key n")
    quit_and_compare(shell, log, before, tmp_path)
    assert log.events()[1:-1] == ["key n", "key q"]


def test_ctrl_z_then_bg_goes_on_without_keys_until_fg(
    shell: Terminal, log: Log, tmp_path: Path
) -> None:
    before = stty(shell, tmp_path / "before")
    started(shell, log)
    shell.press("C-z")
    wait_for_state(log.pid, "T")
    shell.run("bg")
    log.wait_for("continuing")
    assert stty(shell, tmp_path / "during") == before
    wait_for_state(log.pid, "RS")
    shell.run("fg")
    time.sleep(0.5)
    shell.type("n")
    log.wait_for("key n")
    quit_and_compare(shell, log, before, tmp_path)
    assert log.events()[1:-1] == ["stopping", "continuing", "key n", "key q"]


def test_a_stop_that_cannot_be_foreseen_is_made_up_for(
    shell: Terminal, log: Log, tmp_path: Path
) -> None:
    before = stty(shell, tmp_path / "before")
    started(shell, log)
    os.kill(log.pid, signal.SIGSTOP)
    wait_for_state(log.pid, "T")
    shell.run("fg")
    log.wait_for("continuing")
    shell.type("n")
    log.wait_for("key n")
    quit_and_compare(shell, log, before, tmp_path)
    assert log.events()[1:-1] == ["stopping", "continuing", "key n", "key q"]


def test_a_stopped_program_that_is_told_to_end_does(
    shell: Terminal, log: Log, tmp_path: Path
) -> None:
    before = stty(shell, tmp_path / "before")
    started(shell, log)
    shell.press("C-z")
    wait_for_state(log.pid, "T")
    os.kill(log.pid, signal.SIGTERM)
    os.kill(log.pid, signal.SIGCONT)
    log.wait_for("ended")
    assert stty(shell, tmp_path / "after") == before


def test_a_program_stopped_without_warning_can_be_told_to_end(shell: Terminal, log: Log) -> None:
    started(shell, log)
    os.kill(log.pid, signal.SIGSTOP)
    wait_for_state(log.pid, "T")
    os.kill(log.pid, signal.SIGTERM)
    os.kill(log.pid, signal.SIGCONT)  # now in the background, with the terminal still set
    log.wait_for("ended")


def test_it_ends_in_the_background_without_touching_the_terminal(
    shell: Terminal, log: Log, tmp_path: Path
) -> None:
    shell.run("stty tostop")  # now even writing would stop it
    before = stty(shell, tmp_path / "before")
    started(shell, log, background=True)
    os.kill(log.pid, signal.SIGTERM)
    log.wait_for("ended")
    assert stty(shell, tmp_path / "after") == before
    shell.wait_for(PROMPT.strip())


def test_a_paste_in_a_real_terminal_is_no_command(tmp_path: Path, log: Log) -> None:
    with Terminal(cwd=ROOT) as terminal:
        started(terminal, log)
        terminal.paste("notes\nquit now q\n")
        terminal.type("n")
        log.wait_for("key n")
        terminal.press("Left", "Space", "Enter", "M-q", "Escape")
        log.wait_for("key escape")
        terminal.press("q")
        log.wait_for("ended")
    assert log.keys() == ["n", "left", " ", "enter", "escape", "q"]
