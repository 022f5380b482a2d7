"""Signals that unwind through every clean-up, and the few steps that they have to wait for.

Python raises what a handler raises between any two steps of the main thread, in the midst of a
library's too. There a lock may be taken whose `with` has not begun: nobody gives it back, and who
waits for it waits for ever.
"""

from __future__ import annotations

import _thread
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from mmc_audio.errors import Terminated

AGAIN_S = 0.01  # until a signal that was lost is raised again

_undisturbed = 0  # how many blocks are under way that no signal may break off
_waiting: int | None = None  # the signal that came meanwhile


def unwind() -> None:
    """From now on SIGINT raises KeyboardInterrupt, and SIGTERM and the terminal's end Terminated.

    One that is ignored, such as SIGHUP by nohup, stays so. What is raised where Python can only
    tell of it, as in `__del__`, is raised again soon. For the main thread.
    """
    sys.unraisablehook = _not_lost
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number and signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(number, _heard)


@contextmanager
def undisturbed() -> Iterator[None]:
    """In this block no signal raises anything: it does so as the block ends. For the main thread.

    For a few quick steps: Ctrl-C has no effect before.
    """
    global _undisturbed, _waiting
    _undisturbed += 1
    try:
        yield
    finally:
        _undisturbed -= 1
        if _waiting is not None and not _undisturbed:
            number, _waiting = _waiting, None
            _raise(number)


def _heard(number: int, frame: FrameType | None) -> None:
    global _waiting
    if _undisturbed:
        _waiting = number
    else:
        _waiting = None
        _raise(number)


def _not_lost(what: sys.UnraisableHookArgs) -> None:
    if isinstance(what.exc_value, KeyboardInterrupt):
        number = int(signal.SIGINT)
    elif isinstance(what.exc_value, Terminated):
        number = what.exc_value.number
        signal.signal(number, _heard)
    else:
        sys.__unraisablehook__(what)
        return
    import threading  # which no help needs

    # From another thread, since what is raised here would be lost again.
    again = threading.Timer(AGAIN_S, _send, (number,))
    again.daemon = True
    again.start()


def _send(number: int) -> None:
    """To the main thread, also where it waits."""
    import threading

    if sys.platform == "win32":
        _thread.interrupt_main(number)
    else:
        signal.pthread_kill(threading.main_thread().ident or 0, number)


def _raise(number: int) -> None:
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    # Once: another such signal is not to break off the cleaning up.
    for name in ("SIGTERM", "SIGHUP"):
        signal.signal(getattr(signal, name, number), signal.SIG_IGN)
    raise Terminated(number)
