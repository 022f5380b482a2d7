"""MP3 by LAME: tag, Info frame, frames. Needs no ffmpeg, and a constant amount of memory.

Constant bit rate, since players jump to chapters by position in bytes. 64 kbit/s: clicks come
back at the exact sample and with a true peak 0.4 dB lower than they went in, just as they do at
96 and 128. The only module that imports lameenc.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import lameenc

from mmc_audio.outputs import crc16, mp3frames, pcm, tags
from mmc_audio.outputs.recording import Recording
from mmc_audio.timeline import SAMPLE_RATE

BITRATE = 64  # kbit/s, for each channel
QUALITY = 3  # of LAME's 0 (slow) to 9: 2 costs a tenth more, 5 spreads noise before a click


def write(recording: Recording, temporary: Path) -> None:
    """Write the tag and the sound; the Info frame is filled in when all frames are counted."""
    layout = mp3frames.Layout(BITRATE * recording.channels, recording.channels)
    with open(temporary, "wb+") as file:
        start = file.write(tags.id3(recording))
        file.write(bytes(layout.size))
        frames, music_crc = _write_frames(file, recording, layout)
        file.seek(start)
        file.write(
            mp3frames.info_frame(
                layout,
                frames=frames,
                samples=recording.timeline.frames,
                music_crc=music_crc,
            )
        )
        file.seek(start)
        mp3frames.check(file, layout, frames)


def _write_frames(
    file: BinaryIO, recording: Recording, layout: mp3frames.Layout
) -> tuple[int, int]:
    """How many frames were written, and the checksum over them."""
    size = music_crc = 0
    for piece in _encoded(recording):
        music_crc = crc16.update(music_crc, piece)
        size += file.write(piece)
    pcm.expect("bytes after the last MP3 frame", size % layout.size, 0)
    return size // layout.size, music_crc


def _encoded(recording: Recording) -> Iterator[bytes]:
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_in_sample_rate(SAMPLE_RATE)
    encoder.set_out_sample_rate(SAMPLE_RATE)
    encoder.set_channels(recording.channels)
    encoder.set_bit_rate(BITRATE * recording.channels)
    encoder.set_quality(QUALITY)
    for block in pcm.blocks(recording):
        yield bytes(encoder.encode(block.tobytes()))
    yield bytes(encoder.flush())
