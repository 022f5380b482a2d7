"""A local stand-in for translate.google.com that speaks its real protocol, faults included.

It is an HTTPS proxy: `https_proxy` leads requests to it, it answers CONNECT, and then it *is* the
host asked for, with a certificate of an authority made on the spot. Nothing of the code under
test is replaced.
"""

from __future__ import annotations

import base64
import json
import re
import socket
import ssl
import subprocess
import threading
import time
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

CHUNK = 4096
SORRY = "https://www.google.com/sorry/index?continue=https://translate.google.com/"
CONSENT = "https://consent.google.com/ml?continue=https://translate.google.com/"

Connection = ssl.SSLSocket
Answer = Callable[[Connection, bytes], None]


def make_authority(folder: Path) -> Path:
    """An authority's certificate in ca.pem; server.pem for two of Google's hosts, expired.pem."""
    _openssl(folder, "req -x509 -newkey rsa:2048 -nodes -days 2 -keyout ca.key -out ca.pem "
             "-subj /CN=test -addext keyUsage=critical,keyCertSign")  # fmt: skip
    _openssl(folder, "req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj /CN=t")
    (folder / "names").write_text(
        "subjectAltName=DNS:translate.google.com,DNS:translate.google.co.uk\n"
        "authorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\nbasicConstraints=CA:FALSE\n"
    )
    for name, days in (("server", 2), ("expired", 0)):
        _openssl(folder, "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial "
                 f"-days {days} -extfile names -out {name}.crt")  # fmt: skip
        pair = (folder / f"{name}.crt").read_text() + (folder / "server.key").read_text()
        (folder / f"{name}.pem").write_text(pair)
    return folder / "ca.pem"


def _openssl(folder: Path, arguments: str) -> None:
    subprocess.run(["openssl", *arguments.split()], cwd=folder, check=True, capture_output=True)


@dataclass
class Request:
    """What the server was sent."""

    host: str
    head: str
    text: str
    language: str
    slow: bool


