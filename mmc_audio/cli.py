"""The command line: the group of commands, and the one place where a run ends.

Importing this imports click and nothing heavy; each command's module is imported when it is used.
"""

from __future__ import annotations

import errno
import gc
import importlib
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import click

from mmc_audio import __version__, console, signals
from mmc_audio.errors import ProgramError, Terminated, UserError, nearest

COMMANDS = {
    "export": "Write sessions as files: MP3, WAV, subtitles and more.",
    "play": "Play a session live, with keys.",
    "check": "Tell every fault and warning of program files.",
    "show": "Show a program's plan: sets, tempo, time under tension, length.",
    "serve": "Show a program in the browser while you write it.",
    "new": "Write a commented program that already works.",
    "programs": "List the shipped programs.",
    "exercises": "Search the exercise library.",
    "voices": "List the voices, and why one can't speak here.",
    "sounds": "List the click sets and their sounds.",
    "say": "Audition a cue: speak one phrase and print its length.",
    "log": "Tell what was done: the sessions that were played live.",
    "cache": "Tell, fill or clear the store of phrases and encoded sounds.",
    "doctor": "Tell what works on this machine, and why the rest does not.",
    "schema": "Print the JSON Schema of the program file, for editors.",
}

GC_THRESHOLD = 50_000  # new objects, of which Python makes a search from 700 on

EXIT_USER, EXIT_USAGE, EXIT_BUG = 1, 2, 70  # 70 is EX_SOFTWARE of sysexits.h
EXIT_INTERRUPTED = 128 + signal.SIGINT
EXIT_HUNG_UP = 128 + 1  # as SIGHUP's, which Windows has no name for
EXIT_BROKEN_PIPE = 128 + 13  # as a shell shows a program that SIGPIPE ended


class Commands(click.Group):
    """A group that knows the names and help lines of its commands without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"mmc_audio.commands.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        meant = nearest(args[0], list(COMMANDS))
        if args[0] not in COMMANDS and meant and not args[0].startswith("-"):
            ctx.fail(f"There is no command {args[0]!r}. Did you mean {meant!r}?")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 fine, 1 something you can fix, 2 wrong usage, 70 a bug in mmc, "
    "130 interrupted.",
)
@click.version_option(__version__, prog_name="mmc", message="%(prog)s %(version)s")
def cli() -> None:
    """Tempo and cue player: a program becomes clicks and a voice that never moves the beat.

    PROGRAM is a file, or the name of a shipped program.

    \b
    Examples:
      mmc new bridges.toml
      mmc show bridges.toml
      mmc export bridges.toml
    """


def main() -> NoReturn:
    """The `mmc` command."""
    # Else numpy starts threads that wait in a busy loop for products larger than any of ours.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Frozen data has no cycles, and need not be searched for them often.
    gc.set_threshold(GC_THRESHOLD)
    leave(run(sys.argv[1:]))


def leave(code: int) -> NoReturn:
    """End with a code that is settled: what comes is Python's own end, where a signal of ours would
    be told with a traceback, and one that is not would take the code away."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):  # Windows has no SIGHUP
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    # Python would look for cycles a last time, in all there is.
    gc.freeze()
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """The exit code of one run. What went wrong is said here, in words, and nowhere else."""
    console.make_streams_safe()
    signals.unwind()
    try:
        code: int | None = cli.main(list(arguments), prog_name="mmc", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
        return code or 0
    except click.UsageError as error:
        return _fail(_usage(error), EXIT_USAGE)
    except ProgramError as error:  # each of its lines says "error" itself
        return _fail(str(error), EXIT_USER)
    except UserError as error:
        return _fail(f"error: {error}", EXIT_USER)
    except (click.Abort, KeyboardInterrupt):
        # Where it met code that was made from a text, as dataclasses are, "python -m" remembers it
        # and ends by the signal, whatever code it is told: until the next such text.
        exec("")  # noqa: S102
        return EXIT_INTERRUPTED
    except Terminated as stop:
        return stop.exit_code
    except MemoryError:
        return _fail("error: There is not enough memory for this.", EXIT_USER)
    except OSError as error:
        return _output_failed(error) or _bug(error, arguments)
    except SystemExit:  # click's own way out when its reader has gone
        return _silence(EXIT_BROKEN_PIPE)
    except Exception as error:
        return _bug(error, arguments)


def _fail(message: str, code: int) -> int:
    with suppress(OSError):  # nobody is there to read it
        console.echo(message, err=True)
    return code


def _usage(error: click.UsageError) -> str:
    message = f"error: {error.format_message()}"
    if error.ctx is None:
        return message
    help_ = f"Try '{error.ctx.command_path} --help' for help."
    return f"{error.ctx.get_usage()}\n{help_}\n\n{message}"


def _output_failed(error: OSError) -> int:
    """The exit code where standard output itself is what failed, else 0."""
    if error.errno == errno.EPIPE:
        return _silence(EXIT_BROKEN_PIPE)
    if error.errno == errno.EIO and error.filename is None:  # the terminal has gone
        return _silence(EXIT_HUNG_UP)
    if error.errno == errno.ENOSPC and error.filename is None:
        _silence(0)
        return _fail("error: The output could not be written: no space is left there.", EXIT_USER)
    return 0


def _silence(code: int) -> int:
    """Send what is still unwritten nowhere: Python would try again at exit, and complain."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


def _bug(error: Exception, arguments: Sequence[str]) -> int:
    """Own the fault: what it is, where, and how to report it."""
    import shlex
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    package = str(Path(__file__).parent)
    own = [frame for frame in frames if frame.filename.startswith(package)] or list(frames)
    where = f"{Path(own[-1].filename).name}, line {own[-1].lineno}, in {own[-1].name}"
    again = shlex.join(["mmc", *arguments])
    if os.environ.get("MMC_DEBUG") == "1":
        console.echo("".join(traceback.format_exception(error)), err=True)
    return _fail(
        f"error: This is a bug in mmc {__version__}, and not your fault.\n"
        f"{type(error).__name__}: {error} ({where})\n"
        f"Please report it with what this prints: MMC_DEBUG=1 {again}",
        EXIT_BUG,
    )
