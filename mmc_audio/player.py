"""A session played live: what each command does to it, and what there is to see of it.

One thread does all of it. `step` looks at the device, `obey` at a command; the loop around them,
the keyboard and the screen are commands/play's.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from mmc_audio import spoken, transport
from mmc_audio.captions import WORDS, exercise_name, which_set
from mmc_audio.changes import (
    LONGEST_REST_MS,
    setup_ms,
    spliced,
    uncounted,
    with_rest,
    with_setup,
    with_words,
)
from mmc_audio.chart import Chart
from mmc_audio.deck import Deck
from mmc_audio.devices import DeviceError
from mmc_audio.scene import Mode, View
from mmc_audio.studio import Prepared
from mmc_audio.tally import Stretch, tension_ms
from mmc_audio.timeline import Rest, SetSpan, Timeline
from mmc_audio.transport import Goal

Command = Literal[
    "toggle",
    "pause",
    "resume",
    "next",
    "previous",
    "repeat",
    "longer",
    "shorter",
    "end",
    "where",
    "quieter",
    "louder",
    "help",
    "quit",
]

REST_STEP_MS = 15_000
VOLUME_STEP, LOUDEST = 10, 100  # percent
NOTE_S = 2.0
# Earbuds fall asleep in a silence, and then miss the first 0.1 to 1.5 s of sound.
ASLEEP_AFTER_S = 10.0


class Player:
    """Plays `prepared` on the deck. `wait`: before each set, until someone is ready."""

    def __init__(
        self,
        deck: Deck,
        prepared: Prepared,
        *,
        wait: bool = False,
        volume: int = LOUDEST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._deck, self._prepared, self._wait, self._clock = deck, prepared, wait, clock
        self._words = prepared.words
        self._captions = {**WORDS, **self._words.phases}
        self.mode: Mode = "paused"
        self.stretches: list[Stretch] = []
        self.pauses, self.paused_s = 0, 0.0
        self.runs = self.begun_ms = 0  # how many there were, and where the last one began
        self._planned = prepared.timeline  # what was spliced into a run is none of it
        self._at_ms = 0  # where we are while nothing sounds
        self._paused_at = self._silent_since = clock()
        self._help = False
        self.notes: list[str] = []  # the answers to keys
        self._note_at = float("-inf")
        self._set_volume(volume)

    # ---- the run of things -----------------------------------------------------------------------

    def start(self) -> None:
        """The first sound. Raises DeviceError."""
        self._silent_since = self._clock()
        self._go(Goal(0))

    def step(self) -> None:
        """See how the device fares. Raises DeviceError when it went away."""
        state = self._deck.state()
        if state == "lost":
            self._halt()
            raise DeviceError(self._deck.trouble())
        if state == "ended" and self.mode in ("playing", "counting"):
            self._halt()
            done = self._at_ms >= self._deck.chart.timeline.duration_ms
            self.mode = "finished" if done else "waiting"
        elif self.mode in ("playing", "counting"):
            self.mode = "counting" if self._deck.position().lead_ms else "playing"

    def view(self) -> View:
        """What there is to see now."""
        at, lead = self._at_ms, 0
        if self.mode in ("playing", "counting"):
            position = self._deck.position()
            at, lead = position.at_ms, position.lead_ms
        chart = self._deck.chart
        return View(
            chart=chart,
            at_ms=at,
            mode=self.mode,
            count_ms=lead,
            tension_ms=self._tension(at),
            volume=self.volume,
            note=self.notes[-1] if self._clock() - self._note_at < NOTE_S else "",
            help=self._help,
            beat_ms=spoken.BEAT_MS * 1_000 // self._prepared.options.permille,
            words=self._captions,
        )

    def _tension(self, at_ms: int) -> int:
        """As it is done: a rep that is begun again after a pause counts once."""
        return tension_ms([*self.stretches, Stretch(self._deck.chart, self.begun_ms, at_ms)])

    def place(self) -> tuple[int, int]:
        """The exercise and set under way, or else the next one; the last when all are done."""
        span = self.span()
        return span.exercise, span.set

    def span(self) -> SetSpan:
        """The set of `place`."""
        now = self._deck.chart.at(self._now_ms())
        return now.set or now.coming or self._deck.chart.sets.events[-1]

    def finish(self) -> None:
        """Silence, and the account closed."""
        self._halt()
        if self.mode == "paused":
            self.paused_s += self._clock() - self._paused_at

    # ---- commands --------------------------------------------------------------------------------

    def obey(self, command: Command) -> None:
        """Do what a key asks for ("quit" is the caller's). Raises DeviceError."""
        actions: dict[Command, Callable[[], None]] = {
            "toggle": self.pause if self._sounding else self.resume,
            "pause": self.pause,
            "resume": self.resume,
            "next": lambda: self._jump(transport.next_set, "there is no next set"),
            "previous": lambda: self._jump(transport.previous_set, "there is no set before this"),
            "repeat": lambda: self._jump(transport.repeated, "no set has begun yet"),
            "end": lambda: self._jump(transport.set_ended, "no set is under way"),
            "longer": lambda: self._change_rest(REST_STEP_MS),
            "shorter": lambda: self._change_rest(-REST_STEP_MS),
            "where": self._where,
            "quieter": lambda: self._change_volume(-VOLUME_STEP),
            "louder": lambda: self._change_volume(VOLUME_STEP),
            "help": self._toggle_help,
        }
        if command in actions and self.mode != "finished":
            actions[command]()

    def pause(self) -> None:
        """Silence, at once."""
        if self._sounding:
            self._halt()
            self.mode = "paused"
            self.pauses += 1
            self._say_note("paused")

    def resume(self) -> None:
        """Go on: from the beginning of the rep, after a count-in."""
        if self.mode == "paused":
            self.paused_s += self._clock() - self._paused_at
            self._go(transport.resumed(self._deck.chart, self._at_ms))
        elif self.mode == "waiting":
            coming = self._deck.chart.sets.next(self._at_ms - 1)
            if coming:
                self._go(transport.to_set(coming))

    def _jump(self, where: Callable[..., Goal | None], otherwise: str) -> None:
        goal = where(self._deck.chart, self._now_ms(), waiting=self.mode == "waiting")
        if goal is None:
            self._say_note(otherwise)
        else:
            self._leap(goal)

    def _leap(self, goal: Goal) -> None:
        left = self._deck.chart.at(self._now_ms()).exercise
        if self.mode == "paused":
            self.paused_s += self._clock() - self._paused_at
        self._go(goal)
        span = self.span()
        name = exercise_name(self._deck.chart, span.exercise)
        other = f"{name}, " if span.exercise != left.exercise else ""
        self._say_note(f"{other}set {which_set(span)}")

    def _where(self) -> None:
        """Say aloud where we are; the beat goes on."""
        waiting = self.mode == "waiting"
        texts = spoken.place(self._deck.chart, self._now_ms(), self._words, waiting=waiting)
        self._say_note(" ".join(texts).rstrip("."))
        if self._sounding:
            at = self._deck.change_ms()
            words = spoken.said(texts, self._prepared.spoken, at)
            self._change(with_words(self._deck.chart.timeline, words, at))
        else:
            wake_ms = self._wake_ms()
            words = spoken.said(texts, self._prepared.spoken, wake_ms)
            if words:
                length = words[-1].end_ms + spoken.BEFORE_MS
                self._deck.stop()
                self._deck.say(Timeline("", length, wake_ms, words))
                self._silent_since = self._clock() + length / 1_000

    # ---- rests -----------------------------------------------------------------------------------

    def _change_rest(self, by_ms: int) -> None:
        """Another length for the rest under way, or for the time to get ready at the start."""
        now = self._deck.chart.at(self._now_ms())
        rest, coming = now.rest, now.coming
        gap = rest is not None or coming == self._deck.chart.sets.events[0]
        if coming is None or not gap or self.mode == "waiting":
            self._say_note("no rest is under way")
            return
        goal, change = transport.to_set(coming), self._change_ms()
        if by_ms < 0 and now.at_ms >= goal.at_ms:
            self._say_note("the set is being counted in")
        elif coming.at_ms <= change:  # the device has its first click already
            self._say_note("no rest is under way")
        elif by_ms < 0 and rest and goal.at_ms - change <= -by_ms:
            self._leap(goal)
        elif by_ms > 0 and rest and rest.duration_ms + by_ms > LONGEST_REST_MS:
            self._say_note("no rest is longer than 60 minutes")
        else:
            self._replan(rest, coming, by_ms)

    def _replan(self, rest: Rest | None, coming: SetSpan, by_ms: int) -> None:
        program, chart = self._prepared.program, self._deck.chart
        permille = self._prepared.options.permille
        if rest:
            program = with_rest(program, rest, by_ms * permille // 1_000)
        else:
            program = with_setup(program, (setup_ms(chart) + by_ms) * permille // 1_000)
        planned = self._prepared.replanned(program)
        sets = Chart(planned).sets.events
        then = sets[chart.sets.last(coming.at_ms)]
        if by_ms < 0 and (
            then.at_ms >= coming.at_ms or transport.to_set(then).at_ms <= self._change_ms()
        ):
            self._say_note("press n to begin the set")
            return
        self._prepared = replace(self._prepared, program=program)
        self._planned = planned
        if self._sounding:
            self._change(spliced(chart.timeline, planned, self._deck.change_ms()))
        else:
            self._as_planned()
        seconds = round(abs(then.at_ms - coming.at_ms) / 1_000)
        word = "longer" if by_ms > 0 else "shorter"
        self._say_note(f"{'rest' if rest else 'start'} {seconds} s {word}")

    def _change_ms(self) -> int:
        return self._deck.change_ms() if self._sounding else self._at_ms

    def _change(self, timeline: Timeline) -> None:
        self._deck.change(timeline, self._until_ms(timeline, self._now_ms()))

    # ---- below -----------------------------------------------------------------------------------

    @property
    def _sounding(self) -> bool:
        return self.mode in ("playing", "counting")

    def _now_ms(self) -> int:
        return self._deck.position().at_ms if self._sounding else self._at_ms

    def _go(self, goal: Goal) -> None:
        """Play from there, after what has to come before it."""
        self._halt()
        if goal.early:
            if self._wait and goal.at_ms in transport.stops(self._deck.chart):
                self._at_ms = self.begun_ms = goal.at_ms
                self.mode = "waiting"
                return
            self._deck.change(uncounted(self._planned, goal.at_ms), goal.at_ms)
        wake_ms = self._wake_ms()
        lead = Timeline("", wake_ms, wake_ms, ()) if wake_ms else None
        if goal.count_in:
            permille = self._prepared.options.permille
            lead = spoken.count_in(self._words, self._prepared.spoken, permille, wake_ms)
        self._at_ms = self.begun_ms = goal.at_ms
        self.runs += 1
        self._deck.play(goal.at_ms, self._until_ms(self._planned, goal.at_ms), lead)
        self.mode = "counting" if lead else "playing"

    def _until_ms(self, timeline: Timeline, at_ms: int) -> int:
        """The end of the session, or where to wait before the next set."""
        stops = transport.stops(Chart(timeline)) if self._wait else ()
        return next((stop for stop in stops if stop > at_ms), timeline.duration_ms)

    def _halt(self) -> None:
        """Stop the sound, and keep account of what was heard."""
        if not self._sounding:
            self._deck.stop()  # what "where" may be saying
            return
        self._at_ms = self._deck.stop().at_ms
        self._paused_at = self._silent_since = self._clock()
        if self._at_ms > self.begun_ms:
            self.stretches.append(Stretch(self._deck.chart, self.begun_ms, self._at_ms))
        self.begun_ms = self._at_ms
        self.mode = "paused"
        self._as_planned()

    def _as_planned(self) -> None:
        """What was said and spliced into a run is no part of the next; and now nothing sounds."""
        if self._deck.chart.timeline is not self._planned:
            self._deck.change(self._planned, self._at_ms)

    def _wake_ms(self) -> int:
        """How much faint noise comes before the next sound."""
        asleep = self._clock() - self._silent_since > ASLEEP_AFTER_S
        return self._planned.wake_ms if asleep else 0

    @property
    def volume(self) -> int:
        return round(self._deck.volume * LOUDEST)

    def _set_volume(self, percent: int) -> None:
        self._deck.volume = max(0, min(LOUDEST, percent)) / LOUDEST

    def _change_volume(self, by: int) -> None:
        self._set_volume(self.volume + by)
        self._say_note(f"volume {self.volume} %")

    def _toggle_help(self) -> None:
        self._help = not self._help

    def _say_note(self, note: str) -> None:
        self.notes.append(note)
        self._note_at = self._clock()
