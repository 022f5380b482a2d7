"""A whole export with the network unplugged, and under the eye of strace."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.parts import need, need_unplugged_network

ROOT = Path(__file__).parent.parent
EXPORT = [sys.executable, "-m", "mmc_audio", "export", "glute-bridge", "-o", "out.mp3"]


def bare(home: Path) -> dict[str, str]:
    """An environment with nothing of this machine's but the interpreter; HOME is new and empty."""
    home.mkdir()
    return {
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "LANG": "C.UTF-8",
    }


def test_with_the_network_unplugged_the_full_voice_speaks(tmp_path: Path) -> None:
    """In a network namespace that has no interface but a loopback that is down."""
    need_unplugged_network()
    env = bare(tmp_path / "home")
    command = ["unshare", "--map-root-user", "--net", *EXPORT]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].startswith("out.mp3: 7:")
    assert lines[1:] == ['Voice: embedded, the first choice for the language "en".']


def test_no_address_is_looked_up_and_only_the_cache_appears_in_home(tmp_path: Path) -> None:
    need("strace")
    env, log = bare(tmp_path / "home"), tmp_path / "log"
    command = ["strace", "-f", "-e", "trace=network", "-o", str(log), *EXPORT]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "exited with 0" in log.read_text()
    assert "AF_INET" not in log.read_text()
    files = [path.relative_to(tmp_path / "home") for path in (tmp_path / "home").rglob("*")]
    kept = [path for path in files if (tmp_path / "home" / path).is_file()]
    assert len(kept) > 30
    assert {path.parts[:2] for path in kept} == {(".cache", "mmc-audio")}
