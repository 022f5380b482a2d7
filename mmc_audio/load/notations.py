"""The short notations inside texts: times, ranges of reps, when a cue is said, paths, names.

Each reader raises ValueError with a reason that stands behind the key's name, and has a pattern
beside it that takes the same texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from mmc_audio import tempo
from mmc_audio.errors import shown
from mmc_audio.load.fields import CONTROL, LETTERS
from mmc_audio.program import When

LONGEST_TIME = Decimal(3_600)

# Times: minutes below an hour or exactly 60, seconds below a minute or up to 3600 alone.
_SIXTY = "[0-5]?[0-9]"
_SECONDS = r"(?P<s>0*(?:[0-9]{1,3}|[12][0-9]{3}|3[0-5][0-9]{2})(?:\.[0-9]{1,3})?|3600)"
_MINUTES = rf"(?P<m>0?(?:{_SIXTY})(?:\.[0-9])?|60)"
_S, _M = "(?:s|sec|secs|second|seconds)", "(?:m|min|mins|minute|minutes)"
_FORMS = (
    rf"{_SECONDS} *{_S}",
    rf"{_MINUTES} *{_M}",
    rf"(?P<m>{_SIXTY}) *{_M} *(?P<s>{_SIXTY}) *{_S}",
    rf"(?P<m>{_SIXTY}):(?P<s>[0-5][0-9])|60:00",
)


def _unnamed(pattern: str) -> str:
    """ECMAScript wants no group names of Python's spelling, nor the same name twice."""
    return re.sub(r"\(\?P<[a-z]+>", "(?:", pattern)


TIME = "|".join(_unnamed(form) for form in _FORMS)
# A hold lasts a second at least: no text of zeros alone, and none of a part of a second.
HOLD = rf"(?=[^1-9]*[1-9])(?!0+(?:\.[0-9]*)? *{_S})(?:{TIME})"
TIME_WORDS = 'a time such as 90, "90s", "1m30s", "2 min" or "1:30"'


def read_time(text: str) -> Decimal:
    """Seconds from "90s", "1m30s", "2 min" or "1:30"."""
    if text == "60:00":
        return LONGEST_TIME
    for form in _FORMS:
        if match := re.fullmatch(form, text, re.ASCII):
            parts = match.groupdict()
            return Decimal(parts.get("m") or 0) * 60 + Decimal(parts.get("s") or 0)
    raise ValueError(f"must be {TIME_WORDS}, at most 60 minutes, found {shown(text)}")


def read_hold(text: str) -> Decimal:
    """As `read_time`, a second at least."""
    if re.fullmatch(HOLD, text, re.ASCII):
        return read_time(text)
    read_time(text)
    raise ValueError(f"must be at least 1 second, found {shown(text)}")


_REPS = "(?:[1-9][0-9]{0,2}|1000)"
RANGE = rf"({_REPS}) *[-–] *({_REPS})"


AMRAP = "amrap"
REPS = rf"{RANGE}|{AMRAP}"


def read_range(text: str) -> tuple[int, int] | str:
    """(8, 12) from "8-12"; "amrap". The order of the two is for the caller to check."""
    if text == AMRAP:
        return text
    if match := re.fullmatch(RANGE, text):
        return int(match[1]), int(match[2])
    if re.fullmatch(" *[0-9]+ *", text):
        raise ValueError(f"must be a number without quotes, found {shown(text)}")
    raise ValueError(
        f'must be a number such as 10, a range such as "8-12" or "amrap", found {shown(text)}'
    )


@dataclass(frozen=True, slots=True)
class Change:
    """What a week adds: `add` every so many weeks, until `to` is reached."""

    add: Decimal
    every: int = 1
    to: Decimal | None = None


_SIZE = r"[0-9]{1,4}(?:\.[0-9]{1,2})?"
CHANGE = rf"([+-]{_SIZE})(?: every ([1-9][0-9]?))?(?: to ({_SIZE}))?"


def read_change(text: str) -> Change:
    """What changes from week to week, from "+1", "+2.5 to 70" or "+1 every 2 to 12"."""
    if match := re.fullmatch(CHANGE, text):
        to = Decimal(match[3]) if match[3] else None
        return Change(Decimal(match[1]), int(match[2] or 1), to)
    raise ValueError(f'must be "+1", "+2.5 to 70" or "+1 every 2 to 12", found {shown(text)}')


_HOURS = r"(?P<h>[1-9]|1[01]) *h(?: *(?P<hm>[1-5]?[0-9]) *(?:m|min))?|12 *h"
_UP_TO_720 = "[1-9]|[1-9][0-9]|[1-6][0-9]{2}|7[01][0-9]|720"
LENGTH = rf"{_unnamed(_HOURS)}|(?:{_UP_TO_720}) *{_M}"


def read_length(text: str) -> Decimal:
    """Seconds from "45m", "90 min", "1h" or "1h30m"."""
    if re.fullmatch("12 *h", text):
        return Decimal(12 * 3_600)
    if match := re.fullmatch(_HOURS, text):
        return Decimal(int(match["h"]) * 3_600 + int(match["hm"] or 0) * 60)
    if match := re.fullmatch(rf"({_UP_TO_720}) *{_M}", text):
        return Decimal(int(match[1]) * 60)
    raise ValueError(
        f'must be a length such as "45m" or "1h30m", at most 12 h, found {shown(text)}'
    )


