"""What an export costs beside its peers: LAME alone, the tutorial way, klick."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import wave
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench import workload
from bench.measure import Contender, Cost, in_turn
from mmc_audio.outputs.mp3 import BITRATE
from mmc_audio.outputs.mp3runs import QUALITY

MMC = (str(Path(sys.executable).with_name("mmc")),)
PEERS = Path(__file__).parent / "peers"
RUNS = 5
EDIT = "push hard from the thighs"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the report: a length in minutes, who, what it cost, and ratios to others."""

    minutes: int
    name: str
    cost: Cost


class Bench:
    """A folder with a program of some length, sounds for the peers, a cache in each state."""

    def __init__(self, folder: Path, minutes: int, text: str) -> None:
        self.folder, self.minutes = folder / str(minutes), minutes
        self.folder.mkdir(parents=True)
        self.program = self.folder / "p.toml"
        self.program.write_text(text, encoding="utf-8")
        if workload.MUSIC in text:
            workload.write_music(self.folder)
        self.phrases = folder / "phrases"
        self._mmc("export", "p.toml", "-o", "p.wav")
        self._mmc("export", "p.toml", "-o", "p.json")

    def _mmc(self, *arguments: str, cache: Path | None = None) -> None:
        subprocess.run(
            [*MMC, *arguments],
            cwd=self.folder,
            env={**os.environ, **_environment(cache or self.phrases)},
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def ours(self, name: str, state: Callable[[Path], None], program: str = "p.toml") -> Contender:
        """Our export, with the cache brought into a state before each run."""
        cache = self.folder / f"cache {name}"
        command = [*MMC, "export", str(self.folder / program), "-o", str(self.folder / "o.mp3")]
        return Contender(name, command, _environment(cache), lambda: state(cache))

    def nothing(self, cache: Path) -> None:
        """The voice has said nothing yet.

        What was there is put aside: just after many files are deleted, ext4 makes new ones slowly.
        """
        if cache.exists():
            aside = self.folder / "aside"
            aside.mkdir(exist_ok=True)
            cache.rename(aside / str(len(list(aside.iterdir()))))

    def spoken(self, cache: Path) -> None:
        """All phrases are there, and nothing is encoded."""
        self.nothing(cache)
        shutil.copytree(self.phrases, cache, ignore=shutil.ignore_patterns("encoded"))

    def warm(self, cache: Path) -> None:
        """The same export has been made before."""
        if not cache.exists():
            self.spoken(cache)
            self._mmc("export", "p.toml", "-o", "o.mp3", cache=cache)

    def edited(self, cache: Path) -> None:
        """The same program but for one cue, which nobody has said yet, has been exported."""
        self.nothing(cache)
        self.warm(cache)

    def clips(self) -> Path:
        """The sounds of the session as files, for who makes the tutorial's track."""
        from mmc_audio.load import load_path
        from mmc_audio.resources import folder

        there = self.folder / "clips"
        if not there.exists():
            there.mkdir()
            timeline = json.loads((self.folder / "p.json").read_text(encoding="utf-8"))
            clicks = load_path(self.program).sound.clicks
            for path in (folder("sounds") / clicks).glob("*.wav"):
                shutil.copy(path, there)
            texts = {e["text"] for e in timeline["events"] if e["kind"] == "speech"}
            numbers = {text: number for number, text in enumerate(sorted(texts))}
            (there / "phrases.json").write_text(json.dumps(numbers), encoding="utf-8")
            for text, number in numbers.items():
                self._mmc("say", text, "-o", str(there / f"{number}.mp3"))
        return there


def _environment(cache: Path) -> dict[str, str]:
    return {"MMC_CACHE": str(cache)}


def against_lame(
    folder: Path,
    minutes: Sequence[int],
    runs: int = RUNS,
    *,
    glide: bool = False,
    bed: bool = False,
) -> Iterator[Row]:
    """Ours in each state of the caches, and LAME alone on the same samples at the same settings."""
    channels = 2 if bed else 1
    kbits = str(channels * BITRATE)
    for length in minutes:
        bench = Bench(folder, length, workload.program(length, glide=glide, bed=bed))
        (bench.folder / "e.toml").write_text(
            workload.program(length, cue=EDIT, glide=glide, bed=bed), encoding="utf-8"
        )
        wav, out = str(bench.folder / "p.wav"), str(bench.folder / "l.mp3")
        alone = (sys.executable, str(PEERS / "lame_alone.py"))
        contenders = [
            bench.ours("ours, nothing kept", bench.nothing),
            bench.ours("ours, phrases kept", bench.spoken),
            bench.ours("ours, all kept", bench.warm),
            bench.ours("ours, one word edited", bench.edited, "e.toml"),
            Contender("lameenc", [*alone, wav, out, kbits, str(QUALITY)]),
        ]
        if shutil.which("lame"):
            options = ["-b", kbits, "-q", str(QUALITY), "--cbr", "-m", "mj"[channels - 1]]
            lame = ("lame", "--quiet", *options)
            contenders.append(Contender("lame, one step up", [*lame, _one_step_up(wav), out]))
            contenders.append(Contender("lame", [*lame, wav, out]))
        yield from _rows(length, contenders, runs)


def growth(folder: Path, minutes: Sequence[int], runs: int = RUNS) -> Iterator[Row]:
    """Ours with the phrases kept, one length and the other in turn: what a longer session costs."""
    contenders = []
    for length in minutes:
        bench = Bench(folder / str(length), length, workload.program(length))
        contenders.append(bench.ours(str(length), bench.spoken))
    for name, cost in in_turn(contenders, runs).items():
        yield Row(int(name), "ours, phrases kept", cost)


def against_the_tutorial(
    folder: Path, ways: Sequence[tuple[str, int]], runs: int = RUNS
) -> Iterator[Row]:
    """Ours with the phrases kept, and pydub: one way and length after the other."""
    for length in sorted({length for _, length in ways}):
        bench = Bench(folder, length, workload.program(length))
        clips, json_ = str(bench.clips()), str(bench.folder / "p.json")
        contenders = [bench.ours("ours, phrases kept", bench.spoken)]
        for way in (way for way, long in ways if long == length):
            out = str(bench.folder / "t.mp3")
            command = [sys.executable, str(PEERS / "tutorial.py"), way, json_, clips, out]
            contenders.append(Contender(f"pydub, {way}", [*command, str(BITRATE)]))
        yield from _rows(length, contenders, runs)


def against_klick(folder: Path, minutes: Sequence[int], runs: int = RUNS) -> Iterator[Row]:
    """A click a second to a WAV: ours, and klick."""
    for length in minutes:
        bench = Bench(folder, length, workload.steady(length))
        wav = str(bench.folder / "k.wav")
        with wave.open(str(bench.folder / "p.wav")) as sound:
            seconds = sound.getnframes() // sound.getframerate()
        ours = [*MMC, "export", str(bench.program), "-o", wav]
        contenders = [Contender("ours, WAV", ours, _environment(bench.phrases))]
        if shutil.which("klick"):
            beats = ["klick", "-W", wav, str(seconds), "1/4", "60"]
            contenders.append(Contender("klick", beats))
        yield from _rows(length, contenders, runs)


def _one_step_up(wav: str) -> str:
    """The path of the same sound with every sample one step higher."""
    higher = wav.removesuffix(".wav") + "-up.wav"
    with wave.open(wav) as sound, wave.open(higher, "wb") as file:
        file.setparams(sound.getparams())
        while block := sound.readframes(65_536):
            samples = np.frombuffer(block, "<i2").astype(np.int32) + 1
            file.writeframes(np.minimum(samples, 32_767).astype("<i2").tobytes())
    return higher


def _rows(minutes: int, contenders: Sequence[Contender], runs: int) -> Iterator[Row]:
    for name, cost in in_turn(contenders, runs).items():
        yield Row(minutes, name, cost)
