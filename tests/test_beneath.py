"""A program from a stranger names files: only those in its own folder are opened."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

import pytest

from mmc_audio.beneath import Opener, by_descriptor, by_path, open_beneath
from mmc_audio.errors import UserError

COPY = "copy the file into the program's folder and write its name from there."


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program's folder, with a secret beside it and traps inside."""
    folder = tmp_path / "program"
    (folder / "s").mkdir(parents=True)
    (folder / "s" / "go.wav").write_bytes(b"RIFF")
    (folder / "-i.wav").write_bytes(b"dash")
    (folder / "s" / "s").write_bytes(b"")
    (tmp_path / "secret").write_bytes(b"secret")
    (folder / "s" / "out.wav").symlink_to("../../secret")
    (folder / "s" / "in.wav").symlink_to("go.wav")
    (folder / "up").symlink_to("..")
    (folder / "zero.wav").symlink_to("/dev/zero")
    (folder / "gone.wav").symlink_to("nowhere")
    os.mkfifo(folder / "fifo.wav")
    monkeypatch.chdir(folder)  # the whole path of a socket may have 107 bytes only
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.wav")
    with (folder / "big.wav").open("wb") as file:
        file.truncate((20 << 20) + 1)
    with (folder / "limit.wav").open("wb") as file:
        file.truncate(20 << 20)
    return folder


@pytest.fixture(params=[by_descriptor, by_path])
def opener(request: pytest.FixtureRequest) -> Opener:
    """Both ways in: the one for POSIX, and the one for Windows."""
    chosen: Opener = request.param
    return chosen


REFUSED = {
    "": '"" names no file.',
    ".": '"." names no file.',
    "/etc/passwd": f'"/etc/passwd" is an absolute path; {COPY}',
    "//host/x.wav": f'"//host/x.wav" is an absolute path; {COPY}',
    "../secret": f'"../secret" leads out of the program\'s folder (".."); {COPY}',
    "s/../../secret": f'"s/../../secret" leads out of the program\'s folder (".."); {COPY}',
    "~/x.wav": f'"~/x.wav" begins with "~"; {COPY}',
    "~root/x.wav": f'"~root/x.wav" begins with "~"; {COPY}',
    "s\\go.wav": '"s\\go.wav" has a backslash in it; write / between folders.',
    "a\0b": '"a\\x00b" has a NUL character in it.',
    "C:/x.wav": f'"C:/x.wav" has a colon in it, like a drive or a web address; {COPY}',
    "http://x/y.mp3": f'"http://x/y.mp3" has a colon in it, like a drive or a web address; {COPY}',
    "concat:a|b.mp3": f'"concat:a|b.mp3" has a colon in it, like a drive or a web address; {COPY}',
    "s/go.wav:x": f'"s/go.wav:x" has a colon in it, like a drive or a web address; {COPY}',
    "s/out.wav": f'"s/out.wav" is a symbolic link; links are not followed, {COPY}',
    "s/in.wav": f'"s/in.wav" is a symbolic link; links are not followed, {COPY}',
    "zero.wav": f'"zero.wav" is a symbolic link; links are not followed, {COPY}',
    "gone.wav": f'"gone.wav" is a symbolic link; links are not followed, {COPY}',
    "up/secret": (
        f'"up/secret" leads through "up", a symbolic link; links are not followed, {COPY}'
    ),
    "fifo.wav": '"fifo.wav" is not a regular file.',
    "socket.wav": '"socket.wav" is not a regular file.',
    "s": '"s" is a folder, not a file.',
    "s/s/go.wav": '"s/s/go.wav" can\'t be opened: "s" is not a folder.',
    "big.wav": '"big.wav" has 20.0 MiB; at most 20 MiB are allowed.',
    "s/goo.wav": '"s/goo.wav" is not in the program\'s folder; did you mean "s/go.wav"?',
    "S/go.wav": '"S/go.wav" is not in the program\'s folder; did you mean "s/go.wav"?',
    "qqqq": '"qqqq" is not in the program\'s folder.',
    "x" * 300: f'"{"x" * 77}…" can\'t be opened: File name too long.',
    "\x1b]0;hi\x07.wav": '"\\x1b]0;hi\\x07.wav" is not in the program\'s folder.',
}


@pytest.mark.parametrize("relative", REFUSED)
def test_refuses_in_words_and_at_once(root: Path, opener: Opener, relative: str) -> None:
    started = time.monotonic()
    with pytest.raises(UserError) as refusal:
        open_beneath(str(root), relative, opener=opener)
    assert str(refusal.value) == REFUSED[relative]
    assert time.monotonic() - started < 0.5


@pytest.mark.parametrize(
    ("relative", "body"),
    [("s/go.wav", b"RIFF"), ("./s//go.wav", b"RIFF"), ("-i.wav", b"dash"), ("s/s", b"")],
)
def test_opens_what_lies_inside(root: Path, opener: Opener, relative: str, body: bytes) -> None:
    with open_beneath(str(root), relative, opener=opener) as stream:
        assert stream.read() == body


def test_opens_a_file_of_exactly_the_limit(root: Path) -> None:
    open_beneath(str(root), "limit.wav").close()


def test_follows_a_link_to_the_folder_itself(root: Path, opener: Opener) -> None:
    link = root.parent / "link"
    link.symlink_to(root)
    with open_beneath(str(link), "s/go.wav", opener=opener) as stream:
        assert stream.read() == b"RIFF"


def test_says_when_the_folder_is_gone(tmp_path: Path, opener: Opener) -> None:
    gone = tmp_path / "gone"
    with pytest.raises(UserError) as refusal:
        open_beneath(str(gone), "x.wav", opener=opener)
    assert str(refusal.value).endswith("can't be opened: No such file or directory.")
    assert str(refusal.value).startswith('The folder "')


def test_says_when_reading_is_not_permitted(
    root: Path, opener: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Root reads everything, so the system's answer is played here.
    def denied(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", denied)
    with pytest.raises(UserError) as refusal:
        open_beneath(str(root), "s/go.wav", opener=opener)
    assert str(refusal.value) == '"s/go.wav" can\'t be opened: Permission denied.'


def test_a_file_swapped_between_the_two_looks_is_refused(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = os.lstat(root / "-i.wav")
    monkeypatch.setattr(os, "lstat", lambda path: other)
    monkeypatch.setattr(os.path, "realpath", os.path.abspath)
    with pytest.raises(OSError, match="symbolic links"):
        by_path(str(root), ["s", "go.wav"])


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="descriptors are counted in /proc")
def test_leaves_no_descriptor_open(root: Path, opener: Opener) -> None:
    before = os.listdir("/proc/self/fd")
    for relative in REFUSED:
        with pytest.raises(UserError):
            open_beneath(str(root), relative, opener=opener)
    open_beneath(str(root), "s/go.wav", opener=opener).close()
    assert os.listdir("/proc/self/fd") == before
