"""What would cost the parser, or those who read what it made, more than any program needs.

The parser makes half a dozen objects for each part of a dotted key: a file of dots would take a
thousand times its own size.
"""

from __future__ import annotations

import re
from typing import Any

from mmc_audio.errors import Fault, Place

MOST_PARTS = 50  # of one key; the format goes six deep
MOST_DOTS = 50_000  # outside texts, in a whole file
DEEPEST = 100  # lists and tables inside each other

# Every text that does not end goes on to where it would have to: each character is looked at once.
_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*(?:"{3,5}|\\?\Z)'
    r"|'''(?:[^']|'{1,2}(?!'))*(?:'{3,5}|\Z)"
    r'|"(?:[^"\\\n]|\\[^\n])*(?:"|\\?)'
    r"|'[^'\n]*'?"
    r"|#[^\n]*"
    r"|[A-Za-z0-9_-]+|[ \t]+|.",
    re.DOTALL,
)
_NO_PART = frozenset(" \t\n.=,[]{}#")  # the first characters of all but a part of a key


def too_dotted(text: str) -> Fault | None:
    """The fault of keys with so many dots that the text had better not be parsed."""
    dense = any(line.count(".") > MOST_PARTS for line in text.split("\n"))
    if not dense and text.count(".") <= MOST_DOTS:
        return None
    dots, parts, dotted = 0, 0, False
    for token in _TOKEN.finditer(text):
        first = text[token.start()]
        if first == ".":
            dots, dotted = dots + 1, True
        elif first not in _NO_PART:
            parts, dotted = (parts + 1 if dotted else 1), False
        elif first not in " \t":
            parts, dotted = 0, False
        if parts > MOST_PARTS:
            return Fault(_line(text, token.start()), "this key has far too many dots")
        if dots > MOST_DOTS:
            return Fault(_line(text, token.start()), "the keys of this file have far too many dots")
    return None


def _line(text: str, offset: int) -> Place:
    return Place(text.count("\n", 0, offset) + 1, 1)


def too_deep(document: dict[str, Any]) -> bool:
    """Whether lists and tables stand in each other deeper than DEEPEST."""
    level: list[Any] = [document]
    for _ in range(DEEPEST):
        inner = [list(one.values()) if isinstance(one, dict) else one for one in level]
        level = [one for each in inner for one in each if isinstance(one, (dict, list))]
        if not level:
            return False
    return True
