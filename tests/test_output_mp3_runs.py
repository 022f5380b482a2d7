"""The MP3 laid from runs: the same sound as one long encode, for the price of what is new in it."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import lameenc
import numpy as np
import pytest

from fuzz import frames
from mmc_audio import soundfiles
from mmc_audio.cache import Cache
from mmc_audio.clips import Pcm
from mmc_audio.outputs import lame, mp3, mp3runs, save
from mmc_audio.outputs.chapters import chapters, flat
from mmc_audio.outputs.mp3frames import FRAME_SAMPLES, SIZES, Layout
from mmc_audio.outputs.mp3relay import relaid
from mmc_audio.outputs.mp3runs import LEAD, QUALITY
from mmc_audio.outputs.pcm import BrokenOutput
from mmc_audio.outputs.recording import Recording
from mmc_audio.studio import Prepared
from mmc_audio.timeline import GRID_MS, SAMPLE_RATE, Click, SetSpan
from tests import audio
from tests.parts import need
from tests.studio import SHIPPED, ready, shared_cache
from tests.test_output_mp3 import parts, read_info

PROGRAM = """
title = "Short"
[sound]
glide = "{glide}"
pan_sides = {pan}
[[exercise]]
name = "Squat"
start = "eccentric"
sides = "left-right"
sets = 2
reps = 3
tempo = "2-1-1-0"
rest = 15
cues.concentric = "{cue}"
"""
CUE = "push the floor"
STEREO = PROGRAM.format(cue=CUE, glide="off", pan="true").replace("reps = 3", "reps = 4")
KINDS = {"even": False, "small": True}  # whether it is of variable bit rate
DECODERS: dict[str, tuple[str, Callable[[Path], audio.Sound]]] = {
    "ffmpeg": ("ffmpeg", audio.by_ffmpeg),
    "mpg123": ("mpg123", audio.by_mpg123),
    "miniaudio": ("module:miniaudio", audio.by_miniaudio),
}


def program(cue: str = CUE, *, glide: str = "off", pan: str = "false") -> Prepared:
    return ready(PROGRAM.format(cue=cue, glide=glide, pan=pan))


# The short one in every run, and all that we ship in the long ones.
CHAPTERED = [
    pytest.param(PROGRAM.format(cue=CUE, glide="off", pan="false"), id="short"),
    *(pytest.param(path, id=path.stem, marks=pytest.mark.slow) for path in SHIPPED),
]


def place_of(piece: audio.Sound, sound: audio.Sound) -> int:
    """The sample of the sound at which it differs least from the piece."""
    size = len(sound) + len(piece)
    spectrum = np.fft.rfft(sound, size) * np.conj(np.fft.rfft(piece, size))
    alike = np.fft.irfft(spectrum, size)[: len(sound) - len(piece) + 1]
    power = np.concatenate([[0.0], np.cumsum(np.square(sound, dtype=np.float64))])
    return int(np.argmin(power[len(piece) :] - power[: -len(piece)] - 2 * alike))


@pytest.fixture(scope="module")
def short() -> Prepared:
    return program()


def alone(prepared: Prepared, folder: Path) -> Recording:
    """A recording whose encodings are kept in this folder."""
    return replace(prepared.recording(), cache=Cache(folder).of_encodings())


def one_long_encode(recording: Recording, path: Path) -> tuple[Path, int]:
    """The whole session through one encoder at the same settings, and how late its sound is."""
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_in_sample_rate(SAMPLE_RATE)
    encoder.set_out_sample_rate(SAMPLE_RATE)
    encoder.set_channels(recording.channels)
    encoder.set_bit_rate(mp3.BITRATE * recording.channels)
    encoder.set_quality(QUALITY)
    pieces = [bytes(encoder.encode(block.tobytes())) for block in recording.blocks()]
    path.write_bytes(b"".join(pieces) + bytes(encoder.flush()))
    return path, 1_105


def signal_to_noise_db(sound: audio.Sound, plain: audio.Sound) -> float:
    noise = plain - sound[: len(plain)]
    return float(10 * np.log10(np.square(plain).sum() / np.square(noise).sum()))


@pytest.mark.parametrize("decoder", DECODERS)
@pytest.mark.parametrize("kind", KINDS)
def test_each_click_is_at_its_place_and_the_length_exact(
    short: Prepared, tmp_path: Path, kind: str, decoder: str
) -> None:
    part, decode = DECODERS[decoder]
    need(part)
    path = save(short.recording(vbr=KINDS[kind]), tmp_path / "a.mp3")
    heard = decode(path)
    assert len(heard) == short.timeline.frames
    clicks = [event for event in short.timeline.events if isinstance(event, Click)]
    errors = []
    for click in clicks:
        together = [c for c in clicks if c.at_ms == click.at_ms]
        sounds = [short.clips.sounds[c.sound].pcm[:1_440] for c in together]
        length = min(map(len, sounds))
        pattern = np.sum([sound[:length].astype(np.float32) for sound in sounds], axis=0)
        errors.append(audio.onset_error(heard, pattern, click.at_ms * 48))
    assert len(errors) > 60
    assert max(map(abs, errors)) <= 48  # a millisecond


@pytest.mark.parametrize("name", ["hear-it-first", "in stereo"])
def test_it_is_as_near_to_the_sound_as_one_long_encode(tmp_path: Path, name: str) -> None:
    """`python -m bench.fidelity` compares all shipped programs, by three decoders."""
    need("ffmpeg")
    sessions = {"in stereo": STEREO, **{path.stem: path for path in SHIPPED}}
    recording = ready(sessions[name]).recording()
    plain = np.concatenate([np.array(block) for block in recording.blocks()]) / np.float32(32_768)
    ours = stereo(save(recording, tmp_path / "a.mp3"), recording.channels)
    path, late = one_long_encode(recording, tmp_path / "b.mp3")
    long = stereo(path, recording.channels)[late:]
    difference = signal_to_noise_db(ours, plain) - signal_to_noise_db(long, plain)
    assert signal_to_noise_db(ours, plain) > 12
    assert abs(difference) < 0.2


def stereo(path: Path, channels: int) -> audio.Sound:
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-f", "s16le", "-"]
    raw = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    sound = np.frombuffer(raw, "<i2").astype(np.float32) / 32_768
    return sound.reshape(-1, 2) if channels == 2 else sound


@pytest.mark.parametrize("kind", KINDS)
def test_other_programs_find_it_sound(short: Prepared, tmp_path: Path, kind: str) -> None:
    need("mp3val", "ffprobe")
    from mutagen.mp3 import MP3

    path = save(short.recording(vbr=KINDS[kind]), tmp_path / "a.mp3")
    said = audio.output("mp3val", str(path))
    assert "WARNING" not in said and "ERROR" not in said
    seconds = short.timeline.duration_ms / 1_000
    told = audio.probe(path, "-show_format")["format"]
    assert isinstance(told, dict)
    assert float(told["duration"]) == pytest.approx(seconds + 0.024, abs=1e-6)
    assert MP3(path).info.length == pytest.approx(seconds, abs=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_the_info_frame_is_true_of_what_is_laid(short: Prepared, tmp_path: Path, kind: str) -> None:
    """Its checksum is joined from those of runs and silences: here it is that of all bytes."""
    data = save(short.recording(vbr=KINDS[kind]), tmp_path / "a.mp3").read_bytes()
    _, (first, *laid) = parts(data)
    info = read_info(first)
    everything = len(first) + sum(map(len, laid))
    assert info.name == (b"Xing" if KINDS[kind] else b"Info")
    assert (info.frames, info.stream_bytes, info.music_bytes) == (len(laid), everything, everything)
    assert info.padding == len(laid) * FRAME_SAMPLES - 576 - short.timeline.frames
    assert info.music_crc == frames.arc(b"".join(laid))


def test_a_run_that_reaches_the_end_is_cut_there(tmp_path: Path) -> None:
    """The silence after it is not all in the file; what sounds is whole and in its place."""
    need("module:miniaudio")
    click = audio.click()
    recording = replace(audio.recording(2_000), runs=audio.Repeated(click, 3))
    heard = audio.by_miniaudio(save(recording, tmp_path / "a.mp3"))
    assert len(heard) == 96_000
    pattern = click.astype(np.float32) / 32_768
    for time in range(3):
        assert audio.onset_error(heard, pattern, time * 41 * FRAME_SAMPLES) == 0


def test_the_smaller_file_sounds_the_same(short: Prepared, tmp_path: Path) -> None:
    need("mpg123")
    even = save(short.recording(), tmp_path / "a.mp3")
    small = save(short.recording(vbr=True), tmp_path / "b.mp3")
    assert np.array_equal(audio.by_mpg123(even), audio.by_mpg123(small))
    assert small.stat().st_size < 0.8 * even.stat().st_size


@pytest.mark.parametrize("session", CHAPTERED)
def test_a_place_by_position_in_bytes_is_right(session: Path | str, tmp_path: Path) -> None:
    """What follows the byte at which a player expects a chapter is the sound of that chapter."""
    need("ffmpeg")
    prepared = ready(session)
    path = save(prepared.recording(), tmp_path / "a.mp3")
    data = path.read_bytes()
    music = data.index(Layout(64).header)
    whole = audio.by_ffmpeg(path)
    starts = [chapter.start_ms for chapter in flat(chapters(prepared.timeline)) if chapter.start_ms]
    assert len(starts) > (2 if isinstance(session, Path) else 5)
    compared = 0
    for start in starts:
        part = tmp_path / "part.mp3"
        place = music + -(-start * 64 // 8 // 192) * 192  # the next frame that a player finds
        part.write_bytes(data[place : place + 96_000])
        heard = audio.by_ffmpeg(part)[9_600:48_000]  # without what a reservoir cut off spoils
        wanted = whole[start * 48 : start * 48 + 67_200]
        best = place_of(heard, wanted)
        if np.abs(heard).max() > 0.01:  # in silence every place is alike
            assert abs(best - 9_600) <= 0.05 * SAMPLE_RATE
            compared += 1
    assert compared >= min(4, len(starts)) > 2


@pytest.mark.parametrize("session", CHAPTERED)
def test_ffmpeg_seeks_to_a_chapter_within_a_frame(session: Path | str, tmp_path: Path) -> None:
    need("ffmpeg")
    prepared = ready(session)
    path = save(prepared.recording(), tmp_path / "a.mp3")
    whole = audio.by_ffmpeg(path)
    starts = [chapter.start_ms for chapter in flat(chapters(prepared.timeline)) if chapter.start_ms]
    compared = 0
    for start in starts:
        command = ["ffmpeg", "-v", "error", "-ss", str(start / 1_000), "-i", str(path)]
        raw = subprocess.check_output([*command, "-t", "1", "-ar", "48000", "-f", "s16le", "-"])
        heard = np.frombuffer(raw, "<i2").astype(np.float32)[2_400:40_000]
        if np.abs(heard).max() < 300:
            continue
        wanted = whole[start * 48 - 4_800 : start * 48 + 52_800]
        best = place_of(heard, wanted) - 4_800
        assert abs(best - 2_400) <= 0.024 * SAMPLE_RATE
        compared += 1
    assert compared >= min(4, len(starts)) > 2


# ---- what is kept ------------------------------------------------------------------------------


class Encoder:
    """Counts what LAME is given to do, and who gives it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.runs, self.encode, self.threads = 0, lame.encode, set[threading.Thread]()
        monkeypatch.setattr(lame, "encode", self)

    def __call__(self, *args: object, **options: object) -> bytes:
        self.runs += 1
        self.threads.add(threading.current_thread())
        return self.encode(*args, **options)


