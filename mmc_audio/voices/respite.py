"""A service that just failed is left in peace for a while: by every voice of this process.

A batch of a hundred sessions would otherwise knock a hundred times at a door that is shut, and
wait each time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from mmc_audio.voices import VoiceError

RESPITE_S = 300.0


@dataclass(slots=True)
class Respite:
    """Remembers the last failure of each host for RESPITE_S seconds."""

    clock: Callable[[], float] = time.monotonic
    _failures: dict[str, tuple[float, str]] = field(default_factory=dict)

    def check(self, host: str) -> None:
        """Raises the failure of a while ago in the same words."""
        when, words = self._failures.get(host, (0.0, ""))
        if words and self.clock() - when < RESPITE_S:
            raise VoiceError(words)

    def failed(self, host: str, error: VoiceError) -> None:
        """Remember why the host gave no answer."""
        self._failures[host] = self.clock(), str(error)
