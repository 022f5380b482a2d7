"""soundfile (libsndfile) lives here: a reader that believes no header, a writer that streams.

Imports nothing but clips, so that the decoding child starts fast.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import soundfile

from mmc_audio.clips import Pcm
from mmc_audio.timeline import SAMPLE_RATE

BLOCK_FRAMES = 16_384

Block = npt.NDArray[np.float32]  # shape (frames, channels)


class BadSound(Exception):
    """libsndfile can't read this, in its own words."""


class _Forward(soundfile.SoundFile):  # type: ignore[misc]  # soundfile has no types
    """A sound that is read from its beginning to its end, and never sought in.

    soundfile seeks to where it is after each read, and an MP3 decoder that was sent somewhere
    begins with up to 3,000 wrong samples.
    """

    def seekable(self) -> bool:
        return False


class Reader:
    """An open sound: `format` as libsndfile names it, `rate` in Hz, `channels`; closed by `with`.

    A file is to be given by its path or its descriptor, which is closed with it: libsndfile calls
    the methods of a stream from C, where an interrupt that comes meanwhile looks like a bad sound.
    """

    def __init__(self, stream: BinaryIO | Path | int) -> None:
        try:
            self._file = _Forward(_named(stream) if isinstance(stream, Path) else stream)
        except (soundfile.SoundFileError, TypeError, ValueError, OSError) as error:
            raise BadSound(str(error)) from error
        self.format: str = self._file.format
        self.rate: int = self._file.samplerate
        self.channels: int = self._file.channels

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def read(self, most: int) -> Block:
        """The next `most` frames, or as many as are there, whatever the header promised.

        Not SoundFile.blocks(): where a file is short it yields memory that was never filled.
        """
        try:
            block: Block = self._file.read(most, dtype="float32", always_2d=True)
        except (soundfile.SoundFileError, OSError) as error:
            raise BadSound(str(error)) from error
        return block


def _has_files_in_memory() -> bool:
    try:
        os.close(os.memfd_create("sound"))  # type: ignore[attr-defined,unused-ignore]
    except (AttributeError, OSError):  # not Linux, or a sandbox that forbids it
        return False
    return True


IN_MEMORY = _has_files_in_memory()


def read_bytes(data: bytes, most: int) -> Block:
    """The first `most` frames of a sound in memory. Raises BadSound; OSError without any room.

    Where the system has no files in memory (IN_MEMORY), Python is called from C: not to be done on
    the main thread, where a signal would break it off.
    """
    with Reader(_in_memory(data) if IN_MEMORY else io.BytesIO(data)) as reader:
        return reader.read(most)


def _in_memory(data: bytes) -> int:
    descriptor: int = os.memfd_create("sound")  # type: ignore[attr-defined,unused-ignore]
    try:
        while data:
            data = data[os.write(descriptor, data) :]
        os.lseek(descriptor, 0, os.SEEK_SET)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


@contextmanager
def open_writer(
    path: Path, *, format: str, subtype: str, channels: int = 1
) -> Iterator[Callable[[Pcm], None]]:
    """A function that appends house PCM to a new file, e.g. `format="OGG", subtype="VORBIS"`.

    Raises OSError where the file can't be written.
    """
    try:
        with soundfile.SoundFile(
            _named(path),
            "w",
            samplerate=SAMPLE_RATE,
            channels=channels,
            format=format,
            subtype=subtype,
        ) as file:

            def write(pcm: Pcm) -> None:
                # One long write of Vorbis overflows the stack inside libsndfile.
                for start in range(0, len(pcm), BLOCK_FRAMES):
                    file.write(pcm[start : start + BLOCK_FRAMES])

            yield write
    except soundfile.LibsndfileError as error:
        _raise_the_reason(path)
        raise OSError(f"libsndfile reports {error}".rstrip(".")) from error


def _named(path: Path) -> str | bytes:
    """soundfile refuses a name that is no UTF-8, unless it is given as bytes, as POSIX has them."""
    return os.fsencode(path) if os.name == "posix" else str(path)


def _raise_the_reason(path: Path) -> None:
    """Write to the file as libsndfile did, which keeps the system's reason for an error to itself.

    A full disk, most often.
    """
    with open(path, "ab", buffering=0) as file:
        file.write(bytes(BLOCK_FRAMES))
        os.fsync(file.fileno())
