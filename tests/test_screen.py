"""The live screen in a real terminal: what is drawn, with which colours, and what is left of it."""

from __future__ import annotations

import io
import os
import select
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import get_args

import pytest

from mmc_audio import console
from mmc_audio.console import FEW, MANY, Screen, _looks, can_draw, has_blocks
from mmc_audio.hues import HUES
from mmc_audio.spans import Row, Span, Style
from tests.command import ROOT
from tests.terminal import PROMPT, Terminal
from tests.test_keyboard import TYPIST, Log, wait_for_state

BEFORE = "what was there before"
TITLE = r"Bridges \x1b]0;pwned\x07\x1b[31m\x9b5;5H\u202e\r\n"


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path / "log")


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    with Terminal(cwd=ROOT, columns=100, lines=20) as terminal:
        terminal.run(f"echo {BEFORE}")
        terminal.wait_for_line(BEFORE)
        yield terminal


def started(terminal: Terminal, log: Log, *, variables: str = "", after: str = "") -> None:
    terminal.run(f"{variables} {' '.join(TYPIST)} {log.path} --screen {after}".strip())
    log.wait_for("ready")


def size_shown(columns: int, lines: int) -> str:
    return f"{columns} x {lines}"


def assert_left(terminal: Terminal) -> None:
    """The screen of before is back, as it was, with its cursor."""
    screen = terminal.wait_until(lambda text: not terminal.second_screen, "first screen")
    assert BEFORE in screen
    assert "x 20" not in screen
    assert terminal.cursor_shown
    assert terminal.ask("wrap_flag") == "1"


def test_a_picture_fills_the_terminal_and_nothing_in_it_steers(
    terminal: Terminal, log: Log
) -> None:
    started(terminal, log)
    screen = terminal.wait_for(size_shown(100, 20))
    assert terminal.second_screen
    assert not terminal.cursor_shown
    lines = screen.splitlines()
    assert lines[0] == TITLE
    # Cut off at the margin, and not wrapped: the cursor stays there, and the last blank is on top.
    assert lines[2] == " ".join(get_args(Style))[:99]
    assert lines[3] == ""
    assert lines[19] == "<" + "█" * 98 + ">"
    assert terminal.ask("pane_title") != "pwned"
    terminal.type("n")
    terminal.wait_for("key n")
    terminal.type("q")
    log.wait_for("ended")
    assert_left(terminal)


def test_another_size_is_drawn_anew(terminal: Terminal, log: Log) -> None:
    started(terminal, log)
    terminal.wait_for(size_shown(100, 20))
    for columns, lines in ((60, 12), (120, 40), (20, 4)):
        terminal.resize(columns, lines)
        screen = terminal.wait_for(size_shown(columns, lines))
        rows = screen.splitlines()
        assert rows[0] == TITLE[: columns - 1] + TITLE[-1] if columns < len(TITLE) else TITLE
        assert rows[lines - 1] == "<" + "█" * (columns - 2) + ">"
        assert screen.count("█") == columns - 2


@pytest.mark.parametrize(
    ("how", "code"), [("q", 0), ("x", 1), ("C-c", 130), ("TERM", 143), ("HUP", 129)]
)
def test_every_way_out_shows_again_what_was_there_before(
    terminal: Terminal, log: Log, how: str, code: int
) -> None:
    started(terminal, log, after="2>/dev/null; echo code $?")
    terminal.wait_for(size_shown(100, 20))
    if how in ("TERM", "HUP"):
        os.kill(log.pid, getattr(signal, f"SIG{how}"))
    else:
        terminal.press(how)
    log.wait_for("ended")
    terminal.wait_for_line(f"code {code}")
    assert_left(terminal)


def test_ctrl_z_leaves_the_screen_and_fg_draws_it_again(terminal: Terminal, log: Log) -> None:
    started(terminal, log)
    terminal.wait_for(size_shown(100, 20))
    terminal.press("C-z")
    wait_for_state(log.pid, "T")
    assert_left(terminal)
    terminal.run("fg")
    screen = terminal.wait_for("stopping continuing")
    assert terminal.second_screen
    assert screen.splitlines()[0] == TITLE
    terminal.type("q")
    log.wait_for("ended")
    assert_left(terminal)


def test_in_the_background_nothing_is_drawn(terminal: Terminal, log: Log) -> None:
    started(terminal, log, after="&")
    terminal.run("echo still here")
    terminal.wait_for_line("still here")
    assert not terminal.second_screen
    terminal.run("fg")
    terminal.wait_for(size_shown(100, 20))
    terminal.press("C-z")
    wait_for_state(log.pid, "T")
    terminal.run("bg")
    log.wait_for("continuing")
    terminal.run("echo here again")
    terminal.wait_for_line("here again")
    assert_left(terminal)
    os.kill(log.pid, signal.SIGTERM)
    log.wait_for("ended")
    assert_left(terminal)
    terminal.wait_for(PROMPT.strip())


def colours_drawn(terminal: Terminal, log: Log, variables: str) -> str:
    """The row of styles, as it is coloured."""
    started(terminal, log, variables=variables)
    terminal.wait_for(size_shown(100, 20))
    return terminal.screen(colours=True).splitlines()[2]


