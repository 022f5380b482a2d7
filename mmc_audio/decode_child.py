"""The child process that decodes a stranger's sound: bytes on stdin, samples on stdout.

A line comes first: `ok RATE`, and mono float32 samples follow, or `no REASON`. Music, which is
long, comes in pieces instead, each behind its size in four bytes: 16-bit samples of all channels;
its first line is `ok RATE CHANNELS`, and after a piece of no bytes comes a last line, `ok` or
`no REASON`. Whatever the bytes do to the decoder, they do it here, inside the limits of this
process.
"""

from __future__ import annotations

import io
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from mmc_audio.soundfiles import Reader

LIMITS = {  # name in `resource`: value; a system that lacks one goes without it
    "RLIMIT_AS": 1 << 30,
    "RLIMIT_CPU": 10,
    "RLIMIT_FSIZE": 0,
    "RLIMIT_NOFILE": 32,
    "RLIMIT_CORE": 0,
}
FORMATS = ("WAV", "WAVEX", "FLAC", "OGG", "MP3", "AIFF")
MUSIC_CPU_S = 300  # two hours of MP3 take some twenty
RATES = (4_000, 192_000)
CHANNELS = 2
PIECE_S = 5  # of music at a time
SIZE = struct.Struct("<I")  # of a piece, in bytes


class Refused(Exception):
    """Why a sound is not taken: the rest of a sentence that begins with its name."""


def main(max_seconds: float) -> None:
    """Decode stdin to stdout."""
    limit()
    out = sys.stdout.buffer
    try:
        rate, samples = decode(io.BytesIO(sys.stdin.buffer.read()), max_seconds)
    except Refused as refusal:
        out.write(f"no {refusal}\n".encode())
    else:
        out.write(f"ok {rate}\n".encode())
        out.write(samples)


def main_in_pieces(max_seconds: float) -> None:
    """Decode stdin, a file, to stdout piece by piece."""
    limit(MUSIC_CPU_S)
    out = sys.stdout.buffer
    try:
        reader = opened(sys.stdin.buffer)
    except Refused as refusal:
        out.write(f"no {refusal}\n".encode())
        return
    out.write(f"ok {reader.rate} {reader.channels}\n".encode())
    try:
        for piece in pieces(reader, max_seconds):
            out.write(SIZE.pack(len(piece)) + piece)
        verdict = "ok"
    except Refused as refusal:
        verdict = f"no {refusal}"
    out.write(SIZE.pack(0) + f"{verdict}\n".encode())


def limit(cpu_s: int = LIMITS["RLIMIT_CPU"]) -> None:
    """Give up the right to much memory, time, files and core dumps. Windows has no such limits."""
    try:
        import resource
    except ImportError:
        return
    for name, value in {**LIMITS, "RLIMIT_CPU": cpu_s}.items():
        with suppress(AttributeError, ValueError, OSError):
            resource.setrlimit(getattr(resource, name), (value, value))


def decode(stream: io.BytesIO, max_seconds: float) -> tuple[int, memoryview]:
    """The rate in Hz and the samples as bytes: mono float32, finite, within ±1."""
    # Imported inside the limits: from here on memory and time are counted.
    import numpy as np

    from mmc_audio.soundfiles import BadSound

    reader = opened(stream)
    most = int(max_seconds * reader.rate)
    try:
        block = reader.read(most + 1)
    except BadSound:
        raise Refused(_DAMAGED) from None
    if len(block) > most:
        raise Refused(f"lasts longer than {max_seconds:g} s")
    if not len(block):
        raise Refused(_EMPTY)
    # In place: a minute of two channels at the highest rate is 92 MB.
    np.nan_to_num(block, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
    np.clip(block, -1, 1, out=block)
    return reader.rate, block.mean(axis=1, dtype=np.float32).data.cast("B")


def pieces(reader: Reader, max_seconds: float) -> Iterator[bytes]:
    """The samples of a sound in pieces of five seconds: 16 bits, all channels, left first."""
    import numpy as np

    from mmc_audio.soundfiles import BadSound

    left = int(max_seconds * reader.rate)
    found = False
    while left >= 0:
        try:
            block = reader.read(PIECE_S * reader.rate)
        except BadSound:
            raise Refused(_DAMAGED) from None
        if not len(block):
            break
        found, left = True, left - len(block)
        clean = np.clip(np.nan_to_num(block, nan=0.0, posinf=0.0, neginf=0.0), -1, 1)
        yield np.rint(clean * np.float32(32_767)).astype("<i2").tobytes()
    if left < 0:
        raise Refused(f"lasts longer than {max_seconds / 60:g} minutes")
    if not found:
        raise Refused(_EMPTY)


_KINDS = "use a WAV, FLAC, OGG, MP3 or AIFF file"
_DAMAGED = "is damaged: it can't be read to its end"
_EMPTY = "holds no sound at all"


def opened(stream: BinaryIO) -> Reader:
    """A reader of a kind, rate and number of channels that we take. Raises Refused.

    It ends with the process, which decodes nothing else.
    """
    from mmc_audio.soundfiles import BadSound, Reader

    try:
        reader = Reader(stream)
    except BadSound:
        raise Refused(f"is not a sound that can be read; {_KINDS}") from None
    _judge(reader.format, reader.rate, reader.channels)
    return reader


def _judge(format: str, rate: int, channels: int) -> None:
    """Before the first frame is read: a strange header must not choose how much work there is."""
    low, high = RATES
    if format not in FORMATS:
        raise Refused(f"is a sound of the kind {format}; {_KINDS}")
    if not low <= rate <= high:
        raise Refused(f"has a sample rate of {rate:,} Hz; {low:,} to {high:,} Hz are allowed")
    if channels > CHANNELS:
        raise Refused(f"has {channels} channels; at most {CHANNELS} are allowed")
