"""A session in numbered files: no sound is cut, and played in a row they are the whole of it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import accumulate
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from mutagen.flac import FLAC
from mutagen.id3 import ID3
from mutagen.mp4 import MP4

from mmc_audio.cache import Cache
from mmc_audio.cli import run
from mmc_audio.clips import Clip, Pcm
from mmc_audio.errors import UserError
from mmc_audio.glide import GAP_MS
from mmc_audio.mix import GRID, WAKE, Palette, segments
from mmc_audio.outputs import SOUND, files
from mmc_audio.outputs import save as save_whole
from mmc_audio.outputs.parts import By, parts
from mmc_audio.outputs.recording import Recording
from mmc_audio.outputs.split import MOST_FILES, Split, left_over, save
from mmc_audio.score import Score, run_frames, score
from mmc_audio.timeline import Click, ExerciseSpan, Glide, SetSpan, Speech, Timeline
from tests import audio
from tests.command import mmc
from tests.depth import drawn
from tests.draw import PROGRAMS
from tests.parts import need
from tests.pretend import arranged
from tests.studio import ready

CLICK_FRAMES = 2_880
TWO = """\
title = "Two lifts"
author = "Ann Lee"
session.setup = 3
session.lead_in = 2
voice.engine = "none"
[[exercise]]
name = "Curl"
sets = 2
reps = 2
tempo = "1-0-1-0"
rest = 6
[[exercise]]
name = "Plank: side / left"
sets = 1
hold = 3
"""
BY_SET = ["Curl, set 1", "Curl, set 2", "Plank: side / left, set 1"]
FILES = ["01 Curl, set 1{}", "02 Curl, set 2{}", "03 Plank_ side _ left, set 1{}"]


class Runs:
    """The runs of a score, of which only the places and lengths are asked."""

    def __init__(self, score: Score) -> None:
        self._score = score

    def places(self) -> Iterable[tuple[int, int]]:
        return self._score.places()

    def frames(self, number: int) -> int:
        return run_frames(self._score.runs[number])

    def blocks(self, number: int) -> Iterator[Pcm]:
        raise NotImplementedError

    def name(self, number: int) -> str:
        raise NotImplementedError


def sounding(timeline: Timeline) -> list[tuple[int, int]]:
    """(first frame, end) of every sound there is, with clicks of 60 ms."""
    found = [(0, timeline.wake_ms * 48)]
    for event in timeline.events:
        if isinstance(event, Click):
            found.append((event.at_ms * 48, event.at_ms * 48 + CLICK_FRAMES))
        elif isinstance(event, Speech):
            found.append((event.at_ms * 48, event.end_ms * 48))
        elif isinstance(event, Glide) and event.duration_ms > GAP_MS:
            end_ms = event.at_ms + event.duration_ms - GAP_MS
            found.append((event.at_ms * 48, end_ms * 48))
    return found


def pretended(text: str) -> Recording:
    """What parts asks of a recording, for sounds of the right lengths."""
    timeline = arranged(text)
    sounds = {WAKE: Clip(np.zeros(timeline.wake_ms * 48, np.int16))}
    phrases = {}
    for event in timeline.events:
        if isinstance(event, Click):
            sounds[event.sound] = Clip(np.zeros(CLICK_FRAMES, np.int16))
        elif isinstance(event, Speech):
            phrases[event.text] = Clip(np.zeros((150 + 50 * len(event.text)) * 48, np.int16))
    found = score(segments(timeline, Palette(sounds, phrases), duck_db=0))
    return Recording("T", "", timeline, lambda: iter(()), runs=Runs(found))


def cuts(whole: Recording, by: By) -> list[int]:
    """Where the parts begin, and the end, in frames."""
    return [0, *accumulate(part.timeline.frames for part in parts(whole, by))]


@drawn(12)
@given(PROGRAMS)
def test_no_sound_is_cut(text: str) -> None:
    """No sound is cut, each set is whole with its count, and no cut is earlier than it must be."""
    whole = pretended(text)
    busy = sounding(whole.timeline)
    sets = [e for e in whole.timeline.events if isinstance(e, SetSpan)]
    counted = [((e.at_ms - e.lead_in_ms) * 48, (e.at_ms + e.duration_ms) * 48) for e in sets]
    announced = [e.at_ms * 48 for e in whole.timeline.events if isinstance(e, ExerciseSpan)]
    for by in ("set", "exercise"):
        every = parts(whole, by)
        edges = [0, *accumulate(part.timeline.frames for part in every)]
        assert edges[-1] == whole.timeline.frames and edges == sorted(set(edges))
        assert {edge % GRID for edge in edges[:-1]} == {0}
        for edge in edges[1:-1]:
            assert not [1 for start, end in busy if start < edge < end]
            assert not [1 for start, end in counted if start < edge < end - GRID]
            best = min(start for start in (*announced, *dict(counted)) if start >= edge)
            assert not _quiet(busy, edge + GRID, best)
        assert list(whole.runs.places() if whole.runs else ()) == [
            (edge + start, number)
            for edge, part in zip(edges, every, strict=False)
            for start, number in (part.runs.places() if part.runs else ())
        ]


def _quiet(busy: list[tuple[int, int]], first: int, last: int) -> list[int]:
    """Frames of the grid that have seven silent MP3 frames on both sides."""
    near = [(s - 7 * GRID, e + 7 * GRID) for s, e in busy if e + 7 * GRID > first]
    grid = range(first, last // GRID * GRID + 1, GRID)
    return [frame for frame in grid if not any(s < frame < e for s, e in near)]


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("set", ["Lunge, set 1", "Row, set 1", "Lunge, set 2", "Row, set 2", "Plank, set 1"]),
        ("exercise", ["Lunge, set 1", "Row, set 1", "Lunge, set 2", "Row, set 2", "Plank"]),
    ],
)
def test_sides_stay_together_and_a_superset_is_in_the_order_it_is_done(
    by: By, names: list[str]
) -> None:
    text = 'title = "T"\n'
    for name, more in (("Lunge", 'sides = "left-right"\n'), ("Row", "")):
        text += f'[[exercise]]\nname = "{name}"\nsuperset = "A"\nsets = 2\nreps = 2\n{more}'
    text += '[[exercise]]\nname = "Plank"\nsets = 1\nhold = 20\n'
    assert [part.title for part in parts(pretended(text), by)] == names


def test_sets_without_a_silence_between_them_share_a_file() -> None:
    text = 'title = "T"\nsound.glide = "effort"\nsession.lead_in = 0\n[[exercise]]\nname = "Curl"\n'
    text += 'sets = 3\nreps = 2\ntempo = "2-0-1-0"\nrest = 0\n'
    text += '[[exercise]]\nname = "Row"\nsets = 1\nreps = 2\ntempo = "2-0-1-0"\n'
    titles = [part.title for part in parts(pretended(text), "set")]
    assert titles in (["Curl, sets 1-3 and Row, set 1"], ["Curl, sets 1-3", "Row, set 1"])


def test_with_sound_that_never_stops_no_word_is_cut() -> None:
    bare = replace(pretended(TWO.replace('"none"', '"embedded"')), runs=None)
    edges = cuts(bare, "set")
    assert len(edges) == 4
    for event in bare.timeline.events:
        if isinstance(event, Speech):
            start, end = event.at_ms * 48, event.end_ms * 48
            assert not [edge for edge in edges if start < edge < end]


def test_chapters_in_a_part_are_those_of_the_whole() -> None:
    from mmc_audio.outputs.chapters import chapters, flat

    whole = ready(TWO).recording()
    found = [
        [chapter.title for chapter in flat(chapters(part.timeline))]
        for by in ("exercise", "set")
        for part in parts(whole, by)
    ]
    first, second = (f"Set {number} of 2: 2 reps at 1-0-1-0" for number in (1, 2))
    plank = ["2. Plank: side / left", "Set 1 of 1: hold 3 s"]
    assert found == [
        ["1. Curl", first, "Rest 6 s", second, "Rest 6 s"],
        plank,
        ["1. Curl", first, "Rest 6 s"],
        [second, "Rest 6 s"],
        plank,
    ]


@pytest.fixture(scope="module")
def whole() -> Recording:
    return replace(ready(TWO).recording(), title="Two\nlifts")


@pytest.mark.parametrize("suffix", SOUND)
def test_every_kind_of_sound_can_be_split(tmp_path: Path, whole: Recording, suffix: str) -> None:
    need("ffmpeg")
    written = save(whole, tmp_path / "two.m3u8", Split("set", suffix))
    assert [path.name for path in written] == [name.format(suffix) for name in FILES]
    heard = [audio.by_ffmpeg(path) for path in written]
    lengths = [round(len(sound) / 48_000) for sound in heard]
    said = (tmp_path / "two.m3u8").read_bytes().decode()
    assert said == "#EXTM3U\n#PLAYLIST:Two lifts\n" + "".join(
        f"#EXTINF:{seconds},{title}\n{path.name}\n"
        for seconds, title, path in zip(lengths, BY_SET, written, strict=True)
    )
    spare = sum(map(len, heard)) - whole.timeline.frames
    assert 0 <= spare < 3 * 1_024 if suffix in (".m4a", ".m4b") else spare == 0
    if suffix in (".wav", ".flac"):
        pcm = np.concatenate(list(whole.blocks())).astype(np.float32) / 32_768
        assert np.array_equal(np.concatenate(heard), pcm)


@pytest.mark.parametrize("vbr", [False, True])
def test_mp3s_in_a_row_are_the_session_to_every_decoder(
    tmp_path: Path, whole: Recording, vbr: bool
) -> None:
    need("ffmpeg", "mpg123", "module:miniaudio")
    written = save(replace(whole, vbr=vbr), tmp_path / "two.m3u8", Split("exercise"))
    assert [path.name for path in written] == ["01 Curl.mp3", "02 Plank_ side _ left.mp3"]
    pcm = np.concatenate(list(whole.blocks())).astype(np.float32) / 32_768
    for decode in (audio.by_ffmpeg, audio.by_mpg123, audio.by_miniaudio):
        heard = np.concatenate([decode(path) for path in written])
        assert len(heard) == whole.timeline.frames
        for event in whole.timeline.events:
            if isinstance(event, Click):
                sound = pcm[event.at_ms * 48 : event.at_ms * 48 + 1_200]
                assert audio.onset_error(heard, sound, event.at_ms * 48) == 0


def test_each_file_knows_its_place_in_the_session(tmp_path: Path, whole: Recording) -> None:
    need("ffmpeg")
    mp3 = [ID3(path) for path in save(whole, tmp_path / "a.m3u8", Split("set"))]
    flac = [FLAC(path) for path in save(whole, tmp_path / "b.m3u8", Split("set", ".flac"))]
    mp4 = [MP4(path) for path in save(whole, tmp_path / "c.m3u8", Split("set", ".m4b"))]
    numbers = [(1, 3), (2, 3), (3, 3)]
    album = "Two lifts"  # a line end in a title is a space in tags
    assert [(str(tag["TIT2"]), str(tag["TALB"]), str(tag["TRCK"])) for tag in mp3] == [
        (title, album, f"{n}/{of}") for title, (n, of) in zip(BY_SET, numbers, strict=True)
    ]
    assert [
        (tag["title"], tag["album"], tag["tracknumber"], tag["tracktotal"]) for tag in flac
    ] == [([t], [album], [f"{n}"], [f"{of}"]) for t, (n, of) in zip(BY_SET, numbers, strict=True)]
    assert [(tag["\xa9nam"], tag["\xa9alb"], tag["trkn"]) for tag in mp4] == [
        ([t], [album], [pair]) for t, pair in zip(BY_SET, numbers, strict=True)
    ]


def test_equal_sets_are_encoded_once(
    tmp_path: Path, whole: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mmc_audio.outputs import lame

    encoded: list[int] = []
    plain = lame.encode

    def counted(pcm: Iterable[bytes], frames: int, *rest: object, **more: object) -> bytes:
        encoded.append(frames)
        return plain(pcm, frames, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(lame, "encode", counted)
    fresh = replace(whole, cache=Cache(tmp_path / "one").of_encodings())
    save_whole(fresh, tmp_path / "a.mp3")
    once = sum(encoded)
    encoded.clear()
    fresh = replace(whole, cache=Cache(tmp_path / "other").of_encodings())
    save(fresh, tmp_path / "two.m3u8", Split("set"))
    # The first run of a file has no frames of silence before it: it may be encoded once more.
    assert once <= sum(encoded) < 1.5 * once


def test_a_failed_run_leaves_everything_as_it_was(tmp_path: Path, whole: Recording) -> None:
    save(whole, tmp_path / "two.m3u8", Split("set", ".wav"))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def broken(done: float) -> None:
        if done > 0.9:
            raise OSError(28, "No space left on device")

    longer = ready(TWO.replace("hold = 3", "hold = 5")).recording(broken)
    with pytest.raises(UserError, match=r"03 Plank_ side _ left, set 1\.wav was not written: No s"):
        save(longer, tmp_path / "two.m3u8", Split("set", ".wav"))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    with pytest.raises(UserError):
        save(longer, tmp_path / "new" / "two.m3u8", Split("set", ".wav"))
    assert not (tmp_path / "new").exists()


def test_the_playlist_comes_last_and_the_old_one_goes_first(
    tmp_path: Path, whole: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    playlist = tmp_path / "two.m3u8"
    save(whole, playlist, Split("set", ".wav"))
    placed: list[tuple[str, bool]] = []
    plain = files.os.replace

    def watched(source: Path, final: Path) -> None:
        placed.append((Path(final).suffix, playlist.exists()))
        plain(source, final)

    monkeypatch.setattr(files.os, "replace", watched)
    save(whole, playlist, Split("set", ".wav"))
    assert placed == [*[(".wav", False)] * 3, (".m3u8", False)]
    assert playlist.exists()


def test_more_files_than_are_sensible_are_refused(tmp_path: Path) -> None:
    events = []
    for number in range(1, MOST_FILES + 2):
        events.append(SetSpan(1_000 * number, 500, 1, number, 300, 1, "", 0))
    timeline = Timeline("T", 300_000, 0, (ExerciseSpan(0, 300_000, 1, "Curl"), *events))
    many = Recording("T", "", timeline, lambda: iter(()))
    with pytest.raises(UserError) as caught:
        save(many, tmp_path / "a" / "a.m3u8", Split("set"))
    assert str(caught.value) == "--split set would write 201 files, and 200 are the most."
    assert list(tmp_path.iterdir()) == []


# ---- the command ---------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "two.toml").write_text(TWO)
    (tmp_path / "one.toml").write_text(TWO.split('[[exercise]]\nname = "Plank')[0])
    return tmp_path


def tree(folder: Path) -> list[str]:
    """Every file below a folder but the cache and the programs."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(str(p) for p in found if p.parts[0] != "cache" and p.suffix != ".toml")


