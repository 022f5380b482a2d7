"""WAV, 16-bit mono: the header, then the samples, and nothing after them.

Chapters are left out on purpose: a `cue ` chunk would stand after the samples, where simple
players go on playing and simple tools count it as sound.
"""

from __future__ import annotations

import wave
from pathlib import Path

from mmc_audio.outputs import pcm
from mmc_audio.outputs.recording import Recording
from mmc_audio.timeline import SAMPLE_RATE

HEADER_BYTES = 44
SAMPLE_BYTES = 2


def write(recording: Recording, temporary: Path) -> None:
    """Write the recording. The longest session, 12 h, stays below the format's limit of 4 GiB."""
    frames = recording.timeline.frames
    with wave.open(str(temporary), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(SAMPLE_BYTES)
        file.setframerate(SAMPLE_RATE)
        file.setnframes(frames)
        for block in pcm.blocks(recording):
            file.writeframesraw(block.tobytes())
    _check(temporary, frames)


def _check(path: Path, frames: int) -> None:
    pcm.expect("bytes of WAV", path.stat().st_size, HEADER_BYTES + frames * SAMPLE_BYTES)
    with wave.open(str(path), "rb") as file:
        pcm.expect("frames in the WAV header", file.getnframes(), frames)
