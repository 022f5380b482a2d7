"""The target is the old file or the new one, whole, whatever happens on the way."""

from __future__ import annotations

import os
import re
import resource
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from mmc_audio.errors import UserError
from mmc_audio.outputs import files
from tests.parts import need

OLD, NEW = b"old" * 1_000, b"new" * 2_000


def write_new(temporary: Path) -> None:
    temporary.write_bytes(NEW)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def refusal(target: Path) -> str:
    """The message with which a target is refused, before anything is written."""

    def never(temporary: Path) -> None:
        raise AssertionError("the writer ran")

    with pytest.raises(UserError) as caught:
        files.replace(target, never)
    return str(caught.value)


def test_a_new_file_has_the_modes_that_the_umask_leaves(tmp_path: Path) -> None:
    target = tmp_path / "a.mp3"
    old = os.umask(0o027)
    try:
        assert files.replace(target, write_new) == target
    finally:
        os.umask(old)
    assert target.read_bytes() == NEW
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert names(tmp_path) == ["a.mp3"]


def test_an_old_file_keeps_its_modes(tmp_path: Path) -> None:
    target = tmp_path / "a.mp3"
    target.write_bytes(OLD)
    target.chmod(0o604)
    files.replace(target, write_new)
    assert target.read_bytes() == NEW
    assert stat.S_IMODE(target.stat().st_mode) == 0o604


def test_a_writer_sees_an_empty_file_in_the_targets_own_folder(tmp_path: Path) -> None:
    seen = []

    def write(temporary: Path) -> None:
        seen.append((temporary.parent, temporary.read_bytes(), (tmp_path / "a.mp3").exists()))
        assert re.fullmatch(r"\.mmc-[0-9a-f]{16}\.part", temporary.name)

    files.replace(tmp_path / "a.mp3", write)
    assert seen == [(tmp_path, b"", False)]


def test_a_link_stays_and_the_file_it_names_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "shelf").mkdir()
    real = tmp_path / "shelf" / "real.mp3"
    real.write_bytes(OLD)
    link = tmp_path / "link.mp3"
    link.symlink_to("shelf/real.mp3")
    assert files.replace(link, write_new) == real
    assert link.is_symlink() and real.read_bytes() == NEW
    assert names(tmp_path / "shelf") == ["real.mp3"]


def test_a_link_to_nothing_makes_the_file_it_names(tmp_path: Path) -> None:
    link = tmp_path / "link.mp3"
    link.symlink_to("new.mp3")
    files.replace(link, write_new)
    assert link.is_symlink() and (tmp_path / "new.mp3").read_bytes() == NEW


def test_a_circle_of_links_is_refused(tmp_path: Path) -> None:
    link = tmp_path / "link.mp3"
    link.symlink_to("link.mp3")
    assert refusal(link).startswith(f"{link} was not written: Too many levels of symbolic links. ")


@pytest.mark.parametrize("kind", ["device", "pipe", "socket", "linked device"])
def test_what_is_no_regular_file_is_left_alone(tmp_path: Path, kind: str) -> None:
    target = tmp_path / "a.mp3"
    listener = socket.socket(socket.AF_UNIX)
    with listener:
        if kind == "device":
            target = Path("/dev/null")
        elif kind == "pipe":
            os.mkfifo(target)
        elif kind == "socket":
            listener.bind(str(target))
        else:
            target.symlink_to("/dev/null")
        before = target.stat()
        assert refusal(target) == (
            f"{target} is not a regular file but a device, a pipe or a socket. "
            "Name a file that may be replaced."
        )
        assert (target.stat().st_mode, target.stat().st_ino) == (before.st_mode, before.st_ino)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path) == f"{tmp_path} is a folder. Name a file inside it."


@pytest.mark.parametrize("middle", ["missing", "file"])
def test_a_missing_folder_is_named(tmp_path: Path, middle: str) -> None:
    (tmp_path / "file").write_bytes(OLD)
    target = tmp_path / middle / "a.mp3"
    assert refusal(target) == (
        f"{target} was not written: the folder {tmp_path / middle} does not exist. "
        "Make it first, or name another place."
    )


def test_a_name_is_shown_without_what_a_terminal_obeys(tmp_path: Path) -> None:
    target = tmp_path / "a\x1b[2J" / "b.mp3"
    assert "\x1b" not in refusal(target)


