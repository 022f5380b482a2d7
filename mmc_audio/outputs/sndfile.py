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
    _require(temporary, recording.timeline.frames)


def _require(path: Path, frames: int) -> None:
    """OSError unless so many frames can be decoded.

    What the header says is a promise, not a proof; and libsndfile keeps to itself that some of what
    it wrote did not reach the disk.
    """
    found = 0
    try:
        with soundfiles.Reader(path) as reader:
            while block := len(reader.read(soundfiles.BLOCK_FRAMES)):
                found += block
    except soundfiles.BadSound as error:
        raise OSError(f"what was written can't be read back ({str(error).rstrip('.')})") from error
    if found != frames:
        raise OSError(f"{found} of {frames} frames of sound can be read back")
