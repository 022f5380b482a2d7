"""What the machine itself says: numbers and fixed phrases, from one file a language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from mmc_audio.tomlfile import parse

_FOLDER = Path(__file__).resolve().parent
_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Words:
    """A language pack. `numbers[n]` is how n is said; beyond them digits are left to the voice.

    `permille` is the speed at which the session is played: seconds are said as the clock has them.
    """

    language: str
    numbers: tuple[str, ...]
    phrases: Mapping[str, str]
    phases: Mapping[str, str]
    permille: int = 1_000

    def number(self, n: int) -> str:
        return self.numbers[n] if n < len(self.numbers) else str(n)

    def say(self, phrase: str, **values: str | int) -> str:
        """A fixed phrase with its gaps filled; whole numbers are spelt out."""
        text = self.phrases[phrase]
        for name, value in values.items():
            spelt = self.number(value) if isinstance(value, int) else value
            text = text.replace("{" + name + "}", spelt)
        return sentences(text) if "." in self.phrases[phrase] else text

    def at_speed(self, permille: int) -> Words:
        """The words for a session that is played at this speed."""
        return replace(self, permille=permille)

    def time(self, seconds: int) -> str:
        """`ninety seconds`, `two minutes`, `two minutes thirty seconds`."""
        seconds = (seconds * 1_000 + self.permille // 2) // self.permille
        minutes, rest = divmod(seconds, _MINUTE)
        if seconds <= 90 and rest:
            minutes, rest = 0, seconds
        parts = [
            self.say(unit if n == 1 else unit + "s", n=n)
            for unit, n in (("minute", minutes), ("second", rest))
            if n
        ]
        return " ".join(parts) or self.say("seconds", n=0)


def sentences(text: str) -> str:
    """The text with a capital letter at the start of each sentence."""
    return ". ".join(part[:1].upper() + part[1:] for part in text.split(". "))


@cache
def load_words(language: str) -> Words:
    """The pack of a language; English where there is none for it."""
    path = _FOLDER / f"{language.split('-')[0].lower()}.toml"
    if not path.is_file():
        path = _FOLDER / "en.toml"
    data = parse(path.read_text(encoding="utf-8"))
    return Words(data["language"], tuple(data["numbers"]), data["phrases"], data["phases"])
