"""How long a session is and how long the muscles work, without making a sound. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mmc_audio.plan import plan
from mmc_audio.program import MOVING, Program
from mmc_audio.session import Options
from mmc_audio.timeline import Hold, Phase, Rest, SetSpan


@dataclass(frozen=True, slots=True)
class SetTime:
    """One bout. Time under tension is all of it; moving time its eccentrics and concentrics.

    `set` as in SetSpan, `number` as people count.
    """

    exercise: int
    name: str
    target: str
    set: int
    number: int
    under_tension_ms: int
    moving_ms: int
    rest_ms: int


@dataclass(frozen=True, slots=True)
class Summary:
    sets: tuple[SetTime, ...]
    duration_ms: int

    def under_tension_ms(self, *, exercise: int = 0, target: str | None = None) -> int:
        """Of one exercise, of one target muscle, or of the whole session."""
        return sum(
            s.under_tension_ms
            for s in self.sets
            if (not exercise or s.exercise == exercise) and (target is None or s.target == target)
        )

    @property
    def targets(self) -> tuple[str, ...]:
        """The muscles that exercises name as their target, in order."""
        return tuple(dict.fromkeys(s.target for s in self.sets if s.target))


def summarise(program: Program, options: Options) -> Summary:
    """The times of every set that is played. Raises UserError as `plan` does."""
    session = plan(program, options)
    rests = {(r.exercise, r.set): r.duration_ms for r in session.fixed if isinstance(r, Rest)}
    phases = [event for event in session.fixed if isinstance(event, Phase)]
    moving = _by_set(phase for phase in phases if phase.name in MOVING)
    tense = _by_set([*phases, *(e for e in session.fixed if isinstance(e, Hold))])
    sets = [
        SetTime(
            exercise=span.exercise,
            name=program.exercises[span.exercise - 1].name,
            target=program.exercises[span.exercise - 1].target,
            set=span.set,
            number=span.nth,
            under_tension_ms=tense.get((span.exercise, span.set), 0),
            moving_ms=moving.get((span.exercise, span.set), 0),
            rest_ms=rests.get((span.exercise, span.set), 0),
        )
        for span in session.fixed
        if isinstance(span, SetSpan)
    ]
    return Summary(tuple(sets), session.duration_ms)


def _by_set(events: Iterable[Phase | Hold]) -> dict[tuple[int, int], int]:
    totals: dict[tuple[int, int], int] = {}
    for event in events:
        key = (event.exercise, event.set)
        totals[key] = totals.get(key, 0) + event.duration_ms
    return totals
