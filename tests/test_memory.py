"""Memory does not grow with the session: whole command, peak of the process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import ROOT
from tests.long_session import long_session
from tests.studio import ready, shared_cache

MEASURE = """
import sys
from mmc_audio.cli import main
from tests.process import peak_kb
try:
    main()
finally:
    print(peak_kb(), file=sys.stderr)
"""


def peak_kb(folder: Path, minutes: int, kind: str) -> int:
    path = folder / f"long{minutes}.toml"
    path.write_text(long_session(minutes // 2), encoding="utf-8")
    out = folder / f"long{minutes}.{kind}"
    command = [sys.executable, "-c", MEASURE, "export", str(path), "-o", str(out)]
    env = {**os.environ, "MMC_CACHE": str(shared_cache().root)}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 0, done.stderr
    out.unlink()
    return int(done.stderr.split()[-1])


def assert_flat(folder: Path, shorter: int, longer: int) -> None:
    ready(long_session(longer // 2))  # speaks: from here on no voice is loaded
    ready(long_session(shorter // 2))
    for kind in ("wav", "mp3"):
        short, long = peak_kb(folder, shorter, kind), peak_kb(folder, longer, kind)
        assert long <= 1.1 * short, (kind, short, long)


def test_80_minutes_need_no_more_memory_than_20(tmp_path: Path) -> None:
    assert_flat(tmp_path, 20, 80)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_five_hours_need_no_more_memory_than_45_minutes(tmp_path: Path) -> None:
    assert_flat(tmp_path, 45, 300)
