"""Live outputs: one module a library that reaches a sound device, behind one small protocol.

The player plays *runs*: from a press of a key to the next. Each begins at frame 0 of its own sound;
where that lies in the session is the player's business, not a device's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol

from mmc_audio.clips import Pcm
from mmc_audio.errors import UserError

# (first frame, frames) -> int16 mono at 48 kHz; fewer frames than asked for end the run. Called by
# a device's own thread, in order; what it returns for a frame may change until it was asked for it.
Source = Callable[[int, int], Pcm]
State = Literal["idle", "playing", "ended", "lost"]


class DeviceError(UserError):
    """The device can't be opened or is gone: why, in words, without a full stop at its end."""


class Device(Protocol):
    """One output for a whole session. All calls come from one thread.

    `volume` (0.0 to 1.0) holds for all that follows; in mid-run it is heard within half a second.
    """

    name: str
    volume: float

    def open(self) -> str:
        """Take the device, and say in a few words what it is. Raises DeviceError."""
        ...

    def play(self, source: Source) -> None:
        """Begin a run. Only after `open`, and not while another plays. Raises DeviceError."""
        ...

    def stop(self) -> int:
        """Silence, at once: how many frames of the run have been heard. Harmless in any state."""
        ...

    def heard(self) -> int:
        """How many frames of the run have reached the ear, as far as the device tells."""
        ...

    def asked(self) -> int:
        """How many frames of the run the source has been asked for: what changes later is heard."""
        ...

    def state(self) -> State:
        """`ended`: all of the run was heard. `lost`: the device went away; see `trouble`."""
        ...

    def trouble(self) -> str:
        """Why the state is `lost`, in the words of the library; "" where it says nothing."""
        ...

    def close(self) -> None:
        """Give the device back. Harmless when it never opened or is lost."""
        ...
