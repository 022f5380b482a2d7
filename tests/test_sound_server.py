"""The sound server of the tests is one: it is heard bit by bit, and fails as it is told to."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.audio import noise
from tests.command import ROOT
from tests.no_sound import busy_device, no_device, no_server
from tests.parts import need
from tests.sound_server import SoundServer

pytestmark = pytest.mark.live

SOUND = noise(24_000, 1)


@pytest.fixture
def server() -> Iterator[SoundServer]:
    need("pulseaudio", "pactl", "parec", "setpriv")
    with SoundServer() as server:
        yield server


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """Half a second of noise."""
    path = tmp_path / "noise.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 48_000, 0, "NONE", ""))
        file.writeframes(SOUND.tobytes())
    return path


def play(server: SoundServer, path: Path) -> int:
    return subprocess.run(["paplay", path], env=server.environment, check=False).returncode


def test_what_is_played_is_heard_bit_by_bit_and_in_time(server: SoundServer, sound: Path) -> None:
    with server.record() as recorder:
        began = time.monotonic()
        assert play(server, sound) == 0
        time.sleep(0.2)
        ended = time.monotonic()
    heard = recorder.heard()
    first, last = np.flatnonzero(heard.pcm)[[0, -1]]
    assert heard.pcm[first : last + 1].tolist() == np.trim_zeros(SOUND).tolist()
    assert began < heard.time_of(int(first)) < ended - 0.5
    half = heard.time_of(int(first) + 24_000) - heard.time_of(int(first))
    assert half == pytest.approx(0.5, abs=0.005)


def test_the_clock_keeps_real_time(server: SoundServer) -> None:
    with server.record() as recorder:
        time.sleep(2)
        heard = recorder.heard()
    assert heard.time_of(84_000) - heard.time_of(12_000) == pytest.approx(1.5, abs=0.005)
    assert time.monotonic() - heard.time_of(len(heard.pcm)) < 0.2


def test_unplugged_earbuds_leave_another_output(server: SoundServer, sound: Path) -> None:
    server.unplug()
    assert server.outputs() == ["auto_null"]
    with server.record("auto_null") as recorder:
        assert play(server, sound) == 0
    assert np.count_nonzero(recorder.heard().pcm) > 20_000
    server.plug()
    assert server.outputs() == ["earbuds"]
    with server.record() as recorder:
        assert play(server, sound) == 0
    assert np.count_nonzero(recorder.heard().pcm) > 20_000


def test_unplugged_for_good_nothing_is_left(server: SoundServer, sound: Path) -> None:
    server.unplug_for_good()
    assert server.outputs() == []
    assert play(server, sound) == 1
    server.plug()
    server.unplug()
    assert server.outputs() == ["auto_null"]


def test_a_recording_ends_with_its_output(server: SoundServer) -> None:
    with server.record() as recorder:
        time.sleep(0.2)
        server.unplug_for_good()
        frames = len(recorder.heard().pcm)
        time.sleep(0.2)
        assert len(recorder.heard().pcm) - frames < 2_400


def test_a_killed_server_answers_nobody_until_it_is_started(
    server: SoundServer, sound: Path
) -> None:
    server.kill()
    assert play(server, sound) == 1
    server.start()
    with server.record() as recorder:
        assert play(server, sound) == 0
    assert np.count_nonzero(recorder.heard().pcm) > 20_000


def test_a_server_that_can_not_start_says_why() -> None:
    need("pulseaudio", "setpriv")
    with pytest.raises(RuntimeError, match="Invalid sample format"), SoundServer(rate=0):
        pass


# ---- each library, on each machine without sound ----

OPEN = {
    "sounddevice": "sounddevice.RawOutputStream(48_000, channels=1, dtype='int16', callback=print)",
    "simpleaudio": "simpleaudio.play_buffer(bytes(9_600), 1, 2, 48_000)",
    "miniaudio": "miniaudio.PlaybackDevice(nchannels=1, sample_rate=48_000).close()",
}
NO_DEVICE = {
    "sounddevice": "PortAudioError: Error querying device -1",
    "simpleaudio": "CODE: -2 -- MSG: No such file or directory",
    "miniaudio": "MiniaudioError: ('failed to init device', -401)",
}
NO_SERVER = {**NO_DEVICE, "simpleaudio": "CODE: -111 -- MSG: Connection refused"}
BUSY = {**NO_DEVICE, "simpleaudio": "CODE: -16 -- MSG: Device or resource busy"}


def refused(library: str, environment: dict[str, str]) -> str:
    """What a library says on opening a device."""
    need(f"module:{library}", *(["library:portaudio"] if library == "sounddevice" else []))
    code = f"import {library}\n{OPEN[library]}"
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=20)
    assert run.returncode == 1, run
    return run.stderr


@pytest.mark.parametrize("library", OPEN)
def test_a_machine_without_a_device(library: str, tmp_path: Path) -> None:
    assert NO_DEVICE[library] in refused(library, no_device(tmp_path))


@pytest.mark.parametrize("library", OPEN)
def test_a_machine_whose_server_is_not_running(library: str, tmp_path: Path) -> None:
    assert NO_SERVER[library] in refused(library, no_server(tmp_path))


@pytest.mark.parametrize("library", OPEN)
def test_a_machine_whose_device_is_taken(library: str, tmp_path: Path) -> None:
    assert BUSY[library] in refused(library, busy_device(tmp_path))


def test_a_device_that_is_taken_after_portaudio_has_listed_it(tmp_path: Path) -> None:
    said = refused("sounddevice", busy_device(tmp_path, spare=2))
    assert "Error opening RawOutputStream: Device unavailable [PaErrorCode -9985]" in said


# ---- whoever runs one ----

HOLD = """
import time
from tests.sound_server import SoundServer
with SoundServer() as server, server.record() as recorder:
    print(server.variables["XDG_RUNTIME_DIR"], server.pid, recorder.pid, flush=True)
    time.sleep(60)
