"""Where our own files live follows the system, and a variable of ours goes before it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from mmc_audio.folders import cache_folder, data_folder

VARIABLES = ("MMC_CACHE", "MMC_DATA", "XDG_CACHE_HOME", "XDG_DATA_HOME", "LOCALAPPDATA")
Where = Callable[[Mapping[str, str]], tuple[Path | None, Path | None]]


@pytest.fixture
def where(monkeypatch: pytest.MonkeyPatch) -> Where:
    """The folders of the cache and of the data under an environment."""

    def folders(environment: Mapping[str, str]) -> tuple[Path | None, Path | None]:
        for name in VARIABLES:
            monkeypatch.delenv(name, raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return cache_folder(), data_folder()

    return folders


@pytest.mark.parametrize(
    ("system", "environment", "cache", "data"),
    [
        ("linux", {"HOME": "/c"}, "/c/.cache/mmc-audio", "/c/.local/share/mmc-audio"),
        (
            "linux",
            {"XDG_CACHE_HOME": "/b", "XDG_DATA_HOME": "/d", "HOME": "/c"},
            "/b/mmc-audio",
            "/d/mmc-audio",
        ),
        (
            "linux",
            {"XDG_CACHE_HOME": "relative", "XDG_DATA_HOME": "relative", "HOME": "/c"},
            "/c/.cache/mmc-audio",
            "/c/.local/share/mmc-audio",
        ),
        (
            "linux",
            {"MMC_CACHE": "", "MMC_DATA": "", "LOCALAPPDATA": "/w", "HOME": "/c"},
            "/c/.cache/mmc-audio",
            "/c/.local/share/mmc-audio",
        ),
        ("linux", {"MMC_CACHE": "/a", "XDG_CACHE_HOME": "/b", "MMC_DATA": "~/d"}, "/a", "~/d"),
        (
            "darwin",
            {"HOME": "/c"},
            "/c/Library/Caches/mmc-audio",
            "/c/Library/Application Support/mmc-audio",
        ),
        ("win32", {"LOCALAPPDATA": "/w", "HOME": "/c"}, "/w/mmc-audio", "/w/mmc-audio"),
        (
            "win32",
            {"XDG_DATA_HOME": "/x", "HOME": "/c"},
            "/c/AppData/Local/mmc-audio",
            "/c/AppData/Local/mmc-audio",
        ),
    ],
)
def test_a_folder_follows_the_system(
    system: str,
    environment: dict[str, str],
    cache: str,
    data: str,
    where: Where,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    assert where(environment) == (Path(cache), Path(data).expanduser())


def test_a_user_without_a_home_has_no_folder(where: Where, monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", homeless)
    assert where({}) == (None, None)
