"""Advice on lists, inline tables and long texts that do not end."""

from __future__ import annotations

import re

from mmc_audio.errors import Fault
from mmc_audio.load.hints import value_advice
from mmc_audio.load.notations import read_time
from mmc_audio.load.places import Lines

_LONG = r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*"{3,5}' + r"|'''(?:[^']|'{1,2}(?!'))*'{3,5}"
_KEY = re.compile(r"([A-Za-z0-9_-]+) *= *$")
_VALUE = re.compile(r"[^,\]}#=\n]*")
_UNCLOSED = ("Unclosed array", "Unclosed inline table")
LONGEST_KEY = 80  # as far back as is looked for one
_SHORT = r'"(?:[^"\\\n]|\\.)*"' + r"|'[^'\n]*'"
# An opening of a long text comes last but before the short ones: it counts if nothing closes it.
_TOKEN = re.compile(rf"(?:{_LONG})|(?P<open>\"\"\"|''')|{_SHORT}|#[^\n]*|[\[\]{{}}]", re.DOTALL)


def unclosed(text: str, stop: int, complaint: str) -> Fault | None:
    """The fault that something is still open at `stop`; None for other complaints."""
    if complaint.startswith("Unterminated string") or complaint.startswith('Expected "'):
        return _long_text(text)
    return _list(text, stop) if complaint.startswith(_UNCLOSED) else None


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


def broken_value(text: str, stop: int, complaint: str) -> Fault | None:
    """The fault of a value in brackets that the parser read the beginning of only: 30X1, 2 min.

    Its place is the value.
    """
    start = _innermost(text[:stop]) if complaint.startswith(_UNCLOSED) else None
    if start is None:
        return None
    begin = max(text.rfind(sign, start, stop) for sign in "[{,=\n") + 1
    value = _VALUE.match(text, begin)
    end = value.end() if value else begin
    words = text[begin:end].strip(" \t")
    key = _key_before(text, begin) or _key_before(text, start)
    if not key or not words or text[end : end + 1] == "=":
        return None
    if text[stop - 1].isspace() and not _is_time(words):
        return None
    at = text.index(words, begin)
    return Fault(Lines(text).place(at, at + len(words)), value_advice(key, words))


def _key_before(text: str, end: int) -> str:
    """The key whose = stands just before, "" if none does."""
    match = _KEY.search(text[max(0, end - LONGEST_KEY) : end])
    return match[1] if match else ""


def _is_time(words: str) -> bool:
    try:
        read_time(words)
    except ValueError:
        return False
    return True


def _innermost(before: str) -> int | None:
    """The offset of the last bracket that is still open."""
    open_at: list[int] = []
    for token in _TOKEN.finditer(before):
        if token.group() in ("[", "{"):
            open_at.append(token.start())
        elif token.group() in ("]", "}") and open_at:
            open_at.pop()
    return open_at[-1] if open_at else None
