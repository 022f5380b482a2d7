"""How long `mmc --help` takes, beside a bare click program with as many commands.

Both print a help page from a fresh interpreter; the least of 20 runs each, taken in turn.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

from mmc_audio.cli import COMMANDS

RUNS = 20
BARE = f"""
import click
cli = click.Group("bare")
for name, line in {COMMANDS!r}.items():
    cli.add_command(click.Command(name, short_help=line))
cli(["--help"])
"""
MMC = ["-m", "mmc_audio", "--help"]


def seconds(arguments: list[str]) -> float:
    """How long one fresh interpreter takes."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def times(runs: int = RUNS) -> tuple[float, float]:
    """Seconds of `mmc --help` and of the bare program."""
    pairs = [(seconds(MMC), seconds(["-c", BARE])) for _ in range(runs)]
    mmc, bare = (min(times) for times in zip(*pairs, strict=True))
    return mmc, bare


def main() -> None:
    """Print both times and their ratio."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # what is installed is compiled
    mmc, bare = times()
    print(
        f"mmc --help {mmc * 1000:.0f} ms, bare click {bare * 1000:.0f} ms: {mmc / bare:.2f} times"
    )


if __name__ == "__main__":
    main()
