"""The version of a package: by the folder that pip leaves, or by its metadata."""

from __future__ import annotations

import sys
from importlib import metadata
from pathlib import Path

import pytest

from mmc_audio.voices.embedded import PARTS
from mmc_audio.voices.versions import version_of

PACKAGES = [*PARTS, ("gTTS", "gtts"), ("mmc-audio", "mmc_audio")]


@pytest.mark.parametrize(("package", "module"), PACKAGES)
def test_it_is_the_one_that_metadata_tells(package: str, module: str) -> None:
    try:
        expected = metadata.version(package)
    except metadata.PackageNotFoundError:
        expected = "none"
    assert version_of(package, module) == expected


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on sys.path with the package "some-parts", whose module is "parts"."""
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def installed(site: Path, version: str, *, folder: str) -> None:
    (site / folder).mkdir()
    (site / folder / "METADATA").write_text(f"Name: some-parts\nVersion: {version}\n")


def test_one_folder_is_enough(site: Path) -> None:
    installed(site, "not read", folder="some_parts-1.2.dist-info")
    assert version_of("some-parts", "parts") == "1.2"
    assert "parts" not in sys.modules


def test_of_two_folders_metadata_is_asked(site: Path) -> None:
    for version in ("1.2", "1.3"):
        installed(site, version, folder=f"some_parts-{version}.dist-info")
    assert version_of("some-parts", "parts") == metadata.version("some-parts")


def test_a_folder_of_another_kind_is_read_by_metadata(site: Path) -> None:
    (site / "some_parts.egg-info").mkdir()
    (site / "some_parts.egg-info" / "PKG-INFO").write_text("Name: some-parts\nVersion: 2.0\n")
    assert version_of("some-parts", "parts") == "2.0"


def test_a_module_without_a_package_has_none(site: Path) -> None:
    assert version_of("some-parts", "parts") == "none"
    assert version_of("no-such-thing", "no_such_thing") == "none"
