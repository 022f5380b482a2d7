"""Session + lengths of phrases -> Timeline: where each phrase stands, or why it doesn't. Pure.

Speech is laid over a timeline that is already fixed. Nothing is cut, no two phrases overlap, and
none is said across the click that opens a moving phase. What does not fit is tried in other words
of the coach's own, then over the click of a pause, then up to 15 % faster; then it is left out,
and the report says so.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from mmc_audio.session import Session, Spot, Wish
from mmc_audio.timeline import Adjustment, Phase, Report, Speech, Timeline, on_grid

# A cue for an effort is understood when it has ended a moment before it (0.15 to 0.2 s).
LEAD_MS, LEAD_MIN_MS, LEAD_MAX_MS = 175, 150, 200
AFTER_CLICK_MS = 100  # so that a click is heard before the word that follows it
BEFORE_MOVING_MS = 150
# A word on the click of a moving phase may not begin before it. It is heard this long after it, so
# that a row of numbers is even all the same.
HEARD_AFTER_MOVING_MS = 120
BETWEEN_MS = 120  # two phrases in a set
SENTENCE_MS = 330  # two sentences in a rest, and up to 23 ms more: each begins on the grid
FASTEST_PERMILLE = 1_150
PERMILLE_STEP = 10  # few distinct speeds: each is a sound of its own to make and to encode


@dataclass(frozen=True, slots=True)
class Spoken:
    """What is known of a phrase once a voice has said it."""

    duration_ms: int
    onset_ms: int


@dataclass(frozen=True, slots=True)
class Window:
    """Where a phrase may stand. `end_fixed`: it must end where the window does."""

    start_ms: int
    end_ms: int
    end_fixed: bool = False


_Try = tuple[Adjustment | Literal[""], str, Window, int]


def arrange(session: Session, spoken: Mapping[str, Spoken]) -> Timeline:
    """Place every wish it can; `spoken` holds each of `session.phrases()`, or nothing at all.

    With an empty `spoken` (no voice) the timeline has its clicks alone and no reports.
    """
    board = _Board(session, spoken)
    if spoken:
        for wish in sorted(session.wishes, key=lambda wish: wish.priority):
            board.grant(wish)
    reports = [*session.reports, *board.reports]
    events = sorted([*session.fixed, *board.speeches()], key=lambda event: event.at_ms)
    return Timeline(
        title=session.title,
        duration_ms=session.duration_ms,
        wake_ms=session.wake_ms,
        events=tuple(events),
        reports=tuple(sorted(reports, key=lambda r: (r.exercise, r.set, r.rep))),
    )


class _Board:
    """The session's speaking time while it is being given away."""

    def __init__(self, session: Session, spoken: Mapping[str, Spoken]) -> None:
        self.session, self.spoken = session, spoken
        self.reports: list[Report] = []
        self._taken: list[tuple[int, int]] = []  # (start, end), sorted, apart from each other
        self._speeches: list[Speech] = []
        self._flows: dict[int, int] = {}  # where the last wish of a flow ended
        self._spare: set[Spot] = set()  # reps that have had their one cue
        self._moving = frozenset(session.moving_ms)
        self._phases = {e.at_ms: e.name for e in session.fixed if isinstance(e, Phase)}

    def speeches(self) -> list[Speech]:
        return self._speeches

    def grant(self, wish: Wish) -> None:
        near, far = self._windows(wish)
        if wish.spare and wish.spot in self._spare:
            return self._report(wish, near, "one a rep")
        for what, text, window, fastest in self._tries(wish, near, far):
            speech = self._fit(wish, text, window, fastest)
            if speech:
                self._take(wish, speech)
                if what:
                    self._report(wish, near, what, instead=text)
                return
        self._report(wish, near, "dropped")

    def _take(self, wish: Wish, speech: Speech) -> None:
        insort(self._taken, (speech.at_ms, speech.end_ms))
        self._speeches.append(speech)
        if wish.place == "flow":
            self._flows[wish.flow] = speech.end_ms + SENTENCE_MS
        if wish.spare and self.session.talk == "normal":
            self._spare.add(wish.spot)

    def _tries(self, wish: Wish, near: Window, far: Window) -> Iterator[_Try]:
        """What is tried, in order: (what it is called, text, window, how fast at most)."""
        first, *others = wish.texts
        lengths = {text: self.spoken[text].duration_ms for text in wish.texts}
        shorter = [text for text in others if lengths[text] < lengths[first]]
        texts = [first, *sorted(shorter, key=lambda text: -lengths[text])]
        yield "", first, near, 1_000
        for text in texts[1:]:
            yield "shorter", text, near, 1_000
        if far != near:
            for text in texts:
                yield "over the pause", text, far, 1_000
        for text in texts:
            yield "faster", text, far, FASTEST_PERMILLE

    # ---- where ---------------------------------------------------------------------------------

    def _windows(self, wish: Wish) -> tuple[Window, Window]:
        """The window that crosses no click, and the one that may cross the click of a pause."""
        at = wish.anchor_ms
        opens, moving = self.session.opens_ms, self.session.moving_ms
        if wish.place == "flow":
            start = max(at, self._flows.get(wish.flow, at), self.session.wake_ms)
            window = Window(start, wish.until_ms)
            return window, window
        if wish.place == "lead":
            starts = (_before(opens, at), _before(moving, at))
            least = max(wish.since_ms, self.session.wake_ms)
            near, far = (max(start + AFTER_CLICK_MS, least) for start in starts)
            return Window(near, at - LEAD_MS, True), Window(far, at - LEAD_MS, True)
        end = self.session.duration_ms
        near_end, far_end = _after(opens, at, end), _after(moving, at, end)
        if near_end == far_end:
            near_end -= BEFORE_MOVING_MS
        start = at if wish.place == "on" else at + AFTER_CLICK_MS
        return Window(start, near_end), Window(start, far_end - BEFORE_MOVING_MS)

    def _fit(self, wish: Wish, text: str, window: Window, fastest: int) -> Speech | None:
        """The phrase in the window, no faster than it must be and no faster than `fastest`."""
        spoken = self.spoken[text]
        for permille in range(1_000, fastest + 1, PERMILLE_STEP):
            length = -(-spoken.duration_ms * 1_000 // permille)
            onset = spoken.onset_ms * 1_000 // permille
            at = self._place(wish, window, length, onset)
            if at is not None:
                return Speech(at, text, wish.moment, length, onset, permille)
        return None

    def _place(self, wish: Wish, window: Window, length: int, onset: int) -> int | None:
        if wish.place == "on":
            crossing = wish.anchor_ms in self._moving
            late = max(0, HEARD_AFTER_MOVING_MS - onset)
            at = window.start_ms + (late if crossing else -onset)
            fits = at + length <= window.end_ms and self._free(at, at + length, BETWEEN_MS)
            return at if fits else None
        if window.end_fixed:
            at = window.end_ms - length
            fits = at >= window.start_ms and self._free(at, at + length, BETWEEN_MS)
            return at if fits else None
        if wish.place == "flow":
            at = self._first_free(window, length, SENTENCE_MS, on_grid)
        else:
            at = self._first_free(window, length, BETWEEN_MS, int)
        return at if at + length <= window.end_ms else None

    def _free(self, start: int, end: int, gap: int) -> bool:
        index = bisect_left(self._taken, (start, start))
        before = self._taken[index - 1][1] if index else -gap
        after = self._taken[index][0] if index < len(self._taken) else end + gap
        return before + gap <= start and end + gap <= after

    def _first_free(
        self, window: Window, length: int, gap: int, not_before: Callable[[int], int]
    ) -> int:
        at = not_before(window.start_ms)
        for index in range(max(0, bisect_left(self._taken, (at, at)) - 1), len(self._taken)):
            start, end = self._taken[index]
            if start >= at + length + gap or at + length > window.end_ms:
                break
            at = max(at, not_before(end + gap))
        return at

    # ---- what is said of it ----------------------------------------------------------------------

    def _report(self, wish: Wish, near: Window, what: Adjustment, *, instead: str = "") -> None:
        text = wish.texts[0]
        slot, slot_ms = self._slot(wish)
        self.reports.append(
            Report(
                what=what,
                text=text,
                moment=wish.moment,
                length_ms=self.spoken[text].duration_ms,
                room_ms=max(0, near.end_ms - near.start_ms),
                slot=slot,
                slot_ms=slot_ms,
                exercise=wish.spot.exercise,
                exercise_name=wish.spot.name,
                set=wish.spot.set,
                rep=wish.spot.rep,
                place=wish.where,
                instead=instead,
            )
        )

    def _slot(self, wish: Wish) -> tuple[str, int]:
        """The phase a wish was to be said in, and how long it lasts from click to click."""
        if wish.place == "flow":
            return "", max(0, wish.until_ms - wish.anchor_ms)
        opens, at = self.session.opens_ms, wish.anchor_ms
        if wish.place == "lead":
            start = _before(opens, at)
            return self._phases.get(start, ""), at - start
        return self._phases.get(at, ""), _after(opens, at, self.session.duration_ms) - at


def _before(times: tuple[int, ...], at: int) -> int:
    """The last of sorted `times` before `at`; 0 where there is none."""
    index = bisect_left(times, at)
    return times[index - 1] if index else 0


def _after(times: tuple[int, ...], at: int, end: int) -> int:
    """The first of sorted `times` after `at`; `end` where there is none."""
    index = bisect_right(times, at)
    return times[index] if index < len(times) else end
