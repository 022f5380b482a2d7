"""`mmc new`: a program to start from."""

from __future__ import annotations

from pathlib import Path

import click

from mmc_audio.console import echo
from mmc_audio.errors import UserError, shown
from mmc_audio.programs import SUFFIX, find_program

TEMPLATE = Path(__file__).with_name("new.toml")


@click.command()
@click.argument("file", metavar="FILE")
@click.option("--from", "origin", metavar="NAME", help="Copy this program instead of the template.")
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
def command(file: str, origin: str | None, force: bool) -> None:
    """Write a commented program that already works.

    FILE gets the suffix .toml if it has none.

    \b
    Examples:
      mmc new bridges.toml
      mmc new thrusts.toml --from hip-thrust
    """
    if not Path(file).name.strip("."):
        raise UserError(f"{shown(file)} is no name for a file.")
    target = Path(file if Path(file).suffix else file + SUFFIX)
    source = find_program(origin) if origin else TEMPLATE
    try:
        text = source.read_bytes()
        with target.open("wb" if force else "xb") as out:
            out.write(text)
    except FileExistsError:
        raise UserError(
            f"{shown(str(target), 200)} is already there. "
            "Choose another name, or --force to replace it."
        ) from None
    except OSError as error:
        name = shown(str(error.filename), 200)
        raise UserError(f"{name} could not be opened: {error.strerror}.") from None
    echo(f"Wrote {target}.")
