"""The MP3: decoders that others wrote hear every sound where the timeline puts it."""

from __future__ import annotations

import dataclasses
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from mmc_audio.clips import Pcm
from mmc_audio.outputs import mp3frames, save
from mmc_audio.outputs.pcm import BrokenOutput
from mmc_audio.outputs.recording import Recording
from mmc_audio.timeline import FRAMES_PER_MS
from tests import audio
from tests.parts import need

DECODERS: dict[str, tuple[str, Callable[[Path], audio.Sound]]] = {
    "ffmpeg": ("ffmpeg", audio.by_ffmpeg),
    "mpg123": ("mpg123", audio.by_mpg123),
    "miniaudio": ("module:miniaudio", audio.by_miniaudio),
}
DURATION_MS = 20_037  # no multiple of an MP3 frame, nor of a block
ONE_FRAME_S = 0.024
PLACED = {
    0: audio.click(1),
    **{at_ms: audio.click(at_ms) for at_ms in range(601, 18_000, 701)},
    18_500: audio.noise(4_800, seed=1),
    19_011: audio.noise(9_600, seed=2),
    DURATION_MS - 30: audio.click(3),
}


@pytest.fixture(scope="module")
def mp3(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = audio.recording(DURATION_MS, PLACED, events=audio.session_events())
    return save(made, tmp_path_factory.mktemp("mp3") / "bridges.mp3")


@pytest.mark.parametrize("decoder", DECODERS)
def test_each_decoder_hears_every_sound_at_its_sample(mp3: Path, decoder: str) -> None:
    part, decode = DECODERS[decoder]
    need(part)
    heard = decode(mp3)
    assert len(heard) == DURATION_MS * FRAMES_PER_MS
    errors = {
        at_ms: audio.onset_error(heard, sound.astype(np.float32), at_ms * FRAMES_PER_MS)
        for at_ms, sound in PLACED.items()
    }
    assert errors == dict.fromkeys(PLACED, 0)


@pytest.mark.parametrize("duration_ms", [1, 24, 25, 47, 48, 49, 1_000, 1_363, 1_366, 2_731])
def test_any_length_comes_back_exactly(tmp_path: Path, duration_ms: int) -> None:
    need("ffmpeg", "mpg123", "module:miniaudio")
    path = save(audio.recording(duration_ms), tmp_path / "a.mp3")
    lengths = {name: len(decode(path)) for name, (_, decode) in DECODERS.items()}
    assert lengths == dict.fromkeys(DECODERS, duration_ms * FRAMES_PER_MS)


def test_a_click_is_hardly_louder_than_it_went_in(tmp_path: Path) -> None:
    need("ffmpeg")
    clicks = {at_ms: audio.click(at_ms) for at_ms in range(601, 9_000, 701)}
    heard = audio.by_ffmpeg(save(audio.recording(10_000, clicks), tmp_path / "a.mp3"))
    loudest = max(int(np.abs(sound).max()) for sound in clicks.values()) / 32_768
    assert 0.9 * loudest < np.abs(heard).max() < 1.05 * loudest  # +0.4 dB


def test_other_programs_find_the_file_sound(mp3: Path) -> None:
    need("mp3val")
    said = audio.output("mp3val", str(mp3))
    assert "WARNING" not in said and "ERROR" not in said
    assert "MPEG 1 Layer III), +ID3v2, CBR" in said


def test_the_length_is_told_to_one_frame(mp3: Path) -> None:
    need("ffprobe")
    from mutagen.mp3 import MP3

    told = audio.probe(mp3, "-show_format")["format"]
    assert isinstance(told, dict)
    # ffprobe counts the encoder's delay too, which starts a frame before the sound does.
    excess = float(told["duration"]) - float(told["start_time"]) - DURATION_MS / 1_000
    assert excess >= 0
    assert excess < ONE_FRAME_S
    assert MP3(mp3).info.length == pytest.approx(DURATION_MS / 1_000, abs=1e-9)


def test_a_length_of_whole_frames_is_one_frame_longer_in_ffprobe(tmp_path: Path) -> None:
    need("ffprobe")
    path = save(audio.recording(24_000), tmp_path / "a.mp3")
    told = audio.probe(path, "-show_format")["format"]
    assert isinstance(told, dict)
    assert float(told["duration"]) == pytest.approx(24.024, abs=1e-9)


def test_the_tag_names_the_session(mp3: Path) -> None:
    need("ffprobe")
    told = audio.probe(mp3, "-show_format")["format"]
    assert isinstance(told, dict)
    assert told["tags"] == {
        "title": "Bridges",
        "artist": "Ann Lee",
        "album": "Bridges",
        "genre": "Fitness",
        "TLEN": str(DURATION_MS),
        "lyrics-eng": "Glute bridge, two sets of ten.\nsqueeze",
    }


def test_a_session_without_author_names_nobody(tmp_path: Path) -> None:
    from mutagen.id3 import ID3

    path = save(audio.recording(1_000, author="", title="Brücken ✓"), tmp_path / "a.mp3")
    assert {key: str(frame) for key, frame in ID3(path).items()} == {
        "TIT2": "Brücken ✓",
        "TALB": "Brücken ✓",
        "TCON": "Fitness",
        "TLEN": "1000",
    }


@dataclasses.dataclass
class Info:
    """The Info frame as this test reads it, by the description of the tag alone."""

    name: bytes
    flags: int
    frames: int
    stream_bytes: int
    seek_table: bytes
    encoder: bytes
    delay: int
    padding: int
    music_bytes: int
    music_crc: int
    tag_crc: int


def parts(data: bytes) -> tuple[bytes, list[bytes]]:
    """The ID3 tag, and the MP3 frames by the sizes that their own headers give."""
    tag = 10 + (data[6] << 21 | data[7] << 14 | data[8] << 7 | data[9])
    frames, place = [], tag
    while place < len(data):
        sync, rates = struct.unpack(">HB", data[place : place + 3])
        assert sync == 0xFFFB
        kbits = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128][rates >> 4]
        size = 144 * kbits * 1_000 // [44_100, 48_000, 32_000][rates >> 2 & 3] + (rates >> 1 & 1)
        frames.append(data[place : place + size])
        place += size
    assert place == len(data)
    return data[:tag], frames


