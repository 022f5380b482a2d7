"""Paths from a stranger, or from a slip: for programs, sounds, outputs, rosters, folders."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from mmc_audio.filenames import file_name
from tests.command import Run
from tests.confined import Confined, confined
from tests.test_decode import wav

PROGRAM = 'title = "T"\n{top}\n[[exercise]]\nname = "B"\nreps = 1\nsets = 1\n'
QUIET = ("--voice", "none")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Confined]:
    """A folder with a program, a secret beside it, and the traps that tests need."""
    folder = tmp_path_factory.mktemp("outside") / "inside"
    folder.mkdir()
    (folder.parent / "secret.wav").write_bytes(b"secret")
    (folder / "link.wav").symlink_to("../secret.wav")
    (folder / "zero.wav").symlink_to("/dev/zero")
    (folder / "away").symlink_to("..")
    os.mkfifo(folder / "pipe.wav")
    with confined(folder) as found:
        yield found


def refused(stranger: Confined, top: str) -> str:
    """What an export says of a program with these lines, which writes nothing."""
    (stranger.folder / "p.toml").write_text(PROGRAM.format(top=top))
    run = stranger.run("export", *QUIET, "-o", "out.json", "p.toml")
    assert (run.code, run.out) == (1, "")
    assert not (stranger.folder / "out.json").exists()
    return run.err


SHAPES = {
    "/etc/passwd": "",
    "../secret.wav": "",
    "a/../../secret.wav": "",
    "~/x.wav": "",
    "~root/x.wav": "",
    "C:/x.wav": "",
    "C:\\\\x.wav": "; write / between the folders",
    "http://127.0.0.1:9/x.wav": "",
    "concat:a.wav|b.wav": "",
    "subfile,,start,0,end,0,,:link.wav": "",
    "file:link.wav": "",
    "a\\u0000.wav": "",
    "a\\u001b]0;x\\u0007.wav": "",
    "a\\nb.wav": "",
    "a\\u202eb.wav": "",
}


@pytest.mark.parametrize("path", SHAPES)
def test_a_sound_of_a_wrong_shape_is_refused_by_its_name(stranger: Confined, path: str) -> None:
    err = refused(stranger, f'[sound.files]\ngo = "{path}"')
    first = err.split("\n")[0]
    where = "p.toml:3:6: error: sound.files.go must be a file inside the program's folder, such as "
    assert first.startswith(f'{where}"sounds/go.wav", found "')
    assert first.endswith(SHAPES[path] or '"')
    assert err.count("\n") == 3  # the message, the line, the caret


INSIDE = {
    "link.wav": '"link.wav" is a symbolic link; links are not followed, copy the file into the '
    "program's folder and write its name from there",
    "zero.wav": '"zero.wav" is a symbolic link; links are not followed, copy the file into the '
    "program's folder and write its name from there",
    "away/secret.wav": '"away/secret.wav" leads through "away", a symbolic link; links are not '
    "followed, copy the file into the program's folder and write its name from there",
    "pipe.wav": '"pipe.wav" is not a regular file',
    "-i.wav": '"-i.wav" is not in the program\'s folder',
}


@pytest.mark.parametrize("path", INSIDE)
def test_a_sound_that_leads_out_is_refused_when_it_is_opened(stranger: Confined, path: str) -> None:
    err = refused(stranger, f'[sound.files]\ngo = "{path}"')
    assert err.split("\n")[0] == f"p.toml:3:6: error: {INSIDE[path]}"


def test_300_characters_are_too_many_for_a_name(stranger: Confined) -> None:
    err = refused(stranger, f'[sound.files]\ngo = "{"x" * 300}"')
    words = "sound.files.go has 300 characters; at most 240 are allowed"
    assert err.split("\n")[0] == f"p.toml:3:6: error: {words}"


@pytest.mark.parametrize("folder", ["..", "/etc", "~", "a/../..", "http://x", "C:/voices"])
def test_a_folder_of_recordings_lies_inside(stranger: Confined, folder: str) -> None:
    top = f'[voice]\nengine = "recorded"\nrecordings = "{folder}"'
    first = refused(stranger, top).split("\n")[0]
    words = "voice.recordings must be a folder inside the program's folder, such as "
    assert first == f'p.toml:4:14: error: {words}"voices", found "{folder}"'


def test_a_folder_of_recordings_that_is_a_link_is_not_looked_into(stranger: Confined) -> None:
    top = '[voice]\nengine = "recorded"\nrecordings = "away"'
    (stranger.folder / "p.toml").write_text(PROGRAM.format(top=top))
    run = stranger.run("export", "--voice", "recorded", "-o", "out.json", "p.toml")
    assert (run.code, run.out) == (1, "")
    assert run.err.split("\n")[0] == (
        'error: The voice recorded: the folder "away" is a symbolic link, or behind one'
    )


def test_a_recording_that_is_a_link_is_none(stranger: Confined) -> None:
    from mmc_audio.program import VoiceSettings
    from mmc_audio.voices.recorded import make

    voices = stranger.folder / "voices"
    voices.mkdir()
    (voices / "up.wav").symlink_to("../../secret.wav")
    (voices / "down.wav").write_bytes(wav())
    settings = VoiceSettings(engine="recorded", recordings="voices")
    voice = make(settings, folder=str(stranger.folder), notice=print)
    assert voice.available(("down",)) is None
    assert voice.available(("down", "up")) == '1 phrase without a recording in "voices": up.wav'


TARGETS = {
    "http://127.0.0.1:9/x.mp3": "the folder http:/127.0.0.1:9 does not exist",
    "pipe.wav": "pipe.wav is not a regular file but a device, a pipe or a socket",
    "no/such/out.json": "the folder no/such does not exist",
    f"{'x' * 300}.json": "File name too long",
    "~nobody/out.json": "the folder ~nobody does not exist",
}


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_that_can_not_be_is_named(stranger: Confined, target: str) -> None:
    (stranger.folder / "p.toml").write_text(PROGRAM.format(top=""))
    run = stranger.run("export", *QUIET, "-o", target, "p.toml")
    assert (run.code, run.out) == (1, "")
    assert run.err.startswith("error: ")
    assert TARGETS[target] in run.err.replace(f"{stranger.folder}/", "")
    assert run.err.count("\n") == 1


@pytest.mark.parametrize(
    "target", ["-rf.json", "concat:a.json", "a\nb.json", "a\\b.json", "$(x).json", "C:x.json"]
)
def test_a_strange_target_is_a_file_here_and_nothing_else(stranger: Confined, target: str) -> None:
    (stranger.folder / "p.toml").write_text(PROGRAM.format(top=""))
    before = {path.name for path in stranger.folder.iterdir()}
    run = stranger.run("export", *QUIET, "p.toml", "-o", target)
    assert (run.code, run.err) == (0, "")
    after = {path.name for path in stranger.folder.iterdir()}
    assert after - before - {"cache"} == {target}
    (stranger.folder / target).unlink()


ARGUMENTS = {
    "": '"" is a folder; name a program file in it.',
    "http://127.0.0.1:9/p.toml": '"http://127.0.0.1:9/p.toml" is neither a file nor',
    "zero.wav": "zero.wav is a device, not a program file.",
    "pipe.wav": "pipe.wav is a pipe, not a program file.",
}


@pytest.mark.parametrize("argument", ARGUMENTS)
def test_an_argument_that_is_no_program_is_named(stranger: Confined, argument: str) -> None:
    run = stranger.run("show", argument)
    assert (run.code, run.out) == (1, "")
    assert run.err.startswith(f"error: {ARGUMENTS[argument]}")
    assert run.err.count("\n") == 1


def test_an_argument_of_5000_letters_is_cut(stranger: Confined) -> None:
    run = stranger.run("show", "y" * 5_000)
    assert (run.code, run.out) == (1, "")
    assert len(run.err) < 1_000


CLIENTS = {
    "../../etc/passwd": "_.._etc_passwd.mp3",
    "/etc/passwd": "_etc_passwd.mp3",
    "-rf": "rf.mp3",
    "~root": "_root.mp3",
    "C:\\x": "C__x.mp3",
    "con": "con_.mp3",
    "a|b;c&d": "a_b_c_d.mp3",
    "$(touch owned)": "__touch owned_.mp3",
    "...": "session.mp3",
    "a\nb\x1b[2Jc": "a_b__2Jc.mp3",
    "a\0b": "a_b.mp3",
    "z" * 300: "z" * 120 + ".mp3",
}


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_becomes_a_file_in_the_folder(client: str) -> None:
    assert f"{file_name(client)}.mp3" == CLIENTS[client]


@pytest.mark.parametrize(
    "place",
    ["/dev/null", "/dev/null/x", "pipe.wav", "/proc/1/x", "~no-such-user/x", f"/{'x' * 300}"],
)
def test_a_cache_in_an_impossible_place_stops_nothing(place: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    (tmp_path / "p.toml").write_text(PROGRAM.format(top=""))
    with confined(tmp_path, MMC_CACHE=place) as found:
        run = found.run("export", *QUIET, "-o", "out.json", "p.toml")
        assert run == Run(0, run.out, "")
        told = found.run("cache")
        assert told == Run(0, f"0 phrases (0 kB) and 0 encoded sounds (0 kB), in {place}\n")
        assert found.run("cache", "--clear").code == 0
