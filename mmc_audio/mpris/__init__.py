"""Media keys, and earbud buttons that the desktop knows: MPRIS on Linux, nothing elsewhere.

https://specifications.freedesktop.org/mpris-spec/latest/ is spoken in a thread of its own, so that
neither the start of a session nor its beat waits for a bus. Whatever goes wrong with the bus is no
concern of the session's: the keys then do nothing.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio

    from mmc_audio.mpris.service import Service

CLOSE_S = 1.0  # a bus that hangs is left to itself
JUMP_MS = 2_000  # from one `tell` to the next: not played, but skipped


@dataclass(frozen=True, slots=True)
class NowPlaying:
    """What desktops show. `at_ms` of `length_ms`; exercise and set count from 1, volume to 100."""

    playing: bool
    at_ms: int
    length_ms: int
    exercise: int
    name: str
    set: int
    sets: int
    volume: int
    has_next: bool
    has_previous: bool


def open_media_keys(send: Callable[[str], None], title: str) -> MediaKeys | None:
    """Take part in the desktop's media control; None where there is none.

    `send` gets "toggle", "pause", "resume", "next", "previous" or "quit", in a thread that is not
    the caller's. `title` is that of the session.
    """
    address = _address()
    if address is None or importlib.util.find_spec("dbus_fast") is None:
        return None
    return MediaKeys(send, title, address)


def _address() -> str | None:
    """Where the session bus is, if anywhere."""
    if sys.platform != "linux":
        return None
    named = os.environ.get("DBUS_SESSION_BUS_ADDRESS")
    if named:
        return named
    folder = os.environ.get("XDG_RUNTIME_DIR")
    socket = Path(folder, "bus") if folder else None
    return f"unix:path={socket}" if socket and socket.is_socket() else None


class MediaKeys:
    """One player on the session bus at `address`, until it is closed."""

    def __init__(self, send: Callable[[str], None], title: str, address: str) -> None:
        self._send, self._title, self._address = send, title, address
        self._now: NowPlaying | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._service: Service | None = None
        self._closed = False
        self._thread = Thread(target=self._run, name="media keys", daemon=True)
        self._thread.start()

    def tell(self, now: NowPlaying) -> None:
        """What is playing now; to be called often. Costs next to nothing where nothing changed."""
        before, self._now = self._now, now
        if before is None or replace(before, at_ms=now.at_ms) != now:
            self._soon(self._announce)
        if before and abs(now.at_ms - before.at_ms) > JUMP_MS:
            self._soon(self._announce_jump)

    def close(self) -> None:
        """Leave the bus. Harmless when it is closed already, or has gone."""
        self._closed = True
        self._soon(self._cancel)
        self._thread.join(CLOSE_S)

    # ---- in the thread of its own ----------------------------------------------------------------

    def _soon(self, call: Callable[[], object]) -> None:
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has ended: the bus is gone
                self._loop.call_soon_threadsafe(call)

    def _run(self) -> None:
        import asyncio
        import logging

        # dbus-fast logs what a dying bus does to it, and a log without a reader goes to stderr.
        logging.getLogger("dbus_fast").addHandler(logging.NullHandler())
        with suppress(Exception, asyncio.CancelledError):
            from mmc_audio.mpris.service import Service

            service = Service(self._send, self._title, lambda: self._now)
            asyncio.run(self._serve(service), debug=False)

    async def _serve(self, service: Service) -> None:
        import asyncio

        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda loop, context: None)
        self._task, self._loop = asyncio.current_task(), loop
        if self._closed:  # before there was anything to cancel
            return
        self._service = service
        await service.run(self._address)

    def _announce(self) -> None:
        if self._service:
            self._service.announce()

    def _announce_jump(self) -> None:
        if self._service:
            self._service.announce_jump()

    def _cancel(self) -> None:
        if self._task:
            self._task.cancel()
