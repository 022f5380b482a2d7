"""Where a session that plays is seen: a picture that is drawn again and again, or lines."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from mmc_audio import console, display, plainly
from mmc_audio.player import Player


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

    def __init__(self) -> None:
        self._run, self._until_ms, self._note = 0, 0, ""

    def enter(self) -> None:
        """Nothing to prepare."""

    def leave(self) -> None:
        """Nothing to put back."""

    def show(self, player: Player) -> None:
        view = player.view()
        if view.note != self._note:
            self._note = view.note
            if view.note:
                console.echo(f"{view.note[:1].upper()}{view.note[1:]}.", flush=True)
        if player.runs != self._run:
            self._run, self._until_ms = player.runs, player.begun_ms - 1
        for line in plainly.lines(view.chart, self._until_ms, view.at_ms, view.words):
            console.echo(line, flush=True)
        self._until_ms = max(self._until_ms, view.at_ms)
