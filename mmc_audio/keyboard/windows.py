"""Keys from a Windows console."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from threading import Event
from types import TracebackType

if sys.platform != "win32":
    raise ImportError("This is the keyboard of Windows.")

import msvcrt

POLL_S = 0.03  # the console has nothing to wait on together with an event
NAMED = {"H": "up", "P": "down", "K": "left", "M": "right"}


def _nothing() -> None:
    """Nobody asked to be told."""


class Keyboard:
    """The keys typed into the console. Use it in the main thread, as a context.

    There is no Ctrl-Z here that stops a program: `on_stop` and `on_continue` are never called.
    """

    def __init__(
        self,
        *,
        on_stop: Callable[[], None] = _nothing,
        on_continue: Callable[[], None] = _nothing,
    ) -> None:
        self._woken = Event()

    @property
    def has_keys(self) -> bool:
        """Whether a key can ever come."""
        return sys.stdin is not None and sys.stdin.isatty()

    def __enter__(self) -> Keyboard:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing was changed."""

    def wake(self) -> None:
        """Let `wait` return now, or at its next call. For any thread, at any time."""
        self._woken.set()

    def wait(self, timeout_s: float) -> str | None:
        """The next key; None when none came in time, and after `wake`."""
        deadline = time.monotonic() + timeout_s
        while True:
            key = self._next()
            if key:
                return key
            left_s = deadline - time.monotonic()
            if self._woken.wait(max(0.0, min(left_s, POLL_S if self.has_keys else left_s))):
                self._woken.clear()
                return None
            if left_s <= 0:
                return None

    def _next(self) -> str:
        """The name of a key that has been typed; empty when there is none that has a name."""
        if not self.has_keys or not msvcrt.kbhit():
            return ""
        character = msvcrt.getwch()
        # A key without a character has two codes; the first alone may be the letter à.
        if character in "\x00\xe0" and msvcrt.kbhit():
            return NAMED.get(msvcrt.getwch(), "")
        if character == "\x03":
            raise KeyboardInterrupt
        if character == "\x1b":
            return "escape"
        if character in "\r\n":
            return "enter"
        return character if character.isprintable() else ""
