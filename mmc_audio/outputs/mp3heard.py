"""Decodes a block of MP3 frames once, when it is new, and compares it with the sound it is made of.

An encoder that goes wrong is heard of here, and not in the gym. Every export that uses the block
again relies on this, so it costs a fifth of one encoding and nothing afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

from mmc_audio.clips import Pcm
from mmc_audio.outputs.mp3frames import DECODER_DELAY, ENCODER_DELAY, FRAME_SAMPLES, Layout
from mmc_audio.outputs.pcm import BrokenOutput, expect
from mmc_audio.soundfiles import BadSound, read_bytes

WINDOW = 24  # frames that are compared as one: 0.6 s, more than the noise that leads to a click
PIECE = 20 * WINDOW  # frames that are decoded at once: 12 s
# Decoded before a piece and thrown away: a frame leans on those before it, by the bit reservoir.
RUN_UP = 12
COARSE = 4  # samples that are averaged: below 6 kHz 64 kbit/s leave no doubt what is heard
# What differs is a third of the sound in any second of a session, and a half in white noise.
MOST_NOISE = 0.8
FLOOR = 0.001  # -60 dBFS: an encoder may leave out what is fainter
# Where nearly all is above 6 kHz, too high for the bit rate, there is nothing to compare.
LEAST_COARSE = 0.25

Floats = npt.NDArray[np.float32]  # shape (samples, channels), full scale 1


def check(data: bytes, layout: Layout, lead: int, sound: Iterable[Pcm]) -> None:
    """BrokenOutput unless the frames sound like `lead` frames of silence and then `sound`."""
    first = 0
    for piece, judged in _pieces(sound, layout, lead):
        heard = _decoded(data, layout, first, len(piece) // FRAME_SAMPLES)
        wrong = np.flatnonzero(_wrong(heard, piece)[judged])
        if len(wrong):
            found = first + (int(wrong[0]) + judged.start) * WINDOW
            raise BrokenOutput(f"MP3 frames {found} and on of a run do not sound as planned")
        first += len(piece) // FRAME_SAMPLES - 2 * WINDOW


def _pieces(sound: Iterable[Pcm], layout: Layout, lead: int) -> Iterator[tuple[Floats, slice]]:
    """Lead and sound in pieces of whole windows, and which windows of a piece are judged.

    Each begins two windows before the end of the one before: what is judged has its neighbours in
    the same piece. Before the first and after the last there is silence.
    """
    held, start = np.zeros((lead * FRAME_SAMPLES, layout.channels), np.int16), 0
    for block in sound:
        held = np.concatenate([held, block.reshape(-1, layout.channels)])
        while len(held) >= PIECE * FRAME_SAMPLES:
            yield _scaled(held[: PIECE * FRAME_SAMPLES]), slice(start, -1)
            held, start = held[(PIECE - 2 * WINDOW) * FRAME_SAMPLES :], 1
    after = np.zeros((-len(held) % (WINDOW * FRAME_SAMPLES), layout.channels), np.int16)
    yield _scaled(np.concatenate([held, after])), slice(start, None)


def _scaled(samples: Pcm) -> Floats:
    scaled: Floats = np.multiply(samples, np.float32(1 / 32_768), dtype=np.float32)
    return scaled


def _decoded(data: bytes, layout: Layout, first: int, frames: int) -> Floats:
    """What so many frames from `first` on sound like; after the data there is silence.

    The delay of encoder and decoder is taken off, which is less than a frame.
    """
    start = max(0, first - RUN_UP)
    cut = data[start * layout.size : (first + frames + 1) * layout.size]
    count = len(cut) // layout.size * FRAME_SAMPLES
    try:
        heard = read_bytes(cut, count + FRAME_SAMPLES)
    except BadSound as error:
        raise BrokenOutput(f"MP3 frames {start} and on of a run can't be decoded") from error
    expect("samples decoded", len(heard), count)
    begin = (first - start) * FRAME_SAMPLES + ENCODER_DELAY + DECODER_DELAY
    found: Floats = np.zeros((frames * FRAME_SAMPLES, layout.channels), np.float32)
    known = heard[begin : begin + len(found)]
    found[: len(known)] = known
    return found


def _wrong(heard: Floats, wanted: Floats) -> npt.NDArray[np.bool_]:
    """Which windows are not what they should be."""
    window = WINDOW * FRAME_SAMPLES
    coarse = _coarse(wanted)
    low = _near(_rms(coarse, window // COARSE))
    noise = _rms(_coarse(heard) - coarse, window // COARSE)
    wrong: npt.NDArray[np.bool_] = noise > MOST_NOISE * low + FLOOR
    wrong &= low > LEAST_COARSE * _near(_rms(wanted, window))
    return wrong


def _coarse(samples: Floats) -> Floats:
    averaged: Floats = samples[::COARSE].copy()
    for later in range(1, COARSE):
        averaged += samples[later::COARSE]
    averaged /= COARSE
    return averaged


def _rms(samples: Floats, window: int) -> Floats:
    """Of each window, all channels together; shape (windows,)."""
    windows = samples.reshape(-1, window * samples.shape[1])
    rms: Floats = np.sqrt(np.einsum("ij,ij->i", windows, windows) / windows.shape[1])
    return rms


def _near(loudness: Floats) -> Floats:
    """The loudest of each window and its neighbours: so loud may be what rings around a sound."""
    near: Floats = loudness.copy()
    np.maximum(near[1:], loudness[:-1], out=near[1:])
    np.maximum(near[:-1], loudness[1:], out=near[:-1])
    return near
