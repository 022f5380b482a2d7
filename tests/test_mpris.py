"""Media keys over a real session bus, with the clients that desktops use."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue

import pytest

from mmc_audio.mpris import MediaKeys, NowPlaying, open_media_keys
from tests.command import MMC, ROOT, environment
from tests.parts import need

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="MPRIS is Linux's own")

CONFIGURATION = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={path}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""
NAME, PLAYER = "org.mpris.MediaPlayer2.mmc_audio", "org.mpris.MediaPlayer2.Player"
SQUAT = NowPlaying(True, 12_345, 600_000, 1, "Squat", 2, 3, 80, True, False)
ENOUGH_S = 10.0  # for what takes milliseconds


class Bus:
    """A session bus of its own, which can be killed."""

    def __init__(self, folder: str) -> None:
        self.path = Path(folder, "bus")
        self.address = f"unix:path={self.path}"
        configuration = Path(folder, "bus.conf")
        configuration.write_text(CONFIGURATION.format(path=self.path))
        command = ["dbus-daemon", f"--config-file={configuration}", "--nofork", "--print-address"]
        self.daemon = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self.daemon.stdout is not None
        assert self.daemon.stdout.readline().startswith(self.address)

    def kill(self) -> None:
        if self.daemon.poll() is None:
            self.daemon.kill()
            self.daemon.communicate()


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bus]:
    need("dbus-daemon", "playerctl", "module:dbus_fast")
    with tempfile.TemporaryDirectory(prefix="mmc-bus-") as folder:  # paths of sockets are short
        bus = Bus(folder)
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        yield bus
        bus.kill()


@pytest.fixture
def orders() -> SimpleQueue[str]:
    return SimpleQueue()


@pytest.fixture
def keys(bus: Bus, orders: SimpleQueue[str]) -> Iterator[MediaKeys]:
    """A player that the bus already knows."""
    keys = open_media_keys(orders.put, "Leg day")
    assert keys is not None
    until(lambda: players() == ["mmc_audio"])
    yield keys
    keys.close()


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + ENOUGH_S
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def output(*command: str) -> str:
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    return run.stdout + run.stderr


def players() -> list[str]:
    listed = output("playerctl", "--list-all").splitlines()
    return sorted(line for line in listed if line != "No players found")


def call(method: str, *arguments: str, name: str = NAME) -> str:
    """What a method of the player's object replies, in dbus-send's words on one line."""
    command = ("dbus-send", "--session", "--print-reply=literal", f"--dest={name}")
    return " ".join(output(*command, "/org/mpris/MediaPlayer2", method, *arguments).split())


def prop(name: str, interface: str = PLAYER) -> str:
    value = call("org.freedesktop.DBus.Properties.Get", f"string:{interface}", f"string:{name}")
    return value.removeprefix("variant ")


# ---- keys in -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "order"),
    [
        ("play-pause", "toggle"),
        ("play", "resume"),
        ("pause", "pause"),
        ("next", "next"),
        ("previous", "previous"),
        ("stop", "quit"),
    ],
)
def test_a_key_gives_an_order(
    key: str, order: str, keys: MediaKeys, orders: SimpleQueue[str]
) -> None:
    keys.tell(replace(SQUAT, has_previous=True))
    assert output("playerctl", key) == ""
    assert orders.get(timeout=ENOUGH_S) == order
    assert orders.empty()


def test_orders_come_in_their_order(keys: MediaKeys, orders: SimpleQueue[str]) -> None:
    methods = ["PlayPause", "Next", "Next", "Previous", "Pause", "Play", "Stop"]
    for method in methods:
        assert call(f"{PLAYER}.{method}") == ""
    assert call("org.mpris.MediaPlayer2.Quit") == ""
    got = [orders.get(timeout=ENOUGH_S) for _ in range(8)]
    assert got == ["toggle", "next", "next", "previous", "pause", "resume", "quit", "quit"]


def test_what_a_session_has_not_does_nothing(keys: MediaKeys, orders: SimpleQueue[str]) -> None:
    assert call("org.mpris.MediaPlayer2.Raise") == ""
    assert call(f"{PLAYER}.Seek", "int64:5000000") == ""
    track = "objpath:/mmc_audio/exercise/1/set/2"
    assert call(f"{PLAYER}.SetPosition", track, "int64:5000000") == ""
    assert call(f"{PLAYER}.OpenUri", "string:file:///x.mp3") == ""
    louder = ("string:" + PLAYER, "string:Volume", "variant:double:0.5")
    assert "read" in call("org.freedesktop.DBus.Properties.Set", *louder)
    assert "Error org.freedesktop.DBus.Error.UnknownMethod" in call(f"{PLAYER}.Dance")
    assert call(f"{PLAYER}.Next") == ""  # and it is still there
    assert orders.get(timeout=ENOUGH_S) == "next"


# ---- the session out -----------------------------------------------------------------------------


def test_desktops_see_what_is_playing(keys: MediaKeys) -> None:
    keys.tell(replace(SQUAT, playing=False, volume=50))
    told = "{{status}}|{{position}}|{{mpris:length}}|{{title}}|{{artist}}|{{album}}|{{volume}}"
    shown = "Paused|12345000|600000000|Squat|Set 2 of 3|Leg day|0.5"
    assert output("playerctl", "metadata", "--format", told) == f"{shown}\n"
    assert "mpris:trackid variant /mmc_audio/exercise/1/set/2 )" in prop("Metadata")
    keys.tell(replace(SQUAT, at_ms=13_000))
    assert output("playerctl", "status") == "Playing\n"
    assert 13 <= float(output("playerctl", "position")) < 14  # it counts on from what it was told


def test_every_property_of_the_specification_is_there(keys: MediaKeys) -> None:
    keys.tell(SQUAT)
    names = ("CanQuit", "CanRaise", "HasTrackList", "Identity", "SupportedUriSchemes",
             "SupportedMimeTypes")  # fmt: skip
    application = {name: prop(name, "org.mpris.MediaPlayer2") for name in names}
    assert application == {
        "CanQuit": "boolean true",
        "CanRaise": "boolean false",
        "HasTrackList": "boolean false",
        "Identity": "mmc-audio",
        "SupportedUriSchemes": "array [ ]",
        "SupportedMimeTypes": "array [ ]",
    }
    names = ("Rate", "MinimumRate", "MaximumRate", "Volume", "Position", "PlaybackStatus",
             "CanGoNext", "CanGoPrevious", "CanPlay", "CanPause", "CanSeek",
             "CanControl")  # fmt: skip
    assert {name: prop(name) for name in names} == {
        "Rate": "double 1",
        "MinimumRate": "double 1",
        "MaximumRate": "double 1",
        "Volume": "double 0.8",
        "Position": "int64 12345000",
        "PlaybackStatus": "Playing",
        "CanGoNext": "boolean true",
        "CanGoPrevious": "boolean false",
        "CanPlay": "boolean true",
        "CanPause": "boolean true",
        "CanSeek": "boolean false",
        "CanControl": "boolean true",
    }


def test_before_anything_is_told_there_is_no_track(keys: MediaKeys) -> None:
    assert prop("PlaybackStatus") == "Stopped"
    none = "mpris:trackid variant /org/mpris/MediaPlayer2/TrackList/NoTrack"
    assert prop("Metadata") == f"array [ dict entry( {none} ) ]"
    assert (prop("Position"), prop("CanGoNext")) == ("int64 0", "boolean false")


def test_names_that_a_bus_can_not_carry_are_escaped(keys: MediaKeys) -> None:
    keys.tell(replace(SQUAT, name="Día\0\udcff\x1b"))
    assert output("playerctl", "metadata", "title") == "Día\\x00\\udcff\\x1b\n"


class Monitor:
    """What the player tells everyone, from when it is there."""

    def __init__(self) -> None:
        command = ("dbus-monitor", "--session", f"path=/org/mpris/MediaPlayer2,sender={NAME}")
        self.run = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        while "member=NameLost" not in self._line():  # a monitor gives its own name away
            pass
        self._line()

    def _line(self) -> str:
        assert self.run.stdout is not None
        line = self.run.stdout.readline()
        assert line
        return line

    def message(self) -> tuple[str, str]:
        """The next signal: its name, and all its lines as one."""
        head = self._line()
        member = head.strip().rpartition("member=")[2]
        lines = [self._line()]
        if member == "PropertiesChanged":
            while lines.count("   ]\n") < 2:  # the ends of both its arrays
                lines.append(self._line())
        return member, " ".join("".join(lines).split())


@pytest.fixture
def monitor(keys: MediaKeys) -> Iterator[Monitor]:
    keys.tell(SQUAT)
    prop("PlaybackStatus")  # replied after what `tell` announced, which none shall hear
    monitor = Monitor()
    yield monitor
    monitor.run.kill()
    monitor.run.communicate()


def test_only_what_changed_is_announced(keys: MediaKeys, monitor: Monitor) -> None:
    for at_ms in range(12_350, 16_000, 50):  # as it plays
        keys.tell(replace(SQUAT, at_ms=at_ms))
    paused = replace(SQUAT, at_ms=16_000, playing=False)
    keys.tell(paused)
    assert monitor.message() == (
        "PropertiesChanged",
        f'string "{PLAYER}" '
        'array [ dict entry( string "PlaybackStatus" variant string "Paused" ) ] array [ ]',
    )
    keys.tell(replace(paused, set=3, has_next=False, has_previous=True, volume=70))
    member, told = monitor.message()
    assert member == "PropertiesChanged"
    assert re.findall(r'dict entry\( string "([A-Z]\w+)"', told) == [
        "CanGoNext",
        "CanGoPrevious",
        "Metadata",
        "Volume",
    ]
    assert 'array [ string "Set 3 of 3" ]' in told and "double 0.7" in told


def test_a_jump_is_announced(keys: MediaKeys, monitor: Monitor) -> None:
    keys.tell(replace(SQUAT, at_ms=5_000))
    assert monitor.message() == ("Seeked", "int64 5000000")
    keys.tell(replace(SQUAT, at_ms=100_000, set=3))
    assert monitor.message()[0] == "PropertiesChanged"
    assert monitor.message() == ("Seeked", "int64 100000000")


# ---- names ---------------------------------------------------------------------------------------


def test_a_second_player_gets_a_name_of_its_own(keys: MediaKeys) -> None:
    orders: SimpleQueue[str] = SimpleQueue()
    second = open_media_keys(orders.put, "Arms")
    assert second is not None
    instance = f"mmc_audio.instance{os.getpid()}"
    until(lambda: players() == ["mmc_audio", instance])
    output("playerctl", "--player", instance, "play-pause")
    assert orders.get(timeout=ENOUGH_S) == "toggle"
    second.close()
    until(lambda: players() == ["mmc_audio"])


def test_the_name_is_given_back(keys: MediaKeys) -> None:
    keys.close()
    until(lambda: players() == [])
    keys.close()
    keys.tell(SQUAT)


def test_closing_at_once_leaves_nothing_behind(bus: Bus, orders: SimpleQueue[str]) -> None:
    for wait_s in (0, 0.02, 0.1, 0.2):
        keys = open_media_keys(orders.put, "Leg day")
        assert keys is not None
        time.sleep(wait_s)
        keys.close()
        until(lambda: players() == [])


# ---- without a bus, and with a bad one -----------------------------------------------------------


def test_without_a_bus_there_are_no_keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    assert open_media_keys(print, "Leg day") is None
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert open_media_keys(print, "Leg day") is None


def test_the_usual_place_of_the_bus_is_found(
    bus: Bus, orders: SimpleQueue[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(bus.path.parent))
    keys = open_media_keys(orders.put, "Leg day")
    assert keys is not None
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
    until(lambda: players() == ["mmc_audio"])
    keys.close()


def test_without_dbus_fast_or_linux_there_are_no_keys(
    bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sys, "platform", "darwin")
        assert open_media_keys(print, "Leg day") is None
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert open_media_keys(print, "Leg day") is None


# Prints how long opening and closing took, in seconds. Warnings are errors, and all that goes wrong
# in the thread would be seen on stderr.
SESSION = """
import sys, time
from mmc_audio.mpris import NowPlaying, open_media_keys
began = time.perf_counter()
keys = open_media_keys(print, "Leg day")
print(time.perf_counter() - began, flush=True)
for at_ms in range(0, int(sys.argv[1]), 50):
    keys.tell(NowPlaying(at_ms % 400 < 200, at_ms, 60_000, 1, "Squat", 1, 3, 80, True, True))
    time.sleep(0.05)
