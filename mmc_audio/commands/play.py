"""`mmc play`: a session live, with keys."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

import click

from mmc_audio import bookmark, figures
from mmc_audio.bookmark import Bookmark
from mmc_audio.cache import Cache
from mmc_audio.captions import which_set
from mmc_audio.commands.options import gathered, session_options, tempo_option
from mmc_audio.commands.resume import apart, as_it_was_left, check_place
from mmc_audio.console import can_draw, notice, progress
from mmc_audio.errors import Terminated, UserError, count
from mmc_audio.folders import cache_folder
from mmc_audio.listener import Listener
from mmc_audio.program import Program

if TYPE_CHECKING:
    from mmc_audio.devices import Device
    from mmc_audio.journal import Ending
    from mmc_audio.live import Orders
    from mmc_audio.player import Command, Player
    from mmc_audio.stage import Stage
    from mmc_audio.studio import Prepared


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be played, and how."""

    program: str
    listener: Listener
    output: str | None
    volume: int
    wait: bool
    plain: bool
    log: bool
    resumed: bool


@click.command()
@click.argument("program", metavar="[PROGRAM]", required=False)
@session_options
@tempo_option
@click.option(
    "--output",
    metavar="OUTPUT",
    help="Where the sound goes: sounddevice, simpleaudio, miniaudio, null (no sound, in real time) "
    "or file:NAME.wav. Otherwise the first that works; `mmc doctor` tells which.",
)
@click.option(
    "--volume",
    type=click.IntRange(0, 100),
    default=100,
    show_default=True,
    help="Percent of full volume.",
)
@click.option("--wait", is_flag=True, help="Before each set, wait for a key: I'm ready.")
@click.option("--resume", is_flag=True, help="Go on from the set at which the last session ended.")
@click.option("--plain", is_flag=True, help="One line an event, for screen readers.")
@click.option(
    "--no-log",
    "log",
    is_flag=True,
    flag_value=False,
    default=True,
    help="Leave this session out of `mmc log`.",
)
@click.pass_context
def command(context: click.Context, /, *, resume: bool, **options: object) -> int:
    """Play a session live, with keys.

    \b
    Keys: space  pause, go on        n p  next, previous set    r  repeat the set
          + -    15 s of rest        e    end the set           w  say where we are
          [ ]    volume              ?    help                  q  quit

    \b
    Examples:
      mmc play hip-thrust
      mmc play bridges.toml --from 2.3 --wait
      mmc play bridges.toml --tempo 0.9 --volume 60
      mmc play --resume
    """
    if resume:
        options = as_it_was_left(context, options)
    elif options["program"] is None:
        raise click.UsageError("Name a PROGRAM, or say --resume to go on with the last.", context)
    listener, own = gathered(options)
    return _play(Choice(listener=listener, resumed=resume, **own))


def _play(choice: Choice) -> int:
    from mmc_audio import devices

    program = choice.listener.program(choice.program)
    check_place(program, choice.program, choice.listener.start)
    output = apart(choice.output) if choice.resumed else choice.output
    device, description, reasons = devices.choose(output, program.channels)  # before any work
    with closing(device):
        prepared = _prepare(program, choice)
        for line in (*reasons, *prepared.reasons, *prepared.notes):
            notice(line)
        notice(f"Playing through {description}; voice: {prepared.voice}.")
        return _perform(device, prepared, choice)


def _prepare(program: Program, choice: Choice) -> Prepared:
    """Everything that may be said, spoken."""
    from mmc_audio import spoken, studio
    from mmc_audio.chart import Chart

    chosen = choice.listener.options(program)
    cache = Cache(cache_folder())
    with progress("Speaking") as report:
        prepared = studio.prepare(
            program,
            chosen,
            voice=choice.listener.voice,
            cache=cache,
            progress=lambda done, total: report(done / max(1, total)),
            notice=notice,
        )
        phrases = spoken.phrases(Chart(prepared.timeline), prepared.words)
        prepared = prepared.with_phrases(phrases, cache=cache)
    if prepared.music:
        with progress("Reading the music") as report:
            prepared.music.loop(report)
    return prepared


