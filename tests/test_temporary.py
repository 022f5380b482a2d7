"""Temporary files: a living owner's stays, a dead one's goes at once, whatever the clock says."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from types import FrameType

import pytest

from mmc_audio import temporary
from mmc_audio.errors import Terminated
from mmc_audio.executors import processes
from mmc_audio.temporary import Temporary, settle, sweep

OWNER = """
import sys, time
from pathlib import Path
from mmc_audio.temporary import Temporary
with Temporary(Path(sys.argv[1])) as mine:
    mine.write(b"half")
    print(mine.path.name, flush=True)
    time.sleep(60)
"""
HURRY = """
import sys
from pathlib import Path
from mmc_audio.temporary import Temporary, sweep
folder = Path(sys.argv[1])
for number in range(int(sys.argv[2])):
    sweep(folder)
    with Temporary(folder) as mine:
        mine.write(b"whole")
        mine.place(folder / f"{sys.argv[3]}-{number}")
print("done")
"""
LONG_AGO = -10_000 * 3_600.0
STRANGE = ".mmc-0123456789abcdef.part"


def names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


def aged(path: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then), follow_symlinks=False)


@contextmanager
def owner(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process with a temporary file, and the name of that."""
    command = [sys.executable, "-c", OWNER, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


@pytest.mark.parametrize("age_s", [0.0, 7_200.0, LONG_AGO])
@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGSEGV])
def test_a_file_stays_as_long_as_its_owner_lives(
    tmp_path: Path, sign: signal.Signals, age_s: float
) -> None:
    with owner(tmp_path) as (process, name):
        process.send_signal(signal.SIGSTOP)  # as in a laptop that is shut
        aged(tmp_path / name, age_s)
        sweep(tmp_path)
        assert names(tmp_path) == [name]
        process.send_signal(sign)
        process.send_signal(signal.SIGCONT)
        process.wait()
        assert names(tmp_path) == [name]
        sweep(tmp_path)
        assert names(tmp_path) == []


def test_eight_processes_sweep_and_write_in_one_folder(tmp_path: Path) -> None:
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", HURRY, str(tmp_path), "150", str(number)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(8)
    ]
    assert [run.communicate() for run in runs] == [("done\n", "")] * 8
    assert names(tmp_path) == sorted(f"{run}-{n}" for run in range(8) for n in range(150))
    assert {path.read_bytes() for path in tmp_path.iterdir()} == {b"whole"}


def test_only_regular_files_of_our_own_naming_are_swept(tmp_path: Path) -> None:
    (tmp_path / "aim").write_bytes(b"aim")
    (tmp_path / ".mmc-1.part").symlink_to("aim")
    (tmp_path / ".mmc-2.part").mkdir()
    os.mkfifo(tmp_path / ".mmc-3.part")
    for name in (".mmc-4.part", "mmc-5.part", ".mmc-6.parts", "7.part"):
        (tmp_path / name).write_bytes(b"")
    sweep(tmp_path)
    kept = {".mmc-1.part", ".mmc-2.part", ".mmc-3.part", "mmc-5.part", ".mmc-6.parts", "7.part"}
    assert names(tmp_path) == sorted(kept | {"aim"})
    sweep(tmp_path / "missing")
    sweep(tmp_path / "aim")