def read_info(frame: bytes) -> Info:
    name, flags, count, size, table = struct.unpack(">4sIII100s", frame[21:137])
    encoder = frame[141:150]
    delay_padding = int.from_bytes(frame[162:165], "big")
    music_bytes, music_crc, tag_crc = struct.unpack(">IHH", frame[169:177])
    return Info(
        *(name, flags, count, size, table, encoder),
        *(delay_padding >> 12, delay_padding & 0xFFF, music_bytes, music_crc, tag_crc),
    )


def bitwise_crc(data: bytes) -> int:
    """CRC-16/ARC bit by bit."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 if crc & 1 else crc >> 1
    return crc


def test_the_info_frame_says_what_is_there(mp3: Path) -> None:
    _, (first, *frames) = parts(mp3.read_bytes())
    info = read_info(first)
    everything = len(first) + sum(map(len, frames))
    assert dataclasses.replace(info, seek_table=b"") == Info(
        name=b"Info",
        flags=15,
        frames=len(frames),
        stream_bytes=everything,
        seek_table=b"",
        encoder=b"LAME3.100",
        delay=576,
        padding=len(frames) * 1_152 - 576 - DURATION_MS * FRAMES_PER_MS,
        music_bytes=everything,
        music_crc=bitwise_crc(b"".join(frames)),
        tag_crc=bitwise_crc(first[:175]),
    )


def test_the_seek_table_leads_to_the_right_frame(mp3: Path) -> None:
    _, (first, *frames) = parts(mp3.read_bytes())
    info = read_info(first)
    assert info.seek_table[0] == 0
    for percent, place in enumerate(info.seek_table):
        byte = place * info.stream_bytes / 256
        # An entry is a 256th of the file, and can be no nearer than that.
        frame = byte / len(first) - 1
        assert frame == pytest.approx(len(frames) * percent / 100, abs=len(frames) / 256 + 1)


def test_the_same_recording_gives_the_same_bytes_for_any_block_size(tmp_path: Path) -> None:
    sizes = (65_536, 4_801)
    made = [
        save(audio.recording(5_000, {700: audio.click()}, block_frames=n), tmp_path / f"{n}.mp3")
        for n in sizes
    ]
    assert made[0].read_bytes() == made[1].read_bytes()


STREAM = mp3frames.Stream(25, 25 * 192, 26_880, 0, ())


def shortened(recording: Recording) -> Recording:
    def blocks() -> Iterator[Pcm]:
        yield from list(recording.blocks())[:-1]

    return dataclasses.replace(recording, blocks=blocks)


@pytest.mark.parametrize("suffix", [".mp3", ".wav", ".flac", ".ogg"])
def test_sound_shorter_than_its_timeline_is_never_saved(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(BrokenOutput, match="65536 frames of sound where 96000 were planned"):
        save(shortened(audio.recording(2_000)), tmp_path / f"a{suffix}")
    assert list(tmp_path.iterdir()) == []


def test_progress_runs_from_nothing_to_all(tmp_path: Path) -> None:
    seen: list[float] = []
    made = dataclasses.replace(audio.recording(5_000), progress=seen.append)
    save(made, tmp_path / "a.mp3")
    blocks = [min(1.0, number * audio.BLOCK_FRAMES / 240_000) for number in (1, 2, 3, 4)]
    assert seen == [*blocks, 1.0]  # its sound, and then the file


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda data: data[:-192], "25 MP3 frames where 26 were planned"),
        (lambda data: data + data[-192:], "27 MP3 frames where 26 were planned"),
        (lambda data: data[:-1], "191 bytes after the last MP3 frame where 0 were planned"),
        (
            lambda data: data[: -192 * 3] + bytes(192) + data[-192 * 2 :],
            "MP3 frame 23 has no valid header",
        ),
    ],
)
def test_the_walk_over_the_frames_sees_damage(
    tmp_path: Path, damage: Callable[[bytes], bytes], message: str
) -> None:
    _, frames = parts(save(audio.recording(560), tmp_path / "a.mp3").read_bytes())
    assert len(frames) == 26
    (tmp_path / "b").write_bytes(damage(b"".join(frames)))
    with open(tmp_path / "b", "rb") as file, pytest.raises(BrokenOutput) as caught:
        mp3frames.check(file, mp3frames.Layout(64), STREAM)
    assert str(caught.value) == message


def test_too_few_or_too_many_frames_are_no_recording() -> None:
    assert mp3frames.padding(2, 1_152) == 576
    for frames in (1, 5):
        with pytest.raises(BrokenOutput, match=f"^{frames} MP3 frames do not fit 1152 samples$"):
            mp3frames.padding(frames, 1_152)
