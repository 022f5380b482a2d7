"""The frames of an MP3 of constant bit rate, and the Info frame that players measure it by.

48 kHz, mono or joint stereo, MPEG-1 layer III: 1,152 samples or 24 ms a frame, all frames of one
size. The Info frame is the one described at http://gabriel.mp3-tech.org/mp3infotag.html: without it
decoders start 1,105 samples late and no player knows where the sound ends.
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
_KBITS = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_MONO, _JOINT = 0b11, 0b01  # channel modes; LAME writes stereo as joint stereo
_READ_FRAMES = 4_096


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
        return FRAME_SAMPLES // 8 * self.kbits * 1_000 // SAMPLE_RATE

    @property
    def header(self) -> bytes:
        """Sync, MPEG-1 layer III without checksum; bit rate, 48 kHz, no padding; mode."""
        return bytes((0xFF, 0xFB, _KBITS.index(self.kbits) << 4 | 0b0100, self.mode))

    def is_frame(self, header: bytes) -> bool:
        """Whether this header opens a frame of the stream; mode extension and flags are free."""
        return header[:3] == self.header[:3] and header[3] & 0b1100_0000 == self.mode


def padding(frames: int, samples: int) -> int:
    """Samples to drop at the end, or BrokenOutput where the frames can't hold all samples."""
    spare = frames * FRAME_SAMPLES - ENCODER_DELAY - samples
    if not DECODER_DELAY <= spare < DECODER_DELAY + 2 * FRAME_SAMPLES:
        raise BrokenOutput(f"{frames} MP3 frames do not fit {samples} samples")
    return spare


def info_frame(layout: Layout, *, frames: int, samples: int, music_crc: int) -> bytes:
    """The first frame of the file; `frames` counts those that follow it."""
    stream_bytes = (frames + 1) * layout.size
    head = bytearray(layout.header + bytes(layout.side_info_bytes))
    head += struct.pack(">4sIII", b"Info", 0b1111, frames, stream_bytes)
    head += _seek_table(frames) + struct.pack(">I", 0)
    head += struct.pack(">9sBB8sBB", b"LAME3.100", 0x01, 0, bytes(8), 0, layout.kbits)
    head += (ENCODER_DELAY << 12 | padding(frames, samples)).to_bytes(3, "big")
    head += struct.pack(">BBHIH", 0, 0, 0, stream_bytes, music_crc)
    head += struct.pack(">H", crc16.update(0, bytes(head)))
    return bytes(head.ljust(layout.size, b"\0"))


def _seek_table(frames: int) -> bytes:
    """For each percent of the time the place in the stream, in 256ths of its bytes."""
    return bytes(
        min(255, (1 + frames * percent // 100) * 256 // (frames + 1)) for percent in range(100)
    )


def check(file: BinaryIO, layout: Layout, frames: int) -> None:
    """Walk the stream from the Info frame to the end of the file; BrokenOutput at any surprise."""
    found = 0
    while chunk := file.read(layout.size * _READ_FRAMES):
        expect("bytes after the last MP3 frame", len(chunk) % layout.size, 0)
        for start in range(0, len(chunk), layout.size):
            if not layout.is_frame(chunk[start : start + 4]):
                raise BrokenOutput(f"MP3 frame {found} has no valid header")
            found += 1
    expect("MP3 frames", found, frames + 1)
