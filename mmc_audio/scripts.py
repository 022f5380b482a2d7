"""The scripts: what can be done outside the reps, as data of timed steps. No words of any language.

A new script is a table in `scripts.toml` and its words in the language packs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from mmc_audio.tomlfile import parse

_FILE = Path(__file__).resolve().parent / "scripts.toml"
MOST = {"seconds": 600, "times": 100, "none": 0}  # what may stand behind a script's name


@dataclass(frozen=True, slots=True)
class Step:
    """Words, and time: `lasts` seconds, or "amount", or 0 for as long as the words take.

    `say` is a name of the language pack's scripts, "phase" for those of a rep in turn, or "".
    """

    say: str = ""
    lasts: int | Literal["amount"] = 0
    tick: bool = False
    click: str = ""
    repeat: bool = False


@dataclass(frozen=True, slots=True)
class Script:
    """`unit` is what the number behind its name counts, `usual` that number if none is written."""

    name: str
    unit: Literal["seconds", "times", "none"]
    steps: tuple[Step, ...]
    usual: int = 0


@cache
def scripts() -> Mapping[str, Script]:
    """Every script by its name."""
    tables = parse(_FILE.read_text(encoding="utf-8"))
    return {
        name: Script(
            name=name,
            unit=table["unit"],
            usual=table.get("usual", 0),
            steps=tuple(Step(**step) for step in table["steps"]),
        )
        for name, table in tables.items()
    }
