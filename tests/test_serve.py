"""`mmc serve`: a real server, asked by urllib, by raw sockets and by a real browser."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mmc_audio.errors import Fault, Place
from mmc_audio.serve import watch
from mmc_audio.serve.report import Finding, Line, findings
from mmc_audio.serve.server import MOST_AT_ONCE, trusted
from tests.command import MMC, environment, mmc
from tests.parts import need

GOOD = """\
title = "Bridges"
[[exercise]]
name = "Glute bridge"
start = "concentric"
target = "glutes"
sets = 1
reps = 2
tempo = "2-0-1-0"
"""
BROKEN = GOOD.replace("reps = 2", "repss = 2")
ERROR = 'exercise 1 (Glute bridge): repss is no known key here; did you mean "reps"?'
WAIT_S = 30


@dataclass
class Served:
    """A program that is served."""

    address: str
    file: Path
    process: subprocess.Popen[str]

    def ask(self, path: str = "/", **headers: str) -> tuple[int, dict[str, str], bytes]:
        request = urllib.request.Request(self.address + path.lstrip("/"), headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, dict(answer.headers), answer.read()
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers), error.read()

    def state(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.ask("/state")[2])
        return answer

    def until(self, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The state as soon as something holds of it."""
        end = time.monotonic() + WAIT_S
        while not holds(state := self.state()):
            assert time.monotonic() < end, state
            time.sleep(0.05)
        return state

    def save(self, text: str) -> dict[str, Any]:
        """Save the program, and wait until that was seen."""
        before = self.state()["saves"]
        self.file.write_text(text, encoding="utf-8")
        return self.until(lambda state: state["saves"] > before)

    def ended(self) -> tuple[str, str]:
        """What it has said after its first line, and its errors, to its end."""
        assert self.process.stdout and self.process.stderr
        # Not communicate(): it knows nothing of what came with the first line.
        said, errors = self.process.stdout.read(), self.process.stderr.read()
        self.process.wait(WAIT_S)
        return said, errors

    @property
    def port(self) -> int:
        return int(self.address.rstrip("/").rsplit(":", 1)[1])


@contextmanager
def serving(folder: Path, text: str = GOOD, *more: str) -> Iterator[Served]:
    file = folder / "p.toml"
    file.write_text(text, encoding="utf-8")
    command = [*MMC, "serve", "p.toml", "--port", "0", "--voice", "none", *more]
    with subprocess.Popen(
        command, cwd=folder, env=environment(folder), stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, encoding="utf-8",
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None
            first = process.stdout.readline()
            match = re.fullmatch(r"Serving p\.toml at (http://\S+/)\n", first)
            assert match, first + (process.stderr.read() if process.stderr else "")
            yield Served(match[1], file, process)
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("served")) as server:
        server.until(lambda state: state["saves"] == 1)
        yield server


# ---- what is served ------------------------------------------------------------------------------


def test_a_save_brings_another_page_and_a_fault_leaves_the_last_one(served: Served) -> None:
    state = served.save(GOOD)
    assert (state["name"], state["verdict"], state["findings"]) == (
        "p.toml",
        "p.toml: fine",
        [],
    )
    page = served.ask("/session")[2]
    assert b"Glute bridge" in page

    state = served.save(GOOD.replace("Glute bridge", "Frog pump"))
    second = served.ask("/session")[2]
    assert b"Frog pump" in second and b"Glute bridge" not in second

    broken = served.save(BROKEN)
    assert broken["pages"] == state["pages"]
    assert broken["verdict"] == "p.toml: 1 error"
    assert broken["findings"] == [
        {
            "severity": "error",
            "text": ERROR,
            "line": 7,
            "column": 1,
            "lines": [
                {"number": 6, "before": "sets = 1", "marked": "", "after": ""},
                {"number": 7, "before": "", "marked": "repss", "after": " = 2"},
                {"number": 8, "before": 'tempo = "2-0-1-0"', "marked": "", "after": ""},
            ],
        }
    ]
    assert served.ask("/session")[2] == second

    mended = served.save(GOOD)
    assert (mended["findings"], mended["pages"]) == ([], state["pages"] + 1)
    assert served.ask("/session")[2] == page


def test_what_check_warns_of_is_told_at_its_line(served: Served) -> None:
    long = "squeeze your glutes as hard as you can and keep your ribs down all the while"
    text = f'{GOOD}cues.concentric = "{long}"\n'
    state = served.save(text)
    run = mmc("check", "p.toml", "--voice", "none", cwd=served.file.parent)
    heads = re.findall(r"^p\.toml:(\d+):(\d+): (\w+): (.*)$", run.out, re.MULTILINE)
    found = [
        (str(f["line"]), str(f["column"]), f["severity"], f["text"]) for f in state["findings"]
    ]
    assert found and found == heads
    assert state["verdict"] == run.out.splitlines()[-1]
    assert state["pages"] > 0


