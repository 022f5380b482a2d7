"""Sounds from strangers, good and hostile: decoded right, or refused in words, and soon."""

from __future__ import annotations

import io
import os
import random
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from mmc_audio import decode as decode_module
from mmc_audio import decode_child
from mmc_audio.clips import Pcm, Samples
from mmc_audio.decode import decode
from mmc_audio.errors import UserError
from mmc_audio.soundfiles import Reader, open_writer

NAME = '"x.wav"'
KINDS = "use a WAV, FLAC, OGG, MP3 or AIFF file"
NOT_A_SOUND = f"{NAME} is not a sound that can be read; {KINDS}."
RATE = 44_100
SOUND = (0.5 * np.sin(2 * np.pi * 440 * np.arange(RATE // 2) / RATE)).astype(np.float32)
SUBTYPES = {"WAV": "PCM_16", "FLAC": "PCM_16", "OGG": "VORBIS", "MP3": "MPEG_LAYER_III"}


@pytest.fixture(autouse=True)
def soon() -> Iterator[None]:
    """Whatever the bytes: an answer within two seconds of a processor, the child's included."""
    started = sum(os.times()[:4])
    yield
    assert sum(os.times()[:4]) - started < 4  # twice the time, for a busy machine


def encoded(samples: Samples | Pcm, rate: int, format: str, subtype: str | None = None) -> bytes:
    out = io.BytesIO()
    with soundfile.SoundFile(
        out, "w", rate, 1 if samples.ndim == 1 else samples.shape[1], subtype, format=format
    ) as file:
        for start in range(0, len(samples), 10_000):
            file.write(samples[start : start + 10_000])
    return out.getvalue()


def wav(
    *, rate: int = RATE, channels: int = 1, bits: int = 16, tag: int = 1, body: bytes = b"\0\1" * 99
) -> bytes:
    """A WAV whose header says what it is told to say."""
    align = channels * bits // 8
    header = struct.pack(
        "<HHIIHH", tag, channels, rate, rate * align & 0xFFFFFFFF, align & 0xFFFF, bits
    )
    data = b"fmt " + struct.pack("<I", 16) + header + b"data" + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", 4 + len(data)) + b"WAVE" + data


def refusal(data: bytes, *, max_seconds: float = 60) -> str:
    with pytest.raises(UserError) as error:
        decode(data, what=NAME, max_seconds=max_seconds)
    return str(error.value)


# --- what is right


@pytest.mark.parametrize("format", ["WAV", "FLAC", "AIFF"])
def test_lossless_formats_come_back_exactly(format: str) -> None:
    pcm = np.rint(SOUND * 32768).astype(np.int16)
    samples, rate = decode(encoded(pcm, RATE, format, "PCM_16"), what=NAME, max_seconds=1)
    assert rate == RATE
    assert samples.dtype == np.float32
    np.testing.assert_array_equal(samples, pcm / 32768)


@pytest.mark.parametrize("format", ["OGG", "MP3"])
def test_lossy_formats_come_back_in_place(format: str) -> None:
    """Longer than a block: an MP3 read in pieces would be wrong at the seams."""
    samples, rate = decode(encoded(SOUND, RATE, format), what=NAME, max_seconds=1)
    assert (rate, len(samples)) == (RATE, len(SOUND))
    assert np.abs(samples - SOUND).max() < 0.02


def test_opus_in_ogg_is_read() -> None:
    samples, rate = decode(encoded(SOUND, 48_000, "OGG", "OPUS"), what=NAME, max_seconds=1)
    assert rate == 48_000
    # libsndfile writes noise into the last packet of Opus, which others decode alike.
    assert np.abs(samples - SOUND)[:-960].max() < 0.05


def test_two_channels_become_their_mean() -> None:
    both = np.stack([SOUND, -0.5 * SOUND], axis=1)
    samples, _ = decode(encoded(both, RATE, "WAV", "FLOAT"), what=NAME, max_seconds=1)
    np.testing.assert_allclose(samples, 0.25 * SOUND, atol=1e-7)


@pytest.mark.parametrize("rate", [4_000, 192_000])
def test_the_bounds_of_the_rate_are_taken(rate: int) -> None:
    assert decode(encoded(SOUND, rate, "WAV"), what=NAME, max_seconds=9)[1] == rate


def test_a_sound_of_just_the_length_allowed_is_taken() -> None:
    samples, _ = decode(encoded(SOUND, RATE, "WAV"), what=NAME, max_seconds=0.5)
    assert len(samples) == len(SOUND)


def test_what_is_no_number_or_out_of_range_is_tamed() -> None:
    wild = np.array([0.25, np.nan, np.inf, -np.inf, 7, -7, 1e38], dtype=np.float32)
    samples, _ = decode(encoded(wild, RATE, "WAV", "FLOAT"), what=NAME, max_seconds=1)
    assert samples.tolist() == [0.25, 0, 0, 0, 1, -1, 1]


def test_a_header_that_promises_too_much_gives_what_is_there() -> None:
    honest = wav(body=b"\0\x40" * 100)
    liar = honest.replace(struct.pack("<I", 200), struct.pack("<I", 0xFFFFFFF0))
    samples, _ = decode(liar, what=NAME, max_seconds=1)
    assert samples.tolist() == [0.5] * 100


@pytest.mark.parametrize("format", ["MP3", "OGG"])
@pytest.mark.parametrize("share", [0.3, 0.7])
def test_what_is_left_of_a_truncated_sound_is_sound(format: str, share: float) -> None:
    data = encoded(SOUND, RATE, format)
    try:
        samples, _ = decode(data[: int(len(data) * share)], what=NAME, max_seconds=1)
    except UserError as error:
        assert str(error) in (f"{NAME} holds no sound at all.", NOT_A_SOUND)
    else:
        assert len(samples) <= len(SOUND)
        assert np.abs(samples).max() <= 1


# --- what is wrong


WRONG = {
    "empty": (b"", NOT_A_SOUND),
    "text": (b"not a sound\n" * 400, NOT_A_SOUND),
    "page": (b"<!doctype html><title>Log in</title>" + b" " * 5000, NOT_A_SOUND),
    "HLS playlist": (b"#EXTM3U\n#EXTINF:9,\nhttp://127.0.0.1:9/a.mp3\n", NOT_A_SOUND),
    "ffmpeg list": (b"ffconcat version 1.0\nfile /etc/passwd\n", NOT_A_SOUND),
    "header alone": (wav(body=b""), f"{NAME} holds no sound at all."),
    "half a header": (wav()[:30], NOT_A_SOUND),
    "1 Hz": (
        wav(rate=1, body=bytes(1 << 20)),
        f"{NAME} has a sample rate of 1 Hz; 4,000 to 192,000 Hz are allowed.",
    ),
    "1 MHz": (
        wav(rate=1_000_000),
        f"{NAME} has a sample rate of 1,000,000 Hz; 4,000 to 192,000 Hz are allowed.",
    ),
    "0 Hz": (wav(rate=0), NOT_A_SOUND),
    "no such rate": (wav(rate=0xFFFFFFFF), NOT_A_SOUND),
    "3 channels": (
        wav(channels=3, body=bytes(600)),
        f"{NAME} has 3 channels; at most 2 are allowed.",
    ),
    "200 channels": (
        wav(channels=200, body=bytes(4000)),
        f"{NAME} has 200 channels; at most 2 are allowed.",
    ),
    "no channels": (wav(channels=0), NOT_A_SOUND),
    "65,535 channels": (wav(channels=65_535), NOT_A_SOUND),
    "0 bits": (wav(bits=0), NOT_A_SOUND),
    "another kind": (
        encoded(SOUND, RATE, "CAF", "PCM_16"),
        f"{NAME} is a sound of the kind CAF; {KINDS}.",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_sounds_are_refused_in_words(case: str) -> None:
    data, message = WRONG[case]
    assert refusal(data) == message


def test_ten_hours_of_silence_in_a_small_file_stop_at_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "long.flac"
    with open_writer(path, format="FLAC", subtype="PCM_16") as write:
        for _ in range(600):  # a tenth of an hour is made, the header is told the rest
            write(np.zeros(48_000 * 6 // 10, dtype=np.int16))
    data = bytearray(path.read_bytes())
    frames = 10 * 3600 * 48_000
    data[21:26] = bytes([data[21] & 0xF0 | frames >> 32]) + struct.pack(">I", frames & 0xFFFFFFFF)
    assert soundfile.info(io.BytesIO(bytes(data))).frames == frames
    assert refusal(bytes(data)) == f"{NAME} lasts longer than 60 s."


@pytest.mark.parametrize(
    ("format", "subtype"), [("OGG", "VORBIS"), ("OGG", "OPUS"), ("MP3", "MPEG_LAYER_III")]
)
def test_five_minutes_of_silence_in_a_small_file_stop_at_the_limit(
    format: str, subtype: str
) -> None:
    data = encoded(np.zeros(8_000 * 5 * 60, dtype=np.int16), 8_000, format, subtype)
    assert len(data) < 1_000_000
    assert refusal(data) == f"{NAME} lasts longer than 60 s."


def test_a_flac_damaged_in_the_middle_is_refused_or_harmless() -> None:
    data = bytearray(encoded(np.tile(SOUND, 4), RATE, "FLAC"))
    data[len(data) // 2 :] = b"\xff\xf8" * (len(data) // 4)
    try:
        samples, _ = decode(bytes(data), what=NAME, max_seconds=9)
    except UserError as error:
        assert str(error) == f"{NAME} is damaged: it can't be read to its end."
    else:
        assert np.isfinite(samples).all()
        assert np.abs(samples).max() <= 1


@pytest.mark.parametrize("format", ["MP3", "OGG", "FLAC", "WAV"])
@pytest.mark.parametrize("seed", [1, 2])
def test_bytes_changed_at_random_never_break_the_caller(format: str, seed: int) -> None:
    data, dice = bytearray(encoded(SOUND, RATE, format)), random.Random(f"{format}{seed}")
    for _ in range(40):
        data[dice.randrange(len(data))] = dice.randrange(256)
    try:
        samples, rate = decode(bytes(data), what=NAME, max_seconds=60)
    except UserError as error:
        assert str(error).startswith(f"{NAME} ")
    else:
        assert 4_000 <= rate <= 192_000
        assert np.isfinite(samples).all()
        assert np.abs(samples).max() <= 1


# --- the child


def run_child(program: str, **options: float) -> str:
    """Decode with another program in the child's place."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decode_module, "_BOOT", program)
        for name, value in options.items():
            patch.setattr(decode_module, name, value)
        return refusal(b"")


def test_a_decoder_that_crashes_is_reported() -> None:
    crash = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
    assert run_child(crash) == f"{NAME} can't be decoded: the decoder was stopped by SIGSEGV."


def test_a_decoder_that_hangs_is_stopped() -> None:
    words = run_child("import time; time.sleep(60)", TIMEOUT_S=0.3)
    assert words == f"{NAME} was not decoded within 0.3 s."


def test_a_decoder_that_fails_is_quoted_without_what_a_terminal_obeys() -> None:
    words = run_child(r"raise SystemExit('no libsndfile\x1b[2J')")
    assert words == f"{NAME} can't be decoded: no libsndfile\\x1b[2J."


def test_a_decoder_that_says_nothing_is_reported() -> None:
    assert run_child("raise SystemExit(7)") == (
        f"{NAME} can't be decoded: the decoder ended with code 7."
    )
    assert run_child("pass") == f"{NAME} can't be decoded: the decoder gave no sound."


LIMITED = """
import os, sys
sys.path.append(sys.argv[2])
from mmc_audio.decode_child import limit
limit()
attack = {attack!r}
try:
    exec(attack)
except (MemoryError, OSError) as error:
    raise SystemExit(type(error).__name__)
raise SystemExit("was allowed")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps all of these limits")
@pytest.mark.parametrize(
    ("attack", "end"),
    [
        ("bytearray(2 << 30)", "MemoryError"),
        ("open('written', 'wb', 0).write(bytes(9))", "OSError"),
        ("kept = [os.dup(0) for _ in range(64)]", "OSError"),
    ],
)
def test_the_child_gave_up_what_it_does_not_need(
    attack: str, end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run_child(LIMITED.format(attack=attack)) == f"{NAME} can't be decoded: {end}."


def test_the_child_sees_none_of_the_callers_secrets_nor_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "soundfile.py").write_text("raise SystemExit('hijacked')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("SECRET", "1")
    assert len(decode(wav(), what=NAME, max_seconds=1)[0]) == 99
    seen = run_child("import os; raise SystemExit(' '.join(sorted(os.environ)))")
    allowed = {"OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", *decode_module._KEPT, "LC_CTYPE"}
    assert set(seen.removeprefix(f"{NAME} can't be decoded: ").rstrip(".").split()) <= allowed


def test_the_child_imports_no_more_than_it_needs() -> None:
    code = "import sys, mmc_audio.decode_child, mmc_audio.soundfiles; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=os.getcwd()
    )
    ours = {name for name in run.stdout.split() if name.startswith("mmc_audio.")}
    assert ours == {
        f"mmc_audio.{name}"
        for name in ("decode_child", "soundfiles", "clips", "timeline", "errors")
    }


def test_the_child_speaks_the_line_and_the_samples(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """The protocol, in this process: `decode` above trusts it across the pipe."""
    monkeypatch.setattr(decode_child, "limit", lambda: None)
    for data, expected in [
        (wav(body=b"\0\x40"), b"ok 44100\n" + struct.pack("<f", 0.5)),
        (b"", NOT_A_SOUND.replace(NAME, "no").removesuffix(".").encode() + b"\n"),
    ]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        decode_child.main(1.0)
        sys.stdout.flush()
        assert capfdbinary.readouterr().out == expected


# --- the writer


@pytest.mark.parametrize("format", ["FLAC", "OGG", "WAV"])
def test_the_writer_takes_blocks_of_any_length(format: str, tmp_path: Path) -> None:
    pcm = (np.tile(SOUND, 30) * 32767).astype(np.int16)
    path = tmp_path / "out"
    with open_writer(path, format=format, subtype=SUBTYPES[format]) as write:
        write(pcm[:1])
        write(pcm[1:])
    back, rate = soundfile.read(path, dtype="int16")
    assert (rate, len(back)) == (48_000, len(pcm))
    np.testing.assert_allclose(back, pcm, atol=800 if format == "OGG" else 0)
    with path.open("rb") as file, Reader(file) as reader:
        assert [len(reader.read(most)) for most in (1, len(pcm), 1)] == [1, len(pcm) - 1, 0]


def test_a_reader_closes_its_file(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, SOUND, 48_000)
    open_files = len(os.listdir("/dev/fd"))
    reader = Reader(path)
    with reader:
        assert len(reader.read(len(SOUND) + 1)) == len(SOUND)
    assert len(os.listdir("/dev/fd")) == open_files


# ---- more from strangers -------------------------------------------------------------------------


def compressed_tag(megabytes: int) -> bytes:
    """An ID3v2.4 tag with a compressed text of so many megabytes of nothing."""
    packed = zlib.compress(b"\x03" + b"a" * (megabytes << 20), 9)
    sizes = [bytes(n >> shift & 0x7F for shift in (21, 14, 7, 0)) for n in (len(packed) + 4,)]
    whole = (megabytes << 20) + 1
    frame = b"TXXX" + sizes[0] + b"\x00\x09"
    frame += bytes(whole >> shift & 0x7F for shift in (21, 14, 7, 0)) + packed
    size = bytes(len(frame) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x04\x00\x00" + size + frame


def test_a_tag_that_would_unpack_to_300_megabytes_is_not_unpacked() -> None:
    bomb = compressed_tag(255)
    assert len(bomb) < 1 << 20
    try:
        samples, _ = decode(bomb + encoded(SOUND, RATE, "MP3"), what=NAME, max_seconds=1)
    except UserError as error:
        assert str(error) == NOT_A_SOUND
    else:
        assert np.abs(samples).max() <= 1


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of a child is told by Linux")
@pytest.mark.parametrize("seconds", [6, pytest.param(60, marks=pytest.mark.slow)])
def test_a_long_sound_at_the_highest_rate_takes_less_than_300_megabytes(seconds: int) -> None:
    """Two channels at 192,000 Hz, which FLAC packs into a few kilobytes; 60 s are the most."""
    code = (
        "import io, sys; from mmc_audio import decode_child as child; child.limit();"
        "rate, samples = child.decode(io.BytesIO(sys.stdin.buffer.read()), 60.0);"
        "status = open('/proc/self/status').read().split('VmHWM:')[1].split()[0];"
        "print(rate, len(samples), int(status) // 1024)"
    )
    data = silent_flac(seconds)
    assert len(data) < 2 << 20
    done = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, check=True)
    rate, size, megabytes = map(int, done.stdout.split())
    assert (rate, size) == (192_000, 192_000 * seconds * 4)
    assert megabytes < 60 + 4 * seconds


def silent_flac(seconds: int) -> bytes:
    """So much nearly nothing in two channels, written in pieces."""
    out, piece = io.BytesIO(), np.zeros((192_000, 2), np.int16)
    piece[::1_000] = 9
    with soundfile.SoundFile(out, "w", 192_000, 2, "PCM_16", format="FLAC") as file:
        for _ in range(seconds):
            file.write(piece)
    return out.getvalue()


SEEDS = {"MP3": 3, "OGG": 3, "FLAC": 2, "WAV": 2, "AIFF": 2}


def swept(format: str, seed: int) -> None:
    """A sound with bytes changed, cut out or doubled, decoded inside the limits of the child."""
    dice = random.Random(f"sweep {format} {seed}")
    data = bytearray(encoded(SOUND[: RATE // 8], RATE, format))
    for _ in range(dice.randrange(1, 60)):
        at, length = dice.randrange(len(data)), dice.randrange(1, 40)
        data[at : at + length] = dice.choice(
            (b"", bytes(length), b"\xff" * length, dice.randbytes(length), data[:length] * 2)
        )
    try:
        samples, rate = decode(bytes(data), what=NAME, max_seconds=60)
    except UserError as error:
        assert str(error).startswith(f"{NAME} ")
        assert "\n" not in str(error)
    else:
        assert 4_000 <= rate <= 192_000
        assert np.isfinite(samples).all()
        assert np.abs(samples).max() <= 1


@pytest.mark.parametrize("format", SEEDS)
def test_a_sweep_of_damage_never_reaches_the_caller(format: str) -> None:
    swept(format, 0)


@pytest.mark.slow
@pytest.mark.parametrize("format", SEEDS)
@pytest.mark.parametrize("seed", range(1, 61))
def test_a_long_sweep_of_damage_never_reaches_the_caller(format: str, seed: int) -> None:
    swept(format, seed)
