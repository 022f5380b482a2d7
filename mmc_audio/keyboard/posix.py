"""Keys from a terminal of Linux, macOS and their kin, and their job control (Ctrl-Z, bg, fg)."""

from __future__ import annotations

import atexit
import os
import select
import signal
import socket
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from types import FrameType, TracebackType
from typing import Any

from mmc_audio.keyboard.decoder import Decoder
from mmc_audio.keyboard.tty import Tty

BACKGROUND_S = 0.25  # how often a program in the background looks whether it is in front again
READ_SIZE = 4_096


def _nothing() -> None:
    """Nobody asked to be told."""


class Keyboard:
    """The keys typed while the program is in front. Use it in the main thread, as a context.

    `on_stop` is called when Ctrl-Z stops the program, just before, with the terminal still ours;
    `on_continue` after `fg` or `bg`. Both inside `wait`, and always in turn: after a stop that
    cannot be foreseen (SIGSTOP) both are called when it is over. A change from the background to
    the foreground without a stop calls neither.
    """

    def __init__(
        self,
        *,
        on_stop: Callable[[], None] = _nothing,
        on_continue: Callable[[], None] = _nothing,
    ) -> None:
        self._on_stop, self._on_continue = on_stop, on_continue
        self._tty = Tty()
        self._decoder, self._keys = Decoder(), deque[str]()
        self._read_at = 0.0
        self._stop_asked = self._continued = False
        self._handlers: dict[int, Any] = {}  # those that were there before
        # What is sent into one end ends the waiting at the other, from any thread.
        self._bell, self._bell_push = socket.socketpair()

    @property
    def has_keys(self) -> bool:
        """Whether there is a terminal to type on."""
        return self._tty.exists

    def __enter__(self) -> Keyboard:
        self._bell.setblocking(False)
        self._bell_push.setblocking(False)
        # A second Ctrl-C may interrupt the way out: this gives the terminal back all the same.
        atexit.register(self._tty.give_back)
        for number, handler in (
            (signal.SIGTSTP, self._stop_signalled),
            (signal.SIGCONT, self._continue_signalled),
        ):
            if signal.getsignal(number) != signal.SIG_IGN:
                self._handlers[number] = signal.signal(number, handler)
        self._tty.take()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._tty.give_back()
        atexit.unregister(self._tty.give_back)
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._bell_push.close()
        self._bell.close()

    def wake(self) -> None:
        """Let `wait` return now, or at its next call. For any thread, at any time."""
        with suppress(OSError):  # full, then it rings already; or closed
            self._bell_push.send(b"\0")

    def wait(self, timeout_s: float) -> str | None:
        """The next key; None when none came in time, after `wake`, and after a stop."""
        deadline = time.monotonic() + timeout_s
        while True:
            if self._stop_asked or self._continued:
                self._be_stopped()
                return None
            if self._keys:
                return self._keys.popleft()
            left_s = deadline - time.monotonic()
            rung = self._listen(max(0.0, left_s))
            signalled = self._stop_asked or self._continued
            if not self._keys and not signalled and (rung or left_s <= 0):
                return None

    # ---- waiting ---------------------------------------------------------------------------------

    def _listen(self, timeout_s: float) -> bool:
        """Wait for bytes or the bell, at most `timeout_s`; whether the bell rang."""
        bell, tty = self._bell.fileno(), self._tty.take()
        sources = [bell] if tty is None else [bell, tty]
        ready = select.select(sources, [], [], min(timeout_s, self._patience_s(tty)))[0]
        if tty is not None and tty in ready:
            self._read(tty)
        elif self._decoder.patience_s is not None and self._patience_s(tty) == 0:
            self._keys.extend(self._decoder.give_up())
        if bell in ready:
            self._bell.recv(READ_SIZE)
        return bell in ready

    def _patience_s(self, tty: int | None) -> float:
        """How long until something else than bytes has to be looked after."""
        unfinished_s = self._decoder.patience_s
        if unfinished_s is not None:
            return max(0.0, self._read_at + unfinished_s - time.monotonic())
        return BACKGROUND_S if tty is None and self._tty.exists else float("inf")

    def _read(self, tty: int) -> None:
        try:
            data = os.read(tty, READ_SIZE)
        except OSError:
            data = b""
        self._read_at = time.monotonic()
        if data:
            self._keys.extend(self._decoder.feed(data))
        else:
            self._tty.lose()

    # ---- job control -----------------------------------------------------------------------------

    def _stop_signalled(self, number: int, frame: FrameType | None) -> None:
        self._stop_asked = True  # obeyed in `wait`: anywhere else, anything may be half done
        self.wake()

    def _continue_signalled(self, number: int, frame: FrameType | None) -> None:
        self._continued = True
        self.wake()

    def _be_stopped(self) -> None:
        """Stop and be continued; after a SIGSTOP, do what should have been done around it."""
        stopped = self._stop_asked or self._tty.taken  # else the shell merely brings us in front
        if stopped:
            self._on_stop()
        if self._stop_asked:
            self._tty.give_back()
            self._stop()
        self._stop_asked = self._continued = False
        self._tty.look_again()
        self._tty.take()
        if stopped:
            self._on_continue()

    def _stop(self) -> None:
        """Do what the signal does to any program, so that the shell sees a stopped one."""
        for number in self._handlers:
            signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, self._stop_signalled)
        if signal.SIGCONT in self._handlers:
            signal.signal(signal.SIGCONT, self._continue_signalled)
