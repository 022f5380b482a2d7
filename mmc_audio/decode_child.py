"""The child process that decodes a stranger's sound: bytes on stdin, samples on stdout.

A line comes first: `ok RATE`, and mono float32 samples follow, or `no REASON`. Whatever the bytes
do to the decoder, they do it here, inside the limits of this process.
"""

from __future__ import annotations

import io
import sys
from contextlib import suppress

LIMITS = {  # name in `resource`: value; a system that lacks one goes without it
    "RLIMIT_AS": 1 << 30,
    "RLIMIT_CPU": 10,
    "RLIMIT_FSIZE": 0,
    "RLIMIT_NOFILE": 32,
    "RLIMIT_CORE": 0,
}
FORMATS = ("WAV", "WAVEX", "FLAC", "OGG", "MP3", "AIFF")
RATES = (4_000, 192_000)
CHANNELS = 2


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
        out.write(f"ok {rate}\n".encode() + samples)


def limit() -> None:
    """Give up the right to much memory, time, files and core dumps. Windows has no such limits."""
    try:
        import resource
    except ImportError:
        return
    for name, value in LIMITS.items():
        with suppress(AttributeError, ValueError, OSError):
            resource.setrlimit(getattr(resource, name), (value, value))


def decode(stream: io.BytesIO, max_seconds: float) -> tuple[int, bytes]:
    """The rate in Hz and the samples as bytes: mono float32, finite, within ±1."""
    # Imported inside the limits: from here on memory and time are counted.
    import numpy as np

    from mmc_audio.soundfiles import BadSound, Reader

    try:
        reader = Reader(stream)
    except BadSound:
        raise Refused(f"is not a sound that can be read; {_KINDS}") from None
    _judge(reader.format, reader.rate, reader.channels)
    most = int(max_seconds * reader.rate)
    try:
        block = reader.read(most + 1)
    except BadSound:
        raise Refused("is damaged: it can't be read to its end") from None
    if len(block) > most:
        raise Refused(f"lasts longer than {max_seconds:g} s")
    if not len(block):
        raise Refused("holds no sound at all")
    clean = np.clip(np.nan_to_num(block, nan=0.0, posinf=0.0, neginf=0.0), -1, 1)
    return reader.rate, clean.mean(axis=1, dtype=np.float32).tobytes()


_KINDS = "use a WAV, FLAC, OGG, MP3 or AIFF file"


def _judge(format: str, rate: int, channels: int) -> None:
    """Before the first frame is read: a strange header must not choose how much work there is."""
    low, high = RATES
    if format not in FORMATS:
        raise Refused(f"is a sound of the kind {format}; {_KINDS}")
    if not low <= rate <= high:
        raise Refused(f"has a sample rate of {rate:,} Hz; {low:,} to {high:,} Hz are allowed")
    if channels > CHANNELS:
        raise Refused(f"has {channels} channels; at most {CHANNELS} are allowed")
