"""Ears for the tests: decoders that others wrote, an onset finder, and recordings to be heard."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mmc_audio.outputs.recording import Recording
from mmc_audio.timeline import (
    FRAMES_PER_MS,
    SAMPLE_RATE,
    Click,
    Event,
    ExerciseSpan,
    Hold,
    Rest,
    SetSpan,
    Speech,
    Timeline,
)

Sound = npt.NDArray[np.float32]  # shape (frames,), mono at 48 kHz, full scale 1.0

BLOCK_FRAMES = 65_536


def by_ffmpeg(path: Path) -> Sound:
    return _heard("ffmpeg", "-v", "error", "-i", str(path), "-f", "s16le", "-")


def by_mpg123(path: Path) -> Sound:
    return _heard("mpg123", "-q", "-s", "-e", "s16", str(path))


def by_miniaudio(path: Path) -> Sound:
    import miniaudio

    decoded = miniaudio.decode_file(
        str(path),
        output_format=miniaudio.SampleFormat.SIGNED16,
        nchannels=1,
        sample_rate=SAMPLE_RATE,
    )
    return np.frombuffer(decoded.samples, np.int16).astype(np.float32) / 32_768


def by_wave(path: Path) -> Sound:
    import wave

    with wave.open(str(path), "rb") as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (48_000, 1, 2)
        return np.frombuffer(file.readframes(-1), "<i2").astype(np.float32) / 32_768


def _heard(*command: str) -> Sound:
    raw = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    return np.frombuffer(raw, "<i2").astype(np.float32) / 32_768


def onset_error(sound: Sound, pattern: Sound, at_frame: int, reach: int = 960) -> int:
    """How many frames after `at_frame` the pattern really begins, by a matched filter.

    Looks `reach` frames to both sides and takes the place of the highest correlation. Both are
    differenced first: an onset is in the edges of a sound, not in the body of the speech around it.
    """
    start, end = at_frame - reach - 1, at_frame + reach + len(pattern)
    window = np.pad(sound[max(0, start) : end], (max(0, -start), max(0, end - len(sound))))
    correlation = np.correlate(np.diff(window), np.diff(pattern, prepend=0), "valid")
    return int(np.argmax(correlation)) - reach


def click(seed: int = 0) -> npt.NDArray[np.int16]:
    """An impulsive click of 30 ms: a sharp attack of tone and noise that dies away."""
    rng = np.random.default_rng(seed)
    k = np.arange(30 * FRAMES_PER_MS)
    tone = np.cos(2 * np.pi * (1_000 + 400 * (seed % 5)) * k / SAMPLE_RATE)
    shape = (0.7 * tone + 0.3 * rng.uniform(-1, 1, len(k))) * np.exp(-k / 250)
    return np.round(20_000 * shape).astype(np.int16)


def noise(frames: int, seed: int = 0) -> npt.NDArray[np.int16]:
    """A burst of noise, each seed a different one."""
    return np.random.default_rng(seed).integers(-9_000, 9_000, frames).astype(np.int16)


def recording(
    duration_ms: int,
    placed: dict[int, npt.NDArray[np.int16]] | None = None,
    *,
    events: tuple[Event, ...] = (),
    title: str = "Bridges",
    author: str = "Ann Lee",
    block_frames: int = BLOCK_FRAMES,
) -> Recording:
    """Sounds placed at milliseconds in silence; a `Click` event stands for each."""
    clicks = tuple(Click(at_ms, "tick") for at_ms in placed or ())
    ordered = tuple(sorted((*events, *clicks), key=lambda event: event.at_ms))
    timeline = Timeline(title, duration_ms, 0, ordered)
    whole = np.zeros(timeline.frames, np.int16)
    for at_ms, sound in (placed or {}).items():
        start = at_ms * FRAMES_PER_MS
        whole[start : start + len(sound)] += sound

    def blocks() -> Iterator[npt.NDArray[np.int16]]:
        for start in range(0, len(whole), block_frames):
            yield whole[start : start + block_frames]

    return Recording(title, author, timeline, blocks)


class Repeated:
    """A sound every 984 ms, which is a multiple of 24, as runs."""

    def __init__(self, sound: npt.NDArray[np.int16], times: int) -> None:
        self.sound, self.times = sound, times

    def places(self) -> Iterator[tuple[int, int]]:
        return ((time * 41 * 1_152, 0) for time in range(self.times))

    def frames(self, number: int) -> int:
        return len(self.sound)

    def blocks(self, number: int) -> Iterator[npt.NDArray[np.int16]]:
        yield self.sound

    def name(self, number: int) -> str:
        return hashlib.sha256(self.sound.tobytes()).hexdigest()


def session_events() -> tuple[Event, ...]:
    """Two exercises in 60 s: two sets with a rest, then a hold; with words."""
    return (
        ExerciseSpan(1_000, 36_000, 1, "Glute bridge"),
        Speech(1_200, "Glute bridge, two sets of ten.", "intro", 1_900, 40),
        SetSpan(10_000, 8_000, 1, 1, 2, 10, "warm-up", 3_000),
        Speech(12_000, "squeeze", "concentric", 450, 30),
        Rest(18_000, 12_000, 1, 1),
        SetSpan(30_000, 7_000, 1, 2, 2, 1, "", 3_000),
        Rest(37_000, 9_000, 1, 2),
        ExerciseSpan(40_000, 17_500, 2, "Plank"),
        SetSpan(46_000, 11_500, 2, 1, 1, 0, "", 3_000),
        Hold(46_000, 11_500, 2, 1),
    )


SESSION_CHAPTERS = (  # of session_events() in 60 s: start in ms, end, title
    (0, 7_000, "1. Glute bridge"),
    (7_000, 18_000, "Set 1 of 2: warm-up, 10 reps"),
    (18_000, 27_000, "Rest 12 s"),
    (27_000, 37_000, "Set 2 of 2: 1 rep"),
    (37_000, 40_000, "Rest 9 s"),
    (40_000, 43_000, "2. Plank"),
    (43_000, 60_000, "Set 1 of 1: hold 11.5 s"),
)


def probed_chapters(path: Path) -> tuple[tuple[int, int, str], ...]:
    """The chapters as ffprobe reads them: start in ms, end, title."""
    found = probe(path, "-show_chapters")["chapters"]
    assert isinstance(found, list)
    return tuple(
        (
            round(float(c["start_time"]) * 1_000),
            round(float(c["end_time"]) * 1_000),
            c["tags"]["title"],
        )
        for c in found
    )


def probe(path: Path, *options: str) -> dict[str, object]:
    """What ffprobe says of a file."""
    import json

    command = ("ffprobe", "-v", "error", "-of", "json", *options, str(path))
    found: dict[str, object] = json.loads(subprocess.check_output(command))
    return found


def output(*command: str) -> str:
    """Everything that a program prints."""
    return subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True
    ).stdout
