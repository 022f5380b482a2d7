"""One session to be exported, as data that another process understands, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mmc_audio import figures, outputs, studio
from mmc_audio.cache import Cache
from mmc_audio.errors import ProgramError, UserError, count, printable, shown
from mmc_audio.folders import cache_folder
from mmc_audio.listener import Listener
from mmc_audio.outputs.recording import Recording
from mmc_audio.roster import Row
from mmc_audio.session import distinct

if TYPE_CHECKING:
    from mmc_audio.outputs.split import Split

MOST_SHOWN = 5

# A stage of the work: its name, and what takes how much of it is done, from 0.0 to 1.0.
Stage = Callable[[str], AbstractContextManager[Callable[[float], None]]]


def quietly(name: str) -> AbstractContextManager[Callable[[float], None]]:
    """A stage that nobody watches."""
    return nullcontext(lambda done: None)


@dataclass(frozen=True, slots=True)
class Job:
    """A program, by its path or shipped name; the file to write; who listens, and their row.

    With `split` the file is the playlist, and the session goes into others beside it.
    """

    program: str
    target: str
    listener: Listener = Listener()  # noqa: RUF009 - it is frozen
    vbr: bool = False
    row: Row | None = None
    split: Split | None = None
    with_audio: bool = False

    @property
    def suffix(self) -> str:
        """What chooses the kind of the file, or of the files of a split session."""
        return self.split.suffix if self.split else Path(self.target).suffix

    @property
    def name(self) -> str:
        """How messages name it."""
        return self.row.where() if self.row else printable(self.program)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What to tell of a job: the `account` of what was written or the `fault`, and `notices`."""

    job: Job
    account: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    fault: str = ""


def attempt(job: Job) -> Outcome:
    """The outcome of a job; a fault of the user's is told in it and stops no other job."""
    notices: list[str] = []
    try:
        account = export(job, notice=notices.append)
    except ProgramError as error:  # each of its lines says where
        return Outcome(job, notices=tuple(notices), fault=str(error))
    except UserError as error:
        return Outcome(job, notices=tuple(notices), fault=_named(job, str(error)))
    return Outcome(job, account, tuple(notices))


def _named(job: Job, words: str) -> str:
    """A fault with the name of its job in front, unless it says where itself, by the line."""
    return words if job.row and words.startswith(job.name) else f"{job.name}: error: {words}"


def attempt_away(job: Job) -> Outcome:
    """The same on a worker of another machine, which a fault names."""
    outcome = attempt(job)
    if not outcome.fault:
        return outcome
    import platform

    return replace(outcome, fault=f"{outcome.fault}\n  (on the worker {platform.node()})")


def export(job: Job, *, notice: Callable[[str], None], stage: Stage = quietly) -> tuple[str, ...]:
    """Write the file; lines that tell what was written. Raises UserError."""
    target = Path(job.target)
    outputs.writer_for(
        Path(f"any{job.suffix}") if job.split else target
    )  # a kind that can't be written is told before any work
    program = job.listener.program(job.program, job.row)
    with stage("Speaking") as report:
        prepared = studio.prepare(
            program,
            job.listener.options(program),
            voice=job.listener.voice,
            cache=Cache(cache_folder()),
            progress=lambda done, total: report(done / max(1, total)),
            notice=notice,
        )
    for line in prepared.notes:
        notice(line)
    with stage("Writing") as report:
        recording = prepared.recording(report, vbr=job.vbr, with_audio=job.with_audio)
        if job.row:
            recording = replace(recording, title=f"{recording.title} - {job.row.client}")
        written = _saved(recording, target, job.split)
    return (*written, *_voice(prepared, job.listener), *_left_out(prepared))


def _saved(recording: Recording, target: Path, split: Split | None) -> tuple[str, ...]:
    """Write it; what was written."""
    if not split:
        outputs.save(recording, target)
        return (_file(recording, target, [target]),)
    from mmc_audio.outputs import split as splitting

    written = splitting.save(recording, target, split)
    told = _file(recording, target, written, count(len(written), "file") + ", ")
    older = splitting.left_over(target, written)
    if not older:
        return (told,)
    left = f"{count(len(older), 'file')}, such as {shown(older[0], 200)}"
    return told, f"Left there from before, and not in the playlist: {left}."


def _file(recording: Recording, target: Path, written: Sequence[Path], files: str = "") -> str:
    length = figures.clock(recording.timeline.duration_ms)
    size = figures.size(sum(path.stat().st_size for path in written))
    return f"{printable(str(target))}: {files}{length}, {size}"


def _voice(prepared: studio.Prepared, listener: Listener) -> tuple[str, ...]:
    """Who speaks, and why."""
    asked = prepared.program.voice
    if prepared.reasons:
        why = f"since others can't speak ({'; '.join(prepared.reasons)})"
    elif listener.voice == prepared.voice:
        why = "as --voice asks"
    elif asked.engine == prepared.voice:
        why = "as the program asks"
    else:
        why = f'the first choice for the language "{asked.language}"'
    return (f"Voice: {prepared.voice}, {why}.",)


def _left_out(prepared: studio.Prepared) -> tuple[str, ...]:
    """What had no room."""
    dropped = [report for report in prepared.timeline.reports if report.what == "dropped"]
    if not dropped:
        return ()
    lines = [f'  "{text}"' for text in distinct(report.text for report in dropped)]
    more = [f"  and {len(lines) - MOST_SHOWN} more"] if len(lines) > MOST_SHOWN else []
    head = f"Left out for lack of room, {count(len(dropped), 'time')}; mmc check tells where:"
    return (head, *lines[:MOST_SHOWN], *more)
