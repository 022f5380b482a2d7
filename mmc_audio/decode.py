"""Sounds of a stranger -> samples, decoded in a child process that has limits."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import IO, BinaryIO

import numpy as np

from mmc_audio.children import ends_here
from mmc_audio.clips import Samples
from mmc_audio.decode_child import PIECE_S, RATES, SIZE
from mmc_audio.errors import UserError, printable
from mmc_audio.temporary import scratch_folder

TIMEOUT_S = 20  # for a short sound, or for a piece of a long one
MOST_PIECE_BYTES = PIECE_S * 192_000 * 4
SAMPLE_BYTES = 4

# -I leaves out the working folder and every PYTHON* variable, so the package's own folder is
# named; it comes last, so that nothing in it can stand in for the standard library.
_BOOT = (
    "import sys; sys.path.append(sys.argv[2]);"
    "from mmc_audio.decode_child import {main}; {main}(float(sys.argv[1]))"
)
_KEPT = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


def decode(data: bytes, *, what: str, max_seconds: float) -> tuple[Samples, int]:
    """Mono samples within ±1 and their rate in Hz. `what` begins the sentence if it fails."""
    try:
        child = subprocess.run(
            _command("main", max_seconds),
            input=data,
            capture_output=True,
            env=_environment(),
            timeout=TIMEOUT_S,
        )
    except subprocess.TimeoutExpired:
        raise UserError(f"{what} was not decoded within {TIMEOUT_S} s.") from None
    if child.returncode != 0:
        raise UserError(f"{what} can't be decoded: {_last_words(child.returncode, child.stderr)}.")
    return answer(child.stdout, what=what, max_seconds=max_seconds)


def answer(said: bytes, *, what: str, max_seconds: float) -> tuple[Samples, int]:
    """What the child has written, believed no further than its bytes go.

    A sound made for it may have taken the child over: it is told apart here from one that may be
    mixed.
    """
    head, _, body = said.partition(b"\n")
    if refusal := re.fullmatch(rb"no (.{1,200})", head):
        raise UserError(f"{what} {printable(refusal[1].decode(errors='replace'))}.")
    rate = int(told[1]) if (told := re.fullmatch(rb"ok ([0-9]{4,6})", head)) else 0
    whole = 0 < len(body) <= SAMPLE_BYTES * max_seconds * rate and len(body) % SAMPLE_BYTES == 0
    if RATES[0] <= rate <= RATES[1] and whole:
        samples = np.frombuffer(body, dtype=np.float32)
        if (np.abs(samples) <= 1).all():  # which NaN is not
            return samples, rate
    raise UserError(f"{what} can't be decoded: the decoder gave no sound.")


@dataclass(frozen=True, slots=True)
class Stream:
    """A long sound on its way: `rate` in Hz, `channels`, and 16-bit samples of all channels.

    `pieces` are to be taken to the end: only there is it known that the sound is whole.
    """

    rate: int
    channels: int
    pieces: Iterator[bytes]


@contextmanager
def decoding(file: BinaryIO, *, what: str, max_seconds: float) -> Iterator[Stream]:
    """A file decoded while it is read, a few seconds at a time; it is never in memory as a whole.

    `what` begins the sentence if it fails: UserError, here or from the pieces.
    """
    # A file, since a full pipe would stop the child.
    with tempfile.TemporaryFile(dir=scratch_folder()) as said:
        child = subprocess.Popen(
            _command("main_in_pieces", max_seconds),
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=said,
            env=_environment(),
        )
        try:
            with ends_here(child):
                yield _Child(child, said, what).stream()
        finally:
            if child.stdout:
                child.stdout.close()


class _Child:
    """What a decoding child says, each word of it awaited for a while and no longer."""

    def __init__(self, child: subprocess.Popen[bytes], said: IO[bytes], what: str) -> None:
        assert child.stdout is not None  # noqa: S101 - says to mypy what PIPE means
        self._child, self._out, self._said, self._what = child, child.stdout, said, what

    def stream(self) -> Stream:
        told = re.fullmatch(r"(\d{4,6}) ([12])", self._verdict(), re.ASCII)
        if told is None:
            raise self._failure()
        return Stream(int(told[1]), int(told[2]), self._pieces())

    def _pieces(self) -> Iterator[bytes]:
        while size := SIZE.unpack(self._read(SIZE.size))[0]:
            if size > MOST_PIECE_BYTES:
                raise self._failure()
            yield self._read(size)
        self._verdict()

    def _verdict(self) -> str:
        """What stands behind `ok`. Raises UserError."""
        with self._patience():
            line = self._out.readline(1_000)
        verdict, _, detail = line.decode(errors="replace").rstrip("\n").partition(" ")
        if verdict == "no":
            raise UserError(f"{self._what} {printable(detail)}.")
        if verdict != "ok":
            raise self._failure()
        return detail

    def _read(self, size: int) -> bytes:
        with self._patience():
            data = self._out.read(size)
        if len(data) < size:
            raise self._failure()
        return data

    @contextmanager
    def _patience(self) -> Iterator[None]:
        """Whoever says nothing for too long is stopped, which ends the waiting too."""
        timer = Timer(TIMEOUT_S, self._child.kill)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _failure(self) -> UserError:
        self._child.kill()
        self._child.wait()
        self._said.seek(0)
        why = _last_words(self._child.returncode, self._said.read(10_000))
        return UserError(f"{self._what} can't be decoded: {why}.")


def _command(main: str, max_seconds: float) -> list[str]:
    package_parent = str(Path(__file__).resolve().parent.parent)
    boot = _BOOT.format(main=main)
    return [sys.executable, "-I", "-B", "-c", boot, str(max_seconds), package_parent]


def _environment() -> dict[str, str]:
    """As little as the child can do with; one thread, for each takes address space."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def _last_words(returncode: int, stderr: bytes) -> str:
    """Why the decoder stopped: the signal that ended it, or the last line it wrote."""
    if returncode < 0:
        return f"the decoder was stopped by {signal.Signals(-returncode).name}"
    lines = stderr.decode(errors="replace").split("\n")
    spoken = [line.strip() for line in lines if line.strip()]
    return printable(spoken[-1]) if spoken else f"the decoder ended with code {returncode}"
