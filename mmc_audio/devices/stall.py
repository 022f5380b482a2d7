"""Finds out that a device does nothing any more, where its library does not tell."""

from __future__ import annotations

import time
from collections.abc import Callable

# An output that takes over from one that was pulled out may have two seconds of sound in hand.
LIMIT_S = 3.0
# Between two looks no more than this counts: a process that was stopped (Ctrl-Z) or held up looks
# again before its device could do anything.
STEP_S = 0.25


class Stall:
    """Watches a count that a healthy device moves all the time."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._last = clock, clock()
        self._count, self._still_s = -1, 0.0

    def seen(self, count: int) -> bool:
        """Look, at least every quarter of a second: whether it has stood still for too long."""
        now = self._clock()
        self._still_s = (
            0.0 if count != self._count else self._still_s + min(now - self._last, STEP_S)
        )
        self._count, self._last = count, now
        return self._still_s > LIMIT_S
