"""M4A and M4B (AAC in MP4), encoded by ffmpeg from the samples we hand it through a pipe."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from mmc_audio.children import ends_here
from mmc_audio.errors import visible
from mmc_audio.installed import installed
from mmc_audio.outputs import pcm, tags
from mmc_audio.outputs.chapters import chapters, flat
from mmc_audio.outputs.pcm import BrokenOutput
from mmc_audio.outputs.recording import Recording
from mmc_audio.temporary import Temporary, scratch_folder
from mmc_audio.timeline import SAMPLE_RATE

KBITS = 64  # for each channel
TOLERANCE_S = 0.05  # AAC frames, of 21 ms, are counted whole at both ends


def write(recording: Recording, temporary: Path) -> None:
    """Write sound, titles, chapters and cover; OSError with ffmpeg's words where it fails."""
    # Beside the file, where the next run removes it should this one be killed.
    with Temporary(temporary.parent) as metadata:
        metadata.write(_metadata(recording).encode())
        with _running(_command(metadata.path, temporary, recording.channels)) as stdin:
            for block in pcm.blocks(recording):
                stdin.write(block.astype("<i2", copy=False).tobytes())
    tags.cover_mp4(temporary, recording)
    check(temporary, recording)


def check(path: Path, recording: Recording) -> None:
    """BrokenOutput unless the file says that it is as long as the recording."""
    found, planned = tags.mp4_seconds(path), recording.timeline.duration_ms / 1_000
    if abs(found - planned) > TOLERANCE_S:
        raise BrokenOutput(f"ffmpeg wrote {found:.3f} s where {planned:.3f} were planned")


def _command(metadata: Path, temporary: Path, channels: int) -> list[str]:
    """ffmpeg with every choice made; `file:` keeps it from reading protocols into a name."""
    return [
        *(installed("ffmpeg") or "ffmpeg", "-nostdin", "-v", "error", "-xerror", "-y"),
        *("-f", "s16le", "-ar", str(SAMPLE_RATE), "-ac", str(channels), "-i", "pipe:0"),
        *("-f", "ffmetadata", "-i", f"file:{metadata}"),
        *("-map", "0:a", "-map_metadata", "1", "-map_chapters", "1"),
        *("-c:a", "aac", "-b:a", f"{KBITS * channels}k", "-f", "ipod", f"file:{temporary}"),
    ]


@contextmanager
def _running(command: list[str]) -> Iterator[IO[bytes]]:
    """A child's standard input; it is closed and the child has succeeded when the block ends."""
    # A file, since a full pipe would stop the child.
    with tempfile.TemporaryFile(dir=scratch_folder()) as said:
        # restore_signals: past a limit of size it is to be told, as we are, and not ended.
        child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=said, stderr=said, restore_signals=False
        )
        assert child.stdin is not None  # noqa: S101 - says to mypy what PIPE means
        with ends_here(child):
            with suppress(BrokenPipeError), child.stdin:
                yield child.stdin
            status = child.wait()
        said.seek(0)
        words = " ".join(said.read(2_000).decode("utf-8", "replace").split())
        # ffmpeg has ended with 0 on a full disk: any word of it is a failure too.
        if status or words:
            raise OSError(f"ffmpeg failed ({words or f'status {status}'})")


def _metadata(recording: Recording) -> str:
    """Titles and chapters in the format of https://ffmpeg.org/ffmpeg-formats.html#Metadata-2."""
    lines = [";FFMETADATA1", f"title={_escaped(recording.title)}", f"genre={tags.GENRE}"]
    lines.append(f"album={_escaped(recording.album or recording.title)}")
    if recording.track:
        lines.append("track={}/{}".format(*recording.track))
    if recording.author:
        lines.append(f"artist={_escaped(recording.author)}")
    if words := tags.plain_words(recording):
        lines.append("lyrics=" + "\\\n".join(map(_escaped, words.split("\n"))))
    for chapter in flat(chapters(recording.timeline)):
        lines += ["[CHAPTER]", "TIMEBASE=1/1000", f"START={chapter.start_ms}"]
        lines += [f"END={chapter.end_ms}", f"title={_escaped(chapter.title)}"]
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return "".join("\\" + c if c in "=;#\\" else c for c in visible(text))