"""


def states(*which: str) -> list[str]:
    """The states of processes that ps finds, those aside that are dead already."""
    run = subprocess.run(["ps", "-o", "stat=", *which], stdout=subprocess.PIPE, text=True)
    return [state for state in run.stdout.split() if not state.startswith("Z")]


def test_nothing_outlives_a_killed_test() -> None:
    need("pulseaudio", "parec", "setpriv", "ps")
    command = [sys.executable, "-c", HOLD]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout
        folder, *pids = run.stdout.readline().split()
        assert len(states("--ppid", str(run.pid))) == len(states("-p", ",".join(pids))) == 2
        run.kill()
    deadline = time.monotonic() + 5
    while states("-p", ",".join(pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert states("-p", ",".join(pids)) == []
    shutil.rmtree(folder)


def test_a_person_runs_one_and_hears_it_afterwards(tmp_path: Path, sound: Path) -> None:
    need("pulseaudio", "paplay", "parec", "setpriv")
    wav = tmp_path / "heard.wav"
    command = [sys.executable, "-m", "tests.sound_server", "--record", str(wav)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout
        said = "".join(iter(run.stdout.readline, f"Recording into {wav}; Ctrl-C ends it.\n"))
        paste = said.removeprefix("In another shell:\n\n")
        subprocess.run(["sh", "-c", f"{paste}\npaplay {sound}"], check=True)
        run.send_signal(signal.SIGINT)
        last = run.stdout.read()
    assert run.returncode == 0
    with wave.open(str(wav), "rb") as file:
        heard = np.frombuffer(file.readframes(-1), "<i2")
    assert last == f"{len(heard) / 48_000:.1f} s in {wav}\n"
    assert np.trim_zeros(heard).tolist() == np.trim_zeros(SOUND).tolist()
