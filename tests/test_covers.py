"""The cover of a sound file: in every format with a place for it, read by programs of others."""

from __future__ import annotations

import io
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mmc_audio.cache import Cache
from mmc_audio.hues import HUES
from mmc_audio.outputs import covers, save
from mmc_audio.outputs.chapters import chapters, flat
from mmc_audio.outputs.recording import Recording
from mmc_audio.pictures import raster
from mmc_audio.pictures.cover import NARROWEST, picture
from mmc_audio.pictures.shapes import Area, Text
from tests import audio
from tests.parts import need
from tests.pretend import arranged
from tests.studio import ready
from tests.test_pictures import HOSTILE, PROGRAM, inert, many

SHORT = """
title = "Bridges"
session.setup = 5
[[exercise]]
name = "Glute bridge"
start = "concentric"
target = "glutes"
sets = 1
reps = 2
rest = 5
tempo = "3-0-2-0"
[[exercise]]
name = "Plank"
hold = 5
sets = 1
"""
SUFFIXES = (".mp3", ".m4b", ".flac", ".ogg", ".opus")  # .m4a is written as .m4b is


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    kept = Cache(tmp_path_factory.mktemp("cache"))
    return replace(ready(SHORT, voice="none").recording(), cache=kept)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_three_readers_find_the_cover(suffix: str, recording: Recording, tmp_path: Path) -> None:
    need("ffmpeg", "ffprobe", "module:tinytag")
    import mutagen
    from mutagen.flac import Picture
    from tinytag import TinyTag

    path = save(recording, tmp_path / f"a{suffix}")
    expected = covers.cover(recording)
    fields = "stream=codec_name,width,height:stream_disposition=attached_pic"
    probe = ["ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", fields]
    shown = subprocess.run(
        [*probe, "-of", "compact=nk=1:p=0", path], capture_output=True, text=True
    )
    assert (shown.stdout.split(), shown.stderr) == (["png|600|600|1"], "")
    taken = [
        "ffmpeg",
        "-v",
        "error",
        "-i",
        path,
        "-map",
        "0:v",
        "-c",
        "copy",
        "-f",
        "image2pipe",
        "-",
    ]
    assert subprocess.run(taken, capture_output=True, check=True).stdout == expected

    tags = mutagen.File(path)
    match suffix:
        case ".mp3":
            [frame] = tags.tags.getall("APIC")
            assert (frame.mime, int(frame.type), frame.desc) == ("image/png", 3, "")
            found = frame.data
        case ".m4b":
            found = bytes(tags["covr"][0])
        case ".flac":
            found = tags.pictures[0].data
        case _:
            import base64

            block = Picture(base64.b64decode(tags["metadata_block_picture"][0]))
            assert (block.width, block.height, block.depth) == (600, 600, 24)
            found = block.data
    assert found == expected

    probe = ["ffprobe", "-v", "error", "-show_entries", "chapter=start_time", "-of", "csv=p=0"]
    shown = subprocess.run([*probe, path], capture_output=True, text=True, check=True)
    assert [float(start) for start in shown.stdout.split()] == pytest.approx(
        [chapter.start_ms / 1_000 for chapter in flat(chapters(recording.timeline))], abs=0.002
    )

    front = TinyTag.get(path, image=True).images.front_cover
    assert front is not None and (front.data, front.mime_type) == (expected, "image/png")


def test_it_is_drawn_once(recording: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    first = covers.cover(recording)
    with monkeypatch.context() as patch:
        patch.setattr(raster, "png", lambda picture, zoom: b"drawn anew")
        assert covers.cover(recording) == first
        assert covers.cover(replace(recording, title="Another")) == b"drawn anew"


def test_it_can_be_told_at_64_pixels_and_at_600(recording: Recording) -> None:
    need("module:PIL")
    from PIL import Image

    data = covers.cover(recording)
    assert len(data) < 40_000
    image = Image.open(io.BytesIO(data)).convert("RGB")
    assert image.size == (covers.SIDE, covers.SIDE)
    small = image.resize((64, 64), Image.Resampling.BOX)
    pixels = np.asarray(small).reshape(-1, 3).astype(int)
    assert np.count_nonzero(pixels.min(axis=1) > 200) >= 30  # the minutes
    for name in ("concentric", "eccentric", "hold"):
        wanted = np.array(list(bytes.fromhex(HUES[name][1:])))
        near = np.abs(pixels - wanted).max(axis=1) < 45
        assert np.count_nonzero(near) >= 4, name


def test_its_bars_stand_where_the_sets_do() -> None:
    timeline = arranged(PROGRAM)
    drawn = picture("Bridges", timeline)
    bars = [area for area in drawn.shapes if isinstance(area, Area)]
    assert {area.fill for area in bars} == {
        HUES[name] for name in ("eccentric", "pause", "concentric", "squeeze", "hold")
    }
    starts = sorted({polygon[0][0] for area in bars for polygon in area.polygons})
    from mmc_audio.timeline import SetSpan

    sets = [event.at_ms for event in timeline.events if isinstance(event, SetSpan)]
    assert starts == pytest.approx([44 + at / timeline.duration_ms * 512 for at in sets])
    minutes = [shape.text for shape in drawn.shapes if isinstance(shape, Text)][-2:]
    assert minutes == [str(round(timeline.duration_ms / 60_000)), "min"]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_title_is_text(text: str) -> None:
    from mmc_audio.pictures.svg import svg

    drawn = picture(text, arranged(PROGRAM))
    inert(svg(drawn))
    titles = [shape for shape in drawn.shapes if isinstance(shape, Text)][:-2]
    assert len(titles) <= 3 and all(shape.room == 512 for shape in titles)
    assert raster.png(drawn, zoom=1).startswith(b"\x89PNG")  # with the fonts of the machine, too


def test_the_longest_session_has_a_small_cover() -> None:
    data = raster.png(picture("A very long day", many(100, 50, 2, 1_000)), zoom=1)
    assert len(data) < 40_000
    assert NARROWEST >= 3


def test_what_is_no_session_has_none(tmp_path: Path) -> None:
    import mutagen

    recording = audio.recording(2_000, {100: audio.click(1)})
    assert covers.cover(recording) == b""
    path = save(recording, tmp_path / "a.mp3")
    assert "APIC:" not in mutagen.File(path).tags
