"""Music in a session played live: as in the export, and on through pauses without a click."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from mmc_audio import spoken
from mmc_audio.chart import Chart
from mmc_audio.deck import FADE_S, Deck
from mmc_audio.load import load_path
from mmc_audio.player import Player
from mmc_audio.studio import Prepared
from mmc_audio.timeline import FRAMES_PER_MS, SAMPLE_RATE
from tests.command import MMC, ROOT, environment
from tests.crank import Crank
from tests.studio import prepared_of, shared_cache
from tests.test_music import db, tone, written

PROGRAM = """\
title = "With music"
[music]
files = ["t.wav"]
crossfade = 0
fade = 1
duck = {duck}
[session]
setup = 4
[[exercise]]
name = "Squat"
start = "eccentric"
sets = 2
reps = 3
tempo = "2-0-1-0"
rest = 20
"""
Ears = npt.NDArray[np.float64]


class Turned(Crank):
    """Turns its volume down as every device does: within a block, and then it is silent."""

    def turn(self, ms: int) -> None:
        before = [len(pieces) for pieces in self._pieces]
        super().turn(ms)
        if self.volume == 0 and self._pieces:
            fresh = self._pieces[-1][before[-1] :]
            for number, piece in enumerate(fresh):
                gain = np.linspace(1, 0, len(piece)) if number == 0 else np.zeros(len(piece))
                fresh[number] = (piece.T * gain).T.astype(np.int16)
            self._pieces[-1][before[-1] :] = fresh


def made(folder: Path, *, duck: int = 0, voice: str | None = "none") -> Prepared:
    """A tone of 997 Hz that joins with itself: where it has got to is in its phase."""
    written(folder, "t.wav", tone(7, 997))
    path = folder / "p.toml"
    path.write_text(PROGRAM.format(duck=duck), encoding="utf-8")
    prepared = prepared_of(load_path(path), voice=voice)
    phrases = spoken.phrases(Chart(prepared.timeline), prepared.words)
    return prepared.with_phrases(phrases, cache=shared_cache())


def playing(prepared: Prepared) -> tuple[Player, Turned]:
    crank = Turned()

    def sleep(seconds: float) -> None:
        crank.turn(round(seconds * 1_000))

    player = Player(Deck(crank, prepared, sleep=sleep), prepared, clock=crank.clock)
    player.start()
    return player, crank


def turn(player: Player, crank: Crank, ms: int) -> None:
    crank.turn(ms)
    player.step()


def whole(prepared: Prepared) -> npt.NDArray[np.int16]:
    return np.concatenate([np.array(block) for block in prepared.recording().blocks()])


def heard_in(run: npt.NDArray[np.int16]) -> Ears:
    """What was heard in a run, 1.0 being full scale."""
    return run.astype(np.float64) / 32_767


def click_free(sound: Ears, hertz: float = 997) -> float:
    """The largest leap in parts of the largest that the tone itself makes, at its loudest."""
    loudest = np.sqrt(2) * 10 ** (-29 / 20) * 2 * np.sin(np.pi * hertz / SAMPLE_RATE)
    return float(np.abs(np.diff(sound, axis=0)).max() / loudest)


def test_left_alone_it_is_the_export_to_the_sample(tmp_path: Path) -> None:
    prepared = made(tmp_path, duck=20, voice=None)
    player, crank = playing(prepared)
    turn(player, crank, prepared.timeline.duration_ms + 1_000)
    assert player.mode == "finished"
    assert len(crank.runs) == 1
    assert np.array_equal(crank.runs[0], whole(prepared))


def test_a_pause_fades_it_and_after_it_the_music_goes_on_where_it_was(tmp_path: Path) -> None:
    prepared = made(tmp_path)
    first = Chart(prepared.timeline).sets.events[0]
    rest_ms = first.at_ms + first.duration_ms + 5_300  # only ticks of every ten seconds there
    player, crank = playing(prepared)
    turn(player, crank, rest_ms)
    player.obey("pause")
    heard_ms = player.view().at_ms
    assert heard_ms == rest_ms + round(FADE_S * 1_000)
    last = heard_in(crank.runs[0])
    assert np.abs(last[-240:]).max() == 0  # a fade, and then silence
    assert click_free(last[-700 * FRAMES_PER_MS :]) < 1.5
    crank.turn(5_000)
    player.obey("resume")
    turn(player, crank, 4_000)
    again = heard_in(crank.runs[1])
    assert np.abs(again[0]).max() < 1e-4
    lead = again[: 900 * FRAMES_PER_MS]
    assert click_free(lead[: 280 * FRAMES_PER_MS]) < 1.5
    # Its phase tells which frame of the music it is: the one after the last that was heard.
    at = np.arange(heard_ms * FRAMES_PER_MS, heard_ms * FRAMES_PER_MS + len(again))
    wanted = np.sin(2 * np.pi * 997 * at / SAMPLE_RATE)
    part = slice(500 * FRAMES_PER_MS, 800 * FRAMES_PER_MS)
    match = np.corrcoef(again[part, 0], wanted[part])[0, 1]
    assert match > 0.95


def test_a_skip_skips_no_music_and_a_changed_rest_is_not_heard_in_it(tmp_path: Path) -> None:
    prepared = made(tmp_path)
    first = Chart(prepared.timeline).sets.events[0]
    rest_ms = first.at_ms + first.duration_ms + 5_300
    player, crank = playing(prepared)
    turn(player, crank, rest_ms)
    player.obey("longer")
    assert player.notes[-1] == "rest 15 s longer"
    turn(player, crank, 2_000)
    sound = heard_in(crank.runs[0])
    assert (
        click_free(sound[(rest_ms - 100) * FRAMES_PER_MS : (rest_ms + 1_900) * FRAMES_PER_MS]) < 1.5
    )
    assert db(sound, rest_ms + 1_000, 500) == pytest.approx(-28.9, abs=0.3)

    player.obey("next")
    came_ms = rest_ms + 2_000 + round(FADE_S * 1_000)
    turn(player, crank, 900)
    again = heard_in(crank.runs[1])
    at = np.arange(came_ms * FRAMES_PER_MS, came_ms * FRAMES_PER_MS + len(again))
    wanted = np.sin(2 * np.pi * 997 * at / SAMPLE_RATE)
    part = slice(350 * FRAMES_PER_MS, 800 * FRAMES_PER_MS)
    assert np.corrcoef(again[part, 0], wanted[part])[0, 1] > 0.95


def test_it_is_down_under_the_count_in_and_what_is_said_live(tmp_path: Path) -> None:
    with_voice = made(tmp_path, duck=20, voice=None)
    first = Chart(with_voice.timeline).sets.events[0]
    player, crank = playing(with_voice)
    at_ms = first.at_ms + 4_000
    turn(player, crank, at_ms)
    player.obey("pause")
    assert player.mode == "paused"
    player.obey("where")  # said without music
    turn(player, crank, 4_000)
    assert np.array_equal(crank.runs[1][:, 0], crank.runs[1][:, 1])
    player.obey("resume")
    turn(player, crank, 1_000)
    lead = heard_in(crank.runs[2])
    spectrum = np.abs(np.fft.rfft(lead[24_000:48_000, 0])) / 12_000
    level = 20 * np.log10(spectrum[round(997 / 2) - 1 : round(997 / 2) + 2].max() / np.sqrt(2))
    assert level < -40


@pytest.mark.live
def test_the_output_file_has_the_music_of_the_export(tmp_path: Path) -> None:
    prepared = made(tmp_path)
    same = ["--voice", "none", "--from", "1.2", "--tempo", "2"]
    run = subprocess.run(
        [*MMC, "play", "p.toml", *same, "--output", "file:heard.wav", "--no-log"],
        cwd=tmp_path,
        env={**environment(tmp_path), "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    heard, _ = soundfile.read(tmp_path / "heard.wav", dtype="int16")
    exported = subprocess.run(
        [*MMC, "export", "p.toml", *same, "-o", "e.wav"],
        cwd=tmp_path,
        env=environment(tmp_path),
        check=False,
    )
    assert exported.returncode == 0
    wanted, _ = soundfile.read(tmp_path / "e.wav", dtype="int16")
    assert prepared.program.channels == wanted.shape[1] == 2
    assert np.array_equal(heard, wanted)
