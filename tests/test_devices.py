"""What all outputs share, and the two that need no sound system."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import threading
import time
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmc_audio import devices
from mmc_audio.clips import Pcm
from mmc_audio.devices import ADVICE, Device, Source
from mmc_audio.devices.feeder import BLOCK, RING, Feeder
from mmc_audio.devices.hush import Hush
from mmc_audio.devices.stall import LIMIT_S, Stall
from mmc_audio.errors import UserError
from mmc_audio.timeline import SAMPLE_RATE
from tests import no_sound
from tests.depth import drawn
from tests.parts import need
from tests.sound_server import sound_environment, within

PATIENCE_S = 5


def sound(frames: int) -> Pcm:
    return np.random.default_rng(1).integers(-20_000, 20_000, frames).astype(np.int16)


def of(pcm: Pcm) -> Source:
    return lambda first, frames: pcm[first : first + frames]


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.002)


# ---- the feeder ----------------------------------------------------------------------------------


@drawn(60)
@given(
    frames=st.integers(0, 4 * RING),
    takes=st.lists(st.integers(0, RING), min_size=1, max_size=6),
    stalls=st.frozensets(st.integers(0, 4 * RING // BLOCK), max_size=3),
)
def test_what_is_taken_is_the_source_in_order_however_late_it_is(
    frames: int, takes: list[int], stalls: frozenset[int]
) -> None:
    """`takes` are what a callback asks for, over and over; at `stalls` the source is held up."""
    pcm, asked, ahead = sound(frames), list[tuple[int, int]](), list[int]()

    def source(first: int, count: int) -> Pcm:
        asked.append((first, count))
        ahead.append(first + count - feeders[0].taken if feeders else 0)
        if first // BLOCK in stalls:
            time.sleep(0.005)
        return pcm[first : first + count]

    feeders: list[Feeder] = []
    feeders.append(feeder := Feeder(source))
    taken: list[Pcm] = []
    for count in [*takes, BLOCK] * (frames // BLOCK + 2):
        got = feeder.take(count, 1.0)
        assert len(got) == count or feeder.taken == feeder.ready
        taken.append(got)
        if feeder.taken == feeder.end:
            break
        until(lambda: feeder.ready > feeder.taken or feeder.ready == feeder.end)
    feeder.stop()
    assert np.array_equal(np.concatenate(taken), pcm)
    assert (feeder.taken, feeder.end) == (frames, frames)
    assert asked == [(first, BLOCK) for first in range(0, frames + 1, BLOCK)]
    assert feeder.asked == frames // BLOCK * BLOCK + BLOCK
    assert max(ahead) <= RING


def test_enough_is_ready_from_the_start_and_no_more_is_asked_for() -> None:
    feeder = Feeder(of(sound(10 * RING)))
    assert (feeder.asked, feeder.ready, feeder.taken, feeder.end) == (RING, RING, 0, None)
    feeder.take(BLOCK - 1, 1.0)
    time.sleep(0.05)
    assert feeder.asked == RING
    feeder.take(1, 1.0)
    until(lambda: feeder.ready == RING + BLOCK)
    feeder.stop()
    feeder.take(RING, 1.0)
    time.sleep(0.05)
    assert feeder.asked == RING + BLOCK


def test_a_slow_source_is_not_waited_for() -> None:
    """A callback gets what there is, at once; what was late comes later."""
    go_on, pcm = threading.Event(), sound(RING + BLOCK)

    def source(first: int, frames: int) -> Pcm:
        if first == RING:
            go_on.wait(PATIENCE_S)
        return pcm[first : first + frames]

    feeder = Feeder(source)
    assert np.array_equal(feeder.take(RING, 1.0), pcm[:RING])
    assert len(feeder.take(BLOCK, 1.0)) == 0
    go_on.set()
    until(lambda: feeder.ready == RING + BLOCK)
    assert np.array_equal(feeder.take(BLOCK, 1.0), pcm[RING:])
    feeder.stop()


def test_a_changed_volume_is_reached_within_a_block() -> None:
    feeder = Feeder(of(np.full(RING, 10_000, np.int16)))
    assert set(feeder.take(480, 0.5)) == {5_000}
    falling = feeder.take(480, 0.0)
    assert (falling[0], falling[-1]) == (5_000, 0)
    assert np.all(np.diff(falling) <= 0) and np.max(np.abs(np.diff(falling))) <= 11
    assert set(feeder.take(480, 0.0)) == {0}
    assert feeder.take(480, 1.0)[-1] == 10_000
    assert set(feeder.take(480, 1.0)) == {10_000}
    feeder.stop()


def test_a_feeder_leaves_no_thread_behind() -> None:
    before = threading.active_count()
    for _ in range(20):
        feeder = Feeder(of(sound(RING * 2)))
        feeder.stop()
    assert threading.active_count() == before


# ---- the watch on a device, and the quiet around it ----------------------------------------------


def watched(*looks: tuple[float, int]) -> list[bool]:
    """What a watch says at each look: (seconds since the last one, the count it sees)."""
    now = [0.0]
    stall = Stall(lambda: now[0])
    answers = []
    for after, count in looks:
        now[0] += after
        answers.append(stall.seen(count))
    return answers


LOOKS = round(LIMIT_S * 16)  # so many times a 16th of a second


def test_a_device_that_stands_still_for_too_long_has_stalled() -> None:
    still = [(1 / 16, 0)] * LOOKS
    assert watched((0, 0), *still) == [False] * (LOOKS + 1)
    assert watched((0, 0), *still, (1 / 16, 0)) == [*[False] * (LOOKS + 1), True]
    assert watched((0, 0), *still, (1 / 16, 1), *[(1 / 16, 1)] * LOOKS)[-1] is False


def test_a_process_that_was_stopped_for_an_hour_has_seen_no_stall() -> None:
    assert watched((0, 7), (3_600.0, 7), (0.05, 7), (0.05, 8)) == [False] * 4


def test_what_libraries_print_is_kept_from_the_screen(capfd: pytest.CaptureFixture[str]) -> None:
    hush = Hush()
    os.write(2, b"before ")
    for _ in range(2):
        hush.begin()
        hush.begin()
        os.write(2, b"within ")
        hush.end()
        hush.end()
    os.write(2, b"after")
    assert capfd.readouterr().err == "before after"


# ---- null and file -------------------------------------------------------------------------------


def null() -> Device:
    return devices.choose("null")[0]


@pytest.mark.live
def test_null_keeps_time() -> None:
    device, words, reasons = devices.choose("null")
    assert (device.name, words, reasons) == ("null", "no sound, in real time", ())
    assert (device.state(), device.heard(), device.asked(), device.stop()) == ("idle", 0, 0, 0)
    before = time.monotonic()
    device.play(of(sound(SAMPLE_RATE)))
    after = time.monotonic()
    for _ in range(10):
        time.sleep(0.03)
        least, heard, most = time.monotonic() - after, device.heard(), time.monotonic() - before
        # A block of 20 ms may be taken a little late, on a busy machine.
        assert least - 0.03 < heard / SAMPLE_RATE <= most
    assert device.state() == "playing"
    assert heard < device.asked() <= heard + 2 * RING
    until(lambda: device.state() != "playing")
    assert 0.99 < time.monotonic() - before < 1.1
    assert (device.state(), device.heard(), device.stop()) == ("ended", SAMPLE_RATE, SAMPLE_RATE)
    assert (device.state(), device.trouble()) == ("idle", "")
    device.close()


def test_an_empty_run_ends_at_once() -> None:
    device = null()
    device.play(of(sound(0)))
    assert (device.state(), device.heard()) == ("ended", 0)
    device.close()


def test_a_run_may_follow_another_without_a_stop() -> None:
    device = null()
    device.play(of(sound(SAMPLE_RATE)))
    time.sleep(0.05)
    device.play(of(sound(480)))
    until(lambda: device.state() == "ended")
    assert device.heard() == 480
    device.close()


@pytest.mark.parametrize("error", [UserError("The temporary folder is full."), ValueError("no")])
def test_what_goes_wrong_in_a_source_is_raised_in_the_main_thread(error: Exception) -> None:
    def source(first: int, frames: int) -> Pcm:
        if first >= 2 * BLOCK:
            raise error
        return sound(frames)

    device = null()
    device.play(source)
    for ask in (device.state, device.heard):
        with pytest.raises(type(error)) as caught:
            ask()
        assert caught.value is error
    assert device.stop() <= 2 * BLOCK
    device.close()


def test_a_source_that_is_late_is_heard_late_and_whole(tmp_path: Path) -> None:
    pcm = sound(SAMPLE_RATE)

    def source(first: int, frames: int) -> Pcm:
        if first == RING:
            time.sleep(0.5)
        return pcm[first : first + frames]

    device = recorder(tmp_path / "late.wav")
    begun = time.monotonic()
    device.play(source)
    until(lambda: device.state() == "ended")
    assert time.monotonic() - begun > 1.15
    device.close()
    assert np.array_equal(written(tmp_path / "late.wav"), pcm)


def recorder(path: Path) -> Device:
    return devices.choose(f"file:{path}")[0]


def written(path: Path) -> Pcm:
    with wave.open(str(path), "rb") as file:
        assert file.getparams()[:3] == (1, 2, SAMPLE_RATE)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_has_what_was_heard_run_after_run(tmp_path: Path) -> None:
    """Each run goes on where the last was stopped; the last one ends by itself."""
    target, pcm, at = tmp_path / "session.wav", sound(SAMPLE_RATE), 0
    device, words, _ = devices.choose(f"file:{target}")
    assert (device.name, words) == ("file", f"the file {target}, in real time")
    for seconds in (0.153, 0.0, 0.2371):
        device.play(of(pcm[at:]))
        time.sleep(seconds)
        heard = device.stop()
        assert seconds - 0.03 < heard / SAMPLE_RATE < seconds + 0.1
        assert (device.stop(), device.heard()) == (heard, heard)
        at += heard
        time.sleep(0.05)
    device.play(of(pcm[at:]))
    until(lambda: device.state() == "ended")
    assert not target.exists()
    device.close()
    assert np.array_equal(written(target), pcm)
    device.close()
    assert names(tmp_path) == ["session.wav"]


def test_a_file_is_closed_in_the_middle_of_a_run(tmp_path: Path) -> None:
    pcm = sound(SAMPLE_RATE)
    device = recorder(tmp_path / "a.wav")
    device.play(of(pcm))
    time.sleep(0.2)
    before = device.heard()
    device.close()
    got = written(tmp_path / "a.wav")
    assert before <= len(got) < before + SAMPLE_RATE // 10
    assert np.array_equal(got, pcm[: len(got)])


def test_a_file_is_as_loud_as_it_was_to_be(tmp_path: Path) -> None:
    pcm = sound(4 * BLOCK)
    device = recorder(tmp_path / "a.wav")
    device.volume = 0.3
    device.play(of(pcm))
    until(lambda: device.state() == "ended")
    device.close()
    assert np.array_equal(written(tmp_path / "a.wav"), np.rint(pcm * 0.3).astype(np.int16))


def test_a_file_without_a_name_is_put_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    device, words, _ = devices.choose("file")
    device.close()
    assert (words, names(tmp_path)) == ("the file session.wav, in real time", ["session.wav"])


def test_a_file_that_can_not_be_made_is_told_before_anything_is_played(tmp_path: Path) -> None:
    target = tmp_path / "nowhere" / "a.wav"
    with pytest.raises(UserError) as caught:
        devices.choose(f"file:{target}")
    assert str(caught.value) == (
        f"{target} was not written: the folder {target.parent} does not exist. "
        "Make it first, or name another place."
    )


@pytest.mark.parametrize("ask", ["state", "close"])
def test_a_full_disk_is_told_and_leaves_the_old_file(tmp_path: Path, ask: str) -> None:
    target = tmp_path / "a.wav"
    target.write_bytes(b"old")
    device = recorder(target)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        device.play(of(sound(SAMPLE_RATE)))
        with pytest.raises(UserError) as caught:
            if ask == "state":
                until(lambda: device.state() == "ended")
            time.sleep(0.4)
            device.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert str(caught.value).startswith(f"{target} was not written: File too large. ")
    device.close()
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == ["a.wav"]


def test_a_file_that_was_never_closed_is_not_there(tmp_path: Path) -> None:
    script = (
        "import sys\nfrom mmc_audio import devices\n"
        "device, _, _ = devices.choose('file:' + sys.argv[1])\n"
        "device.play(lambda first, frames: __import__('numpy').zeros(frames, 'int16'))\n"
        "raise SystemExit(3)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "a.wav")]
    assert subprocess.run(command, check=False, timeout=30).returncode == 3
    assert not (tmp_path / "a.wav").exists()


# ---- the choice ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("speakers", 'There is no output "speakers"; there are sounddevice, simpleaudio, '
                     "miniaudio, null or file:NAME.wav."),
        ("null:a.wav", 'There is no output "null:a.wav"; there are sounddevice, simpleaudio, '
                       "miniaudio, null or file:NAME.wav."),
        ("file:a.mp3", 'The output "file:a.mp3" names no WAV file: say file:NAME.wav.'),
        ("file:", 'The output "file:" names no WAV file: say file:NAME.wav.'),
    ],
)  # fmt: skip
def test_an_output_that_is_none_is_told(wanted: str, message: str) -> None:
    with pytest.raises(UserError) as caught:
        devices.choose(wanted)
    assert str(caught.value) == message


def told(script: str, environment: dict[str, str]) -> str:
    """What a process prints that asks for outputs."""
    need("library:portaudio", "module:simpleaudio", "module:miniaudio")
    imports = "import sys\nfrom mmc_audio import devices\nfrom mmc_audio.devices import *\n"
    run = subprocess.run(
        [sys.executable, "-c", imports + script],
        env={**environment, "PYTHONPATH": str(Path(__file__).parent.parent)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (run.returncode, run.stderr) == (0, "")
    return run.stdout


CHOOSE = """
try:
    print(devices.choose({wanted!r}))
