"""What is told line by line of a session that is steered: for screen readers and pipes."""

from __future__ import annotations

import pytest

from mmc_audio.deck import Deck
from mmc_audio.player import Command, Player
from mmc_audio.stage import Lines
from tests.crank import Crank
from tests.studio import ready

PROGRAM = """
title = "Bridges"
[session]
setup = 5
[[exercise]]
name = "Slow bridge"
sets = 2
reps = 2
tempo = "2-0-1-0"
rest = 20
"""


class Session:
    """A session on a device that is turned by hand, told line by line."""

    def __init__(
        self,
        capsys: pytest.CaptureFixture[str],
        *,
        wait: bool = False,
        keys: bool = True,
        program: str = PROGRAM,
    ) -> None:
        prepared = ready(program)
        self.crank, self._lines, self._capsys = Crank(), Lines(keys=keys), capsys
        deck = Deck(self.crank, prepared)
        self._player = Player(deck, prepared, wait=wait, clock=self.crank.clock)
        self._player.start()
        self.first_ms = deck.chart.sets.events[0].at_ms

    def turn(self, ms: int) -> list[str]:
        for _ in range(0, ms, 50):
            self.crank.turn(50)
            self._look()
        return self._told()

    def do(self, *commands: Command) -> list[str]:
        for command in commands:
            self._player.obey(command)
        self._look()
        return self._told()

    def _look(self) -> None:
        self._player.step()
        self._lines.show(self._player)

    def _told(self) -> list[str]:
        return self._capsys.readouterr().out.splitlines()


def test_every_key_is_answered_also_the_same_one_twice(capsys: pytest.CaptureFixture[str]) -> None:
    session = Session(capsys)
    session.turn(1_000)
    assert session.do("louder") == ["Volume 100 %."]
    assert session.do("louder", "end") == ["Volume 100 %.", "No set is under way."]
    assert session.do() == []


def test_the_keys_are_told_each_time_they_are_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    session = Session(capsys)
    session.turn(1_000)
    told = session.do("help")
    assert told[:2] == [
        "space or enter: pause, go on, say that you are ready",
        "n or right: next set",
    ]
    assert len(told) == 10
    assert session.do() == []
    assert session.do("help") == told


@pytest.mark.parametrize(
    ("keys", "line"),
    [(True, "Press space when you are ready."), (False, "Waiting until you are ready")],
)
def test_a_session_that_waits_says_so_once(
    capsys: pytest.CaptureFixture[str], *, keys: bool, line: str
) -> None:
    session = Session(capsys, wait=True, keys=keys)
    assert session.turn(30_000).count(line) == 1
    session.do("toggle")
    told = session.turn(60_000)
    assert told[-1] == line
    assert told.count(line) == 1


def test_a_set_that_is_waited_for_is_not_told_before_it_begins(
    capsys: pytest.CaptureFixture[str],
) -> None:
    session = Session(capsys, wait=True, program=PROGRAM.replace("rest = 20", "rest = 0"))
    session.turn(60_000)
    session.do("toggle")
    told = session.turn(60_000)
    assert "Set 1 of 2, 2 reps." in told
    assert "Set 2 of 2, 2 reps." not in told
    session.do("toggle")
    assert "Set 2 of 2, 2 reps." in session.turn(7_000)


def test_a_rep_is_told_as_it_is_heard_and_not_before_its_count_in(
    capsys: pytest.CaptureFixture[str],
) -> None:
    session = Session(capsys)
    assert "Rep 1: lower" in session.turn(session.first_ms + 1_000)
    assert session.do("pause") == ["Paused."]
    session.do("resume")
    assert session.turn(3_250) == []
    assert session.turn(50)[-1] == "Rep 1: lower"
