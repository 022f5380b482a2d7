"""Where a session that plays is seen: a picture that is drawn again and again, or lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Protocol

from mmc_audio import console, display, keyhelp, plainly
from mmc_audio.captions import capital
from mmc_audio.player import Player
from mmc_audio.scene import View, scene


class Stage(Protocol):
    """Shows how things stand. It is left and entered again when the program is stopped."""

    def enter(self) -> None: ...

    def leave(self) -> None: ...

    def show(self, player: Player) -> None: ...


class Picture:
    """The whole terminal, with the size it has at the moment."""

    def __init__(self, *, keys: bool) -> None:
        self._screen, self._keys, self._blocks = console.Screen(), keys, console.has_blocks()

    def enter(self) -> None:
        self._screen.enter()

    def leave(self) -> None:
        self._screen.leave()

    def show(self, player: Player) -> None:
        view = replace(player.view(), keys=self._keys, blocks=self._blocks)
        self._screen.draw(display.frame(view, *self._screen.size()))


class Lines:
    """One line an event, as it is heard: for pipes and screen readers."""

    def __init__(self, *, keys: bool) -> None:
        self._keys = keys
        self._run = self._until_ms = self._notes = 0
        self._waited = self._helped = False

    def enter(self) -> None:
        """Nothing to prepare."""

    def leave(self) -> None:
        """Nothing to put back."""

    def show(self, player: Player) -> None:
        view = replace(player.view(), keys=self._keys)
        for note in player.notes[self._notes :]:
            console.echo(f"{capital(note)}.", flush=True)
        self._notes = len(player.notes)
        if player.runs != self._run:
            self._run, self._until_ms = player.runs, player.begun_ms - 1
        to_come = view.count_ms or view.mode == "waiting"
        heard_ms = view.at_ms - 1 if to_come else view.at_ms
        for line in plainly.lines(view.chart, self._until_ms, heard_ms, view.words):
            console.echo(line, flush=True)
        self._until_ms = max(self._until_ms, heard_ms)
        for line in self._asked(view):
            console.echo(line, flush=True)

    def _asked(self, view: View) -> Iterator[str]:
        """That a key is waited for, once; the keys, each time that somebody asks for them."""
        if view.mode == "waiting" and not self._waited:
            yield scene(view).next[0]
        if view.help != self._helped:
            yield from keyhelp.plain()
        self._waited, self._helped = view.mode == "waiting", view.help
