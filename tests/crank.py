"""A device turned by hand, for tests of what keys do: time passes only when a test says so.

No sound comes out of it; what it was asked for is kept. The real devices are tested on a real sound
server (test_devices.py, test_play_live.py).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mmc_audio.devices import DeviceError, Source, State
from mmc_audio.timeline import FRAMES_PER_MS

AHEAD_MS = 50  # asked for before it is heard, as with every real device


class Crank:
    """`turn(ms)` lets time pass; `runs` is the sound heard in each run, where it is kept."""

    name = "crank"

    def __init__(self, *, keep: bool = True) -> None:
        self.volume, self._keep = 1.0, keep
        self._pieces: list[list[npt.NDArray[np.int16]]] = []
        self._ends: list[int] = []  # what was heard of each run, in frames
        self.now_ms = 0
        self._source: Source | None = None
        self._heard = self._asked = 0
        self._state: State = "idle"

    def clock(self) -> float:
        return self.now_ms / 1_000

    def open(self) -> str:
        return "a crank"

    def play(self, source: Source) -> None:
        assert self._state not in ("playing", "lost"), "stop it first"
        self._source, self._state = source, "playing"
        self._heard = self._asked = 0
        self._pieces.append([])
        self._ends.append(0)
        self._ask()

    def _ask(self) -> None:
        assert self._source is not None
        wanted = self._heard + AHEAD_MS * FRAMES_PER_MS - self._asked
        got = self._source(self._asked, wanted)
        if self._keep:
            self._pieces[-1].append(got)
        self._asked += len(got)

    def turn(self, ms: int) -> None:
        """Time passes, in steps of 10 ms and what is left, the sound with it."""
        for step_ms in filter(None, (*[10] * (ms // 10), ms % 10)):
            self.now_ms += step_ms
            if self._state == "playing":
                self._heard += step_ms * FRAMES_PER_MS
                self._ask()
                if self._heard >= self._asked:
                    self._heard, self._state = self._asked, "ended"
                self._ends[-1] = self._heard

    def stop(self) -> int:
        if self._state != "lost":
            self._state = "idle"
        return self._heard

    @property
    def runs(self) -> list[npt.NDArray[np.int16]]:
        return [
            np.concatenate(pieces)[:end]
            for pieces, end in zip(self._pieces, self._ends, strict=True)
        ]

    def heard(self) -> int:
        return self._heard

    def asked(self) -> int:
        return self._asked

    def state(self) -> State:
        return self._state

    def lose(self) -> None:
        """The device goes away in mid-run."""
        self._state = "lost"

    def trouble(self) -> str:
        return "the crank came off"

    def close(self) -> None:
        if self._state == "playing":
            raise DeviceError("closed in mid-run")
