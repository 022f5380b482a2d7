"""sounddevice and miniaudio, heard on a real sound server; each play in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from mmc_audio.clips import Pcm
from mmc_audio.devices.stall import LIMIT_S
from mmc_audio.timeline import SAMPLE_RATE
from tests.device_player import both_ears, sound
from tests.parts import need
from tests.recorder import Heard
from tests.sound_server import SoundServer

pytestmark = pytest.mark.live

PATTERN = 2_000  # frames of noise, enough to find it by
OUTPUTS = ("sounddevice", "miniaudio")
OPENED = {
    "sounddevice": "default, by ALSA",
    "miniaudio": "the default sound device, by PulseAudio",
    "simpleaudio": "the default sound device, by simpleaudio, its position reckoned by the clock",
}


@pytest.fixture
def server() -> Iterator[SoundServer]:
    need("library:portaudio", "module:miniaudio", "pulseaudio", "pactl", "parec")
    with SoundServer() as running:
        yield running


class Play:
    """A process that plays a scenario on an output, and what it says."""

    def __init__(self, server: SoundServer, output: str, scenario: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-X", "faulthandler", "-m", "tests.device_player", output, scenario],
            env=server.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.says() == {"opened": OPENED[output]}

    def says(self) -> dict[str, Any]:
        assert self._process.stdout
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def go_on(self) -> None:
        assert self._process.stdin
        print(file=self._process.stdin, flush=True)

    def ends(self, status: int = 0) -> list[dict[str, Any]]:
        """The rest of what it says. It ends by itself, and no library has printed anything."""
        out, err = self._process.communicate(timeout=60)
        assert (err, self._process.returncode) == ("", status)
        return [json.loads(line) for line in out.splitlines()]


def played(
    server: SoundServer, output: str, scenario: str, channels: int = 1
) -> tuple[list[dict[str, Any]], Heard]:
    """All that a process said, and what was heard of it."""
    with server.record(channels=channels) as recorder:
        said = Play(server, output, scenario).ends()
        time.sleep(0.2)
        return said, recorder.heard()


def place(pcm: Pcm, part: Pcm) -> int:
    """Where in a recording `part` begins, sample for sample."""
    found = int(np.argmax(np.correlate(pcm.astype(float), part[:PATTERN].astype(float), "valid")))
    assert np.array_equal(pcm[found : found + PATTERN], part[:PATTERN])
    return found


def same(pcm: Pcm, part: Pcm) -> int:
    """How many frames of a recording are those of `part` from their common start on."""
    length = min(len(pcm), len(part))
    differs = np.flatnonzero(pcm[:length] != part[:length])
    return int(differs[0]) if len(differs) else length


def silent(pcm: Pcm) -> int:
    """How many frames of silence a recording begins with."""
    return int(np.argmax(pcm != 0)) if pcm.any() else len(pcm)


@pytest.mark.parametrize("output", OUTPUTS)
def test_a_run_is_heard_whole_and_where_the_position_says(server: SoundServer, output: str) -> None:
    (run, rest), heard = played(server, output, "whole")
    pcm = sound(3)
    begins = place(heard.pcm, pcm)
    # What the server holds at the end of a run is cut off: 5 ms, and a device's own delay.
    assert len(pcm) - same(heard.pcm[begins:], pcm) < 0.02 * SAMPLE_RATE
    assert 0 <= heard.time_of(begins) - run["begun"] < 0.1
    assert (run["state"], rest["heard"], rest["state"]) == ("ended", len(pcm), "idle")
    assert len(pcm) < rest["asked"] <= len(pcm) + SAMPLE_RATE // 50
    assert run["over"] - heard.time_of(begins) - 3 < 0.1
    errors = [heard.time_of(begins + frame) - now for now, frame in run["positions"] if frame]
    assert len(errors) > 100
    assert np.abs(errors).max() < 0.05
    assert np.std(errors[20:]) < 0.01


@pytest.mark.parametrize("output", OPENED)
def test_each_ear_hears_its_own(server: SoundServer, output: str) -> None:
    if output == "simpleaudio":
        need("module:simpleaudio")
    said, heard = played(server, output, "stereo", channels=2)
    wanted = np.rint(both_ears(2) * 0.5).astype(np.int16)
    begins = place(heard.pcm[:, 0], wanted[:, 0])
    for ear in (0, 1):
        assert len(wanted) - same(heard.pcm[begins:, ear], wanted[:, ear]) < 0.02 * SAMPLE_RATE
    assert said == [{"heard": len(wanted)}]


@pytest.mark.parametrize("output", OUTPUTS)
def test_a_stop_is_heard_at_once_and_nothing_is_lost(server: SoundServer, output: str) -> None:
    """Four stops, and after each the run goes on where silence fell: at most 10 ms come twice."""
    stops, heard = played(server, output, "pauses")
    at, pcm, heard_s, done_s = 0, heard.pcm, [], []
    for stop in stops:
        begins = place(pcm, sound(20)[at:])
        length = same(pcm[begins:], sound(20)[at:])
        falls = begins + length
        assert abs(at + length - stop["at"]) < 0.01 * SAMPLE_RATE
        heard_s.append(heard.time_of(falls) - stop["stopping"])
        done_s.append(stop["silent"] - stop["stopping"])
        assert stop["again"] == stop["at"] - at
        at = stop["at"]
    assert not pcm[falls:].any()
    assert sorted(heard_s)[1] < 0.1 and sorted(done_s)[1] < 0.1  # a busy machine may be late once


@pytest.mark.parametrize("output", OUTPUTS)
def test_the_volume_changes_in_mid_run(server: SoundServer, output: str) -> None:
    """Heard within half a second, without a click; the run itself goes on."""
    changes, heard = played(server, output, "volume")
    pcm, half = sound(20), np.rint(sound(20) * 0.5).astype(np.int16)
    begins = place(heard.pcm, half)
    hushed = begins + same(heard.pcm[begins:], half)
    assert 0 < heard.time_of(hushed) - changes[0]["changed"] < 0.5
    full = round((changes[1]["changed"] - heard.time_of(begins)) * SAMPLE_RATE)
    assert not heard.pcm[begins + full - 5_000 : begins + full].any()
    settled = full + SAMPLE_RATE // 2
    assert same(heard.pcm[begins + settled :], pcm[settled:]) > SAMPLE_RATE // 4


@pytest.mark.parametrize("output", OUTPUTS)
def test_what_was_not_asked_for_yet_can_change(server: SoundServer, output: str) -> None:
    (change,), heard = played(server, output, "change")
    begins = place(heard.pcm, sound(20))
    assert same(heard.pcm[begins:], sound(20)) == change["since"]
    assert 0.3 < (change["since"] - change["heard"]) / SAMPLE_RATE < 0.8


def kill(server: SoundServer) -> None:
    server.kill()


def unplug(server: SoundServer) -> None:
    server.unplug_for_good()


LOSS = {  # how soon it is noticed, what is told, and what a new attempt says
    "sounddevice": (0.3, "", "the sound device is gone"),
    "miniaudio": (
        LIMIT_S + 1,
        "it takes no more sound",
        "miniaudio finds no sound device, or another program has taken it",
    ),
}


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("gone", [kill, unplug])
def test_a_device_that_goes_is_lost(
    server: SoundServer, output: str, gone: Callable[[SoundServer], None]
) -> None:
    within_s, trouble, again = LOSS[output]
    play = Play(server, output, "lost")
    assert play.says() == {"playing": "playing"}
    went = time.monotonic()
    gone(server)
    over, stopped, attempt = play.ends()
    assert (over["state"], over["trouble"]) == ("lost", trouble)
    assert over["at"] - went < within_s
    assert 0.9 < over["heard"] / SAMPLE_RATE < 1.8  # and what it had been given
    assert stopped == {"stopped": over["heard"], "state": "idle", "trouble": trouble}
    assert attempt == {"again": again}


@pytest.mark.parametrize("output", OUTPUTS)
def test_another_device_that_takes_over_is_no_loss(server: SoundServer, output: str) -> None:
    play = Play(server, output, "whole")
    time.sleep(1)
    server.unplug()
    time.sleep(0.5)
    server.plug()
    run, rest = play.ends()
    assert (run["state"], rest["heard"]) == ("ended", 3 * SAMPLE_RATE)


@pytest.mark.parametrize("output", OUTPUTS)
def test_a_device_that_has_to_wake_up_is_waited_for(server: SoundServer, output: str) -> None:
    play = Play(server, output, "sleepy")
    with server.asleep():
        play.go_on()
        time.sleep(1.8)
    assert play.ends() == [{"state": "ended", "heard": SAMPLE_RATE}]


@pytest.mark.parametrize("output", OUTPUTS)
def test_a_fault_of_the_source_is_raised_where_it_can_be_seen(
    server: SoundServer, output: str
) -> None:
    assert Play(server, output, "failing").ends() == [{"raised": "no sound here"}]


@pytest.mark.parametrize("output", OUTPUTS)
def test_a_process_that_fails_in_mid_run_ends(server: SoundServer, output: str) -> None:
    play = Play(server, output, "forgotten")
    assert play.says()["threads"] > 1
    assert play.ends(status=3) == []


@pytest.mark.parametrize("output", OUTPUTS)
def test_stops_leave_nothing_behind_and_nothing_stuck(server: SoundServer, output: str) -> None:
    (nervous,) = Play(server, output, "nervous").ends()
    assert nervous["held"][-1] <= nervous["held"][0]
