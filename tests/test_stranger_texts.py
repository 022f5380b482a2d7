"""Texts from a stranger: refused at the door, and harmless in every file if they came past it."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from mutagen.id3 import ID3
from mutagen.mp4 import MP4
from mutagen.oggvorbis import OggVorbis

from mmc_audio import outputs
from mmc_audio.clips import Pcm
from mmc_audio.errors import JOINERS, ProgramError, invisible, visible
from mmc_audio.load import load_bytes
from mmc_audio.load.fields import CONTROL
from mmc_audio.outputs.recording import Recording
from mmc_audio.outputs.table import rows
from mmc_audio.timeline import FRAMES_PER_MS, ExerciseSpan, SetSpan, Speech, Timeline
from tests import hostile
from tests.command import Run, mmc
from tests.confined import Confined, confined
from tests.parts import need

BAD = ("Cc", "Cf", "Cs", "Zl", "Zp")
NAMES = sorted({**hostile.REFUSED, **hostile.ACCEPTED})


def named(text: str) -> Recording:
    """A session of three seconds with this text wherever a text can be."""
    events = (
        ExerciseSpan(0, 3_000, 1, text),
        SetSpan(0, 3_000, 1, 1, 1, 2, text, 0),
        Speech(500, text, text, 1_000, 10),
    )
    timeline = Timeline(text, 3_000, 0, events)

    def blocks() -> Iterator[Pcm]:
        yield np.zeros(3_000 * FRAMES_PER_MS, np.int16)

    return Recording(text, text, timeline, blocks)


def text_of(name: str) -> str:
    return {**hostile.REFUSED, **hostile.ACCEPTED}[name]


def written(name: str, suffix: str, folder: Path) -> Path:
    return outputs.save(named(text_of(name)), folder / f"out{suffix}")


def unseen(text: str, allowed: str = "") -> list[str]:
    """The characters that control something, and that this format has no use for."""
    return [c for c in text if unicodedata.category(c) in BAD and c not in JOINERS + allowed]


# ---- the door ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", hostile.REFUSED)
def test_no_text_of_a_program_holds_what_can_not_be_seen(name: str) -> None:
    text = hostile.REFUSED[name]
    with pytest.raises(ProgramError) as caught:
        load_bytes(hostile.program(text).encode(), name="p.toml", folder="")
    faults = [fault.text for fault in caught.value.faults]
    first = next(c for c in text if unicodedata.category(c) in BAD)
    what = f"has an invisible control character in it (U+{ord(first):04X}); take it out"
    assert len(faults) == 8  # title, author, name, target, label, load and two cues
    assert all(fault.endswith(what) for fault in faults)
    assert not unseen(str(caught.value), "\n")


def test_what_is_invisible_is_the_same_at_every_door() -> None:
    every = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    refused = set(re.findall(f"[{CONTROL}]", "".join(every)))
    known = {c for c in every if unicodedata.category(c) in BAD and c not in JOINERS}
    assert refused >= known  # this Python may know fewer of them than Unicode has by now
    assert {c for c in refused - known if unicodedata.category(c) != "Cn"} == set()
    assert {c for c in every if invisible(c)} == known


@pytest.mark.parametrize("name", hostile.ACCEPTED)
def test_words_are_words(name: str) -> None:
    text = hostile.ACCEPTED[name]
    program = load_bytes(hostile.program(text).encode(), name="p.toml", folder="")
    assert program.title == " ".join(text.split())


def test_a_word_of_10_000_letters_is_refused() -> None:
    with pytest.raises(ProgramError, match="title has 10000 characters; at most 120 are allowed"):
        load_bytes(hostile.program("w" * 10_000).encode(), name="p.toml", folder="")


@pytest.mark.parametrize("name", hostile.REFUSED)
def test_no_cell_of_a_roster_holds_it_either(name: str, tmp_path: Path) -> None:
    from mmc_audio.roster import read

    with open(tmp_path / "r.csv", "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["client"], [hostile.REFUSED[name]], ["Ann"]])
    found = read(tmp_path / "r.csv", [])
    assert [row.client for row in found.rows] == ["Ann"]
    [fault] = found.faults
    assert "line 2, column client: this has an invisible control character in it (U+" in fault
    assert not unseen(fault)


# ---- files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_subtitles_and_lyrics_hold_what_can_be_seen(name: str, tmp_path: Path) -> None:
    seen = visible(" ".join(text_of(name).split()))
    srt = written(name, ".srt", tmp_path).read_text(encoding="utf-8")
    assert not unseen(srt, "\n")
    times, text, *more = srt.removeprefix("1\n").split("\n")
    assert (times, more) == ("00:00:00,500 --> 00:00:01,500", ["", ""])
    assert text == seen.replace("-->", "→")
    lrc = written(name, ".lrc", tmp_path).read_text(encoding="utf-8")
    assert not unseen(lrc, "\n")
    plain = seen.replace("[", "(").replace("]", ")")
    assert lrc == f"[ti:{plain}]\n[ar:{plain}]\n[length:00:03.00]\n[00:00.50]{plain}\n"


@pytest.mark.parametrize("name", NAMES)
def test_json_keeps_each_text_and_shows_what_it_holds(name: str, tmp_path: Path) -> None:
    text = written(name, ".json", tmp_path).read_text(encoding="utf-8")
    assert not unseen(text, "\n")
    data = json.loads(text)
    assert data["title"] == text_of(name)
    assert [e["text"] for e in data["events"] if e["kind"] == "speech"] == [text_of(name)]


@pytest.mark.parametrize("name", NAMES)
def test_a_spreadsheet_calculates_nothing(name: str, tmp_path: Path) -> None:
    text = written(name, ".csv", tmp_path).read_bytes().decode()
    assert not unseen(text, "\r\n")
    table = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(table) == len(list(rows(named("x").timeline)))
    for separator in (",", ";", "\t", "|"):  # as the one who opens the file has it set
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            assert not [c for c in row if re.match(r"[\s\"]*[=+\-@＝＋－＠]", c)]
    [said] = [row["text"] for row in table if row["kind"] == "speech"]
    assert said.replace("'", "") == visible(text_of(name)).replace("'", "")


@pytest.mark.parametrize("name", NAMES)
def test_tags_hold_what_can_be_seen(name: str, tmp_path: Path) -> None:
    seen = visible(text_of(name))
    mp3, ogg = ID3(written(name, ".mp3", tmp_path)), OggVorbis(written(name, ".ogg", tmp_path))
    texts = [*mp3["TIT2"].text, *mp3["TPE1"].text, *ogg["title"], *ogg["artist"]]
    assert texts == [seen] * 4
    chapters = [frame.sub_frames["TIT2"].text[0] for frame in mp3.getall("CHAP")]
    chapters += [text for key, values in ogg.tags or () for text in [values] if "NAME" in key]
    assert len(chapters) >= 2
    assert not unseen("".join(chapters))
    assert all(seen in chapter for chapter in chapters)


HARD = ("metadata", "window title", "carriage return", "line separator", "semicolons")


@pytest.mark.parametrize("name", HARD)
def test_ffmpeg_is_told_no_more_than_a_title(name: str, tmp_path: Path) -> None:
    need("ffmpeg")
    tags = MP4(written(name, ".m4a", tmp_path)).tags
    assert tags is not None
    assert (tags["\xa9nam"], tags["\xa9ART"]) == ([visible(text_of(name))],) * 2


# ---- the screen ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Confined]:
    with confined(tmp_path_factory.mktemp("texts")) as found:
        yield found


@pytest.mark.parametrize("name", hostile.ACCEPTED)
def test_what_is_shown_is_plain_and_what_is_data_is_json(stranger: Confined, name: str) -> None:
    text = hostile.ACCEPTED[name]
    (stranger.folder / "p.toml").write_text(hostile.program(text), encoding="utf-8")
    for arguments in (("show", "p.toml"), ("check", "--voice", "none", "p.toml")):
        run = stranger.run(*arguments)
        assert (run.code, run.err) == (0, "")
        assert not unseen(run.out, "\n")
    data = stranger.run("show", "--json", "p.toml")
    assert not unseen(data.out, "\n")
    assert json.loads(data.out)["title"] == " ".join(text.split())


def test_json_on_the_screen_is_json_whatever_the_letters(stranger: Confined) -> None:
    text = "up \U0001fae8\U000f0000\ue000"
    (stranger.folder / "p.toml").write_text(hostile.program(text), encoding="utf-8")
    data = json.loads(stranger.run("show", "--json", "p.toml").out)
    assert (data["title"], data["exercises"][0]["name"]) == (text, text)


FILE_NAMES = {
    "a\x1b]0;owned\x07": r"a\x1b]0;owned\x07",
    "a\nerror: all is lost": r"a\nerror: all is lost",
    "a\u202eb": r"a\u202eb",
    "a\x9b2J": r"a\x9b2J",
}


@pytest.mark.parametrize("name", FILE_NAMES)
def test_no_file_name_writes_a_line_of_its_own(stranger: Confined, name: str) -> None:
    shown, folder = FILE_NAMES[name], stranger.folder
    (folder / f"{name}.toml").write_text(hostile.program("up"))
    (folder / "p.toml").write_text(hostile.program("up"))
    quiet = ("--voice", "none")
    export = stranger.run("export", *quiet, "p.toml", "-o", f"{name}.json")
    assert (export.code, export.err) == (0, "")
    assert export.out.startswith(f"{shown}.json: 0:")
    assert export.out.count("\n") == 2
    fill = stranger.run("cache", *quiet, "--fill", f"{name}.toml")
    assert fill == Run(0, f"{shown}.toml: the voice none made 0 phrases, 0 kept.\n")
    new = stranger.run("new", f"{name}2.toml", "--from", f"{name}.toml")
    assert new == Run(0, f"Wrote {shown}2.toml.\n")
    (folder / f"{name}2.toml").write_bytes(b"\0")
    check = stranger.run("check", f"{name}2.toml")
    words = "is not a text file; a program is a text in TOML."
    assert check == Run(1, "", f"{shown}2.toml: error: {shown}2.toml {words}\n")
    both = stranger.run("export", f"{name}2.toml", f"./{name}2.toml", "-o", ".")
    assert (both.code, both.out, both.err.count("\n")) == (1, "", 1)
    assert not unseen(both.err, "\n")


def test_an_utterance_is_titled_by_what_can_be_seen(tmp_path: Path) -> None:
    need("espeak-ng")
    words = "squat\x1b]0;owned\x07\u202e up"
    run = mmc("say", words, "--voice", "espeak", "-o", "out.srt", cwd=tmp_path)
    assert (run.code, run.err) == (0, "")
    assert (tmp_path / "out.srt").read_text().split("\n")[2] == "squat]0;owned up"


def test_the_texts_of_the_list_are_what_they_are_called() -> None:
    assert all(invisible(text) for text in hostile.REFUSED.values())
    assert not any(invisible(text) for text in hostile.ACCEPTED.values())
