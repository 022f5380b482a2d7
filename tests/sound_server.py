"""A real sound server without hardware: PulseAudio with one pair of earbuds that is recorded.

The earbuds are a null sink: a real-time clock that throws sound away and lets it be recorded bit by
bit. `python -m tests.sound_server` runs one for a person to play against.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shlex
import signal
import socket
import subprocess
import tempfile
import time
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from mmc_audio.timeline import SAMPLE_RATE
from tests.recorder import Heard, Recorder, until_our_end

EARBUDS = "earbuds"
# A desktop's own sound system must not be reached, however it is pointed at.
ELSEWHERE = ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "PULSE_COOKIE", "PULSE_SINK")
# Nothing of /usr/share/alsa: its hooks load files that put the desktop's own default over this one.
TO_PULSE = "pcm.!default { type pulse }\nctl.!default { type pulse }\n"
PATIENCE_S = 10


def sound_environment(folder: Path, alsa: str) -> dict[str, str]:
    """The variables by which programs find the sound system in `folder`, and no other one.

    `alsa` is the text of a complete ALSA configuration.
    """
    configuration = folder / "asound.conf"
    configuration.write_text(alsa)
    return {
        "ALSA_CONFIG_PATH": str(configuration),
        "JACK_NO_START_SERVER": "1",
        "PIPEWIRE_RUNTIME_DIR": str(folder),
        "PULSE_CLIENTCONFIG": os.devnull,
        "PULSE_RUNTIME_PATH": str(folder),
        "PULSE_SERVER": f"unix:{folder}/native",
        "PULSE_STATE_PATH": str(folder),
        "XDG_RUNTIME_DIR": str(folder),
    }


def within(variables: dict[str, str]) -> dict[str, str]:
    """This process's environment with `variables`, and without what leads to other sound."""
    ours = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
    return {**ours, **variables}


class SoundServer:
    """`with SoundServer() as server:` - a private server, for processes run in `environment`."""

    def __init__(self, rate: int = SAMPLE_RATE) -> None:
        self.rate = rate
        self._folder = tempfile.TemporaryDirectory(
            prefix="mmc-sound-"
        )  # short: sockets have to fit
        self.variables = sound_environment(Path(self._folder.name), TO_PULSE)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """For a subprocess whose sound is to come here."""
        return within(self.variables)

    @property
    def pid(self) -> int:
        assert self._process, "the server is not running"
        return self._process.pid

    def __enter__(self) -> SoundServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._folder.cleanup()

    def start(self) -> None:
        """Start it, also after `kill`; returns when it can be played to."""
        folder = Path(self._folder.name)
        (folder / "native").unlink(missing_ok=True)
        with (folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [*until_our_end(), "pulseaudio", *self._options(folder)],
                env={**self.environment, "PULSE_SERVER": ""},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + PATIENCE_S
        while not _answers(folder / "native"):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self._give_up()
            time.sleep(0.01)
        if self.outputs() != [EARBUDS]:
            self._give_up()

    def _give_up(self) -> NoReturn:
        log = (Path(self._folder.name) / "log").read_text()
        self.__exit__()
        raise RuntimeError(log)

    def _options(self, folder: Path) -> list[str]:
        modules = (
            self._earbuds(),
            "module-always-sink",
            f"module-native-protocol-unix socket={folder}/native auth-anonymous=1"
            " auth-cookie-enabled=0",  # a cookie needs HOME; last: who can connect finds the rest
        )
        return [
            "-n",  # none of the machine's own configuration: no udev, no D-Bus
            "--daemonize=no",
            "--use-pid-file=no",
            "--exit-idle-time=-1",
            "--disable-shm=yes",
            *(part for module in modules for part in ("-L", module)),
        ]

    def _earbuds(self) -> str:
        # Without norewinds the sink is 2 s ahead, and the recorder misses what was before it came.
        return (
            f"module-null-sink sink_name={EARBUDS} norewinds=1 rate={self.rate} channels=2"
            " format=s16le"
        )

    def kill(self) -> None:
        """The server dies without a word."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    @contextlib.contextmanager
    def asleep(self) -> Iterator[None]:
        """The server answers nobody for as long as the `with` lasts."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def unplug(self) -> None:
        """The earbuds are gone; another output takes over, as loudspeakers would."""
        self._unload(f"sink_name={EARBUDS}")

    def unplug_for_good(self) -> None:
        """The earbuds are gone, and there is no other output."""
        self._unload("module-always-sink")
        self._unload(f"sink_name={EARBUDS}")

    def plug(self) -> None:
        """The earbuds are back, and sound goes to them again."""
        self._pactl("load-module", *self._earbuds().split())
        self._pactl("set-default-sink", EARBUDS)
        if "module-always-sink" not in self._pactl("list", "short", "modules"):
            self._pactl("load-module", "module-always-sink")

    def outputs(self) -> list[str]:
        """The names of all outputs there are."""
        return [line.split("\t")[1] for line in self._pactl("list", "short", "sinks").splitlines()]

    def record(self, output: str = EARBUDS, channels: int = 1) -> Recorder:
        """`with server.record() as recorder:` - all that goes to an output from here on."""
        return Recorder(output, self.rate, self.environment, channels)

    def _unload(self, which: str) -> None:
        for line in self._pactl("list", "short", "modules").splitlines():
            if which in line:
                self._pactl("unload-module", line.split("\t")[0])

    def _pactl(self, *command: str) -> str:
        return subprocess.run(
            ["pactl", *command],
            env=self.environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            timeout=PATIENCE_S,
        ).stdout


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(path)) == 0


def main() -> None:
    """Run a server in the foreground until Ctrl-C."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.sound_server",
        description="A sound server without hardware, to play against on a machine without sound.",
    )
    parser.add_argument("--record", metavar="WAV", type=Path, help="write what was heard there")
    wav = parser.parse_args().record
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with SoundServer() as server, contextlib.suppress(KeyboardInterrupt):
        print("In another shell:\n")
        for name, value in server.variables.items():
            print(f"export {name}={shlex.quote(value)}")
        print(f"unset {' '.join(ELSEWHERE)}\n")
        with server.record() if wav else contextlib.nullcontext() as recorder:
            print(f"Recording into {wav}; " if wav else "", end="")
            print("Ctrl-C ends it.", flush=True)
            with contextlib.suppress(KeyboardInterrupt):
                signal.pause()
        if recorder:
            _write(wav, recorder.heard())


def _write(path: Path, heard: Heard) -> None:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, heard.rate, 0, "NONE", ""))
        file.writeframes(heard.pcm.tobytes())
    print(f"{len(heard.pcm) / heard.rate:.1f} s in {path}")


if __name__ == "__main__":
    main()
