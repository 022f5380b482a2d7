"""The words in a file's tags: programs that others wrote read each phrase, at its time."""

from __future__ import annotations

import json
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest
from mutagen.flac import FLAC
from mutagen.id3 import ID3
from mutagen.mp4 import MP4
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis

from mmc_audio.languages import three_letters
from mmc_audio.outputs import save, tags
from mmc_audio.outputs.lyrics import MOST_BYTES, tagged
from mmc_audio.outputs.recording import Recording
from mmc_audio.timeline import Event, SetSpan, Speech, Timeline
from mmc_audio.words import LANGUAGES
from tests import audio
from tests.parts import need
from tests.pretend import arranged

SPOKEN: tuple[Event, ...] = (
    Speech(1_200, "Glute bridge.", "intro", 900, 40),
    Speech(4_009, "3 --> 1\n\n2\r\nthen [01:00.00] rest", "ready", 1_000, 0),
    Speech(62_990, "squeeze", "concentric", 500, 0),
)
LINES = ["Glute bridge.", "3 --> 1 2 then [01:00.00] rest", "squeeze"]
LRC = "[00:01.20]Glute bridge.\n[00:04.00]3 --> 1 2 then (01:00.00) rest\n[01:02.99]squeeze"


def said(*events: Event, language: str = "en") -> Recording:
    return replace(audio.recording(64_000, events=events), language=language)


def test_an_mp3_has_each_phrase_at_its_millisecond(tmp_path: Path) -> None:
    path = save(said(*SPOKEN), tmp_path / "a.mp3")
    tag = ID3(path)
    assert tag.version == (2, 3, 0)
    (timed,), (plain,) = tag.getall("SYLT"), tag.getall("USLT")
    assert timed.text == list(zip(LINES, (1_200, 4_009, 62_990), strict=True))
    assert (timed.lang, timed.format, timed.type, timed.desc) == ("eng", 2, 1, "")
    assert (plain.lang, plain.desc, plain.text) == ("eng", "", "\n".join(LINES))


def test_exiftool_and_eyed3_and_ffprobe_read_the_same(tmp_path: Path) -> None:
    need("exiftool", "module:eyed3", "ffprobe")
    import eyed3

    path = save(said(*SPOKEN), tmp_path / "a.mp3")
    (read,) = json.loads(audio.output("exiftool", "-j", str(path)))
    assert read["SynchronizedLyricsType"] == "Lyrics"
    # It prints minutes, seconds and hundredths; those it rounds.
    times = ("00:01.20", "00:04.01", "01:02.99")
    assert read["SynchronizedLyricsText"] == [
        f"[{time}]{text}" for time, text in zip(times, LINES, strict=True)
    ]
    (lyrics,) = eyed3.load(path).tag.lyrics
    assert (lyrics.lang, lyrics.text) == (b"eng", "\n".join(LINES))
    assert _told(path)["lyrics-eng"] == "\n".join(LINES)


@pytest.mark.parametrize(("language", "code"), [("de", "deu"), ("pt-BR", "por"), ("qqq-x", "qqq")])
def test_other_scripts_and_languages_survive(tmp_path: Path, language: str, code: str) -> None:
    need("exiftool", "ffprobe")
    words = "Hüfte hoch – 臀桥"
    path = save(said(Speech(70, words, "ready", 900, 0), language=language), tmp_path / "a.mp3")
    (timed,), (plain,) = ID3(path).getall("SYLT"), ID3(path).getall("USLT")
    assert (timed.lang, timed.text, plain.lang) == (code, [(words, 70)], code)
    assert _told(path)[f"lyrics-{code}"] == words
    (read,) = json.loads(audio.output("exiftool", "-j", str(path)))
    assert read[f"SynchronizedLyricsText-{code}"] == f"[00:00.07]{words}"


def _told(path: Path) -> dict[str, str]:
    """The tags of a file as ffprobe reads them, whether it finds them in the file or its stream."""
    found = audio.probe(path, "-show_format", "-show_streams")
    assert isinstance(found["format"], dict) and isinstance(found["streams"], list)
    return {**found["format"].get("tags", {}), **found["streams"][0].get("tags", {})}


@pytest.mark.parametrize(
    ("suffix", "kind"), [(".flac", FLAC), (".ogg", OggVorbis), (".opus", OggOpus)]
)
def test_vorbis_comments_have_them_timed_and_plain(
    tmp_path: Path, suffix: str, kind: type[FLAC | OggVorbis | OggOpus]
) -> None:
    need("ffprobe", "module:pymediainfo")
    from pymediainfo import MediaInfo

    path = save(said(*SPOKEN), tmp_path / f"a{suffix}")
    tag = kind(path)
    assert (tag["LYRICS"], tag["UNSYNCEDLYRICS"]) == ([LRC], ["\n".join(LINES)])
    assert _told(path)["LYRICS"] == LRC
    assert MediaInfo.parse(path).general_tracks[0].lyrics == LRC.replace("\n", " / ")


