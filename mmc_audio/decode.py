"""Sound bytes of a stranger -> samples, decoded in a child process that has limits."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np

from mmc_audio.clips import Samples
from mmc_audio.errors import UserError, printable

TIMEOUT_S = 20

# -I leaves out the working folder and every PYTHON* variable, so the package's own folder is
# named; it comes last, so that nothing in it can stand in for the standard library.
_BOOT = (
    "import sys; sys.path.append(sys.argv[2]);"
    "from mmc_audio.decode_child import main; main(float(sys.argv[1]))"
)
_KEPT = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


def decode(data: bytes, *, what: str, max_seconds: float) -> tuple[Samples, int]:
    """Mono samples within ±1 and their rate in Hz. `what` begins the sentence if it fails."""
    try:
        child = subprocess.run(
            _command(max_seconds),
            input=data,
            capture_output=True,
            env=_environment(),
            timeout=TIMEOUT_S,
        )
    except subprocess.TimeoutExpired:
        raise UserError(f"{what} was not decoded within {TIMEOUT_S} s.") from None
    head, _, body = child.stdout.partition(b"\n")
    verdict, _, detail = head.decode(errors="replace").partition(" ")
    if child.returncode != 0 or verdict not in ("ok", "no"):
        raise UserError(f"{what} can't be decoded: {_last_words(child)}.")
    if verdict == "no":
        raise UserError(f"{what} {printable(detail)}.")
    return np.frombuffer(body, dtype=np.float32), int(detail)


def _command(max_seconds: float) -> list[str]:
    package_parent = str(Path(__file__).resolve().parent.parent)
    return [sys.executable, "-I", "-B", "-c", _BOOT, str(max_seconds), package_parent]


def _environment() -> dict[str, str]:
    """As little as the child can do with; one thread, for each takes address space."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def _last_words(child: subprocess.CompletedProcess[bytes]) -> str:
    """Why the decoder stopped: the signal that ended it, or the last line it wrote."""
    if child.returncode < 0:
        return f"the decoder was stopped by {signal.Signals(-child.returncode).name}"
    lines = child.stderr.decode(errors="replace").split("\n")
    spoken = [line.strip() for line in lines if line.strip()]
    return printable(spoken[-1]) if spoken else f"the decoder ended with code {child.returncode}"
