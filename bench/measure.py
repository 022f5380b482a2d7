"""Whole processes, measured: CPU seconds of a command and its children, and peak memory."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

LONG_S, VERY_LONG_S = 20, 60  # commands that take so long are run three times, or once


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
    start = time.perf_counter()
    child = subprocess.Popen(
        contender.command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, list(contender.command))
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1_000, wall)


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
