"""WAV, FLAC, Ogg and MP4: where the sounds are, how long it is, what the tags say."""

from __future__ import annotations

import dataclasses
import os
import re
import resource
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from mmc_audio.errors import UserError
from mmc_audio.outputs import SUFFIXES, available, save
from mmc_audio.outputs.pcm import BrokenOutput
from mmc_audio.outputs.tags import tag_flac
from mmc_audio.outputs.text import write_lines
from mmc_audio.timeline import FRAMES_PER_MS, ExerciseSpan
from tests import audio
from tests.parts import need

DURATION_MS = 20_037
PLACED = {
    0: audio.click(1),
    **{at_ms: audio.click(at_ms) for at_ms in range(601, 18_000, 701)},
    18_500: audio.noise(4_800, seed=1),
    DURATION_MS - 30: audio.click(3),
}
COMPRESSED = (".flac", ".ogg", ".opus", ".m4a", ".m4b")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    need("ffmpeg")
    folder = tmp_path_factory.mktemp("sound")
    recording = audio.recording(DURATION_MS, PLACED)
    return {suffix: save(recording, folder / f"a{suffix}") for suffix in (".wav", *COMPRESSED)}


def test_a_wav_holds_the_samples_and_nothing_else(made: dict[str, Path]) -> None:
    data = made[".wav"].read_bytes()
    assert data[:4] + data[8:12] == b"RIFFWAVE"
    whole = np.concatenate(list(audio.recording(DURATION_MS, PLACED).blocks()))
    assert data[44:] == whole.tobytes()
    assert int.from_bytes(data[4:8], "little") == len(data) - 8
    assert int.from_bytes(data[40:44], "little") == len(data) - 44


def test_a_wav_has_each_onset_at_its_sample(made: dict[str, Path]) -> None:
    heard = audio.by_wave(made[".wav"])
    assert len(heard) == DURATION_MS * FRAMES_PER_MS
    for at_ms in PLACED:
        assert audio.onset_error(heard, PLACED[at_ms].astype(np.float32), at_ms * 48) == 0


def test_the_longest_session_fits_a_wav() -> None:
    assert 12 * 3_600 * 48_000 * 2 + 44 < 1 << 32


@pytest.mark.parametrize("suffix", COMPRESSED)
def test_each_onset_is_at_its_sample(made: dict[str, Path], suffix: str) -> None:
    heard = audio.by_ffmpeg(made[suffix])
    errors = {
        at_ms: audio.onset_error(heard, sound.astype(np.float32), at_ms * FRAMES_PER_MS)
        for at_ms, sound in PLACED.items()
    }
    assert errors == dict.fromkeys(PLACED, 0)
    # ffmpeg's AAC decoder plays the last frame, of 1,024 samples, to its end.
    spare = len(heard) - DURATION_MS * FRAMES_PER_MS
    assert 0 <= spare < 1_024 if suffix in (".m4a", ".m4b") else spare == 0


@pytest.mark.parametrize("suffix", COMPRESSED)
def test_the_length_is_told(made: dict[str, Path], suffix: str) -> None:
    told = audio.probe(made[suffix], "-show_format")["format"]
    assert isinstance(told, dict)
    # An Opus stream tells its 6.5 ms of pre-skip too (RFC 7845, section 4.2).
    skip = 0.0065 if suffix == ".opus" else 0
    assert float(told["duration"]) == pytest.approx(DURATION_MS / 1_000 + skip, abs=1e-6)


def test_a_flac_is_lossless(made: dict[str, Path]) -> None:
    assert np.array_equal(audio.by_ffmpeg(made[".flac"]), audio.by_wave(made[".wav"]))


@pytest.mark.parametrize("suffix", COMPRESSED)
def test_the_tags_name_the_session(tmp_path: Path, suffix: str) -> None:
    need("ffmpeg", "ffprobe")
    hard = "Hüften; 50 % = #1 \\ done"
    path = save(audio.recording(2_000, title=hard, author="Ann = Lee"), tmp_path / f"a{suffix}")
    tags = {}
    told = audio.probe(path, "-show_format", "-show_streams")
    assert isinstance(told["format"], dict) and isinstance(told["streams"], list)
    for part in (told["format"], told["streams"][0]):
        tags |= {key.lower(): value for key, value in part.get("tags", {}).items()}
    assert {key: tags[key] for key in ("title", "artist", "album", "genre")} == {
        "title": hard,
        "artist": "Ann = Lee",
        "album": hard,
        "genre": "Fitness",
    }


@pytest.mark.parametrize("suffix", [s for s in SUFFIXES if s not in (".json", ".csv", ".html")])
def test_the_shortest_session_can_be_saved(tmp_path: Path, suffix: str) -> None:
    need("ffmpeg")
    assert save(audio.recording(1, author=""), tmp_path / f"a{suffix}").exists()


@pytest.mark.parametrize("suffix", [".mp3", ".wav", *COMPRESSED])
def test_a_full_disk_leaves_no_file(tmp_path: Path, suffix: str) -> None:
    need("ffmpeg")
    target = tmp_path / f"a{suffix}"
    target.write_bytes(b"old")
    loud = audio.recording(10_000, {0: audio.noise(480_000)})
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        with pytest.raises(UserError) as caught:
            save(loud, target)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert re.fullmatch(
        rf"{re.escape(str(target))} was not written: "
        r"(File too large|libsndfile reports System error|ffmpeg failed \(.+\))\. "
        rf"[\d,]+ bytes are free in {re.escape(str(tmp_path))}; make room or name another place\.",
        str(caught.value),
    )
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


