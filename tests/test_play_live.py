"""`mmc play` itself: heard on a real sound server, seen and typed at in a real terminal."""

from __future__ import annotations

import json
import re
import shlex
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from mmc_audio import spoken
from mmc_audio.chart import Chart
from mmc_audio.clips import Pcm
from mmc_audio.session import Options
from mmc_audio.studio import Prepared
from mmc_audio.timeline import FRAMES_PER_MS, SAMPLE_RATE, Phase, Timeline
from mmc_audio.words import load_words
from tests import no_sound
from tests.audio import by_wave
from tests.command import MMC, environment, mmc
from tests.heard import clicks_between, match
from tests.parts import need
from tests.recorder import Heard
from tests.sound_server import SoundServer
from tests.studio import SHIPPED, ready, shared_cache
from tests.terminal import Terminal

pytestmark = pytest.mark.live

TOLD = re.compile(r"(?:Rep \d+: )?(lower|lift|squeeze|pause)")  # what is told of a phase
TOLD_AS = {"eccentric": "lower", "concentric": "lift"}
HEARD_MS = 35_000  # of a shipped program: eleven phases and all that is said before them
OUTPUTS = ("sounddevice", "simpleaudio", "miniaudio")
RAISE = next(path for path in SHIPPED if path.stem == "side-delts-traps-down")

# A session that comes to the point: without its introduction the first set begins soon.
QUICK = """
title = "Quick"
[session]
setup = 5
[[exercise]]
name = "Curl"
sets = 3
reps = 4
tempo = "1-0-1-0"
rest = 10
"""


@pytest.fixture
def server() -> Iterator[SoundServer]:
    need("pulseaudio", "pactl", "parec", "library:portaudio", "module:simpleaudio")
    with SoundServer() as running:
        yield running


def variables(tmp_path: Path, sound: dict[str, str]) -> dict[str, str]:
    """For a process whose sound goes to a server of ours; phrases are those of the tests."""
    cache = str(shared_cache().root)
    return {**sound, **environment(tmp_path, MMC_CACHE=cache, MMC_DATA=str(tmp_path / "data"))}


def sounding(prepared: Prepared, start_ms: int, end_ms: int) -> Pcm:
    """What a stretch of the session is made of."""
    tape = prepared.tape(prepared.timeline, prepared.mixer())
    return tape.read(start_ms * FRAMES_PER_MS, (end_ms - start_ms) * FRAMES_PER_MS)


