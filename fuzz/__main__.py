"""Fuzz the targets, each in a process of its own, and tell what was tried and what broke.

    python -m fuzz [--seconds 300] [--kept FOLDER] [TARGET ...]

The seconds are those of all targets together. Exit code 1: something broke; the input that did it
is named, to be put into tests/data/fuzzed/TARGET/.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from fuzz.targets import TARGETS, found

LEAST_S = 3


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a target: how often it ran, what broke it and how."""

    name: str
    runs: int
    cpu_s: float
    inputs: int
    findings: tuple[Path, ...]
    said: str


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--kept", type=Path, default=Path(tempfile.mkdtemp(prefix="mmc-fuzz-")))
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    asked = parser.parse_args()
    if unknown := set(asked.targets) - TARGETS.keys():
        parser.error(f"no target {unknown.pop()}; there are {', '.join(TARGETS)}")
    names = asked.targets or list(TARGETS)
    shares = sum(TARGETS[name].share for name in names)
    print(f"{'target':<10} {'runs':>9} {'CPU':>7} {'inputs':>6} {'found':>5}", flush=True)
    broken = False
    for name in names:
        seconds = max(LEAST_S, asked.seconds * TARGETS[name].share // shares)
        result = fuzzed(name, asked.kept, seconds)
        broken |= bool(result.findings)
        show(result)
    print(f"The inputs are in {asked.kept}.")
    return int(broken)


def fuzzed(name: str, kept: Path, seconds: int) -> Result:
    """Fuzz one target for a while."""
    folder = kept / name
    folder.mkdir(parents=True, exist_ok=True)
    target = TARGETS[name]
    for seed in (*target.seeds(), *(path.read_bytes() for path in found(name))):
        if len(seed) <= target.most:
            (folder / hashlib.sha1(seed).hexdigest()).write_bytes(seed)
    before = used()
    old = set(kept.glob(f"{name}.found-*"))
    done = subprocess.run(
        [sys.executable, "-m", "fuzz.engine", name, str(folder), str(seconds)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        errors="replace",
    )
    findings = tuple(sorted(set(kept.glob(f"{name}.found-*")) - old))
    if done.returncode and not findings:
        raise SystemExit(f"{name} could not be fuzzed:\n{done.stdout[-4_000:]}")
    runs = re.findall(r"stat::number_of_executed_units: (\d+)", done.stdout)
    inputs = len(list(folder.iterdir()))
    return Result(name, int((runs or [0])[-1]), used() - before, inputs, findings, done.stdout)


def used() -> float:
    """The processor's time of all that was run, in seconds."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def show(result: Result) -> None:
    """A row, and what broke."""
    row = f"{result.name:<10} {result.runs:>9,} {result.cpu_s:>6.0f}s {result.inputs:>6}"
    print(f"{row} {len(result.findings):>5}", flush=True)
    for path in result.findings:
        print(f"  {path}")
    if result.findings:
        lines = result.said.split("\n")
        start = next(
            (i for i, line in enumerate(lines) if "Uncaught Python" in line),
            max(0, len(lines) - 40),
        )
        print("\n".join(f"    {line}" for line in lines[start : start + 40]), flush=True)


if __name__ == "__main__":
    sys.exit(main())