def test_a_disk_full_of_sound_has_no_room_for_tags(tmp_path: Path) -> None:
    target = tmp_path / "a.flac"
    bare = save(audio.recording(10_000), target).stat().st_size
    chapters = tuple(ExerciseSpan(i * 20, 20, i, f"Exercise {i}") for i in range(400))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (bare + 1_000, hard))
    try:
        with pytest.raises(UserError) as caught:
            save(audio.recording(10_000, events=chapters), target)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert str(caught.value).startswith(
        f"{target} was not written: its tags could not be added ([Errno 27] File too large). "
    )
    assert target.stat().st_size == bare
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


def test_without_ffmpeg_the_message_names_what_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    reason = "{} needs ffmpeg, which is not on the PATH; install it or choose .mp3, .ogg or .flac."
    blocked = {suffix: available(suffix) for suffix in SUFFIXES if available(suffix)}
    assert blocked == {suffix: reason.format(suffix) for suffix in (".m4a", ".m4b")}
    with pytest.raises(UserError) as caught:
        save(audio.recording(100), tmp_path / "a.m4a")
    assert str(caught.value) == reason.format(".m4a")


def pretend(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A program called ffmpeg that behaves as this Python script does."""
    program = folder / "ffmpeg"
    program.write_text(f"#!{sys.executable}\nimport sys\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


@pytest.mark.parametrize(
    ("script", "cause"),
    [
        ("sys.exit(3)", "ffmpeg failed (status 3)"),
        (
            "sys.stdin.buffer.read(); print('No space\\nleft', file=sys.stderr)",
            "ffmpeg failed (No space left)",
        ),
    ],
)
def test_a_word_of_ffmpeg_is_a_failure_whatever_its_status(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, cause: str
) -> None:
    (tmp_path / "bin").mkdir()
    pretend(tmp_path / "bin", monkeypatch, script)
    with pytest.raises(UserError) as caught:
        save(audio.recording(10_000), tmp_path / "a.m4a")
    assert str(caught.value).startswith(f"{tmp_path}/a.m4a was not written: {cause}. ")
    assert [path.name for path in tmp_path.iterdir()] == ["bin"]


def test_an_mp4_of_the_wrong_length_is_refused(
    made: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    script = f"""import shutil
sys.stdin.buffer.read()
shutil.copy({str(made[".m4a"])!r}, sys.argv[-1].removeprefix("file:"))"""
    pretend(tmp_path / "bin", monkeypatch, script)
    save(audio.recording(DURATION_MS), tmp_path / "right.m4a")
    with pytest.raises(
        BrokenOutput, match=r"^ffmpeg wrote 20\.0\d\d s where 20\.137 were planned$"
    ):
        save(audio.recording(DURATION_MS + 100), tmp_path / "wrong.m4a")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bin", "right.m4a"]


@pytest.mark.parametrize(
    ("suffix", "error", "words"),
    [
        (".mp3", BrokenOutput, "MP3 frame"),
        (".wav", BrokenOutput, "bytes of WAV"),
        (".flac", UserError, r"a\.flac was not written: what was written can't be read back \("),
        (
            ".ogg",
            UserError,
            r"a\.ogg was not written: \d+ of 480000 frames of sound can be read back",
        ),
        (".opus", UserError, r"a\.opus was not written: \d+ of 480000 frames of sound can be read"),
    ],
)
def test_damage_on_the_disk_is_seen_before_the_old_file_goes(
    tmp_path: Path, suffix: str, error: type[Exception], words: str
) -> None:
    target = tmp_path / f"a{suffix}"
    target.write_bytes(b"old")

    def damage(done: float) -> None:
        if done == 1.0:
            (temporary,) = tmp_path.glob(".mmc-*.part")
            os.truncate(temporary, temporary.stat().st_size // 2)

    loud = audio.recording(10_000, {0: audio.noise(480_000)})
    with pytest.raises(error, match=words):
        save(dataclasses.replace(loud, progress=damage), target)
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


@pytest.mark.parametrize("head", [slice(12, 15), slice(15, 18), slice(22, 26), slice(26, 42)])
def test_a_flac_whose_head_was_not_completed_is_refused(
    made: dict[str, Path], tmp_path: Path, head: slice
) -> None:
    """Sizes of frames, length, checksum: libFLAC writes them last."""
    data = bytearray(made[".flac"].read_bytes())
    data[head] = bytes(head.stop - head.start)
    path = tmp_path / "a.flac"
    path.write_bytes(data)
    with pytest.raises(OSError, match=r"^the head of the file was not completed$"):
        tag_flac(path, audio.recording(DURATION_MS))


def test_text_of_another_size_than_was_written_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"

    def lines() -> Iterator[str]:
        yield "one line\n"
        path.write_bytes(bytes(100))

    with pytest.raises(BrokenOutput, match=r"^100 bytes of text where 9 were planned$"):
        write_lines(path, lines())
