"""`pan_sides`: stereo that leans to the side that works, measured in decoded files."""

from __future__ import annotations

import json
import re
import subprocess
import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from mmc_audio.errors import UserError
from mmc_audio.outputs import save, wav
from mmc_audio.outputs.recording import Recording
from mmc_audio.studio import Prepared
from mmc_audio.timeline import FRAMES_PER_MS, Phase, Rest, SetSpan, Speech, Timeline
from tests.audio import by_wave, probe
from tests.parts import need
from tests.studio import ready

PROGRAM = """\
title = "Sides"
[sound]
pan_sides = {pan}
glide = "effort"
[defaults]
sets = 1
rest = 20
[[exercise]]
name = "Calf raise"
start = "concentric"
reps = 3
tempo = "2-0-1-2"
sides = "{sides}"
cues.concentric = "tall on the big toe"
[[exercise]]
name = "Dead bug"
start = "eccentric"
reps = 2
tempo = "3-1-2-0"
sides = "{turns}"
"""
STEREO = PROGRAM.format(pan="true", sides="left-right", turns="alternate")
PLAIN = PROGRAM.format(pan="false", sides="left-right", turns="alternate")
ONE_SIDED = PROGRAM.format(pan="true", sides="both", turns="both")
LEAN_DB = {"left": 6.02, "right": -6.02, "": 0.0}

Ears = npt.NDArray[np.float64]  # shape (frames, 2)


@pytest.fixture(scope="module")
def stereo() -> Prepared:
    return ready(STEREO)


def decoded(path: Path) -> Ears:
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-f", "s16le", "-ac", "2", "-"]
    raw = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    return np.frombuffer(raw, "<i2").reshape(-1, 2) / 32_768


def lean_db(ears: Ears, at_ms: int, until_ms: int) -> float:
    """How much louder the left ear is."""
    left, right = np.square(ears[at_ms * FRAMES_PER_MS : until_ms * FRAMES_PER_MS]).sum(axis=0)
    return float(10 * np.log10(left / right))


def spans(prepared: Prepared) -> list[SetSpan]:
    return [event for event in prepared.timeline.events if isinstance(event, SetSpan)]


@pytest.mark.parametrize(
    ("suffix", "within_db"),
    [("wav", 0.01), ("flac", 0.01), ("mp3", 0.1), ("ogg", 0.3), ("m4a", 0.3)],
)
def test_a_set_leans_to_its_side_by_6_db_from_its_count_in_on(
    stereo: Prepared, tmp_path: Path, suffix: str, within_db: float
) -> None:
    need("ffmpeg")
    ears = decoded(save(stereo.recording(), tmp_path / f"t.{suffix}"))
    found = {
        span.side: lean_db(ears, span.at_ms - span.lead_in_ms, span.at_ms + span.duration_ms - 50)
        for span in spans(stereo)
        if span.side != "both"
    }
    assert found == pytest.approx({"left": 6.02, "right": -6.02}, abs=within_db)
    assert abs(len(ears) - stereo.timeline.frames) <= (0 if suffix != "m4a" else 2_048)


def test_where_sides_take_turns_clicks_lean_from_rep_to_rep_and_the_voice_stays(
    stereo: Prepared, tmp_path: Path
) -> None:
    need("ffmpeg")
    ears = decoded(save(stereo.recording(), tmp_path / "t.wav"))
    turns = next(span for span in spans(stereo) if span.side == "both")
    events = stereo.timeline.events
    phases = [e for e in events if isinstance(e, Phase) and e.exercise == turns.exercise]
    assert [(phase.rep, phase.side) for phase in phases if phase.name == "eccentric"] == [
        *((1, "left"), (2, "right"), (3, "left"), (4, "right"))
    ]
    said = [e for e in events if isinstance(e, Speech)]
    quiet = [
        p for p in phases if all(s.end_ms <= p.at_ms or s.at_ms >= p.at_ms + 300 for s in said)
    ]
    assert len(quiet) > 4
    for phase in quiet:
        wanted = LEAN_DB[phase.side]
        assert lean_db(ears, phase.at_ms, phase.at_ms + 30) == pytest.approx(wanted, abs=0.01)


