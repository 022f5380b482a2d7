"""What the machine itself says: numbers, phrases, scripts and muscles, from one file a language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from mmc_audio.tempo import NAMES, Part, Tempo, seconds
from mmc_audio.tomlfile import parse

_FOLDER = Path(__file__).resolve().parent
_MINUTE = 60
_GAP = re.compile(r"\{(\w+)\}")
LANGUAGES = ("de", "en", "es", "fr", "pt")


@dataclass(frozen=True, slots=True)
class Imagery:
    """How a rehearsal in the mind is worded, by someone who sees themself do it.

    `instead` replaces texts of the pack by name; `swap` words of a coach's cue; a cue that begins
    with one of `verbs` gets `subject` before it.
    """

    instead: Mapping[str, str] = field(default_factory=dict)
    swap: Mapping[str, str] = field(default_factory=dict)
    verbs: frozenset[str] = frozenset()
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """A language pack. `numbers[n]` is how n is said; beyond them digits are left to the voice.

    `forms` has, by a piece of a phrase with its gap, the words of numbers that agree with it;
    `verbs` are the words of tempos. `point` is the mark before decimals. `permille` is the speed at
    which the session is played: seconds are said as the clock has them.
    """

    language: str
    numbers: tuple[str, ...]
    phrases: Mapping[str, str]
    phases: Mapping[str, str]
    scripts: Mapping[str, str]
    muscles: Mapping[str, str]
    verbs: Mapping[str, str]
    forms: Mapping[str, Mapping[str, str]]
    imagery: Imagery
    point: str = "."
    imagining: bool = False
    permille: int = 1_000

    def number(self, n: int) -> str:
        return self.numbers[n] if n < len(self.numbers) else str(n)

    def amount(self, value: float) -> str:
        """A whole number in words, another in digits: `fifty-five`, `62.5`."""
        return self.number(int(value)) if value == int(value) else self._decimal(f"{value:g}")

    def say(self, phrase: str, **values: str | int) -> str:
        """A fixed phrase with its gaps filled; whole numbers are spelt out."""
        return self._filled(self.phrases[phrase], values)

    def script(self, name: str, **values: str) -> str:
        """The words of a step of a script; "" where what they are about is not known."""
        text = self.scripts[name]
        if any(not values.get(gap) for gap in _GAP.findall(text)):
            return ""
        return self._filled(text, values)

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

    def tempo(self, tempo: Tempo, start: str, names: Mapping[str, str] | None = None) -> str:
        """The tempo as a sentence, from the phase it starts with; no word of empty phases.

        `names` are what an exercise calls its phases, where it has names of its own.
        """
        first = NAMES.index(start)
        said: list[str] = []
        unit = True  # "for 3 seconds" once, then "for 1"
        for name in NAMES[first:] + NAMES[:first]:
            part: Part = getattr(tempo, name)
            verb = (names or {}).get(name) or self.verbs[name]
            if part.letter:
                said.append(f"{verb} {self.verbs[part.letter]}")
            elif part.ms:
                said.append(f"{verb} {self._length(part.ms, unit=unit)}")
                unit = False
        return sentences(", ".join(said) + ".")

    def muscle(self, name: str) -> str:
        """A muscle of the exercise library in this language; another name is left as it is."""
        return self.muscles.get(name, name)

    def listed(self, names: Iterable[str]) -> str:
        """`hamstrings and lower back`."""
        *first, last = [*names] or [""]
        return f"{', '.join(first)} {self.verbs['and']} {last}" if first else last

    def with_phrases(self, own: Mapping[str, str]) -> Words:
        """The words with some of a program's own; names as in `phrase_gaps`."""
        if not own:
            return self

        def changed(texts: Mapping[str, str]) -> Mapping[str, str]:
            return {name: own.get(name, text) for name, text in texts.items()}

        return replace(
            self,
            phrases=changed(self.phrases),
            phases=changed(self.phases),
            scripts=changed(self.scripts),
        )

    def imagined(self) -> Words:
        """The words of a rehearsal in the mind."""
        return replace(self.with_phrases(self.imagery.instead), imagining=True)

    def rephrased(self, cue: str) -> str:
        """A coach's words in the first person, where a session is imagined; else as they are."""
        if not self.imagining:
            return cue
        swap = self.imagery.swap
        text = re.sub(r"\w+", lambda word: swap.get(word[0].lower(), word[0]), cue)
        first, _, rest = text.partition(" ")
        if first.lower().rstrip(",.;") in self.imagery.verbs:
            return f"{self.imagery.subject} {first.lower()}{' ' if rest else ''}{rest}".strip()
        return text

    def _filled(self, template: str, values: Mapping[str, str | int]) -> str:
        text = _GAP.sub(lambda gap: self._value(gap[1], gap[0], template, values), template)
        return sentences(text) if "." in template else text

    def _value(
        self, gap: str, as_written: str, template: str, values: Mapping[str, str | int]
    ) -> str:
        if gap not in values:
            return as_written
        value = values[gap]
        if isinstance(value, str):
            return value
        spelt = self.number(value)
        for piece, forms in self.forms.items():
            if as_written in piece and piece in template:
                return _agreeing(spelt, forms)
        return spelt

    def _length(self, ms: int, *, unit: bool) -> str:
        whole = ms // 1_000 if ms % 1_000 == 0 else 0
        n = self._decimal(seconds(ms))
        if not unit:
            return self.say("for_more", n=n)
        return self.say("for_second" if whole == 1 else "for_seconds", n=n)

    def _decimal(self, digits: str) -> str:
        return digits.replace(".", self.point)


def _agreeing(spelt: str, forms: Mapping[str, str]) -> str:
    """A number with its last word in the form that a phrase wants: vingt et un, vingt et une."""
    *first, last = spelt.split(" ")
    return " ".join([*first, forms.get(last, last)])


def sentences(text: str) -> str:
    """The text with a capital letter at the start of each sentence."""
    return ". ".join(part[:1].upper() + part[1:] for part in text.split(". "))


@cache
def load_words(language: str) -> Words:
    """The pack of a language; English where there is none for it."""
    code = language.split("-")[0].lower()
    path = _FOLDER / f"{code if code in LANGUAGES else 'en'}.toml"
    return pack_of(parse(path.read_text(encoding="utf-8")))


def pack_of(data: Mapping[str, Any]) -> Words:
    """A pack from the data of its file."""
    return Words(
        language=data["language"],
        numbers=tuple(data["numbers"]),
        phrases=data["phrases"],
        phases=data["phases"],
        scripts=data["scripts"],
        muscles=data["muscles"],
        verbs=data["verbs"],
        forms=data.get("forms", {}),
        imagery=_imagery(data["imagine"]),
        point=data["point"],
    )


def _imagery(table: Mapping[str, Any]) -> Imagery:
    return Imagery(table["instead"], table["swap"], frozenset(table["verbs"]), table["subject"])


@cache
def phrase_gaps() -> Mapping[str, frozenset[str]]:
    """Every text of a pack that a program may replace, and the gaps it may have."""
    words = load_words("en")
    texts = {**words.phrases, **words.phases, **words.scripts}
    return {name: frozenset(_GAP.findall(text)) for name, text in texts.items()}
