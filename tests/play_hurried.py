"""Plays a whole session live, as fast as its sound is made, in a process of its own.

    python -m tests.play_hurried PROGRAM

All but the output is the real thing; that is turned by hand, and its sound is thrown away, as by
the output `null`. What is printed last is the highest memory use of the process, in kB.
"""

from __future__ import annotations

import sys
from pathlib import Path

from mmc_audio.deck import Deck
from mmc_audio.player import Player
from mmc_audio.stage import Lines
from tests.crank import Crank
from tests.process import peak_kb
from tests.studio import ready

STEP_MS = 200


def main() -> None:
    """Play the program that is named to its end."""
    prepared = ready(Path(sys.argv[1]))
    crank = Crank(keep=False)
    player = Player(Deck(crank, prepared), prepared, clock=crank.clock)
    stage = Lines(keys=False)
    player.start()
    while player.mode != "finished":
        crank.turn(STEP_MS)
        player.step()
        stage.show(player)
    print(peak_kb())


if __name__ == "__main__":
    main()
