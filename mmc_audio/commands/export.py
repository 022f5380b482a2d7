"""`mmc export`: sessions as files."""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mmc_audio import figures
from mmc_audio.cache import Cache
from mmc_audio.commands.options import (
    Listener,
    listener_argument,
    programs_argument,
    session_options,
    tempo_option,
)
from mmc_audio.console import echo, notice, progress
from mmc_audio.errors import ProgramError, UserError, count, shown
from mmc_audio.folders import cache_folder
from mmc_audio.program import Program
from mmc_audio.session import Options, distinct

if TYPE_CHECKING:
    from mmc_audio.studio import Prepared

DEFAULT_SUFFIX = ".mp3"
LONGEST_NAME = 120  # bytes; file systems allow 255, and players show far less
MOST_SHOWN = 5
WINDOWS_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])")


@click.command()
@programs_argument
@click.option(
    "-o",
    "--output",
    metavar="OUT",
    help="The file to write; its suffix chooses the kind. For several programs: a folder.",
)
@session_options
@tempo_option
@listener_argument
def command(
    programs: tuple[str, ...],
    output: str | None,
    listener: Listener,
) -> int:
    """Write sessions as files: MP3, WAV, subtitles and more.

    Without OUT the file is NAME.mp3 in the current folder. It appears whole or not at all.
    `mmc doctor` lists the kinds of files.

    \b
    Examples:
      mmc export bridges.toml
      mmc export hip-thrust -o thrusts.wav --talk quiet
      mmc export clients/*.toml -o mp3s/
    """
    failed = 0
    for argument, target in _targets(programs, output):
        try:
            program = listener.program(argument)
            _export(program, listener.options(program), target, voice=listener.voice)
        except UserError as error:
            if len(programs) == 1:
                raise
            failed += 1
            notice(str(error) if isinstance(error, ProgramError) else f"{argument}: error: {error}")
    if failed:
        notice(f"{failed} of {count(len(programs), 'program')} could not be exported.")
    return min(failed, 1)


def _targets(programs: tuple[str, ...], output: str | None) -> list[tuple[str, Path]]:
    """Each program and the file it goes to. Makes the folder that several go to."""
    from mmc_audio.outputs import SUFFIXES

    if len(programs) == 1 and output is not None and not _is_folder(output):
        return [(programs[0], Path(output))]
    if output and Path(output).suffix in SUFFIXES and not _is_folder(output):
        raise UserError(
            f"Several programs are written into a folder, and {shown(output, 200)} names a file. "
            "Name a folder, or export them one by one."
        )
    folder = _made(Path(output or "."))
    targets = [folder / f"{file_name(Path(program).stem)}{DEFAULT_SUFFIX}" for program in programs]
    for index, target in enumerate(targets):
        if target in targets[:index]:
            both = f"{programs[targets.index(target)]} and {programs[index]}"
            raise UserError(f"{both} would both be written to {target}; export them one by one.")
    return list(zip(programs, targets, strict=True))


def _is_folder(output: str) -> bool:
    return output.endswith(("/", os.sep)) or os.path.isdir(output)


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        hint = "several programs are written into a folder"
        raise UserError(f"{shown(str(folder), 200)} is a file; {hint}.") from None
    except OSError as error:
        reason = error.strerror
        raise UserError(f"The folder {shown(str(folder), 200)} can't be made: {reason}.") from None
    return folder


def file_name(text: str) -> str:
    """A name that every file system takes: letters, digits, `-`, `_`, `.` and spaces."""
    plain = unicodedata.normalize("NFC", text)
    kept = "".join(c if c.isalnum() or c in "-_. " else "_" for c in plain).strip(" .").lstrip("-.")
    short = kept.encode()[:LONGEST_NAME].decode(errors="ignore").rstrip(" .")
    return f"{short}_" if WINDOWS_DEVICES.fullmatch(short) else short or "session"


def _export(program: Program, chosen: Options, target: Path, *, voice: str | None) -> None:
    from mmc_audio import outputs, studio

    outputs.writer_for(target)  # a kind that can't be written is told before any work
    with progress("Speaking") as report:
        prepared = studio.prepare(
            program,
            chosen,
            voice=voice,
            cache=Cache(cache_folder()),
            progress=lambda done, total: report(done / max(1, total)),
            notice=notice,
        )
    with progress("Writing") as report:
        outputs.save(prepared.recording(report), target)
    _account(program, prepared, target, voice)


def _account(program: Program, prepared: Prepared, target: Path, voice: str | None) -> None:
    """What was written, who speaks and why, and what had no room."""
    length = figures.clock(prepared.timeline.duration_ms)
    echo(f"{target}: {length}, {figures.size(target.stat().st_size)}")
    echo(f"Voice: {prepared.voice}, {_why(program, prepared, voice)}.")
    dropped = [report for report in prepared.timeline.reports if report.what == "dropped"]
    if dropped:
        lines = [f'  "{text}"' for text in distinct(report.text for report in dropped)]
        more = [f"  and {len(lines) - MOST_SHOWN} more"] if len(lines) > MOST_SHOWN else []
        echo(f"Left out for lack of room, {count(len(dropped), 'time')}; mmc check tells where:")
        echo("\n".join([*lines[:MOST_SHOWN], *more]))


def _why(program: Program, prepared: Prepared, voice: str | None) -> str:
    if prepared.reasons:
        return f"since others can't speak ({'; '.join(prepared.reasons)})"
    if voice == prepared.voice:
        return "as --voice asks"
    if program.voice.engine == prepared.voice:
        return "as the program asks"
    return f'the first choice for the language "{program.voice.language}"'