def logged(tmp_path: Path) -> list[dict[str, object]]:
    lines = (tmp_path / "data" / "log.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


# ---- a shipped program, left alone ------------------------------------------------------------


@dataclass(frozen=True)
class Listened:
    """What a run printed, line by line with its moment, and what was heard of it."""

    code: int
    lines: list[tuple[float, str]]
    err: str
    heard: Heard


def listen(folder: Path, *arguments: str, seconds: float) -> Listened:
    """`mmc play ARGUMENTS` for some seconds, on a sound server of its own, then Ctrl-C."""
    folder.mkdir()
    with SoundServer() as server, server.record() as recorder:
        with (
            (folder / "err").open("w") as err,
            subprocess.Popen(
                [*MMC, "play", *arguments],
                env=variables(folder, server.environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=err,
                text=True,
            ) as process,
        ):
            ending = threading.Timer(seconds, process.send_signal, [signal.SIGINT])
            ending.start()
            assert process.stdout
            lines = [(time.monotonic(), line.rstrip("\n")) for line in process.stdout]
            ending.cancel()
        return Listened(process.returncode, lines, (folder / "err").read_text(), recorder.heard())


@pytest.mark.paired
def test_a_shipped_session_is_heard_as_planned_and_told_as_it_is_heard(tmp_path: Path) -> None:
    """Every click within 5 ms, no drift, each phase told within 50 ms of its sound."""
    need("pulseaudio", "pactl", "parec", "library:portaudio", "module:simpleaudio")
    prepared = ready(RAISE, options=Options(intro=False))

    def run(index: int) -> Listened:
        time.sleep(5 * index)  # starting is work, and would hold up those that play
        wanted = (str(RAISE), "--no-intro", "--output", OUTPUTS[index])
        return listen(tmp_path / OUTPUTS[index], *wanted, seconds=HEARD_MS / 1_000 + 5)

    with ThreadPoolExecutor(len(OUTPUTS)) as pool:
        runs = list(pool.map(run, range(len(OUTPUTS))))
    for name, listened in zip(OUTPUTS, runs, strict=True):
        assert listened.code == 130, listened.err
        _judge(name, listened, prepared.timeline, sounding(prepared, 0, HEARD_MS))


def _judge(name: str, run: Listened, timeline: Timeline, played: Pcm) -> None:
    clicks = clicks_between(timeline, 0, len(played))
    found = match(run.heard.pcm, played, clicks)
    assert found.lost == 0, name
    assert found.worst_ms <= 5, name
    assert abs(found.drift_ms_a_minute) < 1, name
    assert found.different == (), f"{name}: sound was lost"

    phases = [e for e in timeline.events if isinstance(e, Phase)]
    told = [(at, TOLD.fullmatch(line)) for at, line in run.lines if TOLD.fullmatch(line)]
    assert len(told) > 10, run.lines
    names = [TOLD_AS.get(phase.name, phase.name) for phase in phases[: len(told)]]
    assert [line and line[1] for _, line in told] == names
    late_ms = [
        (at - run.heard.time_of(found.start + phase.at_ms * FRAMES_PER_MS)) * 1_000
        for (at, _), phase in zip(told, phases, strict=False)
        if phase.at_ms < HEARD_MS
    ]
    assert max(map(abs, late_ms)) < 50, (name, [round(ms) for ms in late_ms])


# ---- keys in a terminal -----------------------------------------------------------------------


@dataclass
class Typed:
    """A session in a terminal, with its sound."""

    terminal: Terminal
    server: SoundServer
    folder: Path

    def play(self, *arguments: str) -> None:
        program = self.folder / "quick.toml"
        program.write_text(QUICK)
        self.terminal.run([*MMC, "play", str(program), "--no-intro", *arguments])

    def ended(self) -> str:
        """What is on the terminal when the shell is back."""
        return self.terminal.wait_until(
            lambda screen: screen.rstrip().endswith("prompt>") and screen.count("prompt>") > 1,
            "end of the session",
        )


@pytest.fixture
def typed(server: SoundServer, tmp_path: Path) -> Iterator[Typed]:
    with Terminal(columns=90, lines=30, env=variables(tmp_path, server.environment)) as terminal:
        yield Typed(terminal, server, tmp_path)


def quick() -> Prepared:
    prepared = ready(QUICK, options=Options(intro=False))
    words = load_words("en")
    return prepared.with_phrases(
        spoken.phrases(Chart(prepared.timeline), words), cache=shared_cache()
    )


def quiet_from(heard: Heard, frame: int) -> int:
    """The first frame from there on after which nothing sounds for a second."""
    loud = np.flatnonzero(np.abs(heard.pcm[frame:]) > 3)
    ends = np.flatnonzero(np.diff(loud, append=loud[-1] + 2 * SAMPLE_RATE) > SAMPLE_RATE)
    return frame + int(loud[ends[0]]) + 1


@pytest.mark.paired
@pytest.mark.parametrize("output", OUTPUTS)
def test_pause_skip_and_volume_lose_and_repeat_nothing(typed: Typed, output: str) -> None:
    """A pause is silence at once; then a count-in and the rep from its start; a skip is exact.

    Six steps of ten percent down are a level of 40 percent.
    """
    prepared = quick()
    first, second = Chart(prepared.timeline).sets.events[:2]
    with typed.server.record() as recorder:
        typed.play("--output", output)
        typed.terminal.wait_for("Rep 2 of 4")
        time.sleep(0.5)
        pressed = time.monotonic()
        typed.terminal.press("Space")
        typed.terminal.wait_for("Paused", within_s=1)
        answered = time.monotonic()
        time.sleep(2.5)
        typed.terminal.press("Space")
        typed.terminal.wait_for("Rep 2 of 4")
        typed.terminal.wait_for("Rep 3 of 4")
        typed.terminal.press("n")
        typed.terminal.wait_for("Set 2 of 3  Rep 1 of 4")
        time.sleep(1.2)
        typed.terminal.type("[[[[[[")
        typed.terminal.wait_for("volume 40 %", within_s=1)
        typed.terminal.wait_for("Rep 3 of 4")
        time.sleep(0.5)
        typed.terminal.press("q")
        screen = typed.ended()
        heard = recorder.heard()
    assert answered - pressed < 0.3  # of a tmux that is asked every 20 ms; the key itself: 0.1
    assert "Go on from this set with: mmc play --resume" in screen

    rep = first.at_ms + 2_000
    _, end = found(heard.pcm, sounding(prepared, first.at_ms, rep))
    silent = quiet_from(heard, end)
    limit = 0.45 if output == "simpleaudio" else 0.25  # what it has handed over sounds on
    assert heard.time_of(silent) - pressed < limit
    half = sounding(prepared, rep, rep + 300)
    assert same(heard.pcm[end : end + len(half)], half)

    again, over = found(heard.pcm[silent:], sounding(prepared, rep, rep + 2_000))
    counted = heard.pcm[silent : silent + again]
    assert np.count_nonzero(np.abs(counted) > 500) > SAMPLE_RATE // 10  # "three, two, one"

    skipped = sounding(prepared, second.at_ms - second.lead_in_ms, second.at_ms + 1_000)
    _, landed = found(heard.pcm[silent + over :], skipped)

    # Set 2 goes on, softer: its third rep begins three seconds later.
    third = sounding(prepared, second.at_ms + 4_000, second.at_ms + 4_400).astype(float)
    at = silent + over + landed + 3_000 * FRAMES_PER_MS
    softer = heard.pcm[at : at + len(third)].astype(float)
    assert float(softer @ third) / float(third @ third) == pytest.approx(0.4, abs=0.01)


def found(heard: Pcm, piece: Pcm) -> tuple[int, int]:
    """Where a piece of the session, every sample of it, is in a recording: its start and end."""
    size = 1 << (len(heard) + len(piece)).bit_length()
    spectra = [np.fft.rfft(sound.astype(np.float64), size) for sound in (heard, piece)]
    at = int(np.argmax(np.fft.irfft(spectra[0] * spectra[1].conj(), size)[: len(heard)]))
    assert same(heard[at : at + len(piece)], piece)
    return at, at + len(piece)


def same(heard: Pcm, piece: Pcm) -> bool:
    """Whether the samples are the same, but for the rounding of a mean of two channels."""
    if len(heard) != len(piece):
        return False
    return int(np.abs(heard.astype(np.int32) - piece.astype(np.int32)).max()) <= 1


def test_the_terminal_is_as_before_after_every_way_out(typed: Typed) -> None:
    terminal = typed.terminal
    before = terminal.attributes()
    for way, status in (("q", "0"), ("C-c", "130")):
        typed.play()
        terminal.wait_for("Curl")
        assert terminal.second_screen and not terminal.cursor_shown
        terminal.press(way)
        terminal.wait_until(lambda screen: not terminal.second_screen, "end")
        terminal.run("echo status $?")
        terminal.wait_for(f"status {status}")
        assert terminal.attributes() == before
        assert terminal.cursor_shown
        terminal.run("clear")


def test_ctrl_z_pauses_and_fg_goes_on_looking_the_same(typed: Typed) -> None:
    terminal = typed.terminal
    before = terminal.attributes()
    typed.play()
    terminal.wait_for("Rep 2 of 4")
    terminal.press("C-z")
    terminal.wait_for("Stopped")
    assert terminal.attributes() == before
    assert not terminal.second_screen
    terminal.run("echo still here")
    terminal.wait_for("still here")
    terminal.run("fg")
    terminal.wait_for("Paused")
    assert terminal.second_screen
    terminal.press("Space")
    terminal.wait_for("Rep 3 of 4")
    terminal.press("q")
    typed.ended()
    [entry] = logged(typed.folder)
    assert (entry["pauses"], entry["ended"]) == (1, "quit")


def test_a_session_without_an_input_plays_and_can_be_interrupted(tmp_path: Path) -> None:
    program = tmp_path / "quick.toml"
    program.write_text(QUICK)
    with Terminal(columns=90, lines=30, env=variables(tmp_path, {})) as terminal:
        terminal.run(f"{shlex.join([*MMC, 'play', str(program)])} --output null --no-intro <&-")
        terminal.wait_for("Rep 1 of 4")
        assert terminal.second_screen
        terminal.press("C-c")
        terminal.wait_until(lambda screen: not terminal.second_screen, "end")
        terminal.run("echo status $?")
        terminal.wait_for("status 130")


def test_a_speed_that_is_no_number_is_refused(tmp_path: Path) -> None:
    program = tmp_path / "quick.toml"
    program.write_text(QUICK)
    for command in ("play", "export"):
        run = mmc(command, str(program), "--tempo", "nan", cwd=tmp_path)
        assert run.code == 2
        assert run.err.endswith("nan is no speed. Write a number from 0.5 to 2.\n")


# ---- devices that fail ------------------------------------------------------------------------


def fails(folder: Path, sound: dict[str, str], *arguments: str) -> tuple[int, str]:
    """How a run ends that can't begin, and what it says."""
    program = folder / "quick.toml"
    program.write_text(QUICK)
    run = subprocess.run(
        [*MMC, "play", str(program), *arguments],
        env=variables(folder, sound),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.stdout == ""
    return run.returncode, run.stderr


@pytest.mark.parametrize("output", [*OUTPUTS, None])
@pytest.mark.parametrize("trouble", ["no_device", "no_server", "busy_device"])
def test_a_device_that_cannot_be_had_is_told_before_any_work(
    tmp_path: Path, trouble: str, output: str | None
) -> None:
    need("library:portaudio", "module:simpleaudio")
    sound = getattr(no_sound, trouble)(tmp_path)
    code, err = fails(tmp_path, sound, *(["--output", output] if output else []))
    assert code == 1
    for name in [output] if output else OUTPUTS:
        assert name is not None and name in err
    assert err.startswith("error: ")
    assert "Traceback" not in err and "ALSA lib" not in err
    assert not (tmp_path / "data" / "log.jsonl").exists()


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("trouble", ["unplug_for_good", "kill"])
def test_a_device_lost_in_mid_set_keeps_the_place_and_resume_goes_on(
    typed: Typed, output: str, trouble: str
) -> None:
    terminal = typed.terminal
    before = terminal.attributes()
    typed.play("--output", output, "--from", "1.2")
    terminal.wait_for("Set 2 of 3  Rep 2 of 4")
    getattr(typed.server, trouble)()
    screen = " ".join(typed.ended().split())
    assert f"error: The sound output {output} went away in exercise 1, set 2" in screen
    assert "go on with: mmc play --resume" in screen
    assert terminal.attributes() == before and not terminal.second_screen
    terminal.run("echo status $?")
    terminal.wait_for("status 1")
    assert [(e["ended"], e["output"]) for e in logged(typed.folder)] == [("output lost", output)]

    typed.server.start() if trouble == "kill" else typed.server.plug()
    terminal.run("clear")
    terminal.run([*MMC, "play", "--resume"])
    terminal.wait_for("Set 2 of 3  Rep 1 of 4")
    terminal.press("q")
    terminal.wait_until(lambda screen: not terminal.second_screen, "end")


def test_another_output_takes_over_from_earbuds_that_drop_out(typed: Typed) -> None:
    with typed.server.record() as recorder:
        typed.play()
        typed.terminal.wait_for("Rep 2 of 4")
        typed.server.unplug()
        recorder.stop()
    [loudspeaker] = typed.server.outputs()
    with typed.server.record(loudspeaker) as recorder:
        typed.terminal.wait_for("Rep 4 of 4")
        time.sleep(1.5)
        assert np.abs(recorder.heard().pcm).max() > 1_000
    typed.terminal.press("q")
    typed.ended()
    assert [e["ended"] for e in logged(typed.folder)] == ["quit"]


def test_options_are_kept_for_going_on(typed: Typed) -> None:
    """--resume goes on with the speed, the talk and the rest that was chosen."""
    typed.play("--tempo", "0.8", "--wait", "--volume", "30", "--from", "1.2", "--talk", "quiet")
    typed.terminal.wait_for("Press space when you are ready")
    typed.terminal.press("q")
    typed.ended()
    kept = json.loads((typed.folder / "data" / "bookmark.json").read_text())
    assert (kept["exercise"], kept["set"]) == (1, 2)
    assert {k: kept["options"][k] for k in ("tempo", "wait", "volume", "talk")} == {
        "tempo": 0.8,
        "wait": True,
        "volume": 30,
        "talk": "quiet",
    }
    typed.terminal.run("clear")
    typed.terminal.run([*MMC, "play", "--resume", "--volume", "50"])
    typed.terminal.wait_for("Press space when you are ready")
    typed.terminal.wait_for("volume 50 %")
    typed.terminal.press("q")
    typed.ended()


def test_a_faster_session_is_faster_and_file_has_every_sample_of_it(tmp_path: Path) -> None:
    """Twice as fast; and `file` has all of it, to the sample."""
    program, wav = tmp_path / "quick.toml", tmp_path / "heard.wav"
    program.write_text(QUICK.replace("sets = 3", "sets = 1"))
    arguments = ["--tempo", "2", "--no-intro", "--output", f"file:{wav}"]
    run = subprocess.run(
        [*MMC, "play", str(program), *arguments],
        env=variables(tmp_path, {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    prepared = ready(
        QUICK.replace("sets = 3", "sets = 1"), options=Options(intro=False, permille=2_000)
    )
    assert prepared.timeline.duration_ms < 14_000
    whole = sounding(prepared, 0, prepared.timeline.duration_ms)
    assert np.array_equal(np.rint(by_wave(wav) * 32_768).astype(np.int16), whole)
    assert run.stdout.splitlines()[-1] == "End of the session."
    [entry] = logged(tmp_path)
    assert (entry["ended"], entry["output"], entry["tension_ms"]) == ("finished", "file", 4_000)
    assert not (tmp_path / "data" / "bookmark.json").exists()