_WHENS: dict[str, Callable[..., When]] = {
    rf"every ({_REPS}) from ({_REPS})": lambda n, start: When("every", n, start),
    rf"every ({_REPS})": lambda n: When("every", n),
    "every": lambda: When("every"),
    rf"first ({_REPS})": lambda n: When("first", n),
    "first": lambda: When("first"),
    rf"last ({_REPS})": lambda n: When("last", n),
    "last": lambda: When("last"),
    "odd": lambda: When("every", 2, 1),
    "even": lambda: When("every", 2, 2),
    rf"1 in ({_REPS})": lambda n: When("chance", n),
}
_LISTED = rf"reps ({_REPS}(?: *, *{_REPS})*)"
WHEN = "|".join([*_WHENS, _LISTED])
WHEN_WORDS = (
    '"every", "every 3", "every 3 from 2", "first", "first 2", "last", "last 2", '
    '"odd", "even", "reps 1,5" or "1 in 3"'
)


def read_when(text: str) -> When:
    """On which reps a cue is said, from its words."""
    for form, make in _WHENS.items():
        if match := re.fullmatch(form, text):
            return make(*(int(number) for number in match.groups()))
    if match := re.fullmatch(_LISTED, text):
        numbers = {int(number) for number in match[1].split(",")}
        return When("reps", reps=tuple(sorted(numbers)))
    raise ValueError(f"must be {WHEN_WORDS}, found {shown(text)}")


_LETTER = "A-Za-zÀ-ÖØ-öø-\u024f\u0370-\u1fff\u3040-\ud7ff"
TEMPO_NAME = rf"[{_LETTER}][{_LETTER}0-9 '_-]*"
TEMPO_NAME_WORDS = "it starts with a letter, and has letters, digits, spaces, - and _ only"


def read_tempo(text: str) -> tempo.Tempo | str:
    """A tempo, or the name of one, which only the whole program can tell."""
    # Names are looked at last, since their pattern of many letters is slow to compile.
    is_name = not re.fullmatch(tempo.PATTERN, text) and re.fullmatch(TEMPO_NAME, text)
    return text if is_name else read_full_tempo(text)


def read_full_tempo(text: str) -> tempo.Tempo:
    """A tempo, spelled out."""
    try:
        return tempo.parse(text)
    except tempo.TempoError as error:
        raise ValueError(str(error)) from None


LETTER = "[XxVv×]"
LIFT_LETTER = "[XxVvAa×]"


def read_letter(text: str) -> tempo.Part:
    """A letter for a moving phase of a tempo table."""
    letter = text.upper().replace("×", "X")
    if letter in ("X", "V"):
        return tempo.Part(letter=letter)  # type: ignore[arg-type]  # narrowed by the test
    raise ValueError(f'must be seconds, "X" or "V", found {shown(text)}')


def read_lift_letter(text: str) -> tempo.Part:
    """A letter for the lifting phase of a tempo table, which may be helped."""
    if text in ("A", "a"):
        return tempo.Part(letter="A")
    try:
        return read_letter(text)
    except ValueError:
        raise ValueError(f'must be seconds, "X", "V" or "A", found {shown(text)}') from None


# A path below the program's folder, on any system: no root, no drive, no home, no way up.
_NAME = rf"(?!\.\.?(?:/|$))[^/\\:{CONTROL}]+"
FILE = rf"(?!~){_NAME}(?:/{_NAME})*"


FOLDER = f"{FILE}/?"


def read_file(text: str) -> str:
    """The path of a file inside the program's folder."""
    return _relative(text, FILE, 'a file inside the program\'s folder, such as "sounds/go.wav"')


def read_folder(text: str) -> str:
    """The path of a folder inside the program's folder."""
    return _relative(text, FOLDER, 'a folder inside the program\'s folder, such as "voices"')


def _relative(text: str, pattern: str, words: str) -> str:
    if re.fullmatch(pattern, text):
        return text
    slashes = "; write / between the folders" if "\\" in text else ""
    raise ValueError(f"must be {words}, found {shown(text)}{slashes}")


LANGUAGE = "[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*"


def read_language(text: str) -> str:
    """A language tag as BCP 47 writes it (RFC 5646)."""
    if re.fullmatch(LANGUAGE, text):
        return text
    raise ValueError(f'must be a language such as "en", "de" or "pt-BR", found {shown(text)}')


SLUG = "[a-z0-9]+(?:[-_][a-z0-9]+)*"


def read_slug(text: str) -> str:
    """A name in small letters, digits and dashes."""
    if re.fullmatch(SLUG, text):
        return text
    suggestion = re.sub("[^a-z0-9]+", "-", text.lower()).strip("-")
    hint = f'; write "{suggestion}"' if suggestion else ""
    raise ValueError(f"must be small letters, digits and dashes, found {shown(text)}{hint}")


WORD = f"(?=.*[{LETTERS}])[^{CONTROL}]{{1,60}}"
