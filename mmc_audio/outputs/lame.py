"""LAME: samples to MP3 frames. The only module that imports lameenc.

Each call has an encoder of its own, which begins in silence: the first frame leans on nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import lameenc

from mmc_audio.outputs.mp3frames import Layout
from mmc_audio.outputs.pcm import expect
from mmc_audio.timeline import SAMPLE_RATE


@lru_cache(maxsize=1)
def version() -> str:
    """Which encoder this is: a digest of the library itself, which tells builds apart too."""
    return hashlib.sha256(Path(lameenc.__file__).read_bytes()).hexdigest()


def encode(pcm: Iterable[bytes], frames: int, layout: Layout, *, quality: int) -> bytes:
    """The first `frames` MP3 frames of 16-bit samples at 48 kHz, in the layout's channels."""
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_in_sample_rate(SAMPLE_RATE)
    encoder.set_out_sample_rate(SAMPLE_RATE)
    encoder.set_channels(layout.channels)
    encoder.set_bit_rate(layout.kbits)
    encoder.set_quality(quality)
    encoded = bytearray()
    for samples in pcm:
        encoded += encoder.encode(samples)
    encoded += encoder.flush()
    expect("MP3 frames too few", max(0, frames - len(encoded) // layout.size), 0)
    return bytes(encoded[: frames * layout.size])
