"""The promise of the project: every click is where the timeline says, in files that others decode.

Onsets are found by a matched filter with the sounds of the click set; where several sounds begin
at once, with their sum.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import wave
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from mmc_audio.loudness import STEP, grain_energies, integrated, step_energies
from mmc_audio.outputs import save
from mmc_audio.program import MOVING
from mmc_audio.studio import Prepared
from mmc_audio.timeline import SAMPLE_RATE, Click, ExerciseSpan, Hold, Phase, Rest, SetSpan, Speech
from tests.audio import (
    Sound,
    by_ffmpeg,
    by_miniaudio,
    by_mpg123,
    by_wave,
    onset_error,
    probe,
    probed_chapters,
)
from tests.depth import DEEP
from tests.parts import need
from tests.studio import SHIPPED, ready

MP3_FRAME_S = 0.024
PIECE = 10 * SAMPLE_RATE
Decode = Callable[[Path], Sound]
# Enough for what depends on an encoder, a decoder or a meter, and not on the program.
FEW = [path for path in SHIPPED if DEEP or path.stem in ("hear-it-first", "nordic-weeks")]
SOME = [path for path in SHIPPED if DEEP or path in FEW or path.stem == "curl-3121"]
few = pytest.mark.parametrize(
    "written", FEW, indirect=True, scope="module", ids=lambda path: path.stem
)


@dataclass(frozen=True)
class Written:
    prepared: Prepared
    folder: Path
    wav: Path
    json: Path

    @property
    def mp3(self) -> Path:
        """Written when it is asked for."""
        path = self.folder / "out.mp3"
        return path if path.exists() else save(self.prepared.recording(), path)


@pytest.fixture(scope="module", params=SOME, ids=lambda path: path.stem)
def written(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Written]:
    prepared = ready(request.param)
    folder = tmp_path_factory.mktemp(request.param.stem)
    paths = [save(prepared.recording(), folder / f"out.{kind}") for kind in ("wav", "json")]
    yield Written(prepared, folder, *paths)
    shutil.rmtree(folder)


def patterns(prepared: Prepared, events: list[dict[str, object]]) -> dict[int, Sound]:
    """For each millisecond at which clicks begin, the sum of what begins there."""
    sounds = defaultdict(list)
    for event in events:
        if event["kind"] == "click":
            sounds[int(str(event["at_ms"]))].append(prepared.clips.sounds[str(event["sound"])].pcm)
    return {at: _sum(clips) for at, clips in sounds.items()}


def _sum(clips: list[np.ndarray]) -> Sound:
    total = np.zeros(max(map(len, clips)), np.float32)
    for clip in clips:
        total[: len(clip)] += clip / np.float32(32_768)
    return total


def worst_error(sound: Sound, expected: dict[int, Sound]) -> int:
    """Of all onsets, in frames. The first 30 ms of a sound are enough to know it by."""
    errors = {at: onset_error(sound, p[:1_440], at * 48) for at, p in expected.items()}
    return max(map(abs, errors.values()))


def test_every_click_of_the_wav_is_where_the_timeline_says(written: Written) -> None:
    timeline = json.loads(written.json.read_text(encoding="utf-8"))
    expected = patterns(written.prepared, timeline["events"])
    assert len(expected) > 75
    sound = by_wave(written.wav)
    assert len(sound) == timeline["duration_ms"] * 48
    assert worst_error(sound, expected) <= 1


@few
@pytest.mark.parametrize("decode", [by_ffmpeg, by_mpg123, by_miniaudio])
def test_every_click_of_the_mp3_is_where_the_timeline_says(
    written: Written, decode: Decode
) -> None:
    names = {by_ffmpeg: "ffmpeg", by_mpg123: "mpg123", by_miniaudio: "module:miniaudio"}
    need(names[decode])
    timeline = json.loads(written.json.read_text(encoding="utf-8"))
    sound = decode(written.mp3)
    assert len(sound) == timeline["duration_ms"] * 48
    assert worst_error(sound, patterns(written.prepared, timeline["events"])) <= 48


@few
def test_the_length_in_ffprobe_is_right_to_one_mp3_frame(written: Written) -> None:
    need("ffprobe")
    seconds = written.prepared.timeline.duration_ms / 1_000
    for path in (written.mp3, written.wav):
        said = float(probe(path, "-show_format")["format"]["duration"])  # type: ignore[index]
        assert said == pytest.approx(seconds, abs=MP3_FRAME_S + 1e-6)


@few
def test_level(written: Written) -> None:
    """-19 LUFS within 1, by our own meter, which tests/test_loudness.py holds to ffmpeg's."""
    sound = by_wave(written.wav)
    energies = np.zeros(-(-len(sound) // STEP) + PIECE // STEP, np.float64)
    for start in range(0, len(sound), PIECE):
        steps = step_energies(grain_energies(sound[start : start + PIECE]), 0)
        energies[start // STEP : start // STEP + len(steps)] += steps
    assert integrated(energies) == pytest.approx(-19, abs=1)
    assert np.abs(sound).max() <= 10 ** (-1 / 20)


@few
def test_level_and_true_peak(written: Written) -> None:
    """-19 LUFS within 1, true peak at most -1 dBTP, by ffmpeg's meter, after MP3's ripples."""
    need("ffmpeg")
    loudness, peak = _measured(written.mp3)
    assert loudness == pytest.approx(-19, abs=1)
    assert peak <= -1


def _measured(path: Path) -> tuple[float, float]:
    command = ["ffmpeg", "-nostats", "-i", str(path), "-af", "ebur128=peak=true", "-f", "null", "-"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    loudness = re.findall(r"I:\s+(-?[\d.]+) LUFS", said)[-1]
    return float(loudness), float(re.findall(r"Peak:\s+(-?[\d.]+) dBFS", said)[-1])


@few
def test_a_chapter_for_each_exercise_set_and_rest(written: Written) -> None:
    need("ffprobe")
    events = written.prepared.timeline.events
    spans = [e for e in events if isinstance(e, ExerciseSpan | SetSpan | Rest)]
    chapters = probed_chapters(written.mp3)
    assert len(chapters) == len(spans)
    assert chapters[0][0] == 0
    assert all(start < end for start, end, _ in chapters)


def test_no_speech_overlaps_or_talks_over_a_moving_click(written: Written) -> None:
    timeline = json.loads(written.json.read_text(encoding="utf-8"))
    speeches = [e for e in timeline["events"] if e["kind"] == "speech"]
    assert len(speeches) > 30
    for before, after in pairwise(speeches):
        assert before["at_ms"] + before["duration_ms"] < after["at_ms"]
    for event in timeline["events"]:
        if event["kind"] == "hold" or (event["kind"] == "phase" and event["name"] in MOVING):
            at = event["at_ms"]
            assert not any(s["at_ms"] < at < s["at_ms"] + s["duration_ms"] for s in speeches)


def test_no_word_is_cut(written: Written) -> None:
    """The first and the last fifth of a second of each phrase are in the WAV, at their places."""
    sound, fifth = by_wave(written.wav), 9_600
    speeches = [e for e in written.prepared.timeline.events if isinstance(e, Speech)]
    for speech in (e for e in speeches if e.tempo_permille == 1_000):
        pcm = written.prepared.clips.phrases[speech.text].pcm.astype(np.float32)
        start, end = speech.at_ms * 48, speech.at_ms * 48 + len(pcm)
        assert abs(onset_error(sound, pcm[:fifth], start, reach=240)) <= 1, speech
        assert abs(onset_error(sound, pcm[-fifth:], max(start, end - fifth), reach=240)) <= 1, (
            speech
        )


def test_nothing_is_left_out_of_the_shipped_programs(written: Written) -> None:
    dropped = [r for r in written.prepared.timeline.reports if r.what == "dropped" and r.place]
    assert dropped == []


def test_phases_and_holds_are_in_the_json(written: Written) -> None:
    timeline = json.loads(written.json.read_text(encoding="utf-8"))
    events = written.prepared.timeline.events
    for kind, type_ in (("phase", Phase), ("hold", Hold), ("click", Click), ("speech", Speech)):
        listed = [e["at_ms"] for e in timeline["events"] if e["kind"] == kind]
        assert listed == [e.at_ms for e in events if isinstance(e, type_)]


# ---- against a metronome that others wrote ----

STEADY = """
title = "A click a second"
[session]
announce = []
[sound]
ticks = "full"
[[exercise]]
name = "Steady"
start = "eccentric"
sets = 1
reps = 20
tempo = "3-0-3-0"
"""


def test_every_gap_equals_klicks_to_the_sample(tmp_path: Path) -> None:
    """klick and we play the same sound on the same beat grid; one onset finder hears both."""
    need("klick")
    prepared = ready(STEADY, voice="none")
    ours = by_wave(save(prepared.recording(), tmp_path / "ours.wav"))
    spans = [e for e in prepared.timeline.events if isinstance(e, SetSpan)]
    beat = prepared.clips.sounds["count"].pcm
    with wave.open(str(tmp_path / "beat.wav"), "wb") as file:
        file.setparams((1, 2, 48_000, 0, "NONE", ""))
        file.writeframes(beat.tobytes())
    (tmp_path / "map").write_text("20 6/4 60 xxxxxx\n")
    sounds = f"{tmp_path}/beat.wav,{tmp_path}/beat.wav"
    klick = ["klick", "-f", str(tmp_path / "map"), "-S", sounds, "-W", str(tmp_path / "klick.wav")]
    subprocess.run(klick, check=True, capture_output=True)
    theirs = by_wave(tmp_path / "klick.wav")
    start = spans[0].at_ms * 48
    grid = [n * 48_000 for n in range(120)]
    our_onsets = [
        at + onset_error(ours, _at(prepared, spans[0].at_ms + at // 48), start + at) for at in grid
    ]
    their_onsets = [at + onset_error(theirs, beat[:1_440].astype(np.float32), at) for at in grid]
    assert np.diff(our_onsets).tolist() == np.diff(their_onsets).tolist() == [48_000] * 119


def _at(prepared: Prepared, at_ms: int) -> Sound:
    events = prepared.timeline.events
    names = [e.sound for e in events if isinstance(e, Click) and e.at_ms == at_ms]
    return _sum([prepared.clips.sounds[name].pcm for name in names])[:1_440]


def test_the_same_program_gives_the_same_bytes(tmp_path: Path) -> None:
    for kind in ("wav", "mp3", "json", "csv", "srt", "lrc"):
        once, again = (
            save(ready(STEADY).recording(), tmp_path / f"{name}.{kind}").read_bytes()
            for name in ("once", "again")
        )
        assert once == again, kind
