"""The MP3 that we write ourselves: the walk over its frames, the frames laid anew, the Info frame.

What a writer says of a file is read again by mutagen, and by the few lines here that were written
from the descriptions of the formats alone.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

from mutagen.mp3 import MP3

from fuzz.bytesource import Bytes
from mmc_audio.outputs.mp3frames import (
    DECODER_DELAY,
    ENCODER_DELAY,
    FRAME_SAMPLES,
    SIZES,
    Layout,
    Stream,
    check,
    frame_sizes,
    info_frame,
)
from mmc_audio.outputs.mp3laid import Block, Laid
from mmc_audio.outputs.mp3relay import relaid
from mmc_audio.outputs.pcm import BrokenOutput

LAYOUTS = (Layout(64, 1), Layout(128, 2))
RATES = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
MOST_FRAMES = 40
SILENCES = (0, 1, 7, 60)  # frames


def walk(data: bytes) -> None:
    """The walk takes a file if it is nothing but good frames; any other one is a broken output."""
    source = Bytes(data)
    layout, even = source.choice(LAYOUTS), source.flag()
    body = mended(source, layout) if source.flag() else source.rest()
    sizes = sizes_of(body, layout)
    good = sizes is not None and (not even or set(sizes) <= {layout.size})
    count = len(sizes or ())
    try:
        check(io.BytesIO(body), layout, Stream(count - 1, 0, 0, 0, (), constant=even))
    except BrokenOutput:
        assert not good
    else:
        assert good


def split(data: bytes) -> None:
    """The splitter of a stream finds the frames that are whole, or says which header is none."""
    source = Bytes(data)
    layout = source.choice(LAYOUTS)
    body = mended(source, layout) if source.flag() else source.rest()
    try:
        found = frame_sizes(bytearray(body), layout, 0)
    except BrokenOutput:
        assert sizes_of(body, layout, any_mode=True) is None
        return
    whole = sum(found)
    assert sizes_of(body[:whole], layout, any_mode=True) == found
    assert len(body) - whole < SIZES[-1]


def mended(source: Bytes, layout: Layout) -> bytes:
    """Frames with right headers, some bytes of them changed again."""
    body = bytearray()
    while source and len(body) < MOST_FRAMES * layout.size:
        body += layout.header_of(source.choice(SIZES), layout.mode | source.below(64))
        body += source.take(len(body) // 8)
        if source.flag():
            body = body.ljust(len(body) + source.choice(SIZES), b"\0")
    return bytes(body)


def sizes_of(body: bytes, layout: Layout, *, any_mode: bool = False) -> list[int] | None:
    """The sizes of the frames by their headers; None where something is no frame of the layout."""
    mode = 0b11 if layout.channels == 1 else 0b01
    found, at = list[int](), 0
    while at < len(body):
        head = body[at : at + 4]
        if len(head) < 4 or head[:2] != b"\xff\xfb" or head[2] & 0x0F != 0b0100:
            return None
        if not 0 < head[2] >> 4 < 15 or not (any_mode or head[3] >> 6 == mode):
            return None
        found.append(3 * RATES[head[2] >> 4])  # 144 x kbit/s / 48 kHz
        at += found[-1]
    return found if at == len(body) else None


def relay(data: bytes) -> None:
    """Frames that lean on those before them stand alone afterwards, and hold the same data."""
    source = Bytes(data)
    layout = source.choice(LAYOUTS)
    block, held = leaning(source, layout)
    alone = list(relaid(block, layout))
    assert len(alone) == len(held)
    for frame, (side, main) in zip(alone, held, strict=True):
        front = 4 + layout.side_info_bytes
        assert sizes_of(frame, layout) == [len(frame)]
        own = int.from_bytes(frame[4:front], "big")
        assert own >> (8 * layout.side_info_bytes - 9) == 0  # leans on nothing
        assert own == side & ((1 << (8 * layout.side_info_bytes - 9)) - 1)
        assert frame[front : front + len(main)] == main
        assert not any(frame[front + len(main) :])
        fitting = [size for size in SIZES if size >= front + len(main)]
        assert len(frame) == fitting[0]


def relay_any(data: bytes) -> None:
    """Whatever bytes come out of a cache: laid anew, or told to be broken."""
    source = Bytes(data)
    layout = source.choice(LAYOUTS)
    try:
        frames = list(relaid(source.rest(), layout))
    except BrokenOutput:
        return
    assert all(sizes_of(frame, layout) == [len(frame)] for frame in frames)


def leaning(source: Bytes, layout: Layout) -> tuple[bytes, list[tuple[int, bytes]]]:
    """A stream of constant rate as an encoder makes it; (side information, data) of each frame.

    An encoder puts each frame's data behind that of the frame before, beginning in its slot's past
    where that has room: the bit reservoir, of 511 bytes at most.
    """
    front = 4 + layout.side_info_bytes
    room = layout.size - front
    granules = 2 * layout.channels
    slots, held = bytearray(), list[tuple[int, bytes]]()
    heads = list[bytes]()
    while source and len(held) < MOST_FRAMES:
        back = min(len(held) * room - len(slots), 511) if len(held) * room > len(slots) else 0
        slots = slots.ljust(len(held) * room - back, b"\0")
        most = min(back + room, SIZES[-1] - front)
        bits = [source.below(min(4_096, 8 * most // granules + 1)) for _ in range(granules)]
        main = source.take((sum(bits) + 7) // 8).ljust((sum(bits) + 7) // 8, b"\x5a")
        side = side_information(back, bits, layout, source)
        heads.append(layout.header_of(layout.size, layout.mode | source.below(64)))
        held.append((side, main))
        slots += main
    slots = slots.ljust(len(held) * room, b"\0")
    block = b"".join(
        head + side.to_bytes(layout.side_info_bytes, "big") + slots[n * room : (n + 1) * room]
        for n, (head, (side, _)) in enumerate(zip(heads, held, strict=True))
    )
    return block, held


def side_information(back: int, bits: list[int], layout: Layout, source: Bytes) -> int:
    """9 bits of how far back, some private ones, then 59 a granule and channel."""
    width, private = 8 * layout.side_info_bytes, 9 if layout.channels == 1 else 11
    side = back << private | source.below(1 << private)
    for length in bits:
        side = side << 59 | length << 47 | source.below(1 << 47)
    assert side < 1 << width
    return side


def info(data: bytes) -> None:
    """A file laid of silence and blocks is what its Info frame says, to every reader."""
    source = Bytes(data)
    layout, even = source.choice(LAYOUTS), source.flag()
    file = io.BytesIO()
    file.write(bytes(layout.size))
    laid = Laid(file, layout.silent(layout.size if even else SIZES[0]))
    for silent, frames in pieces(source, layout, even=even):
        laid.silence(silent)
        body = b"".join(frames)
        laid.block(Block(body, len(frames)))
    if not laid.frames:
        return
    samples = laid.frames * FRAME_SAMPLES - ENCODER_DELAY - DECODER_DELAY - source.below(2_304)
    if samples <= 0:
        return
    marks = laid.marks()
    stream = Stream(laid.frames, laid.size, samples, laid.crc, marks, constant=even)
    file.seek(0)
    file.write(info_frame(layout, stream))
    file.seek(0)
    check(file, layout, stream)
    read_again(file.getvalue(), layout, stream)


def pieces(source: Bytes, layout: Layout, *, even: bool) -> Iterator[tuple[int, list[bytes]]]:
    """(silent frames, frames after them) in turn."""
    for _ in range(6):
        if not source:
            return
        silent = source.choice(SILENCES)
        frames = []
        for _ in range(source.below(6)):
            size = layout.size if even else source.choice(SIZES)
            head = layout.header_of(size, layout.mode | source.below(64))
            frames.append((head + source.take(40)).ljust(size, b"\x33"))
        yield silent, frames


def read_again(data: bytes, layout: Layout, stream: Stream) -> None:
    """By the description of the tag, and by mutagen."""
    at = 4 + layout.side_info_bytes
    name, flags, frames, size = struct.unpack_from(">4sIII", data, at)
    table, quality, encoder = struct.unpack_from(">100sI9s", data, at + 16)
    delay = int.from_bytes(data[at + 141 : at + 144], "big")
    length, music, tag = struct.unpack_from(">IHH", data, at + 148)
    assert (name, flags, quality) == (b"Info" if stream.constant else b"Xing", 15, 0)
    assert (frames, size, length) == (stream.frames, len(data), len(data))
    assert encoder == b"LAME3.100"
    assert delay >> 12 == ENCODER_DELAY
    assert stream.frames * FRAME_SAMPLES - ENCODER_DELAY - (delay & 0xFFF) == stream.samples
    assert music == arc(data[layout.size :])
    assert tag == arc(data[: at + 154])
    assert list(table) == sorted(table)
    walked = sizes_of(data, layout)
    assert walked is not None and len(walked) == stream.frames + 1
    told = MP3(io.BytesIO(data)).info
    assert round(told.length * 48_000) == stream.samples
    assert (told.sample_rate, told.channels) == (48_000, layout.channels)


def arc(data: bytes) -> int:
    """CRC-16/ARC, a byte at a time."""
    crc = 0
    for byte in data:
        crc = crc >> 8 ^ STEPS[(crc ^ byte) & 0xFF]
    return crc


def _step(crc: int) -> int:
    for _ in range(8):
        crc = crc >> 1 ^ 0xA001 * (crc & 1)
    return crc


STEPS = [_step(byte) for byte in range(256)]