def test_a_second_export_encodes_nothing(
    short: Prepared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = Encoder(monkeypatch)
    first = save(alone(short, tmp_path), tmp_path / "a.mp3").read_bytes()
    made = encoder.runs
    assert 10 < made < 100
    assert save(alone(short, tmp_path), tmp_path / "a.mp3").read_bytes() == first
    assert encoder.runs == made


def test_an_edit_costs_what_it_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, after = program(), program("drive the floor away")
    encoder = Encoder(monkeypatch)
    save(alone(before, tmp_path), tmp_path / "a.mp3")
    encoder.runs = 0
    edited = save(alone(after, tmp_path), tmp_path / "a.mp3").read_bytes()
    changed = names(after) - names(before)
    assert 0 < len(changed) < 0.3 * len(names(after))
    assert encoder.runs == len(changed)
    fresh = save(alone(after, tmp_path / "other"), tmp_path / "b.mp3").read_bytes()
    assert edited == fresh


def names(prepared: Prepared) -> set[str]:
    runs = prepared.recording().runs
    assert runs is not None
    return {runs.name(number) for _, number in runs.places()}


@pytest.mark.parametrize("damage", ["cut", "flipped", "emptied", "removed", "swapped"])
def test_a_damaged_cache_changes_nothing(short: Prepared, tmp_path: Path, damage: str) -> None:
    whole = save(alone(short, tmp_path), tmp_path / "a.mp3").read_bytes()
    kept = sorted((tmp_path / "encoded").glob("*/*.clip"))
    assert len(kept) > 10
    contents = [path.read_bytes() for path in kept]
    for index, path in enumerate(kept):
        data = contents[index]
        if damage == "removed":
            path.unlink()
        elif damage == "swapped":
            path.write_bytes(contents[index - 1])
        elif damage == "flipped":
            path.write_bytes(data[:-20] + bytes((data[-20] ^ 4,)) + data[-19:])
        else:
            path.write_bytes(data[: len(data) // 2] if damage == "cut" else b"")
    assert save(alone(short, tmp_path), tmp_path / "a.mp3").read_bytes() == whole


def test_a_cache_that_cannot_be_written_costs_time_alone(short: Prepared, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    whole = save(alone(short, tmp_path), tmp_path / "a.mp3").read_bytes()
    assert save(alone(short, blocked), tmp_path / "b.mp3").read_bytes() == whole


def test_one_thread_or_many_make_the_same_file(
    short: Prepared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mp3runs, "WORTH_THREADS", 0)
    encoder, files = Encoder(monkeypatch), []
    for cores in (1, 4):
        monkeypatch.setattr("os.cpu_count", lambda cores=cores: cores)
        folder = tmp_path / str(cores)
        encoder.threads.clear()
        files.append(save(alone(short, folder), tmp_path / f"{cores}.mp3").read_bytes())
        assert (len(encoder.threads) == 1) is (cores == 1)
        assert threading.main_thread() not in encoder.threads  # which is to hear signals
    assert files[0] == files[1]


@pytest.mark.parametrize("in_memory", [True, False])
def test_a_little_is_encoded_where_it_is_asked_for(
    short: Prepared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_memory: bool
) -> None:
    """Unless Python would be called from C there, which loses what a signal raises."""
    if in_memory and not soundfiles.IN_MEMORY:
        pytest.skip("this system has no files in memory; nothing can be installed for that")
    for module in (mp3runs, soundfiles):
        monkeypatch.setattr(module, "IN_MEMORY", in_memory)
    encoder = Encoder(monkeypatch)
    written = save(alone(short, tmp_path / "here"), tmp_path / "a.mp3").read_bytes()
    assert len(encoder.threads) == 1
    assert (threading.main_thread() in encoder.threads) is in_memory
    monkeypatch.undo()
    assert save(alone(short, tmp_path / "there"), tmp_path / "b.mp3").read_bytes() == written


TONE = """
title = "Tone"
[voice]
engine = "none"
[sound]
glide = "effort"
[[exercise]]
name = "Curl"
start = "concentric"
sets = 3
reps = 5
tempo = "2-0-2-1"
rest = 21
"""


def test_equal_sets_with_a_tone_are_encoded_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """46 s apart, which are no whole MP3 frames: the rests are some ms longer for it."""
    prepared, encoder = ready(TONE), Encoder(monkeypatch)
    data = save(alone(prepared, tmp_path), tmp_path / "a.mp3").read_bytes()
    recording = prepared.recording()
    assert recording.runs is not None
    places = [(start // 48, number) for start, number in recording.runs.places()]
    sets = [e for e in recording.timeline.events if isinstance(e, SetSpan)]
    heard = [
        [(at - s.at_ms, number) for at, number in places if -200 < at - s.at_ms < s.duration_ms]
        for s in sets
    ]
    assert heard[0] and heard[0] == heard[1] == heard[2]
    assert encoder.runs == len({number for _, number in places}) < len(places) - 2
    _, frames = parts(data)
    begins = [1 + s.at_ms // GRID_MS for s in sets]  # after the Info frame
    first, second, third = (frames[at : at + sets[0].duration_ms // GRID_MS] for at in begins)
    assert first == second == third and len(set(first)) > 500


@pytest.mark.parametrize("setup_s", [31, 32])
def test_a_longer_set_up_encodes_no_set_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setup_s: int
) -> None:
    encoder = Encoder(monkeypatch)
    for seconds in (30, setup_s):
        before = encoder.runs
        text = TONE.replace("[sound]", f"[session]\nsetup = {seconds}\n[sound]")
        save(alone(ready(text), tmp_path), tmp_path / "a.mp3")
    assert before > 2 and encoder.runs == before


def test_the_room_for_a_session_is_shared_with_no_other(short: Prepared) -> None:
    assert short.kept == shared_cache().of_encodings()


def test_progress_is_what_is_encoded_and_then_the_file(short: Prepared, tmp_path: Path) -> None:
    """Each new run takes it on by its share; what is kept is there at once."""
    runs = short.recording().runs
    assert runs is not None
    different = dict.fromkeys(
        (number, min(LEAD, start // FRAME_SAMPLES)) for start, number in runs.places()
    )
    done = np.cumsum([runs.frames(number) for number, _ in different])
    told: list[float] = []
    recording = replace(alone(short, tmp_path), progress=told.append)
    save(recording, tmp_path / "a.mp3")
    assert told == pytest.approx([*0.95 * done / done[-1], 1.0])
    told.clear()
    save(recording, tmp_path / "a.mp3")
    assert told == [1.0]


class Halved(audio.Repeated):
    """A run that has half the sound that it says it has."""

    def frames(self, number: int) -> int:
        return 2 * len(self.sound)


@pytest.mark.parametrize("cores", [1, 4])
def test_a_run_that_is_shorter_than_it_says_is_never_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cores: int
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    monkeypatch.setattr(mp3runs, "WORTH_THREADS", 0)
    recording = replace(audio.recording(5_000), runs=Halved(audio.click(), 3))
    planned = 2 * len(audio.click())
    message = f"^{planned // 2} frames of sound where {planned} were planned$"
    with pytest.raises(BrokenOutput, match=message):
        save(recording, tmp_path / "a.mp3")
    assert list(tmp_path.iterdir()) == []


class Endless(audio.Repeated):
    """A click, and then a sound that goes on for as long as anybody takes it."""

    def places(self) -> Iterator[tuple[int, int]]:
        return ((number * 41 * FRAME_SAMPLES, number) for number in range(2))

    def frames(self, number: int) -> int:
        return 1 << 40 if number else len(self.sound)

    def blocks(self, number: int) -> Iterator[Pcm]:
        yield self.sound
        while number:
            yield self.sound

    def name(self, number: int) -> str:
        return str(number)


def test_who_leaves_early_waits_for_no_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C, while a long run is encoded beside."""

    def interrupt(done: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.cpu_count", lambda: 2)
    before = threading.active_count()
    recording = replace(audio.recording(5_000), runs=Endless(audio.click(), 2), progress=interrupt)
    with pytest.raises(KeyboardInterrupt):
        save(recording, tmp_path / "a.mp3")
    assert threading.active_count() == before
    assert list(tmp_path.iterdir()) == []


# ---- parts -------------------------------------------------------------------------------------


def test_relaid_frames_are_each_complete_and_no_larger_than_need_be() -> None:
    layout = Layout(64)
    noise = np.random.default_rng(1).integers(-9_000, 9_000, 24_000).astype(np.int16)
    block = lame.encode([noise.tobytes(), bytes(48_000)], 40, layout, quality=QUALITY)
    frames = list(relaid(block, layout))
    assert len(frames) == 40
    assert all(len(frame) in SIZES and frame[4] == 0 for frame in frames)  # leans on none
    assert len({len(frame) for frame in frames}) > 2


def test_another_encoder_shares_nothing(
    short: Prepared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = Encoder(monkeypatch)
    save(alone(short, tmp_path), tmp_path / "a.mp3")
    runs, kept = encoder.runs, len(list((tmp_path / "encoded").glob("*/*.clip")))
    assert kept == runs + 1  # and the cover, which LAME has no part in
    monkeypatch.setattr(lame, "version", lambda: "another")
    save(alone(short, tmp_path), tmp_path / "a.mp3")
    assert encoder.runs == 2 * runs
    assert len(list((tmp_path / "encoded").glob("*/*.clip"))) == kept + runs
