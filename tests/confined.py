"""Runs the command line on a stranger's files, inside limits that a harmless run never meets.

One process imports everything once; each run is a fork of it, which may use MEMORY more than it
has and CPU_S seconds. A run that wants more dies of it, so no test has to watch a clock.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.command import ROOT, Run, environment

MEMORY = 300 << 20
CPU_S = 4  # twice what is promised: others use the processors, too


@dataclass(frozen=True, slots=True)
class Confined:
    """The process that forks, and the folder its runs begin in."""

    process: subprocess.Popen[str]
    folder: Path

    def run(self, *arguments: str, memory: int = MEMORY, cpu_s: int = CPU_S) -> Run:
        """`mmc ARGUMENTS`; the code is negative, minus a signal, where a limit was met."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        order = {"arguments": arguments, "memory": memory, "cpu_s": cpu_s}
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return Run(**json.loads(self.process.stdout.readline()))


@contextmanager
def confined(folder: Path, **more: str) -> Iterator[Confined]:
    """A process for runs in this folder; `more` sets variables of it."""
    command = [sys.executable, "-m", "tests.confined"]
    env = environment(folder, OPENBLAS_NUM_THREADS="1", **more)
    with subprocess.Popen(
        command, cwd=folder, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        yield Confined(process, folder)
        assert process.stdin is not None
        process.stdin.close()


def _serve() -> None:
    _import_all()
    for line in sys.stdin:
        order = json.loads(line)
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            child = os.fork()
            if child == 0:
                _become(order, out.fileno(), err.fileno())
            _, status = os.waitpid(child, 0)
            texts = [_text(stream.fileno()) for stream in (out, err)]
        code = os.waitstatus_to_exitcode(status)
        print(json.dumps({"code": code, "out": texts[0], "err": texts[1]}), flush=True)


def _text(descriptor: int) -> str:
    os.lseek(descriptor, 0, os.SEEK_SET)
    with os.fdopen(os.dup(descriptor), "rb") as file:
        return file.read().decode("utf-8", "surrogateescape")


def _become(order: dict[str, object], out: int, err: int) -> None:
    """Run the command in this process, a fork, and end it."""
    from mmc_audio import cli

    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(out, 1)
    os.dup2(err, 2)
    most = _address_space() + int(str(order["memory"]))
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    spent = int(sum(os.times()[:2])) + 1
    seconds = spent + int(str(order["cpu_s"]))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    code = 1
    try:
        code = cli.run([str(word) for word in order["arguments"]])  # type: ignore[attr-defined]
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def _address_space() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()


def _import_all() -> None:
    """What the commands import when they are used, so that a run's limits are its own."""
    import importlib

    names = ("check", "show", "export", "new", "cache", "play")
    for name in names:
        importlib.import_module(f"mmc_audio.commands.{name}")
    for name in ("exporting", "studio", "roster", "outputs.mp3", "outputs.table", "sounds"):
        importlib.import_module(f"mmc_audio.{name}")


if __name__ == "__main__":
    sys.path.append(str(ROOT))
    _serve()
