"""Music under a session, measured to the sample; and files that are none, told in words.

The bed is what a session with music has more than the same without it.
"""

from __future__ import annotations

import itertools
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile
import soxr

from mmc_audio import decode_child, music
from mmc_audio.bed import CONTEXT, Backing, laid_over, read_over
from mmc_audio.cache import Cache
from mmc_audio.duck import DOWN_MS, UP_MS, Levels
from mmc_audio.errors import ProgramError
from mmc_audio.limit import CEILING_DB
from mmc_audio.load import load_path
from mmc_audio.outputs import save
from mmc_audio.outputs.split import Split
from mmc_audio.outputs.split import save as save_split
from mmc_audio.studio import Prepared
from mmc_audio.timeline import FRAMES_PER_MS, SAMPLE_RATE, Click, Speech, Timeline
from tests import audio
from tests.command import mmc
from tests.parts import need
from tests.studio import prepared_of

Ears = npt.NDArray[np.float64]  # shape (frames, 2)

PROGRAM = """\
title = "With music"
[music]
files = {files}
{more}
[[exercise]]
name = "Squat"
start = "eccentric"
sets = 2
reps = 3
tempo = "3-0-2-1"
rest = 25
cues.eccentric = "slow and tall"
"""
SHORT = PROGRAM.replace("[[exercise]]", "[session]\nsetup = 4\n[[exercise]]").replace("25", "12")
VOICE_LUFS = -19
CEILING = 10 ** (CEILING_DB / 20)


def tone(seconds: float, hertz: float = 1_000, *, rate: int = SAMPLE_RATE) -> Ears:
    """In both ears alike; whole periods in a second, so that it joins with itself."""
    one = 0.3 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)
    return np.stack([one, one], axis=1)


def noise(seconds: float, seed: int = 0) -> Ears:
    """Each ear another."""
    return np.random.default_rng(seed).normal(0, 0.1, (round(seconds * SAMPLE_RATE), 2))


def written(folder: Path, name: str, sound: Ears, rate: int = SAMPLE_RATE) -> str:
    with soundfile.SoundFile(folder / name, "w", rate, sound.shape[1]) as file:
        for start in range(0, len(sound), 10_000):
            file.write(sound[start : start + 10_000])
    return name


def program(folder: Path, *files: str, more: str = "", talking: bool = False) -> Path:
    names = "[" + ", ".join(f'"{name}"' for name in files) + "]"
    path = folder / "p.toml"
    text = PROGRAM if talking else SHORT
    path.write_text(text.format(files=names, more=more), encoding="utf-8")
    return path


def session(folder: Path, *files: str, more: str = "", talking: bool = False) -> Prepared:
    """A short one that only clicks, or one in which much is said."""
    loaded = load_path(program(folder, *files, more=more, talking=talking))
    return prepared_of(loaded, voice=None if talking else "none")


def ears(prepared: Prepared) -> Ears:
    """The sound of a session, in both ears: 1.0 is full scale."""
    blocks = np.concatenate([np.array(block) for block in prepared.recording().blocks()])
    sound = blocks.astype(np.float64) / 32_767
    return sound if sound.ndim == 2 else np.stack([sound, sound], axis=1)


def without(prepared: Prepared) -> Prepared:
    return prepared_of(replace(prepared.program, music=None), voice=prepared.voice)


def bed(prepared: Prepared) -> Ears:
    """What the music adds; NaN where the limiter may act, which looks 6 ms around."""
    whole, plain = ears(prepared), ears(without(prepared))
    loud = (np.abs(plain).max(axis=1) + 0.1 > CEILING).astype(np.float32)
    near = np.convolve(loud, np.ones(2 * CONTEXT + 1, np.float32), "same") > 0.5
    added = whole - plain
    added[near] = np.nan
    return added


def db(sound: Ears, at_ms: float, for_ms: float = 20) -> float:
    """Root mean square in decibels of full scale, both ears; NaN where nothing is known."""
    part = sound[round(at_ms * FRAMES_PER_MS) : round((at_ms + for_ms) * FRAMES_PER_MS)]
    known = part[~np.isnan(part[:, 0])]
    return float(10 * np.log10(np.square(known).mean() + 1e-20)) if len(known) else np.nan


