"""How much faster a batch is with two processes, and with two workers of a Dask cluster."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import workload
from bench.exports import MMC
from bench.measure import Contender, Cost, in_turn

CLUSTER = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""


def throughput(folder: Path, rows: int, runs: int) -> dict[str, Cost]:
    """The cost of so many rows by one process, by two, and by a cluster."""
    folder.mkdir(parents=True)
    (folder / "plan.toml").write_text(workload.program(workload.MINUTES), encoding="utf-8")
    with open(folder / "clients.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("client", "reps"))
        writer.writerows((f"Client {number}", 6 + number % 7) for number in range(rows))
    environment = {"MMC_CACHE": str(folder / "cache")}
    command = [*MMC, "export", str(folder / "plan.toml"), "--roster", str(folder / "clients.csv")]
    out = folder / "out"

    def fresh() -> None:
        shutil.rmtree(out, ignore_errors=True)

    def contender(name: str, *options: str) -> Contender:
        return Contender(name, [*command, "-o", str(out), *options], environment, fresh)

    with _cluster(folder) as address:
        contenders = [
            contender("1 process", "--jobs", "1"),
            contender("2 processes", "--jobs", "2"),
            contender("Dask, 2 workers", "--scheduler", address),
        ]
        in_turn(contenders[:1], 1)  # every phrase is spoken, every sound encoded
        return in_turn(contenders, runs)


@contextmanager
def _cluster(folder: Path) -> Iterator[str]:
    script = folder / "cluster.py"
    script.write_text(CLUSTER, encoding="utf-8")
    environment = {**os.environ, "MMC_CACHE": str(folder / "cache")}
    child = subprocess.Popen(
        [sys.executable, str(script)],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert child.stdout is not None
    try:
        yield child.stdout.readline().strip()
    finally:
        child.communicate("")
