"""All phrases of a session as one stretch of MP3, each of them once.

Browsers differ in how much silence they leave before what they decode. So a short tone stands at a
known place in front, alone in its surroundings: `parts/sound.js` looks where its middle is, and
knows where every phrase is.

22,050 Hz at 32 kbit/s is as near to the voice as 48,000 at 40. Not 24,000, which ffmpeg, and so
some browsers, plays wrong (`python -m bench.rates`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from mmc_audio.clips import Pcm
from mmc_audio.outputs import lame
from mmc_audio.resample import resample
from mmc_audio.timeline import FRAMES_PER_MS, SAMPLE_RATE

MP3_RATE, KBITS, QUALITY = 22_050, 32, 2
MARK_HZ, MARK_FRAMES = 1_500, 20 * FRAMES_PER_MS
MARK_AT = 150 * FRAMES_PER_MS  # of its middle
SILENT = 300 * FRAMES_PER_MS  # nothing but the tone before here
APART = 40 * FRAMES_PER_MS  # between two phrases: what an encoder spreads is heard in neither
LEVEL = 16_000


@dataclass(frozen=True, slots=True)
class Sprite:
    """`places` are (first frame, frames) of each phrase, at 48 kHz, where nothing is delayed."""

    mp3: bytes
    places: tuple[tuple[int, int], ...]


def sprite(phrases: Iterable[Pcm]) -> Sprite:
    """The phrases in a row; no bytes at all for none."""
    places, at, sounds = list[tuple[int, int]](), SILENT, [_mark()]
    for pcm in phrases:
        places.append((at, len(pcm)))
        sounds += [pcm, np.zeros(APART, np.int16)]
        at += len(pcm) + APART
    if not places:
        return Sprite(b"", ())
    whole = np.concatenate(sounds).astype(np.float32)
    small = np.rint(resample(whole, SAMPLE_RATE, MP3_RATE)).clip(-32_768, 32_767)
    pcm_bytes = small.astype(np.int16).tobytes()
    data = lame.small(pcm_bytes, rate=MP3_RATE, kbits=KBITS, quality=QUALITY)
    return Sprite(data, tuple(places))


def _mark() -> Pcm:
    """A tone that swells and fades alike, in the middle of a silence of `SILENT` frames."""
    time = np.arange(MARK_FRAMES + 1) - MARK_FRAMES // 2
    wave = np.cos(2 * np.pi * MARK_HZ * time / SAMPLE_RATE) * np.hanning(MARK_FRAMES + 1)
    sound = np.zeros(SILENT, np.int16)
    first = MARK_AT - MARK_FRAMES // 2
    sound[first : first + len(wave)] = np.rint(LEVEL * wave)
    return sound
