"""The sound that the page schedules, rendered by the browser and heard beside the timeline."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mmc_audio.outputs import page
from mmc_audio.timeline import FRAMES_PER_MS, Click, Speech
from tests.audio import onset_error
from tests.browser import Visit, browser, visit
from tests.parts import need_browser
from tests.studio import ready

PIECE_MS = 60_000
TAIL_MS = 2_000

EVERYTHING = """\
title = "Everything"
[voice]
talk = "full"
[sound]
glide = "effort"
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
                pattern = apart.sound(event.sound).astype(np.float32)
                clicks.append(onset_error(heard, pattern, at))
            elif isinstance(event, Speech):
                pattern = apart.phrase(event.text, event.tempo_permille).astype(np.float32)
                phrases.append(onset_error(heard, pattern, at))
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


def test_it_sounds_as_the_exported_file_does(chromium: Any, tmp_path: Path) -> None:
    """Tones, sides, ducked ticks and all: nothing but the noise of the MP3 in the voice differs."""
    prepared = ready(EVERYTHING)
    events = prepared.timeline.events
    first = next(e.at_ms for e in events if isinstance(e, Click) and e.sound == "go")
    start = max(e.end_ms for e in events if isinstance(e, Speech) and e.end_ms < first - 3_500)
    end = first + 30_000
    blocks = np.concatenate(list(prepared.recording().blocks())).astype(np.float32) / 32_768
    mixed = blocks[start * FRAMES_PER_MS : end * FRAMES_PER_MS].T
    with opened(chromium, prepared, tmp_path) as seen:
        made = rendered(seen, start, end)
        silent = rendered(seen, start, end, volumes={"voice": 0, "clicks": 100})
        words = rendered(seen, start, end, volumes={"voice": 100, "clicks": 0})
    assert made.shape == mixed.shape
    noise = made - mixed
    assert 10 * np.log10((mixed**2).sum() / (noise**2).sum()) > 10
    assert np.abs(made - silent - words).max() < 1e-3
    quiet = np.abs(words).max(axis=0) < 1e-4  # where nobody speaks
    assert quiet.sum() > 10 * 48_000
    assert np.abs(noise[:, quiet]).max() < 0.004
