"""`mmc cache`: the store of spoken phrases and encoded sounds."""

from __future__ import annotations

import click

from mmc_audio import figures
from mmc_audio.cache import Cache
from mmc_audio.commands.options import voice_option
from mmc_audio.console import echo, notice, progress
from mmc_audio.errors import count, printable
from mmc_audio.folders import cache_folder


@click.command()
@click.option("--clear", is_flag=True, help="Forget all of it.")
@click.option(
    "--fill",
    multiple=True,
    metavar="PROGRAM",
    help="Speak all phrases of this program now, for use offline; may be given again.",
)
@voice_option
def command(clear: bool, fill: tuple[str, ...], voice: str | None) -> None:
    """Tell, fill or clear the store of phrases and encoded sounds.

    Each phrase is spoken once and kept, and so is each sound as it stands in an MP3; the next
    export takes them from here. MMC_CACHE names another folder for it.

    \b
    Examples:
      mmc cache
      mmc cache --fill bridges.toml --voice google
    """
    cache = Cache(cache_folder())
    if clear:
        forgot = _told(cache)
        for store in (cache, cache.of_encodings()):
            store.clear()
        echo(f"Forgot {forgot}.")
    for argument in fill:
        _fill(argument, voice, cache)
    if not clear and not fill:
        echo(f"{_told(cache)}, in {printable(str(cache.root or 'no folder'))}")


def _told(cache: Cache) -> str:
    """What there is: how many, and how large."""
    phrases, size = cache.size()
    encoded, encoded_size = cache.of_encodings().size()
    return (
        f"{count(phrases, 'phrase')} ({figures.size(size)}) and "
        f"{count(encoded, 'encoded sound')} ({figures.size(encoded_size)})"
    )


def _fill(argument: str, voice: str | None, cache: Cache) -> None:
    from mmc_audio.load import load_path
    from mmc_audio.phrasebook import speak_all
    from mmc_audio.plan import plan
    from mmc_audio.programs import find_program
    from mmc_audio.session import Options

    program = load_path(find_program(argument))
    phrases = plan(program, Options(talk="full")).phrases()
    with progress(f"Speaking {printable(argument)}") as report:
        book = speak_all(
            phrases,
            program.voice,
            choice=voice,
            folder=program.folder,
            cache=cache,
            progress=lambda done, total: report(done / max(1, total)),
            notice=notice,
        )
    for line in (*book.reasons, *book.notes):
        notice(line)
    made = count(book.made, "phrase")
    echo(f"{printable(argument)}: the voice {book.voice} made {made}, {book.kept} kept.")
