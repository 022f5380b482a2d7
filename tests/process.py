"""What a running process holds, read from /proc: memory, open files, its children."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Sample:
    """At a moment (time.monotonic): resident memory in kB, and how many files are open."""

    at: float
    kb: int
    files: int


def sample(pid: int) -> Sample | None:
    """What the process holds now; None where it is gone, or runs no program yet."""
    try:
        status = (PROC / str(pid) / "status").read_text()
        files = len(list((PROC / str(pid) / "fd").iterdir()))
        kb = next(int(line.split()[1]) for line in status.splitlines() if line[:6] == "VmRSS:")
    except (OSError, StopIteration):
        return None
    return Sample(time.monotonic(), kb, files)


def peak_kb() -> int:
    """The most memory that this process has had since its program began.

    Not getrusage: what that tells goes through exec, so that a small program which a large process
    starts has the peak of the large one.
    """
    status = (PROC / "self" / "status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line[:6] == "VmHWM:")


def children(pid: int) -> list[int]:
    """The processes that a process has started and that still run, but for Python's own tracker."""
    try:
        tasks = list((PROC / str(pid) / "task").iterdir())
        found = [child for task in tasks for child in (task / "children").read_text().split()]
        commands = [(PROC / child / "cmdline").read_bytes() for child in found]
    except OSError:
        return []
    both = zip(found, commands, strict=True)
    return [int(child) for child, command in both if b"resource_tracker" not in command]


class Watch:
    """Samples a process and its children while its `with` lasts; `of` has what was seen of each."""

    def __init__(self, pid: int, every_s: float) -> None:
        self.of: dict[int, list[Sample]] = defaultdict(list)
        self._pid, self._every_s, self._over = pid, every_s, threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: object, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(self._every_s):
            for pid in (self._pid, *children(self._pid)):
                if found := sample(pid):
                    self.of[pid].append(found)
