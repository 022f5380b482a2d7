"""Real sessions for the tests: the embedded voice, the shipped sounds, a cache shared by a run."""

from __future__ import annotations

import os
import tempfile
from functools import cache
from pathlib import Path

from mmc_audio.cache import Cache
from mmc_audio.load import load_bytes, load_path
from mmc_audio.program import Program
from mmc_audio.resources import folder
from mmc_audio.session import Options
from mmc_audio.studio import Prepared, prepare

SHIPPED = sorted(folder("programs").glob("*.toml"))


@cache
def shared_cache() -> Cache:
    """Phrases are spoken once in a run; MMC_TEST_CACHE keeps them from run to run."""
    kept = os.environ.get("MMC_TEST_CACHE")
    return Cache(Path(kept or tempfile.mkdtemp(prefix="mmc-test-cache-")))


def spoken_before() -> dict[str, str]:
    """The variable with which a command says nothing anew that another has said in this run."""
    return {"MMC_CACHE": str(shared_cache().root)}


def ready(
    program: Path | str, *, voice: str | None = None, options: Options | None = None
) -> Prepared:
    """A session ready to be written, from a file or from the text of one."""
    if isinstance(program, Path):
        loaded = load_path(program)
    else:
        loaded = load_bytes(program.encode(), name="t.toml", folder="")
    return prepared_of(loaded, voice=voice, options=options)


def prepared_of(
    program: Program, *, voice: str | None = None, options: Options | None = None
) -> Prepared:
    """The same from a program that is loaded, or made."""
    return prepare(
        program,
        options or Options(talk=program.voice.talk),
        voice=voice,
        cache=shared_cache(),
        progress=lambda done, total: None,
        notice=lambda line: None,
    )
