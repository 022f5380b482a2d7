"""What planning hands to arranging: fixed events, and words wanted at moments. Frozen data."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from mmc_audio.errors import Place
from mmc_audio.program import Focus, Talk
from mmc_audio.timeline import (
    Click,
    Drill,
    ExerciseSpan,
    Glide,
    Hold,
    Phase,
    Report,
    Rest,
    SetSpan,
)

Fixed = Click | Glide | Phase | Hold | SetSpan | Rest | Drill | ExerciseSpan


FocusChoice = Literal["internal", "external", "auto"]
FOCUSES: tuple[FocusChoice, ...] = ("internal", "external", "auto")


@dataclass(frozen=True, slots=True)
class Options:
    """What the listener, not the coach, decides. `start` is (exercise, set), counted from 1.

    `permille` is the speed of the whole session: 900 is a tenth slower. Speech keeps its own.
    `focus` None leaves it to the program. `imagine`: a rehearsal in the mind, at the same times.
    """

    talk: Talk = "normal"
    intro: bool = True
    start: tuple[int, int] = (1, 1)
    permille: int = 1_000
    focus: Focus | None = None
    imagine: bool = False


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in the session something is said. `set` and `rep` as people count, 0 outside reps.

    `bout` (as SetSpan.set) and `turn` (the rep of a phase) tell apart what people count as one.
    """

    exercise: int
    name: str
    set: int
    rep: int = 0
    bout: int = 0
    turn: int = 0


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
    reports: tuple[Report, ...] = ()  # what had no time to be done, whatever is said

    def phrases(self) -> tuple[str, ...]:
        """Every distinct text that may be spoken, in order of first use."""
        return distinct(text for wish in self.wishes for text in wish.texts)


def at_speed(session: Session, permille: int) -> Session:
    """The session slower (below 1000) or faster: every moment of it moves in proportion."""

    def moved(at_ms: int) -> int:
        return (at_ms * 1_000 + permille // 2) // permille

    def fixed(event: Fixed) -> Fixed:
        at = moved(event.at_ms)
        if isinstance(event, Click):
            return replace(event, at_ms=at)
        lasts = moved(event.at_ms + event.duration_ms) - at
        if isinstance(event, SetSpan):
            lead_in = at - moved(event.at_ms - event.lead_in_ms)
            return replace(event, at_ms=at, duration_ms=lasts, lead_in_ms=lead_in)
        return replace(event, at_ms=at, duration_ms=lasts)

    if permille == 1_000:
        return session
    return replace(
        session,
        duration_ms=moved(session.duration_ms),
        wake_ms=moved(session.wake_ms),
        fixed=tuple(fixed(event) for event in session.fixed),
        wishes=tuple(
            replace(
                wish,
                anchor_ms=moved(wish.anchor_ms),
                since_ms=moved(wish.since_ms),
                until_ms=moved(wish.until_ms),
            )
            for wish in session.wishes
        ),
        opens_ms=tuple(moved(at) for at in session.opens_ms),
        moving_ms=tuple(moved(at) for at in session.moving_ms),
    )


def spoken_only(session: Session, known: Container[str]) -> Session:
    """The session with those wishes, and those words of them, that are known phrases."""
    left = (
        replace(wish, texts=tuple(text for text in wish.texts if text in known))
        for wish in session.wishes
    )
    return replace(session, wishes=tuple(wish for wish in left if wish.texts))


def distinct(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))
