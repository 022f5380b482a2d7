"""The frames of an MP3, and the Info frame that players measure it by.

48 kHz, mono or joint stereo, MPEG-1 layer III: 1,152 samples or 24 ms a frame. The Info frame is
the one described at http://gabriel.mp3-tech.org/mp3infotag.html: without it decoders start 1,105
samples late and no player knows where the sound ends.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

from mmc_audio.outputs import crc16
from mmc_audio.outputs.pcm import BrokenOutput, expect
from mmc_audio.timeline import SAMPLE_RATE

FRAME_SAMPLES = 1_152
ENCODER_DELAY = 576  # samples that LAME puts in front
DECODER_DELAY = 529  # samples that every decoder adds, and takes off again when told the delay
_KBITS = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_MONO, _JOINT = 0b11, 0b01  # channel modes; LAME writes stereo as joint stereo
_READ_FRAMES = 4_096
_MODE_BITS = 0b1100_0000  # of a header's last byte; what a frame may choose is in the others
MODES = bytes(byte & _MODE_BITS for byte in range(256))


def _size(kbits: int) -> int:
    return FRAME_SAMPLES // 8 * kbits * 1_000 // SAMPLE_RATE


SIZES = tuple(map(_size, _KBITS))  # the bytes of a frame at each bit rate there is


@dataclass(frozen=True, slots=True)
class Layout:
    """What every frame of the stream has in common."""

    kbits: int
    channels: int = 1

    @property
    def mode(self) -> int:
        """The channel mode, in the top bits of a header's last byte."""
        return (_MONO if self.channels == 1 else _JOINT) << 6

    @property
    def side_info_bytes(self) -> int:
        return 17 if self.channels == 1 else 32

    @property
    def size(self) -> int:
        """Bytes of a frame."""
        return _size(self.kbits)

    @property
    def header(self) -> bytes:
        """Sync, MPEG-1 layer III without checksum; bit rate, 48 kHz, no padding; mode."""
        return self.header_of(self.size, self.mode)

    def header_of(self, size: int, last: int) -> bytes:
        """The header of a frame of another size; `last` is its last byte."""
        return bytes((0xFF, 0xFB, 1 + SIZES.index(size) << 4 | 0b0100, last))

    def silent(self, size: int) -> bytes:
        """A frame of digital silence, of so many bytes, that leans on nothing before it."""
        return self.header_of(size, self.mode).ljust(size, b"\0")


def frame_sizes(data: bytes | bytearray, layout: Layout, place: int) -> list[int]:
    """The bytes of each whole frame of the data from a place on. Raises BrokenOutput."""
    found = list[int]()
    while place + 4 <= len(data):
        number = (data[place + 2] >> 4) - 1
        size = SIZES[number] if 0 <= number < len(SIZES) else 0
        if not size or data[place : place + 3] != layout.header_of(size, 0)[:3]:
            raise BrokenOutput(f"LAME made a frame with the header {data[place : place + 4].hex()}")
        if place + size > len(data):
            break
        found.append(size)
        place += size
    return found


def padding(frames: int, samples: int) -> int:
    """Samples to drop at the end, or BrokenOutput where the frames can't hold all samples."""
    spare = frames * FRAME_SAMPLES - ENCODER_DELAY - samples
    if not DECODER_DELAY <= spare < DECODER_DELAY + 2 * FRAME_SAMPLES:
        raise BrokenOutput(f"{frames} MP3 frames do not fit {samples} samples")
    return spare


@dataclass(frozen=True, slots=True)
class Stream:
    """What the Info frame tells of the frames that follow it.

    They have `size` bytes; `marks` tells for each percent of the time how many lie before it.
    """

    frames: int
    size: int
    samples: int
    music_crc: int
    marks: tuple[int, ...]
    constant: bool = True


def info_frame(layout: Layout, stream: Stream) -> bytes:
    """The first frame of the file."""
    every = layout.size + stream.size
    name, method = (b"Info", 0x01) if stream.constant else (b"Xing", 0x00)
    head = bytearray(layout.header + bytes(layout.side_info_bytes))
    head += struct.pack(">4sIII", name, 0b1111, stream.frames, every)
    head += bytes(min(255, (layout.size + mark) * 256 // every) for mark in stream.marks)
    head += struct.pack(">I", 0)
    head += struct.pack(">9sBB8sBB", b"LAME3.100", method, 0, bytes(8), 0, layout.kbits)
    head += (ENCODER_DELAY << 12 | padding(stream.frames, stream.samples)).to_bytes(3, "big")
    head += struct.pack(">BBHIH", 0, 0, 0, every, stream.music_crc)
    head += struct.pack(">H", crc16.update(0, bytes(head)))
    return bytes(head.ljust(layout.size, b"\0"))


def check(file: BinaryIO, layout: Layout, stream: Stream) -> None:
    """Walk the file from the Info frame to its end; BrokenOutput at any surprise."""
    found = _walk_even(file, layout) if stream.constant else _walk(file, layout)
    expect("MP3 frames", found, stream.frames + 1)


def _walk_even(file: BinaryIO, layout: Layout) -> int:
    """How many frames there are, all of one size: a byte of all headers is compared at once."""
    found = 0
    while chunk := file.read(layout.size * _READ_FRAMES):
        expect("bytes after the last MP3 frame", len(chunk) % layout.size, 0)
        count = len(chunk) // layout.size
        wanted = [bytes((byte,)) * count for byte in layout.header]
        seen = [chunk[place :: layout.size] for place in range(4)]
        seen[3] = seen[3].translate(MODES)
        if seen != wanted:
            wrong = min(_first_difference(*pair) for pair in zip(seen, wanted, strict=True))
            raise BrokenOutput(f"MP3 frame {found + wrong} has no valid header")
        found += count
    return found


def _first_difference(one: bytes, other: bytes) -> int:
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b), len(one))


def _walk(file: BinaryIO, layout: Layout) -> int:
    """How many frames there are, each of its own size."""
    found, sizes = 0, {layout.header_of(size, layout.mode)[:3]: size for size in SIZES}
    data, place = b"", 0
    while True:
        if len(data) - place < SIZES[-1]:
            data, place = data[place:] + file.read(_READ_FRAMES * layout.size), 0
        if place == len(data):
            return found
        header = data[place : place + 4]
        if len(header) < 4 or header[:3] not in sizes or header[3] & _MODE_BITS != layout.mode:
            raise BrokenOutput(f"MP3 frame {found} has no valid header")
        place += sizes[header[:3]]
        expect("bytes too few in the last MP3 frame", max(0, place - len(data)), 0)
        found += 1
