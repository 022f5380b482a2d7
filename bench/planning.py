"""CPU seconds from a program's text to its timeline and its score: `python -m bench.planning`."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from bench import workload
from mmc_audio.arrange import arrange
from mmc_audio.cache import Cache
from mmc_audio.folders import cache_folder
from mmc_audio.load import load_bytes
from mmc_audio.phrasebook import speak_all
from mmc_audio.plan import plan
from mmc_audio.session import Options

RUNS = 5
REPS = 10_000


def stages(text: str) -> dict[str, float]:
    """CPU seconds of each stage; the phrases are spoken before."""
    program = load_bytes(text.encode(), name="p.toml", folder="")
    phrases = plan(program, Options()).phrases()
    book = speak_all(phrases, program.voice, cache=Cache(cache_folder()))
    seconds: dict[str, list[float]] = {"load": [], "plan": [], "arrange": []}
    for _ in range(RUNS):
        marks = [time.process_time()]
        loaded = load_bytes(text.encode(), name="p.toml", folder="")
        marks.append(time.process_time())
        session = plan(loaded, Options())
        marks.append(time.process_time())
        arrange(session, book.lengths)
        marks.append(time.process_time())
        for name, start, end in zip(seconds, marks, marks[1:], strict=False):
            seconds[name].append(end - start)
    return {name: statistics.median(some) for name, some in seconds.items()}


def rows() -> Iterator[tuple[str, dict[str, float]]]:
    """Each workload with its stages."""
    for minutes in (45, 300):
        yield f"{minutes} minutes", stages(workload.program(minutes))
    yield f"{REPS} reps", stages(workload.many_reps(REPS))


def main() -> None:
    """Print a line for each workload."""
    os.environ.setdefault("MMC_CACHE", str(Path("bench") / ".cache"))
    for name, seconds in rows():
        parts = ", ".join(f"{stage} {cpu:.2f}" for stage, cpu in seconds.items())
        print(f"{name}: {parts}; {sum(seconds.values()):.2f} s in all")


if __name__ == "__main__":
    main()
