"""One target under atheris, in a process of its own: python -m fuzz.engine TARGET FOLDER SECONDS.

FOLDER has the inputs that are worth keeping, and gets new ones; what breaks the target is written
beside it, as `FOLDER.found-...`. The only module that knows atheris.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import atheris

MOST_MB = 2_048
HANG_S = 300  # of the clock, on a machine that others share: the processor's time counts, below
MOST_CPU_S = 10.0  # instrumented code takes several times as long

# atheris keeps for ever what a comparison gives that it has instrumented: of arrays that is a
# megabyte each time.
ARRAYS = ["fuzz.sound", "mmc_audio.limit"]

with atheris.instrument_imports(include=["mmc_audio", "fuzz"], exclude=ARRAYS):
    from fuzz.targets import TARGETS

    target = TARGETS[sys.argv[1]]
    function = target.function()
    if sys.argv[1] == "mixes":
        import fuzz.sound  # noqa: F401 - imported where it is used, which would be too late
    import mmc_audio.commands.log
    import mmc_audio.voices.google  # noqa: F401


def in_time(data: bytes) -> None:
    """The target; too much of the processor's time is a finding, too."""
    began = time.process_time()
    function(data)
    took = time.process_time() - began
    assert took < MOST_CPU_S, f"{took:.1f} s for {len(data)} bytes"


def main() -> None:
    """Run until the time is up or something is found."""
    folder, seconds = Path(sys.argv[2]), sys.argv[3]
    options = [
        f"-max_total_time={seconds}",
        f"-max_len={target.most}",
        f"-rss_limit_mb={MOST_MB}",
        f"-timeout={HANG_S}",
        f"-artifact_prefix={folder}.found-",
        "-print_final_stats=1",
        "-reload=0",
        f"-report_slow_units={HANG_S}",
    ]
    if entries := [f'"{_quoted(word)}"\n' for word in target.words()]:
        words = folder.with_name(f"{folder.name}.dict")
        words.write_text("".join(entries))
        options.append(f"-dict={words}")
    atheris.Setup([sys.argv[0], *options, str(folder)], in_time)
    atheris.Fuzz()


def _quoted(word: str) -> str:
    plain = (b if 32 < b < 127 and b not in b'"\\' else None for b in word.encode())
    return "".join(
        chr(b) if b else f"\\x{raw:02x}" for b, raw in zip(plain, word.encode(), strict=True)
    )


if __name__ == "__main__":
    main()
