"""A program to type into: it writes down what its keyboard gives. For the tests of keys and screen.

    python -m tests.typist LOG [--own] [--screen] [--frame SECONDS] [--unlucky]

`--own` makes standard input its controlling terminal first. `--screen` draws what happened.
Key x raises an error, s quits slowly, q quits; SIGTERM and SIGHUP unwind as they do in mmc.
`--unlucky`: Ctrl-C comes at the very moment in which the terminal is being given back.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import sys
import termios
import time
from pathlib import Path
from typing import Any, get_args

from mmc_audio import signals
from mmc_audio.console import Screen
from mmc_audio.errors import Terminated
from mmc_audio.keyboard import Keyboard
from mmc_audio.spans import Row, Span, Style

TITLE = "Bridges \x1b]0;pwned\x07\x1b[31m\x9b5;5H\u202e\r\n"  # a title that would like to steer


class Typist:
    """Knows what happened, and writes it down with the time."""

    def __init__(self, log: Path, screen: Screen | None) -> None:
        self._log, self._screen = log.open("a", buffering=1), screen
        self.events: list[str] = []

    def note(self, event: str) -> None:
        self.events.append(event)
        self._log.write(f"{time.monotonic():.6f} {event}\n")

    def stop(self) -> None:
        self.note("stopping")
        if self._screen:
            self._screen.leave()

    def go_on(self) -> None:
        self.note("continuing")
        if self._screen:
            self._screen.enter()

    def draw(self) -> None:
        if self._screen:
            columns, lines = self._screen.size()
            self._screen.draw(picture(self.events, columns, lines))


def picture(events: list[str], columns: int, lines: int) -> tuple[Row, ...]:
    """Everything that can be hard to draw: all styles, letters to steer with, full rows."""
    styles: Row = tuple(Span(f"{style} ", style) for style in get_args(Style))
    size = f"{columns} x {lines}"
    top = ((Span(TITLE, "bold"),), (Span(size), Span(" ".join(events[-3:]), "dim")), styles)
    blank: Row = ()
    full = (Span("<" + "█" * (columns - 2) + ">", "concentric"),)
    return (*top, *[blank] * (lines - len(top) - 1), full)


def main() -> None:
    """Until q."""
    parser = argparse.ArgumentParser()
    parser.add_argument("log", type=Path)
    parser.add_argument("--own", action="store_true")
    parser.add_argument("--screen", action="store_true")
    parser.add_argument("--frame", type=float, default=0.05)
    parser.add_argument("--unlucky", action="store_true")
    given = parser.parse_args()
    if given.unlucky:
        interrupt_once()
    if given.own:
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signals.unwind()
    screen = Screen() if given.screen else None
    typist = Typist(given.log, screen)
    try:
        with (
            Keyboard(on_stop=typist.stop, on_continue=typist.go_on) as keyboard,
            screen or contextlib.nullcontext(),
        ):
            typist.note(f"ready {os.getpid()} {keyboard.has_keys}")
            type_on(typist, keyboard, given.frame)
    except KeyboardInterrupt:
        sys.exit(130)
    except Terminated as stop:
        sys.exit(stop.exit_code)
    finally:
        typist.note(f"ended {time.process_time():.3f}")


def type_on(typist: Typist, keyboard: Keyboard, frame_s: float) -> None:
    """Write down each key, until q."""
    while True:
        typist.draw()
        key = keyboard.wait(frame_s)
        if key is not None:
            typist.note(f"key {key}")
        if key == "x":
            raise ValueError("as it was asked to")
        if key == "s":
            time.sleep(0.3)
        if key in ("q", "s"):
            return


def interrupt_once() -> None:
    """The first time that the terminal is to be given back, Ctrl-C comes first."""
    real = termios.tcsetattr

    def unlucky(fd: int, when: int, attributes: Any) -> None:
        if when == termios.TCSAFLUSH:
            termios.tcsetattr = real
            raise KeyboardInterrupt
        real(fd, when, attributes)

    termios.tcsetattr = unlucky  # type: ignore[assignment]


if __name__ == "__main__":
    main()
