"""Pictures: what is drawn stands where it is in time, in a bounded size, and can't do anything.

`python -m tests.test_pictures` draws those in tests/data/pictures anew; look at the difference.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from mmc_audio import library
from mmc_audio.chart import Chart
from mmc_audio.errors import UserError
from mmc_audio.figures import clock
from mmc_audio.hues import HUES
from mmc_audio.pictures import inks, raster, rep, reps, session
from mmc_audio.pictures.letters import cut, lines, width
from mmc_audio.pictures.reps import RepPlace
from mmc_audio.pictures.rows import CUED
from mmc_audio.pictures.shapes import Picture, Text
from mmc_audio.pictures.svg import svg
from mmc_audio.rounds import asked
from mmc_audio.session import Options
from mmc_audio.summary import summarise
from mmc_audio.timeline import (
    Click,
    ExerciseSpan,
    Phase,
    SetSpan,
    Speech,
    Timeline,
)
from tests import hostile
from tests.command import ROOT, environment, mmc
from tests.parts import need
from tests.pretend import arranged, load
from tests.studio import ready
from tests.test_show import WHOLE

FOLDER = Path(__file__).parent / "data" / "pictures"
SVG = "{http://www.w3.org/2000/svg}"
PROGRAM = """
title = "Bridges & curls"
[[exercise]]
name = "Glute bridge"
start = "concentric"
sets = [{ reps = 4, load = 40 }, { reps = 3, label = "heavier" }]
tempo = "3-1-2-1"
rest = 45
cues.concentric = "squeeze your glutes"
[[exercise]]
name = "Plank"
hold = 20
sets = 2
cues.during = "breathe behind the brace"
"""
Points = list[tuple[float, float]]


@cache
def timeline(text: str = PROGRAM) -> Timeline:
    return arranged(text)


def drawn(text: str = PROGRAM) -> Picture:
    program = load(text)
    return session.picture(timeline(text), asked(program, summarise(program, Options())))


def rep_of(text: str, place: RepPlace) -> Picture:
    chart = Chart(timeline(text))
    return rep.picture(chart, reps.find(chart, place), lambda since, until: SQUARE)


SQUARE = ((-0.5, 0.25), (0.0, 0.0), (-0.25, 0.5))


def paths(root: ET.Element, fill: str) -> list[Points]:
    """The polygons of one colour."""
    found = [e.get("d", "") for e in root.iter(f"{SVG}path") if e.get("fill") == fill]
    return [
        [tuple(map(float, pair.split())) for pair in d.removesuffix("z").split("L")]  # type: ignore[misc]
        for path in found
        for d in path.split("M")[1:]
    ]


def words(root: ET.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def spans(polygons: list[Points]) -> list[tuple[float, float]]:
    return [(min(x for x, _ in p), max(x for x, _ in p)) for p in polygons]


# ---- a session -----------------------------------------------------------------------------------


def test_each_phase_and_cue_stands_at_its_time() -> None:
    root = ET.fromstring(svg(drawn()))
    events = timeline().events
    begins = {e.exercise: e.at_ms for e in reversed(events) if isinstance(e, ExerciseSpan)}
    ends = [e for e in events if isinstance(e, SetSpan)]
    longest = max(e.at_ms + e.duration_ms - begins[e.exercise] for e in ends)
    scale = (session.RIGHT - session.LEFT) / longest

    def x(at_ms: int, exercise: int) -> float:
        return session.LEFT + (at_ms - begins[exercise]) * scale

    for name in ("eccentric", "pause", "concentric", "squeeze"):
        phases = [e for e in events if isinstance(e, Phase) and e.name == name]
        expected = [(x(e.at_ms, 1), x(e.at_ms + e.duration_ms, 1)) for e in phases]
        assert len(expected) == 7
        for got, want in zip(spans(paths(root, HUES[name])), expected, strict=True):
            assert got == pytest.approx(want, abs=0.006)
    cues = [e for e in events if isinstance(e, Speech) and e.moment in CUED]
    assert {"squeeze your glutes", "breathe behind the brace"} <= {cue.text for cue in cues}
    rows = [1 if cue.at_ms < begins[2] else 2 for cue in cues]
    bars = [span for span in spans(paths(root, inks.CUE)) if span[0] >= session.LEFT]
    bars = bars[-len(cues) :]  # before them comes the strip of the whole session
    for cue, row, bar in zip(cues, rows, bars, strict=True):
        assert bar == pytest.approx((x(cue.at_ms, row), x(cue.end_ms, row)), abs=0.006)


def test_it_tells_what_a_coach_wants_to_know() -> None:
    found = words(ET.fromstring(svg(drawn())))
    assert found[:2] == [
        "Bridges & curls",
        f"{clock(timeline().duration_ms)} long · 1:29 under tension · 2 exercises, 4 sets",
    ]
    for text in (
        *("1 Glute bridge", "1 × 4, 3-1-2-1, 40 %", "heavier, 1 × 3, 3-1-2-1", "rest 45 s"),
        *("0:49", "set 1", "“squeeze your glutes”", "2 Plank", "2 × hold 20 s", "0:40"),
        *("lift", "squeeze", "lower", "pause", "hold", "a cue", "what else is said"),
    ):
        assert text in found


def test_those_that_take_turns_share_an_axis() -> None:
    root = ET.fromstring(svg(drawn(WHOLE)))
    found = words(root)
    assert "in turns with 2" in found and "in turns with 1" in found
    assert "1 L" in found and "3 × 8 a side, 2-1-1-2" in found and "1 × max 20, 3-1-2-1" in found
    squeezes = spans(paths(root, HUES["squeeze"]))
    first, second = squeezes[:30], squeezes[30:78]
    # A set of the one, then one side after the other of the other.
    assert first[11] < second[0] < second[15] < first[12] < second[16]


@pytest.mark.parametrize("name", ["session", "whole", "rep", "alternate", "hold"])
def test_the_same_bytes_on_every_machine(name: str) -> None:
    assert svg(PICTURES[name]()) == (FOLDER / f"{name}.svg").read_text(encoding="utf-8")


PICTURES = {
    "session": drawn,
    "whole": lambda: drawn(WHOLE),
    "rep": lambda: rep_of(PROGRAM, RepPlace(1, 1, 2)),
    "alternate": lambda: rep_of(WHOLE, RepPlace(6, 1, 3)),
    "hold": lambda: rep_of(PROGRAM, RepPlace(2, 1)),
}


def inert(text: str) -> ET.Element:
    """The picture as XML, when nothing in it acts or points elsewhere."""
    root = ET.fromstring(text)
    allowed = {"svg", "title", "desc", "defs", "clipPath", "rect", "path", "text"}
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= allowed
    attributes = {(name, value) for element in root.iter() for name, value in element.items()}
    assert not [name for name, _ in attributes if name.startswith("on") or "href" in name]
    assert all(
        re.fullmatch(r"url\(#c\d+\)", value) for _, value in attributes if "url" in value.lower()
    )
    return root


HOSTILE = (
    "</text></svg><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "]]><!-- <![CDATA[ &lt; &#0; &bad; -->",
    "\x00\x08\x0b\ufffe\ud800 \u202e\u2066",
    "url(http://example.com/x) javascript:alert(1)",
    "Z" + "\u0335\u0488\u0301" * 200,
    "word " * 60,
    "漢" * 300,
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_are_text_and_keep_to_their_place(text: str) -> None:
    def named(event: object) -> object:
        match event:
            case ExerciseSpan():
                return replace(event, name=text)
            case SetSpan():
                return replace(event, label=text)
            case Speech():
                return replace(event, text=text)
        return event

    evil = replace(timeline(), title=text, events=tuple(map(named, timeline().events)))  # type: ignore[arg-type]
    whole = session.picture(evil, {1: (text, text, text, text, text), 2: (text,)})
    chart = Chart(evil)
    one = rep.picture(chart, reps.find(chart, RepPlace(1, 1, 1)), lambda since, until: SQUARE)
    for picture in (whole, one):
        root = inert(svg(picture))
        own = [s for s in picture.shapes if isinstance(s, Text) and s.text.endswith(text)]
        assert own and all(shape.room for shape in own)
        clipped = [e for e in root.iter(f"{SVG}text") if e.get("clip-path")]
        assert len(clipped) >= len(own)
        assert max(len(re.findall("[\u0300-\u036f\u0488]+", w)) for w in words(root)) <= len(text)
    assert len(svg(whole)) < 60_000


def test_what_would_steer_a_terminal_is_written_out() -> None:
    root = inert(svg(session.picture(hostile.renamed(timeline()), {})))
    assert words(root)[0] == hostile.SHOWN


def test_long_texts_are_cut_where_their_room_ends() -> None:
    assert cut("Glute bridge", 200, 15) == "Glute bridge"
    short = cut("Glute bridge " * 20, 200, 15)
    assert short.startswith("Glute bridge Glute") and short.endswith("…")
    assert width(short, 15) <= 200
    assert cut("e" + "\u0301" * 9, 0, 15) == "\u00e9\u0301\u0301\u0301"
    assert lines("one two three four", width("one two", 20), 20, most=2) == ["one two", "three f…"]
    assert lines("漢" * 5, width("漢漢", 20), 20, most=9) == ["漢漢", "漢漢", "漢"]


# ---- size ----------------------------------------------------------------------------------------


def many(exercises: int, sets: int, reps_: int, phase_ms: int) -> Timeline:
    """A session of so much; each rep has two phases, and a word is said in each."""
    events: list[ExerciseSpan | SetSpan | Phase | Speech] = []
    at = 0
    for number in range(1, exercises + 1):
        lasts = sets * reps_ * 2 * phase_ms
        events.append(ExerciseSpan(at, lasts + sets * 100, number, "Exercise " * 9))
        for set_ in range(1, sets + 1):
            events.append(SetSpan(at, reps_ * 2 * phase_ms, number, set_, sets, reps_, "", 0))
            for one in range(2 * reps_):
                name = ("eccentric", "concentric")[one % 2]
                events.append(Phase(at, name, phase_ms, number, set_, one // 2 + 1))
                events.append(Speech(at, f"cue {one % 99}", name, phase_ms // 2, 0))
                at += phase_ms
            at += 100
    return Timeline("A very long day", at, 0, tuple(events))


@pytest.mark.parametrize(
    ("size", "most"),
    [((500, 2, 20, 600), 2_500_000), ((1, 100, 200, 1_000), 400_000), ((24, 3, 40, 600), 900_000)],
)
def test_the_size_is_bounded(size: tuple[int, int, int, int], most: int) -> None:
    picture = session.picture(many(*size), {})
    text = svg(picture)
    inert(text)
    assert len(text.encode()) < most
    assert picture.width == 1_000 and picture.height <= 210 + 500 * 24
    tension = [w for w in words(ET.fromstring(text)) if re.fullmatch(r"[\d:]+", w)]
    assert tension.count(clock(size[1] * size[2] * 2 * size[3])) >= size[0]


def test_500_exercises_are_a_png_too() -> None:
    need("module:PIL")
    from PIL import Image

    data = raster.png(session.picture(many(500, 2, 3, 600), {}))
    image = Image.open(io.BytesIO(data))
    assert image.size == (1_000, session.HEAD + 500 * session.FLAT.high + session.FOOT)
    assert len(data) < 4_000_000


# ---- PNG -----------------------------------------------------------------------------------------


def test_a_png_shows_the_phases_in_their_colours() -> None:
    need("module:PIL")
    from PIL import Image

    picture = rep_of(PROGRAM, RepPlace(1, 1, 2))
    image = Image.open(io.BytesIO(raster.png(picture))).convert("RGB")
    assert image.size == (2 * picture.width, 2 * picture.height)
    # lift 2 s, squeeze 1 s, lower 3 s, pause 1 s; just above where their slopes stand
    width_ = rep.RIGHT - rep.LEFT
    for name, middle_s in (
        ("concentric", 0.4),
        ("squeeze", 2.2),
        ("eccentric", 3.4),
        ("pause", 6.1),
    ):
        x = 2 * (rep.LEFT + middle_s / 7 * width_)
        red, green, blue = image.getpixel((int(x), 2 * (rep.PHASES - 3)))  # type: ignore[misc]
        assert f"#{red:02x}{green:02x}{blue:02x}" == HUES[name]


def test_letters_are_there_without_any_font_of_the_machine() -> None:
    """The fonts inside the package draw Latin, Greek and Cyrillic, and nothing is a box."""
    need("module:PIL")
    from PIL import Image, ImageChops

    def letters(text: str) -> Image.Image:
        shapes = (Text(10, 40, text, 30, "#000000"),)
        data = raster.png(Picture(400, 60, shapes, "", ""), zoom=1)
        return Image.open(io.BytesIO(data)).getchannel("A")

    assert raster.held(Picture(9, 9, (Text(0, 0, "Äß ζλ Жё “–×”", 9, "#000"),), "", ""))
    assert not raster.held(Picture(9, 9, (Text(0, 0, "漢字", 9, "#000"),), "", ""))
    images = [letters(text) for text in ("ä", "ζ", "Ж", "×", "“")]
    assert all(image.getbbox() for image in images)
    for first, second in pairwise(images):
        assert ImageChops.difference(first, second).getbbox()


def test_no_text_is_wider_in_these_fonts_than_is_reckoned() -> None:
    need("module:PIL")
    from PIL import ImageFont

    entries = (name for name in library.names())
    texts = [*entries, "3 × 8-12 a side, 2-0-1-2, bodyweight", "Ganzkörper, плечи, ώμοι", "WMwm@%"]
    for bold, file in enumerate(raster.FONTS):
        font = ImageFont.truetype(file, 100)
        wide = [text for text in texts if font.getlength(text) > width(text, 100, bold=bool(bold))]
        assert wide == []


# ---- one rep -------------------------------------------------------------------------------------


def test_a_rep_has_its_phases_clicks_words_and_sound_at_their_times() -> None:
    chart = Chart(timeline())
    found = reps.find(chart, RepPlace(1, 1, 2))
    asked_for: list[tuple[int, int]] = []

    def sound(since_ms: int, until_ms: int) -> rep.Peaks:
        asked_for.append((since_ms, until_ms))
        return SQUARE

    root = inert(svg(rep.picture(chart, found, sound)))
    [(since, until)] = asked_for
    scale = (rep.RIGHT - rep.LEFT) / (until - since)

    def x(at_ms: int) -> float:
        return rep.LEFT + (at_ms - since) * scale

    for work in found.work:
        assert isinstance(work, Phase)
        slopes = [p for p in spans(paths(root, HUES[work.name])) if p[1] - p[0] > 14]
        want = (x(work.at_ms), x(work.at_ms + work.duration_ms))
        assert slopes == [pytest.approx(want, abs=0.006)]
    clicks = [e for e in timeline().events if isinstance(e, Click) and since <= e.at_ms < until]
    ticks = [(a + b) / 2 for a, b in spans(paths(root, inks.SET))]
    assert ticks == pytest.approx([x(c.at_ms) for c in clicks if c.sound not in HUES], abs=0.01)
    opens = [
        (a + b) / 2 for hue in set(HUES.values()) for a, b in spans(paths(root, hue)) if b - a < 14
    ]
    assert sorted(opens) == pytest.approx([x(c.at_ms) for c in clicks if c.sound in HUES], abs=0.01)
    said = [e for e in chart.speeches.events if e.at_ms < found.end_ms and e.end_ms > found.at_ms]
    bars = [
        (float(e.get("x", "")), float(e.get("x", "")) + float(e.get("width", "")))
        for e in root.iter(f"{SVG}rect")
        if e.get("rx") == "4"
    ]
    assert said and bars == [pytest.approx((x(one.at_ms), x(one.end_ms)), abs=0.02) for one in said]
    assert {one.text for one in said} <= set(words(root))
    [wave] = [p for p in paths(root, inks.INK) if len(p) == 6]
    assert [y for _, y in wave[:3]] == [rep.WAVE - 28, rep.WAVE - 0.4, rep.WAVE - 56]
    assert [y for _, y in wave[3:]] == [rep.WAVE + 28, rep.WAVE + 0.4, rep.WAVE + 56]


@pytest.mark.parametrize(
    ("place", "name", "called", "length_ms"),
    [
        (RepPlace(1, 2, 10), "Zzz raise", "set 2 of 3, rep 10 of 10", 7_000),
        (RepPlace(2, 3, 8), "Single-leg zzz", "set 3 of 3, left side, rep 8 of 8", 6_000),
        (RepPlace(3, 2, 6), "Cluster zzz", "set 2 of 2, part 2 of 3, rep 2 of 4", 6_000),
        (RepPlace(4, 1, 3), "Holds zzz", "set 1 of 2, part 3 of 6, hold 5 s", 5_000),
        (RepPlace(6, 1, 3), "Lunge zzz", "set 1 of 2, rep 3 of 10", 14_000),
    ],
)
def test_a_rep_is_found_by_what_people_call_it(
    place: RepPlace, name: str, called: str, length_ms: int
) -> None:
    found = reps.find(Chart(timeline(WHOLE)), place)
    assert (found.name, found.called, found.end_ms - found.at_ms) == (name, called, length_ms)


@pytest.mark.parametrize(
    ("place", "message"),
    [
        (RepPlace(7, 1), "There is no exercise 7 in this session; the last is 6."),
        (RepPlace(1, 4), "Exercise 1 (Zzz raise) has no set 4 in this session; its last is 3."),
        (RepPlace(1, 3, 9), "Exercise 1 (Zzz raise), set 3 has 8 reps, so there is no rep 9."),
        (RepPlace(4, 1, 7), "Exercise 4 (Holds zzz), set 1 has 6 holds, so there is no hold 7."),
    ],
)
def test_a_rep_that_is_not_there(place: RepPlace, message: str) -> None:
    with pytest.raises(UserError) as error:
        reps.find(Chart(timeline(WHOLE)), place)
    assert str(error.value) == message


def test_the_rep_that_tells_most_is_the_first_with_a_cue() -> None:
    chart = Chart(timeline())
    found = reps.telling(chart)
    cue = next(e for e in chart.speeches.events if e.text == "squeeze your glutes")
    assert found.called == "set 1 of 2, rep 1 of 4"
    assert cue.at_ms < found.end_ms


def test_the_waveform_is_that_of_the_session() -> None:
    from mmc_audio.pictures import wave

    prepared = ready(PROGRAM, voice="none")
    chart = Chart(prepared.timeline)
    tape = prepared.tape(prepared.timeline, prepared.mixer())
    found = reps.find(chart, RepPlace(1, 1, 3))
    pcm = tape.read(found.at_ms * 48, (found.end_ms - found.at_ms) * 48)
    got = wave.peaks(pcm, 700)  # a column is 10 ms, 480 frames
    assert len(got) == 700
    for column in (0, 1, 200, 333, 699):
        part = pcm[column * 480 : (column + 1) * 480]
        assert got[column] == pytest.approx((part.min() / 32_768, part.max() / 32_768))
    loud = [column for column, (low, high) in enumerate(got) if high - low > 0.3]
    assert 0 in loud and 200 in loud  # the clicks of the lift and of the squeeze


# ---- the commands --------------------------------------------------------------------------------


def test_show_and_export_draw_the_same_session(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text(PROGRAM)
    shown = mmc("show", "p.toml", "--picture", "a.svg", "--voice", "none", cwd=tmp_path)
    export = mmc("export", "p.toml", "-o", "b.svg", "--voice", "none", cwd=tmp_path)
    first, second = (tmp_path / name for name in ("a.svg", "b.svg"))
    size = -(-first.stat().st_size // 1_000)
    length = words(ET.parse(first).getroot())[1].split()[0]
    assert (shown.code, shown.err) == (0, "")
    assert shown.out == f"a.svg: the session, {length}, {size} kB\n"
    assert export.out.splitlines()[0] == f"b.svg: {length}, {size} kB"
    assert first.read_bytes() == second.read_bytes()
    inert(first.read_text(encoding="utf-8"))


def test_a_rep_as_a_png(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text(PROGRAM)
    run = mmc(
        "show", "p.toml", "--picture", "r.png", "--rep", "1.2.3", "--voice", "none", cwd=tmp_path
    )
    assert (run.code, run.err) == (0, "")
    assert re.fullmatch(r"r\.png: Glute bridge: set 2 of 2, rep 3 of 3, \d+ kB\n", run.out), run.out
    assert (tmp_path / "r.png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


@pytest.mark.parametrize(
    ("arguments", "code", "last"),
    [
        (
            ("--picture", "a.jpg"),
            1,
            'error: "a.jpg" is no name of a picture; it has to end in .svg or .png.',
        ),
        (("--rep", "1.1"), 2, "error: --rep is for a picture; name it with --picture OUT."),
        (
            ("--picture", "a.svg", "--json"),
            2,
            "error: --picture is drawn by itself, without --json and --explain.",
        ),
        (
            ("--picture", "a.svg", "--rep", "one"),
            2,
            "error: Invalid value for '--rep': \"one\" is no rep. Write 1.2.3 for exercise 1, "
            "set 2, rep 3, or 1.2 for the first rep of that set.",
        ),
        (
            ("--picture", "a.svg", "--rep", "1.3"),
            1,
            "error: Exercise 1 (Glute bridge) has no set 3 in this session; its last is 2.",
        ),
    ],
)
def test_pictures_that_can_not_be(
    tmp_path: Path, arguments: tuple[str, ...], code: int, last: str
) -> None:
    (tmp_path / "p.toml").write_text(PROGRAM)
    run = mmc("show", "p.toml", *arguments, "--voice", "none", cwd=tmp_path)
    assert (run.code, run.out, run.err.splitlines()[-1]) == (code, "", last)
    assert [path.name for path in tmp_path.glob("a.*")] == []


def test_nothing_is_imported_to_draw_before_there_is_something_to_draw(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom mmc_audio.cli import run\nrun(['show', 'hip-thrust'])\n"
        "print(sorted({'resvg_py', 'numpy'} & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment(tmp_path), capture_output=True, text=True
    )
    assert run.stdout.splitlines()[-1] == "[]"


# ---- the pictures of the README ------------------------------------------------------------------

NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def test_the_pictures_of_the_readme_are_those_that_the_command_makes(tmp_path: Path) -> None:
    """To a few pixels: the voice may take some milliseconds more on another processor."""
    from tools.make_pictures import PICTURES as KEPT
    from tools.make_pictures import make

    make(tmp_path)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in KEPT:
        kept, made = (folder / name for folder in (ROOT / "docs" / "pictures", tmp_path))
        assert f"docs/pictures/{name}" in readme
        first, second = (inert(path.read_text(encoding="utf-8")) for path in (kept, made))
        assert words(first) == words(second)
        for one, other in zip(first.iter(), second.iter(), strict=True):
            assert one.tag == other.tag and one.get("fill") == other.get("fill")
            if one.get("fill") != inks.INK:  # the waveform, and bars that may have met
                for a, b in zip(outline(one), outline(other), strict=True):
                    assert abs(a - b) <= 3


def outline(element: ET.Element) -> list[float]:
    text = " ".join(element.get(key, "") for key in ("x", "y", "width", "height"))
    return [float(number) for number in NUMBER.findall(text)]


if __name__ == "__main__":
    for name, make_one in PICTURES.items():
        (FOLDER / f"{name}.svg").write_text(svg(make_one()), encoding="utf-8", newline="\n")