@pytest.mark.parametrize("error", [RuntimeError("broken"), KeyboardInterrupt(), SystemExit(3)])
def test_a_failed_writer_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, error: BaseException
) -> None:
    target = tmp_path / "a.mp3"
    target.write_bytes(OLD)

    def fail(temporary: Path) -> None:
        temporary.write_bytes(NEW[:100])
        raise error

    with pytest.raises(type(error)) as caught:
        files.replace(target, fail)
    assert caught.value is error
    assert target.read_bytes() == OLD
    assert names(tmp_path) == ["a.mp3"]


def test_a_full_disk_is_told_with_the_place_and_its_room(tmp_path: Path) -> None:
    target = tmp_path / "a.mp3"
    target.write_bytes(OLD)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_000, hard))
    try:
        with pytest.raises(UserError) as caught:
            files.replace(target, write_new)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert re.fullmatch(
        rf"{re.escape(str(target))} was not written: File too large\. "
        rf"[\d,]+ bytes are free in {re.escape(str(tmp_path))}; make room or name another place\.",
        str(caught.value),
    )
    assert target.read_bytes() == OLD
    assert names(tmp_path) == ["a.mp3"]


def test_a_folder_that_vanishes_on_the_way_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    target = folder / "a.mp3"

    def unplug(temporary: Path) -> None:
        temporary.unlink()
        folder.rmdir()

    with pytest.raises(UserError) as caught:
        files.replace(target, unplug)
    assert str(caught.value) == (
        f"{target} was not written: No such file or directory. The folder {folder} is gone."
    )


def without_privileges(folder: Path, script: str) -> str:
    """What a script prints for whom modes count: root is stripped of the right to pass them by."""
    command = [sys.executable, "-c", script, str(folder)]
    if os.geteuid() == 0:
        need("setpriv")
        command = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *command]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


TRY = """
import sys
from pathlib import Path
from mmc_audio.errors import UserError
from mmc_audio.outputs import files
try:
    files.replace(Path(sys.argv[1], "a.mp3"), lambda temporary: temporary.write_bytes(b"new"))
except UserError as error:
    print(error)
"""


def test_a_folder_without_the_right_to_write_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir()
    folder.chmod(0o555)
    assert without_privileges(folder, TRY) == (
        f"{folder}/a.mp3 was not written: Permission denied. "
        f"Choose a folder that you may write to; {folder} is not one.\n"
    )


def test_a_read_only_file_is_not_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o777)
    (folder / "a.mp3").write_bytes(OLD)
    (folder / "a.mp3").chmod(0o444)
    assert without_privileges(folder, TRY) == (
        f"{folder}/a.mp3 is read-only. Make it writable, or name another file.\n"
    )
    assert (folder / "a.mp3").read_bytes() == OLD


def test_what_killed_runs_left_is_swept(tmp_path: Path) -> None:
    for name in (".mmc-0123456789abcdef.part", "mine.part", ".other-0123.part"):
        (tmp_path / name).write_bytes(b"x")
    files.replace(tmp_path / "a.mp3", write_new)
    assert names(tmp_path) == sorted({"mine.part", ".other-0123.part", "a.mp3"})


def test_the_file_is_flushed_before_it_is_renamed_and_its_folder_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = []
    flush, rename = os.fsync, os.replace

    def watched_flush(handle: int) -> None:
        steps.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        flush(handle)

    def watched_rename(source: Path, target: Path) -> None:
        steps.append("rename")
        rename(source, target)

    monkeypatch.setattr(os, "fsync", watched_flush)
    monkeypatch.setattr(os, "replace", watched_rename)
    files.replace(tmp_path / "a.mp3", write_new)
    assert steps == ["file", "rename", "folder"]


CRASH = """
import os, signal, sys
from pathlib import Path
from mmc_audio.outputs import files
call, order = sys.argv[2].split()
real = getattr(os, call)
def crash(*args, **kwargs):
    result = None if order == "before" else real(*args, **kwargs)
    os.kill(os.getpid(), signal.SIGKILL)
    return result
setattr(os, call, crash)
files.replace(Path(sys.argv[1]), lambda temporary: temporary.write_bytes(b"new" * 2_000))
"""


@pytest.mark.parametrize(
    ("moment", "content"),
    [
        ("open after", OLD),
        ("chmod after", OLD),
        ("fsync before", OLD),
        ("fsync after", OLD),
        ("replace before", OLD),
        ("replace after", NEW),
    ],
)
def test_a_kill_at_any_step_leaves_one_whole_file(
    tmp_path: Path, moment: str, content: bytes
) -> None:
    target = tmp_path / "a.mp3"
    target.write_bytes(OLD)
    done = subprocess.run([sys.executable, "-c", CRASH, str(target), moment], check=False)
    assert done.returncode == -signal.SIGKILL
    assert target.read_bytes() == content
