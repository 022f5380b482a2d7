"""What holds for the sound of every session, drawn over the whole language, and for its plan.

The same properties are fuzzed (`make fuzz`, targets `plans` and `mixes`).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuzz import sessions, sound
from mmc_audio.clips import Pcm
from mmc_audio.mix import Mixer, Segment
from mmc_audio.tape import Tape
from tests.depth import drawn
from tests.draw import PROGRAMS, SHORT_PROGRAMS
from tests.pretend import load


@drawn(10)
@given(SHORT_PROGRAMS)
def test_a_session_is_the_same_sound_however_it_is_asked_for(text: str) -> None:
    """In blocks of any size, from any frame on, run by run; on the grid, finite, within range."""
    sound.whole(text)


@drawn(20)
@given(PROGRAMS, st.integers(0, len(sessions.CHOICES) - 1))
def test_a_session_is_in_order_whatever_its_listener_chose(text: str, choice: int) -> None:
    """Planned, arranged, checked, and written as each of the text formats."""
    sessions.whole(load(text), chosen_by=choice)


def late(read: Callable[..., Pcm]) -> Callable[..., Pcm]:
    return lambda tape, first, frames: read(tape, first + 1, frames)


def louder(pcm: Callable[..., Pcm]) -> Callable[..., Pcm]:
    """Each island a little louder than the one before."""
    made: list[object] = []

    def changed(mixer: Mixer, island: Segment) -> Pcm:
        made.append(island)
        return np.clip(pcm(mixer, island).astype(np.int32) + len(made), -32_767, 32_767).astype(
            np.int16
        )

    return changed


@pytest.mark.parametrize(("where", "name", "fault"), [(Tape, "read", late), (Mixer, "pcm", louder)])
def test_a_fault_would_be_found(
    monkeypatch: pytest.MonkeyPatch, where: type, name: str, fault: Callable[..., object]
) -> None:
    text = (
        'title = "T"\n[[exercise]]\nname = "A"\nsets = 2\nreps = 2\nrest = 2\ntempo = "1-0-1-0"\n'
    )
    sound.whole(text)
    monkeypatch.setattr(where, name, fault(getattr(where, name)))
    with pytest.raises(AssertionError):
        sound.whole(text)
