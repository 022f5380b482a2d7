"""The loop of a live session: keys and the media keys' orders in, sound and picture out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from queue import Empty, SimpleQueue
from typing import Literal

from mmc_audio import transport
from mmc_audio.keyboard import Keyboard
from mmc_audio.mpris import NowPlaying
from mmc_audio.player import Command, Player
from mmc_audio.stage import Stage

KEYS: Mapping[str, Command] = {
    " ": "toggle",
    "enter": "toggle",
    "n": "next",
    "right": "next",
    "p": "previous",
    "left": "previous",
    "r": "repeat",
    "+": "longer",
    "=": "longer",  # the same key without shift
    "-": "shorter",
    "e": "end",
    "w": "where",
    "[": "quieter",
    "down": "quieter",
    "]": "louder",
    "up": "louder",
    "?": "help",
    "h": "help",
    "q": "quit",
}
FRAME_S = 0.05  # between two pictures while sound plays
IDLE_S = 0.25  # nothing moves: only the device is looked after

Orders = SimpleQueue[Command]


def perform(
    player: Player,
    stage: Stage,
    keyboard: Keyboard,
    orders: Orders,
    changed: Callable[[Player], None],
) -> Literal["finished", "quit"]:
    """Play until the end or until someone has enough; `changed` is called after each look.

    Raises DeviceError when the device goes away, and KeyboardInterrupt.
    """
    player.start()
    while True:
        player.step()
        stage.show(player)
        changed(player)
        if player.mode == "finished":
            return "finished"
        key = keyboard.wait(_patience_s(player))
        for command in _commands(key, orders):
            if command == "quit":
                return "quit"
            player.obey(command)


def now_playing(player: Player) -> NowPlaying:
    """What the desktop is told of it."""
    view, span = player.view(), player.span()
    chart, waiting = view.chart, view.mode == "waiting"
    return NowPlaying(
        playing=view.mode in ("playing", "counting"),
        at_ms=view.at_ms,
        length_ms=chart.timeline.duration_ms,
        exercise=span.exercise,
        name=chart.at(span.at_ms).exercise.name,
        set=span.nth,
        sets=span.sets,
        volume=view.volume,
        has_next=transport.next_set(chart, view.at_ms, waiting=waiting) is not None,
        has_previous=transport.previous_set(chart, view.at_ms, waiting=waiting) is not None,
    )


def _commands(key: str | None, orders: Orders) -> Iterator[Command]:
    if key is not None and key in KEYS:
        yield KEYS[key]
    while True:
        try:
            yield orders.get_nowait()
        except Empty:
            return


def _patience_s(player: Player) -> float:
    """Until the next picture, or until something begins: a phase is shown as it is heard."""
    if player.mode not in ("playing", "counting"):
        return IDLE_S
    view = player.view()
    left_ms = view.count_ms or view.chart.next_change_ms(view.at_ms) - view.at_ms
    return max(0.001, min(FRAME_S, left_ms / 1_000))