@pytest.mark.parametrize("suffix", [".m4a", ".m4b"])
def test_an_mp4_has_them_plain(tmp_path: Path, suffix: str) -> None:
    need("ffmpeg", "ffprobe", "module:pymediainfo")
    from pymediainfo import MediaInfo

    hard = Speech(10, "50 % = #1; \\ done", "ready", 900, 0)
    path = save(said(hard, *SPOKEN), tmp_path / f"a{suffix}")
    words = "\n".join(["50 % = #1; \\ done", *LINES])
    assert MP4(path)["\xa9lyr"] == [words]
    assert _told(path)["lyrics"] == words
    assert MediaInfo.parse(path).general_tracks[0].lyrics == words.replace("\n", " / ")


def test_a_silent_session_has_no_words(tmp_path: Path) -> None:
    assert {"SYLT", "USLT"} & {key[:4] for key in ID3(save(said(), tmp_path / "a.mp3"))} == set()
    assert "LYRICS" not in FLAC(save(said(), tmp_path / "a.flac"))


def test_a_planned_session_has_every_phrase_that_is_heard(tmp_path: Path) -> None:
    timeline = arranged(
        'title = "T"\n[[exercise]]\nname = "Curl"\nsets = 1\nreps = 3\ntempo = "2-0-1-0"\n'
        'cues.concentric = "squeeze"\n'
    )
    silent = replace(audio.recording(timeline.duration_ms), timeline=timeline)
    (timed,) = ID3(save(silent, tmp_path / "a.mp3")).getall("SYLT")
    heard = [(e.text, e.at_ms) for e in timeline.events if isinstance(e, Speech)]
    assert timed.text == heard
    assert "squeeze" in [text for text, _ in heard]


def test_twelve_hours_of_talk_are_a_small_tag_in_little_memory() -> None:
    hours = 12 * 3_600_000
    phrases = [Speech(at, "squeeze, hüfte", "concentric", 900, 0) for at in range(0, hours, 3_000)]
    counts = [Speech(at + 1_500, "ten", "count", 300, 0) for at in range(0, hours, 6_000)]
    sets = [
        SetSpan(at, 40_000, 1, 1 + at // 60_000, 720, 20, "", 3_200, tempo="1-0-1-0")
        for at in range(0, hours, 60_000)
    ]
    timeline = Timeline("Long", hours, 0, (*phrases, *counts, *sets))
    assert len(tagged(timeline)) == len(phrases) + len(counts) > 20_000
    recording = Recording("Long", "", timeline, lambda: iter(()))
    tracemalloc.start()
    tag = tags.id3(recording)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(tag) < 3 << 19  # 1.5 MiB, half of what Android still reads
    assert peak < 16 << 20


def test_words_beyond_all_measure_leave_out_the_count_and_then_the_end() -> None:
    counts = tuple(Speech(at, "one", "count", 1, 0) for at in range(0, 40_000, 2))
    cues = tuple(Speech(at, "squeeze" * 40, "during", 1, 0) for at in range(1, 1_801, 2))
    few, many = (Timeline("T", 90_000, 0, (*counts, *some)) for some in (cues[:100], cues))
    assert len(tagged(few)) == 20_100
    assert [line.text for line in tagged(many)] == ["squeeze" * 40] * 900
    rest = tuple(Speech(2_000 + at, "squeeze" * 40, "during", 1, 0) for at in range(900))
    kept = tagged(Timeline("T", 90_000, 0, (*counts, *cues, *rest)))
    assert kept == tagged(Timeline("T", 90_000, 0, (*cues, *rest)))
    assert [line.at_ms for line in kept[:900]] == [cue.at_ms for cue in cues]
    assert MOST_BYTES - kept[0].size < sum(line.size for line in kept) <= MOST_BYTES


def test_each_language_that_a_voice_speaks_has_its_three_letters() -> None:
    from gtts.lang import tts_langs

    assert [three_letters(tag) for tag in sorted(LANGUAGES)] == ["deu", "eng", "spa", "fra", "por"]
    assert {tag for tag in tts_langs() if three_letters(tag) == "und"} == set()
    assert [three_letters(tag) for tag in ("zh-CN", "iw", "EN-gb", "haw", "xx")] == [
        *("zho", "heb", "eng", "haw", "und")
    ]
