"""No voice: clicks and tones alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from mmc_audio.program import VoiceSettings

if TYPE_CHECKING:
    from mmc_audio.clips import Samples


class Silence:
    """A voice that says nothing."""

    name = "none"

    def available(self, phrases: Sequence[str] = ()) -> str | None:
        return None

    def identity(self) -> str:
        return "none"

    def spell(self, text: str) -> str:
        return ""

    def speak(self, spelled: str) -> tuple[Samples, int]:
        import numpy as np

        return np.zeros(0, np.float32), 48_000


def make(settings: VoiceSettings, *, folder: str, notice: Callable[[str], None]) -> Silence:
    return Silence()
