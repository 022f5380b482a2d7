"""WAV, 16-bit: the header, then the samples, and nothing after them.

Chapters are left out on purpose: a `cue ` chunk would stand after the samples, where simple
players go on playing and simple tools count it as sound.
"""

from __future__ import annotations

import wave
from pathlib import Path

from mmc_audio.errors import UserError
from mmc_audio.outputs import pcm
from mmc_audio.outputs.recording import Recording
from mmc_audio.timeline import SAMPLE_RATE

HEADER_BYTES = 44
SAMPLE_BYTES = 2
MOST_BYTES = 2**32 - 1
TOO_LONG = (
    "A WAV file in stereo holds at most 6 h 12 min; export MP3 or FLAC, or leave out what makes it "
    "stereo: pan_sides, music."
)


def write(recording: Recording, temporary: Path) -> None:
    """Write the recording. The longest in mono, 12 h, stays below the format's limit of 4 GiB.

    Raises UserError for one in stereo that doesn't.
    """
    frames, frame_bytes = recording.timeline.frames, SAMPLE_BYTES * recording.channels
    if HEADER_BYTES + frames * frame_bytes > MOST_BYTES:
        raise UserError(TOO_LONG)
    with wave.open(str(temporary), "wb") as file:
        file.setnchannels(recording.channels)
        file.setsampwidth(SAMPLE_BYTES)
        file.setframerate(SAMPLE_RATE)
        file.setnframes(frames)
        for block in pcm.blocks(recording):
            file.writeframesraw(block.tobytes())
    _check(temporary, frames, frame_bytes)


def _check(path: Path, frames: int, frame_bytes: int) -> None:
    pcm.expect("bytes of WAV", path.stat().st_size, HEADER_BYTES + frames * frame_bytes)
    with wave.open(str(path), "rb") as file:
        pcm.expect("frames in the WAV header", file.getnframes(), frames)
