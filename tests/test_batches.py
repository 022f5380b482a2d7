"""Many sessions at once: each is exported once, whoever does it and whatever dies meanwhile."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from mmc_audio import batch, executors
from mmc_audio.errors import UserError
from mmc_audio.exporting import Job, attempt
from tests.command import Run, mmc
from tests.parts import need

PROGRAM = """
title = "{name}"
voice.engine = "none"
[[exercise]]
name = "Curl"
start = "concentric"
reps = {reps}
tempo = "2-0-1-0"
"""
COUNT = 8


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(1, COUNT + 1):
        text = PROGRAM.format(name=f"Client {number}", reps=number)
        (tmp_path / f"c{number}.toml").write_text(text)
    return tmp_path


def names(folder: Path) -> list[str]:
    return [f"c{number}.toml" for number in range(1, COUNT + 1)]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_any_number_of_processes_makes_the_same_files_and_tells_the_same(folder: Path) -> None:
    (folder / "c3.toml").write_text("title = 3\n")
    runs, files = [], []
    for jobs in ("1", "2"):
        run = mmc("export", *names(folder), "-o", "out", "--jobs", jobs, cwd=folder)
        runs.append(run)
        files.append(contents(folder / "out"))
        for path in (folder / "out").iterdir():
            path.unlink()
    assert runs[0] == runs[1]
    assert files[0] == files[1]
    assert list(files[0]) == [f"c{n}.mp3" for n in range(1, COUNT + 1) if n != 3]
    assert runs[0].code == 1
    told = [line.split(":")[0] for line in runs[0].out.splitlines()[::2]]
    assert told == [f"out/c{n}.mp3" for n in range(1, COUNT + 1) if n != 3]
    assert runs[0].err.splitlines()[0].startswith("c3.toml:1:1: error: exercise is missing;")
    assert runs[0].err.splitlines()[-1] == "1 of 8 sessions could not be exported."


def test_any_executor_does(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MMC_CACHE", str(folder / "cache"))
    jobs = [Job(str(folder / name), str(folder / f"{name}.mp3")) for name in names(folder)]
    with ThreadPoolExecutor(2) as executor:
        outcomes = list(batch.each(jobs, attempt, executor, at_once=3))
    assert {outcome.job for outcome in outcomes} == set(jobs)
    assert [outcome.fault for outcome in outcomes] == [""] * COUNT
    assert all(Path(job.target).exists() for job in jobs)


def test_few_jobs_are_handed_over_at_a_time() -> None:
    taken = 0

    def jobs() -> Iterator[int]:
        nonlocal taken
        for number in range(1, 1_001):
            taken = number
            yield number

    with ThreadPoolExecutor(2) as executor:
        results = batch.each(jobs(), str, executor, at_once=5)
        assert next(results) in ("1", "2", "3", "4", "5")
        assert taken == 5
        assert len(list(results)) == 999


def killed_at(folder: str, deadly: int, times: int, job: int) -> int:
    """Ends its own process, as running out of memory does, so many times."""
    with open(Path(folder, str(job)), "a") as file:
        file.write("x")
    if job == deadly and Path(folder, str(job)).stat().st_size <= times:
        os.kill(os.getpid(), signal.SIGKILL)
    return job


@pytest.mark.parametrize(("times", "last"), [(1, 7), (99, -7)])
def test_a_dying_process_loses_no_job_and_takes_none_along(
    tmp_path: Path, times: int, last: int
) -> None:
    work = partial(killed_at, str(tmp_path), 7, times)
    results = list(
        batch.in_pools(range(20), work, executors.processes, workers=2, broken=lambda job: -job)
    )
    assert sorted(results) == sorted([*(n for n in range(20) if n != 7), last])


def test_workers_look_for_cycles_as_rarely_as_their_parent() -> None:
    before = gc.get_threshold()
    gc.set_threshold(12_345, 6, 7)
    try:
        with executors.processes(1) as executor:
            assert executor.submit(gc.get_threshold).result() == (12_345, 6, 7)
    finally:
        gc.set_threshold(*before)


def running(folder: Path, *options: str) -> subprocess.Popen[str]:
    """A long batch that has written its first file; the leader of a group of processes."""
    for number in range(40):
        (folder / f"long{number}.toml").write_text(PROGRAM.format(name=number, reps=900))
    programs = [f"long{number}.toml" for number in range(40)]
    child = subprocess.Popen(
        [sys.executable, "-m", "mmc_audio", "export", *programs, "-o", "out", *options],
        cwd=folder,
        env={**os.environ, "MMC_CACHE": str(folder / "cache")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # A background runner ignores Ctrl-C, and children would inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    while not list(folder.glob("out/*.mp3")):
        assert child.poll() is None
        time.sleep(0.02)
    return child


def members(group: int) -> list[int]:
    found = subprocess.run(["ps", "-eo", "pid,pgid"], capture_output=True, text=True, check=True)
    pairs = [line.split() for line in found.stdout.splitlines()[1:]]
    return [int(pid) for pid, pgid in pairs if int(pgid) == group]


def gone(group: int) -> bool:
    """Whether all processes of the group end within some seconds."""
    for _ in range(100):
        if not members(group):
            return True
        time.sleep(0.1)
    return False


def test_ctrl_c_ends_all_processes_and_leaves_no_part_of_a_file(folder: Path) -> None:
    need("ps")
    child = running(folder, "--jobs", "2")
    assert len(members(child.pid)) >= 3
    os.killpg(child.pid, signal.SIGINT)
    _, err = child.communicate(timeout=30)
    assert (child.returncode, err) == (130, "\n")
    assert gone(child.pid)
    assert {path.suffix for path in (folder / "out").iterdir()} == {".mp3"}
    assert len(list((folder / "out").iterdir())) < 40


def test_workers_do_not_outlive_a_killed_parent(folder: Path) -> None:
    need("ps")
    child = running(folder, "--jobs", "2")
    child.kill()
    child.communicate()
    assert gone(child.pid)


def test_vbr_is_for_mp3(folder: Path) -> None:
    run = mmc("export", "c1.toml", "-o", "a.wav", "--vbr", cwd=folder)
    assert run == Run(1, "", 'error: --vbr is for MP3, and "a.wav" is none.\n')
    sizes = []
    for options in ((), ("--vbr",)):
        assert mmc("export", "c8.toml", "-o", "a.mp3", *options, cwd=folder).code == 0
        sizes.append((folder / "a.mp3").stat().st_size)
    assert sizes[1] < 0.8 * sizes[0]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("here", '"here" is no address of a scheduler; write tcp://192.0.2.7:8786.'),
        ("http://127.0.0.1:1", '"http://127.0.0.1:1" is no address of a scheduler'),
        ("tcp://127.0.0.1:1", 'The scheduler "tcp://127.0.0.1:1" does not answer: Timed out'),
        ("tcp://", 'The scheduler "tcp://" does not answer: '),
    ],
)
def test_a_scheduler_that_is_none_is_told(
    address: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    need("module:distributed")
    monkeypatch.setattr(executors, "ANSWER_S", 1)
    with pytest.raises(UserError) as caught, executors.dask(address):
        pass
    assert str(caught.value).startswith(words)


def test_without_dask_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UserError) as caught, executors.dask("tcp://127.0.0.1:1"):
        pass
    advice = "--scheduler needs Dask, which is not installed: pip install 'mmc-audio[dask]'"
    assert str(caught.value) == advice
