"""MP3: tag, Info frame, frames. Needs no ffmpeg, and a constant amount of memory.

Each different run of sound is encoded once, and its frames are laid wherever it stands, between
frames of silence that lie ready. So a file costs what is new in it, however long it is.

Constant bit rate, since players jump to chapters by position in bytes; `vbr` lays the same frames
as small as what they hold. A session is written at 24 kHz: synthesized speech ends at 12 kHz, and
the clicks have less than -24 dB above it. What may have more, a coach's own recordings, is written
at 48 kHz. 64 kbit/s: the lowest rate at 24 kHz whose frames have room for the Info frame.
"""

from __future__ import annotations

from pathlib import Path

from mmc_audio.outputs import mp3frames, pcm, tags
from mmc_audio.outputs.mp3frames import DECODER_DELAY, Layout
from mmc_audio.outputs.mp3laid import Laid
from mmc_audio.outputs.mp3runs import Blocks
from mmc_audio.outputs.recording import Recording
from mmc_audio.timeline import SAMPLE_RATE

BITRATE = 64  # kbit/s, for each channel
NARROW_RATE = 24_000


def layout_of(recording: Recording) -> Layout:
    """The sample rate and bit rate that a recording is written at."""
    rate = SAMPLE_RATE if recording.wide else NARROW_RATE
    return Layout(BITRATE * recording.channels, recording.channels, rate)


def write(recording: Recording, temporary: Path) -> None:
    """Write the tag and the sound; the Info frame is filled in when all frames are laid."""
    layout = layout_of(recording)
    samples = recording.timeline.frames * layout.rate // SAMPLE_RATE
    blocks = Blocks(recording, layout)
    frames = -(-(samples + blocks.delay + DECODER_DELAY) // layout.samples)
    with open(temporary, "wb+") as file:
        start = file.write(tags.id3(recording))
        file.write(bytes(layout.size))
        laid = Laid(file, layout.silent(layout.sizes[0] if recording.vbr else layout.size))
        for silent, block in blocks.laid(frames):
            laid.silence(silent)
            laid.block(block)
        pcm.expect("MP3 frames", laid.frames, frames)
        stream = mp3frames.Stream(
            frames=laid.frames,
            size=laid.size,
            samples=samples,
            delay=blocks.delay,
            music_crc=laid.crc,
            marks=laid.marks(),
            constant=not recording.vbr,
        )
        file.seek(start)
        file.write(mp3frames.info_frame(layout, stream))
        file.seek(start)
        recording.progress(1.0)
        mp3frames.check(file, layout, stream)
