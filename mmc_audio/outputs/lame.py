"""LAME: samples to MP3 frames. The only module that imports lameenc.

Each call has an encoder of its own, which begins in silence: the first frame leans on nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

import lameenc

from mmc_audio.outputs.mp3frames import Layout
from mmc_audio.outputs.pcm import expect
from mmc_audio.timeline import SAMPLE_RATE

_VBR = 4  # LAME's own name for it is vbr_mtrh


@lru_cache(maxsize=1)
def version() -> str:
    """Which encoder this is: a digest of the library itself, which tells builds apart too."""
    return hashlib.sha256(Path(lameenc.__file__).read_bytes()).hexdigest()


def small(pcm: bytes, *, rate: int, kbits: int, quality: int) -> bytes:
    """16-bit samples in one channel, at any of MP3's rates, as a stream of frames to its end."""
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_in_sample_rate(rate)
    encoder.set_out_sample_rate(rate)
    encoder.set_channels(1)
    encoder.set_bit_rate(kbits)
    encoder.set_quality(quality)
    return bytes(encoder.encode(pcm)) + bytes(encoder.flush())


def encode(pcm: Iterable[bytes], frames: int, layout: Layout, *, quality: int) -> bytes:
    """The first `frames` MP3 frames of 16-bit samples at 48 kHz, in the layout's channels."""
    data = b"".join(encoded(pcm, layout, quality=quality))
    expect("MP3 frames too few", max(0, frames - len(data) // layout.size), 0)
    return data[: frames * layout.size]


def encoded(
    pcm: Iterable[bytes], layout: Layout, *, quality: int, vbr: int | None = None
) -> Iterator[bytes]:
    """All frames of such samples, in pieces of any size; with `vbr` (0 to 9) as large as needed."""
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_in_sample_rate(SAMPLE_RATE)
    encoder.set_out_sample_rate(SAMPLE_RATE)
    encoder.set_channels(layout.channels)
    if vbr is None:
        encoder.set_bit_rate(layout.kbits)
    else:
        encoder.set_vbr(_VBR)
        encoder.set_vbr_quality(vbr)
    encoder.set_quality(quality)
    for samples in pcm:
        yield bytes(encoder.encode(samples))
    yield bytes(encoder.flush())
