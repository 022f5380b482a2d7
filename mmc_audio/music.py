"""The user's own music, decoded once: in the house format, in a file that nobody else sees.

It is never in memory as a whole, neither as it was encoded nor as samples, and no more of it is
decoded than a session can play. The file has no name: it is gone when the process is, however that
ends.
"""

from __future__ import annotations

import tempfile
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeVar

import numpy as np

from mmc_audio.beneath import MIB, open_beneath
from mmc_audio.clips import Pcm
from mmc_audio.decode import Stream, decoding
from mmc_audio.errors import Fault, Place, ProgramError, UserError, shown
from mmc_audio.loudness import grain_energies, integrated, step_energies
from mmc_audio.program import MusicSettings, Program
from mmc_audio.resample import resampled
from mmc_audio.shape import in_channels
from mmc_audio.temporary import scratch_folder
from mmc_audio.timeline import FRAMES_PER_MS, SAMPLE_RATE

MAX_BYTES = 500 * MIB
MAX_MINUTES = 120  # of one file
MIN_S = 1
SAMPLE_BYTES = 2
# How loud a file is, is measured over its first half minute and an eighth of the rest: of a song
# that differs by some tenths of a decibel, and takes a fifth of the time.
MEASURED_WHOLE, MEASURED_EVERY = 6, 8  # pieces of five seconds

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Track:
    """A file of music: where it lies, and its loudness in LUFS (-inf for silence)."""

    first: int
    frames: int
    loudness: float


class Music:
    """`tracks` in the order in which they are played, in so many `channels`."""

    def __init__(self, tracks: tuple[Track, ...], channels: int, store: Store) -> None:
        self.tracks, self.channels, self._store = tracks, channels, store

    def read(self, track: Track, first: int, frames: int) -> Pcm:
        """A part of a track that lies within it: shape (frames, channels)."""
        return self._store.read(track.first + first, frames)


class Store:
    """Samples one after the other in an unnamed file. For several threads."""

    def __init__(self, folder: Path | None, channels: int) -> None:
        self._file = _unnamed(folder)
        self.channels, self._lock, self._frames = channels, threading.Lock(), 0
        weakref.finalize(self, self._file.close)

    @property
    def frames(self) -> int:
        return self._frames

    def append(self, pcm: Pcm) -> None:
        """Raises UserError where there is no room."""
        with self._lock:
            try:
                self._file.seek(self._frames * self._frame_bytes)
                self._file.write(pcm.tobytes())
                self._file.flush()  # a full disk is told of here, not where the sound is read
            except OSError as error:
                text = f"There is no room for the decoded music: {error.strerror}."
                raise UserError(text) from error
            self._frames += len(pcm)

    def read(self, first: int, frames: int) -> Pcm:
        with self._lock:
            self._file.seek(first * self._frame_bytes)
            data = self._file.read(frames * self._frame_bytes)
        return np.frombuffer(data, np.int16).reshape(-1, self.channels)

    @property
    def _frame_bytes(self) -> int:
        return SAMPLE_BYTES * self.channels


def _unnamed(folder: Path | None) -> IO[bytes]:
    """In the folder where there is one: the system's own for such files is often in memory."""
    if folder is not None:
        with suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return tempfile.TemporaryFile(dir=folder)
    try:
        return tempfile.TemporaryFile(dir=scratch_folder())
    except OSError as error:
        raise UserError(f"There is no room for the decoded music: {error.strerror}.") from error


def check_files(program: Program) -> None:
    """Raises ProgramError unless every file of the music can be opened. Decodes nothing."""

    def opened(file: str) -> None:
        open_beneath(program.folder, file, max_bytes=MAX_BYTES).close()

    _each(program, opened)


def check_sounds(program: Program) -> None:
    """Raises ProgramError unless every file of the music begins as one that can be decoded."""
    _each(program, lambda file: _begun(program.folder, file))


def load_music(
    program: Program,
    settings: MusicSettings,
    frames: int,
    folder: Path | None,
    progress: Callable[[float], None],
) -> Music:
    """As much music as `frames` frames of session can play. Raises ProgramError.

    It lies in `folder` while it is in use. `progress` is told how much of it is there, 0.0 to 1.0.
    """
    store = Store(folder, settings.channels)
    known: dict[str, Track] = {}
    needed = frames + settings.crossfade_ms * len(settings.files) * FRAMES_PER_MS
    laid = 0  # frames of the tracks up to now, one that comes twice counted twice

    def track(file: str) -> Track | None:
        nonlocal laid
        if laid >= needed:
            return None
        if file not in known:
            known[file] = _decoded(
                program.folder,
                file,
                store,
                needed - laid,
                lambda done: progress(min(1.0, (laid + done) / needed)),
            )
        laid += known[file].frames
        return known[file]

    tracks = tuple(one for one in _each(program, track) if one is not None)
    progress(1.0)
    return Music(tracks, settings.channels, store)


def _each(program: Program, work: Callable[[str], T]) -> list[T]:
    """What comes of each file of the music. Raises ProgramError with what is wrong with any."""
    settings = program.music or MusicSettings(())
    done, faults = [], []
    for number, file in enumerate(settings.files):
        try:
            done.append(work(file))
        except UserError as error:
            place = settings.places[number] if number < len(settings.places) else Place(1, 1)
            faults.append(Fault(place, str(error).removesuffix(".")))
    if faults:
        raise ProgramError(program.name, program.source, tuple(faults))
    return done


def _begun(root: str, file: str) -> None:
    with (
        open_beneath(root, file, max_bytes=MAX_BYTES) as opened,
        decoding(opened, what=shown(file, 80), max_seconds=MAX_MINUTES * 60) as stream,
    ):
        next(stream.pieces, None)


def _decoded(
    root: str, file: str, store: Store, most: int, progress: Callable[[int], None]
) -> Track:
    """A file in the store, up to `most` frames of it, of which `progress` is told. UserError."""
    what = shown(file, 80)
    first, left = store.frames, max(most, MIN_S * SAMPLE_RATE)
    energies = []
    with (
        open_beneath(root, file, max_bytes=MAX_BYTES) as opened,
        decoding(opened, what=what, max_seconds=MAX_MINUTES * 60) as stream,
    ):
        for number, piece in enumerate(_in_house_format(stream, store.channels)):
            pcm = piece[:left]
            store.append(pcm)
            if len(pcm) and (number < MEASURED_WHOLE or number % MEASURED_EVERY == 0):
                energies.append(step_energies(grain_energies(pcm * np.float32(1 / 32_768)), 0))
            left -= len(pcm)
            progress(store.frames - first)
            if left <= 0:
                break
    frames = store.frames - first
    if frames < MIN_S * SAMPLE_RATE:
        raise UserError(
            f"{what} lasts {frames / SAMPLE_RATE:.2f} s; music must last {MIN_S} s at least."
        )
    return Track(first, frames, integrated(np.concatenate(energies)))


def _in_house_format(stream: Stream, channels: int) -> Iterator[Pcm]:
    pieces: Iterable[Pcm] = (
        in_channels(piece, rate=stream.rate, channels=stream.channels, wanted=channels)
        for piece in stream.pieces
    )
    return resampled(pieces, channels, stream.rate, SAMPLE_RATE)
