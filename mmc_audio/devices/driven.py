"""What devices have in common that ask for their sound themselves, block by block.

Their own thread calls back for each block. What it needs is in a `Run`; the main thread looks there
for what has become of it.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod

from mmc_audio.clips import Pcm
from mmc_audio.devices import DeviceError, Source, State
from mmc_audio.devices.feeder import Feeder
from mmc_audio.devices.hush import Hush
from mmc_audio.devices.stall import Stall
from mmc_audio.timeline import SAMPLE_RATE

STALLED = "it takes no more sound"
RACES = "it swallows sound faster than anybody can hear it"
AHEAD_S, FASTER = 0.5, 1.05  # a device's buffer, and more than any two clocks differ


class Run:
    """One run: its feeder, the blocks it was asked for, and how much of it was heard."""

    def __init__(self, source: Source) -> None:
        self.feeder = Feeder(source)
        self.blocks = self.heard = 0
        self.began_s = time.monotonic()
        self._mark: tuple[int, float] | None = None  # a frame, and when it is heard

    def take(self, frames: int, volume: float, due_s: float) -> Pcm:
        """The next block, whose first frame is heard at `due_s`; shorter where there is no more."""
        self.blocks += 1
        first = self.feeder.taken
        pcm = self.feeder.take(frames, volume)
        if len(pcm):  # a block without sound tells nothing of when the last sound is heard
            self._mark = first, due_s
        return pcm

    def look(self, now_s: float) -> None:
        """Work out what is heard now, by the clock that `due_s` is of."""
        if self._mark is not None:
            frame, due_s = self._mark
            heard = frame + round((now_s - due_s) * SAMPLE_RATE)
            self.heard = max(self.heard, min(heard, self.feeder.taken))


class Driven(ABC):
    """Most of a devices.Device."""

    name: str

    def __init__(self) -> None:
        self.volume = 1.0
        self._run: Run | None = None
        self._state: State = "idle"
        self._trouble = ""
        self._stall = Stall()
        self._hush = Hush()

    @abstractmethod
    def open(self, channels: int = 1) -> str: ...

    @abstractmethod
    def close(self) -> None: ...

    @abstractmethod
    def _start(self, run: Run) -> None:
        """Have the device ask for blocks of this run. Raises DeviceError."""

    @abstractmethod
    def _silence(self, run: Run) -> None:
        """Silence, at once, in any state; no block is asked for after it."""

    @abstractmethod
    def _now_s(self) -> float | None:
        """The clock; None while there is none."""

    def _gone(self) -> bool:
        """Whether the device tells that it is."""
        return False

    def play(self, source: Source) -> None:
        self.stop()
        self._run, self._stall, self._trouble = Run(source), Stall(), ""
        self._hush.begin()
        try:
            self._start(self._run)
        except DeviceError:
            self._halt()
            raise
        self._state = "playing"

    def stop(self) -> int:
        self._look()
        self._halt()
        self._state = "idle"
        return self._run.heard if self._run else 0

    def _halt(self) -> None:
        if self._run is not None:
            self._silence(self._run)
            self._run.feeder.stop()
        self._hush.end()

    def _look(self) -> None:
        now_s = self._now_s() if self._state == "playing" else None
        if self._run is not None and now_s is not None:
            self._run.look(now_s)

    def _check(self) -> None:
        """Raises what went wrong in another thread and concerns the user."""
        if self._run is not None:
            self._run.feeder.check()

    def heard(self) -> int:
        if self._run is None:
            return 0
        self._look()
        self._check()
        return self._run.heard

    def asked(self) -> int:
        return self._run.feeder.asked if self._run else 0

    def state(self) -> State:
        if self._run is None or self._state != "playing":
            return self._state
        heard, trouble = self.heard(), self._loss(self._run)
        if trouble is not None:
            self._state, self._trouble = "lost", trouble
            self.close()
        elif heard == self._run.feeder.end:
            self._state = "ended"
        return self._state

    def _loss(self, run: Run) -> str | None:
        """Why the device is lost, "" where only that is known; None while it is not."""
        if self._gone():
            return ""
        if self._stall.seen(run.blocks):
            return STALLED
        most_s = (time.monotonic() - run.began_s) * FASTER + AHEAD_S
        return RACES if run.heard > most_s * SAMPLE_RATE else None

    def trouble(self) -> str:
        return self._trouble
