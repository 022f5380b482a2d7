"""The simpleaudio output, heard on a real sound server; each play in a process of its own."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mmc_audio.clips import Pcm
from mmc_audio.timeline import FRAMES_PER_MS, SAMPLE_RATE
from tests import no_sound
from tests.heard import ahead_ms, match
from tests.parts import need
from tests.recorder import Heard
from tests.simple_player import clicks, sound
from tests.sound_server import SoundServer

pytestmark = pytest.mark.live

TRIES = 3
PATTERN = 2_000  # frames of noise, enough to find it by
OPENED = "the default sound device, by simpleaudio, its position reckoned by the clock"


@pytest.fixture
def server() -> Iterator[SoundServer]:
    need("module:simpleaudio", "pulseaudio", "pactl", "parec")
    with SoundServer() as running:
        yield running


class Play:
    """A process that plays a scenario, and what it says."""

    def __init__(self, scenario: str, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-X", "faulthandler", "-m", "tests.simple_player", scenario],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.errors = ""

    def says(self) -> dict[str, Any]:
        assert self._process.stdout
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def go_on(self) -> None:
        assert self._process.stdin
        print(file=self._process.stdin, flush=True)

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def ends(self) -> tuple[list[dict[str, Any]], int]:
        """The rest of what it says, and its exit status."""
        answer, self.errors = self._process.communicate(timeout=60)
        return [json.loads(line) for line in answer.splitlines()], self._process.returncode


def played(server: SoundServer, scenario: str) -> tuple[list[dict[str, Any]], Heard]:
    """All that a process that ends well said after it had opened the device; what was heard.

    Played again where the machine gave it no turn in time: the library's buffer is short.
    """
    for _ in range(TRIES):
        with server.record() as recorder:
            play = Play(scenario, server.environment)
            said, status = play.ends()
            time.sleep(0.2)
            heard = recorder.heard()
        assert status == 0, play.errors
        assert said[0]["opened"] == OPENED
        if "underrun" not in play.errors:
            break
    return said[1:], heard


def place(pcm: Pcm, part: Pcm) -> int:
    """Where in a recording `part` begins, sample for sample; -1 if it is nowhere."""
    found = int(np.argmax(np.correlate(pcm.astype(float), part[:PATTERN].astype(float), "valid")))
    return found if np.array_equal(pcm[found : found + PATTERN], part[:PATTERN]) else -1


def same(pcm: Pcm, part: Pcm) -> int:
    """How many frames of a recording are those of `part` from their common start on."""
    length = min(len(pcm), len(part))
    differs = np.flatnonzero(pcm[:length] != part[:length])
    return int(differs[0]) if len(differs) else length


def silent(pcm: Pcm) -> int:
    """How many frames of silence a recording begins with."""
    return int(np.argmax(pcm != 0)) if pcm.any() else len(pcm)


def scaled(pcm: Pcm, volume: float) -> Pcm:
    return np.rint(pcm * volume).astype(np.int16)


def test_clicks_come_when_they_are_due_and_where_the_position_says(server: SoundServer) -> None:
    (begun, over, rest), heard = played(server, "whole")
    pcm, starts = clicks(8)
    found = match(heard.pcm, pcm, starts)
    assert found.errors_ms.tolist() == [0.0] * 8
    assert (found.lost, found.different, found.drift_ms_a_minute) == (0, (), 0.0)
    assert (over["state"], over["heard"], over["trouble"]) == ("ended", 8 * SAMPLE_RATE, "")
    assert rest["asked"] >= 8 * SAMPLE_RATE
    assert abs(over["at"] - begun["begun"] - 8) < 0.3
    ahead = ahead_ms(heard, found.start, rest["positions"][:-3])
    assert np.abs(ahead).max() < 30


def test_what_comes_after_a_stop_begins_where_the_silence_fell(server: SoundServer) -> None:
    """Four times: at once, after a while, and while the library still drains the old sound."""
    said, heard = played(server, "pauses")
    at = 0
    for stop in said:
        begins = place(heard.pcm, sound(1)[at:])
        assert same(heard.pcm[begins:], sound(1)[at:]) == stop["at"] - at
        falls = begins + stop["at"] - at
        assert 0 < heard.time_of(falls) - stop["stopping"] < 0.15
        assert silent(heard.pcm[falls:]) < 0.6 * SAMPLE_RATE or stop is said[-1]
        assert (stop["state"], stop["heard"]) == ("idle", stop["at"] - at)
        at = stop["at"]
    assert silent(heard.pcm[falls:]) == len(heard.pcm) - falls


def test_the_volume_changes_in_mid_run_and_holds_for_the_next(server: SoundServer) -> None:
    changes, heard = played(server, "volume")
    begins = place(heard.pcm, sound(1))
    at = begins
    for change, level in zip(changes, (0.5, 0.0, 1.0), strict=True):
        before, at = at, begins + round((change["changed"] - heard.time_of(begins)) * SAMPLE_RATE)
        softer = scaled(sound(1), level)
        settled = at + SAMPLE_RATE // 5  # 0.2 s
        assert same(heard.pcm[settled:], softer[settled - begins :]) > 0.7 * SAMPLE_RATE
        assert before < at
    quiet = scaled(sound(2), 0.25)
    assert same(heard.pcm[place(heard.pcm, quiet) :], quiet) > 0.4 * SAMPLE_RATE


def test_what_was_not_asked_for_yet_can_change(server: SoundServer) -> None:
    (change,), heard = played(server, "change")
    begins = place(heard.pcm, sound(1))
    since = change["since"]
    assert 0.5 < (since - change["heard"]) / SAMPLE_RATE < 0.7
    assert same(heard.pcm[begins:], sound(1)) == since
    assert same(heard.pcm[begins + since :], sound(2)[since:]) > SAMPLE_RATE


def test_a_thread_that_keeps_python_busy_is_not_heard(server: SoundServer) -> None:
    (over,), heard = played(server, "held-up")
    assert over["state"] == "ended"
    begins = place(heard.pcm, sound(1))
    assert same(heard.pcm[begins:], sound(1, 2)) == 2 * SAMPLE_RATE


def test_where_python_was_held_up_for_long_it_goes_on(server: SoundServer) -> None:
    (over,), heard = played(server, "held-up-for-long")
    assert over["state"] == "ended"
    first, gap, second = pieces(heard.pcm, sound(1, 2))
    assert first + second == 2 * SAMPLE_RATE
    assert 0.1 < gap / SAMPLE_RATE < 1


def pieces(pcm: Pcm, played: Pcm) -> tuple[int, int, int]:
    """The lengths of the two parts that `played` was heard in, and of the silence between."""
    at = place(pcm, played)
    first = same(pcm[at:], played)
    gap = silent(pcm[at + first :])
    return first, gap, same(pcm[at + first + gap :], played[first:])


def test_a_process_that_was_stopped_goes_on(server: SoundServer) -> None:
    """What it had written ahead is lost, as it can't know how much of it was heard."""
    with server.record() as recorder:
        play = Play("stopped", server.environment)
        play.says(), play.says()
        play.signal(signal.SIGSTOP)
        time.sleep(1.5)
        play.signal(signal.SIGCONT)
        (after,), status = play.ends()
        heard = recorder.heard()
    assert status == 0
    begins = place(heard.pcm, sound(1))
    first = same(heard.pcm[begins:], sound(1))
    gap = silent(heard.pcm[begins + first :])
    again = begins + first + gap
    where = place(sound(1), heard.pcm[again : again + PATTERN])
    assert 0 <= where - first < 0.7 * SAMPLE_RATE
    assert 1.4 < gap / SAMPLE_RATE < 2
    rest = same(heard.pcm[again:], sound(1)[where:])
    assert where + rest == after["stopped"]
    assert abs(heard.time_of(again + after["heard"] - where) - after["now"]) < 0.05