def _perform(device: Device, prepared: Prepared, choice: Choice) -> int:
    """Play it, and write down what was done, however it ends."""
    from mmc_audio.deck import Deck
    from mmc_audio.devices import DeviceError
    from mmc_audio.player import Player

    player = Player(Deck(device, prepared), prepared, wait=choice.wait, volume=choice.volume)
    account = Account(player, prepared, choice, device.name)
    ended: Ending = "stopped by an error"
    try:
        ended = _on_stage(player, prepared, choice, account)
    except KeyboardInterrupt:
        ended = "interrupted"
        raise
    except Terminated:
        ended = "terminated"
        raise
    except DeviceError as error:
        ended = "output lost"
        raise UserError(_lost(device, player, error)) from error
    finally:
        player.finish()
        account.close(ended)
    return 0


def _lost(device: Device, player: Player, error: Exception) -> str:
    span = player.span()
    why = f" ({error})" if str(error) else ""
    return (
        f"The sound output {device.name} went away in exercise {span.exercise}, "
        f"set {which_set(span)}{why}. "
        "Your place is kept: once there is an output again, go on with: mmc play --resume"
    )


def _on_stage(player: Player, prepared: Prepared, choice: Choice, account: Account) -> Ending:
    """The session itself: keys, media keys, and something to look at."""
    from queue import SimpleQueue

    from mmc_audio.keyboard import Keyboard
    from mmc_audio.live import now_playing, perform
    from mmc_audio.mpris import open_media_keys
    from mmc_audio.stage import Lines, Picture

    orders: Orders = SimpleQueue()

    def step_aside() -> None:
        player.pause()
        stage.leave()

    def come_back() -> None:
        stage.enter()

    def ordered(order: str) -> None:
        orders.put(cast("Command", order))
        keyboard.wake()

    def look(player: Player) -> None:
        account.look(player)
        if media:
            media.tell(now_playing(player))

    with Keyboard(on_stop=step_aside, on_continue=come_back) as keyboard:
        show = Lines if choice.plain or not can_draw() else Picture
        stage: Stage = show(keys=keyboard.has_keys)
        media = open_media_keys(ordered, prepared.program.title)
        stage.enter()
        try:
            return perform(player, stage, keyboard, orders, look)
        finally:
            stage.leave()
            if media:
                media.close()


class Account:
    """Keeps the place while a session plays, and tells at its end what was done."""

    def __init__(self, player: Player, prepared: Prepared, choice: Choice, output: str) -> None:
        self._player, self._prepared, self._choice = player, prepared, choice
        self._output, self._place = output, (0, 0)
        self._began, self._since = datetime.now().astimezone(), time.monotonic()
        self._trouble = ""  # the first time that the place could not be kept

    def look(self, player: Player) -> None:
        """Keep the place when another set has come."""
        place = player.place()
        if place != self._place:
            self._keep(place)
            self._place = place  # not before: what a signal breaks off is done again at the end

    def _keep(self, place: tuple[int, int]) -> None:
        name = bookmark.lasting_name(self._choice.program)
        try:
            options = {**asdict(self._choice), **asdict(self._choice.listener)}
            bookmark.keep(Bookmark(name, *place, options))
        except UserError as error:
            self._trouble = self._trouble or str(error)

    def close(self, ended: Ending) -> None:
        """Say what was done, write it down, and where to go on."""
        from mmc_audio.tally import counted, sets_done, tension_ms

        stretches = self._player.stretches
        sets, tension = counted(sets_done(stretches)), figures.clock(tension_ms(stretches))
        notice(f"{count(sets, 'set')} done, {tension} under tension.")
        if ended == "finished":
            bookmark.forget()
        else:
            self.look(self._player)
            if ended != "output lost":
                notice("Go on from this set with: mmc play --resume")
        if self._trouble:
            notice(self._trouble)
        if self._choice.log:
            self._log(ended)

    def _log(self, ended: Ending) -> None:
        from mmc_audio import journal
        from mmc_audio.tally import sets_done, tension_ms

        player, stretches = self._player, self._player.stretches
        entry = journal.Entry(
            began=self._began,
            title=self._prepared.program.title,
            program=self._choice.program,
            planned_ms=self._prepared.timeline.duration_ms,
            took_ms=round((time.monotonic() - self._since) * 1_000),
            sets=sets_done(stretches),
            tension_ms=tension_ms(stretches),
            pauses=player.pauses,
            paused_ms=round(player.paused_s * 1_000),
            voice=self._prepared.voice,
            output=self._output,
            ended=ended,
        )
        try:
            journal.append(entry)
        except UserError as error:
            notice(str(error))
