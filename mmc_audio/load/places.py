"""Where each key and value of a TOML text stands.

The parser gives places for its own errors only. This walks a text that the parser has accepted,
so it may believe that every bracket and quote closes.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from mmc_audio.errors import Place
from mmc_audio.load.findings import Path
from mmc_audio.tomlfile import parse

DEEPEST = 8  # the format itself goes six deep
MOST_ENTRIES = 1_000  # and its longest list has 500 entries

_BLANK = re.compile(r"[ \t]*")
_SKIP = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*"{3,5}'
    r"|'''(?:[^']|'{1,2}(?!'))*'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}#\r\n]+")
_BRACKETS = re.compile(rf"{_STRING.pattern}|#[^\n]*|[\[\]{{}}]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Span:
    """Offsets of a key as it is written, and of its value (for a table: of its header)."""

    key: tuple[int, int]
    value: tuple[int, int]


def locate(text: str) -> dict[Path, Span]:
    """The span of every key path down to DEEPEST; of a list over MOST_ENTRIES only the first."""
    walk = _Walk(text)
    walk.document()
    return walk.spans


def last_statement(text: str) -> int:
    """The offset of the last header or key = value in the text."""
    walk = _Walk(text)
    walk.document()
    return walk.statement


class _Walk:
    """Goes through the text once. Each step takes the offset it starts at, and gives its end."""

    def __init__(self, text: str) -> None:
        self.text, self.statement = text, 0
        self.spans: dict[Path, Span] = {}
        self.entries: dict[Path, int] = {}  # how many entries each [[array]] has so far

    def document(self) -> None:
        base: Path = ()
        at = self.skip(0)
        while at < len(self.text):
            self.statement = at
            if self.text[at] == "[":
                base, at = self.header(at)
            else:
                at = self.pair(at, base)
            at = self.skip(at)

    def skip(self, at: int) -> int:
        return _end(_SKIP, self.text, at)

    def header(self, start: int) -> tuple[Path, int]:
        """A [table] or [[array]] line: the path that the keys below it have."""
        is_array = self.text.startswith("[[", start)
        keys, at = self.keys(start + 1 + is_array)
        end = at + 1 + is_array
        whole = Span((start, end), (start, end))
        path: Path = ()
        for name, span in keys[:-1]:
            path = self.newest((*path, name))
            self.put(path, Span(span, span))
        path = (*path, keys[-1][0])
        if is_array:
            self.entries[path] = self.entries.get(path, -1) + 1
            self.put(path, whole)
            path = self.newest(path)
        self.put(path, whole, again=True)
        return path, end

    def newest(self, path: Path) -> Path:
        """A path through an [[array]] goes to its last entry."""
        return (*path, self.entries[path]) if path in self.entries else path

    def put(self, path: Path, span: Span, *, again: bool = False) -> None:
        if len(path) <= DEEPEST and (again or path not in self.spans):
            self.spans[path] = span

    def keys(self, at: int) -> tuple[list[tuple[str, tuple[int, int]]], int]:
        """A dotted key: its parts with their offsets."""
        parts = []
        while True:
            at = _end(_BLANK, self.text, at)
            quoted = self.text[at] in "\"'"
            end = _end(_STRING if quoted else _BARE, self.text, at)
            written = self.text[at:end]
            parts.append((_unquoted(written) if quoted else written, (at, end)))
            at = _end(_BLANK, self.text, end)
            if self.text[at] != ".":
                return parts, at
            at += 1

    def pair(self, at: int, base: Path) -> int:
        """key = value"""
        keys, at = self.keys(at)
        path = base
        for name, span in keys[:-1]:
            path = (*path, name)[: DEEPEST + 1]
            self.put(path, Span(span, span))
        name, span = keys[-1]
        return self.value(self.skip(at + 1), (*path, name), span)

    def value(self, start: int, path: Path, key: tuple[int, int]) -> int:
        first = self.text[start]
        if len(path) > DEEPEST and first in "[{":
            end = self.bracketed(start)
        elif first == "[":
            end = self.array(start, path)
        elif first == "{":
            end = self.inline_table(start, path)
        elif first in "\"'":
            end = _end(_STRING, self.text, start)
        else:
            end = start + len(self.text[start : _end(_SCALAR, self.text, start)].rstrip())
        self.put(path, Span(key, (start, end)), again=True)
        return end

    def array(self, start: int, path: Path) -> int:
        at, number = self.skip(start + 1), 0
        while self.text[at] != "]":
            if number == MOST_ENTRIES:
                return self.bracketed(start)
            at = self.comma(self.value(at, (*path, number), (at, at + 1)))
            number += 1
        return at + 1

    def inline_table(self, start: int, path: Path) -> int:
        at = self.skip(start + 1)
        while self.text[at] != "}":
            at = self.comma(self.pair(at, path))
        return at + 1

    def comma(self, at: int) -> int:
        at = self.skip(at)
        return self.skip(at + 1) if self.text[at] == "," else at

    def bracketed(self, start: int) -> int:
        """The end of a list or inline table too deep or long to matter, without recursion."""
        depth, at = 0, start
        while True:
            token = _BRACKETS.search(self.text, at)
            if token is None:
                return len(self.text)
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token.group(), 0)
            at = token.end()
            if depth == 0:
                return at


def _unquoted(key: str) -> str:
    """A quoted key as TOML reads it, escapes and all."""
    text: str = parse(f"x={key}")["x"]
    return text


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else len(text)


class Lines:
    """Turns offsets into 1-based lines and columns."""

    def __init__(self, text: str) -> None:
        self.length = len(text)
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self.ends = [start - 1 for start in self.starts[1:]] + [self.length]

    def place(self, start: int, end: int) -> Place:
        """The place of a stretch; one over several lines ends with its first."""
        line = bisect_right(self.starts, start)
        width = min(end, self.ends[line - 1]) - start
        return Place(line, start - self.starts[line - 1] + 1, max(1, width))
