"""Reads the sound of one run ahead, so that a device's callback only copies.

What a callback asks for must be there at once: the islands of a session are mixed here, in a thread
that may take its time. It stays only so far ahead that changed sound is heard soon.
"""

from __future__ import annotations

import threading

import numpy as np

from mmc_audio.clips import Pcm, at_volume
from mmc_audio.devices import Source
from mmc_audio.timeline import FRAMES_PER_MS

BLOCK = 20 * FRAMES_PER_MS
RING = 15 * BLOCK  # more than a device asks for at once after Python was held up for 0.2 s
LOOK_S = 0.01
PRIMED_S = 2.0  # how long the first blocks of a run may take; it begins with a gap after that


class Feeder:
    """Reads `source` until it ends or `stop` is called. One other thread may `take`.

    Each counter is written by one thread alone. `asked`: frames the source was asked for; `taken`:
    frames that were taken; `end`: the length of the run, None while it isn't known.
    """

    def __init__(self, source: Source) -> None:
        """Returns when enough is ready for a device to begin."""
        self.asked = self.taken = 0
        self.end: int | None = None
        self._source = source
        self._ring = np.zeros(0, np.int16)
        self._ready = 0
        self._gain: float | None = None
        self._failure: Exception | None = None
        self._stopped, self._primed = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._read, name="feeder", daemon=True)
        self._thread.start()
        self._primed.wait(PRIMED_S)

    @property
    def ready(self) -> int:
        """Frames that were read: up to here can be taken."""
        return self._ready

    def take(self, frames: int, volume: float) -> Pcm:
        """The next frames, scaled; fewer where the run ends or its sound isn't ready yet."""
        first = self.taken
        last = min(first + frames, self._ready)
        pcm: Pcm = self._ring[np.arange(first, last) % RING]
        self.taken = last
        return self._scaled(pcm, volume)

    def _scaled(self, pcm: Pcm, volume: float) -> Pcm:
        """A changed volume is reached by the end of a block: a step would be heard as a click."""
        last, self._gain = self._gain, volume
        if volume == last == 1.0:
            return pcm
        gains = np.linspace(volume if last is None else last, volume, len(pcm))
        return at_volume(pcm, gains)

    def check(self) -> None:
        """Raises what the source raised."""
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Ask the source for no more; it is at rest when this returns."""
        self._stopped.set()
        self._thread.join()

    def _read(self) -> None:
        try:
            while self.end is None and not self._stopped.is_set():
                if self.asked + BLOCK <= self.taken + RING:
                    self._read_block()
                else:
                    self._primed.set()
                    self._stopped.wait(LOOK_S)
        except Exception as error:  # is raised again where somebody can see it
            self._failure = error
        finally:
            self._primed.set()

    def _read_block(self) -> None:
        first, self.asked = self.asked, self.asked + BLOCK
        pcm = self._source(first, BLOCK)
        if not first:
            self._ring = np.zeros((RING, *pcm.shape[1:]), np.int16)
        self._ring[first % RING : first % RING + len(pcm)] = pcm
        self._ready = first + len(pcm)
        if len(pcm) < BLOCK:
            self.end = self._ready