began = time.perf_counter()
if "leave" not in sys.argv:
    keys.close()
print(time.perf_counter() - began)
"""


def script(address: str, *command: str) -> subprocess.Popen[str]:
    """A process of its own, with that session bus."""
    return subprocess.Popen(
        [sys.executable, "-X", "dev", "-W", "error", "-c", *command],
        cwd=ROOT,
        env={**os.environ, "DBUS_SESSION_BUS_ADDRESS": address},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def session(address: str, length_ms: int, *more: str) -> subprocess.Popen[str]:
    return script(address, SESSION, str(length_ms), *more)


def ended(run: subprocess.Popen[str]) -> list[float]:
    """How long opening and closing took; there was nothing to complain of."""
    out, err = run.communicate(timeout=30)
    assert (run.returncode, err) == (0, "")
    return [float(line) for line in out.splitlines()]


def test_a_bus_that_dies_disturbs_nobody(bus: Bus) -> None:
    run = session(bus.address, 3_000)
    until(lambda: players() == ["mmc_audio"])
    bus.kill()
    opened, closed = ended(run)
    assert opened < 0.1 and closed < 0.5


# The thread is kept from noticing that the bus is gone until it has something to tell it.
DEATH = """
import threading
from mmc_audio.mpris import NowPlaying, open_media_keys
keys = open_media_keys(print, "Leg day")
input()
gone = threading.Event()
keys._soon(gone.wait)
print("busy", flush=True)
input()
keys.tell(NowPlaying(True, 0, 60_000, 1, "Squat", 1, 3, 80, True, True))
gone.set()
keys.close()
"""


def test_what_is_told_to_a_dead_bus_is_lost_without_a_word(bus: Bus) -> None:
    run = script(bus.address, DEATH)
    assert run.stdin is not None and run.stdout is not None
    until(lambda: players() == ["mmc_audio"])
    print(file=run.stdin, flush=True)
    assert run.stdout.readline() == "busy\n"
    bus.kill()
    assert run.communicate("\n", timeout=30) == ("", "")


def test_a_session_that_is_killed_leaves_no_player(bus: Bus) -> None:
    run = session(bus.address, 60_000)
    until(lambda: players() == ["mmc_audio"])
    run.send_signal(signal.SIGKILL)
    run.communicate()
    until(lambda: players() == [])


def test_leaving_without_closing_is_quiet(bus: Bus) -> None:
    run = session(bus.address, 1_500, "leave")
    until(lambda: players() == ["mmc_audio"])
    ended(run)
    until(lambda: players() == [])


@pytest.mark.parametrize(
    "address",
    ["unix:path=/nowhere/bus", "unix:path=/dev/null", "autolaunch:", "nonsense", "unix:", ";"],
)
def test_an_address_where_nobody_is_disturbs_nobody(address: str) -> None:
    need("module:dbus_fast")
    opened, closed = ended(session(address, 500))
    assert opened < 0.1 and closed < 0.5


BABBLE = b"\xff" * 100


@pytest.mark.parametrize(
    "reply",
    [b"", b"REJECTED EXTERNAL\r\n", BABBLE, b"OK 12\r\n" + BABBLE],
    ids=["hangs", "rejects", "babbles", "babbles when it was let in"],
)
def test_a_bus_that_hangs_or_babbles_disturbs_nobody(reply: bytes) -> None:
    need("module:dbus_fast")
    with (
        tempfile.TemporaryDirectory(prefix="mmc-bus-") as folder,
        socket.socket(socket.AF_UNIX) as server,
    ):
        server.bind(f"{folder}/bus")
        server.listen()
        run = session(f"unix:path={folder}/bus", 1_000)
        server.settimeout(ENOUGH_S)
        client, _ = server.accept()
        with client:
            client.sendall(reply)
            opened, closed = ended(run)
    assert opened < 0.1 and closed < 0.5


def test_earbud_buttons_steer_mmc_play(bus: Bus, tmp_path: Path) -> None:
    """The command itself: seen on the bus, paused, gone on with, skipped and ended from there."""
    arguments = ["play", "glute-bridge", "--output", "null", "--voice", "none"]
    run = subprocess.Popen(
        [*MMC, *arguments],
        env=environment(tmp_path, MMC_DATA=str(tmp_path)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until(lambda: output("playerctl", "status") == "Playing\n")
        assert output("playerctl", "metadata", "xesam:title") == "Glute squeeze, lying\n"
        for button, status in (("pause", "Paused"), ("play", "Playing"), ("play-pause", "Paused")):
            output("playerctl", button)
            until(lambda status=status: output("playerctl", "status") == f"{status}\n")
        output("playerctl", "next")
        until(lambda: output("playerctl", "status") == "Playing\n")
        output("playerctl", "stop")
        _, err = run.communicate(timeout=20)
    finally:
        run.kill()
    assert run.returncode == 0
    assert err.endswith("Go on from this set with: mmc play --resume\n")
    [entry] = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert (entry["pauses"], entry["ended"]) == (2, "quit")
