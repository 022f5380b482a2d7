"""From a coach's shorthand to words that a voice says right: "3x10 @ 1RM" and the like.

English only; other languages pass with their brackets made harmless. Three steps: the program's
own `[voice] respell` table, then shorthand (durations, tempos, sets, units), then the shipped
table of gym words for the voice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from mmc_audio.tomlfile import parse

_TABLE = Path(__file__).resolve().parent / "words" / "respell-en.toml"
# Square brackets are phoneme markup to two of the voices; the words of a coach are never markup.
_HARMLESS = str.maketrans("[]", "()")

_RANGE = r"\d+(?:\s?[-–]\s?\d+)?"
_NUMBER = r"(?<![\w.,:])\d+(?:[.,]\d+)?"
_PART = r"(?:\d{1,2}(?:\.\d+)?|[XxAaVv])"


def spell(text: str, *, language: str, voice: str, own: Mapping[str, str]) -> str:
    """The text as the voice is to be given it. `own` is the program's respell table; it wins.

    A value between slashes is phonemes: the embedded voice alone takes them, for the others the
    word stays as it is written.
    """
    text = " ".join(text.translate(_HARMLESS).split())
    if not is_english(language):
        return _replace(text, _usable(own, voice), rest=str)
    shipped = _usable(_shipped(voice), voice)
    return _replace(
        text,
        _usable(own, voice),
        rest=lambda piece: _replace(_expand(piece), shipped, rest=str),
    )


def is_english(language: str) -> bool:
    """True for "en" and its regions: "en-GB", "en_US"."""
    return re.split("[-_]", language.lower())[0] == "en"


def _usable(table: Mapping[str, str], voice: str) -> dict[str, str]:
    """Lower-case words to what stands for them, without phonemes the voice can't take."""
    spelled: dict[str, str] = {}
    for word, value in table.items():
        if not _is_phonemes(value):
            spelled[word.lower()] = value.translate(_HARMLESS)
        elif voice == "embedded":
            spelled[word.lower()] = f"[{word.translate(_HARMLESS)}]({value.translate(_HARMLESS)})"
    return spelled


def _is_phonemes(value: str) -> bool:
    return len(value) > 2 and value[0] == value[-1] == "/" and not set("()/") & set(value[1:-1])


def _replace(text: str, table: Mapping[str, str], *, rest: Callable[[str], str]) -> str:
    """Each whole word of the table replaced; what lies between goes through `rest`."""
    if not table:
        return rest(text)
    words = "|".join(re.escape(word) for word in sorted(table, key=len, reverse=True))
    pieces = re.split(rf"(?<!\w)({words})(?!\w)", text, flags=re.IGNORECASE)
    return "".join(
        table[piece.lower()] if index % 2 else rest(piece) for index, piece in enumerate(pieces)
    )


@cache
def _shipped(voice: str) -> dict[str, str]:
    tables: dict[str, dict[str, str]] = parse(_TABLE.read_text(encoding="utf-8"))
    return {**tables["all"], **tables.get(voice, {})}


def _expand(text: str) -> str:
    """Shorthand in words; the order matters: a tempo is not a range, a range not a subtraction."""
    for pattern, words in _RULES:
        text = pattern.sub(words, text)
    return text


def _counted(number: str, noun: str) -> str:
    return f"{number} {noun}" if number == "1" else f"{number} {noun}s"


def _digits(match: re.Match[str]) -> str:
    """Each part of a tempo on its own: "3, 1, 2, 0"."""
    return ", ".join(re.findall(r"\d+(?:\.\d+)?|[A-Z]", match[0].upper()))


def _compact(match: re.Match[str]) -> str:
    return match[1] + ", ".join(match[2].upper())


def _clock(match: re.Match[str]) -> str:
    minutes, seconds = int(match[1]), int(match[2])
    parts = [_counted(str(minutes), "minute")] * bool(minutes)
    parts += [_counted(str(seconds), "second")] * bool(seconds or not minutes)
    return " ".join(parts)


def _sets(match: re.Match[str]) -> str:
    return f"{_counted(match[1], 'set')} of {match[2]}"


def _unit(noun: str) -> Callable[[re.Match[str]], str]:
    return lambda match: _counted(match[1], noun)


_RULES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    # 3-1-2-0, 3/1/X/0, 3-1-2: three or four parts, one kind of separator
    (
        re.compile(
            rf"(?<![\w./-])(?=[\dXx]){_PART}(\s?[-–/]\s?){_PART}(?:\1{_PART}){{1,2}}(?![\w/-])"
        ),
        _digits,
    ),
    # 30X1 anywhere, 3120 only where the text calls it a tempo
    (re.compile(r"(?<!\w)()(\d{2}[Xx]\d)(?!\w)"), _compact),
    (re.compile(r"(?i)\b(tempo:? )(\d{2}[\dXA]\d)(?!\w)"), _compact),
    (re.compile(r"(?<![\d:])(\d{1,2}):([0-5]\d)(?![\d:]|\s?[ap]\.?m)"), _clock),
    (re.compile(rf"(?i)(?<!\w)(\d+)\s?[x×]\s?({_RANGE})(?!\d)"), _sets),
    (re.compile(r"(?i)(?<!\w)(\d+)\s?[x×](?!\w)"), r"\1 times"),
    (re.compile(r"(?i)(?<!\w)(\d+)\s?m\s?(\d+)\s?s(?!\w)"), r"\1 min \2 s"),
    (re.compile(r"(?i)(?<!\w)(\d+)[\s-]?RM\b"), r"\1 rep max"),
    (re.compile(rf"(?i)({_NUMBER})\s?(?:s|secs?)(?!\w)"), _unit("second")),
    (re.compile(rf"(?i)({_NUMBER})\s?(?:min|mins)(?!\w)"), _unit("minute")),
    (re.compile(rf"(?i)({_NUMBER})\s?kgs?(?!\w)"), _unit("kilogram")),
    (re.compile(rf"(?i)({_NUMBER})\s?lbs?(?!\w)"), _unit("pound")),
    (re.compile(rf"({_NUMBER})\s?%"), r"\1 percent"),
    (re.compile(r"(?<=\d)\s?/\s?(?=(?:side|leg|arm|set|hand)\b)"), " per "),
    (re.compile(r"\s?@\s?"), " at "),
    (re.compile(r"(?<![\w.-])(\d{1,3})\s?[-–]\s?(\d{1,3})(?![\w-])"), r"\1 to \2"),
)
