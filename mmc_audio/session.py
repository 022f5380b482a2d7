"""What planning hands to arranging: fixed events, and words wanted at moments. Frozen data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from mmc_audio.errors import Place
from mmc_audio.program import Talk
from mmc_audio.timeline import Click, ExerciseSpan, Hold, Phase, Rest, SetSpan

Fixed = Click | Phase | Hold | SetSpan | Rest | ExerciseSpan


@dataclass(frozen=True, slots=True)
class Options:
    """What the listener, not the coach, decides. `start` is (exercise, set), counted from 1."""

    talk: Talk = "normal"
    intro: bool = True
    start: tuple[int, int] = (1, 1)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in the session something is said. `rep` is 0 outside reps."""

    exercise: int
    name: str
    set: int
    rep: int = 0


@dataclass(frozen=True, slots=True)
class Wish:
    """Words wanted at a moment. `texts` are the words as wished, then what may be said instead.

    - "lead": ends just before `anchor_ms`, starts at `since_ms` or later.
    - "in": starts just after `anchor_ms`.
    - "on": is heard at `anchor_ms`; where a moving phase opens there, just after.
    - "flow": starts at `anchor_ms` or as soon after it as nothing else is said and ends by
      `until_ms`. Wishes of one `flow` keep their order.

    `priority`: lower is placed first. `level`: the least talk at which it is said. `spare`: one of
    those of which talk "normal" keeps one a rep. `where`: None for the machine's own words.
    """

    texts: tuple[str, ...]
    moment: str
    place: Literal["lead", "in", "on", "flow"]
    anchor_ms: int
    spot: Spot
    priority: int
    level: Talk = "normal"
    spare: bool = False
    where: Place | None = None
    since_ms: int = 0
    until_ms: int = 0
    flow: int = 0


@dataclass(frozen=True, slots=True)
class Session:
    """A session in time, before anyone has spoken.

    `opens_ms`: every moment at which a phase or a hold opens or a set ends. `moving_ms`: those of
    them that nothing may be said across (all but the openings of pauses and squeezes). Sorted.
    """

    title: str
    duration_ms: int
    wake_ms: int
    fixed: tuple[Fixed, ...]
    wishes: tuple[Wish, ...]
    opens_ms: tuple[int, ...]
    moving_ms: tuple[int, ...]
    talk: Talk

    def phrases(self) -> tuple[str, ...]:
        """Every distinct text that may be spoken, in order of first use."""
        return distinct(text for wish in self.wishes for text in wish.texts)


def distinct(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))