def test_a_file_that_goes_away_and_comes_back(served: Served) -> None:
    served.save(GOOD)
    before = served.state()
    aside = served.file.with_suffix(".aside")
    served.file.rename(aside)
    gone = served.until(lambda state: state["saves"] > before["saves"])
    assert [finding["severity"] for finding in gone["findings"]] == ["error"]
    assert "p.toml" in gone["findings"][0]["text"] and gone["pages"] == before["pages"]
    aside.rename(served.file)  # as an editor does that writes beside it and renames
    back = served.until(lambda state: state["saves"] > gone["saves"])
    assert back["findings"] == []


def test_only_its_own_paths_and_only_get(served: Served) -> None:
    for path in ("/", "/serve.js", "/serve.css", "/state", "/session"):
        status, headers, body = served.ask(path)
        assert (status, bool(body)) == (200, True)
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in headers
    assert "script-src 'self'" in served.ask("/")[1]["Content-Security-Policy"]
    for path in (
        "/p.toml",
        "/../p.toml",
        "/%2e%2e/p.toml",
        "/serve.js/",
        "//etc/passwd",
        "/state?x",
    ):
        assert raw(served.port, f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n") == 404
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "HEAD", "CONNECT"):
        assert raw(served.port, f"{method} / HTTP/1.1\r\nHost: localhost\r\n\r\n") == 501


def raw(port: int, request: str) -> int:
    """The status of the answer to a request written by hand."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request.encode("latin-1"))
        with connection.makefile("rb") as answer:
            return int(answer.readline().split()[1])


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:PORT", 200),
        ("localhost:PORT", 200),
        ("LOCALHOST", 200),
        ("[::1]:PORT", 200),
        ("evil.example", 403),
        ("evil.example:PORT", 403),
        ("127.0.0.1.evil.example", 403),
        ("localhost.evil.example", 403),
        ("", 403),
    ],
)
def test_a_name_that_leads_here_is_not_trusted(served: Served, host: str, status: int) -> None:
    line = f"Host: {host.replace('PORT', str(served.port))}\r\n" if host else ""
    assert raw(served.port, f"GET /state HTTP/1.1\r\n{line}\r\n") == status


def test_whom_to_trust() -> None:
    assert trusted("gym-laptop.local:8765", "gym-laptop.local")
    assert trusted("192.0.2.7:8765", "0.0.0.0")
    assert not trusted("gym-laptop.local", "127.0.0.1")
    assert not trusted(None, "127.0.0.1")


def test_clients_that_say_nothing_keep_nobody_out(served: Served) -> None:
    silent = [socket.create_connection(("127.0.0.1", served.port)) for _ in range(MOST_AT_ONCE - 2)]
    try:
        assert served.ask("/state")[0] == 200
    finally:
        for connection in silent:
            connection.close()


# ---- the process ---------------------------------------------------------------------------------


def test_it_listens_on_this_machine_alone_and_ends_when_told(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        assert server.address.startswith("http://127.0.0.1:")
        assert listening(server.port) == ["127.0.0.1"]
        second = mmc("serve", "p.toml", "--port", str(server.port), cwd=tmp_path)
        assert (second.code, second.out, second.err) == (
            1,
            "",
            f"error: Port {server.port} of 127.0.0.1 is in use, perhaps by another mmc serve. "
            "Name another with --port; 0 takes any that is free.\n",
        )
        server.until(lambda state: state["saves"] == 1)
        server.process.send_signal(signal.SIGINT)
        said, err = server.ended()
        assert (server.process.returncode, err) == (130, "\n")
        assert said.splitlines() == [
            "The page comes anew at each save. Ctrl-C ends it.",
            "p.toml: fine",
        ]


def listening(port: int) -> list[str]:
    """The IPv4 addresses at which the kernel has somebody listening on a port."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    local = [row[1].split(":") for row in rows if row[3] == "0A"]
    raw_addresses = [bytes.fromhex(address)[::-1] for address, at in local if int(at, 16) == port]
    return [socket.inet_ntoa(address) for address in raw_addresses]


