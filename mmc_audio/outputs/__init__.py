"""Writers: one module a family of file formats, behind one protocol.

A writer gets a `Recording` and an empty temporary file; `save` puts the finished file in place.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from mmc_audio.errors import UserError, listed, nearest, shown
from mmc_audio.installed import installed
from mmc_audio.outputs import files
from mmc_audio.outputs.recording import Recording, Writer


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of output: what it is, and where its writer is found when it is wanted."""

    description: str
    module: str
    function: str = "write"
    program: str = ""  # an outside program it can't do without


SUFFIXES: Mapping[str, Format] = {
    ".mp3": Format("sound for any player, with chapters", "mp3"),
    ".wav": Format("sound, exact to the sample", "wav"),
    ".flac": Format("sound, lossless and smaller", "sndfile", "write_flac"),
    ".ogg": Format("sound, the smallest file", "sndfile", "write_vorbis"),
    ".opus": Format("sound, for newer players", "sndfile", "write_opus"),
    ".m4a": Format("sound for Apple's players, with chapters", "mp4", program="ffmpeg"),
    ".m4b": Format("the same as an audiobook", "mp4", program="ffmpeg"),
    ".json": Format("the timeline, for programs", "table", "write_json"),
    ".csv": Format("the timeline, for spreadsheets", "table", "write_csv"),
    ".srt": Format("the spoken words as subtitles", "words", "write_srt"),
    ".lrc": Format("the spoken words as lyrics", "words", "write_lrc"),
    ".svg": Format("a picture of the session, sharp at any size", "picture", "write_svg"),
    ".png": Format("a picture of the session, for messages and mails", "picture", "write_png"),
    ".html": Format("a page that plays the session on a phone, offline", "page"),
}

SOUND = (".mp3", ".wav", ".flac", ".ogg", ".opus", ".m4a", ".m4b")
ALWAYS = (".mp3", ".ogg", ".flac")  # what to offer where another sound format is missing


def save(recording: Recording, target: Path) -> Path:
    """Write `target` whole or not at all, by the writer of its suffix; raises UserError."""
    writer = writer_for(target)
    return files.replace(target, lambda temporary: writer(recording, temporary))


def writer_for(target: Path) -> Writer:
    """The writer for this file name; UserError where there is none or where it can't work here."""
    suffix = target.suffix.lower()
    if suffix not in SUFFIXES:
        raise UserError(_unknown(target))
    reason = available(suffix)
    if reason is not None:
        raise UserError(reason)
    return _load(SUFFIXES[suffix])


def available(suffix: str) -> str | None:
    """None where files with this suffix can be written here, else the reason why not."""
    entry = SUFFIXES[suffix]
    if entry.program and installed(entry.program) is None:
        return (
            f"{suffix} needs {entry.program}, which is not on the PATH; "
            f"install it or choose {listed(list(ALWAYS))}."
        )
    try:
        _load(entry)
    except ImportError as error:
        return f"{suffix} needs a library that can't be loaded here: {error}."
    return None


def _load(entry: Format) -> Writer:
    module = importlib.import_module(f"{__name__}.{entry.module}")
    return cast(Writer, getattr(module, entry.function))


def _unknown(target: Path) -> str:
    known = list(SUFFIXES)
    near = nearest(target.suffix, known) if target.suffix else None
    found = f"{shown(target.suffix)} is not a known kind of file"
    if not target.suffix:
        found = f"{shown(target.name)} has no suffix, which says what kind of file to write"
    hint = f" Did you mean {near}?" if near else ""
    return f"{found}.{hint} Known are {', '.join(known[:-1])} and {known[-1]}."