def kill(server: SoundServer) -> None:
    server.kill()


def unplug(server: SoundServer) -> None:
    server.unplug_for_good()


@pytest.mark.parametrize(
    ("gone", "back"),
    [(kill, SoundServer.start), (unplug, SoundServer.plug)],
    ids=["killed", "unplugged"],
)
def test_a_device_that_goes_is_lost_and_found_again(
    server: SoundServer,
    gone: Callable[[SoundServer], None],
    back: Callable[[SoundServer], None],
) -> None:
    play = Play("lost", server.environment)
    assert play.says()["opened"] == OPENED
    assert play.says() == {"playing": True}
    went = time.monotonic()
    gone(server)
    over = play.says()
    assert (over["state"], over["trouble"]) == ("lost", "")
    assert over["at"] - went < 0.5
    assert 0.9 < over["heard"] / SAMPLE_RATE < 1.8
    assert play.says() == {"stopped": over["heard"], "state": "idle"}
    back(server)
    with server.record() as recorder:
        play.go_on()
        (again,), status = play.ends()
        heard = recorder.heard().pcm
    assert (again["state"], again["heard"], status) == ("ended", SAMPLE_RATE, 0)
    assert same(heard[place(heard, sound(2)) :], sound(2, 1)) == SAMPLE_RATE


