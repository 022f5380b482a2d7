"""What the checks find, each by the path of its key; the words for values and paths."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, Literal, Protocol

from mmc_audio.errors import shown

Path = tuple[str | int, ...]

BAD: Final = object()
"""Stands for a value about which a fault was reported."""

MOST_FINDINGS = 200


class EnoughFound(Exception):
    """There are so many faults that looking for more helps nobody."""


class Worded(Protocol):
    @property
    def words(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: the path of the key it is about, and where at it the caret goes.

    `in_schema` is False for the few rules that the JSON Schema can't express.
    """

    path: Path
    text: str
    at: Literal["key", "value"]
    in_schema: bool = True
    missing: str = ""  # the key that is not there, if that is the fault


@dataclass(frozen=True, slots=True)
class At:
    """The place in the document that is being checked, and what has been found so far.

    `homes` tells for each key of the format where it belongs, for advice on strayed keys.
    """

    path: Path = ()
    findings: list[Finding] = field(default_factory=list)
    homes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def into(self, part: str | int) -> At:
        return At((*self.path, part), self.findings, self.homes)

    def fault(self, text: str, *, in_schema: bool = True) -> object:
        """A fault of this value; `text` stands behind the key's name: "must be ..."."""
        return self.say(f"{subject(self.path)} {text}", at="value", in_schema=in_schema)

    def wrong(self, kind: Worded, value: Any, hint: str = "") -> object:
        """The fault that this value is not of its kind, or none of its choices."""
        hint = hint or _advice(kind.words, value)
        return self.fault(f"must be {kind.words}, found {found(value)}{hint}")

    def say(
        self,
        text: str,
        *,
        at: Literal["key", "value"] = "key",
        in_schema: bool = True,
        missing: str = "",
    ) -> object:
        """A fault in a full sentence of its own."""
        if len(self.findings) >= MOST_FINDINGS:
            raise EnoughFound
        self.findings.append(Finding(self.path, text, at, in_schema, missing))
        return BAD


def found(value: Any) -> str:
    """A value of any type as it is named behind "found"."""
    match value:
        case str():
            return f"the text {shown(value)}"
        case list():
            return "a list"
        case dict():
            return "a table"
        case datetime.time():
            return f"the time of day {value.isoformat()}"
        case datetime.date():
            return f"the date {value.isoformat()}"
        case _:
            return shown(value)


def _advice(words: str, value: Any) -> str:
    """How to mend the most common mix-ups of types."""
    if isinstance(value, datetime.time):
        first, second = (value.hour, value.minute) if value.hour else (value.minute, value.second)
        return f'; put it in quotes: "{first}:{second:02d}"'
    if isinstance(value, datetime.date):
        return "; put it in quotes"
    if isinstance(value, str) and "number" in words and _is_number(value):
        return "; write the number without quotes"
    if type(value) in (int, Decimal) and "text" in words:
        return "; put it in quotes"
    return ""


def _is_number(text: str) -> bool:
    return text.strip().replace(".", "", 1).isdecimal()


def subject(path: Path) -> str:
    """A path as one says it: "reps", "voice.pace", "reps in entry 3 of sets".

    The exercise at its front is left out: the message as a whole names it.
    """
    words = list(_groups(path[2:] if path[:1] == ("exercise",) else path))
    return " in ".join(reversed(words)) or ("the exercise" if len(path) == 2 else "exercise")


def _groups(path: Path) -> Iterator[str]:
    keys: list[str] = []
    for part in path:
        if isinstance(part, str):
            keys.append(part if part.isidentifier() else shown(part))
        else:
            yield f"entry {part + 1} of {'.'.join(keys)}" if keys else f"entry {part + 1}"
            keys = []
    if keys:
        yield ".".join(keys)
