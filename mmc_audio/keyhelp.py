"""Which key does what: the hints under the picture, and the help page. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mmc_audio.scene import Mode
from mmc_audio.spans import Row, Span

When = Literal["always", "set", "rest"]


@dataclass(frozen=True, slots=True)
class Key:
    """`hint`: what it does, in a word or two. Where not all hints fit the highest `rank` goes."""

    keys: str
    does: str
    hint: str
    rank: int
    also: str = ""
    when: When = "always"


KEYS = (
    Key("space", "pause, go on, say that you are ready", "pause", 1, "enter"),
    Key("n", "next set", "next", 4, "right"),
    Key("p", "previous set", "back", 8, "left"),
    Key("r", "repeat this set", "again", 7),
    Key("+ -", "15 s more or less of this rest", "rest", 5, when="rest"),
    Key("e", "end this set", "end set", 6, when="set"),
    Key("w", "say where you are", "where", 9),
    Key("[ ]", "quieter, louder", "volume", 10, "down, up"),
    Key("?", "show these keys, or hide them", "keys", 2),
    Key("q", "quit; mmc play --resume goes on later", "quit", 3),
)
GO_ON: dict[Mode, str] = {"paused": "go on", "waiting": "ready"}
APART = 3  # columns between two hints


def hints(mode: Mode, when: When, columns: int) -> Row:
    """As many hints as fit into a row, the most wanted of them, in the order of KEYS."""
    wanted = [key for key in KEYS if key.when in ("always", when)]
    if mode == "finished":
        wanted = [key for key in KEYS if key.keys == "q"]
    fitting: list[Key] = []
    for key in sorted(wanted, key=lambda key: key.rank):
        if _width([*fitting, key], mode) <= columns:
            fitting.append(key)
    return _row([key for key in wanted if key in fitting], mode)


def page(mode: Mode, columns: int, lines: int) -> tuple[Row, ...]:
    """A row a key; on a small screen several keys in a row, in short."""
    names = [_names(key) for key in KEYS]
    margin = max(map(len, names)) + APART
    if len(KEYS) <= lines and margin + max(len(key.does) for key in KEYS) <= columns:
        pairs = zip(names, KEYS, strict=True)
        return tuple((Span(name.ljust(margin), "bold"), Span(key.does)) for name, key in pairs)
    return tuple(_row(keys, mode) for keys in _flowing(mode, columns)[:lines])


def plain() -> tuple[str, ...]:
    """A line a key, for a screen reader."""
    return tuple(f"{_names(key)}: {key.does}" for key in KEYS)


def _names(key: Key) -> str:
    return f"{key.keys} or {key.also}" if key.also else key.keys


def _flowing(mode: Mode, columns: int) -> list[list[Key]]:
    rows: list[list[Key]] = [[]]
    for key in KEYS:
        if _width([*rows[-1], key], mode) > columns and rows[-1]:
            rows.append([])
        if _width([key], mode) <= columns:
            rows[-1].append(key)
    return rows


def _hint(key: Key, mode: Mode) -> str:
    return GO_ON.get(mode, key.hint) if key.keys == "space" else key.hint


def _width(keys: list[Key], mode: Mode) -> int:
    return sum(len(f"{key.keys} {_hint(key, mode)}") + APART for key in keys) - APART


def _row(keys: list[Key], mode: Mode) -> Row:
    spans: list[Span] = []
    for key in keys:
        apart = " " * APART if spans else ""
        spans += [Span(f"{apart}{key.keys} ", "bold"), Span(_hint(key, mode), "dim")]
    return tuple(spans)
