"""Kinds of values. Each checks a value, says in words what it takes, and prints its JSON Schema.

A new kind has the three members of `Kind`; a new key of the format is one line in `format.py`.
JSON Schema: draft 2020-12. Patterns are written for Python and ECMAScript alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from mmc_audio.errors import listed, nearest, shown
from mmc_audio.load.findings import BAD, At

Schema = dict[str, Any]

LETTERS = (
    "0-9A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u1fff\u2c00-\u2dff"
    "\u3005-\u3007\u3021-\ud7ff\uf900-\ufdcf\ufe70-\ufefc\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"
)
"""Letters and digits of the living scripts, as the inside of a character class."""

# Control characters and invisible ones, such as those that turn the direction of the text around
# them (the categories Cc, Cf, Zl and Zp of Unicode). Not U+200C and U+200D: Persian and Hindi are
# spelled with them.
CONTROL = (
    "\u0000-\u001f\u007f-\u009f\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890-\u0891\u08e2\u180e"
    "\u200b\u200e-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0001\U000e0020-\U000e007f"
)
CONTROL_BUT_LINES = "\u0000-\u0008\u000b-\u001f" + CONTROL.removeprefix("\u0000-\u001f")


class Kind(Protocol):
    """What may stand behind a key."""

    @property
    def types(self) -> tuple[str, ...]:
        """The JSON types it takes."""

    @property
    def words(self) -> str:
        """What it takes, to stand behind "must be"."""

    def check(self, value: Any, at: At) -> Any:
        """The value, cleaned; BAD when a fault was reported."""

    def schema(self) -> Schema:
        """The same rule as JSON Schema."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number. 10.0 counts as one, as in JSON Schema; true does not."""

    low: int
    high: int
    types = ("integer", "number")

    @property
    def words(self) -> str:
        if self.low == self.high:
            return str(self.low)
        return f"a whole number from {self.low} to {self.high}"

    def check(self, value: Any, at: At) -> Any:
        if type(value) not in (int, Decimal):
            return at.wrong(self, value)
        if not _within(self, value):
            return at.fault(f"must be {_range(self)}, found {shown(value)}")
        return int(value) if value == int(value) else at.wrong(self, value)

    def schema(self) -> Schema:
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


@dataclass(frozen=True, slots=True)
class Number:
    """A number with or without decimals, as a Decimal."""

    low: Decimal
    high: Decimal
    unit: str = ""
    types = ("integer", "number")

    @property
    def words(self) -> str:
        return f"a number{self.unit} {_range(self)}"

    def check(self, value: Any, at: At) -> Any:
        if type(value) not in (int, Decimal):
            return at.wrong(self, value)
        if not _within(self, value):
            return at.fault(f"must be {_range(self)}, found {shown(value)}")
        return Decimal(value)

    def schema(self) -> Schema:
        low, high = (_json_number(bound) for bound in (self.low, self.high))
        return {"type": "number", "minimum": low, "maximum": high}


def number(low: str, high: str, unit: str = "") -> Number:
    """A Number whose bounds are written as texts, so that they are exact."""
    return Number(Decimal(low), Decimal(high), f" {unit}" * bool(unit))


def _range(kind: Whole | Number) -> str:
    if kind.low == kind.high:
        return str(kind.low)
    return f"from {kind.low} to {kind.high}"


def _within(kind: Whole | Number, value: int | Decimal) -> bool:
    """False for nan, which a Decimal refuses to compare."""
    if isinstance(value, Decimal) and value.is_nan():
        return False
    return kind.low <= value <= kind.high


def _json_number(value: Decimal) -> int | float:
    return int(value) if value == int(value) else float(value)


@dataclass(frozen=True, slots=True)
class Text:
    """Text of at most `most` characters, returned without outer and doubled spaces.

    `spoken` text needs a letter or digit: a voice can't speak "...".
    """

    most: int
    spoken: bool = True
    lines: bool = False
    types = ("string",)

    @property
    def words(self) -> str:
        return "text in quotes"

    def check(self, value: Any, at: At) -> Any:
        if not isinstance(value, str):
            return at.wrong(self, value)
        if not value.strip():
            return at.fault("must not be empty")
        if len(value) > self.most:
            return at.fault(f"has {len(value)} characters; at most {self.most} are allowed")
        control = re.search(f"[{self._refused}]", value)
        if control:
            return at.fault(_control(control.group(), lines=self.lines))
        # Most have one of these; the pattern of all letters is slow to compile.
        spoken = re.search("[0-9A-Za-z]", value) or not self.spoken
        if not spoken and not re.search(f"[{LETTERS}]", value):
            return at.fault(f"needs a letter or a digit to be spoken, found {shown(value)}")
        return value.strip() if self.lines else " ".join(value.split())

    @property
    def _refused(self) -> str:
        return CONTROL_BUT_LINES if self.lines else CONTROL

    def schema(self) -> Schema:
        needed = f"[{LETTERS}]" if self.spoken else r"[^\s]"
        pattern = f"^[^{self._refused}]*{needed}[^{self._refused}]*$(?!\\n)"
        return {"type": "string", "maxLength": self.most, "pattern": pattern}


