"""Outputs without a device, in real time: `null` lets nobody hear it, `file` writes it down.

What is in the file is what a device would have played until it was stopped, run after run. It
appears when the output is closed, whole or not at all.
"""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

import numpy as np

from mmc_audio.clips import Pcm
from mmc_audio.devices.driven import Driven, Run
from mmc_audio.errors import printable
from mmc_audio.outputs import wav
from mmc_audio.outputs.files import replacing
from mmc_audio.timeline import FRAMES_PER_MS, SAMPLE_RATE

BLOCK = 20 * FRAMES_PER_MS
GAP_S = 0.005  # where the source is late, it is looked after again so much later
LATE_S = 0.2  # a process that was held up for longer goes on from where it was
NOTHING = np.zeros(0, np.int16)


class Paced(Driven):
    """devices.Device: a thread that takes each block when a device would begin to play it."""

    name = "null"

    def __init__(self) -> None:
        super().__init__()
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._last = NOTHING  # the block that is being heard

    def open(self, channels: int = 1) -> str:
        return "no sound, in real time"

    def _start(self, run: Run) -> None:
        self._stopping.clear()
        self._thread = threading.Thread(target=self._play, args=(run,), name=self.name, daemon=True)
        self._thread.start()

    def _play(self, run: Run) -> None:
        due_s = time.monotonic()
        while not self._stopping.wait(due_s - time.monotonic()):
            if time.monotonic() - due_s > LATE_S:
                due_s = time.monotonic()
            self._put(self._last)
            self._last = run.take(BLOCK, self.volume, due_s)
            due_s += len(self._last) / SAMPLE_RATE or GAP_S

    def _put(self, pcm: Pcm) -> None:
        """This was heard."""

    def _silence(self, run: Run) -> None:
        if self._thread is None:
            return
        self._stopping.set()
        self._thread.join()
        self._thread = None
        run.look(time.monotonic())
        self._put(self._last[: len(self._last) - (run.feeder.taken - run.heard)])
        self._last = NOTHING

    def _now_s(self) -> float:
        return time.monotonic()

    def close(self) -> None:
        self._halt()


class WavFile(Paced):
    """devices.Device: as Paced, and what was heard is in a WAV file at the end."""

    name = "file"

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._open = ExitStack()
        self._wav: BinaryIO | None = None
        self._frames, self._channels = 0, 1
        self._failure: OSError | None = None

    def open(self, channels: int = 1) -> str:
        temporary = self._open.enter_context(replacing(self._path))
        self._wav = self._open.enter_context(
            open(temporary, "wb", buffering=0)  # noqa: SIM115
        )
        self._wav.write(wav.header(0, channels))
        self._channels = channels
        return f"the file {printable(str(self._path))}, in real time"

    def _put(self, pcm: Pcm) -> None:
        if self._wav is None or self._failure is not None:
            return
        try:
            self._write(pcm.tobytes())
            self._frames += len(pcm)
        except OSError as error:  # such as a full disk
            self._failure = error

    def _write(self, data: bytes) -> None:
        while data and self._wav is not None:
            data = data[self._wav.write(data) :]

    def _check(self) -> None:
        super()._check()
        self._raise_failure()

    def _raise_failure(self) -> None:
        failure, self._failure = self._failure, None
        if failure is not None:
            self._wav = None
            with self._open:  # takes the file away, and tells why
                raise failure

    def close(self) -> None:
        """Put the file in its place. Raises UserError where that fails."""
        super().close()
        self._raise_failure()
        file, self._wav = self._wav, None
        with self._open:
            if file is not None:
                file.seek(0)
                file.write(wav.header(self._frames, self._channels))


def make(path: Path | None = None) -> Paced:
    """`file` with a path, `null` without."""
    return WavFile(path) if path else Paced()
