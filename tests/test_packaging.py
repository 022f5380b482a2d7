"""The wheel holds what the program needs, and works away from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

from mmc_audio import __version__
from tests.parts import need

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, as an installer lays it out."""
    need("module:hatchling")
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=60)
    (wheel,) = folder.glob("*.whl")
    assert wheel.name == f"mmc_audio-{__version__}-py3-none-any.whl"
    zipfile.ZipFile(wheel).extractall(folder / "site")
    return folder / "site"


def names(folder: Path) -> set[str]:
    """Every file below a folder, by its path in it; what Python caches left out."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)) for path in files if path.suffix != ".pyc"}


@pytest.mark.parametrize("kind", ["programs", "sounds"])
def test_the_wheel_holds_the_shipped_folders(unpacked: Path, kind: str) -> None:
    shipped = names(ROOT / kind)
    assert shipped
    assert names(unpacked / "mmc_audio" / "data" / kind) == shipped


def test_the_wheel_holds_the_package_and_nothing_else(unpacked: Path) -> None:
    info = f"mmc_audio-{__version__}.dist-info"
    assert {path.name for path in unpacked.iterdir()} == {"mmc_audio", info}
    held = {name for name in names(unpacked / "mmc_audio") if not name.startswith("data/")}
    assert held == names(ROOT / "mmc_audio")


def test_the_wheel_says_what_it_is(unpacked: Path) -> None:
    info = unpacked / f"mmc_audio-{__version__}.dist-info"
    metadata = Parser().parsestr((info / "METADATA").read_text(encoding="utf-8"))
    assert metadata["Name"] == "mmc-audio"
    assert metadata["Requires-Python"] == ">=3.10"
    assert metadata["License-Expression"] == "MIT"
    assert (
        info / "entry_points.txt"
    ).read_text() == "[console_scripts]\nmmc = mmc_audio.cli:main\n"
    assert (info / "licenses" / "LICENSE").is_file()


def test_an_installed_copy_works_from_another_folder(unpacked: Path, tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "mmc_audio", "show", "curl", "--json"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(unpacked), "MMC_CACHE": str(tmp_path / "cache")},
        capture_output=True,
        text=True,
    )
    assert (run.returncode, run.stderr) == (0, "")
    where = subprocess.run(
        [sys.executable, "-c", "import mmc_audio.resources as r; print(r.folder('programs'))"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(unpacked)},
        capture_output=True,
        text=True,
    )
    assert where.stdout.strip() == str(unpacked / "mmc_audio" / "data" / "programs")