except devices.DeviceError as error:
    print(error)
"""
LISTED = "PortAudio finds no sound device, or another program has taken it"
FOUND = "miniaudio finds no sound device, or another program has taken it"


@pytest.mark.parametrize(
    ("system", "reason"),
    [
        (no_sound.no_device, "No such file or directory"),
        (no_sound.no_server, "Connection refused"),
        (no_sound.busy_device, "Device or resource busy"),
    ],
)
def test_where_nothing_works_every_reason_is_told(
    tmp_path: Path, system: Callable[[Path], dict[str, str]], reason: str
) -> None:
    assert told(CHOOSE.format(wanted=None), system(tmp_path)) == (
        "No sound output works here:\n"
        f"  sounddevice: {LISTED}\n"
        f"  simpleaudio: the sound device can't be opened ({reason})\n"
        f"  miniaudio: {FOUND}\n"
        f"{ADVICE}\n"
    )


def test_an_output_that_was_asked_for_stands_alone(tmp_path: Path) -> None:
    environment = no_sound.no_device(tmp_path)
    said = told(CHOOSE.format(wanted="miniaudio"), environment)
    assert said == f"The output miniaudio: {FOUND}.\n{ADVICE}\n"


def test_a_device_that_is_taken_later_is_told(tmp_path: Path) -> None:
    said = told(CHOOSE.format(wanted="sounddevice"), no_sound.busy_device(tmp_path, spare=2))
    taken = "the sound device is taken by another program, or gone"
    assert said == f"The output sounddevice: {taken}.\n{ADVICE}\n"


LACKING = """
import ctypes.util
ctypes.util.find_library = lambda name: None
"""
ABSENT = "sys.modules.update(dict.fromkeys(('sounddevice', 'simpleaudio', 'miniaudio')))\n"


def test_a_machine_without_portaudio_is_told_what_to_install(tmp_path: Path) -> None:
    said = told(LACKING + CHOOSE.format(wanted="sounddevice"), no_sound.no_device(tmp_path))
    assert said == (
        "The output sounddevice: PortAudio library not found; apt-get install libportaudio2.\n"
        f"{ADVICE}\n"
    )


def test_libraries_that_are_not_installed_are_told_with_the_command(tmp_path: Path) -> None:
    assert told(ABSENT + CHOOSE.format(wanted=None), no_sound.no_device(tmp_path)) == (
        "No sound output works here:\n"
        "  sounddevice: it is not installed; pip install sounddevice\n"
        "  simpleaudio: it is not installed; pip install 'mmc-audio[simpleaudio]'\n"
        "  miniaudio: it is not installed; pip install miniaudio\n"
        f"{ADVICE}\n"
    )


CRASHES = (
    "simpleaudio 1.0.4 crashes on Python 3.12 and later when a sound ends; "
    "pip uninstall simpleaudio, then pip install 'mmc-audio[simpleaudio]'"
)


@pytest.mark.parametrize(
    ("installed", "python", "reason"),
    [
        ({"simpleaudio": "1.0.4"}, (3, 11), None),
        ({"simpleaudio": "1.0.4"}, (3, 12), CRASHES),
        ({"simpleaudio": "1.0.4"}, (3, 13), CRASHES),
        ({"simpleaudio-patched": "1.0.5"}, (3, 13), None),
        ({"simpleaudio": "1.0.4", "simpleaudio-patched": "1.0.5"}, (3, 12), None),
        ({}, (3, 13), None),
    ],
)
def test_a_simpleaudio_that_crashes_is_not_loaded(
    installed: dict[str, str], python: tuple[int, int], reason: str | None
) -> None:
    assert devices.simpleaudio_crash(installed.get, python) == reason


# PortAudio converts no rates. An encoder for a digital plug, which comes with pulseaudio, has one.
ONLY_44100 = """
pcm.nowhere { type null }
pcm.!default { type a52 rate 44100 slavepcm nowhere }
"""


def test_a_device_of_another_rate_is_told(tmp_path: Path) -> None:
    need("pulseaudio")
    environment = within(sound_environment(tmp_path, ONLY_44100))
    said = told(CHOOSE.format(wanted="sounddevice"), environment)
    refused = "the sound device does not take 48,000 Hz"
    assert said == f"The output sounddevice: {refused}.\n{ADVICE}\n"


def test_miniaudio_without_any_sound_system_is_refused(tmp_path: Path) -> None:
    """It would keep time, play nothing, and say that all is well."""
    for name in ("libpulse.so", "libpulse.so.0", "libasound.so", "libasound.so.2", "libjack.so.0"):
        (tmp_path / name).write_text("no library")
    environment = {**no_sound.no_device(tmp_path), "LD_LIBRARY_PATH": str(tmp_path)}
    said = told(CHOOSE.format(wanted="miniaudio"), environment)
    assert said == f"The output miniaudio: miniaudio finds no sound system.\n{ADVICE}\n"


RACE = """
import time
import numpy as np
device, _ = devices.opened("sounddevice")
device.play(lambda first, frames: np.ones(frames, np.int16))
while device.state() == "playing":
    time.sleep(0.01)
print(device.state(), "-", device.trouble())
"""


def test_a_device_that_swallows_everything_is_lost(tmp_path: Path) -> None:
    environment = within(sound_environment(tmp_path, "pcm.!default { type null }\n"))
    assert told(RACE, environment) == "lost - it swallows sound faster than anybody can hear it\n"
