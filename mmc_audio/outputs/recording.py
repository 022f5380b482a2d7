"""What every writer is given: the plan of a session and, on demand, its sound."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from mmc_audio.cache import Cache
from mmc_audio.program import Program, Talk
from mmc_audio.timeline import Timeline

if TYPE_CHECKING:
    from mmc_audio.clips import Pcm
    from mmc_audio.summary import Summary


def no_progress(done: float) -> None:
    """The progress report of a quiet run."""


def nothing_asked() -> Mapping[int, tuple[str, ...]]:
    """What the sets ask for, where nobody knows more of them than the timeline does."""
    return {}


class Runs(Protocol):
    """The different runs of sound in a session, by number, and where they stand in its silence.

    Between two of them there are at least six frames of 24 ms, on which they also begin.
    """

    def places(self) -> Iterable[tuple[int, int]]:
        """(first frame, number), in order of time."""

    def frames(self, number: int) -> int:
        """How long a run is."""

    def blocks(self, number: int) -> Iterator[Pcm]:
        """Its sound: int16 at 48 kHz, so many frames in all."""

    def name(self, number: int) -> str:
        """What its samples are known by: runs of one name are equal, in every session."""


@dataclass(frozen=True, slots=True)
class Tone:
    """How a tone through a rep is made (`Glide`): what a mixer does, for a player that does it.

    `peak` is that of all `partials`, (times the frequency, share); it fades in and out within
    `fade_ms` and is silent for the last `gap_ms` of its phase. While someone speaks, and `ramp_ms`
    before and after, it dips to the share `dip`.
    """

    peak: float
    partials: tuple[tuple[int, float], ...]
    fade_ms: float
    gap_ms: float
    dip: float
    ramp_ms: float


@dataclass(frozen=True, slots=True)
class Apart:
    """The sounds of a session apart, for a writer that leaves it to a player to put them together.

    `levels` has the session at each level of talk; their clicks are the same. `sound` makes a click
    by its name, `phrase` a phrase by its text and its speed in permille: in one channel, as loud as
    in the session. A tick is `duck_db` quieter while someone speaks. `counted` are the words of a
    count-in from three down, with their onsets in ms; () without a voice. `captions`: what phases
    are called in the program's language.
    """

    program: Program
    summary: Summary
    talk: Talk
    levels: Mapping[Talk, Timeline]
    sound: Callable[[str], Pcm]
    phrase: Callable[[str, int], Pcm]
    duck_db: int
    tone: Tone
    counted: tuple[tuple[str, int], ...]
    captions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Recording:
    """A session ready to be written.

    `blocks()` starts a fresh pass over the sound: int16 at 48 kHz in blocks of at most 65,536
    frames, `timeline.frames` frames in all, in so many `channels`. Nobody ever holds the whole.
    Where the same sounds come again and again, `runs` tells so.

    `language` is that of its words (BCP 47). `vbr`: a small file matters more than one in which
    players find a place by position. `cache` keeps what was made of a run. `music`: the
    user's own lies under all of it.
    `album` and `track`, its number of how many, are those of a part of a session. `asked()` tells,
    by the number of each exercise, what its sets ask for, a line for each kind of set.
    `apart` makes the session's sounds for a page, and `with_audio` asks it to hold the whole
    recording as well.
    """

    title: str
    author: str
    timeline: Timeline
    blocks: Callable[[], Iterator[Pcm]]
    progress: Callable[[float], None] = no_progress  # 0.0 to 1.0
    channels: int = 1
    runs: Runs | None = None
    vbr: bool = False
    cache: Cache = field(default=Cache(None))
    language: str = "en"
    album: str = ""
    track: tuple[int, int] | None = None
    asked: Callable[[], Mapping[int, tuple[str, ...]]] = nothing_asked
    music: bool = False
    apart: Callable[[], Apart] | None = None
    with_audio: bool = False


class Writer(Protocol):
    """Writes the complete file, tags included, into `temporary`, and checks what it wrote."""

    def __call__(self, recording: Recording, temporary: Path) -> None: ...