def test_the_command_writes_a_folder(folder: Path) -> None:
    done = mmc("export", "two.toml", "-o", "gym/", "--split", "set", cwd=folder)
    assert (done.code, done.err) == (0, "")
    pattern = r"gym/two\.m3u8: 3 files, 0:\d\d, \d+ kB\nVoice: none, as the program asks\.\n"
    assert re.fullmatch(pattern, done.out)
    assert tree(folder) == [*(f"gym/{name.format('.mp3')}" for name in FILES), "gym/two.m3u8"]
    done = mmc("export", "one.toml", "-o", "gym", "--split", "exercise", cwd=folder)
    assert done.out.splitlines()[1] == (
        'Left there from before, and not in the playlist: 3 files, such as "01 Curl, set 1.mp3".'
    )
    assert left_over(folder / "gym" / "x.m3u8", [folder / FILES[0].format(".mp3")]) == [
        *("01 Curl.mp3", "02 Curl, set 2.mp3", "03 Plank_ side _ left, set 1.mp3")
    ]


def test_without_a_folder_it_makes_one_of_the_program_s_name(folder: Path) -> None:
    assert mmc("export", "two.toml", "--split", "exercise", "--kind", "flac", cwd=folder).code == 0
    names = ["two/01 Curl.flac", "two/02 Plank_ side _ left.flac", "two/two.m3u8"]
    assert tree(folder) == names


