"""Live outputs: one module a library that reaches a sound device, behind one small protocol.

The player plays *runs*: from a press of a key to the next. Each begins at frame 0 of its own sound;
where that lies in the session is the player's business, not a device's.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module, metadata
from pathlib import Path
from types import ModuleType
from typing import Literal, Protocol

from mmc_audio.clips import Pcm
from mmc_audio.devices.hush import Hush
from mmc_audio.errors import UserError, listed, shown

# (first frame, frames) -> int16 at 48 kHz in the channels of `open`; fewer frames than asked for
# end the run. Called by a device's own thread, in order; what it returns for a frame may change
# until it was asked for it.
Source = Callable[[int, int], Pcm]
State = Literal["idle", "playing", "ended", "lost"]


class DeviceError(UserError):
    """The device can't be opened or is gone. A device gives the reason alone, without full stop."""


class Device(Protocol):
    """One output for a whole session. All calls come from one thread.

    `volume` (0.0 to 1.0) holds for all that follows; in mid-run it is heard within half a second.
    """

    name: str
    volume: float

    def open(self, channels: int = 1) -> str:
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


# The first choice first; the last two need no device.
MODULES = {
    "sounddevice": "portaudio",
    "simpleaudio": "simple",
    "miniaudio": "mini",
    "null": "paced",
    "file": "paced",
}
NAMES = tuple(MODULES)
LIVE = NAMES[:3]
FILE = "session.wav"  # where the output `file` writes when it is given no name

INSTALLS = {
    "sounddevice": "pip install sounddevice",
    "simpleaudio": "pip install 'mmc-audio[simpleaudio]'",
    "miniaudio": "pip install miniaudio",
}
ADVICE = (
    "Plug in or switch on a sound device, or start the sound server, and try again. "
    "Without one, --output null plays in silence, and mmc export writes a file."
)


def choose(wanted: str | None, channels: int = 1) -> tuple[Device, str, tuple[str, ...]]:
    """Open the output `wanted`, or the first live one that works, for mono or stereo.

    Gives it, what it is in a few words, and for each one before it why it doesn't work. Raises
    DeviceError, a complete message, when none does; UserError for what is no output or no file.
    """
    reasons: list[str] = []
    for name, path in [_parsed(wanted)] if wanted else [(name, None) for name in LIVE]:
        try:
            return (*opened(name, path, channels), tuple(reasons))
        except DeviceError as error:
            reasons.append(f"{name}: {error}")
    if wanted:
        raise DeviceError(f"The output {reasons[0]}.\n{ADVICE}")
    lines = "\n".join(f"  {reason}" for reason in reasons)
    raise DeviceError(f"No sound output works here:\n{lines}\n{ADVICE}")


def opened(name: str, path: Path | None = None, channels: int = 1) -> tuple[Device, str]:
    """The output of that name, ready to play, and what it is. Raises DeviceError."""
    module = _module(name)
    device: Device = module.make(path) if path else module.make()
    return device, device.open(channels)


def _parsed(wanted: str) -> tuple[str, Path | None]:
    name, colon, file = wanted.partition(":")
    if name not in NAMES or (colon and name != "file"):
        names = listed([*NAMES[:-1], "file:NAME.wav"])
        raise UserError(f"There is no output {shown(wanted)}; there are {names}.")
    path = Path(file if colon else FILE)
    if path.suffix.lower() != ".wav":
        raise UserError(f"The output {shown(wanted)} names no WAV file: say file:NAME.wav.")
    return name, path if name == "file" else None


def _module(name: str) -> ModuleType:
    """The module of an output, its library loaded. Raises DeviceError."""
    crash = simpleaudio_crash() if name == "simpleaudio" else None
    if crash:
        raise DeviceError(crash)
    try:
        with Hush():
            return import_module(f"mmc_audio.devices.{MODULES[name]}")
    except ModuleNotFoundError as error:
        if error.name != name:
            raise DeviceError(str(error)) from error
        raise DeviceError(f"it is not installed; {INSTALLS[name]}") from error
    except (ImportError, OSError) as error:  # a library of the system is missing
        install = "; apt-get install libportaudio2" if _lacks_portaudio(name) else ""
        raise DeviceError(f"{error}{install}") from error


def _lacks_portaudio(name: str) -> bool:
    return name == "sounddevice" and sys.platform == "linux"


def _version(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def simpleaudio_crash(
    version: Callable[[str], str | None] = _version,
    python: tuple[int, int] = sys.version_info[:2],
) -> str | None:
    """Why the simpleaudio that is installed must not be loaded, or None.

    It frees memory without the GIL (hamiltron/py-simple-audio, issues 72 and 74).
    """
    plain = version("simpleaudio")
    if plain is None or version("simpleaudio-patched") or python < (3, 12):
        return None
    return (
        f"simpleaudio {plain} crashes on Python 3.12 and later when a sound ends; "
        f"pip uninstall simpleaudio, then {INSTALLS['simpleaudio']}"
    )
