"""The sound that the page schedules, rendered by the browser and heard beside the timeline."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mmc_audio.outputs import page
from mmc_audio.timeline import FRAMES_PER_MS, Click, Glide, Speech
from tests.audio import onset_error
from tests.browser import Visit, browser, visit
from tests.parts import need_browser
from tests.studio import ready

PIECE_MS = 60_000
TAIL_MS = 2_000
BEGINNING = 250 * FRAMES_PER_MS  # of a sound: what its place is found by
REACH = 10 * FRAMES_PER_MS

EVERYTHING = """\
title = "Everything"
[voice]
talk = "full"
[sound]
pan_sides = true
[[exercise]]
name = "Curl"
start = "concentric"
sides = "alternate"
sets = 2
reps = 4
tempo = "3-1-X-1"
rest = 30
cues.concentric = ["squeeze", "curl it up to the shoulder"]
[[exercise]]
name = "Split squat"
start = "eccentric"
sides = "left-right"
sets = 1
reps = 2
tempo = "2-1-1-0"
rest = 30
[[exercise]]
name = "Plank"
hold = 20
sets = 1
"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    need_browser()
    with browser() as started:
        yield started


RENDER = """
async (wanted) => {
  const buffer = await (await window.mmc).render(wanted);
  const channels = [];
  for (let c = 0; c < buffer.numberOfChannels; c += 1) {
    const bytes = new Uint8Array(buffer.getChannelData(c).buffer);
    let text = "";
    for (let i = 0; i < bytes.length; i += 32768) {
      text += String.fromCharCode(...bytes.subarray(i, i + 32768));
    }
    channels.push(btoa(text));
  }
  return channels;
}
"""


def rendered(seen: Visit, start: int, end: int, **more: object) -> Any:
    """The page's sound in a stretch, shape (channels, frames)."""
    channels = seen.page.evaluate(RENDER, {"from": start, "until": end, **more})
    return np.array([np.frombuffer(base64.b64decode(text), np.float32) for text in channels])


def errors(prepared: Any, seen: Visit) -> tuple[list[int], list[int]]:
    """By how many frames each click and each phrase is off; in pieces, since a session is long."""
    apart = prepared.recording().apart()
    duration = prepared.timeline.duration_ms
    clicks, phrases = [], []
    for start in range(0, duration, PIECE_MS):
        sound = rendered(seen, max(0, start - TAIL_MS), min(duration, start + PIECE_MS + TAIL_MS))
        heard = sound.sum(axis=0) / len(sound)
        base = max(0, start - TAIL_MS)
        for event in prepared.timeline.events:
            if not start <= event.at_ms < start + PIECE_MS:
                continue
            at = (event.at_ms - base) * FRAMES_PER_MS
            if isinstance(event, Click):
                pattern = apart.sound(event.sound)[:BEGINNING].astype(np.float32)
                clicks.append(onset_error(heard, pattern, at, REACH))
            elif isinstance(event, Speech):
                said = apart.phrase(event.text, event.tempo_permille)
                pattern = said[:BEGINNING].astype(np.float32)
                phrases.append(onset_error(heard, pattern, at, REACH))
    return clicks, phrases


def opened(chromium: Any, prepared: Any, folder: Path) -> Any:
    path = folder / "p.html"
    path.write_text(page.html(prepared.recording()), "utf-8")
    return visit(chromium, path, fake=False)


def test_every_click_and_phrase_is_heard_when_the_timeline_says(
    chromium: Any, tmp_path: Path
) -> None:
    """Clicks to the sample; phrases within a millisecond, after MP3 and back."""
    from mmc_audio.resources import folder

    prepared = ready(folder("programs") / "hear-it-first.toml")
    with opened(chromium, prepared, tmp_path) as seen:
        clicks, phrases = errors(prepared, seen)
    assert len(clicks) > 40 and len(phrases) > 20
    assert (min(clicks), max(clicks)) == (0, 0)
    assert max(map(abs, phrases)) <= FRAMES_PER_MS


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_click_of_45_minutes_is_heard_when_the_timeline_says(
    chromium: Any, tmp_path: Path
) -> None:
    from bench.workload import program

    prepared = ready(program(45))
    with opened(chromium, prepared, tmp_path) as seen:
        clicks, phrases = errors(prepared, seen)
    assert len(clicks) > 1_300 and len(phrases) > 500
    assert max(map(abs, clicks)) <= FRAMES_PER_MS
    assert max(map(abs, phrases)) <= FRAMES_PER_MS


PART = 100 * FRAMES_PER_MS


def beside_the_file(chromium: Any, text: str, folder: Path) -> tuple[Any, Any, Any, list[int]]:
    """The page's sound, its words alone, what is exported; the frames at which tones begin.

    Of 34 s around the first set.
    """
    prepared = ready(text)
    events = prepared.timeline.events
    first = next(e.at_ms for e in events if isinstance(e, Click) and e.sound == "go")
    said = [e.end_ms for e in events if isinstance(e, Speech) and e.end_ms < first - 3_500]
    start, end = max(said), first + 30_000
    blocks = np.concatenate(list(prepared.recording().blocks())).astype(np.float32) / 32_768
    with opened(chromium, prepared, folder) as seen:
        made = rendered(seen, start, end)
        words = rendered(seen, start, end, volumes={"voice": 100, "clicks": 0})
    tones = [e.at_ms for e in events if isinstance(e, Glide) and first <= e.at_ms < end - 1_000]
    mixed = blocks[start * FRAMES_PER_MS : end * FRAMES_PER_MS].T
    return made, words, mixed, [(at - start) * FRAMES_PER_MS for at in tones]


def test_it_sounds_as_the_exported_file_does(chromium: Any, tmp_path: Path) -> None:
    """Sides, ducked ticks, hurried words: nothing but the noise of the MP3 in the voice differs."""
    made, words, mixed, _ = beside_the_file(chromium, EVERYTHING, tmp_path)
    assert made.shape == mixed.shape
    noise = made - mixed
    assert 10 * np.log10((mixed**2).sum() / (noise**2).sum()) > 13
    clicks = 0
    for start in range(0, made.shape[1] - PART, PART):
        part = slice(start, start + PART)
        loudest = np.abs(mixed[:, part]).max()
        # Where nobody speaks there are clicks alone, in 13 bits; and nothing that a limiter bends.
        if np.abs(words[:, part]).max() < 1e-5 and loudest < 0.65:
            assert np.abs(noise[:, part]).max() < 0.001
            clicks += loudest > 0.1
    assert clicks > 10


def test_a_tone_is_as_loud_and_as_high_as_in_the_file(chromium: Any, tmp_path: Path) -> None:
    """Each partial in each ear. The shape of the wave is not compared.

    For a browser's oscillator may begin some samples later.
    """
    text = EVERYTHING.replace("[sound]", '[sound]\nglide = "effort"')
    made, words, mixed, tones = beside_the_file(chromium, text, tmp_path)
    time = np.arange(PART) / 48_000
    compared = 0
    for tone in tones:
        part = slice(tone + 5 * PART, tone + 6 * PART)  # the click that opens it has died away
        if np.abs(words[:, part]).max() > 1e-5:
            continue
        for hertz in (330, 466, 660, 932, 1_320, 1_980):
            wave = np.exp(-2j * np.pi * hertz * time) * np.hanning(PART)
            levels = [4 * np.abs((sound[:, part] * wave).mean(axis=1)) for sound in (made, mixed)]
            assert np.abs(levels[0] - levels[1]).max() < 0.003
            compared += levels[1].max() > 0.05
    assert compared > 6