def test_another_device_that_takes_over_is_no_loss(server: SoundServer) -> None:
    play = Play("moved", server.environment)
    play.says(), play.says()
    server.unplug()
    time.sleep(1)
    server.plug()
    (over,), status = play.ends()
    assert (over["state"], over["heard"], status) == ("ended", 4 * SAMPLE_RATE, 0)


@pytest.mark.parametrize(
    ("system", "reason"),
    [
        (no_sound.no_device, "No such file or directory"),
        (no_sound.no_server, "Connection refused"),
        (no_sound.busy_device, "Device or resource busy"),
    ],
)
def test_no_device(system: Callable[[Path], dict[str, str]], reason: str, tmp_path: Path) -> None:
    need("module:simpleaudio")
    said, status = Play("whole", system(tmp_path)).ends()
    assert said == [{"error": f"the sound device can't be opened ({reason})"}]
    assert status == 1


def test_a_device_that_swallows_all_at_once_plays_nothing(tmp_path: Path) -> None:
    need("module:simpleaudio")
    (tmp_path / "asound.conf").write_text("pcm.!default { type null }\n")
    environment = no_sound.no_server(tmp_path)
    (tmp_path / "asound.conf").write_text("pcm.!default { type null }\n")
    said, status = Play("whole", environment).ends()
    assert said == [{"error": "the sound device can be opened, but plays nothing"}]
    assert status == 1


def test_a_device_that_only_one_can_have_is_waited_for(server: SoundServer) -> None:
    (again,), heard = played(server, "single")
    assert again["refused"] == 1
    begins = place(heard.pcm, sound(1))
    assert same(heard.pcm[begins:], sound(1)) == again["at"]
    begins = place(heard.pcm, sound(1)[again["at"] :])
    assert same(heard.pcm[begins:], sound(1)[again["at"] :]) > 0.4 * SAMPLE_RATE


def test_a_fault_of_the_source_is_raised_where_it_can_be_seen(server: SoundServer) -> None:
    said, _ = played(server, "failing")
    assert said == [{"raised": "no sound here"}]


def test_memory_stays_as_it_is(server: SoundServer) -> None:
    """Kept, each second would add 96 kB."""
    (sizes,), _ = played(server, "long")
    settled = sizes["sizes"][2:]
    assert max(settled) - min(settled) < 150_000


def test_a_strip_is_changed_in_a_silence(server: SoundServer) -> None:
    (over,), heard = played(server, "strips-clicks")
    assert (over["state"], over["heard"]) == ("ended", 6 * SAMPLE_RATE)
    pcm, starts = clicks(6)
    found = match(heard.pcm, pcm, starts)
    assert (found.lost, found.different) == (0, ())
    assert found.worst_ms < 15
    assert np.unique(found.errors_ms).size > 1  # it was changed


def test_a_strip_without_a_silence_is_changed_at_its_end(server: SoundServer) -> None:
    """What is missing then is as long as the silence: the beat goes on in time."""
    (over,), heard = played(server, "strips-noise")
    assert over["state"] == "ended"
    begins = place(heard.pcm, sound(1))
    first = same(heard.pcm[begins:], sound(1))
    gap = silent(heard.pcm[begins + first :])
    rest = heard.pcm[begins + first + gap :]
    missing = place(sound(1), rest[:PATTERN]) - first
    assert 0 < missing < 50 * FRAMES_PER_MS
    assert abs(gap - missing) < 15 * FRAMES_PER_MS
    assert first + missing + same(rest, sound(1, 6)[first + missing :]) == 6 * SAMPLE_RATE
