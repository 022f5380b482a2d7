"""MP3: tag, Info frame, frames. Needs no ffmpeg, and a constant amount of memory.

Each different run of sound is encoded once, and its frames are laid wherever it stands, between
frames of silence that lie ready. So a file costs what is new in it, however long it is. Where sound
never stops, with music under it, it is encoded in one pass.

Constant bit rate, since players jump to chapters by position in bytes; `vbr` lays the same frames
as small as what they hold. 64 kbit/s a channel: the lowest rate whose frames have room for the Info
frame, and clicks come back at the exact sample. 48 kHz, though clicks and speech would fit 24 kHz
(MPEG-2): ffmpeg, and what is built on it, has other scale factor bands at 24 kHz than LAME and all
other decoders, and plays 7 % of the frames wrong (`python -m bench.rates`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mmc_audio.outputs import mp3frames, pcm, tags
from mmc_audio.outputs.mp3frames import DECODER_DELAY, ENCODER_DELAY, FRAME_SAMPLES, SIZES, Layout
from mmc_audio.outputs.mp3laid import Block, Laid
from mmc_audio.outputs.mp3runs import QUALITY, Blocks
from mmc_audio.outputs.mp3stream import streamed
from mmc_audio.outputs.recording import Recording

BITRATE = 64  # kbit/s, for each channel
BUFFER = 1 << 20  # bytes written at once: a session is laid in thousands of small pieces


def write(recording: Recording, temporary: Path) -> None:
    """Write the tag and the sound; the Info frame is filled in when all frames are laid."""
    layout = Layout(BITRATE * recording.channels, recording.channels)
    samples = recording.timeline.frames
    frames = -(-(samples + ENCODER_DELAY + DECODER_DELAY) // FRAME_SAMPLES)
    with open(temporary, "wb+", buffering=BUFFER) as file:
        start = file.write(tags.id3(recording))
        file.write(bytes(layout.size))
        laid = Laid(file, layout.silent(SIZES[0] if recording.vbr else layout.size))
        for silent, block in _blocks(recording, layout, frames):
            laid.silence(silent)
            laid.block(block)
        pcm.expect("MP3 frames", laid.frames, frames)
        stream = mp3frames.Stream(
            frames=laid.frames,
            size=laid.size,
            samples=samples,
            music_crc=laid.crc,
            marks=laid.marks(),
            constant=not recording.vbr,
        )
        file.seek(start)
        file.write(mp3frames.info_frame(layout, stream))
        file.seek(start)
        recording.progress(1.0)
        mp3frames.check(file, layout, stream)


def _blocks(recording: Recording, layout: Layout, frames: int) -> Iterator[tuple[int, Block]]:
    """(silent frames, the block after them), `frames` frames in all."""
    if recording.runs is not None:
        return Blocks(recording, recording.runs, layout).laid(frames)
    return ((0, block) for block in streamed(recording, layout, frames, quality=QUALITY))