def test_all_else_is_in_the_middle(stereo: Prepared, tmp_path: Path) -> None:
    need("ffmpeg")
    ears = decoded(save(stereo.recording(), tmp_path / "t.wav"))
    rests = [event for event in stereo.timeline.events if isinstance(event, Rest)]
    bounds = [(0, spans(stereo)[0].at_ms - spans(stereo)[0].lead_in_ms)]
    bounds += [(rest.at_ms + 300, rest.at_ms + rest.duration_ms - 3_100) for rest in rests]
    assert len(bounds) == 3
    for at_ms, until_ms in bounds:
        start, end = at_ms * FRAMES_PER_MS, until_ms * FRAMES_PER_MS
        assert np.array_equal(ears[start:end, 0], ears[start:end, 1])
        assert ears[start:end].any()


def test_one_ear_alone_hears_the_whole_session(stereo: Prepared, tmp_path: Path) -> None:
    """The same sounds at the same samples as in mono, in each ear."""
    need("ffmpeg")
    mono = by_wave(save(ready(PLAIN).recording(), tmp_path / "mono.wav"))
    ears = decoded(save(stereo.recording(), tmp_path / "t.wav"))
    for ear in ears.T:
        for span in spans(stereo):
            part = slice(span.at_ms * FRAMES_PER_MS, (span.at_ms + 900) * FRAMES_PER_MS)
            assert np.corrcoef(ear[part], mono[part])[0, 1] > 0.99  # the limiter does more in one


def test_stereo_is_as_loud_as_podcasts_are(stereo: Prepared, tmp_path: Path) -> None:
    """-16 LUFS, which is what -19 in mono is to two ears; no peak above -1 dBTP."""
    need("ffmpeg")
    path = save(stereo.recording(), tmp_path / "t.mp3")
    command = ["ffmpeg", "-nostats", "-i", str(path), "-af", "ebur128=peak=true", "-f", "null", "-"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    assert float(re.findall(r"I:\s+(-?[\d.]+) LUFS", said)[-1]) == pytest.approx(-16, abs=1)
    assert float(re.findall(r"Peak:\s+(-?[\d.]+) dBFS", said)[-1]) <= -1
    stream = probe(path, "-select_streams", "a", "-show_entries", "stream=channels,bit_rate")[
        "streams"
    ]
    assert stream == [{"channels": 2, "bit_rate": "128000"}]


def test_the_data_says_how_many_channels_there_are(stereo: Prepared, tmp_path: Path) -> None:
    for prepared, channels in ((stereo, 2), (ready(PLAIN), 1)):
        path = save(prepared.recording(), tmp_path / f"{channels}.json")
        assert json.loads(path.read_text("utf-8"))["channels"] == channels


def test_a_program_without_sides_stays_in_mono(tmp_path: Path) -> None:
    """Sample for sample as without `pan_sides`."""
    without = PROGRAM.format(pan="false", sides="both", turns="both")
    panned, plain = (
        by_wave(save(ready(text).recording(), tmp_path / name))
        for text, name in ((ONE_SIDED, "panned.wav"), (without, "plain.wav"))
    )
    assert np.array_equal(panned, plain)


def test_live_is_the_file_sample_for_sample(stereo: Prepared, tmp_path: Path) -> None:
    with wave.open(str(save(stereo.recording(), tmp_path / "t.wav"))) as file:
        whole = np.frombuffer(file.readframes(-1), "<i2").reshape(-1, 2)
    tape = stereo.tape(stereo.timeline, stereo.mixer())
    assert np.array_equal(tape.read(0, tape.frames), whole)


def test_a_wav_that_can_not_hold_it_says_so(tmp_path: Path) -> None:
    long = Recording("T", "", Timeline("T", 7 * 3_600_000, 0, ()), lambda: iter(()), channels=2)
    with pytest.raises(UserError) as caught:
        wav.write(long, tmp_path / "t.wav")
    assert str(caught.value) == (
        "A WAV file in stereo holds at most 6 h 12 min; export MP3 or FLAC, or leave out what "
        "makes it stereo: pan_sides, music."
    )
