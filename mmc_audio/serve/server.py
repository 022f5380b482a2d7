"""Answers a browser: a few fixed paths, GET alone, and only those who ask for this machine itself.

A page elsewhere can have its own name lead to this machine (DNS rebinding): so the Host that is
asked for has to be an address, "localhost", or the name that the user chose.
"""

from __future__ import annotations

import errno
import ipaddress
import socket
import socketserver
import sys
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any

from mmc_audio.errors import UserError, printable, shown
from mmc_audio.serve.desk import Desk

Address = Any  # as the socket module has it: of two parts, or of four
Request = Any

_PARTS = Path(__file__).parent / "parts"
PATIENCE_S = 10  # with a client that says nothing
MOST_AT_ONCE = 32  # connections

HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "frame-src 'self'; img-src data:; base-uri 'none'; form-action 'none'"
)
PLAIN = "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"
WAITING = b'<!DOCTYPE html><html lang="en"><title>mmc</title><p>There is no session to play yet.'


def answers(desk: Desk) -> Mapping[str, tuple[str, Callable[[], bytes]]]:
    """By path, the kind of what is there and what makes it."""

    def part(name: str) -> Callable[[], bytes]:
        data = (_PARTS / name).read_bytes()
        return lambda: data

    return {
        "/": (HTML, part("serve.html")),
        "/serve.css": ("text/css; charset=utf-8", part("serve.css")),
        "/serve.js": ("text/javascript; charset=utf-8", part("serve.js")),
        "/state": ("application/json", lambda: desk.look().state()),
        "/session": (HTML, lambda: desk.look().page or WAITING),
    }


def trusted(asked: str | None, chosen: str) -> bool:
    """Whether a Host header names this machine in a way that no page elsewhere can make it do."""
    if not asked:
        return False
    name = asked.rsplit(":", 1)[0] if not asked.endswith("]") and ":" in asked else asked
    name = name.strip("[]").lower()
    if name in ("localhost", chosen.lower()):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


class Server:
    """Serves a desk at `host` and `port` (0: any that is free) in the background, once entered."""

    def __init__(self, host: str, port: int, desk: Desk) -> None:
        self._host = host
        self._http = _listening(host, port, _handler(host, answers(desk)))

    @property
    def address(self) -> str:
        """What to open in a browser."""
        host = _of_this_machine(self._host)
        name = f"[{host}]" if ":" in host else host
        return f"http://{name}:{self._http.server_port}/"

    def __enter__(self) -> Server:
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._http.shutdown()
        self._http.server_close()


def _of_this_machine(host: str) -> str:
    """`host`, or where it stands for all addresses the one by which others reach this machine."""
    try:
        everywhere = ipaddress.ip_address(host).is_unspecified
    except ValueError:
        everywhere = False
    if not everywhere:
        return host
    family, elsewhere = (
        (socket.AF_INET6, "2001:db8::1") if ":" in host else (socket.AF_INET, "192.0.2.1")
    )
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((elsewhere, 9))  # of a datagram socket: asks for the way, sends nothing
        except OSError:
            return host
        return str(probe.getsockname()[0])


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    # On Windows the option would let two servers have one port; elsewhere it spares a wait.
    allow_reuse_address = sys.platform != "win32"

    def __init__(
        self, family: socket.AddressFamily, address: Address, handler: type[BaseHTTPRequestHandler]
    ) -> None:
        self.address_family = family
        self._free = threading.BoundedSemaphore(MOST_AT_ONCE)
        super().__init__(address, handler)

    def server_bind(self) -> None:
        """As TCPServer does: HTTPServer's looks up a name for the address, which may take long."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]

    def process_request(self, request: Request, client_address: object) -> None:
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Request, client_address: object) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Request, client_address: object) -> None:
        """A browser that goes away in the middle of an answer is nothing to tell of."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def _listening(host: str, port: int, handler: type[BaseHTTPRequestHandler]) -> _Http:
    """A server that has its port. Raises UserError."""
    where = f"Port {port} of {printable(host)}"
    try:
        [(family, _, _, _, address), *_] = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        return _Http(family, address, handler)
    except (socket.gaierror, UnicodeError) as error:
        raise UserError(f"{shown(host, 100)} is no name or address of this machine.") from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise UserError(
                f"{where} is in use, perhaps by another mmc serve. "
                "Name another with --port; 0 takes any that is free."
            ) from error
        if error.errno == errno.EADDRNOTAVAIL:
            raise UserError(f"{shown(host, 100)} is no address of this machine.") from error
        raise UserError(f"{where} can't be had: {error.strerror}.") from error


def _handler(
    host: str, known: Mapping[str, tuple[str, Callable[[], bytes]]]
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = PATIENCE_S
        server_version, sys_version = "mmc", ""

        def do_GET(self) -> None:
            if not trusted(self.headers.get("Host"), host):
                return self._answer(403, PLAIN, b"This name is not that of mmc serve.\n")
            if self.path not in known:
                return self._answer(404, PLAIN, b"There is nothing here.\n")
            kind, make = known[self.path]
            return self._answer(200, kind, make())

        def _answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            for name, value in HEADERS.items():
                self.send_header(name, value)
            if self.path == "/":  # the session's page brings a policy of its own
                self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing: the terminal is for what concerns the program."""

    return Handler
