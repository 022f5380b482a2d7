"""A real terminal to type into and to look at: a shell in a tmux of its own.

with Terminal(columns=100, lines=30) as terminal:
    terminal.run("mmc play hip-thrust")
    terminal.wait_for("Set 1 of 3")
    terminal.press("Space")
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import tempfile
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.parts import need

PATIENCE_S = 20.0  # a busy machine is slow; what never comes fails after that
LOOK_S = 0.02
PROMPT = "prompt> "
SHELLS = {"bash": ["bash", "--norc", "--noprofile", "-i"], "sh": ["sh", "-i"]}


class Terminal:
    """A terminal of so many columns and lines, with an interactive shell in it.

    `shell`: bash puts the terminal's attributes right after a job, sh (dash) leaves them as they
    are. Nothing of the user's tmux or shell configuration is read, and nothing survives the end.
    """

    def __init__(
        self,
        *,
        columns: int = 80,
        lines: int = 24,
        shell: str = "bash",
        term: str = "tmux-256color",
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self._size, self._shell, self._term, self._cwd = (columns, lines), shell, term, cwd
        self._folder = Path(tempfile.mkdtemp(prefix="terminal-"))
        drop = ("TMUX", "TMUX_PANE", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "COLORTERM")
        kept = {name: value for name, value in os.environ.items() if name not in drop}
        # ENV is what sh reads at its start.
        own = {"ENV": "", "PS1": PROMPT, "HISTFILE": "", "LC_ALL": "C.UTF-8"}
        self._env = {**kept, **own, **(env or {})}

    def __enter__(self) -> Terminal:
        need("tmux", self._shell)
        columns, lines = map(str, self._size)
        setup = [
            "set",
            "-g",
            "default-terminal",
            self._term,
            ";",
            "set",
            "-g",
            "status",
            "off",
            ";",
        ]
        start = ["new-session", "-d", "-x", columns, "-y", lines, *SHELLS[self._shell]]
        try:
            self._tmux("start-server", ";", *setup, *start)
            self.wait_for(PROMPT.strip())
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End everything that runs in it."""
        for pid in self._processes():
            subprocess.run(["kill", "-KILL", str(pid)], check=False, capture_output=True)
        subprocess.run(
            [*self._command(), "kill-server"], env=self._env, check=False, capture_output=True
        )
        shutil.rmtree(self._folder, ignore_errors=True)

    # ---- typing ----------------------------------------------------------------------------------

    def run(self, command: str | Sequence[str]) -> None:
        """Type a line for the shell, and Enter."""
        line = command if isinstance(command, str) else shlex.join(command)
        self.type(line)
        self.press("Enter")

    def type(self, text: str) -> None:
        """Type characters, all at once."""
        self._tmux("send-keys", "-l", "--", text)

    def press(self, *keys: str) -> None:
        """Press keys by tmux' names: "Left", "Space", "Escape", "C-c", "C-z", "M-x"."""
        self._tmux("send-keys", *keys)

    def paste(self, text: str) -> None:
        """Paste text, marked as pasted if the program has asked for the marks."""
        self._tmux("set-buffer", "--", text)
        self._tmux("paste-buffer", "-p", "-r")

    def resize(self, columns: int, lines: int) -> None:
        """Give the window another size."""
        self._tmux("resize-window", "-x", str(columns), "-y", str(lines))

    # ---- looking ---------------------------------------------------------------------------------

    def screen(self, *, colours: bool = False) -> str:
        """What it shows now, a line for each row; with the sequences that colour it, if asked."""
        return self._tmux("capture-pane", "-p", *(["-e"] if colours else []))

    def wait_for(self, text: str, *, within_s: float = PATIENCE_S) -> str:
        """The screen, once the text is on it."""
        return self.wait_until(lambda screen: text in screen, f"{text!r}", within_s=within_s)

    def wait_for_line(self, pattern: str, *, within_s: float = PATIENCE_S) -> re.Match[str]:
        """What a whole line of the screen matches, once it does."""
        line = re.compile(rf"^{pattern}$", re.MULTILINE)
        screen = self.wait_until(
            lambda screen: line.search(screen) is not None, pattern, within_s=within_s
        )
        match = line.search(screen)
        assert match is not None
        return match

    def wait_until(
        self, right: Callable[[str], bool], what: str, *, within_s: float = PATIENCE_S
    ) -> str:
        """The screen, once it is right."""
        end = time.monotonic() + within_s
        while True:
            screen = self.screen()
            if right(screen):
                return screen
            assert time.monotonic() < end, f"no {what} within {within_s} s:\n{screen}"
            time.sleep(LOOK_S)

    def ask(self, variable: str) -> str:
        """One of tmux' format variables of the pane."""
        return self._tmux("display-message", "-p", f"#{{{variable}}}").strip()

    @property
    def second_screen(self) -> bool:
        """Whether the second ("alternate") screen is shown."""
        return self.ask("alternate_on") == "1"

    @property
    def cursor_shown(self) -> bool:
        return self.ask("cursor_flag") == "1"

    def attributes(self) -> list[Any]:
        """All that `stty -g` tells, at this moment."""
        fd = os.open(self.ask("pane_tty"), os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        try:
            return termios.tcgetattr(fd)
        finally:
            os.close(fd)

    # ---- below -----------------------------------------------------------------------------------

    def _command(self) -> list[str]:
        return ["tmux", "-u", "-S", str(self._folder / "socket"), "-f", "/dev/null"]

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            [*self._command(), *arguments],
            env=self._env,
            cwd=self._cwd,
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE_S,
            check=False,
        )
        assert done.returncode == 0, f"tmux {arguments[0]}: {done.stderr}"
        return done.stdout

    def _processes(self) -> list[int]:
        """Every process of the session that the shell leads, stopped ones too; the shell last."""
        try:
            shell = int(self.ask("pane_pid"))
        except (AssertionError, ValueError, subprocess.TimeoutExpired):
            return []
        listed = subprocess.run(
            ["ps", "-e", "-o", "pid=,sess="], capture_output=True, text=True, check=True
        )
        pairs = [tuple(map(int, line.split())) for line in listed.stdout.splitlines()]
        return sorted((pid for pid, session in pairs if session == shell), key=shell.__eq__)
