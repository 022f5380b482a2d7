"""Runs the real command in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.parts import need

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
    kept = {"MMC_CACHE": str(folder / "cache"), "MMC_DATA": str(folder / "data")}
    return {**plain, "PYTHONPATH": str(ROOT), **kept, **more}


def mmc(*arguments: str, cwd: Path, prefix: Sequence[str] = (), **more: str) -> Run:
    """`mmc ARGUMENTS` in the folder `cwd`, its output in pipes; `more` sets variables of it.

    `prefix` is what starts it, such as `bound_by_modes()`.
    """
    run = subprocess.run(
        [*prefix, *MMC, *arguments],
        cwd=cwd,
        env=environment(cwd, **more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    return Run(run.returncode, run.stdout, run.stderr)


def bound_by_modes() -> tuple[str, ...]:
    """What to put before a command for whom the modes of files count, even where root runs it."""
    if os.geteuid() != 0:
        return ()
    need("setpriv")
    return ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
