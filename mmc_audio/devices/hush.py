"""Keeps what C libraries print away from the screen.

ALSA, JACK and PortAudio write to file descriptor 2 from their own threads, whenever a device
fails: in the middle of a picture. None of it says more than the error that they return.
"""

from __future__ import annotations

import os
import sys


class Hush:
    """From `begin` to `end` nothing reaches stderr."""

    def __init__(self) -> None:
        self._stderr = -1

    def __enter__(self) -> None:
        self.begin()

    def __exit__(self, *_: object) -> None:
        self.end()

    def begin(self) -> None:
        """Harmless while one lasts."""
        if self._stderr >= 0:
            return
        if sys.stderr is not None:
            sys.stderr.flush()
        try:
            self._stderr = os.dup(2)
        except OSError:  # there is no stderr
            return
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.close(nowhere)

    def end(self) -> None:
        """Harmless while none lasts."""
        if self._stderr >= 0:
            os.dup2(self._stderr, 2)
            os.close(self._stderr)
            self._stderr = -1