def _control(character: str, *, lines: bool) -> str:
    if character == "\n" and not lines:
        return "must be on one line"
    if character == "\t" and not lines:
        return "has a tab in it; write spaces"
    return f"has an invisible control character in it (U+{ord(character):04X}); take it out"


@dataclass(frozen=True, slots=True)
class Notation:
    """Text in a notation of its own. `read` turns it into a value, or raises ValueError(why).

    The reason stands behind the key's name: "must be ...", "has ...". `pattern` holds for the
    whole text and takes exactly what `read` takes.
    """

    read: Callable[[str], Any]
    pattern: str
    words: str
    most: int = 60
    types = ("string",)

    def check(self, value: Any, at: At) -> Any:
        if not isinstance(value, str):
            return at.wrong(self, value)
        if len(value) > self.most:
            return at.fault(f"has {len(value)} characters; at most {self.most} are allowed")
        try:
            return self.read(value)
        except ValueError as error:
            return at.fault(str(error))

    def schema(self) -> Schema:
        whole = f"^(?:{self.pattern})$(?!\\n)"
        return {"type": "string", "maxLength": self.most, "pattern": whole}


@dataclass(frozen=True, slots=True)
class Flag:
    """true or false."""

    types = ("boolean",)
    words = "true or false"

    def check(self, value: Any, at: At) -> Any:
        return value if isinstance(value, bool) else at.wrong(self, value)

    def schema(self) -> Schema:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    options: tuple[str, ...]
    types = ("string",)

    @property
    def words(self) -> str:
        return listed([shown(option) for option in self.options])

    def check(self, value: Any, at: At) -> Any:
        if isinstance(value, str) and value in self.options:
            return value
        meant = nearest(value, self.options) if isinstance(value, str) else None
        hint = f'; did you mean "{meant}"?' if meant else ""
        return at.wrong(self, value, hint)

    def schema(self) -> Schema:
        return {"type": "string", "enum": list(self.options)}


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of values of one kind, `least` to `most` of them. Wrong ones are left out."""

    item: Kind
    most: int
    least: int = 1
    noun: str = "entries"
    types = ("array",)

    @property
    def words(self) -> str:
        return f"a list of {self.noun}"

    def check(self, value: Any, at: At) -> Any:
        if not isinstance(value, list):
            return at.wrong(self, value)
        if len(value) < self.least:
            few = f"must have at least {self.least} {self.noun}, found {len(value)}"
            return at.fault(few if value else "must not be an empty list")
        if len(value) > self.most:
            return at.fault(f"has {len(value)} {self.noun}; at most {self.most} are allowed")
        checked = [self.item.check(item, at.into(number)) for number, item in enumerate(value)]
        return BAD if any(item is BAD for item in checked) else checked

    def schema(self) -> Schema:
        items = self.item.schema()
        return {"type": "array", "minItems": self.least, "maxItems": self.most, "items": items}


@dataclass(frozen=True, slots=True)
class Either:
    """One of several kinds, told apart by the type of the value, so no two share one."""

    kinds: tuple[Kind, ...]

    @property
    def types(self) -> tuple[str, ...]:
        return tuple(name for kind in self.kinds for name in kind.types)

    @property
    def words(self) -> str:
        return listed([kind.words for kind in self.kinds])

    def check(self, value: Any, at: At) -> Any:
        for kind in self.kinds:
            if json_type(value) in kind.types:
                return kind.check(value, at)
        return at.wrong(self, value)

    def schema(self) -> Schema:
        """One flat schema: each keyword of JSON Schema concerns one type and ignores the others.

        `enum` is the exception, and is said as a pattern. Editors word a flat schema's faults
        better than those of anyOf.
        """
        merged: Schema = {"type": []}
        for kind in self.kinds:
            part = kind.schema()
            merged["type"].append(part.pop("type"))
            if options := part.pop("enum", None):
                part["pattern"] = f"^(?:{'|'.join(options)})$(?!\\n)"
            merged |= part
        return merged


def json_type(value: Any) -> str:
    """The JSON name of a value's type; "date" for what JSON does not have."""
    names: Mapping[type, str] = {
        bool: "boolean",
        int: "integer",
        Decimal: "number",
        str: "string",
        list: "array",
        dict: "object",
    }
    return names.get(type(value), "date")
