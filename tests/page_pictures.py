"""Takes the pictures of the page in docs/pictures, of the shipped hip-thrust program.

python -m tests.page_pictures
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from PIL import Image

from mmc_audio.outputs import page
from mmc_audio.resources import folder
from mmc_audio.timeline import Speech
from tests.browser import DESK, ON_ITS_SIDE, PHONE, SMALL, browser, visit
from tests.studio import ready

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
PROGRAM = "hip-thrust-mmc"
COLOURS = 64  # keeps a picture near 20 kB


def main() -> None:
    """One picture a size, scheme and moment."""
    prepared = ready(folder("programs") / f"{PROGRAM}.toml")
    phases = [e for e in prepared.timeline.events if type(e).__name__ == "Phase"]
    lowering = next(e for e in phases if (e.set, e.rep, e.name) == (2, 2, "eccentric"))
    lifting = next(e for e in phases if (e.set, e.rep, e.name) == (2, 3, "concentric"))
    cue = next(
        e
        for e in prepared.timeline.events
        if isinstance(e, Speech) and e.at_ms > lowering.at_ms and "squeeze" in e.text
    )
    rest = next(e for e in prepared.timeline.events if type(e).__name__ == "Rest")
    shots = (
        ("page-lower", PHONE, "dark", lowering.at_ms, 900),
        ("page-rest", PHONE, "dark", rest.at_ms, 7_000),
        ("page-light", PHONE, "light", cue.at_ms, 600),
        ("page-small", SMALL, "dark", lifting.at_ms, 700),
        ("page-side", ON_ITS_SIDE, "dark", cue.at_ms, 600),
        ("page-desk", DESK, "light", lowering.at_ms, 900),
        ("page-desk-dark", DESK, "dark", rest.at_ms, 7_000),
    )
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, browser() as started:
        file = Path(temporary) / "page.html"
        file.write_text(page.html(prepared.recording()), "utf-8")
        for name, size, scheme, at, later in shots:
            looks: dict[str, Any] = {
                "viewport": size,
                "color_scheme": scheme,
                "reduced_motion": "reduce",
            }
            with visit(started, file, **looks) as seen:
                seen.do("(m.player.silentSince = performance.now(), m.player.go({at: a[0]}))", at)
                seen.pass_(later + 100)
                path = PICTURES / f"{name}.png"
                seen.page.screenshot(path=path)
            Image.open(path).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(
                path, optimize=True
            )


if __name__ == "__main__":
    main()
