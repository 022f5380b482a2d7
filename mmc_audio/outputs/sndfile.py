"""FLAC, Ogg Vorbis and Ogg Opus, by libsndfile: no ffmpeg needed, exact to the sample."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from mmc_audio import soundfiles
from mmc_audio.outputs import pcm, tags
from mmc_audio.outputs.recording import Recording


def write_flac(recording: Recording, temporary: Path) -> None:
    """Lossless, and smaller than a WAV by far."""
    _write(recording, temporary, "FLAC", "PCM_16", tags.tag_flac)


def write_vorbis(recording: Recording, temporary: Path) -> None:
    """The smallest of the formats for a session, which is mostly silence."""
    _write(recording, temporary, "OGG", "VORBIS", tags.tag_vorbis)


def write_opus(recording: Recording, temporary: Path) -> None:
    """At 48 kHz, which is Opus's own rate."""
    _write(recording, temporary, "OGG", "OPUS", tags.tag_opus)


def _write(
    recording: Recording,
    temporary: Path,
    format: str,
    subtype: str,
    tag: Callable[[Path, Recording], None],
) -> None:
    with soundfiles.open_writer(
        temporary, format=format, subtype=subtype, channels=recording.channels
    ) as append:
        for block in pcm.blocks(recording):
            append(block)
    tag(temporary, recording)
    pcm.expect("frames in the file", _count(temporary), recording.timeline.frames)


def _count(path: Path) -> int:
    """How many frames can be decoded; what the header says is a promise, not a proof."""
    frames = 0
    try:
        reader = soundfiles.Reader(path)
        while block := len(reader.read(soundfiles.BLOCK_FRAMES)):
            frames += block
    except soundfiles.BadSound as error:
        raise pcm.BrokenOutput(f"the file can't be read back: {error}") from error
    return frames
