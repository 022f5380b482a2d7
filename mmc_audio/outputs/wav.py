"""WAV, 16-bit: the header, then the samples, and nothing after them.

Chapters are left out on purpose: a `cue ` chunk would stand after the samples, where simple
players go on playing and simple tools count it as sound.
"""

from __future__ import annotations

import struct
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
    with open(temporary, "wb") as file:
        file.write(header(frames, recording.channels))
        for block in pcm.blocks(recording):
            file.write(block.tobytes())
    _check(temporary, frames, frame_bytes)


def header(frames: int, channels: int) -> bytes:
    """What stands before so many frames.

    Not by the module wave: where a disk is full its writer tries again as it is thrown away, and
    then complains on stderr.
    """
    frame_bytes = SAMPLE_BYTES * channels
    size = frames * frame_bytes
    rates = (SAMPLE_RATE, SAMPLE_RATE * frame_bytes, frame_bytes, 8 * SAMPLE_BYTES)
    sound = struct.pack("<4sIHHIIHH", b"fmt ", 16, wave.WAVE_FORMAT_PCM, channels, *rates)
    riff = struct.pack("<4sI4s", b"RIFF", HEADER_BYTES - 8 + size, b"WAVE")
    return riff + sound + struct.pack("<4sI", b"data", size)


def _check(path: Path, frames: int, frame_bytes: int) -> None:
    pcm.expect("bytes of WAV", path.stat().st_size, HEADER_BYTES + frames * frame_bytes)
    with wave.open(str(path), "rb") as file:
        pcm.expect("frames in the WAV header", file.getnframes(), frames)
