"""`mmc log`: what was done."""

from __future__ import annotations

import click

from mmc_audio import figures, journal
from mmc_audio.console import echo, notice, table
from mmc_audio.errors import count
from mmc_audio.tally import counted

USUAL = 20  # sessions in a table


@click.command()
@click.option(
    "--last",
    type=click.IntRange(min=1),
    metavar="N",
    help=f"How many sessions; without it {USUAL}, or all with --json.",
)
@click.option("--json", "as_json", is_flag=True, help="One line of JSON a session, as it is kept.")
@click.option("--path", is_flag=True, help="Only tell where the log is.")
def command(last: int | None, as_json: bool, path: bool) -> None:
    """Tell what was done: the sessions that were played live.

    The newest is the last. The log is a file in your data folder; MMC_DATA names another folder
    for it. Delete the file to forget; `mmc play --no-log` writes nothing down.

    \b
    Examples:
      mmc log
      mmc log --last 3
      mmc log --json > sessions.jsonl
    """
    if path:
        echo(str(journal.place()))
        return
    log = journal.entries()
    if log.unreadable:
        are = "is" if log.unreadable == 1 else "are"
        lines = count(log.unreadable, "unreadable line")
        notice(f"{lines} of {journal.place()} {are} left out.")
    if as_json:
        for line in log.lines[-(last or 0) :]:
            echo(line)
    elif log.entries:
        headings = ("Began", "Program", "Sets", "Reps", "Tension", "Pauses", "Ended")
        rows = (_row(entry) for entry in log.entries[-(last or USUAL) :])
        table(headings, rows, right={"Sets", "Reps", "Tension", "Pauses"})
    else:
        echo("No session is logged yet. Play one: mmc play hip-thrust")


def _row(entry: journal.Entry) -> tuple[str, ...]:
    length = f" ({figures.clock(entry.paused_ms)})" if entry.pauses else ""
    return (
        f"{entry.began:%Y-%m-%d %H:%M}",
        entry.program,
        str(counted(entry.sets)),
        str(sum(done.reps for done in entry.sets)),
        figures.clock(entry.tension_ms),
        f"{entry.pauses}{length}",
        entry.ended,
    )