@dataclass
class FakeGoogle:
    """Answers each request with the next of `answers`; the last one holds for all that follow."""

    certificate: Path
    mp3: bytes
    answers: list[str] = field(default_factory=lambda: ["good"])
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    drip_s: float = 0.05  # from one byte of a "drip" to the next

    def __enter__(self) -> FakeGoogle:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(self.certificate)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self._over = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._socket.close()
        for thread in self._threads:
            thread.join(5)

    @property
    def proxy(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, plain: socket.socket) -> None:
        self.connections += 1
        with plain:
            try:
                self._answer(plain)
            except OSError:
                return  # the client went away, as some of these tests want it to

    def _answer(self, plain: socket.socket) -> None:
        head, _ = _read_head(plain)
        name = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if name == "proxy refuses":
            plain.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            return
        plain.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        if name == "reset":
            return
        with self._context.wrap_socket(plain, server_side=True) as secure:
            self.requests.append(_read_request(secure, host=head.split()[1].decode()))
            self._reply(secure, name)

    def _reply(self, secure: Connection, name: str) -> None:
        good = chunked(speech(self.mp3))
        if name == "hang":
            self._over.wait(5)
        elif name == "drip":
            for byte in range(len(good)):
                secure.sendall(good[byte : byte + 1])
                if self._over.wait(self.drip_s):
                    return
        elif name == "endless":
            secure.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            while not self._over.is_set():
                secure.sendall(bytes(CHUNK))
        elif name == "truncated":
            secure.sendall(good[: len(good) // 2])
        else:
            secure.sendall(self._whole(name))

    def _whole(self, name: str) -> bytes:
        replies: dict[str, Callable[[], bytes]] = {
            "good": lambda: chunked(speech(self.mp3)),
            "with a line break": lambda: chunked(speech(self.mp3).replace(b'\\"]"', b'\\"]\\n"')),
            "spaced": lambda: chunked(speech(self.mp3).replace(b'fr","jQ', b'fr", "jQ')),
            "refused": lambda: chunked(refusal(None)),
            "refused 13": lambda: chunked(refusal([13])),
            "empty": lambda: chunked(speech(b"")),
            "page as sound": lambda: chunked(speech(b"<html>hello</html>")),
            "bad base64": lambda: chunked(speech(self.mp3).replace(b"//", b"/*", 1)),
            "sync and noise": lambda: chunked(speech(b"\xff\xf3" + bytes(range(256)) * 8)),
            "short": lambda: chunked(speech(self.mp3[: 192 * 8])),
            "half": lambda: chunked(speech(self.mp3[: len(self.mp3) // 2 // 192 * 192])),
            "withdrawn": lambda: chunked(refusal([3])),
            "captcha": lambda: plain_http(200, b"<html><title>Sorry...</title>captcha</html>"),
            "elsewhere": lambda: plain_http(302, Location="https://127.0.0.1:9/steal"),
            "blocked": lambda: plain_http(302, Location=SORRY),
            "429": lambda: plain_http(429, b"<html>unusual traffic</html>"),
            "403": lambda: plain_http(403),
            "404": lambda: plain_http(404),
            "500": lambda: plain_http(500),
            "503": lambda: plain_http(503),
            "consent": lambda: plain_http(302, Location=CONSENT),
            "login": lambda: plain_http(302, Location="https://login.gym.example/"),
            "captive": lambda: plain_http(200, b"<html>Welcome to Gym WiFi. Log in.</html>"),
            "other form": lambda: plain_http(200, b'{"audio": ""}'),
            "latin": lambda: plain_http(200, b"\xff\xfe\n"),
            "huge": lambda: plain_http(200, bytes(9 << 20)),
        }
        return replies[name]()


def speech(mp3: bytes) -> bytes:
    """The body in which the service sends sound."""
    inner = json.dumps([base64.b64encode(mp3).decode()], separators=(",", ":"))
    return _framed(["wrb.fr", "jQ1olc", inner, None, None, None, "generic"])


def refusal(code: list[int] | None) -> bytes:
    """The body with which it declines."""
    return _framed(["wrb.fr", "jQ1olc", None, None, None, code, "generic"])


def _framed(result: list[object]) -> bytes:
    tail = ["af.httprm", 36, "-668177807451224424", 66]
    first = json.dumps([result, ["di", 37], tail], separators=(",", ":"))
    last = json.dumps([["e", 4, None, None, len(first) + 98]], separators=(",", ":"))
    return f")]}}'\n\n{len(first) + 2}\n{first}\n{len(last) + 2}\n{last}\n".encode()


def plain_http(status: int, body: bytes = b"", **headers: str) -> bytes:
    """An answer in one piece."""
    lines = [f"HTTP/1.1 {status} Reason", *(f"{name}: {text}" for name, text in headers.items())]
    lines += [f"Content-Length: {len(body)}", "Connection: close", "", ""]
    return "\r\n".join(lines).encode() + body


def chunked(body: bytes) -> bytes:
    """A good answer in chunks, as the service sends it."""
    head = (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\n"
        b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    )
    pieces = (body[at : at + CHUNK] for at in range(0, len(body), CHUNK))
    return head + b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in pieces) + b"0\r\n\r\n"


def _read_head(connection: socket.socket) -> tuple[bytes, bytes]:
    data = b""
    while b"\r\n\r\n" not in data:
        block = connection.recv(CHUNK)
        if not block:
            raise ConnectionError
        data += block
    head, _, rest = data.partition(b"\r\n\r\n")
    return head, rest


def _read_request(connection: socket.socket, *, host: str) -> Request:
    head, body = _read_head(connection)
    length = int(re.findall(rb"(?i)content-length: *(\d+)", head)[0])
    while len(body) < length:
        body += connection.recv(CHUNK)
    rpc = json.loads(urllib.parse.parse_qs(body.decode())["f.req"][0])
    text, language, slow, _ = json.loads(rpc[0][0][1])
    return Request(host, head.decode(), text, language, slow is True)


def wait_until(condition: Callable[[], bool], seconds: float = 2.0) -> bool:
    """Whether something became true in time."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()
