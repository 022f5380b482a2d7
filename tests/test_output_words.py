"""The spoken words as subtitles and as lyrics."""

from __future__ import annotations

from pathlib import Path

from mmc_audio.outputs import save
from mmc_audio.timeline import Click, Event, Speech
from tests import audio
from tests.parts import need

HOUR_MS = 3_600_000
SPOKEN: tuple[Event, ...] = (
    Speech(1_200, "Glute bridge.", "intro", 900, 40),
    Click(2_000, "tick"),
    Speech(2_009, "3 --> 1\n\n2\r\nthen [01:00.00] rest", "ready", 1_000, 0),
    Speech(2 * HOUR_MS + 61_999, "Hüfte", "rest", 1, 0),
)


def written(folder: Path, suffix: str, *events: Event, author: str = "Ann [Lee]") -> str:
    recording = audio.recording(0, events=events, title="Slow ]\nbridges", author=author)
    object.__setattr__(recording.timeline, "duration_ms", 2 * HOUR_MS + 62_005)
    return save(recording, folder / f"a{suffix}").read_bytes().decode()


def test_subtitles(tmp_path: Path) -> None:
    assert written(tmp_path, ".srt", *SPOKEN) == (
        "1\n00:00:01,200 --> 00:00:02,100\nGlute bridge.\n\n"
        "2\n00:00:02,009 --> 00:00:03,009\n3 → 1 2 then [01:00.00] rest\n\n"
        "3\n02:01:01,999 --> 02:01:02,000\nHüfte\n\n"
    )


def test_lyrics(tmp_path: Path) -> None:
    assert written(tmp_path, ".lrc", *SPOKEN) == (
        "[ti:Slow ) bridges]\n[ar:Ann (Lee)]\n[length:121:02.00]\n"
        "[00:01.20]Glute bridge.\n"
        "[00:02.00]3 --> 1 2 then (01:00.00) rest\n"
        "[121:01.99]Hüfte\n"
    )


def test_lyrics_without_an_author_name_none(tmp_path: Path) -> None:
    assert written(tmp_path, ".lrc", author="") == "[ti:Slow ) bridges]\n[length:121:02.00]\n"


def test_a_session_without_words_has_no_subtitles(tmp_path: Path) -> None:
    assert written(tmp_path, ".srt", Click(0, "tick")) == ""


def test_ffmpeg_reads_both(tmp_path: Path) -> None:
    need("ffmpeg")
    for suffix in (".srt", ".lrc"):
        written(tmp_path, suffix, *SPOKEN)
        path = str(tmp_path / f"a{suffix}")
        read = audio.output("ffmpeg", "-v", "error", "-i", path, "-f", "srt", "-")
        assert read.count(" --> ") == 3 + (suffix == ".lrc")  # a harmless arrow is in the lyrics
        assert "Glute bridge." in read and "Hüfte" in read
