"""Programs that this process has started, and that end with it however it ends."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_running: set[subprocess.Popen[bytes]] = set()


@contextmanager
def ends_here(child: subprocess.Popen[bytes]) -> Iterator[None]:
    """The child has ended when the block does: by itself, or else it is killed."""
    _running.add(child)
    try:
        yield
    finally:
        _killed(child)
        _running.discard(child)


def end_all() -> None:
    """For who leaves without the end of those blocks."""
    for child in tuple(_running):
        _killed(child)


def _killed(child: subprocess.Popen[bytes]) -> None:
    with suppress(OSError):
        child.kill()
        child.wait()
