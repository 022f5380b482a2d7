"""The samples of a session: however they are asked for they are the same ones."""

from __future__ import annotations

import hashlib
import random

import numpy as np

from mmc_audio.arrange import arrange
from mmc_audio.clips import Clip, Pcm
from mmc_audio.load import load_bytes
from mmc_audio.mix import (
    GRID,
    MIN_SILENCE,
    WAKE,
    Island,
    Mixer,
    Palette,
    Segment,
    Silence,
    segments,
    wake_clip,
)
from mmc_audio.naming import Names
from mmc_audio.plan import plan
from mmc_audio.program import Program
from mmc_audio.score import run_frames, score
from mmc_audio.session import Options
from mmc_audio.tape import Tape
from mmc_audio.timeline import Click, Speech, Timeline
from tests.pretend import spoken

LOUD, SOFT = 9_000, 800  # of 32,768, the spread of the pretended sounds: some meet the limiter
MOST_PIECES = 40
CUTS = (1, 64, 65, 1_152, 8_192, 8_193, 65_536)


def whole(text: str) -> None:
    """Mix a program in every way there is."""
    program = load_bytes(text.encode(), name="p.toml", folder="")
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")
    rng = random.Random(seed)
    session = plan(program, Options(talk=program.voice.talk))
    timeline = arrange(session, spoken(session))
    clips = pretended(timeline, SOFT if seed % 2 else LOUD)
    channels = program.channels
    pieces = list(segments(timeline, clips, duck_db=program.sound.duck_db, lean=channels == 2))
    mixer = Mixer(clips, gain_db=rng.choice((-6.0, 0.0, 12.0)), channels=channels)
    sound = np.concatenate([nothing(channels), *mixer.blocks(pieces)])
    assert len(sound) == timeline.frames == sum(piece.frames for piece in pieces)
    assert sound.dtype == np.int16
    assert abs(sound.astype(np.int32)).max(initial=0) <= 32_767  # so it may be turned over
    for piece in pieces:
        assert isinstance(piece, Silence) or np.isfinite(mixer.plain(piece)).all()
    stand_apart(pieces, timeline)
    cut_anywhere(pieces, mixer, sound, rng)
    read_from_anywhere(pieces, mixer, sound, rng)
    runs_are_the_sound(program, pieces, mixer, clips, sound)


def nothing(channels: int) -> Pcm:
    """Nothing, in so many channels."""
    return np.zeros((0,) if channels == 1 else (0, channels), np.int16)


def pretended(timeline: Timeline, spread: int) -> Palette:
    """Noise for every sound and phrase, each by its name."""
    sounds, phrases = {WAKE: wake_clip(timeline.wake_ms)}, {}
    for event in timeline.events:
        if isinstance(event, Click):
            sounds[event.sound] = Clip(_noise(event.sound, 2_880, spread))
        elif isinstance(event, Speech):
            frames = (150 + 50 * len(event.text)) * 48
            phrases[event.text] = Clip(_noise(event.text, frames, spread))
    return Palette(sounds, phrases)


def _noise(name: str, frames: int, spread: int) -> Pcm:
    seed = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")
    noise = np.random.default_rng(seed).normal(0, spread, frames)
    return np.clip(noise, -32_768, 32_767).astype(np.int16)


def stand_apart(pieces: list[Segment], timeline: Timeline) -> None:
    """Islands begin on the grid, and fill it but for the end of the session."""
    at = 0
    for piece in pieces:
        assert piece.frames > 0
        if isinstance(piece, Island):
            assert at % GRID == 0
            assert piece.frames % GRID == 0 or at + piece.frames == timeline.frames
        at += piece.frames


def cut_anywhere(pieces: list[Segment], mixer: Mixer, sound: Pcm, rng: random.Random) -> None:
    """Blocks of any size are the same sound."""
    most = rng.choice(CUTS[1:])
    blocks = list(mixer.blocks(pieces, most=most))
    assert max(map(len, blocks)) <= most
    assert np.array_equal(np.concatenate(blocks), sound)


def read_from_anywhere(pieces: list[Segment], mixer: Mixer, sound: Pcm, rng: random.Random) -> None:
    """What a device is given from any frame on is what a file has there."""
    tape = Tape(pieces, mixer)
    assert tape.frames == len(sound)
    for _ in range(MOST_PIECES):
        first, frames = rng.randrange(len(sound) + 100), rng.choice(CUTS)
        assert np.array_equal(tape.read(first, frames), sound[first : first + frames])


def runs_are_the_sound(
    program: Program, pieces: list[Segment], mixer: Mixer, clips: Palette, sound: Pcm
) -> None:
    """The runs, laid where the score puts them, are the sound; between them is silence."""
    found = score(pieces)
    names = Names(
        lambda name: hashlib.sha256(clips[name].pcm.tobytes()).hexdigest(), mixer.channels
    )
    known: dict[str, bytes] = {}
    laid, end = np.zeros_like(sound), -MIN_SILENCE
    for start, number in found.places():
        run = found.runs[number]
        pcm = np.concatenate(list(mixer.blocks(run)))
        assert len(pcm) == run_frames(run)
        assert start % GRID == 0 and start - end >= MIN_SILENCE
        name = names.run(run, mixer.gain_db)
        assert known.setdefault(name, pcm.tobytes()) == pcm.tobytes()
        end = start + len(pcm)
        laid[start:end] = pcm
    assert np.array_equal(laid, sound)
