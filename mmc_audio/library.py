"""The exercise library: what is known of exercises and muscles, as data (`library.toml`). English.

What a program does not say of an exercise it names is taken from here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from mmc_audio.tomlfile import parse

_FILE = Path(__file__).resolve().parent / "library.toml"


@dataclass(frozen=True, slots=True)
class Known:
    """An exercise. `tap` stands behind "Tap", `flex` and `activation` are sentences to be told.

    `tempo` is "" for what is held. `spotter`: the weight could come down on the lifter.
    """

    id: str
    name: str
    start: Literal["eccentric", "concentric"]
    target: str
    setup: str
    aliases: tuple[str, ...] = ()
    helpers: tuple[str, ...] = ()
    takes_over: tuple[str, ...] = ()
    tempo: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    internal: tuple[str, ...] = ()
    external: tuple[str, ...] = ()
    tap: str = ""
    flex: str = ""
    activation: str = ""
    spotter: bool = False


@dataclass(frozen=True, slots=True)
class Muscle:
    """A muscle by its everyday name: where it is and what it does, how to tense it, where to tap.

    `partner`: whether another person's hand is welcome there.
    """

    name: str
    about: str
    flex: str
    tap: str
    partner: bool


@cache
def exercises() -> Mapping[str, Known]:
    """Every known exercise by its id."""
    return {id_: Known(id=id_, **_frozen(entry)) for id_, entry in _data()["exercise"].items()}


@cache
def muscles() -> Mapping[str, Muscle]:
    """Every known muscle by its name."""
    return {name: Muscle(name=name, **entry) for name, entry in _data()["muscle"].items()}


def find(text: str) -> Known | None:
    """The exercise with this id, name or alias; case, hyphens and a plural s do not matter."""
    id_ = _ids().get(_plain(text))
    return exercises()[id_] if id_ else None


def search(word: str) -> tuple[Known, ...]:
    """The exercises whose name or alias holds a word, or that work a muscle whose name does."""
    wanted = _plain(word)
    return tuple(entry for entry in exercises().values() if wanted in _searched(entry))


@cache
def names() -> tuple[str, ...]:
    """Every name and alias, for advice on names that are nearly right."""
    return tuple(n for entry in exercises().values() for n in (entry.name, *entry.aliases))


def _searched(entry: Known) -> str:
    texts = (entry.id, entry.name, *entry.aliases, entry.target, *entry.helpers)
    return "\n".join(_plain(text) for text in texts)


@cache
def _ids() -> Mapping[str, str]:
    return {
        _plain(name): entry.id
        for entry in exercises().values()
        for name in (*entry.aliases, entry.name, entry.id)
    }


def _plain(text: str) -> str:
    return " ".join(re.sub("s$", "", word) for word in re.split(r"[\s_-]+", text.lower()) if word)


def _frozen(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(v) if isinstance(v, list) else v for key, v in entry.items()}


@cache
def _data() -> Mapping[str, Any]:
    return parse(_FILE.read_text(encoding="utf-8"))
