"""`--tempo`: the whole session slower or faster, speech untouched."""

from __future__ import annotations

import pytest

from mmc_audio.session import Options
from mmc_audio.timeline import GRID_MS, Click, Event, Speech
from tests.studio import SHIPPED, ready

HIP_THRUST = next(path for path in SHIPPED if path.stem == "hip-thrust-mmc")


@pytest.mark.parametrize("permille", [500, 900, 1_200, 2_000])
def test_every_click_phase_set_and_rest_moves_in_proportion(permille: int) -> None:
    natural = ready(HIP_THRUST).timeline
    played = ready(HIP_THRUST, options=Options(permille=permille)).timeline

    def beats(events: tuple[Event, ...]) -> list[tuple[str, int]]:
        return [
            (getattr(e, "sound", type(e).__name__), e.at_ms)
            for e in events
            if not isinstance(e, Speech)
        ]

    expected = [
        (name, (at * 1_000 + permille // 2) // permille) for name, at in beats(natural.events)
    ]
    assert sorted(beats(played.events)) == sorted(expected)
    # Each is as many whole MP3 frames long as it needs: so each is up to one of them longer.
    longer = played.duration_ms - natural.duration_ms * 1_000 / permille
    assert -GRID_MS * 1_000 / permille < longer <= GRID_MS
    assert played.duration_ms % GRID_MS == natural.duration_ms % GRID_MS == 0


def test_speech_keeps_its_own_speed_and_tells_true_seconds() -> None:
    natural = ready(HIP_THRUST)
    played = ready(HIP_THRUST, options=Options(permille=900))
    said = [event for event in played.timeline.events if isinstance(event, Speech)]
    for event in said:
        whole = played.spoken[event.text].duration_ms
        assert event.duration_ms == -(-whole * 1_000 // event.tempo_permille)
    hurried = {e.text for e in said if e.tempo_permille > 1_000}
    before = {
        e.text
        for e in natural.timeline.events
        if isinstance(e, Speech) and e.tempo_permille > 1_000
    }
    assert hurried <= before  # there is only more room
    texts = [event.text for event in said]
    assert "Rest. Fifty seconds." in texts  # 45 s in the file
    assert "Lift for 1.1 seconds, squeeze for 3.3, lower for 2.2." in texts


def test_the_sounds_themselves_are_the_same() -> None:
    played = ready(HIP_THRUST, options=Options(permille=900))
    natural = ready(HIP_THRUST)
    for sound in {event.sound for event in played.timeline.events if isinstance(event, Click)}:
        assert (played.clips[sound].pcm == natural.clips[sound].pcm).all()
