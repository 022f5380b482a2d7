"""Waits for files to be saved, by looking at them: works on every system and file system."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path

EVERY_S = 0.1
GONE_S = 1.0  # some editors take a file away for a moment before they put the new one there

Signature = tuple[tuple[int, int, int] | None, ...]


def signature(paths: Iterable[Path]) -> Signature:
    """What changes when one of the files is saved."""
    return tuple(map(_signature, paths))


def _signature(path: Path) -> tuple[int, int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def changed(
    paths: Iterable[Path], since: Signature, sleep: Callable[[float], None] = time.sleep
) -> None:
    """Return when the files are no longer as they were, and nobody is writing them just now."""
    files = tuple(paths)
    last, gone = since, 0.0
    while True:
        sleep(EVERY_S)
        now = signature(files)
        gone = gone + EVERY_S if None in now and None not in since else 0.0
        if now != since and now == last and (None not in now or gone >= GONE_S):
            return
        last = now
