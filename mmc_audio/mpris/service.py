"""The two objects of MPRIS on the bus, as its specification names them. The one room for dbus-fast.

Imported in a thread, and only where there is a bus: it takes a tenth of a second.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from dbus_fast import BusType, NameFlag, PropertyAccess, RequestNameReply, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.annotations import (
    DBusBool,
    DBusDict,
    DBusDouble,
    DBusInt64,
    DBusObjectPath,
    DBusSignature,
    DBusStr,
)
from dbus_fast.service import ServiceInterface, dbus_method, dbus_property, dbus_signal

from mmc_audio.errors import printable

if TYPE_CHECKING:
    from mmc_audio.mpris import NowPlaying

NAME = "org.mpris.MediaPlayer2.mmc_audio"
PATH = "/org/mpris/MediaPlayer2"
NO_TRACK = "/org/mpris/MediaPlayer2/TrackList/NoTrack"
IDENTITY = "mmc-audio"
READ = PropertyAccess.READ

Nothing = Annotated[None, DBusSignature("")]  # dbus-fast takes no plain None
Texts = Annotated[list[str], DBusSignature("as")]
Send = Callable[[str], None]
Now = Callable[[], "NowPlaying | None"]


class Application(ServiceInterface):
    """The program as a whole."""

    def __init__(self, send: Send) -> None:
        super().__init__("org.mpris.MediaPlayer2")
        self._send = send

    @dbus_method(name="Quit")
    def quit(self) -> Nothing:
        self._send("quit")

    @dbus_method(name="Raise")
    def bring_to_front(self) -> Nothing:
        """There is no window: CanRaise says so."""

    @dbus_property(READ, name="CanQuit")
    def can_quit(self) -> DBusBool:
        return True

    @dbus_property(READ, name="CanRaise")
    def can_raise(self) -> DBusBool:
        return False

    @dbus_property(READ, name="HasTrackList")
    def has_track_list(self) -> DBusBool:
        return False

    @dbus_property(READ, name="Identity")
    def identity(self) -> DBusStr:
        return IDENTITY

    @dbus_property(READ, name="SupportedUriSchemes")
    def uri_schemes(self) -> Texts:
        return []

    @dbus_property(READ, name="SupportedMimeTypes")
    def mime_types(self) -> Texts:
        return []


class Player(ServiceInterface):
    """The session that plays. Its "track" is a set, its position that in the whole session."""

    def __init__(self, send: Send, title: str, now: Now) -> None:
        super().__init__("org.mpris.MediaPlayer2.Player")
        self._send, self._title, self._now = send, title, now

    @dbus_method(name="PlayPause")
    def play_pause(self) -> Nothing:
        self._send("toggle")

    @dbus_method(name="Play")
    def play(self) -> Nothing:
        self._send("resume")

    @dbus_method(name="Pause")
    def pause(self) -> Nothing:
        self._send("pause")

    @dbus_method(name="Next")
    def next(self) -> Nothing:
        self._send("next")

    @dbus_method(name="Previous")
    def previous(self) -> Nothing:
        self._send("previous")

    @dbus_method(name="Stop")
    def stop(self) -> Nothing:
        self._send("quit")

    @dbus_method(name="Seek")
    def seek(self, offset: DBusInt64) -> Nothing:
        """Sets are what one skips by: CanSeek says so."""

    @dbus_method(name="SetPosition")
    def set_position(self, track: DBusObjectPath, position: DBusInt64) -> Nothing:
        """As `seek`."""

    @dbus_method(name="OpenUri")
    def open_uri(self, uri: DBusStr) -> Nothing:
        """There are no schemes: SupportedUriSchemes says so."""

    @dbus_signal(name="Seeked")
    def seeked(self) -> DBusInt64:
        return self._at_us()

    @dbus_property(READ, name="PlaybackStatus")
    def status(self) -> DBusStr:
        now = self._now()
        return "Stopped" if now is None else "Playing" if now.playing else "Paused"

    @dbus_property(READ, name="Metadata")
    def metadata(self) -> DBusDict:
        now = self._now()
        if now is None:
            return {"mpris:trackid": Variant("o", NO_TRACK)}
        return {
            "mpris:trackid": Variant("o", f"/mmc_audio/exercise/{now.exercise}/set/{now.set}"),
            "mpris:length": Variant("x", now.length_ms * 1_000),
            "xesam:title": Variant("s", printable(now.name)),
            "xesam:artist": Variant("as", [f"Set {now.set} of {now.sets}"]),
            "xesam:album": Variant("s", printable(self._title)),
        }

    @dbus_property(READ, name="Position")
    def position(self) -> DBusInt64:
        return self._at_us()

    @dbus_property(READ, name="Volume")
    def volume(self) -> DBusDouble:
        now = self._now()
        return now.volume / 100 if now else 1.0

    @dbus_property(READ, name="Rate")
    def rate(self) -> DBusDouble:
        return 1.0

    @dbus_property(READ, name="MinimumRate")
    def minimum_rate(self) -> DBusDouble:
        return 1.0

    @dbus_property(READ, name="MaximumRate")
    def maximum_rate(self) -> DBusDouble:
        return 1.0

    @dbus_property(READ, name="CanGoNext")
    def can_go_next(self) -> DBusBool:
        now = self._now()
        return now is not None and now.has_next

    @dbus_property(READ, name="CanGoPrevious")
    def can_go_previous(self) -> DBusBool:
        now = self._now()
        return now is not None and now.has_previous

    @dbus_property(READ, name="CanPlay")
    def can_play(self) -> DBusBool:
        return True

    @dbus_property(READ, name="CanPause")
    def can_pause(self) -> DBusBool:
        return True

    @dbus_property(READ, name="CanSeek")
    def can_seek(self) -> DBusBool:
        return False

    @dbus_property(READ, name="CanControl")
    def can_control(self) -> DBusBool:
        return True

    def _at_us(self) -> int:
        now = self._now()
        return now.at_ms * 1_000 if now else 0

    def changing(self) -> dict[str, object]:
        """What tells the desktop when it changes."""
        return {
            "PlaybackStatus": self.status,
            "Metadata": self.metadata,
            "Volume": self.volume,
            "CanGoNext": self.can_go_next,
            "CanGoPrevious": self.can_go_previous,
        }


class Service:
    """The player on a bus: all calls from the thread of one event loop."""

    def __init__(self, send: Send, title: str, now: Now) -> None:
        self._application, self._player = Application(send), Player(send, title, now)
        self._announced = self._player.changing()

    async def run(self, address: str) -> None:
        """Stay on the bus until it goes away or the task is cancelled. Raises what dbus-fast does.

        The name of a second player here gets its process appended, as the specification has it.
        """
        bus = await MessageBus(address, BusType.SESSION).connect()
        try:
            bus.export(PATH, self._application)
            bus.export(PATH, self._player)
            got = await bus.request_name(NAME, NameFlag.DO_NOT_QUEUE)
            if got != RequestNameReply.PRIMARY_OWNER:
                await bus.request_name(f"{NAME}.instance{os.getpid()}", NameFlag.DO_NOT_QUEUE)
            await bus.wait_for_disconnect()
        finally:
            bus.disconnect()

    def announce(self) -> None:
        """Tell everyone what has changed since the last time."""
        now = self._player.changing()
        changed = {name: value for name, value in now.items() if value != self._announced[name]}
        self._announced = now
        self._player.emit_properties_changed(changed)

    def announce_jump(self) -> None:
        """Tell everyone that the position is not where playing alone would have led."""
        self._player.seeked()
