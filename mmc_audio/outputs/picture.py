"""A session as a picture: SVG, and the same drawn as a PNG."""

from __future__ import annotations

from pathlib import Path

from mmc_audio.outputs import files, pcm
from mmc_audio.outputs.recording import Recording
from mmc_audio.outputs.text import write_lines
from mmc_audio.pictures import raster, session
from mmc_audio.pictures.shapes import Picture
from mmc_audio.pictures.svg import svg


def write_svg(recording: Recording, temporary: Path) -> None:
    """The same bytes for the same session, on every machine."""
    _svg(_picture(recording), temporary)


def write_png(recording: Recording, temporary: Path) -> None:
    """Twice as many pixels as the picture has, for screens that show them."""
    _png(_picture(recording), temporary)


def save(picture: Picture, target: Path) -> Path:
    """Write any picture whole or not at all, by the suffix of its name. Raises UserError."""
    write = _svg if target.suffix.lower() == ".svg" else _png
    return files.replace(target, lambda temporary: write(picture, temporary))


def _svg(picture: Picture, temporary: Path) -> None:
    write_lines(temporary, [svg(picture)])


def _png(picture: Picture, temporary: Path) -> None:
    data = raster.png(picture)
    temporary.write_bytes(data)
    pcm.expect("bytes of the picture", temporary.stat().st_size, len(data))


def _picture(recording: Recording) -> Picture:
    return session.picture(recording.timeline, recording.asked())
