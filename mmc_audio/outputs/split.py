"""A session as numbered files and a playlist: all of them, or what was there before.

The files are made whole under temporary names first. Then the old playlist goes, the files take
their places, and the new playlist comes last: there is never one that names half of them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from mmc_audio import outputs
from mmc_audio.errors import UserError, printable, shown
from mmc_audio.filenames import file_name
from mmc_audio.outputs import files
from mmc_audio.outputs.parts import By, parts
from mmc_audio.outputs.recording import Recording
from mmc_audio.outputs.text import write_lines

MOST_FILES = 200  # all of them are open until all are whole; macOS allows a process 256
PLAYLIST = ".m3u8"
_NUMBERED = re.compile(r"[0-9]{2,3} .+")


@dataclass(frozen=True, slots=True)
class Split:
    """What each file holds, and the suffix that chooses its kind."""

    by: By
    suffix: str = ".mp3"


def save(recording: Recording, playlist: Path, split: Split) -> tuple[Path, ...]:
    """Write the files and, beside them, the playlist of them; the files. Raises UserError."""
    writer = outputs.writer_for(Path(f"any{split.suffix}"))
    every = parts(recording, split.by)
    if len(every) > MOST_FILES:
        raise UserError(
            f"--split {split.by} would write {len(every)} files, and {MOST_FILES} are the most."
        )
    targets = [playlist.parent / name for name in _file_names(every, split.suffix)]
    with _folder(playlist.parent), ExitStack() as stack:
        # What is entered first is put in place last.
        listing = stack.enter_context(files.replacing(playlist))
        for part, target in zip(every, targets, strict=True):
            writer(part, stack.enter_context(files.replacing(target)))
        write_lines(listing, _lines(recording, every, targets))
        Path(os.path.realpath(playlist)).unlink(missing_ok=True)
    return tuple(targets)


def left_over(playlist: Path, written: Sequence[Path]) -> list[str]:
    """The names of numbered sound files beside a playlist that are not in it."""
    names = {path.name for path in written}
    return sorted(
        path.name
        for path in playlist.parent.iterdir()
        if path.suffix in outputs.SOUND and _NUMBERED.match(path.name) and path.name not in names
    )


def _file_names(every: Sequence[Recording], suffix: str) -> Iterator[str]:
    """`01 Hip thrust, set 1.mp3`: in the order of playing wherever they are sorted by name."""
    width = max(2, len(str(len(every))))
    for number, part in enumerate(every, start=1):
        yield f"{number:0{width}} {file_name(part.title, keep=',')}{suffix}"


def _lines(
    recording: Recording, every: Sequence[Recording], targets: Sequence[Path]
) -> Iterator[str]:
    """Extended M3U in UTF-8. Lengths are whole seconds, since some players read no others."""
    yield f"#EXTM3U\n#PLAYLIST:{_one_line(recording.title)}\n"
    for part, target in zip(every, targets, strict=True):
        seconds = (part.timeline.duration_ms + 500) // 1_000
        yield f"#EXTINF:{seconds},{_one_line(part.title)}\n{target.name}\n"


def _one_line(text: str) -> str:
    return printable(" ".join(text.split()))


@contextmanager
def _folder(folder: Path) -> Iterator[None]:
    """The folder is there; one that was made for nothing goes again."""
    named = shown(str(folder), 200)
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{named} is a file; --split writes into a folder.")
    new = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"The folder {named} can't be made: {error.strerror}.") from None
    try:
        yield
    except BaseException:
        if new:
            with suppress(OSError):
                folder.rmdir()
        raise
