"""Whole processes, measured: CPU seconds of a command and its children, and peak memory.

Each is started by a Python that holds next to nothing: on Linux a process inherits the peak memory
of the one that started it, so a large one would hide how little a small command needs.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

STARTER = """
import json, os, sys, time
null = os.open(os.devnull, os.O_RDWR)
quiet = [(os.POSIX_SPAWN_DUP2, null, place) for place in (0, 1, 2)]
start = time.perf_counter()
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=quiet)
_, status, usage = os.wait4(child, 0)
wall = time.perf_counter() - start
code = os.waitstatus_to_exitcode(status)
print(json.dumps([code, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1_000, wall]))
"""
LONG_S, VERY_LONG_S = 20, 120  # commands that take so long are run three times, or once


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one run: CPU seconds, user and system; peak memory in MB; seconds on the clock."""

    cpu: float
    memory: float
    wall: float


@dataclass(frozen=True, slots=True)
class Contender:
    """A command that takes part; `before` prepares each run, and is not measured."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] | None = None
    before: Callable[[], None] = lambda: None


def once(contender: Contender) -> Cost:
    """One run; CalledProcessError where it fails."""
    contender.before()
    environment = {**os.environ, **(contender.environment or {})}
    said = subprocess.run(
        [sys.executable, "-I", "-S", "-c", STARTER, *contender.command],
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
    ).stdout
    code, cpu, memory, wall = json.loads(said)
    if code:
        raise subprocess.CalledProcessError(code, list(contender.command))
    return Cost(cpu, memory, wall)


def in_turn(contenders: Sequence[Contender], runs: int) -> dict[str, Cost]:
    """The medians of runs in alternation, by name; the slow are run less often."""
    costs: dict[str, list[Cost]] = {contender.name: [] for contender in contenders}
    for number in range(runs):
        for contender in contenders:
            first = costs[contender.name][:1]
            if first and number >= _enough(first[0].wall, runs):
                continue
            costs[contender.name].append(once(contender))
    return {name: _median(some) for name, some in costs.items()}


def _enough(wall: float, runs: int) -> int:
    return 1 if wall > VERY_LONG_S else min(3, runs) if wall > LONG_S else runs


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(
        statistics.median(cost.cpu for cost in costs),
        statistics.median(cost.memory for cost in costs),
        statistics.median(cost.wall for cost in costs),
    )