def test_where_nothing_can_be_locked_age_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(descriptor: int, operation: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", refuse)
    for age_s, left in ((3_500, [STRANGE]), (3_700, [])):
        (tmp_path / STRANGE).write_bytes(b"half")
        aged(tmp_path / STRANGE, age_s)
        sweep(tmp_path)
        assert names(tmp_path) == left
    with Temporary(tmp_path) as mine:
        mine.write(b"whole")
        mine.place(tmp_path / "a")
    assert names(tmp_path) == ["a"]


def test_on_windows_what_is_young_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(temporary.sys, "platform", "win32")
    for age_s, left in ((5, [STRANGE]), (15, [])):
        (tmp_path / STRANGE).write_bytes(b"half")
        aged(tmp_path / STRANGE, age_s)
        sweep(tmp_path)
        assert names(tmp_path) == left
    with Temporary(tmp_path) as mine:
        mine.write(b"whole")
        aged(mine.path, 60)
        monkeypatch.setattr(os, "replace", lambda old, new: sweep(tmp_path))
        mine.place(tmp_path / "a")
        assert names(tmp_path) == [mine.path.name]


def test_a_file_swept_before_it_was_locked_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    lock, swept = fcntl.flock, list[str]()

    def late(descriptor: int, operation: int) -> None:
        if not swept:
            swept.extend(names(tmp_path))
            os.unlink(tmp_path / swept[0])
        lock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", late)
    with Temporary(tmp_path) as mine:
        assert names(tmp_path) == [mine.path.name] != swept
    assert names(tmp_path) == []


@pytest.mark.parametrize("links", [True, False])
def test_a_new_file_replaces_nothing(
    tmp_path: Path, links: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(source: Path, target: Path) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")  # as FAT says

    if not links:
        monkeypatch.setattr(os, "link", refuse)
    final = tmp_path / "a"
    for text in (b"first", b"second"):
        with Temporary(tmp_path) as mine:
            mine.write(text)
            if text == b"first":
                mine.place_new(final)
            else:
                with pytest.raises(FileExistsError):
                    mine.place_new(final)
    assert names(tmp_path) == ["a"]
    assert final.read_bytes() == b"first"


class Signal:
    """A signal that comes before the step `at` of what is traced: an instruction of Python."""

    def __init__(self, at: int) -> None:
        self._left, self.came = at, False

    def __call__(self, frame: FrameType, event: str, _: object) -> Signal | None:
        if frame.f_code.co_filename not in (temporary.__file__, __file__):
            return None
        frame.f_trace_opcodes = True
        if event == "opcode" and not self.came:
            self._left -= 1
            if self._left == 0:
                self.came = True
                raise Terminated(signal.SIGTERM)
        return self


def written(folder: Path) -> None:
    with Temporary(folder) as mine:
        mine.write(b"new")
        mine.place(folder / "a")
    with Temporary(folder) as mine:
        mine.write(b"new")
        mine.place_new(folder / "b")
    with Temporary(folder) as mine:
        mine.write(b"dropped")


def test_a_signal_between_any_two_steps_leaves_no_temporary_file(tmp_path: Path) -> None:
    """Where a `with` can't see it either: the file is there, and its `with` has not begun."""
    left = 0
    sys._getframe().f_trace_opcodes = True  # Python 3.12 asks once, before anything is traced
    for at in count(1):
        (tmp_path / "a").write_bytes(b"old")
        (tmp_path / "b").unlink(missing_ok=True)
        coming = Signal(at)
        sys.settrace(coming)
        try:
            written(tmp_path)
        except Terminated:
            pass
        finally:
            sys.settrace(None)
        left += names(tmp_path) not in (["a"], ["a", "b"])
        settle()
        assert names(tmp_path) in (["a"], ["a", "b"])
        assert (tmp_path / "a").read_bytes() in (b"old", b"new")
        if not coming.came:
            break
    assert at > 200
    assert left > 3


def unfinished(folder: Path) -> None:
    Temporary(folder).write(b"half")
    signal.raise_signal(signal.SIGTERM)


def test_what_has_no_with_goes_at_the_end_of_python(tmp_path: Path) -> None:
    command = "import sys; from mmc_audio.temporary import *; Temporary(Path(sys.argv[1])); exit(3)"
    assert subprocess.run([sys.executable, "-c", command, str(tmp_path)]).returncode == 3
    assert names(tmp_path) == []


def test_what_can_not_be_made_is_not_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> bool:
        raise PermissionError(errno.EACCES, "Permission denied")

    with pytest.raises(FileNotFoundError):
        Temporary(tmp_path / "missing")
    monkeypatch.setattr(Path, "exists", refuse)
    with pytest.raises(PermissionError):
        Temporary(tmp_path)
    assert names(tmp_path) == []
    assert temporary._unsettled == set()


def test_a_worker_that_is_told_to_end_leaves_none_either(tmp_path: Path) -> None:
    with processes(1) as pool:
        assert isinstance(pool.submit(unfinished, tmp_path).exception(), BrokenProcessPool)
        assert names(tmp_path) == []


def test_a_signal_while_it_is_tidied_up_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a worker is told by the terminal and by its parent, the second time in the midst of it."""
    made = [Temporary(tmp_path) for _ in range(3)]
    unlink = os.unlink

    def again(path: Path) -> None:
        monkeypatch.setattr(os, "unlink", unlink)
        settle()
        assert names(tmp_path) == []
        unlink(path)

    monkeypatch.setattr(os, "unlink", again)
    settle()
    assert names(tmp_path) == [] and temporary._unsettled == set() and len(made) == 3
