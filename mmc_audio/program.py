"""A program as data: what a coach wrote, checked, with every default and inheritance worked out.

Frozen, standard library only, no I/O. All times are whole milliseconds. `load` makes it,
`plan` reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from mmc_audio.errors import Place
from mmc_audio.tempo import Tempo

Phase = Literal["eccentric", "pause", "concentric", "squeeze"]
Start = Literal["eccentric", "concentric"]
Talk = Literal["quiet", "normal", "full"]
Count = Literal["up", "down", "up-then-down", "off"]
Placement = Literal["lead", "in", "on"]

PHASES: tuple[Phase, ...] = ("eccentric", "pause", "concentric", "squeeze")
MOVING: frozenset[Phase] = frozenset(("eccentric", "concentric"))
MOMENTS = (
    "intro",
    "ready",
    *PHASES,
    "during",
    "halfway",
    "last",
    "done",
    "rest",
)
TALKS: tuple[Talk, ...] = ("quiet", "normal", "full")


@dataclass(frozen=True, slots=True)
class When:
    """On which reps a cue is said.

    `every` n from `start`: reps start, start + n, ...; `first` and `last`: that many reps at the
    end named; `reps`: the listed ones; `chance`: one in n, drawn from the program's seed.
    """

    kind: Literal["every", "first", "last", "reps", "chance"]
    n: int = 1
    start: int = 1
    reps: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Cue:
    """Words said at a moment. `sets` is "every", "first", "last" or the numbers of the sets."""

    moment: str
    say: tuple[str, ...]
    when: When | None  # None: not written, so the exercise's `cue_every` holds
    place: Placement
    where: Place
    sets: Literal["every", "first", "last"] | tuple[int, ...] = "every"
    order: Literal["turn", "random"] = "turn"


@dataclass(frozen=True, slots=True)
class Set:
    """One set, ready to plan: either `reps` reps at `tempo`, or one hold of `hold_ms`.

    `reps_from` is the low end of a range ("8-12" plays 12 and speaks up at 8), else equal to
    `reps`. `load` is a percentage of the one-rep maximum, or words, or None. `origins` tells for
    each field where its value came from: "set", "exercise", "defaults" or "built-in".
    """

    reps: int
    reps_from: int
    hold_ms: int
    tempo: Tempo
    rest_ms: int
    cue_every: int
    load: float | str | None = None
    label: str = ""
    origins: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Exercise:
    """One `[[exercise]]`. `cues` holds its own and, for moments it has none for, the program's."""

    name: str
    start: Start
    sets: tuple[Set, ...]
    cues: tuple[Cue, ...]
    where: Place
    id: str = ""
    target: str = ""
    start_written: bool = False  # False: nobody said which phase comes first


@dataclass(frozen=True, slots=True)
class VoiceSettings:
    """The `[voice]` table. `recordings` is a folder beside the program, or ""."""

    engine: str = "auto"
    language: str = "en"
    accent: str = ""
    pace: float = 1.0
    talk: Talk = "normal"
    recordings: str = ""
    respell: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SoundSettings:
    """The `[sound]` table. `files` replaces single sounds of the click set by the coach's own."""

    clicks: str = "sharp"
    ticks: Literal["off", "soft", "full"] = "soft"
    # With 12 dB, ticks under a loud "sh" are no longer found by a matched filter; with 6 all are.
    duck_db: int = 6
    files: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)  # of each of `files`, and "clicks"


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """The `[session]` table."""

    setup_ms: int = 20_000
    lead_in: int = 3  # counted beats, a second each
    count: Count = "up"
    count_at: Literal["lift", "end"] = "lift"
    announce: tuple[Literal["halfway", "last"], ...] = ("halfway", "last")
    warn: tuple[int, ...] = (30, 10)  # whole seconds left in a rest
    x_ms: int = 1_000
    a_ms: int = 2_000


@dataclass(frozen=True, slots=True)
class Program:
    """A whole program. `folder` is where its own sound files may lie."""

    title: str
    exercises: tuple[Exercise, ...]
    format: int = 1
    about: str = ""
    author: str = ""
    goal: Literal["muscle", "strength", "rehab", "skill"] = "muscle"
    seed: int = 0
    voice: VoiceSettings = field(default_factory=VoiceSettings)
    sound: SoundSettings = field(default_factory=SoundSettings)
    session: SessionSettings = field(default_factory=SessionSettings)
    name: str = ""  # as the user named the file, for messages
    folder: str = ""
    source: str = ""  # the text of the file, for excerpts in messages