def test_several_programs_and_clients_have_a_folder_each(folder: Path) -> None:
    done = mmc("export", "one.toml", "two.toml", "-o", "gym/", "--split", "exercise", cwd=folder)
    assert done.code == 0
    one, two = ["01 Curl.mp3", "one.m3u8"], ["01 Curl.mp3", "02 Plank_ side _ left.mp3", "two.m3u8"]
    assert tree(folder) == [*(f"gym/one/{n}" for n in one), *(f"gym/two/{n}" for n in two)]
    (folder / "clients.csv").write_text("client,reps\nAnn Lee,3\n")
    arguments = ("--roster", "clients.csv", "-o", "them", "--split", "set", "--kind", ".WAV")
    assert mmc("export", "one.toml", *arguments, cwd=folder).code == 0
    assert [name for name in tree(folder) if "them" in name] == [
        *("them/Ann Lee/01 Curl, set 1.wav", "them/Ann Lee/02 Curl, set 2.wav"),
        "them/Ann Lee/Ann Lee.m3u8",
    ]


NAMES_A_FILE = (
    '--split writes several files into a folder, and "{}" names a file. '
    "Name a folder, and the kind of the files with --kind."
)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-o", "a.mp3", "--split", "set"), NAMES_A_FILE.format("a.mp3")),
        (("-o", "a.json", "--split", "set"), NAMES_A_FILE.format("a.json")),
        (
            ("--split", "set", "--kind", "json"),
            "--split is for sound, and .json is none. "
            "Choose .mp3, .wav, .flac, .ogg, .opus, .m4a or .m4b.",
        ),
        (
            ("-o", "two.toml/", "--split", "set"),
            '"two.toml" is a file; --split writes into a folder.',
        ),
        (
            ("-o", "a.wav", "--kind", "mp3"),
            '--kind is for files in a folder, and "a.wav" names a file. Its suffix is enough.',
        ),
        (
            ("--split", "set", "--kind", "flac", "--vbr"),
            "--vbr is for MP3, and .flac is none.",
        ),
    ],
)
def test_wrong_use_is_told(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    message: str,
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("MMC_CACHE", str(folder / "cache"))
    assert run(["export", "two.toml", *arguments]) == 1
    assert capsys.readouterr() == ("", f"error: {message}\n")
    assert tree(folder) == []


def test_an_unknown_kind_and_an_unknown_split_are_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    assert run(["export", "two.toml", "--kind", "flak"]) == 1
    said = capsys.readouterr().err.split(" Known")[0]
    assert said == 'error: ".flak" is not a known kind of file. Did you mean .flac?'
    assert run(["export", "two.toml", "--split", "rep"]) == 2
    assert "'rep' is not one of 'set', 'exercise'" in capsys.readouterr().err


def test_ffmpeg_plays_the_playlist_s_files_one_after_another(
    tmp_path: Path, whole: Recording
) -> None:
    """A name in the list is one that other programs find."""
    need("ffmpeg")
    save(whole, tmp_path / "two.m3u8", Split("set", ".flac"))
    lines = (tmp_path / "two.m3u8").read_text().splitlines()
    names = [line for line in lines if not line.startswith("#")]
    listing = "".join(f"file '{name}'\n" for name in names)
    (tmp_path / "list.txt").write_text(listing)
    command = ["ffmpeg", "-v", "error", "-f", "concat", "-safe", "0", "-i", "list.txt"]
    raw = subprocess.check_output([*command, "-f", "s16le", "-"], cwd=tmp_path)
    assert raw == np.concatenate(list(whole.blocks())).tobytes()
