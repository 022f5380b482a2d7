"""The engines that turn a phrase into sound, behind one small protocol.

Nothing heavy is imported here or at the top of an engine's module: a session whose phrases are
all in the cache never loads an engine, nor numpy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from mmc_audio.errors import UserError, listed, shown
from mmc_audio.program import VoiceSettings
from mmc_audio.respell import is_english

if TYPE_CHECKING:
    from mmc_audio.clips import Samples

NAMES = ("embedded", "google", "espeak", "recorded", "none")
ENGLISH_CHAIN = ("embedded", "espeak", "google")
OTHER_CHAIN = ("google", "espeak")


class VoiceError(UserError):
    """A voice can't speak a session (blocked, not installed, no network): the next one may."""


class Voice(Protocol):
    """One engine with its settings. Loading anything expensive waits for the first `speak`."""

    name: str

    def available(self, phrases: Sequence[str] = ()) -> str | None:
        """Why it can't speak, or can't speak these phrases; None when it can."""

    def identity(self) -> str:
        """Engine, versions and settings: everything but the text that shapes the sound."""

    def spell(self, text: str) -> str:
        """The text as it is given to the engine; "" for a voice that says nothing."""

    def speak(self, spelled: str) -> tuple[Samples, int]:
        """Mono samples and their rate for a text from `spell`. Raises VoiceError, UserError."""


def silent(line: str) -> None:
    """A notice that goes nowhere."""


def make(
    name: str,
    settings: VoiceSettings,
    *,
    folder: str = "",
    notice: Callable[[str], None] = silent,
) -> Voice:
    """The voice of that name. `notice` takes a line the user must see before it speaks.

    Raises UserError for a name that is not a voice.
    """
    _require_known(name)
    module = import_module(f"mmc_audio.voices.{name}")
    voice: Voice = module.make(settings, folder=folder, notice=notice)
    return voice


def chain(settings: VoiceSettings, choice: str | None) -> tuple[str, ...]:
    """The voices to try, in order.

    A choice on the command line stands alone. The engine of the program file comes first, and
    the automatic order of the language follows; "none" needs nothing after it. Raises UserError
    for a name that is not a voice.
    """
    usual = ENGLISH_CHAIN if is_english(settings.language) else OTHER_CHAIN
    first = choice or settings.engine
    if first == "auto":
        return usual
    _require_known(first)
    if choice or first == "none":
        return (first,)
    return (first, *(name for name in usual if name != first))


def _require_known(name: str) -> None:
    if name not in NAMES:
        raise UserError(f"There is no voice {shown(name)}; there are {listed(list(NAMES))}.")
