"""The parts of the MP3 that we write, one by one and without any decoder: quick, exact to the byte.

That other programs read the whole is tested in test_output_mp3.py and test_output_mp3_runs.py.
"""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterator

import numpy as np
import pytest

from fuzz import frames
from mmc_audio.cache import Cache
from mmc_audio.outputs import crc16, mp3, mp3frames
from mmc_audio.outputs.mp3frames import (
    SIZES,
    Layout,
    Stream,
    check,
    frame_sizes,
    info_frame,
    padding,
)
from mmc_audio.outputs.mp3laid import PIECE, Block, Laid
from mmc_audio.outputs.mp3runs import Blocks
from mmc_audio.outputs.pcm import BrokenOutput
from mmc_audio.outputs.recording import Recording
from tests import audio

MONO, STEREO = Layout(64), Layout(128, 2)
DATA = random.Random(3).randbytes(3_001)


# ---- the checksum ------------------------------------------------------------------------------


def test_the_checksum_is_crc_16_arc() -> None:
    assert crc16.update(0, b"123456789") == 0xBB3D  # the check value of the catalogue of CRCs
    assert crc16.update(0, b"") == 0
    assert crc16.update(0, DATA) == frames.arc(DATA)
    assert crc16.update(crc16.update(0, DATA[:7]), DATA[7:]) == frames.arc(DATA)


# ---- frames ------------------------------------------------------------------------------------


def test_the_sizes_of_frames_at_48_khz() -> None:
    assert SIZES == (96, 120, 144, 168, 192, 240, 288, 336, 384, 480, 576, 672, 768, 960)


def test_the_layouts_of_mono_and_stereo() -> None:
    assert (MONO.size, MONO.side_info_bytes, MONO.header) == (192, 17, b"\xff\xfb\x54\xc0")
    assert (STEREO.size, STEREO.side_info_bytes, STEREO.header) == (384, 32, b"\xff\xfb\x94\x40")
    assert MONO.header_of(96, 0xC4) == b"\xff\xfb\x14\xc4"
    assert MONO.silent(96) == b"\xff\xfb\x14\xc0" + bytes(92)


def test_the_padding_is_what_the_frames_hold_beyond_the_samples() -> None:
    assert padding(2, 1_152) == 2 * 1_152 - 576 - 1_152
    least, most = 529, 529 + 2 * 1_152 - 1
    assert padding(10, 11_520 - 576 - least) == least
    assert padding(10, 11_520 - 576 - most) == most
    for samples in (11_520 - 576 - least + 1, 11_520 - 576 - most - 1):
        with pytest.raises(BrokenOutput) as error:
            padding(10, samples)
        assert str(error.value) == f"10 MP3 frames do not fit {samples} samples"


def test_a_stream_is_split_into_the_frames_that_are_whole() -> None:
    data = bytearray(b"??" + uneven(20))
    sizes = [SIZES[n * 5 % len(SIZES)] for n in range(20)]
    assert frame_sizes(data, MONO, 2) == sizes
    assert frame_sizes(data[:-1], MONO, 2) == sizes[:-1]
    assert frame_sizes(data + b"\xff\xfb\x54", MONO, 2) == sizes
    assert frame_sizes(data[:2], MONO, 2) == []
    for header in ("fffb04c0", "fffbf4c0", "fffa54c0", "fffb50c0", "00fb54c0"):
        with pytest.raises(BrokenOutput) as error:
            frame_sizes(uneven(2) + bytes.fromhex(header), MONO, 0)
        assert str(error.value) == f"LAME made a frame with the header {header}"


MARKS = tuple(range(0, 1_920, 192)) * 10
GOLDEN = {  # of 10 frames with 10,000 samples, in mono
    True: "fffb54c0" + "00" * 17 + "496e666f0000000f0000000a00000840",
    False: "fffb54c0" + "00" * 17 + "58696e670000000f0000000a00000840",
}


