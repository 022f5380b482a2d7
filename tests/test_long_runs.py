"""Long runs: a night's session in one file, hours of playing, a thousand programs in a batch.

The whole forms are `slow`; of those that need no hours of real time a short form is in every run.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
import numpy.typing as npt
import pytest

from mmc_audio.deck import Deck
from mmc_audio.player import Player
from mmc_audio.studio import Prepared
from mmc_audio.timeline import FRAMES_PER_MS, SAMPLE_RATE
from tests.audio import Sound
from tests.command import MMC, environment
from tests.crank import Crank
from tests.heard import clicks_between, match
from tests.long_session import A_SET_MS, HEAD_MS, long_session
from tests.parts import need
from tests.process import Sample, Watch
from tests.recorder import Heard
from tests.sound_server import SoundServer
from tests.studio import ready, shared_cache

PATTERN = 30 * FRAMES_PER_MS  # as much of the sound as a click is known by
REACH = 8 * FRAMES_PER_MS
MOST_MS = 1.0
ALIKE = 0.85  # of 1: the encoder's noise takes some
HOUR_MS = 3_600_000


def program(length_ms: int) -> str:
    """A session of about this length, never longer."""
    return long_session((length_ms - HEAD_MS) // A_SET_MS)


# ---- a night's session in one file -----------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """What a search of a whole file found: `errors` in frames, one a click, in order of time."""

    frames: int
    errors: npt.NDArray[np.int64]
    alike: npt.NDArray[np.float64]


def decoded(path: Path, most: int) -> Iterator[npt.NDArray[np.int16]]:
    """The sound of a file by ffmpeg, in blocks: nobody ever holds the whole."""
    command = ("ffmpeg", "-v", "error", "-i", str(path), "-f", "s16le", "-")
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        while block := process.stdout.read(2 * most):
            yield np.frombuffer(block, "<i2")
    assert process.returncode == 0


def searched(path: Path, prepared: Prepared) -> Found:
    """Each click of the timeline looked for in the file, around its place.

    It is known by the samples that were to be written there, with what is said at the same time.
    """
    tape = prepared.tape(prepared.timeline, prepared.mixer())
    clicks = iter(clicks_between(prepared.timeline, REACH, prepared.timeline.frames - REACH))
    errors, alike = list[int](), list[float]()
    window, start = np.zeros(0, np.int16), 0
    at = next(clicks, None)
    for block in decoded(path, 20 * SAMPLE_RATE):
        window = np.concatenate((window, block))
        while at is not None and at + PATTERN + REACH <= start + len(window):
            near = window[at - REACH - start : at + PATTERN + REACH - start]
            error, likeness = place(near, tape.read(at, PATTERN))
            errors.append(error - REACH)
            alike.append(likeness)
            at = next(clicks, None)
        kept = len(window) if at is None else max(0, at - REACH - start)
        kept = min(kept, len(window))
        start, window = start + kept, window[kept:]
    return Found(start + len(window), np.array(errors), np.array(alike))


def place(near: npt.NDArray[np.int16], pattern: npt.NDArray[np.int16]) -> tuple[int, float]:
    """Where the pattern begins in a stretch, and how like itself it is there, up to 1."""
    there, own = (np.diff(sound.astype(np.float64)) for sound in (near, pattern))
    products = np.correlate(there, own, "valid")
    best = int(np.argmax(products))
    stretch = there[best : best + len(own)]
    size = np.sqrt((stretch @ stretch) * (own @ own))
    return best, float(products[best] / size) if size else 0.0


def export(path: Path, text: str) -> int:
    """Write the MP3 of a program with the real command; its highest memory use, in kB."""
    source = path.with_suffix(".toml")
    source.write_text(text, encoding="utf-8")
    code = (
        "import sys\nfrom mmc_audio.cli import run\nfrom tests.process import peak_kb\n"
        "code = run(sys.argv[1:])\nprint(peak_kb(), file=sys.stderr)\nsys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "export", str(source), "-o", str(path)],
        env=environment(path.parent, MMC_CACHE=str(shared_cache().root)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stderr.splitlines()[-1])


def exported_and_searched(folder: Path, length_ms: int) -> tuple[Prepared, Found]:
    need("ffmpeg")
    text = program(length_ms)
    export(folder / "long.mp3", text)
    prepared = ready(text)
    found = searched(folder / "long.mp3", prepared)
    assert found.frames == prepared.timeline.frames
    assert len(found.errors) == len(clicks_between(prepared.timeline, REACH, found.frames - REACH))
    worst_ms = np.abs(found.errors).max() / FRAMES_PER_MS
    print(
        f"{prepared.timeline.duration_ms / HOUR_MS:.2f} h, {len(found.errors)} clicks, worst "
        f"{worst_ms:.3f} ms, alike {found.alike.min():.2f} or more; {found.frames} frames"
    )
    assert worst_ms <= MOST_MS
    assert found.alike.min() > ALIKE
    return prepared, found


def test_each_click_of_half_an_hour_is_in_the_file(tmp_path: Path) -> None:
    prepared, found = exported_and_searched(tmp_path, HOUR_MS // 2)
    assert prepared.timeline.duration_ms > 0.45 * HOUR_MS
    assert len(found.errors) > 500


def test_a_click_out_of_its_place_would_be_found(tmp_path: Path) -> None:
    """The search, tried on a file that is 2 ms late from its middle on."""
    need("ffmpeg")
    text = program(190_000)
    export(tmp_path / "a.wav", text)
    prepared = ready(text)
    whole = np.concatenate(list(decoded(tmp_path / "a.wav", SAMPLE_RATE)))
    middle = len(whole) // 2
    late = np.concatenate((whole[:middle], np.zeros(96, np.int16), whole[middle:]))
    raw = subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "s16le", "-ar", "48000", "-ac", "1", "-i", "-",
         str(tmp_path / "late.wav")], input=late.tobytes(), check=True,
    )  # fmt: skip
    assert raw.returncode == 0
    found = searched(tmp_path / "late.wav", prepared)
    assert found.frames == prepared.timeline.frames + 96
    half = sum(at < middle for at in clicks_between(prepared.timeline, REACH, len(whole) - REACH))
    assert set(found.errors[: half - 1]) == {0}
    assert set(found.errors[half + 1 :]) == {96}


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_each_click_of_twelve_hours_is_in_the_file(tmp_path: Path) -> None:
    """The longest session there is: its end is as exact as its begin; memory is that of an hour."""
    prepared, found = exported_and_searched(tmp_path, 12 * HOUR_MS)
    assert prepared.timeline.duration_ms > 11.8 * HOUR_MS
    assert len(found.errors) > 10_000
    first, last = found.errors[:500], found.errors[-500:]
    assert np.abs(first).max() <= FRAMES_PER_MS and np.abs(last).max() <= FRAMES_PER_MS
    export(tmp_path / "an-hour.mp3", program(HOUR_MS))  # encodes; from here on all is kept
    hour = export(tmp_path / "an-hour.mp3", program(HOUR_MS))
    twelve = export(tmp_path / "long.mp3", program(12 * HOUR_MS))
    print(f"{hour} kB for an hour, {twelve} kB for twelve")
    assert twelve - hour < 5_000 * 11  # the plan, not the sound: 4 MB an hour


# ---- hours of playing ------------------------------------------------------------------------


def played_hurried(prepared: Prepared, edge_ms: int) -> tuple[Sound, Sound]:
    """A session played as fast as it is made: what the device was given in its first and last part.

    No sound server takes sound faster than it is heard: a null sink is a clock in real time. So the
    device is turned by hand; all else is what plays.
    """
    crank = Edges(prepared.timeline.duration_ms, edge_ms)
    player = Player(Deck(crank, prepared), prepared, clock=crank.clock)
    player.start()
    while player.mode != "finished":
        crank.turn(200)
        player.step()
    return np.concatenate(crank.first), np.concatenate(crank.last)


class Edges(Crank):
    """A crank that keeps what it is given at the begin and at the end of a session."""

    def __init__(self, length_ms: int, edge_ms: int) -> None:
        super().__init__(keep=False)
        self.first: list[npt.NDArray[np.int16]] = []
        self.last: list[npt.NDArray[np.int16]] = []
        self.edge = edge_ms * FRAMES_PER_MS
        self.length = length_ms * FRAMES_PER_MS

    def _ask(self) -> None:
        source = self._source
        assert source is not None

        def kept(first: int, frames: int) -> npt.NDArray[np.int16]:
            got = source(first, frames)
            if first + len(got) <= self.edge:
                self.first.append(got)
            elif first >= self.length - self.edge:
                self.last.append(got)
            return got

        self._source = kept
        try:
            super()._ask()
        finally:
            self._source = source


def plays_what_was_planned(length_ms: int, edge_ms: int) -> None:
    prepared = ready(program(length_ms))
    first, last = played_hurried(prepared, edge_ms)
    tape = prepared.tape(prepared.timeline, prepared.mixer())
    assert len(first) > 0.9 * edge_ms * FRAMES_PER_MS
    assert len(last) > 0.9 * edge_ms * FRAMES_PER_MS
    assert np.array_equal(first, tape.read(0, len(first)))
    assert np.array_equal(last, tape.read(tape.frames - len(last), len(last)))


def test_twenty_minutes_played_end_as_exact_as_they_began() -> None:
    plays_what_was_planned(20 * 60_000, 60_000)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_two_hours_played_end_as_exact_as_they_began() -> None:
    plays_what_was_planned(2 * HOUR_MS, 300_000)


def heard_live(folder: Path, length_ms: int) -> tuple[Prepared, Heard, list[Sample]]:
    """`mmc play` on a sound server, in real time: what was heard, and what the process held."""
    need("pulseaudio", "pactl", "parec", "library:portaudio")
    text = program(length_ms)
    source = folder / "long.toml"
    source.write_text(text, encoding="utf-8")
    prepared = ready(text)
    with SoundServer() as server, server.record() as recorder:
        env = environment(folder, **server.environment, MMC_CACHE=str(shared_cache().root))
        command = [*MMC, "play", str(source), "--output", "sounddevice"]
        with subprocess.Popen(
            command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout
            reader = threading.Thread(target=process.stdout.read)  # else it would wait for us
            reader.start()
            with Watch(process.pid, 1.0) as watch:
                assert process.wait() == 0
            reader.join()
        return prepared, recorder.heard(), watch.of[process.pid]


def stays_flat(samples: list[Sample], most_kb: int) -> tuple[int, int]:
    """Memory of the middle fifth of a run and of its last, in kB; the last is hardly more.

    Files come and go within a program; one that stays open for each would lift the fewest there
    are at any moment above the most there were before.
    """
    fifth = len(samples) // 5
    early, late = samples[2 * fifth : 3 * fifth], samples[-fifth:]
    before, after = (round(median(s.kb for s in part)) for part in (early, late))
    assert after - before < most_kb, (before, after)
    assert min(s.files for s in late) <= max(s.files for s in early)
    return before, after


@pytest.mark.live
@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_twenty_minutes_in_real_time_end_as_exact_as_they_began(tmp_path: Path) -> None:
    """Heard on a sound server: every click in its place, no more memory at the end."""
    prepared, heard, samples = heard_live(tmp_path, 23 * 60_000)
    tape = prepared.tape(prepared.timeline, prepared.mixer())
    played = tape.read(0, tape.frames)
    assert tape.frames > 20 * 60 * SAMPLE_RATE
    found = match(heard.pcm, played, clicks_between(prepared.timeline, 0, tape.frames))
    fifth = len(found.errors_ms) // 5
    begin, end = (
        np.abs(part).max() for part in (found.errors_ms[:fifth], found.errors_ms[-fifth:])
    )
    before, after = stays_flat(samples[5:], 2_000)
    print(
        f"{len(found.errors_ms)} clicks: worst {begin:.2f} ms in the first fifth, {end:.2f} ms in "
        f"the last, drift {found.drift_ms_a_minute:.4f} ms a minute; {before} and {after} kB"
    )
    assert found.lost == 0 and found.different == ()
    assert begin <= MOST_MS and end <= MOST_MS
    assert abs(found.drift_ms_a_minute) < 0.05


# ---- a thousand programs ---------------------------------------------------------------------

CLIENT = """
title = "Client {number}"
voice.engine = "none"
[[exercise]]
name = "Curl"
start = "concentric"
sets = 1
reps = {reps}
tempo = "2-0-{lift}-0"
"""


def exported_in_a_batch(folder: Path, count: int, jobs: int) -> dict[str, list[Sample]]:
    """So many programs, each another one: what the processes held meanwhile that did the work."""
    for number in range(1, count + 1):
        text = CLIENT.format(number=number, reps=1 + number % 12, lift=f"{1 + number % 9 / 10:g}")
        (folder / f"c{number}.toml").write_text(text)
    names = [f"c{number}.toml" for number in range(1, count + 1)]
    with (
        subprocess.Popen(
            [*MMC, "export", *names, "-o", "out", "--jobs", str(jobs)],
            cwd=folder,
            env=environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        ) as process,
        Watch(process.pid, 0.05) as watch,
    ):
        assert process.wait() == 0
    assert len(list((folder / "out").glob("*.mp3"))) == count
    parent = watch.of.pop(process.pid)
    workers = {f"worker {n}": seen for n, seen in enumerate(watch.of.values()) if len(seen) > 20}
    return {"parent": parent, **workers}


def stays_as_it_was(folder: Path, count: int, jobs: int) -> None:
    held = exported_in_a_batch(folder, count, jobs)
    assert len(held) == (jobs + 1 if jobs > 1 else 1)
    for name, samples in held.items():
        before, after = stays_flat(samples, MOST_MORE_KB)
        files = {sample.files for sample in samples[len(samples) // 5 :]}
        print(f"{count} programs, {jobs} at once, {name}: {before} and {after} kB, files {files}")


MOST_MORE_KB = 4_000  # the sound of a thousand programs takes 500 MB


@pytest.mark.parametrize("jobs", [1, 2])
def test_forty_programs_leave_memory_and_files_as_they_were(tmp_path: Path, jobs: int) -> None:
    stays_as_it_was(tmp_path, 40, jobs)


@pytest.mark.slow
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_thousand_programs_leave_memory_and_files_as_they_were(tmp_path: Path, jobs: int) -> None:
    stays_as_it_was(tmp_path, 1_000, jobs)
