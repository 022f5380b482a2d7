"""Advice on lists, inline tables and long texts that do not end."""

from __future__ import annotations

import re

from mmc_audio.errors import Fault
from mmc_audio.load.places import Lines

_LONG = r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*"{3,5}' + r"|'''(?:[^']|'{1,2}(?!'))*'{3,5}"
_SHORT = r'"(?:[^"\\\n]|\\.)*"' + r"|'[^'\n]*'"
# An opening of a long text comes last but before the short ones: it counts if nothing closes it.
_TOKEN = re.compile(rf"(?:{_LONG})|(?P<open>\"\"\"|''')|{_SHORT}|#[^\n]*|[\[\]{{}}]", re.DOTALL)


def unclosed(text: str, stop: int, complaint: str) -> Fault | None:
    """The fault that something is still open at `stop`; None for other complaints."""
    if complaint.startswith("Unterminated string") or complaint.startswith('Expected "'):
        return _long_text(text)
    if complaint.startswith(("Unclosed array", "Unclosed inline table")):
        return _list(text, stop)
    return None


def _long_text(text: str) -> Fault | None:
    for token in _TOKEN.finditer(text):
        if token["open"]:
            quotes = token.group()
            advice = f"this text does not end; close it with {quotes}"
            return Fault(Lines(text).place(token.start(), token.end()), advice)
    return None


def _list(text: str, stop: int) -> Fault | None:
    start = _innermost(text[:stop])
    if start is None:
        return None
    lines, closing = Lines(text), {"[": "]", "{": "}"}[text[start]]
    noun = "list" if closing == "]" else "table"
    rest = text[stop:].split("\n", 1)[0].strip()
    same_line = "\n" not in text[start:stop].rstrip(" \t") or noun == "table"
    if rest[:1] == ";":
        return Fault(lines.place(stop, stop + 1), f"a comma stands between entries of a {noun}")
    if rest and same_line and not rest.startswith(("]", "}", "#")):
        end = stop + len(rest)
        return Fault(lines.place(stop, end), f"a comma is missing before this entry of the {noun}")
    advice = f"this {noun} does not end; close it with {closing}"
    return Fault(lines.place(start, start + 1), advice)


def _innermost(before: str) -> int | None:
    """The offset of the last bracket that is still open."""
    open_at: list[int] = []
    for token in _TOKEN.finditer(before):
        if token.group() in ("[", "{"):
            open_at.append(token.start())
        elif token.group() in ("]", "}") and open_at:
            open_at.pop()
    return open_at[-1] if open_at else None
