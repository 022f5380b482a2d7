"""The targets by name, and what each starts from."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from fuzz import seeds

FOUND = Path(__file__).parent.parent / "tests" / "data" / "fuzzed"
FEW = 3


@dataclass(frozen=True, slots=True)
class Target:
    """`where` is MODULE.FUNCTION in this folder; `most` the bytes of an input, `share` its time.

    `words` come in its inputs: a fuzzer finds branches faster that it can spell.
    """

    where: str
    seeds: Callable[[], Iterable[bytes]]
    most: int
    share: int = 1
    words: Callable[[], Iterable[str]] = tuple

    def function(self) -> Callable[[bytes], None]:
        """The target itself, imported now."""
        module, name = self.where.split(".")
        found: Callable[[bytes], None] = getattr(importlib.import_module(f"fuzz.{module}"), name)
        return found


TARGETS = {
    "load": Target("texts.load", seeds.programs, 4_096, 4, seeds.words_of_programs),
    "places": Target("texts.places", seeds.toml_texts, 2_048, 2, seeds.words_of_toml),
    "plans": Target("sessions.plans", seeds.noise, 4_096, 3),
    "mixes": Target("sessions.mixes", seeds.noise, 4_096, 3),
    "tempo": Target("texts.tempo", seeds.tempos, 40),
    "roster": Target("texts.roster", seeds.rosters, 1_024),
    "phrases": Target("texts.phrases", seeds.phrases, 512),
    "pack": Target("texts.pack", seeds.packs, 16_384),
    "walk": Target("frames.walk", seeds.noise, 4_096),
    "split": Target("frames.split", seeds.mp3_frames, 4_096),
    "relay": Target("frames.relay", seeds.noise, 4_096),
    "relay-any": Target("frames.relay_any", seeds.mp3_frames, 4_096),
    "info": Target("frames.info", seeds.noise, 256),
    "entry": Target("kept.entry", seeds.entries, 256),
    "log": Target("kept.log", seeds.logs, 2_048),
    "mark": Target("kept.mark", seeds.marks, 1_024),
    "keys": Target("wires.keys", seeds.keys, 512),
    "child": Target("wires.child", seeds.answers, 256),
    "pieces": Target("wires.pieces", seeds.pieces, 256),
    "file": Target("wires.file", seeds.sounds, 8_192),
    "reply": Target("wires.reply", seeds.replies, 512),
}


def found(name: str) -> Iterator[Path]:
    """The inputs that once broke a target."""
    yield from sorted((FOUND / name).glob("*"))


def a_few(name: str) -> Iterator[bytes]:
    """Some of a target's seeds, and bytes that are none."""
    yield from (b"", b"\0", b"\xff\xfe", bytes(range(256)))
    yield from islice(TARGETS[name].seeds(), FEW)
