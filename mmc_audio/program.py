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
Focus = Literal["internal", "external"]
Side = Literal["left", "right"]

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
# What may stand in {braces} in a coach's words.
PLACEHOLDERS = (
    "exercise",
    "target",
    "takes_over",
    "rep",
    "reps",
    "left",
    "set",
    "sets",
    "load",
    "side",
    "rest",
    "next",
)
TALKS: tuple[Talk, ...] = ("quiet", "normal", "full")
FOCUSES: tuple[Focus, ...] = ("internal", "external")


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
    """Words said at a moment. `sets` is "every", "first", "last" or the numbers of the sets.

    `focus` and `side`: said only where the set has that focus, or the rep that side; "": always.
    `every_ms`: in a hold, so long from one saying to the next.
    """

    moment: str
    say: tuple[str, ...]
    when: When | None  # None: not written, so the exercise's `cue_every` holds
    place: Placement
    where: Place
    sets: Literal["every", "first", "last"] | tuple[int, ...] = "every"
    order: Literal["turn", "random"] = "turn"
    focus: Literal["", Focus] = ""
    side: Literal["", Side] = ""
    every_ms: int = 10_000


@dataclass(frozen=True, slots=True)
class Activity:
    """Something to do outside the reps: a script (`scripts.toml`), or words of the coach's own.

    `name` is that of a script and `amount` its seconds or times; or `name` is "", `say` holds the
    words and `lasts_ms` the time that they get (0: as long as they take). `where`: None for those
    that nobody wrote as such.
    """

    name: str
    amount: int = 0
    say: tuple[str, ...] = ()
    lasts_ms: int = 0
    where: Place | None = None


@dataclass(frozen=True, slots=True)
class Set:
    """One bout of work, ready to plan: either `reps` reps at `tempo`, or one hold of `hold_ms`.

    What a coach calls a set is one of these, or several in a row that share their `number` (from
    1): its two sides, the groups of a cluster, holds with gaps between them. `part` of `parts`
    counts the groups or holds of a side. `rest_ms` is the time to the next one, be it a rest, the
    switch of sides or a gap. With `alternate` the sides take turns from rep to rep, left first;
    `reps` then counts both.

    `reps_from` is the low end of a range ("8-12" plays 12 and speaks up at 8), else equal to
    `reps`; with `amrap` `reps` is the most that are played. `load` is a percentage of the one-rep
    maximum, or words, or None. `rir` reps are left in reserve. `after` is done as the set ends,
    `rest_do` in the rest behind it. `origins` tells for each key where its value came from: "set",
    "week 3", "exercise", "defaults", "library" or "built-in".
    """

    reps: int
    reps_from: int
    hold_ms: int
    tempo: Tempo
    rest_ms: int
    cue_every: int
    load: float | str | None = None
    label: str = ""
    number: int = 1
    part: int = 1
    parts: int = 1
    side: Literal["", Side] = ""
    alternate: bool = False
    amrap: bool = False
    rir: int | None = None
    focus: Focus = "internal"
    after: tuple[Activity, ...] = ()
    rest_do: tuple[Activity, ...] = ()
    origins: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Exercise:
    """One `[[exercise]]`. `cues` holds its own and, for moments it has none for, the program's.

    `sets` are its bouts in the order in which they are done. `known` is the id of its entry in the
    exercise library, "" where there is none. `setup` is one line on how to get in place, `words`
    what its phases are called; both in English, "" and {} where the program's language is another.
    `before` is done once, before its first set. Neighbours with one `superset` take turns.
    `origins`: as in Set, for `start`, `target`, `takes_over`, `cues` and the like.
    """

    name: str
    start: Start
    sets: tuple[Set, ...]
    cues: tuple[Cue, ...]
    where: Place
    id: str = ""
    known: str = ""
    target: str = ""
    helpers: tuple[str, ...] = ()
    takes_over: tuple[str, ...] = ()
    role: Literal["work", "activation"] = "work"
    superset: str = ""
    setup: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    before: tuple[Activity, ...] = ()
    spotter: bool = False  # the weight could come down on the lifter
    start_written: bool = False  # False: nobody said which phase comes first, the library neither
    origins: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)  # of its keys, for messages

    @property
    def rounds(self) -> int:
        """How many sets a coach would say it has."""
        return max(set_.number for set_ in self.sets)


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
    glide: Literal["off", "effort"] = "off"
    # With 12 dB, ticks under a loud "sh" are no longer found by a matched filter; with 6 all are.
    duck_db: int = 6
    pan_sides: bool = False
    files: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)  # of each of `files`, and "clicks"


@dataclass(frozen=True, slots=True)
class MusicSettings:
    """The `[music]` table: the user's own music under the session, in this order, again and again.

    It is `level_db` under the voice, and `duck_db` lower while someone speaks and `hold_ms` after.
    `fade_ms`: in at the start, out at the end. `crossfade_ms`: from one file into the next.
    """

    files: tuple[str, ...]
    level_db: int = 10
    duck_db: int = 20
    hold_ms: int = 2_000
    fade_ms: int = 3_000
    crossfade_ms: int = 2_000
    stereo: bool = True
    places: tuple[Place, ...] = ()  # of each of `files`

    @property
    def channels(self) -> int:
        return 2 if self.stereo else 1


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """The `[session]` table."""

    remind: tuple[Activity, ...] = (Activity("phone"),)
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
    """A whole program, as it is in one `week`. `folder` is where its own sound files may lie.

    `weeks` is how many weeks differ from each other. `length_ms` is how long its author says that
    it is, 0 for unsaid. `words` replaces phrases of the language pack.
    """

    title: str
    exercises: tuple[Exercise, ...]
    format: int = 1
    about: str = ""
    author: str = ""
    goal: Literal["muscle", "strength", "rehab", "skill"] = "muscle"
    priority: str = ""
    length_ms: int = 0
    seed: int = 0
    week: int = 1
    weeks: int = 1
    words: Mapping[str, str] = field(default_factory=dict)
    voice: VoiceSettings = field(default_factory=VoiceSettings)
    sound: SoundSettings = field(default_factory=SoundSettings)
    music: MusicSettings | None = None
    session: SessionSettings = field(default_factory=SessionSettings)
    places: Mapping[str, Place] = field(default_factory=dict)  # of single keys: "voice.language"
    name: str = ""  # as the user named the file, for messages
    folder: str = ""
    source: str = ""  # the text of the file, for excerpts in messages

    @property
    def leans(self) -> bool:
        """Whether the sound leans to the side that works; not without a side that does."""
        sets = (set_ for exercise in self.exercises for set_ in exercise.sets)
        return self.sound.pan_sides and any(set_.side or set_.alternate for set_ in sets)

    @property
    def channels(self) -> int:
        """2 for a session that leans, or that has music in stereo; else 1."""
        return max(2 if self.leans else 1, self.music.channels if self.music else 1)
