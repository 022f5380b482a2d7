"""`mmc export`: sessions as files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mmc_audio.commands.options import (
    listener_argument,
    programs_argument,
    session_options,
    tempo_option,
)
from mmc_audio.console import echo, notice, progress
from mmc_audio.errors import UserError, count, listed, printable, shown
from mmc_audio.filenames import file_name
from mmc_audio.listener import Listener

if TYPE_CHECKING:
    from mmc_audio.exporting import Job, Outcome
    from mmc_audio.outputs.parts import By
    from mmc_audio.roster import Row

DEFAULT_SUFFIX = ".mp3"
MOST_JOBS = 256


@click.command()
@programs_argument
@click.option(
    "-o",
    "--output",
    metavar="OUT",
    help="The file to write; its suffix chooses the kind. For several files: a folder.",
)
@click.option(
    "--split",
    type=click.Choice(("set", "exercise")),
    help="A file for each set or exercise, numbered, and a playlist of them. OUT is a folder.",
)
@click.option(
    "--kind",
    metavar="SUFFIX",
    help="The kind of the files in a folder: mp3, if not said, or wav, flac, m4a and so on.",
)
@click.option(
    "--vbr",
    is_flag=True,
    help="A smaller MP3, of variable bit rate; some players jump less exactly in it.",
)
@click.option(
    "--with-audio",
    is_flag=True,
    help="A page (.html) with the MP3 inside: it goes on playing when the phone locks.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, MOST_JOBS),
    metavar="N",
    help="How many programs are exported at once; as many as there are processors, if not said.",
)
@click.option(
    "--roster",
    metavar="CSV",
    help="A file for each row of a table of clients: docs/batches.md. OUT is a folder.",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Export on the workers of a Dask cluster, say tcp://192.0.2.7:8786.",
)
@session_options
@tempo_option
@listener_argument
def command(
    programs: tuple[str, ...],
    output: str | None,
    split: By | None,
    kind: str | None,
    vbr: bool,
    with_audio: bool,
    jobs: int | None,
    roster: str | None,
    scheduler: str | None,
    listener: Listener,
) -> int:
    """Write sessions as files: MP3, WAV, subtitles and more.

    Without OUT the file is NAME.mp3 in the current folder. It appears whole or not at all.
    `mmc doctor` lists the kinds of files.

    \b
    Examples:
      mmc export bridges.toml
      mmc export hip-thrust -o thrusts.wav --talk quiet
      mmc export hip-thrust -o thrusts/ --split set
      mmc export hip-thrust -o thrusts.html
      mmc export clients/*.toml -o mp3s/ --jobs 4
      mmc export plan.toml --roster clients.csv -o mp3s/
    """
    from mmc_audio.exporting import Job, export

    suffix = _suffix(kind, output, split)
    several = len(programs) > 1 or roster is not None
    work, faults = list[Job](), tuple[str, ...]()
    if roster is not None:
        rows, faults = _clients(programs, roster, output, listener, suffix)
        for row, target in rows:
            work.append(
                Job(programs[0], str(target), listener.of(row), vbr, row, with_audio=with_audio)
            )
    elif split and not several:
        work.append(Job(programs[0], str(_whole(programs[0], output, suffix)), listener, vbr))
    else:
        for argument, target in _targets(programs, output, suffix):
            work.append(Job(argument, str(target), listener, vbr, with_audio=with_audio))
    if split:
        work = [_split_up(job, split, own_folder=several or output is None) for job in work]
    if vbr:
        _require(work, ".mp3", "--vbr is for MP3")
    if with_audio:
        _require(work, ".html", "--with-audio is for a page, .html")
    if scheduler is not None:
        work = [_at_home_anywhere(job) for job in work]
    if len(programs) == 1 and roster is None and scheduler is None:
        echo("\n".join(export(work[0], notice=notice, stage=progress)))
        return 0
    return _batch(work, faults, jobs, scheduler)


def _clients(
    programs: tuple[str, ...], roster: str, output: str | None, listener: Listener, suffix: str
) -> tuple[list[tuple[Row, Path]], tuple[str, ...]]:
    """The rows of a roster, each with its file; and what is wrong with others."""
    from mmc_audio.roster import read

    if len(programs) > 1:
        raise UserError(f"--roster is for one program, and there are {len(programs)}.")
    exercises = listener.program(programs[0]).exercises
    names = [exercise.name for exercise in exercises] + [one.id for one in exercises if one.id]
    found = read(Path(roster), list(dict.fromkeys(names)))
    folder = _made(Path(output or "."))
    files: dict[Path, Row] = {}
    faults = list(found.faults)
    for row in found.rows:
        target = folder / f"{file_name(row.client)}{suffix}"
        if other := files.get(target):
            faults.append(
                f"{row.where('client')}: {shown(row.client)} and {shown(other.client)}, "
                f"line {other.line}, would both be written to {printable(str(target))}."
            )
        else:
            files[target] = row
    return [(row, target) for target, row in files.items()], tuple(faults)


def _at_home_anywhere(job: Job) -> Job:
    """With paths that hold in any folder: workers are at home elsewhere."""
    program = os.path.abspath(job.program) if os.path.exists(job.program) else job.program
    return replace(job, program=program, target=os.path.abspath(job.target))


def _require(work: Iterable[Job], suffix: str, why: str) -> None:
    for job in work:
        if job.suffix.lower() != suffix:
            other = job.suffix if job.split else shown(job.target, 200)
            raise UserError(f"{why}, and {other} is none.")


def _batch(
    work: Sequence[Job], faults: Sequence[str], jobs: int | None, scheduler: str | None
) -> int:
    """Do all jobs, tell of each as it is done, and return the exit code.

    `faults` are those of jobs that can't be done at all.
    """
    from mmc_audio.executors import cores

    total = len(work) + len(faults)
    workers = min(jobs or cores(), len(work))
    failed = len(faults)
    for fault in faults:
        notice(fault)
    with progress(f"Exporting {count(total, 'session')}") as report:
        outcomes = _in_order(work, _outcomes(work, workers, scheduler))
        for done, outcome in enumerate(outcomes, start=1):
            _tell(outcome)
            failed += bool(outcome.fault)
            report(done / len(work))
    if failed:
        notice(f"{failed} of {count(total, 'session')} could not be exported.")
    return min(failed, 1)


def _outcomes(work: Sequence[Job], workers: int, scheduler: str | None) -> Iterator[Outcome]:
    from mmc_audio import batch, executors
    from mmc_audio.exporting import Outcome, attempt, attempt_away

    def broken(job: Job) -> Outcome:
        return Outcome(job, fault=f"{job.name}: error: The process that exported it was killed.")

    if scheduler is not None:
        with executors.dask(scheduler) as (executor, at_once):
            yield from batch.each(work, attempt_away, executor, at_once=at_once)
    elif workers < 2:
        yield from map(attempt, work)
    else:
        yield from batch.in_pools(
            work, attempt, executors.processes, workers=workers, broken=broken
        )


def _in_order(work: Sequence[Job], outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
    """The outcomes in the order of the work, each as soon as those before it are there."""
    ready: dict[Job, Outcome] = {}
    told = 0
    for outcome in outcomes:
        ready[outcome.job] = outcome
        while told < len(work) and work[told] in ready:
            yield ready.pop(work[told])
            told += 1


def _tell(outcome: Outcome) -> None:
    for line in outcome.notices:
        notice(line)
    if outcome.fault:
        notice(outcome.fault)
    else:
        echo("\n".join(outcome.account), flush=True)


def _suffix(kind: str | None, output: str | None, split: By | None) -> str:
    """The suffix of files that the command names itself. UserError where it makes no sense."""
    from mmc_audio.outputs import SOUND, SUFFIXES, writer_for

    if output and Path(output).suffix.lower() in SUFFIXES and not _is_folder(output):
        named = f"{shown(output, 200)} names a file"
        if split:
            raise UserError(
                f"--split writes several files into a folder, and {named}. "
                "Name a folder, and the kind of the files with --kind."
            )
        if kind is not None:
            raise UserError(f"--kind is for files in a folder, and {named}. Its suffix is enough.")
    suffix = DEFAULT_SUFFIX if kind is None else f".{kind.lower().removeprefix('.')}"
    writer_for(Path(f"any{suffix}"))
    if split and suffix not in SOUND:
        raise UserError(
            f"--split is for sound, and {suffix} is none. Choose {listed(list(SOUND))}."
        )
    return suffix


def _whole(program: str, output: str | None, suffix: str) -> Path:
    """Where all of a program that is to be split would go."""
    return Path(output or ".", f"{file_name(Path(program).stem)}{suffix}")


def _split_up(job: Job, by: By, *, own_folder: bool) -> Job:
    """The same as a playlist, and its files beside it, in a folder of its own if there are more."""
    from mmc_audio.outputs.split import PLAYLIST, Split

    whole = Path(job.target)
    folder = whole.with_suffix("") if own_folder else whole.parent
    target = folder / f"{whole.stem}{PLAYLIST}"
    return replace(job, target=str(target), split=Split(by, whole.suffix))


def _targets(programs: tuple[str, ...], output: str | None, suffix: str) -> list[tuple[str, Path]]:
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
    targets = [folder / f"{file_name(Path(program).stem)}{suffix}" for program in programs]
    for index, target in enumerate(targets):
        if target in targets[:index]:
            both = " and ".join(map(printable, (programs[targets.index(target)], programs[index])))
            where = printable(str(target))
            raise UserError(f"{both} would both be written to {where}; export them one by one.")
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
