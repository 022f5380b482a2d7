"""Who does the jobs of a batch: processes of this machine, or the workers of a Dask cluster.

The only module that imports distributed, which is an extra.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor, ProcessPoolExecutor
from concurrent.futures import wait as wait_for
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import wait

from mmc_audio.children import end_all
from mmc_audio.errors import UserError, printable, shown
from mmc_audio.offline import VARIABLE, offline
from mmc_audio.signals import undisturbed
from mmc_audio.temporary import settle

ANSWER_S = 10
INSTALL = "pip install 'mmc-audio[dask]'"
EXAMPLE = "tcp://192.0.2.7:8786"


def cores() -> int:
    """How many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows
        return os.cpu_count() or 1


@contextmanager
def processes(workers: int) -> Iterator[Executor]:
    """So many processes of this machine, all gone when the block ends.

    They are started afresh, not forked: the same on every system, and safe beside threads. Where
    the block is left by an exception, such as SIGTERM's, their jobs are stopped as well.
    """
    with _modules_of_no_stranger():
        pool = _pool(workers)
        try:
            yield pool
        except BaseException:
            for worker in multiprocessing.active_children():
                worker.terminate()
            raise
        finally:
            pool.shutdown(cancel_futures=True)


@contextmanager
def _modules_of_no_stranger() -> Iterator[None]:
    """A new worker looks for modules in the working folder first: not while this lasts.

    A pickle.py that came along with a program would be run, otherwise.
    """
    before = os.environ.get("PYTHONSAFEPATH")
    os.environ["PYTHONSAFEPATH"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONSAFEPATH"]
        else:
            os.environ["PYTHONSAFEPATH"] = before


def _pool(workers: int) -> Executor:
    """Python 3.10 knows no PYTHONSAFEPATH: there all workers begin in Python's own folder."""
    here = os.getcwd()
    start = partial(
        ProcessPoolExecutor,
        workers,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin,
        initargs=(here, gc.get_threshold()),
    )
    if sys.version_info >= (3, 11):
        return start()
    os.chdir(os.path.dirname(os.__file__))
    try:
        pool = start()
        with undisturbed():
            wait_for([pool.submit(time.sleep, 0.1) for _ in range(workers)])
    finally:
        os.chdir(here)
    return pool


def _begin(folder: str, thresholds: tuple[int, int, int]) -> None:
    """In this folder a signal ends a worker, which cleans up; and it outlives no parent.

    Python searches it for cycles as rarely as its parent.
    """
    gc.set_threshold(*thresholds)
    os.chdir(folder)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    threading.Thread(target=_follow_the_parent, daemon=True).start()


def _stop(number: int, frame: object) -> None:
    """Clean up and end, here and now.

    An exception would be lost where a library calls Python from C; and where it came while a job is
    taken from the pool's queue, the next worker would find the rest of that job and tell of a bug.
    """
    end_all()
    settle()
    os._exit(1)


def _follow_the_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


@contextmanager
def dask(address: str) -> Iterator[tuple[Executor, int]]:
    """The workers of the cluster whose scheduler has this address, and how many jobs fit at once.

    Raises UserError where the network is forbidden, Dask is missing, the address is none, or
    nobody answers.
    """
    if offline():
        raise UserError(f"{VARIABLE} is set, so no scheduler may be asked.")
    try:
        from distributed import Client, KilledWorker
    except ImportError:
        raise UserError(f"--scheduler needs Dask, which is not installed: {INSTALL}") from None
    if not address.startswith(("tcp://", "tls://")):
        raise UserError(f"{shown(address)} is no address of a scheduler; write {EXAMPLE}.")
    # It tells of each worker that goes, though nothing is lost; what counts is in the outcomes.
    logging.getLogger("distributed.client").setLevel(logging.ERROR)
    try:
        client = Client(address, timeout=ANSWER_S)
    except (OSError, ValueError) as error:
        words = printable(str(error)).split(". ")[0]
        raise UserError(f"The scheduler {shown(address)} does not answer: {words}.") from None
    try:
        with client, client.get_executor(pure=False) as executor:
            yield executor, 2 * max(1, sum(client.ncores().values()))
    except KilledWorker as error:
        raise UserError(f"A session killed each worker that tried it: {error}") from None
    except (CancelledError, OSError) as error:
        said = printable(str(error)) or type(error).__name__
        raise UserError(f"The scheduler {shown(address)} is gone: {said}.") from None
