"""Runs of mmc that begin at once: forked from a process that has imported everything.

with Zygote(folder, environment(folder)) as zygote:
    run = zygote.start("export", "a.toml")
    run.kill(signal.SIGKILL)
    assert run.wait() == -signal.SIGKILL

So a kill hits the work and not the imports, and a hundred runs take seconds. A run is the leader of
a process group of its own, and has the signals of a run in front of a terminal.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, cast

from tests.parts import need

ROOT = Path(__file__).parent.parent


class Zygote:
    """In the folder `cwd`, with these variables; with `faults` its runs can be told to fail."""

    def __init__(self, cwd: Path, variables: Mapping[str, str], *, faults: bool = False) -> None:
        self.cwd, self._variables, self._faults = cwd, variables, faults
        self._under_way = set[int]()
        (cwd / "tmp").mkdir(exist_ok=True)

    def __enter__(self) -> Zygote:
        own = {"TMPDIR": str(self.cwd / "tmp"), "OPENBLAS_NUM_THREADS": "1"}
        if self._faults:
            own["LD_PRELOAD"] = str(built(self.cwd))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.zygote"],
            cwd=ROOT,
            env={**self._variables, **own},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process.stdin and self._process.stdout
        for pid in self._under_way:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def start(
        self,
        *arguments: str,
        at: int = 0,
        error: int = 0,
        variables: Mapping[str, str | None] | None = None,
        environment: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> Running:
        """`mmc ARGUMENTS`, under way. `at` and `error` are those of crash.c.

        `environment` is all the variables it has, `variables` are changes of those there are.
        """
        order = {
            "arguments": arguments,
            "cwd": str(cwd or self.cwd),
            "crash": [at, error],
            "environment": environment and dict(environment),
            "variables": dict(variables or {}),
        }
        pid = self._ask(order)
        self._under_way.add(pid)
        return Running(self, pid, self.cwd / "tmp")

    def run(self, *arguments: str, **options: Any) -> Ended:
        """The same, to its end."""
        return self.start(*arguments, **options).ended()

    def wait(self, pid: int) -> int:
        """The exit code of a run; negative: the signal that ended it."""
        code = self._ask({"wait": pid})
        self._under_way.remove(pid)
        return code

    def _ask(self, order: Mapping[str, object]) -> int:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


@dataclass(frozen=True)
class Ended:
    """How a run ended, what it said, and how many calls of its own process changed a file."""

    code: int
    out: str
    err: str
    calls: int


@dataclass(frozen=True)
class Running:
    """A run, by its process."""

    zygote: Zygote
    pid: int
    _folder: Path

    def kill(self, sign: signal.Signals) -> None:
        """Send a signal to the whole group; to one that has ended already it does nothing."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, sign)

    def ended(self, errors: str = "replace") -> Ended:
        """Wait for its end; `errors` is what becomes of words that are no UTF-8."""
        code = self.zygote.wait(self.pid)
        texts = []
        for name in ("out", "err", "calls"):
            path = self._folder / f".{name}-{self.pid}"
            texts.append(path.read_text("utf-8", errors) if path.exists() else "")
            path.unlink(missing_ok=True)
        return Ended(code, texts[0], texts[1], int(texts[2] or 0))


def built(folder: Path) -> Path:
    """The shared library of crash.c."""
    need("gcc")
    library = folder / "tmp" / ".crash.so"
    source = ROOT / "tests" / "crash.c"
    command = ["gcc", "-shared", "-fPIC", "-O1", "-o", str(library), str(source), "-ldl"]
    subprocess.run(command, check=True)
    return library


# ---- the process that forks ----------------------------------------------------------------------


def main() -> None:
    """Fork a run for each line that orders one; what is written back is a pid or an exit code."""
    import importlib

    from mmc_audio import cli, console, exporting
    from mmc_audio.outputs import SUFFIXES, lame, mp3runs, tags

    for name in cli.COMMANDS:
        importlib.import_module(f"mmc_audio.commands.{name}")
    for entry in SUFFIXES.values():
        importlib.import_module(f"mmc_audio.outputs.{entry.module}")
    assert all((console, exporting, lame, mp3runs, tags))
    for line in sys.stdin:
        order = json.loads(line)
        if "wait" in order:
            code = os.waitstatus_to_exitcode(os.waitpid(order["wait"], 0)[1])
            print(code, flush=True)
            continue
        pid = os.fork()
        if pid == 0:
            become(order)
            cli.leave(measured(order))
        with contextlib.suppress(OSError):
            os.setpgid(pid, pid)
        print(pid, flush=True)


def become(order: Mapping[str, Any]) -> None:
    """A process of its own, as a shell would start it."""
    os.setpgid(0, 0)
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: it does not outlive us
    folder, pid = os.environ["TMPDIR"], os.getpid()
    for descriptor, name in ((1, "out"), (2, "err")):
        os.dup2(
            os.open(f"{folder}/.{name}-{pid}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), descriptor
        )
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.chdir(order["cwd"])
    if order["environment"] is not None:
        os.environ.clear()
        os.environ.update(order["environment"])
    for name, value in order["variables"].items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    # A background runner may ignore these, and children inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def measured(order: Mapping[str, Any]) -> int:
    """Run the command with the faults that are ordered; its exit code."""
    from mmc_audio.cli import run

    if "LD_PRELOAD" not in os.environ:
        return run(order["arguments"])
    library = cast(Any, ctypes.CDLL(None))
    at, error = order["crash"]
    os.environ |= {"CRASH_AT": str(at), "CRASH_ERROR": str(error)} if at else {}
    library.crash_at(ctypes.c_long(at), ctypes.c_int(error))
    code = run(order["arguments"])
    calls = library.crash_count()
    library.crash_at(ctypes.c_long(0), ctypes.c_int(0))
    Path(os.environ["TMPDIR"], f".calls-{os.getpid()}").write_text(str(calls))
    return code


if __name__ == "__main__":
    main()
