"""A batch on a real Dask cluster: two worker processes, one of which is killed in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import MMC, environment, mmc
from tests.parts import need
from tests.test_batches import PROGRAM, contents

COUNT = 24
CLUSTER = """
import os, sys
from distributed import LocalCluster
if __name__ == "__main__":
    cluster = LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    )
    pids = [worker.pid for worker in cluster.workers.values()]
    print(cluster.scheduler_address, *pids, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(COUNT):
        text = PROGRAM.format(name=f"Client {number}", reps=40 + number)
        (tmp_path / f"c{number}.toml").write_text(text)
    return tmp_path


@pytest.fixture
def cluster(folder: Path) -> Iterator[tuple[str, list[int]]]:
    """The address of a scheduler, and its two worker processes."""
    need("module:distributed")
    script = folder / "cluster.py"
    script.write_text(CLUSTER)
    child = subprocess.Popen(
        [sys.executable, str(script)],
        cwd=folder,
        env=environment(folder),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    assert child.stdout is not None
    address, *pids = child.stdout.readline().split()
    yield address, [int(pid) for pid in pids]
    os.killpg(child.pid, signal.SIGKILL)  # closing a cluster that lost a worker takes half a minute
    child.communicate()


def test_a_killed_worker_loses_nothing_and_nothing_comes_twice(
    folder: Path, cluster: tuple[str, list[int]]
) -> None:
    address, workers = cluster
    programs = [f"c{number}.toml" for number in range(COUNT)]
    alone = mmc("export", *programs, "-o", "alone", "--jobs", "1", cwd=folder)
    child = subprocess.Popen(
        [*MMC, "export", *programs, "-o", "out", "--scheduler", address],
        cwd=folder,
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while len(list(folder.glob("out/*.mp3"))) < 4:
        assert child.poll() is None
        time.sleep(0.005)
    os.kill(workers[0], signal.SIGKILL)
    assert len(list(folder.glob("out/*.mp3"))) < COUNT  # it was in the middle
    out, err = child.communicate(timeout=60)
    assert (child.returncode, err) == (0, "")
    assert out.replace(f"{folder}/out/", "alone/") == alone.out
    made = contents(folder / "out")
    assert {name: data for name, data in made.items() if name.endswith(".mp3")} == contents(
        folder / "alone"
    )


def test_a_fault_names_the_worker(folder: Path, cluster: tuple[str, list[int]]) -> None:
    import platform

    (folder / "c1.toml").write_text("format = 1\n")
    run = mmc("export", "c0.toml", "c1.toml", "-o", "out", "--scheduler", cluster[0], cwd=folder)
    assert run.code == 1
    assert run.out.startswith(f"{folder}/out/c0.mp3: ")
    assert run.err.startswith(f"{folder}/c1.toml:")
    assert run.err.endswith(
        f"\n  (on the worker {platform.node()})\n1 of 2 sessions could not be exported.\n"
    )