@pytest.mark.parametrize("constant", [True, False])
def test_the_info_frame_to_the_byte(constant: bool) -> None:
    stream = Stream(10, 1_920, 10_000, 0xBEEF, tuple(sorted(MARKS)), constant)
    frame = info_frame(MONO, stream)
    assert len(frame) == 192
    assert frame[:37].hex() == GOLDEN[constant]
    assert list(frame[37:137]) == [(192 + mark) * 256 // 2_112 for mark in sorted(MARKS)]
    method = "01" if constant else "00"
    assert frame[137:175].hex() == (
        "00000000" + b"LAME3.100".hex() + method + "00" + "00" * 8 + "00" + "40"
        + f"{576 << 12 | 10 * 1_152 - 576 - 10_000:06x}" + "0000" + "0000" + "00000840" + "beef"
    )  # fmt: skip
    assert frame[175:177] == frames.arc(frame[:175]).to_bytes(2, "big")
    assert not any(frame[177:])


def test_a_place_behind_the_end_is_the_last_that_can_be_told() -> None:
    stream = Stream(10, 1_920, 10_000, 0, (0,) * 99 + (5_000,))
    assert info_frame(MONO, stream)[136] == 255


# ---- the walk ----------------------------------------------------------------------------------


def even(count: int, layout: Layout = MONO) -> bytes:
    return b"".join(
        (layout.header[:3] + bytes([layout.mode | n % 64])).ljust(layout.size, b"\x11")
        for n in range(count)
    )


def uneven(count: int, layout: Layout = MONO) -> bytes:
    sizes = [SIZES[n * 5 % len(SIZES)] for n in range(count)]
    return b"".join(layout.header_of(s, layout.mode | s % 64).ljust(s, b"\x11") for s in sizes)


def walk(data: bytes, count: int, *, constant: bool, layout: Layout = MONO) -> None:
    check(io.BytesIO(data), layout, Stream(count - 1, 0, 0, 0, (), constant=constant))


@pytest.mark.parametrize("layout", [MONO, STEREO])
@pytest.mark.parametrize("count", [1, 2, 4_095, 4_096, 4_097, 9_000])
def test_whole_files_pass_whatever_their_length(count: int, layout: Layout) -> None:
    walk(even(count, layout), count, constant=True, layout=layout)
    walk(uneven(count, layout), count, constant=False, layout=layout)


class Sips(io.BytesIO):
    """A file that is never to be read at once."""

    def read(self, size: int | None = -1, /) -> bytes:
        assert size is not None and 0 < size <= 1 << 20
        return super().read(size)


def test_a_long_frame_may_lie_across_two_readings() -> None:
    """The largest there is, with more of it read than of any smaller one."""
    data = MONO.silent(240) + MONO.silent(960) * 2_000
    check(Sips(data), MONO, Stream(2_000, 0, 0, 0, (), constant=False))


@pytest.mark.parametrize("constant", [True, False])
@pytest.mark.parametrize("count", [3, 5_000])
@pytest.mark.parametrize(("byte", "value"), [(0, 0xFE), (1, 0xFA), (2, 0x50), (3, 0x40)])
def test_a_wrong_header_is_told_by_its_number(
    constant: bool, count: int, byte: int, value: int
) -> None:
    data = bytearray(even(count))
    for wrong in (count - 1, 1):
        data[wrong * 192 + byte] = value
        with pytest.raises(BrokenOutput) as error:
            walk(bytes(data), count, constant=constant)
        assert str(error.value) == f"MP3 frame {wrong} has no valid header"


@pytest.mark.parametrize("constant", [True, False])
def test_a_frame_too_many_or_too_few_is_told(constant: bool) -> None:
    for found, planned in ((4, 5), (5, 4)):
        with pytest.raises(BrokenOutput) as error:
            walk(even(found), planned, constant=constant)
        assert str(error.value) == f"{found} MP3 frames where {planned} were planned"


def test_bytes_that_are_no_whole_frame_are_told() -> None:
    with pytest.raises(BrokenOutput) as error:
        walk(even(3)[:-10], 3, constant=True)
    assert str(error.value) == "182 bytes after the last MP3 frame where 0 were planned"
    with pytest.raises(BrokenOutput) as error:
        walk(even(3)[:-10], 3, constant=False)
    assert str(error.value) == "10 bytes too few in the last MP3 frame where 0 were planned"
    with pytest.raises(BrokenOutput) as error:
        walk(even(3) + b"\xff\xfb", 3, constant=False)
    assert str(error.value) == "MP3 frame 3 has no valid header"


# ---- what is laid ------------------------------------------------------------------------------


def test_what_is_laid_is_counted_and_summed() -> None:
    file = io.BytesIO()
    laid = Laid(file, MONO.silent(96))
    laid.silence(3)
    laid.block(Block(even(2), 2))
    laid.silence(PIECE + 5)
    laid.silence(0)
    expected = MONO.silent(96) * 3 + even(2) + MONO.silent(96) * (PIECE + 5)
    assert file.getvalue() == expected
    assert (laid.frames, laid.size) == (PIECE + 10, len(expected))
    assert laid.crc == frames.arc(expected)
    marks = laid.marks()
    assert len(marks) == 100
    assert marks[0] == 0
    assert marks[50] == 3 * 96 + 2 * 192 + ((PIECE + 10) * 50 // 100 - 5) * 96


def test_places_inside_a_block_lie_between_its_ends() -> None:
    laid = Laid(io.BytesIO(), MONO.silent(96))
    laid.silence(50)
    laid.block(Block(bytes(10_000), 50))
    assert laid.marks()[:51] == tuple(range(0, 51 * 96, 96))
    assert laid.marks()[51:] == tuple(4_800 + 200 * frame for frame in range(1, 50))


def test_nothing_laid_has_no_places() -> None:
    assert set(Laid(io.BytesIO(), MONO.silent(96)).marks()) == {0}


@pytest.mark.parametrize(
    "target", [frames.walk, frames.split, frames.relay, frames.relay_any, frames.info]
)
def test_what_the_fuzzer_tries_for_minutes_for_a_moment(target: object) -> None:
    rng = random.Random(11)
    assert callable(target)
    for length in (3, 40, 200, 900, 4_000) * 8:
        target(rng.randbytes(length))


# ---- the whole ---------------------------------------------------------------------------------


class Told:
    """A cache that tells what it was asked."""

    def __init__(self) -> None:
        self.kept: dict[bytes, bytes] = {}
        self.asked: list[bytes] = []

    def get(self, key: bytes) -> bytes | None:
        self.asked.append(key)
        return self.kept.get(key)

    def put(self, key: bytes, body: bytes) -> None:
        self.kept[key] = body


def recording(times: int, cache: object = None, **more: object) -> Recording:
    sound = audio.click(1)
    runs = audio.Repeated(sound, times)
    frames_ = times * 41 * 1_152 + 5_000

    def whole() -> Iterator[np.ndarray]:  # type: ignore[type-arg]
        pcm = np.zeros(frames_ // 48 * 48, np.int16)
        for start, _ in runs.places():
            pcm[start : start + len(sound)] = sound
        yield pcm

    timeline = audio.recording(frames_ // 48).timeline
    return Recording("T", "", timeline, whole, runs=runs, cache=cache or Cache(None), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("vbr", [False, True])
def test_runs_that_are_alike_are_encoded_once_and_kept(vbr: bool) -> None:
    cache = Told()
    first = list(blocks_of(recording(5, cache, vbr=vbr)).laid(300))
    assert len(cache.kept) == 2  # the first has no room for frames of silence before it
    again = list(blocks_of(recording(5, cache, vbr=vbr)).laid(300))
    assert first == again and len(cache.kept) == 2
    assert sum(silent + block.frames for silent, block in first) == 300
    for _, block in first:
        sizes = frames.sizes_of(block.data, MONO)
        assert sizes is not None and len(sizes) == block.frames
        assert vbr or set(sizes) <= {192}


def blocks_of(made: Recording, layout: Layout = MONO) -> Blocks:
    assert made.runs is not None
    return Blocks(made, made.runs, layout)


def test_what_is_kept_is_known_by_all_that_made_it() -> None:
    keys = set()
    for layout in (MONO, Layout(96)):
        cache = Told()
        blocks_of(recording(1, cache), layout)
        keys |= set(cache.asked)
    assert sorted(json.loads(key)[:2] for key in keys) == [["mp3", 2], ["mp3", 2]]
    assert sorted(json.loads(key)[3:8] for key in keys) == [[3, 64, 1, 0, 4], [3, 96, 1, 0, 4]]
    name = audio.Repeated(audio.click(1), 1).name(0)
    assert {json.loads(key)[8] for key in keys} == {name}


@pytest.mark.parametrize("vbr", [False, True])
def test_the_file_says_of_itself_what_it_is(tmp_path: object, vbr: bool) -> None:
    path = tmp_path / "a.mp3"  # type: ignore[operator]
    done = list[float]()
    made = recording(4, vbr=vbr, progress=done.append)
    mp3.write(made, path)
    data = path.read_bytes()
    start = 10 + (data[6] << 21 | data[7] << 14 | data[8] << 7 | data[9])
    body = data[start:]
    samples = made.timeline.frames
    count = -(-(samples + 576 + 529) // 1_152)
    sizes = frames.sizes_of(body, MONO)
    assert sizes is not None and len(sizes) == count + 1
    at = 4 + 17
    ends = np.cumsum([0, *sizes])
    for percent in range(100):  # where a player would look for it, to a run of one second
        told = body[at + 16 + percent] * len(body) / 256
        assert abs(told - ends[1 + count * percent // 100]) <= 45 * 192
    stream = Stream(count, len(body) - 192, samples, frames.arc(body[192:]), (0,) * 100, not vbr)
    frames.read_again(body, MONO, stream)
    assert done[-1] == 1.0 and done == sorted(done)
    assert mp3frames.SIZES[0] == 96 and (96 in sizes) == vbr
