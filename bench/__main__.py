"""`make bench`: what exports cost beside their peers; prints it and writes bench/RESULTS.md.

    python -m bench [--quick] [--no-write] [--minutes 5 45] [--runs 3]
    python -m bench --keep FOLDER --part batches     a part; later runs with FOLDER use it again

Whole processes, measured in alternation within one run: CPU seconds of the process and its
children, peak memory, medians. The ratios are what to look at: seconds differ from machine to
machine. `--quick` leaves out what takes minutes, and writes nothing.
"""

from __future__ import annotations

import argparse
import datetime
import importlib.metadata
import os
import pickle
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import batches, exports, planning, start
from bench.criteria import Seen, criteria, holds
from bench.exports import Row

RESULTS = Path(__file__).parent / "RESULTS.md"
PACKAGES = ("numpy", "lameenc", "pydub", "click", "distributed")
PROGRAMS = {
    "lame": ("--version", "lame"),
    "klick": ("-h", "klick"),
    "ffmpeg": ("-version", "ffmpeg"),
}


@dataclass(frozen=True)
class Plan:
    """How much is measured, and in which folder."""

    quick: bool
    lengths: Sequence[int]
    runs: int
    folder: Path


def report(plan: Plan, kept: Path | None) -> Iterator[str]:
    """The lines of the report, as they are known; `kept` has the parts measured before."""
    yield from _about()
    yield f"- medians of {plan.runs} runs in alternation; one run of what takes over two minutes"
    seen = Seen()
    for name in PARTS:
        yield from measured(name, plan, seen, kept)
    yield from _head("What exports are held to", "")
    yield "| | limit | seen | |\n|---|---|---|---|"
    for criterion in criteria(seen):
        what, kind, limit, figure = criterion
        shown = "" if figure is None else f"{figure:.3g}"
        yield f"| {what} | {kind} {limit:g} | {shown} | {holds(criterion)} |"


def measured(name: str, plan: Plan, seen: Seen, kept: Path | None) -> list[str]:
    """The lines of a part, measured now or kept from an earlier run."""
    file = kept / f"{name}.pickle" if kept else None
    if file and file.exists():
        lines, part = pickle.loads(file.read_bytes())
    else:
        part = Seen()
        lines = list(PARTS[name](plan, part))
        if file:
            file.write_bytes(pickle.dumps((lines, part)))
    seen.merge(part)
    return list(lines)


def _batches(plan: Plan, seen: Seen) -> Iterator[str]:
    """First of all: seconds on the clock need a machine that does nothing else."""
    count = 40 if plan.quick else 200
    text = f"{count} rows of a roster, all encoded before; seconds on the clock."
    yield from _head("Batches", text)
    yield "| who | seconds | rows a second | times 1 process |\n|---|---|---|---|"
    costs = batches.throughput(plan.folder / "batches", count, plan.runs)
    alone = costs["1 process"].wall
    seen.batch = alone / costs["2 processes"].wall
    for name, cost in costs.items():
        yield f"| {name} | {cost.wall:.1f} | {count / cost.wall:.0f} | {alone / cost.wall:.2f} |"


def _lame(plan: Plan, seen: Seen) -> Iterator[str]:
    yield from _head("Beside LAME alone", _LAME)
    rows = list(exports.against_lame(plan.folder / "lame", plan.lengths, plan.runs))
    yield from _table(seen.add("lame", rows), PEERS)


def _growth(plan: Plan, seen: Seen) -> Iterator[str]:
    text = "Each length in turn, since a machine is not as fast all the time."
    yield from _head("What length costs", text)
    lengths = sorted(plan.lengths)[-2:]
    rows = list(exports.growth(plan.folder / "growth", lengths, plan.runs))
    yield from _table(seen.add("growth", rows), ())


def _glide(plan: Plan, seen: Seen) -> Iterator[str]:
    yield from _head("The same with a tone through every rep", "Here sound is continuous in a set.")
    lengths = (5,) if plan.quick else (5, 45)
    rows = list(exports.against_lame(plan.folder / "glide", lengths, plan.runs, glide=True))
    yield from _table(seen.add("glide", rows), PEERS)


def _bed(plan: Plan, seen: Seen) -> Iterator[str]:
    yield from _head("The same with music under it", "Two channels, and never silence.")
    lengths = (5,) if plan.quick else (5, 45)
    rows = list(exports.against_lame(plan.folder / "bed", lengths, plan.runs, bed=True))
    yield from _table(seen.add("bed", rows), PEERS)


def _tutorial(plan: Plan, seen: Seen) -> Iterator[str]:
    yield from _head("Beside the tutorial way with pydub", _TUTORIAL)
    ways = [("append", 5), ("overlay", 2), ("overlay", 5)]
    ways += [] if plan.quick else [("append", 15), ("append", 45), ("overlay", 15)]
    rows = list(exports.against_the_tutorial(plan.folder / "tutorial", ways, plan.runs))
    yield from _table(seen.add("tutorial", rows), ("pydub, append", "pydub, overlay"))