def test_another_address_is_taken_when_asked_for_and_said(tmp_path: Path) -> None:
    with serving(tmp_path, GOOD, "--host", "0.0.0.0") as server:
        assert listening(server.port) == ["0.0.0.0"]
        assert raw(server.port, "GET /state HTTP/1.1\r\nHost: evil.example\r\n\r\n") == 403
        assert raw(server.port, "GET /state HTTP/1.1\r\nHost: 192.0.2.7\r\n\r\n") == 200
        server.process.send_signal(signal.SIGINT)
        _, err = server.ended()
        assert err == "Whoever can reach this machine can see the program.\n\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("p.toml", "--host", "192.0.2.7"), '"192.0.2.7" is no address of this machine.'),
        (
            ("p.toml", "--host", "no such name"),
            '"no such name" is no name or address of this machine.',
        ),
    ],
)
def test_where_it_can_not_listen(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    (tmp_path / "p.toml").write_text(GOOD)
    run = mmc("serve", *arguments, cwd=tmp_path)
    assert (run.code, run.out, run.err) == (1, "", f"error: {message}\n")


def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    run = mmc("serve", "none.toml", cwd=tmp_path)
    assert run.code == 1 and run.out == ""
    assert run.err.startswith('error: "none.toml" is neither a file nor a shipped program.')


# ---- parts ---------------------------------------------------------------------------------------


def test_a_finding_has_its_line_and_those_around_it() -> None:
    source = "one\r\ntwo = 2\r\n" + "x" * 90 + "wrong" + "y" * 90
    faults = [
        Fault(Place(3, 91, 5), "It is wrong."),
        Fault(Place(2, 7), "So so.", "warning"),
        Fault(Place(4, 1), "The end is missing."),
    ]
    assert findings(source, faults) == (
        Finding(
            "warning",
            "So so.",
            2,
            7,
            (Line(1, "one"), Line(2, "two = ", "2"), Line(3, "x" * 90 + "wrong" + "y" * 5 + "…")),
        ),
        Finding(
            "error",
            "It is wrong.",
            3,
            91,
            (Line(2, "two = 2"), Line(3, "…" + "x" * 50, "wrong", "y" * 50 + "…")),
        ),
        Finding(
            "error", "The end is missing.", 4, 1, (Line(3, "x" * 90 + "wrong" + "y" * 5 + "…"),)
        ),
    )


def test_a_file_that_is_being_written_is_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "p.toml"
    file.write_text("one")
    seen = watch.signature([file])
    steps = iter(("", "t", "two", None, None))
    written = list[str]()

    def sleep(seconds: float) -> None:
        step = next(steps)
        if step is not None:
            file.write_text(step)
            os.utime(file, ns=(len(written), len(written) + 1))
            written.append(step)

    watch.changed([file], seen, sleep)
    assert (written == ["", "t", "two"] and next(steps, "over") == "over") or written[-1] == "two"


# ---- a browser -----------------------------------------------------------------------------------


@contextmanager
def looking(address: str) -> Iterator[tuple[Any, list[str]]]:
    """The page in a real browser, and what its console and its dialogs said."""
    need("module:playwright", "chromium")
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        page, said = started.new_page(), list[str]()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
        page.goto(address)
        try:
            yield page, said
        finally:
            started.close()


EVIL = "</script><img src=x onerror=alert(1)><b>bold</b>"


def test_a_browser_sees_saves_faults_and_nothing_of_a_hostile_program_acts(served: Served) -> None:
    need("module:axe_playwright_python")
    from axe_playwright_python.sync_playwright import Axe

    served.save(GOOD)
    with looking(served.address) as (page, said):
        frame = page.frame_locator("#session")
        frame.get_by_text("Glute bridge").first.wait_for(state="attached")
        assert page.text_content("#verdict") == "p.toml: fine"
        assert page.title() == "p.toml – mmc serve"

        served.save(GOOD.replace("Glute bridge", "Frog pump"))
        frame.get_by_text("Frog pump").first.wait_for(state="attached")

        served.save(BROKEN)
        page.wait_for_selector("li.error")
        assert page.text_content("li.error p") == f"line 7: error{ERROR}"
        assert page.text_content("li.error pre") == (
            '6 | sets = 1\n7 | repss = 2\n8 | tempo = "2-0-1-0"\n'
        )
        assert page.text_content("li.error mark") == "repss"
        faults = Axe().run(page).response["violations"]
        assert [fault["id"] for fault in faults if fault["impact"] in ("serious", "critical")] == []
        assert page.is_visible("#stale") and page.title() == "✗ p.toml – mmc serve"
        assert frame.get_by_text("Frog pump").count()

        evil = GOOD.replace("Glute bridge", EVIL).replace("Bridges", EVIL)
        served.save(evil.replace("reps =", f"'{EVIL}' ="))
        page.wait_for_selector("mark:has-text('onerror')")
        assert page.locator("aside img, aside b, aside script").count() == 0
        served.save(evil)
        page.wait_for_selector("li.error", state="detached")
        frame.get_by_text(EVIL).first.wait_for(state="attached")
        assert frame.locator("img[src=x]").count() == 0
        assert said == []


def test_a_browser_says_when_the_server_has_ended(tmp_path: Path) -> None:
    with serving(tmp_path) as server, looking(server.address) as (page, _):
        page.wait_for_selector("html[data-saves='1']")
        server.process.send_signal(signal.SIGINT)
        server.process.wait(WAIT_S)
        page.wait_for_selector("#verdict:has-text('mmc serve has ended')")