def test_colours_are_those_the_terminal_has(terminal: Terminal, log: Log) -> None:
    row = colours_drawn(terminal, log, "TERM=xterm-256color")
    assert "\x1b[38;5;32meccentric" in row.replace("\x1b[1m", "")
    assert "48;5;32m" in row


def test_sixteen_colours_will_do(terminal: Terminal, log: Log) -> None:
    row = colours_drawn(terminal, log, "TERM=xterm")
    assert "\x1b[94meccentric" in row.replace("\x1b[1m", "")
    assert "38;5" not in row and "48;5" not in row


def test_no_colour_means_none(terminal: Terminal, log: Log) -> None:
    row = colours_drawn(terminal, log, "NO_COLOR=1 TERM=xterm-256color")
    codes = {code for part in row.split("\x1b[")[1:] for code in part.partition("m")[0].split(";")}
    # Bold, dim and reverse; 39 and 49 are tmux' way back to the usual colours.
    assert codes - {"0", "39", "49", ""} == {"1", "2", "7"}


# ---- without tmux --------------------------------------------------------------------------------


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("phase", HUES)
def test_every_hue_can_be_read_on_black_and_on_white_and_under_black(phase: str) -> None:
    light = luminance(HUES[phase])
    assert 1.05 / (light + 0.05) >= 3
    assert (light + 0.05) / 0.05 >= 4.5


@pytest.mark.parametrize("colours", [0, FEW, MANY])
def test_every_style_has_a_look_and_every_phase_one_of_its_own(colours: int) -> None:
    looks = _looks(colours)
    assert set(looks) == set(get_args(Style))
    if colours:
        assert len({str(looks[phase]) for phase in HUES}) == len(HUES)
        assert len({str(looks[f"{phase}-flash"]) for phase in HUES}) == len(HUES)


class Wire:
    """Standard output as a terminal whose other end is read here."""

    def __init__(self, encoding: str) -> None:
        self.master, slave = os.openpty()
        self.stream = open(slave, "w", encoding=encoding)  # noqa: SIM115

    def read(self) -> str:
        """All that was written; the system hands it over a moment later."""
        data = b""
        while select.select([self.master], [], [], 0.05)[0]:
            data += os.read(self.master, 100_000)
        return data.decode()

    def hang_up(self) -> None:
        os.close(self.master)
        self.master = os.open(os.devnull, os.O_RDONLY)


@contextmanager
def wired(monkeypatch: pytest.MonkeyPatch, encoding: str = "utf-8") -> Iterator[Wire]:
    """Standard output as a terminal. No fixture: pytest sets it anew after those."""
    wire = Wire(encoding)
    try:
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", wire.stream)
            patch.setenv("TERM", "xterm-256color")
            yield wire
    finally:
        wire.stream.close()
        os.close(wire.master)


def rows(*texts: str) -> tuple[Row, ...]:
    return tuple((Span(text),) for text in texts)


def test_only_what_changed_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    with wired(monkeypatch) as wire, Screen() as screen:
        assert wire.read() == console.OPEN
        screen.draw(rows("one", "two", "three"))
        assert wire.read() == ("\x1b[1;1H\x1b[2Kone\x1b[2;1H\x1b[2Ktwo\x1b[3;1H\x1b[2Kthree")
        screen.draw(rows("one", "two", "three"))
        assert wire.read() == ""
        screen.draw(rows("one", "2", "three"))
        assert wire.read() == "\x1b[2;1H\x1b[2K2"
        screen.draw(rows("one"))
        assert wire.read() == "\x1b[2;1H\x1b[J"
        screen.leave()
        assert wire.read() == console.CLOSE


def test_a_screen_that_is_left_draws_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with wired(monkeypatch) as wire:
        screen = Screen()
        screen.draw(rows("too early"))
        assert wire.read() == ""
        screen.enter()
        screen.draw(rows("now"))
        screen.leave()
        screen.leave()
        screen.draw(rows("too late"))
        written = wire.read()
        assert "now" in written and "too" not in written
        assert written.count(console.CLOSE) == 1
        screen.enter()
        screen.draw(rows("now"))
        assert "now" in wire.read()  # all of it anew
        screen.leave()


def test_a_terminal_that_goes_away_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with wired(monkeypatch) as wire, Screen() as screen:
        wire.hang_up()
        screen.draw(rows("nobody looks"))
        assert screen.size() == console.USUAL_SIZE


def test_what_the_encoding_lacks_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    with wired(monkeypatch, encoding="ascii") as wire, Screen() as screen:
        assert not has_blocks()
        screen.draw(rows("é█"))
        assert r"\xe9\u2588" in wire.read()


@pytest.mark.parametrize(("term", "drawn"), [("xterm", True), ("dumb", False), ("", False)])
def test_a_terminal_that_can_only_print_lines_gets_no_screen(
    monkeypatch: pytest.MonkeyPatch, term: str, drawn: bool
) -> None:
    with wired(monkeypatch):
        monkeypatch.setenv("TERM", term)
        assert can_draw() is drawn
        assert has_blocks()


def test_a_pipe_and_a_closed_output_get_no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    for stream in (io.StringIO(), None):
        monkeypatch.setattr(sys, "stdout", stream)
        assert not can_draw()
