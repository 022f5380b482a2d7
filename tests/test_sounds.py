"""The shipped click sets, measured, and a program's own sounds in their places."""

from __future__ import annotations

import importlib.util
import itertools
import re
import subprocess
import sys
import wave
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from mmc_audio.clips import Clip, Pcm, Samples
from mmc_audio.errors import Place, ProgramError
from mmc_audio.load import load_bytes
from mmc_audio.load.format import SOUNDS
from mmc_audio.program import PHASES, Program, SoundSettings
from mmc_audio.resources import folder
from mmc_audio.sounds import MEANINGS, NAMES, ClickSet, click_sets, load_sounds
from tests.parts import need

SETS = ("sharp", "soft", "wood")
SIGNALS = ("count", "mark", "end", "warn", "finish")
ACCENTS = ("go", "fast", "last")
TOOL = Path(__file__).parent.parent / "tools" / "make_sounds.py"
EVERY = list(itertools.product(SETS, NAMES))
PEAK_DB = (
    dict.fromkeys(PHASES, -8)
    | {"tick": -14, "count": -12, "mark": -12, "end": -10, "warn": -10, "finish": -10}
    | dict.fromkeys(ACCENTS, -12)
)
LONGEST_MS = dict.fromkeys(PHASES, 90) | {"tick": 50, "end": 800, "warn": 800, "finish": 1_100}


def sound(chosen: str, name: str) -> Samples:
    clips = load_sounds(Program("T", (), sound=SoundSettings(clicks=chosen)))
    return (clips[name].pcm / 32_767).astype(np.float32)


def db(ratio: float) -> float:
    return float(20 * np.log10(ratio))


