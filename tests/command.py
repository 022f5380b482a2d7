"""Runs the real command in a process of its own."""

from __future__ import annotations

import atexit
import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tests.parts import need
from tests.zygote import Zygote

MMC = (sys.executable, "-m", "mmc_audio")
ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Run:
    """What a run printed and how it ended."""

    code: int
    out: str
    err: str = ""


def environment(folder: Path, **more: str) -> dict[str, str]:
    """The machine's environment, all that is kept inside `folder`, nothing that colours."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("MMC_")}
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES"):
        plain.pop(name, None)
    # Where a client of PulseAudio finds none, it makes one among the temporary files.
    plain.setdefault("PULSE_RUNTIME_PATH", str(folder))
    kept = {"MMC_CACHE": str(folder / "cache"), "MMC_DATA": str(folder / "data")}
    return {**plain, "PYTHONPATH": str(ROOT), **kept, **more}


def mmc(*arguments: str, cwd: Path, prefix: Sequence[str] = (), **more: str) -> Run:
    """`mmc ARGUMENTS` in the folder `cwd`, its output in files; `more` sets variables of it.

    `prefix` is what starts it, such as `bound_by_modes()`. With one, or with variables that are not
    ours, Python starts anew, as for a user; else the run is a fork of a process that has imported
    the command already: starting was a fifth of all that the tests took.
    """
    variables = environment(cwd, **more)
    if prefix or not all(name.startswith("MMC_") for name in more) or not hasattr(os, "fork"):
        return _started([*prefix, *MMC, *arguments], cwd, variables)
    run = _at_hand().start(*arguments, cwd=cwd, environment=variables).ended(errors="strict")
    return Run(run.code, run.out, run.err)


def _started(command: Sequence[str], cwd: Path, variables: Mapping[str, str]) -> Run:
    run = subprocess.run(
        command,
        cwd=cwd,
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    return Run(run.returncode, run.stdout, run.stderr)


@lru_cache(maxsize=1)
def _at_hand() -> Zygote:
    """The process that runs are forked from, as long as this one lives."""
    stack = contextlib.ExitStack()
    atexit.register(stack.close)
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    return stack.enter_context(Zygote(folder, environment(folder)))


def bound_by_modes() -> tuple[str, ...]:
    """What to put before a command for whom the modes of files count, even where root runs it."""
    if os.geteuid() != 0:
        return ()
    need("setpriv")
    return ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
