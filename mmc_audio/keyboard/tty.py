"""A terminal lent by the shell: set to give keys one by one, and handed back as it was."""

from __future__ import annotations

import os
import sys
import termios
from contextlib import suppress
from typing import Any

from mmc_audio.terminal import in_foreground

PASTE_MARKS_ON, PASTE_MARKS_OFF = b"\x1b[?2004h", b"\x1b[?2004l"
INPUT, LOCAL, SPECIAL = 0, 3, 6  # where termios keeps what is changed here

Attributes = list[Any]  # termios' own shape: numbers, and at last a list of special characters


class Tty:
    """Standard input where it is a terminal; elsewhere, and once it is `lost`, it gives no keys."""

    def __init__(self) -> None:
        self._fd = _stdin()
        self.taken = False  # set by us, and not given back
        self._before: Attributes | None = None  # what to put back
        self._ours: Attributes | None = None  # what we set

    @property
    def exists(self) -> bool:
        return self._fd is not None

    def take(self) -> int | None:
        """Its file descriptor, ready for reading keys; None while it is not ours."""
        if self._fd is None or not in_foreground(self._fd):
            return None
        if not self.taken:
            try:
                self._set(self._fd)
            except termios.error:
                self.lose()
        return self._fd

    def give_back(self) -> None:
        """As it was. What was typed for the player is not left to the shell."""
        if self._fd is None or not self.taken:
            return
        if self._before is not None and in_foreground(self._fd):
            _mark_pastes(self._fd, PASTE_MARKS_OFF)
            with suppress(termios.error):  # it has gone
                termios.tcsetattr(self._fd, termios.TCSAFLUSH, self._before)
            self._ours = None
        self.taken = False

    def look_again(self) -> None:
        """The shell may have set it otherwise."""
        self.taken = False

    def lose(self) -> None:
        """It hung up."""
        self._fd, self.taken = None, False

    def _set(self, fd: int) -> None:
        now = termios.tcgetattr(fd)
        if now != self._ours:  # else the shell left it as we set it, and `before` still holds
            self._before, self.taken = now, True  # known before: Ctrl-C may come in between
            termios.tcsetattr(fd, termios.TCSANOW, _key_by_key(now))
            self._ours = termios.tcgetattr(fd)
        self.taken = True
        _mark_pastes(fd, PASTE_MARKS_ON)


def _stdin() -> int | None:
    try:
        fd = sys.stdin.fileno()
    except (AttributeError, OSError, ValueError):  # closed by the caller, or not a file
        return None
    return fd if os.isatty(fd) else None


def _key_by_key(attributes: Attributes) -> Attributes:
    """No echo, no waiting for Enter; Ctrl-C, Ctrl-Z and Ctrl-\\ still signal.

    Ctrl-S must not freeze a session, and Ctrl-V, Ctrl-O and Ctrl-Y not hold it up.
    """
    changed = [*attributes]
    changed[INPUT] &= ~termios.IXON
    changed[LOCAL] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
    changed[SPECIAL] = [*attributes[SPECIAL]]
    changed[SPECIAL][termios.VMIN], changed[SPECIAL][termios.VTIME] = 1, 0
    return changed


def _mark_pastes(fd: int, sequence: bytes) -> None:
    """Have the terminal mark pasted text, so that it is not taken for keys; or no longer.

    xterm's "bracketed paste"; terminals that do not know it ignore it.
    """
    if os.environ.get("TERM", "dumb") != "dumb":
        with suppress(OSError):  # standard input may be open for reading alone
            os.write(fd, sequence)
