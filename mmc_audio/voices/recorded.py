"""The coach's own voice: a folder of sound files beside the program, named by phrase.

"Squeeze your glutes!" is `squeeze-your-glutes.wav` (or .flac, .mp3, .ogg).
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mmc_audio.errors import count, printable, shown
from mmc_audio.program import VoiceSettings
from mmc_audio.voices import VoiceError

if TYPE_CHECKING:
    from mmc_audio.clips import Samples

SUFFIXES = (".wav", ".flac", ".mp3", ".ogg")  # in this order, where a phrase has several
LONGEST_NAME = 100  # characters; no file system here takes 300
MAX_SECONDS = 60.0


class Recorded:
    """Reads each recording when its phrase is spoken."""

    name = "recorded"

    def __init__(self, settings: VoiceSettings, folder: str) -> None:
        self._recordings, self._folder = settings.recordings, folder

    def available(self, phrases: Sequence[str] = ()) -> str | None:
        if not self._recordings:
            return 'the program names no folder of recordings (recordings = "..." under [voice])'
        if self._leads_away():
            return f"the folder {shown(self._recordings, 80)} is a symbolic link, or behind one"
        if not self._path.is_dir():
            return f"there is no folder {shown(self._recordings, 80)} beside the program"
        missing = sorted({slug(phrase) for phrase in phrases} - set(self._files()))
        if missing:
            wanted = ", ".join(f"{printable(name)}.wav" for name in missing)
            where = shown(self._recordings, 80)
            return f"{count(len(missing), 'phrase')} without a recording in {where}: {wanted}"
        return None

    def identity(self) -> str:
        """Changes with any file of the folder, so that a new recording is heard at once."""
        found = (os.lstat(self._path / name) for _, name in sorted(self._files().items()))
        marks = [f"{status.st_size} {status.st_mtime_ns}" for status in found]
        names = [*sorted(self._files().values()), *marks]
        return f"recorded {hashlib.sha256(repr(names).encode()).hexdigest()}"

    def spell(self, text: str) -> str:
        return slug(text)

    def speak(self, spelled: str) -> tuple[Samples, int]:
        from mmc_audio.beneath import open_beneath
        from mmc_audio.decode import decode

        name = self._files().get(spelled)
        if name is None:
            raise VoiceError(f"there is no recording {printable(spelled)}.wav")
        with open_beneath(self._folder, f"{self._recordings}/{name}") as file:
            return decode(
                file.read(), what=f"The recording {shown(name, 80)}", max_seconds=MAX_SECONDS
            )

    @property
    def _path(self) -> Path:
        return Path(self._folder, self._recordings)

    def _leads_away(self) -> bool:
        """Whether the way to the folder leaves the program's own, as a symbolic link may."""
        home = os.path.realpath(self._folder)
        there = os.path.realpath(self._path)
        return there != os.path.normpath(os.path.join(home, self._recordings))

    def _files(self) -> dict[str, str]:
        """Slug: file name. "Squeeze your glutes.WAV" counts as squeeze-your-glutes.wav."""
        if not self._recordings or self._leads_away() or not self._path.is_dir():
            return {}
        with os.scandir(self._path) as entries:
            found = [entry.name for entry in entries if entry.is_file(follow_symlinks=False)]
        sounds = [name for name in sorted(found) if Path(name).suffix.lower() in SUFFIXES]
        sounds.sort(key=lambda name: SUFFIXES.index(Path(name).suffix.lower()), reverse=True)
        return {slug(Path(name).stem): name for name in sounds}


def make(settings: VoiceSettings, *, folder: str, notice: Callable[[str], None]) -> Recorded:
    return Recorded(settings, folder)


def slug(phrase: str) -> str:
    """Letters and digits in lower case with a dash between words: the name of its recording."""
    plain = unicodedata.normalize("NFC", phrase).casefold()
    plain = re.sub(r"['’]", "", plain)
    return re.sub(r"[\W_]+", "-", plain).strip("-")[:LONGEST_NAME].rstrip("-")
