"""The frames of an MP3, and the Info frame that players measure it by.

Layer III, mono or joint stereo: MPEG-1 at 48 kHz with 1,152 samples a
frame, or MPEG-2 at 24 kHz with 576; both last 24 ms. The Info frame is the one described at
http://gabriel.mp3-tech.org/mp3infotag.html: without it decoders start 1,105 samples late and no
player knows where the sound ends.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

from mmc_audio.outputs import crc16
from mmc_audio.outputs.pcm import BrokenOutput, expect
from mmc_audio.timeline import FRAMES_PER_MS, SAMPLE_RATE

FRAME_MS = 24
GRID = FRAME_MS * FRAMES_PER_MS
ENCODER_DELAY = 576  # samples that LAME puts in front
DECODER_DELAY = 529  # samples that every decoder adds, and takes off again when told the delay
_KBITS = {
    48_000: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    24_000: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_VERSIONS = {48_000: 0xFB, 24_000: 0xF3}  # MPEG-1 and MPEG-2, layer III without checksum
_MONO, _JOINT = 0b11, 0b01  # channel modes; LAME writes stereo as joint stereo
_READ_FRAMES = 4_096
_MODE_BITS = 0b1100_0000  # of a header's last byte; what a frame may choose is in the others
_MODES = bytes(byte & _MODE_BITS for byte in range(256))


@dataclass(frozen=True, slots=True)
class Layout:
    """What every frame of the stream has in common."""

    kbits: int
    channels: int = 1
    rate: int = SAMPLE_RATE

    @property
    def samples(self) -> int:
        """Samples of a frame."""
        return self.rate * FRAME_MS // 1_000

    @property
    def mode(self) -> int:
        """The channel mode, in the top bits of a header's last byte."""
        return (_MONO if self.channels == 1 else _JOINT) << 6

    @property
    def side_info_bytes(self) -> int:
        sizes = (17, 32) if self.rate == 48_000 else (9, 17)
        return sizes[self.channels - 1]

    @property
    def size(self) -> int:
        """Bytes of a frame."""
        return self.kbits * FRAME_MS // 8

    @property
    def sizes(self) -> tuple[int, ...]:
        """The bytes of a frame at each bit rate there is, from the lowest."""
        return tuple(kbits * FRAME_MS // 8 for kbits in _KBITS[self.rate][1:])

    @property
    def header(self) -> bytes:
        """Sync and version; bit rate, sample rate, no padding; mode."""
        return self.header_of(self.size, self.mode)

    def header_of(self, size: int, last: int) -> bytes:
        """The header of a frame of another size; `last` is its last byte."""
        index = 1 + self.sizes.index(size)
        return bytes((0xFF, _VERSIONS[self.rate], index << 4 | 0b0100, last))

    def silent(self, size: int) -> bytes:
        """A frame of digital silence, of so many bytes, that leans on nothing before it."""
        return self.header_of(size, self.mode).ljust(size, b"\0")


def padding(layout: Layout, frames: int, samples: int, delay: int) -> int:
    """Samples to drop at the end, or BrokenOutput where the frames can't hold all samples."""
    spare = frames * layout.samples - delay - samples
    if not DECODER_DELAY <= spare < DECODER_DELAY + 2 * layout.samples:
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
    delay: int
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
    spare = padding(layout, stream.frames, stream.samples, stream.delay)
    head += (stream.delay << 12 | spare).to_bytes(3, "big")
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
        seen[3] = seen[3].translate(_MODES)
        if seen != wanted:
            wrong = min(_first_difference(*pair) for pair in zip(seen, wanted, strict=True))
            raise BrokenOutput(f"MP3 frame {found + wrong} has no valid header")
        found += count
    return found


def _first_difference(one: bytes, other: bytes) -> int:
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b), len(one))


def _walk(file: BinaryIO, layout: Layout) -> int:
    """How many frames there are, each of its own size."""
    found, sizes = 0, {layout.header_of(size, layout.mode)[:3]: size for size in layout.sizes}
    data, place = b"", 0
    while True:
        if len(data) - place < layout.sizes[-1]:
            data, place = data[place:] + file.read(_READ_FRAMES * layout.size), 0
        if place == len(data):
            return found
        header = data[place : place + 4]
        if len(header) < 4 or header[:3] not in sizes or header[3] & _MODE_BITS != layout.mode:
            raise BrokenOutput(f"MP3 frame {found} has no valid header")
        place += sizes[header[:3]]
        expect("bytes too few in the last MP3 frame", max(0, place - len(data)), 0)
        found += 1