def _klick(plan: Plan, seen: Seen) -> Iterator[str]:
    yield from _head("Clicks alone, beside klick", "A click a second, into a WAV.")
    rows = list(exports.against_klick(plan.folder / "klick", plan.lengths, plan.runs))
    yield from _table(seen.add("klick", rows), ("klick",))


def _start(plan: Plan, seen: Seen) -> Iterator[str]:
    yield from _head("Start", "")
    mmc, bare = start.times()
    seen.start = mmc / bare
    yield f"`mmc --help` takes {seen.start:.2f} times what a bare click program takes."


def _planning(plan: Plan, seen: Seen) -> Iterator[str]:
    yield from _head("Planning", "CPU seconds from the text to the timeline, in one process.")
    yield "| session | load | plan | arrange |\n|---|---|---|---|"
    for name, seconds in planning.rows():
        yield f"| {name} | " + " | ".join(f"{cpu:.2f}" for cpu in seconds.values()) + " |"


# What needs a quiet machine comes first.
PARTS: dict[str, Callable[[Plan, Seen], Iterator[str]]] = {
    "batches": _batches,
    "start": _start,
    "growth": _growth,
    "lame": _lame,
    "glide": _glide,
    "bed": _bed,
    "tutorial": _tutorial,
    "klick": _klick,
    "planning": _planning,
}
PEERS = ("lame", "lame, one step up", "lameenc")
_LAME = """The same samples at the same settings. `lame` is the program, `lameenc` its library in a
Python script. On some processors the program, as Debian builds it, takes ten times longer where
sound dies away into digital silence, as it does in a session after every click; `one step up` are
the same samples, each one step of 65,536 higher, which spares it that. Ratios are of CPU time, ours
to theirs: less is better."""
_TUTORIAL = """Clips from files, one track, one export; `append` puts silence and clips one after
the other, `overlay` lays each over a long silence. Ratios are of CPU time, ours to theirs."""


def _about() -> Iterator[str]:
    yield "# What it costs\n"
    yield "Written by `make bench`; how each figure is measured stands in `bench/`.\n"
    yield f"- {datetime.date.today()}; {_processor()}, {os.cpu_count()} processors"
    system = f"{platform.system()} {platform.release().split('-')[0]}"
    yield f"- {system}, Python {platform.python_version()}"
    versions = [f"{name} {importlib.metadata.version(name)}" for name in PACKAGES]
    for name, (option, package) in PROGRAMS.items():
        if shutil.which(name):
            said = subprocess.run([name, option], capture_output=True, text=True)
            versions.append(" ".join((said.stdout + said.stderr).split("\n")[0].split()[:4]))
        else:
            versions.append(f"{name} is missing (Debian's package {package})")
    yield f"- {', '.join(versions)}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _head(title: str, text: str) -> Iterator[str]:
    yield f"\n## {title}\n"
    if text:
        yield text + "\n"


def _table(rows: Sequence[Row], peers: Iterable[str]) -> Iterator[str]:
    """Each row with its ratio to every peer of the same length."""
    present = [peer for peer in peers if any(row.name == peer for row in rows)]
    yield "| minutes | who | CPU s | MB | " + " | ".join(f"to {peer}" for peer in present) + " |"
    yield "|---" * (4 + len(present)) + "|"
    known = {(row.minutes, row.name): row.cost.cpu for row in rows}
    for row in rows:
        ratios = [
            f"{row.cost.cpu / known[row.minutes, peer]:.3f}" if (row.minutes, peer) in known else ""
            for peer in present
        ]
        figures = f"{row.cost.cpu:.2f} | {row.cost.memory:.0f}"
        yield f"| {row.minutes} | {row.name} | {figures} | " + " | ".join(ratios) + " |"


def main() -> None:
    """Print the report as it grows, and write it when it is whole."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="leave out what takes minutes")
    options.add_argument("--no-write", action="store_true", help="print only")
    options.add_argument("--minutes", type=int, nargs="+", help="lengths of the sessions")
    options.add_argument("--runs", type=int, help="how often each command is run")
    options.add_argument("--keep", type=Path, help="a folder for parts, used again by later runs")
    options.add_argument(
        "--part", choices=PARTS, nargs="+", help="measure these alone, and write nothing"
    )
    chosen = options.parse_args()
    runs = chosen.runs or (3 if chosen.quick else exports.RUNS)
    lengths = chosen.minutes or ((5, 45) if chosen.quick else (5, 45, 300))
    if chosen.keep:
        chosen.keep.mkdir(exist_ok=True)
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MMC_CACHE"] = str(Path(folder, "cache"))
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # what is installed is compiled
        plan = Plan(chosen.quick, lengths, runs, Path(folder))
        if chosen.part:
            for name in chosen.part:
                print("\n".join(measured(name, plan, Seen(), chosen.keep)), flush=True)
            return
        for line in report(plan, chosen.keep):
            print(line, flush=True)
            lines.append(line)
    if not (chosen.quick or chosen.no_write):
        RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
