"""Text files, written line by line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from mmc_audio.outputs import pcm


def write_lines(temporary: Path, lines: Iterable[str]) -> None:
    """Write UTF-8 text whose lines bring their own ends, and check its size."""
    size = 0
    with open(temporary, "wb") as file:
        for line in lines:
            size += file.write(line.encode("utf-8"))
    pcm.expect("bytes of text", temporary.stat().st_size, size)
