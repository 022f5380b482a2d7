"""The cover of a sound file: drawn from the session, and kept, since drawing takes a while."""

from __future__ import annotations

from contextlib import suppress

from mmc_audio.outputs.recording import Recording
from mmc_audio.pictures import raster
from mmc_audio.pictures.cover import SIDE, picture
from mmc_audio.pictures.svg import svg
from mmc_audio.timeline import SetSpan

__all__ = ["SIDE", "cover"]


def cover(recording: Recording) -> bytes:
    """A PNG of SIDE by SIDE pixels; b"" for a recording that is no session."""
    if not any(isinstance(event, SetSpan) for event in recording.timeline.events):
        return b""
    drawn = picture(recording.title, recording.timeline)
    key = f"cover {raster.version()} {svg(drawn)}".encode()
    kept = recording.cache.get(key)
    if kept is not None:
        return kept
    made = raster.png(drawn, zoom=1)
    with suppress(OSError):  # a cache is a help, never a condition
        recording.cache.put(key, made)
    return made