def spectrum(samples: Samples) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Hertz and strength, 1 being the strongest."""
    strength = np.abs(np.fft.rfft(samples, 1 << 16))
    return np.fft.rfftfreq(1 << 16, 1 / 48_000), strength / strength.max()


def pitch(samples: Samples) -> float:
    hertz, strength = spectrum(samples)
    return float(hertz[strength.argmax()])


# --- the files


@pytest.mark.parametrize(("chosen", "name"), EVERY)
def test_files_are_small_and_in_the_house_format(chosen: str, name: str) -> None:
    path = folder("sounds") / chosen / f"{name}.wav"
    with wave.open(str(path)) as file:
        form = (file.getframerate(), file.getnchannels(), file.getsampwidth())
        frames = file.getnframes()
    assert form == (48_000, 1, 2)
    assert 20 <= frames / 48 <= LONGEST_MS.get(name, 320)


@pytest.mark.parametrize(("chosen", "name"), EVERY)
def test_every_sound_begins_at_its_first_sample_and_ends_in_silence(chosen: str, name: str) -> None:
    samples = np.abs(sound(chosen, name))
    assert db(samples[0] / samples.max()) > -14
    # Full strength comes soon after. A melody may be louder later, where notes meet.
    assert samples[:120].max() > 0.5 * samples.max()
    assert samples[-1] == 0
    assert db(samples[-48:].max() / samples.max()) < -50


@pytest.mark.parametrize(("chosen", "name"), EVERY)
def test_peaks_are_where_the_mix_expects_them(chosen: str, name: str) -> None:
    assert db(np.abs(sound(chosen, name)).max()) == pytest.approx(PEAK_DB[name], abs=0.01)


@pytest.mark.parametrize(("chosen", "phase"), list(itertools.product(SETS, PHASES)))
def test_openings_die_away_in_40_to_60_ms(chosen: str, phase: str) -> None:
    samples = np.abs(sound(chosen, phase))
    # A hundredth of the peak: the decay is measured on the envelope, two milliseconds wide.
    envelope = samples[: len(samples) // 96 * 96].reshape(-1, 96).max(axis=1)
    fall_ms = 2 * int(np.argmax(envelope < envelope.max() / 100))
    assert 38 <= fall_ms <= 62


@pytest.mark.parametrize("chosen", SETS)
def test_openings_differ_by_a_fifth_in_pitch_and_rise_with_effort(chosen: str) -> None:
    pitches = {phase: pitch(sound(chosen, phase)) for phase in PHASES}
    for one, other in itertools.combinations(pitches.values(), 2):
        assert max(one, other) / min(one, other) >= 1.2
    assert sorted(pitches, key=lambda phase: pitches[phase]) == [
        "eccentric",
        "pause",
        "squeeze",
        "concentric",
    ]


@pytest.mark.parametrize("phase", PHASES)
def test_sharp_openings_have_four_components_between_1_and_4_khz(phase: str) -> None:
    hertz, strength = spectrum(sound("sharp", phase))
    inner = strength[1:-1]
    top = (inner > strength[:-2]) & (inner > strength[2:]) & (inner > 10 ** (-26 / 20))
    peaks = hertz[1:-1][top]
    assert ((peaks >= 1_000) & (peaks <= 4_000)).sum() >= 4


@pytest.mark.parametrize("name", NAMES)
def test_soft_is_lower_than_sharp_and_nothing_is_below_300_hz(name: str) -> None:
    hertz, strength = spectrum(sound("soft", name))
    assert hertz[strength.argmax()] >= 300

    def centre(samples: Samples) -> float:
        hertz, strength = spectrum(samples)
        return float((hertz * strength**2).sum() / (strength**2).sum())

    assert centre(sound("soft", name)) < 0.8 * centre(sound("sharp", name))


@pytest.mark.parametrize("chosen", SETS)
def test_openings_with_accents_on_top_do_not_clip(chosen: str) -> None:
    for phase, laid in itertools.product(PHASES, itertools.combinations(ACCENTS, 2)):
        whole = np.zeros(48_000)
        for name in (phase, *laid):
            samples = sound(chosen, name)
            whole[: len(samples)] += samples
        assert np.abs(whole).max() <= 0.99


@pytest.mark.parametrize("chosen", SETS)
def test_sounds_of_a_set_are_told_apart(chosen: str) -> None:
    """No two are alike: at their best fit, less than 70 % of one is found in the other."""
    for one, other in itertools.combinations(NAMES, 2):
        a, b = sound(chosen, one), sound(chosen, other)
        size = 1 << int(np.ceil(np.log2(len(a) + len(b))))
        fit = np.fft.irfft(np.fft.rfft(a, size) * np.conj(np.fft.rfft(b, size)), size)
        likeness = np.abs(fit).max() / np.sqrt((a @ a) * (b @ b))
        assert likeness < 0.7, (one, other, likeness)


@pytest.mark.parametrize("chosen", SETS)
def test_signals_rise_and_fall(chosen: str) -> None:
    """The pitch of each note, measured inside it: notes are 140 ms apart."""

    def notes(name: str, count: int) -> list[float]:
        samples, step = sound(chosen, name), 6_720
        starts = range(0, count * step, step)
        # The first 20 ms of a note still hold the end of the one before.
        return [pitch(samples[start + 960 : start + step]) for start in starts]

    high, low = notes("end", 2)
    assert high / low == pytest.approx(1.5, rel=0.02)
    low, high = notes("warn", 2)
    assert high / low == pytest.approx(1.5, rel=0.02)
    first, second, third, fourth = notes("finish", 4)
    assert first < second < third < fourth
    assert fourth / first == pytest.approx(2, rel=0.02)


@pytest.mark.parametrize("chosen", SETS)
def test_last_is_a_fifth_above_the_lift_and_go_above_all(chosen: str) -> None:
    lift = pitch(sound(chosen, "concentric"))
    assert pitch(sound(chosen, "last")) / lift == pytest.approx(1.5, rel=0.01)
    pitched = [name for name in NAMES if name != "tick"]  # a hiss has no pitch
    assert pitch(sound(chosen, "go")) == max(pitch(sound(chosen, name)) for name in pitched)


@pytest.mark.parametrize("chosen", SETS)
def test_fast_strikes_twice(chosen: str) -> None:
    samples = np.abs(sound(chosen, "fast"))
    second = 70 * 48
    assert samples[second - 960 : second].max() < 0.1 * samples.max()
    assert samples[second : second + 120].max() > 0.9 * samples.max()


def test_the_shipped_files_are_what_the_script_makes(tmp_path: Path) -> None:
    """To the least bit: another numpy may round a cosine the other way."""
    spec = importlib.util.spec_from_file_location("make_sounds", TOOL)
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    sys.modules["make_sounds"] = tool  # dataclasses look their module up
    try:
        spec.loader.exec_module(tool)
        tool.main(tmp_path)
    finally:
        del sys.modules["make_sounds"]
    shipped, made = folder("sounds"), sorted(tmp_path.glob("*/*"))
    names = [path.relative_to(tmp_path) for path in made]
    assert names == sorted(path.relative_to(shipped) for path in shipped.glob("*/*"))
    for path, name in zip(made, names, strict=True):
        if path.suffix == ".txt":
            assert path.read_text() == (shipped / name).read_text()
        else:
            assert np.abs(pcm_of(path) - pcm_of(shipped / name)).max() <= 1, name


def pcm_of(path: Path) -> npt.NDArray[np.int32]:
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype(np.int32)


def test_sets_and_meanings_are_listed() -> None:
    assert click_sets() == (
        ClickSet("sharp", "bright and hard-edged, for a loud gym"),
        ClickSet("soft", "round, lower and gentle, for a quiet room"),
        ClickSet("wood", "dry and short like struck wood, easy to tell from music"),
    )
    readme = (folder("sounds") / "README.md").read_text(encoding="utf-8")
    for name in NAMES:
        assert f"`{name}.wav`" in readme
        assert MEANINGS[name].split(";")[0] in readme


def test_the_program_file_knows_the_same_sounds() -> None:
    """Two lists, since reading a program must not wait for the libraries of sound."""
    assert SOUNDS == NAMES


# --- a program's own sounds

TEXT = 'title = "T"\n[sound]\nclicks = "sharp"\nfiles = { go = "go.wav", end = "end.wav" }\n'
PLACES = {"clicks": Place(3, 10, 7), "go": Place(4, 16, 8), "end": Place(4, 32, 9)}


def program(root: Path, *, clicks: str = "sharp", **files: str) -> Program:
    settings = SoundSettings(clicks=clicks, files=files, places=PLACES)
    return Program("T", (), sound=settings, name="t.toml", folder=str(root), source=TEXT)


def own(root: Path, **files: str) -> Clip:
    return load_sounds(program(root, **files))[next(iter(files))]


def write(path: Path, samples: npt.NDArray[np.floating], rate: int = 48_000) -> None:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, rate, len(samples), "NONE", ""))
        file.writeframes(np.rint(samples * 32_767).astype("<i2").tobytes())


def ping(rate: int, ms: int = 100, level: float = 0.8) -> npt.NDArray[np.float64]:
    time = np.arange(rate * ms // 1_000) / rate
    return level * np.cos(2 * np.pi * 1_000 * time) * np.exp(-time / 0.03)


def test_an_own_sound_stands_in_for_one_and_leaves_the_others(tmp_path: Path) -> None:
    write(tmp_path / "go.wav", ping(48_000))
    plain = load_sounds(program(tmp_path))
    mixed = load_sounds(program(tmp_path, go="go.wav"))
    assert tuple(mixed) == NAMES
    for name in NAMES:
        same = np.array_equal(plain[name].pcm, mixed[name].pcm)
        assert same == (name != "go")


@pytest.mark.parametrize("rate", [8_000, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("name", ["go", "tick"])
def test_an_own_sound_begins_at_its_onset_as_loud_as_what_it_replaces(
    tmp_path: Path, rate: int, name: str
) -> None:
    hiss = np.random.default_rng(1).uniform(-0.02, 0.02, rate // 3)
    write(tmp_path / "x.wav", np.concatenate([hiss, ping(rate)]), rate)
    clip = own(tmp_path, **{name: "x.wav"})
    pcm = np.abs(clip.pcm.astype(np.int32))
    assert db(pcm.max() / 32_767) == pytest.approx(PEAK_DB[name], abs=0.05)
    assert pcm[0] > 0.6 * pcm.max()
    assert clip.onset_ms == 0
    assert pcm[-1] == 0
    assert 90 <= clip.duration_ms <= 101
    assert pitch((clip.pcm / 32_767).astype(np.float32)) == pytest.approx(1_000, rel=0.01)


@pytest.mark.parametrize("suffix", ["mp3", "ogg", "flac"])
def test_own_sounds_may_be_compressed(tmp_path: Path, suffix: str) -> None:
    need("ffmpeg")
    write(tmp_path / "x.wav", np.concatenate([np.zeros(4_800), ping(48_000), np.zeros(4_800)]))
    command = ["ffmpeg", "-v", "error", "-i", "x.wav", f"x.{suffix}"]
    subprocess.run(command, cwd=tmp_path, check=True)
    pcm: Pcm = own(tmp_path, go=f"x.{suffix}").pcm
    first = int(np.argmax(np.abs(pcm) > 0.5 * np.abs(pcm).max()))
    assert first <= 12  # a quarter of a millisecond, for all the echo a codec puts before it


def test_a_sound_of_one_sample_is_a_click(tmp_path: Path) -> None:
    write(tmp_path / "x.wav", np.array([0, 0.5, 0]))
    clip = own(tmp_path, go="x.wav")
    assert clip.duration_ms == 1
    assert db(clip.pcm[0] / 32_767) == pytest.approx(-12, abs=0.05)


def refusal(broken: Program) -> str:
    with pytest.raises(ProgramError) as error:
        load_sounds(broken)
    return str(error.value)


def test_all_wrong_sounds_are_told_at_their_places_in_one_run(tmp_path: Path) -> None:
    (tmp_path / "go.wav").write_text("not a sound")
    (tmp_path / "ende.wav").write_text("")
    assert refusal(program(tmp_path, end="end.wav", go="go.wav")) == (
        't.toml:4:16: error: "go.wav" is not a sound that can be read; '
        "use a WAV, FLAC, OGG, MP3 or AIFF file\n"
        '    4 | files = { go = "go.wav", end = "end.wav" }\n'
        "      |                ^^^^^^^^\n"
        't.toml:4:32: error: "end.wav" is not in the program\'s folder; did you mean "ende.wav"?\n'
        '    4 | files = { go = "go.wav", end = "end.wav" }\n'
        "      |                                ^^^^^^^^^"
    )


@pytest.mark.parametrize(
    ("clicks", "words"),
    [
        ("sharq", 'clicks must be "sharp", "soft" or "wood", found "sharq"; did you mean "sharp"?'),
        ("../soft", 'clicks must be "sharp", "soft" or "wood", found "../soft"'),
        ("brass", 'clicks must be "sharp", "soft" or "wood", found "brass"'),
    ],
)
def test_an_unknown_set_is_refused_with_the_list(tmp_path: Path, clicks: str, words: str) -> None:
    assert (
        refusal(program(tmp_path, clicks=clicks)).split("\n")[0] == f"t.toml:3:10: error: {words}"
    )


def first_words(root: Path, file: str) -> str:
    line = refusal(program(root, go=file)).split("\n")[0]
    return line.removeprefix("t.toml:4:16: error: ")


def test_sounds_of_no_use_are_refused_with_advice(tmp_path: Path) -> None:
    long, silence = np.full(3 * 8_000, 0.5), np.zeros(8_000)
    write(tmp_path / "song.wav", np.tile(long, 21), 8_000)
    write(tmp_path / "long.wav", np.concatenate([silence, long, silence]), 8_000)
    write(tmp_path / "silent.wav", silence, 8_000)
    assert first_words(tmp_path, "song.wav") == '"song.wav" lasts longer than 60 s'
    assert first_words(tmp_path, "long.wav") == (
        '"long.wav" sounds for 3.0 s; a click may sound for 2 s at most, cut it in a sound editor'
    )
    assert first_words(tmp_path, "silent.wav") == '"silent.wav" is silent'


def test_two_seconds_are_not_too_long(tmp_path: Path) -> None:
    write(tmp_path / "x.wav", np.full(2 * 8_000, 0.5), 8_000)
    assert own(tmp_path, go="x.wav").duration_ms == 2_000


def test_the_examples_of_the_docs_do_what_they_say(tmp_path: Path) -> None:
    docs = (Path(__file__).parent.parent / "docs" / "sounds.md").read_text(encoding="utf-8")
    chosen, files = re.findall(r"```toml\n(.*?)```", docs, re.DOTALL)
    message = re.search(r"```text\n(.*?)\n```", docs, re.DOTALL)
    exercise = '[[exercise]]\nname = "Curl"\nsets = 1\nreps = 8\ntempo = "3010"\n'
    (tmp_path / "sounds").mkdir()
    for name in ("whistle.wav", "gong.mp3"):  # a kind is read from the bytes, not from the name
        write(tmp_path / "sounds" / name, ping(48_000))

    def clips(table: str) -> Mapping[str, Clip]:
        text = f'title = "Hips"\n\n{table}\n{exercise}'
        return load_sounds(load_bytes(text.encode(), name="hips.toml", folder=str(tmp_path)))

    soft = load_sounds(program(tmp_path, clicks="soft"))
    assert all(np.array_equal(clips(chosen)[name].pcm, soft[name].pcm) for name in NAMES)
    sharp, mixed = load_sounds(program(tmp_path)), clips(files)
    own_ones = {name for name in NAMES if not np.array_equal(mixed[name].pcm, sharp[name].pcm)}
    assert own_ones == {"go", "end"}
    with pytest.raises(ProgramError) as error:
        clips('[sound]\nfiles = { go = "sounds/whistel.wav" }')
    assert message is not None
    assert str(error.value) == message[1]


@pytest.mark.parametrize("file", ["-i.mp3", "list.mp3"])
def test_a_playlist_named_like_a_sound_opens_nothing_else(tmp_path: Path, file: str) -> None:
    need("strace")
    (tmp_path / file).write_text("#EXTM3U\n#EXTINF:9,\nsecret.wav\nhttp://127.0.0.1:9/a.mp3\n")
    write(tmp_path / "secret.wav", ping(48_000))
    code = (
        "import sys; from mmc_audio.program import *; from mmc_audio.sounds import load_sounds\n"
        "settings = SoundSettings(files={'go': sys.argv[2]})\n"
        "try: load_sounds(Program('T', (), sound=settings, folder=sys.argv[1]))\n"
        "except Exception as error: print(type(error).__name__)"
    )
    trace = tmp_path / "trace"
    options = ["-f", "-qq", "-e", "trace=openat,socket,connect,execve", "-o", str(trace)]
    command = [sys.executable, "-c", code, str(tmp_path), file]
    run = subprocess.run(
        ["strace", *options, *command],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parent.parent,
    )
    assert (run.stdout, run.stderr) == ("ProgramError\n", "")
    calls = trace.read_text()
    assert f'"{file}"' in calls
    assert "secret.wav" not in calls
    assert "AF_INET" not in calls
    assert calls.count("execve(") == 2  # ourselves, and the decoding child: no ffmpeg