@pytest.fixture(scope="module")
def toned(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """A tone of 5 s that joins with itself: what it does, the bed does."""
    folder = tmp_path_factory.mktemp("toned")
    return session(folder, written(folder, "t.wav", tone(5)), more="crossfade = 0", talking=True)


@pytest.fixture(scope="module")
def toned_bed(toned: Prepared) -> Ears:
    return bed(toned)


def talk(prepared: Prepared, hold_ms: int = 2_000) -> list[tuple[int, int]]:
    """From the first word to the end of the last, where the music is down in between."""
    found: list[tuple[int, int]] = []
    for event in prepared.timeline.events:
        if not isinstance(event, Speech):
            continue
        if found and event.at_ms < found[-1][1] + hold_ms + UP_MS + DOWN_MS:
            found[-1] = (found[-1][0], max(found[-1][1], event.end_ms))
        else:
            found.append((event.at_ms, event.end_ms))
    return found


# --- how loud it is


def test_it_is_10_db_under_the_voice_and_20_db_lower_while_someone_speaks(
    toned: Prepared, toned_bed: Ears
) -> None:
    sound = toned_bed
    end_ms, stretches = toned.timeline.duration_ms, talk(toned)
    speeches = [event for event in toned.timeline.events if isinstance(event, Speech)]
    spoken = [
        db(sound, event.at_ms + ms)
        for event in speeches
        for ms in range(0, event.duration_ms - 20, 20)
        if event.at_ms > 3_000 and event.end_ms < end_ms - 3_000
    ]
    assert len(spoken) > 200
    assert np.nanmax(np.abs(np.array(spoken) - (VOICE_LUFS - 10 - 20))) < 1
    assert np.isnan(spoken).mean() < 0.5

    frees = [
        (before[1] + 2_000 + UP_MS, after[0] - DOWN_MS)
        for before, after in itertools.pairwise(stretches)
    ]
    assert len(frees) >= 3
    quiet = [
        db(sound, ms)
        for start, end in frees
        for ms in range(start, end - 20, 20)
        if start > 3_000 and end < end_ms - 3_000
    ]
    assert len(quiet) > 100
    assert np.nanmax(np.abs(np.array(quiet) - (VOICE_LUFS - 10))) < 0.3


def test_it_is_down_as_words_begin_stays_for_the_hold_and_comes_up_in_a_second(
    toned: Prepared, toned_bed: Ears
) -> None:
    sound = toned_bed
    stretches = talk(toned)
    for (_, last), (first, _) in itertools.pairwise(stretches):
        wanted = {
            last + 1_000: -49.0,
            last + 1_970: -49.0,
            last + 2_500: -39.0,  # half of the way up, in decibels
            last + 3_000 + 20: -29.0,
            first - DOWN_MS - 20: -29.0,
            first - DOWN_MS // 2 - 10: -39.0,
            first: -49.0,
        }
        found = {ms: db(sound, ms) for ms in wanted}
        found = {ms: level for ms, level in found.items() if not np.isnan(level)}
        assert len(found) >= 5
        assert found == pytest.approx({ms: wanted[ms] for ms in found}, abs=0.8)


def test_words_that_come_soon_keep_it_down() -> None:
    def speech(at_ms: int) -> Speech:
        return Speech(at_ms, "x", "intro", 500, 20)

    near, far = speech(10_500 + 1_000 + UP_MS + DOWN_MS - 1), speech(30_000)
    timeline = Timeline("", 60_000, 0, (speech(10_000), near, far))
    levels = Levels(timeline, duck_db=20, hold_ms=1_000, fade_ms=0).read(0, timeline.frames)
    down = 20 * np.log10(levels[np.arange(10_000, 13_000) * 48])
    assert down == pytest.approx(-20, abs=0.001)
    changes = 48_000 + np.flatnonzero(np.diff(levels[48_000:-48_000]) != 0)
    steps = np.split(changes, np.flatnonzero(np.diff(changes) > 48) + 1)
    bounds = [(round(part[0] / 48), round(part[-1] / 48)) for part in steps]
    after = near.end_ms + 1_000
    assert bounds == [
        (9_700, 10_000),
        (after, after + 1_000),
        (29_700, 30_000),
        (31_500, 32_500),
    ]


def test_it_fades_in_and_out_and_ends_with_the_session_in_silence(tmp_path: Path) -> None:
    files = written(tmp_path, "t.wav", tone(5))
    sound = bed(session(tmp_path, files, more="crossfade = 0"))
    assert sound[0].tolist() == sound[-1].tolist() == [0, 0]
    into = [db(sound, ms) for ms in range(0, 3_000, 100)]
    out = [db(sound[::-1], ms) for ms in range(0, 3_000, 100)]
    assert into == sorted(into) and out == sorted(out)
    assert (into[-1], out[-1]) == pytest.approx((-29, -29), abs=0.3)
    assert db(sound, 1_490) == pytest.approx(-35, abs=0.3)  # half of the amplitude
    assert np.abs(np.diff(sound, n=2, axis=0)[-480:]).max() < 1e-4


def test_files_of_any_loudness_are_brought_to_one(tmp_path: Path) -> None:
    loud = written(tmp_path, "loud.wav", noise(10, 1) * 3)
    soft = written(tmp_path, "soft.flac", noise(10, 2) * 0.1)
    softest = written(tmp_path, "softest.flac", noise(10, 3) * 0.01)
    more = "crossfade = 0\nlevel = 17\nduck = 0"
    sound = bed(session(tmp_path, loud, soft, softest, more=more))
    first, second, third = (db(sound, ms, 5_000) for ms in (4_000, 14_000, 24_000))
    assert first == pytest.approx(second, abs=0.3)
    assert third == pytest.approx(-60 + 12, abs=0.3)  # made louder by no more than 12 dB


def test_the_sum_stays_below_minus_1_dbtp_in_mp3_and_wav(tmp_path: Path) -> None:
    need("ffmpeg")
    files = written(tmp_path, "n.wav", noise(8))
    prepared = session(tmp_path, files, more="level = 0\nduck = 0\nfade = 0")
    for suffix in ("wav", "mp3"):
        heard = decoded(save(prepared.recording(), tmp_path / f"t.{suffix}"))
        between = soxr.resample(heard.astype(np.float32), 1, 4)
        assert 20 * np.log10(np.abs(between).max()) < -1, suffix


# --- that it changes nothing else


def test_what_the_music_adds_is_the_bed_to_a_step_of_16_bits(toned: Prepared) -> None:
    assert toned.music is not None
    sound = bed(toned)
    wanted = toned.music.bed(toned.timeline).read(0, toned.timeline.frames)
    assert np.isnan(sound).mean() < 0.2
    assert np.nanmax(np.abs(sound - wanted)) < 1.1 / 32_767


def test_every_click_is_at_its_sample(toned: Prepared) -> None:
    assert toned.music is not None
    under = toned.music.bed(toned.timeline).read(0, toned.timeline.frames)
    heard = (ears(toned) - under).mean(axis=1).astype(np.float32)
    clicks = [event for event in toned.timeline.events if isinstance(event, Click)]
    errors = []
    for click in clicks:
        together = [c for c in clicks if c.at_ms == click.at_ms]
        sounds = [toned.clips.sounds[c.sound].pcm[:1_440].astype(np.float32) for c in together]
        length = min(map(len, sounds))
        pattern = np.sum([sound[:length] for sound in sounds], axis=0)
        # Within 10 ms: farther off, the edges of a word are stronger than a soft tick under it.
        errors.append(audio.onset_error(heard, pattern, click.at_ms * 48, reach=480))
    assert len(errors) == len(clicks) > 50
    assert max(map(abs, errors)) <= 48  # a millisecond


@pytest.mark.parametrize("most", [1, 287, 288, 577, 4_800, 65_536])
def test_blocks_of_any_size_and_pieces_from_anywhere_give_the_same_samples(most: int) -> None:
    rng = np.random.default_rng(3)
    pcm = rng.integers(-28_000, 28_000, 20 * most if most < 300 else 40_000).astype(np.int16)
    music = rng.normal(0, 0.2, (len(pcm) + 1_000, 2)).astype(np.float32)

    class Whole:
        def read(self, first: int, frames: int) -> npt.NDArray[np.float32]:
            return music[first : first + frames].copy()

    def read(first: int, frames: int) -> npt.NDArray[np.int16]:
        return pcm[first : first + frames]

    at_once = read_over(read, Whole(), 0, len(pcm))
    assert np.abs(at_once).max() <= round(CEILING * 32_767)
    blocks = list(laid_over((pcm[i : i + most] for i in range(0, len(pcm), most)), Whole()))
    assert max(map(len, blocks)) <= max(most, 2 * CONTEXT)
    assert np.array_equal(np.concatenate(blocks), at_once)
    for first in (0, 1, 5_000, len(pcm) - 100):
        assert np.array_equal(read_over(read, Whole(), first, 700), at_once[first : first + 700])


# --- around and around


def test_a_loop_that_fits_has_neither_gap_nor_click(tmp_path: Path) -> None:
    more = "crossfade = 0\nduck = 0"
    prepared = session(tmp_path, written(tmp_path, "t.wav", tone(5)), more=more)
    sound = bed(prepared)
    inside = slice(4 * SAMPLE_RATE, -4 * SAMPLE_RATE)
    levels = [db(sound[inside], ms, 10) for ms in range(0, len(sound[inside]) // 48 - 10, 10)]
    assert np.isfinite(levels).sum() > 2_000
    assert np.nanmax(levels) - np.nanmin(levels) < 0.6  # a gap of 2 ms makes 1
    # Of a tone the second difference is as large as the tone itself: a click stands out of it.
    bend = np.abs(np.diff(sound[inside], n=2, axis=0)).max(axis=1)
    joins = [at * SAMPLE_RATE for at in (1, 6, 11, 16, 21)]  # each 5 s, seen from 4 s on
    at_joins = [bend[join - 50 : join + 50] for join in joins]
    assert np.isnan(at_joins).mean() < 0.5
    step = 1 / 32_767  # of 16 bits: each of the three samples may be half of one off, twice
    assert np.nanmax(at_joins) <= np.nanquantile(bend, 0.99) + 3 * step


def test_files_come_in_order_then_again_and_fade_into_each_other_at_even_power(
    tmp_path: Path,
) -> None:
    """Noise, since no two songs are in step; a low tone and a high one tell which it is."""
    files = []
    for name, hertz in (("low.wav", 200.0), ("high.wav", 5_000.0)):
        files.append(written(tmp_path, name, 0.3 * noise(8, int(hertz)) + tone(8, hertz)))
    prepared = session(tmp_path, *files, more="crossfade = 2\nduck = 0")
    sound = bed(prepared)
    turns = []
    for at in range(4, prepared.timeline.duration_ms // 1_000 - 4, 6):  # a new one every 6 s
        second = np.nan_to_num(sound[at * SAMPLE_RATE : (at + 1) * SAMPLE_RATE, 0])
        part = np.abs(np.fft.rfft(second))
        turns.append("low" if part[200] > part[5_000] else "high")
    assert turns[:6] == ["low", "high"] * 3

    files = [written(tmp_path, f"{seed}.wav", noise(8, seed)) for seed in (5, 6)]
    prepared = session(tmp_path, *files, more="crossfade = 2\nduck = 0")
    sound = bed(prepared)
    whole = len(sound) // 48 - 8_000
    levels = [db(sound, 4_000 + ms, 250) for ms in range(0, whole, 250)]
    assert np.nanmax(levels) - np.nanmin(levels) < 1


@pytest.mark.parametrize(
    ("name", "rate"),
    [
        ("a.mp3", 44_100),
        ("a.flac", 96_000),
        pytest.param("a.wav", 44_100, marks=pytest.mark.slow),
        pytest.param("a.ogg", 44_100, marks=pytest.mark.slow),
        pytest.param("a.aiff", 8_000, marks=pytest.mark.slow),
    ],
)
def test_every_kind_begins_at_its_beginning_and_is_heard_as_loud(
    tmp_path: Path, name: str, rate: int
) -> None:
    """A tone that leaps at 4 s: there is the leap in the bed, to a millisecond."""
    sound = tone(10, 500, rate=rate)
    sound[: 4 * rate] *= 0.25
    files = written(tmp_path, name, sound, rate)
    prepared = session(tmp_path, files, more="duck = 0\nfade = 0")
    found = bed(prepared)
    envelope = [db(found, ms / 2, 2) for ms in range(7_600, 8_400)]
    leap = next(i for i, level in enumerate(envelope) if level > (envelope[0] + envelope[-1]) / 2)
    assert abs(3_800 + leap / 2 + 1 - 4_000) <= 1.5
    assert db(found, 5_000, 2_000) - db(found, 1_000, 2_000) == pytest.approx(12.04, abs=0.3)


def test_a_file_in_mono_is_in_the_middle_and_stereo_stays_apart(tmp_path: Path) -> None:
    mono = written(tmp_path, "m.wav", tone(5)[:, :1])
    sound = bed(session(tmp_path, mono))
    assert np.nanmax(np.abs(sound[:, 0] - sound[:, 1])) < 1e-9
    left = tone(5) * [1, 0]
    sound = bed(session(tmp_path, written(tmp_path, "s.wav", left)))
    assert np.nanmax(np.abs(sound[:, 1])) < 1e-4 < np.nanmax(np.abs(sound[:, 0]))


def test_stereo_false_makes_one_channel_of_both(tmp_path: Path) -> None:
    both = written(tmp_path, "s.wav", tone(5) * [1, 0])
    prepared = session(tmp_path, both, more="stereo = false\ncrossfade = 0")
    assert prepared.recording().channels == 1
    assert {block.ndim for block in prepared.recording().blocks()} == {1}
    sound = bed(prepared)
    assert db(sound, 10_000, 5_000) == pytest.approx(-29, abs=0.3)


# --- files


def decoded(path: Path) -> Ears:
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-f", "s16le", "-"]
    raw = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    return np.frombuffer(raw, "<i2").reshape(-1, 2) / 32_768


@pytest.mark.parametrize("vbr", [False, True])
def test_the_mp3_is_that_sound_in_step_by_two_decoders(tmp_path: Path, vbr: bool) -> None:
    need("ffmpeg", "mpg123", "mp3val")
    prepared = session(tmp_path, written(tmp_path, "t.wav", tone(5) + 0.2 * noise(5)))
    path = save(prepared.recording(vbr=vbr), tmp_path / "t.mp3")
    plain = ears(prepared)
    raw = subprocess.check_output(["mpg123", "-q", "-s", "-e", "s16", str(path)])
    for heard in (decoded(path), np.frombuffer(raw, "<i2").reshape(-1, 2) / 32_768):
        assert len(heard) == prepared.timeline.frames
        missed = np.square(heard - plain).sum() / np.square(plain).sum()
        assert 10 * np.log10(missed) < -12
    said = audio.output("mp3val", str(path))
    assert "WARNING" not in said and "ERROR" not in said
    seconds = prepared.timeline.duration_ms / 1_000
    size = path.stat().st_size
    if vbr:
        assert size < 0.95 * seconds * 16_000
    else:
        assert size == pytest.approx(seconds * 16_000, rel=0.01)


@pytest.mark.parametrize(
    "suffix",
    ["flac", "m4a", *(pytest.param(one, marks=pytest.mark.slow) for one in ("ogg", "opus", "m4b"))],
)
def test_every_kind_of_file_has_the_music(tmp_path: Path, suffix: str) -> None:
    need("ffmpeg")
    files = written(tmp_path, "t.wav", tone(5))
    prepared = session(tmp_path, files, more="crossfade = 0\nduck = 0")
    heard = decoded(save(prepared.recording(), tmp_path / f"t.{suffix}"))
    assert abs(len(heard) - prepared.timeline.frames) <= (2_048 if suffix.startswith("m4") else 0)
    clicks = [event.at_ms for event in prepared.timeline.events if isinstance(event, Click)]
    gaps = [a for a, b in itertools.pairwise(clicks) if b - a >= 1_000]
    levels = [db(heard, at + 600, 300) for at in gaps if at > 4_000]
    assert len(levels) > 10
    assert np.median(levels) == pytest.approx(-29, abs=0.5)


def test_split_files_in_a_row_are_that_sound_without_a_seam(tmp_path: Path) -> None:
    need("ffmpeg")
    prepared = session(tmp_path, written(tmp_path, "t.wav", tone(5) + 0.2 * noise(5)))
    plain = ears(prepared)
    for kind in (".wav", ".mp3"):
        files = save_split(prepared.recording(), tmp_path / kind / "t.m3u8", Split("set", kind))
        assert [path.name for path in files] == [f"0{n} Squat, set {n}{kind}" for n in (1, 2)]
        pieces = [decoded(path) for path in files]
        wrong = np.concatenate(pieces) - plain * 32_767 / 32_768
        assert len(wrong) == prepared.timeline.frames
        if kind == ".wav":
            assert np.abs(wrong).max() < 1e-9
            continue
        for near in (48, 480, len(pieces[1])):
            here = slice(len(pieces[0]) - near, len(pieces[0]) + near)
            missed = np.square(wrong[here]).mean() / np.square(plain[here]).mean()
            assert 10 * np.log10(missed) < -18, near


def test_a_recording_tells_of_its_music_and_words_need_no_decoding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = session(tmp_path, written(tmp_path, "t.wav", tone(5)))
    recording = prepared.recording()
    assert (recording.music, recording.channels, recording.runs) == (True, 2, None)
    plain = without(prepared).recording()
    assert (plain.music, plain.channels) == (False, 1)
    monkeypatch.setattr(music, "decoding", None)  # would raise
    save(recording, tmp_path / "t.srt")
    save(recording, tmp_path / "t.json")


def test_decoded_music_has_no_name_and_only_what_is_needed_is_decoded(tmp_path: Path) -> None:
    files = [written(tmp_path, f"{n}.wav", tone(40, 500 + n)) for n in range(4)]
    made = load_path(program(tmp_path, *files, files[0]))
    assert made.music is not None
    kept = Cache(tmp_path / "kept")
    seen: list[float] = []
    backing = Backing(made, made.music, 70 * SAMPLE_RATE, kept)
    backing.loop(seen.append)
    assert list((tmp_path / "kept").iterdir()) == []  # on POSIX not even while it is in use
    assert (seen[0] < 0.1, seen == sorted(seen), seen[-1]) == (True, True, 1.0)
    found = music.load_music(made, made.music, 70 * SAMPLE_RATE, None, seen.append)
    assert [track.frames // SAMPLE_RATE for track in found.tracks] == [40, 40]


# --- what is wrong


PLAYLIST = b"#EXTM3U\n#EXTINF:9,\nhttp://127.0.0.1:9/a.mp3\n"
KINDS = "use a WAV, FLAC, OGG, MP3 or AIFF file"


def hostile(folder: Path) -> dict[str, str]:
    """Files, and what is said of each behind its name."""
    (folder / "text.mp3").write_text("not a sound\n" * 400)
    (folder / "list.mp3").write_bytes(PLAYLIST)
    (folder / "empty.wav").write_bytes(b"")
    (folder / "apple.m4a").write_bytes(b"\0\0\0\x20ftypM4A \0\0\0\0" + bytes(999))
    (folder / "folder.mp3").mkdir()
    (folder / "link.mp3").symlink_to("/etc/passwd")
    os.mkfifo(folder / "pipe.mp3")
    with open(folder / "huge.wav", "wb") as file:
        file.truncate(501 << 20)
    written(folder, "six.wav", np.zeros((9_000, 6)))
    written(folder, "slow.wav", np.zeros((9_000, 1)), 2_000)
    unreadable = f"is not a sound that can be read; {KINDS}"
    return {
        "text.mp3": unreadable,
        "list.mp3": unreadable,
        "empty.wav": unreadable,
        "apple.m4a": unreadable,
        "folder.mp3": "is a folder, not a file",
        "link.mp3": "is a symbolic link; links are not followed, copy the file into the program's "
        "folder and write its name from there",
        "pipe.mp3": "is not a regular file",
        "huge.wav": "has 501.0 MiB; at most 500 MiB are allowed",
        "six.wav": "has 6 channels; at most 2 are allowed",
        "slow.wav": "has a sample rate of 2,000 Hz; 4,000 to 192,000 Hz are allowed",
        "song.mp3": 'is not in the program\'s folder; did you mean "long.mp3"?',
    }


def test_check_tells_every_wrong_file_at_its_place(tmp_path: Path) -> None:
    (tmp_path / "long.mp3").write_bytes(b"")
    said = hostile(tmp_path)
    path = program(tmp_path, *said)
    run = mmc("check", path.name, cwd=tmp_path)
    line = path.read_text().splitlines()[2]
    faults = [row for row in run.out.splitlines() if ": error: " in row]
    assert faults == [
        f'p.toml:3:{line.index(name)}: error: "{name}" {words}' for name, words in said.items()
    ]
    assert run.code == 1
    assert run.out.splitlines()[-1] == "p.toml: 11 errors"


def test_export_show_and_play_tell_a_missing_file_at_its_place(tmp_path: Path) -> None:
    program(tmp_path, "gone.mp3")
    words = (
        'p.toml:3:10: error: "gone.mp3" is not in the program\'s folder\n'
        '    3 | files = ["gone.mp3"]\n'
        "      |          ^^^^^^^^^^\n"
    )
    for command in (
        ("export", "p.toml", "-o", "t.mp3"),
        ("export", "p.toml", "-o", "t.json"),
        ("show", "p.toml"),
        ("play", "p.toml", "--output", "null"),
    ):
        run = mmc(*command, cwd=tmp_path)
        assert (run.code, run.out, run.err) == (1, "", words), command
    run = mmc("show", "p.toml", "--no-music", cwd=tmp_path)
    assert (run.code, run.err) == (0, "")
    assert "Music:" not in run.out


def refusal(path: Path) -> str:
    with pytest.raises(ProgramError) as caught:
        list(prepared_of(load_path(path), voice="none").recording().blocks())
    return str(caught.value).splitlines()[0]


def test_what_shows_only_as_it_is_decoded_is_told_in_the_same_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = f"{tmp_path}/p.toml:3:10: error: "
    short = program(tmp_path, written(tmp_path, "s.wav", tone(0.25)))
    assert refusal(short) == f'{at}"s.wav" lasts 0.25 s; music must last 1 s at least'
    monkeypatch.setattr(music, "MAX_MINUTES", 0.1)
    long = program(tmp_path, written(tmp_path, "l.wav", tone(12)))
    assert refusal(long) == f'{at}"l.wav" lasts longer than 0.1 minutes'


def test_a_decoder_that_is_killed_or_says_nothing_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = f"{tmp_path}/p.toml:3:10: error: "
    path = program(tmp_path, written(tmp_path, "t.wav", tone(5)))
    boot = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV) #{main}"
    monkeypatch.setattr("mmc_audio.decode._BOOT", boot)
    stopped = '"t.wav" can\'t be decoded: the decoder was stopped by'
    assert refusal(path) == f"{at}{stopped} SIGSEGV"
    monkeypatch.setattr("mmc_audio.decode._BOOT", "import time; time.sleep(60) #{main}")
    monkeypatch.setattr("mmc_audio.decode.TIMEOUT_S", 0.5)
    assert refusal(path) == f"{at}{stopped} SIGKILL"


def test_a_sound_comes_in_pieces_as_it_does_at_once(tmp_path: Path) -> None:
    """An MP3 too, whose decoder must not be sent anywhere between two pieces."""
    from mmc_audio.soundfiles import Reader

    written(tmp_path, "n.mp3", noise(12))
    with open(tmp_path / "n.mp3", "rb") as file:
        pieces = list(decode_child.pieces(Reader(file), 60))
    whole, _ = soundfile.read(tmp_path / "n.mp3", dtype="float32")
    wanted = np.rint(np.clip(whole, -1, 1) * np.float32(32_767)).astype("<i2")
    assert len(pieces) == 3
    assert np.array_equal(np.frombuffer(b"".join(pieces), "<i2").reshape(-1, 2), wanted)
