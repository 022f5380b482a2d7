"""Many jobs through an executor: each is done, and told of, once.

Any executor of Python's `concurrent.futures` will do: a pool of processes here, or workers on other
machines. Only a few jobs at a time are handed over, so that a batch may be as long as it likes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import AbstractContextManager
from itertools import islice
from queue import SimpleQueue
from typing import TypeVar, cast

from mmc_audio.signals import undisturbed

J = TypeVar("J")
R = TypeVar("R")


class Lost(Exception):
    """An executor broke down; `jobs` are those of which nobody knows what became."""

    def __init__(self, jobs: Sequence[object]) -> None:
        super().__init__(f"{len(jobs)} jobs were lost")
        self.jobs = jobs


def each(
    jobs: Iterable[J], work: Callable[[J], R], executor: Executor, *, at_once: int
) -> Iterator[R]:
    """What `work` makes of each job, as it is done; `at_once` of them are handed over at a time.

    Raises Lost where the executor breaks down; what was ready has been given by then, and what was
    not handed over is still in the iterator.
    """
    waiting, running = iter(jobs), dict[Future[R], J]()
    done: SimpleQueue[Future[R]] = SimpleQueue()
    lost: list[J] = []
    try:
        while True:
            for job in islice(waiting, 0 if lost else at_once - len(running)):
                try:
                    with undisturbed():
                        future = executor.submit(work, job)
                        running[future] = job
                        future.add_done_callback(done.put)
                except BrokenExecutor:
                    lost.append(job)
            if not running:
                break
            # Not concurrent.futures.wait(), which takes the locks of all futures: a signal that
            # broke it off would leave them locked.
            future = done.get()
            job = running.pop(future)
            try:
                with undisturbed():
                    result = future.result()
            except BrokenExecutor:
                lost.append(job)
            else:
                yield result
    finally:
        with undisturbed():
            for future in running:
                future.cancel()
    if lost:
        raise Lost(lost)


def in_pools(
    jobs: Iterable[J],
    work: Callable[[J], R],
    pool: Callable[[int], AbstractContextManager[Executor]],
    *,
    workers: int,
    broken: Callable[[J], R],
) -> Iterator[R]:
    """The same in pools of our own: where one breaks down, another goes on.

    Jobs lost with a pool are done again, each in a pool by itself, so that the one to blame is
    known: `broken` says what is told of it.
    """
    waiting = iter(jobs)
    finished = False
    while not finished:
        suspects: Sequence[object] = ()
        with pool(workers) as executor:
            try:
                yield from each(waiting, work, executor, at_once=2 * workers)
                finished = True
            except Lost as lost:
                suspects = lost.jobs
        for job in cast("Sequence[J]", suspects):
            with pool(1) as executor:
                try:
                    yield from each([job], work, executor, at_once=1)
                except Lost:
                    yield broken(job)
