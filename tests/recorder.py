"""Records what a sound output plays, sample by sample, and when each sample was heard."""

from __future__ import annotations

import contextlib
import fcntl
import os
import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import TracebackType

import numpy as np
import numpy.typing as npt

from mmc_audio.clips import Pcm, shape

PATIENCE_S = 10
PIPE_BYTES = 1 << 20  # ten seconds: a reader that is held up holds nobody else up


@cache
def until_our_end() -> tuple[str, ...]:
    """The start of a command line that is killed with us, and is urgent where that is allowed.

    A server with a processor of its own would always be in time; beside busy tests this is next.
    """
    urgent = ("chrt", "--fifo", "20")
    with contextlib.suppress(OSError):
        if subprocess.run([*urgent, "true"], capture_output=True, check=False).returncode == 0:
            return ("setpriv", "--pdeathsig", "KILL", *urgent)
    return ("setpriv", "--pdeathsig", "KILL")


@dataclass(frozen=True, eq=False, slots=True)
class Heard:
    """What reached an output, at `rate`: the mean of left and right, or both in two columns.

    At `times[k]` (seconds of time.monotonic) it began to play the block from frame `starts[k]` on.
    """

    pcm: Pcm
    rate: int
    starts: npt.NDArray[np.int64]
    times: npt.NDArray[np.float64]

    def time_of(self, frame: int) -> float:
        """When a frame was heard, to about 5 ms.

        Reading may be late and is never early: of all that was read within a second of the frame,
        what came soonest tells.
        """
        near = np.abs(self.starts - frame) <= self.rate
        if not near.any():
            raise ValueError(f"frame {frame} was not recorded")
        return float(np.min(self.times[near] - self.starts[near] / self.rate)) + frame / self.rate


class Recorder:
    """Records an output while its `with` lasts; `heard()` may be asked at any time."""

    def __init__(
        self, output: str, rate: int, environment: Mapping[str, str], channels: int = 1
    ) -> None:
        self._output, self._rate, self._environment = output, rate, environment
        self._channels = channels
        self._bytes = bytearray()
        self._marks: list[tuple[int, float]] = []
        self._begun = threading.Event()

    def __enter__(self) -> Recorder:
        self._process = subprocess.Popen(
            [
                *until_our_end(),
                "parec",
                f"--device={self._output}.monitor",
                "--raw",
                "--format=s16le",
                f"--channels={self._channels}",
                f"--rate={self._rate}",
                "--latency-msec=5",
            ],
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        if not self._begun.wait(PATIENCE_S):
            self.stop()
            raise RuntimeError("nothing could be recorded")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: object, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        return self._process.pid

    def stop(self) -> None:
        """End the recording; `heard` keeps its answer."""
        self._process.kill()
        self._process.wait()
        self._thread.join()

    def _read(self) -> None:
        assert self._process.stdout
        with self._process.stdout as pipe:
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
            while chunk := os.read(pipe.fileno(), PIPE_BYTES):
                now = time.monotonic()
                self._marks.append((len(self._bytes) // (2 * self._channels), now))
                self._bytes += chunk
                self._begun.set()

    def heard(self) -> Heard:
        """All that was heard until now."""
        starts, times = zip(*self._marks[:], strict=True)
        whole, frame_bytes = bytes(self._bytes), 2 * self._channels
        pcm = np.frombuffer(whole[: len(whole) // frame_bytes * frame_bytes], "<i2")
        pcm = pcm.reshape(shape(len(pcm) // self._channels, self._channels))
        return Heard(pcm, self._rate, np.array(starts, np.int64), np.array(times))
