"""The system's espeak-ng: offline, about a hundred languages, if the user has installed it.

The text goes in through stdin, never as an argument: "-f/etc/passwd" as a cue would otherwise
have that file read aloud.
"""

from __future__ import annotations

import io
import subprocess
import wave
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from mmc_audio.errors import nearest, printable, shown
from mmc_audio.installed import installed
from mmc_audio.program import VoiceSettings
from mmc_audio.respell import spell
from mmc_audio.voices import VoiceError

if TYPE_CHECKING:
    from mmc_audio.clips import Samples

PROGRAM = "espeak-ng"
WORDS_PER_MINUTE, SLOWEST, FASTEST = 175, 80, 450
TIMEOUT_S = 20

# (language, accent) as they are written in a program: espeak's own name for it.
_REGIONS = {
    ("en", ""): "en-us",
    ("en", "co.uk"): "en-gb",
    ("es", "com.mx"): "es-419",
    ("es", "us"): "es-419",
    ("pt", ""): "pt-br",  # as our words are
    ("pt", "com.br"): "pt-br",
}
_OTHER_NAMES = {"en": "en-us", "iw": "he", "zh": "cmn", "zh-cn": "cmn", "zh-tw": "cmn"}


class Espeak:
    """Starts the program once for each phrase."""

    name = "espeak"

    def __init__(self, settings: VoiceSettings) -> None:
        self._settings = settings

    def available(self, phrases: Sequence[str] = ()) -> str | None:
        if installed(PROGRAM) is None:
            return f"{PROGRAM} is not installed (Debian: apt install espeak-ng)"
        if self._language is None:
            near = nearest(self._settings.language, sorted(self._languages))
            hint = f"; did you mean {shown(near)}?" if near else ""
            return f"{PROGRAM} has no language {shown(self._settings.language)}{hint}"
        return None

    def identity(self) -> str:
        return f"espeak {self._version} {self._language} {self._speed} words a minute"

    def spell(self, text: str) -> str:
        settings = self._settings
        return spell(text, language=settings.language, voice=self.name, own=settings.respell)

    def speak(self, spelled: str) -> tuple[Samples, int]:
        arguments = ("--stdin", "--stdout", "-v", self._language or "en", "-s", str(self._speed))
        return _samples(_run(arguments, spelled))

    @property
    def _speed(self) -> int:
        return max(SLOWEST, min(FASTEST, round(WORDS_PER_MINUTE * float(self._settings.pace))))

    @cached_property
    def _version(self) -> str:
        if installed(PROGRAM) is None:
            return "not installed"
        return _run(("--version",)).decode(errors="replace").strip()

    @cached_property
    def _languages(self) -> tuple[str, ...]:
        """Its own list, without the mbrola voices: those need another program."""
        if installed(PROGRAM) is None:
            return ()
        rows = [line.split() for line in _run(("--voices",)).decode(errors="replace").split("\n")]
        return tuple(row[1] for row in rows[1:] if len(row) > 4 and not row[4].startswith("mb/"))

    @cached_property
    def _language(self) -> str | None:
        """What `-v` is given: always a word of its own list, since it opens a file of that name."""
        wanted = self._settings.language.lower().replace("_", "-")
        plain = wanted.split("-")[0]
        names = (
            _REGIONS.get((wanted, self._settings.accent)),
            _OTHER_NAMES.get(wanted),
            wanted,
            _OTHER_NAMES.get(plain),
            plain,
            f"{plain}-{plain}",  # "fr-fr" before "fr-be"
        )
        known = [name for name in names if name in self._languages]
        regional = [name for name in self._languages if name.startswith(f"{plain}-")]
        return next(iter([*known, *regional]), None)


def make(settings: VoiceSettings, *, folder: str, notice: Callable[[str], None]) -> Espeak:
    return Espeak(settings)


def _run(arguments: tuple[str, ...], text: str = "") -> bytes:
    try:
        done = subprocess.run(
            [installed(PROGRAM) or PROGRAM, *arguments],
            input=text.encode(errors="replace"),
            capture_output=True,
            timeout=TIMEOUT_S,
        )
    except subprocess.TimeoutExpired:
        raise VoiceError(f"{PROGRAM} gave no answer within {TIMEOUT_S} s") from None
    except OSError as error:
        raise VoiceError(f"{PROGRAM} could not be started ({error.strerror})") from error
    if done.returncode:
        said = printable(done.stderr.decode(errors="replace").strip()) or "it gave no reason"
        raise VoiceError(f"{PROGRAM} failed: {said}")
    return done.stdout


def _samples(data: bytes) -> tuple[Samples, int]:
    """The sound it wrote. The lengths in the header are placeholders, since stdout can't seek."""
    import numpy as np

    try:
        with wave.open(io.BytesIO(data)) as sound:
            pcm = np.frombuffer(sound.readframes(sound.getnframes()), "<i2")
            return (pcm / 32_768).astype(np.float32), sound.getframerate()
    except (wave.Error, EOFError, ValueError) as error:
        raise VoiceError(f"{PROGRAM} wrote no sound that can be read ({error})") from error
