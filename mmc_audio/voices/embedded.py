"""The embedded voice: hibari-tts, a neural voice whose model ships inside its package.

English, offline, about 15 ms of one core a cue. Nothing is downloaded: the voice "heart" is the
one in the wheel.
"""

from __future__ import annotations

import os
import textwrap
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from mmc_audio.errors import UserError, printable
from mmc_audio.program import VoiceSettings
from mmc_audio.respell import is_english, spell
from mmc_audio.voices import VoiceError
from mmc_audio.voices.versions import version_of

if TYPE_CHECKING:
    from mmc_audio.clips import Samples

VOICE = "heart"
SEED = 0  # the model adds noise to its sound; a fixed seed makes it the same each time
# What its sound comes of, as (package, module): the two that it can't do without come first.
PARTS = (
    ("hibari-tts", "hibari"),
    ("onnxruntime", "onnxruntime"),
    ("numpy", "numpy"),
    ("scipy", "scipy"),
)
LONGEST_PIECE = 400  # its memory grows with the square of a sentence


class Embedded:
    """Loads the model at the first word spoken (about a second)."""

    name = "embedded"

    def __init__(self, settings: VoiceSettings) -> None:
        self._settings = settings
        self._engine: Any = None

    def available(self, phrases: Sequence[str] = ()) -> str | None:
        if not is_english(self._settings.language):
            return f'it speaks English only, and the language is "{self._settings.language}"'
        for package, module in PARTS[:2]:
            if find_spec(module) is None:
                return f"{package} is not installed; install it with: pip install {package}"
        return None

    def identity(self) -> str:
        # hibari computes with scipy where it finds it, and its bytes then differ.
        versions = " ".join(f"{package} {version_of(package, module)}" for package, module in PARTS)
        return f"embedded {VOICE} {versions} pace {self._settings.pace}"

    def spell(self, text: str) -> str:
        settings = self._settings
        return spell(text, language=settings.language, voice=self.name, own=settings.respell)

    def speak(self, spelled: str) -> tuple[Samples, int]:
        import numpy as np

        self._engine = self._engine or _load()
        pieces = textwrap.wrap(
            spelled, LONGEST_PIECE, break_long_words=False, break_on_hyphens=False
        )
        sounds = [self._engine(p, speed=float(self._settings.pace), seed=SEED) for p in pieces]
        samples = np.concatenate([*sounds, np.zeros(0, np.float32)])
        if not samples.size:
            # The engine returns nothing, without an error, for what it has no sounds for.
            raise UserError(f'It has no sounds for "{printable(spelled)}".')
        return samples, self._engine.sample_rate


def make(settings: VoiceSettings, *, folder: str, notice: Callable[[str], None]) -> Embedded:
    return Embedded(settings)


def _load() -> Any:
    # onnxruntime reports to its maker unless this is set before its import; a stray "0" in the
    # environment must not turn that on.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    try:
        from hibari import Hibari

        return Hibari(voice=VOICE, threads=1)
    except Exception as error:  # a broken binary of onnxruntime raises whatever it likes
        reason = f"{type(error).__name__}: {printable(str(error))}"
        raise VoiceError(f"hibari-tts could not be started ({reason})") from error
