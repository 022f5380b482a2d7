"""The timeline: every event of a session at an absolute whole millisecond. Frozen data.

0 ms is the first sample of the exported audio. `arrange` makes it; `mix`, the outputs and `show`
read it. The JSON form is version 1 of the public format (docs/timeline-format.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mmc_audio.errors import Place

SAMPLE_RATE = 48_000
FRAMES_PER_MS = SAMPLE_RATE // 1_000
TIMELINE_FORMAT = 1
# An MP3 frame. What is heard again at the same place of one is the same to an encoder: sets begin
# on one grid, and words that may wait do too.
GRID_MS = 24


def on_grid(ms: int) -> int:
    """The first place on the grid that is not before this one."""
    return -(-ms // GRID_MS) * GRID_MS


@dataclass(frozen=True, slots=True)
class Click:
    """A short sound: `sound` names one of the click set (sounds.NAMES)."""

    at_ms: int
    sound: str


@dataclass(frozen=True, slots=True)
class Speech:
    """A spoken phrase. `onset_ms` after `at_ms` it is *heard* to begin (its perceptual onset).

    `tempo_permille` is 1000 for speech as the voice made it, up to 1150 where it was hurried
    to fit; `duration_ms` and `onset_ms` are those of the hurried clip.
    """

    at_ms: int
    text: str
    moment: str
    duration_ms: int
    onset_ms: int
    tempo_permille: int = 1_000

    @property
    def end_ms(self) -> int:
        return self.at_ms + self.duration_ms


@dataclass(frozen=True, slots=True)
class Glide:
    """A tone that goes from one frequency to another, or stays: how short the muscle is."""

    at_ms: int
    duration_ms: int
    from_hz: int
    to_hz: int


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase of one rep. Exercise, set and rep count from 1; `set` as in SetSpan."""

    at_ms: int
    name: str
    duration_ms: int
    exercise: int
    set: int
    rep: int
    side: str = ""


@dataclass(frozen=True, slots=True)
class Hold:
    """An isometric hold: seconds instead of reps."""

    at_ms: int
    duration_ms: int
    exercise: int
    set: int


@dataclass(frozen=True, slots=True)
class SetSpan:
    """From the first click of a bout of work to its end. The count begins `lead_in_ms` before it.

    `set` counts the bouts of an exercise, each on its own: with it, every bout has a name that no
    other has. To people it is set `number` of `sets`, the `side` of it if it has two, and `part` of
    `parts` if it is a cluster or a row of holds. `tempo` is that of its reps as it is played, in
    tempo notation; "" for a hold.
    """

    at_ms: int
    duration_ms: int
    exercise: int
    set: int
    sets: int
    reps: int  # 0 for a hold
    label: str
    lead_in_ms: int
    number: int = 0
    side: Literal["", "left", "right", "both"] = ""  # both: they take turns from rep to rep
    part: int = 1
    parts: int = 1
    tempo: str = ""

    @property
    def nth(self) -> int:
        """The number of the set, as people count."""
        return self.number or self.set

    def counted(self, rep: int) -> int:
        """The number of a rep, as people count: an alternating pair is one."""
        return (rep + 1) // 2 if self.side == "both" else rep


@dataclass(frozen=True, slots=True)
class Rest:
    """From the end of a set to the first click of the next one, its counted lead-in included."""

    at_ms: int
    duration_ms: int
    exercise: int  # of the set before it
    set: int


@dataclass(frozen=True, slots=True)
class Drill:
    """Something done outside the reps: `name` is that of a script, or "words"."""

    at_ms: int
    duration_ms: int
    name: str
    exercise: int  # of the set before it, or after it where it comes before an exercise
    set: int


@dataclass(frozen=True, slots=True)
class ExerciseSpan:
    """From where an exercise is announced to the end of its last set in a row.

    In a superset an exercise has several, which never overlap those of another.
    """

    at_ms: int
    duration_ms: int
    exercise: int
    name: str


Event = Click | Speech | Glide | Phase | Hold | SetSpan | Rest | Drill | ExerciseSpan


Adjustment = Literal["shorter", "over the pause", "faster", "dropped", "one a rep"]


@dataclass(frozen=True, slots=True)
class Report:
    """What arranging did to one wish that could not be met as written."""

    what: Adjustment
    text: str
    moment: str
    length_ms: int  # of the text as first wished, at natural speed
    room_ms: int  # how much time there was for it between clicks
    slot: str  # the phase it was to be said in, or "" outside reps
    slot_ms: int  # its length, or that of the time there was
    exercise: int
    exercise_name: str
    set: int
    rep: int  # 0 outside reps
    place: Place | None  # None: a phrase of the program's own, not the coach's
    instead: str = ""  # what was said in its place


@dataclass(frozen=True, slots=True)
class Timeline:
    """Events sorted by `at_ms`; `wake_ms` of faint noise open the file for sleepy earbuds."""

    title: str
    duration_ms: int
    wake_ms: int
    events: tuple[Event, ...]
    reports: tuple[Report, ...] = ()

    @property
    def frames(self) -> int:
        return self.duration_ms * FRAMES_PER_MS
