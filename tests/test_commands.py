"""What each command prints and writes: whole outputs of the real command."""

from __future__ import annotations

import csv
import json
import os
import pty
import re
import signal
import subprocess
import time
import wave
from pathlib import Path

import jsonschema
import pytest

from mmc_audio import figures
from mmc_audio.commands.voices import ABOUT
from mmc_audio.filenames import file_name
from mmc_audio.program import PHASES
from mmc_audio.voices import NAMES
from tests.command import MMC, ROOT, Run, environment, mmc
from tests.no_sound import NO_CARD
from tests.parts import need
from tests.sound_server import sound_environment
from tests.studio import spoken_before

BRIDGES = """\
title = "Three slow sets of glute bridges"
[[exercise]]
name = "Glute bridge"
sets = 3
reps = 8
tempo = "3-1-2-2"   # seconds: lower, pause, lift, squeeze
rest = 60
cues.concentric = "squeeze your glutes"
"""

SLOW = BRIDGES.replace("3-1-2-2", "3-1-2-0")

SHORT = """\
title = "One rep"
voice.engine = "none"
session.setup = 0
[[exercise]]
name = "Curl"
start = "concentric"
sets = 1
reps = 1
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the smallest useful program and a very short one."""
    (tmp_path / "bridges.toml").write_text(BRIDGES)
    (tmp_path / "slow.toml").write_text(SLOW)
    (tmp_path / "short.toml").write_text(SHORT)
    return tmp_path


def files(folder: Path) -> list[str]:
    """Everything in a folder but the cache."""
    return sorted(path.name for path in folder.iterdir() if path.name != "cache")


# ---- show ----------------------------------------------------------------------------------------

SHOWN = """\
Three slow sets of glute bridges
5:03 long, 2:24 of it under tension

Exercise        Reps  Tempo    Tension  Rest  Load
1 Glute bridge                    2:24
  sets 1-3      8     3-1-2-0     48 s  60 s

One rep         Length  Picture       In words
1 Glute bridge     6 s  ╱╱╱╱╲╲╲╲╲╲▁▁  lift for 2 seconds, lower for 3, pause for 1

Muscle  Tension
glutes     2:24
"""

EXPLAINED = """
Where it comes from       Value                                 Written in
1 Glute bridge
  start                   concentric                            the exercise library
  target                  glutes                                the exercise library
  helpers                 hamstrings                            the exercise library
  takes_over              hamstrings                            the exercise library
  setup                   On your back, knees bent, feet flat.  the exercise library
1 Glute bridge, sets 1-3
  sets                    3                                     its exercise
  reps                    8                                     its exercise
  sides                   both                                  built in
  tempo                   3-1-2-0                               its exercise
  rest                    60 s                                  its exercise
  focus                   internal                              built in
  cue_every               3 reps                                built in
"""


def test_show(folder: Path) -> None:
    assert mmc("show", "slow.toml", cwd=folder) == Run(0, SHOWN)


def test_show_explains_where_values_come_from(folder: Path) -> None:
    assert mmc("show", "slow.toml", "--explain", cwd=folder) == Run(0, SHOWN + EXPLAINED)


def test_show_draws_with_plain_characters_where_others_are_not_known(folder: Path) -> None:
    run = mmc("show", "slow.toml", cwd=folder, PYTHONIOENCODING="ascii")
    plain = SHOWN.translate(str.maketrans("╲▁╱▔", "\\_/-"))
    assert run == Run(0, plain)


def test_letters_that_the_terminal_can_not_show_are_escaped(folder: Path) -> None:
    (folder / "pierna.toml").write_text(SHORT.replace("One rep", "Día de pierna"), "utf-8")
    run = mmc("show", "pierna.toml", cwd=folder, PYTHONIOENCODING="ascii")
    assert (run.code, run.out.splitlines()[0]) == (0, "D\\xeda de pierna")


def test_show_as_json(folder: Path) -> None:
    run = mmc("show", "slow.toml", "--json", "--from", "1.3", cwd=folder)
    assert (run.code, run.err) == (0, "")
    plan = json.loads(run.out)
    assert plan.pop("duration_ms") > 48_000
    assert plan == {
        "title": "Three slow sets of glute bridges",
        "week": 1,
        "weeks": 1,
        "under_tension_ms": 48_000,
        "music": [],
        "muscles": {"glutes": 48_000},
        "exercises": [
            {
                "exercise": 1,
                "name": "Glute bridge",
                "known": "glute-bridge",
                "role": "work",
                "superset": "",
                "target": "glutes",
                "helpers": ["hamstrings"],
                "takes_over": ["hamstrings"],
                "start": "concentric",
                "before": [],
                "origins": dict.fromkeys(
                    ("start", "target", "helpers", "takes_over", "setup"), "library"
                ),
                "under_tension_ms": 48_000,
                "sets": [
                    {
                        "set": 3,
                        "number": 3,
                        "side": "",
                        "part": 1,
                        "parts": 1,
                        "label": "",
                        "reps": 8,
                        "reps_from": 8,
                        "amrap": False,
                        "tempo": "3-1-2-0",
                        "tempo_in_words": "lift for 2 seconds, lower for 3, pause for 1",
                        "load": None,
                        "rir": None,
                        "focus": "internal",
                        "under_tension_ms": 48_000,
                        "moving_ms": 40_000,
                        "rest_ms": 0,
                        "rest_do": [],
                        "after": [],
                        "origins": {
                            "sets": "exercise",
                            "reps": "exercise",
                            "sides": "built-in",
                            "tempo": "exercise",
                            "rest": "exercise",
                            "focus": "built-in",
                            "cue_every": "built-in",
                        },
                    }
                ],
            }
        ],
    }


def test_show_adds_up_each_muscle_and_shows_holds_loads_and_ranges(folder: Path) -> None:
    (folder / "rich.toml").write_text(
        'title = "Rich"\n[defaults]\ntempo = "2-0-X-1"\nrest = 45\n'
        '[[exercise]]\nname = "Hip thrust"\nstart = "concentric"\ntarget = "glutes"\nsets = [\n'
        '  { label = "warm-up", reps = 4, load = 40 },\n'
        '  { times = 2, reps = "4-6", load = 72.5 },\n'
        ']\n[[exercise]]\nname = "Bridge"\ntarget = "glutes"\nhold = 20\nsets = 2\n'
        'load = "bodyweight"\n'
    )
    run = mmc("show", "rich.toml", cwd=folder)
    assert (run.code, run.err) == (0, "")
    assert (
        run.out.split("\n", 2)[2]
        == """
Exercise          Reps  Tempo    Tension  Rest  Load
1 Hip thrust                        1:04
  set 1, warm-up  4     2-0-X-1     16 s  45 s  40 %
  sets 2-3        4-6   2-0-X-1     24 s  45 s  72.5 %
2 Bridge                            0:40
  sets 1-2        hold              20 s  45 s  bodyweight

One rep       Length  Picture   In words
1 Hip thrust     4 s  ╱╱▔▔╲╲╲╲  lift as fast as you can, squeeze for 1 second, lower for 2

Muscle  Tension
glutes     1:44
"""
    )


# ---- check ---------------------------------------------------------------------------------------

BAD = 'title = "Legs"\n[[exercise]]\nname = "Squat"\nrepss = 3\ntempo = "3-1-2-2"\nsets = 0\n'


def test_check_tells_every_fault_with_its_line(folder: Path) -> None:
    (folder / "legs.toml").write_text(BAD)
    run = mmc("check", "legs.toml", "short.toml", cwd=folder)
    assert (run.code, run.err) == (1, "")
    assert [line for line in run.out.splitlines() if not line.startswith("  ")] == [
        "legs.toml:4:1: error: exercise 1 (Squat): repss is no known key here; "
        'did you mean "reps"?',
        "legs.toml:6:8: error: exercise 1 (Squat): sets must be from 1 to 100, found 0",
        "legs.toml: 2 errors",
        "short.toml: fine",
    ]


LONG_CUE = """\
title = "Too much"
[[exercise]]
name = "Curl"
start = "concentric"
reps = 6
sets = 1
tempo = "2-0-1-1"
cues.squeeze = "squeeze the biceps as hard as you possibly can"
"""


def test_only_strict_fails_on_a_warning(folder: Path) -> None:
    (folder / "long.toml").write_text(LONG_CUE)
    run = mmc("check", "long.toml", cwd=folder, **spoken_before())
    assert (run.code, run.err) == (0, "")
    assert re.search(
        r"^long\.toml:8:16: warning: exercise 1 \(Curl\): "
        r'"squeeze the biceps as hard as you possibly can" takes \d\.\d s and the '
        r"squeeze of 1\.0 s has room for \d\.\d s: left out ",
        run.out,
        re.M,
    )
    assert run.out.splitlines()[-1] == "long.toml: 1 warning"
    assert mmc("check", "long.toml", "--strict", cwd=folder, **spoken_before()) == Run(1, run.out)


def test_several_programs_do_not_go_into_one_file(folder: Path) -> None:
    run = mmc("export", "curl", "hip-thrust", "-o", "one.mp3", cwd=folder)
    said = (
        'error: Several programs are written into a folder, and "one.mp3" names a file. '
        "Name a folder, or export them one by one.\n"
    )
    assert run == Run(1, "", said)
    assert not (folder / "one.mp3").exists()


def test_check_goes_on_after_a_program_that_is_not_there(folder: Path) -> None:
    run = mmc("check", "nowhere.toml", "short.toml", cwd=folder)
    assert (run.code, run.out) == (1, "short.toml: fine\n")
    assert run.err.startswith('nowhere.toml: error: "nowhere.toml" is neither a file nor ')


# ---- export --------------------------------------------------------------------------------------


def length(folder: Path, name: str) -> str:
    """The length of a session as `show` has it."""
    return mmc("show", name, cwd=folder).out.splitlines()[1].split()[0]


def test_export_writes_an_mp3_here_named_after_the_program(folder: Path) -> None:
    (folder / "in").mkdir()
    (folder / "in" / "arms.toml").write_text(SHORT)
    run = mmc("export", "in/arms.toml", cwd=folder, **spoken_before())
    size = figures.size((folder / "arms.mp3").stat().st_size)
    line = (
        f"arms.mp3: {length(folder, 'in/arms.toml')}, {size}\nVoice: none, as the program asks.\n"
    )
    assert run == Run(0, line)
    assert files(folder) == ["arms.mp3", "bridges.toml", "in", "short.toml", "slow.toml"]


def test_export_chooses_the_kind_by_the_suffix(folder: Path) -> None:
    for name in ("a.wav", "a.json", "a.csv", "A.SRT"):
        assert mmc("export", "short.toml", "-o", name, cwd=folder, **spoken_before()).code == 0, (
            name
        )
    timeline = json.loads((folder / "a.json").read_text())
    with wave.open(str(folder / "a.wav")) as file:
        assert file.getnframes() == timeline["duration_ms"] * 48
    with (folder / "a.csv").open(newline="") as file:
        assert len(list(csv.DictReader(file))) == len(timeline["events"])


def test_export_says_who_speaks_and_what_had_no_room(folder: Path) -> None:
    (folder / "long.toml").write_text(LONG_CUE)
    run = mmc("export", "long.toml", "-o", "long.json", cwd=folder, **spoken_before())
    assert (run.code, run.err) == (0, "")
    lines = run.out.splitlines()
    assert lines[1] == 'Voice: embedded, the first choice for the language "en".'
    assert re.fullmatch(r"Left out for lack of room, \d+ times?; mmc check tells where:", lines[2])
    assert '  "squeeze the biceps as hard as you possibly can"' in lines[3:]


def test_a_chosen_voice_that_can_not_speak_fails_in_words(folder: Path) -> None:
    run = mmc("export", "short.toml", "--voice", "recorded", cwd=folder)
    assert (run.code, run.out) == (1, "")
    assert run.err.startswith("error: The voice recorded: ")
    assert run.err.endswith("--voice none gives clicks and tones alone.\n")
    assert "short.mp3" not in files(folder)


def test_several_programs_go_into_a_folder_and_a_bad_one_stops_none(folder: Path) -> None:
    (folder / "legs.toml").write_text(BAD)
    (folder / "rep.toml").write_text(SHORT)
    programs = ("short.toml", "legs.toml", "nope", "rep.toml")
    run = mmc("export", *programs, "-o", "new/mp3s", "--voice", "none", cwd=folder)
    assert run.code == 1
    assert files(folder / "new" / "mp3s") == ["rep.mp3", "short.mp3"]
    starts = [line.split(":")[0] for line in run.out.splitlines()]
    assert starts == ["new/mp3s/short.mp3", "Voice", "new/mp3s/rep.mp3", "Voice"]
    faults = [line for line in run.err.splitlines() if not line.startswith("  ")]
    assert [re.sub(r": error:.*", ": error", line) for line in faults] == [
        "legs.toml:4:1: error",
        "legs.toml:6:8: error",
        "nope: error",
        "2 of 4 sessions could not be exported.",
    ]


def test_two_programs_of_one_name_are_not_written_over_each_other(folder: Path) -> None:
    (folder / "in").mkdir()
    (folder / "in" / "short.toml").write_text(SHORT)
    message = (
        "error: short.toml and in/short.toml would both be written to out/short.mp3; "
        "export them one by one.\n"
    )
    run = mmc("export", "short.toml", "in/short.toml", "-o", "out", cwd=folder)
    assert run == Run(1, "", message)


def test_several_programs_are_not_written_into_a_file(folder: Path) -> None:
    message = 'error: "bridges.toml" is a file; several programs are written into a folder.\n'
    run = mmc("export", "short.toml", "curl", "-o", "bridges.toml", cwd=folder)
    assert run == Run(1, "", message)


def test_a_kind_that_is_not_known_is_refused_before_any_work(folder: Path) -> None:
    run = mmc("export", "bridges.toml", "-o", "a.mp4", cwd=folder)
    assert (run.code, run.out) == (1, "")
    assert not (folder / "cache").exists()  # nothing was spoken for it
    assert run.err.startswith('error: ".mp4" is not a known kind of file. ')


def test_a_name_that_is_too_long_is_no_bug(folder: Path) -> None:
    name = "a" * 300
    for arguments in (("show", name), ("new", name), ("export", "short.toml", "-o", f"{name}.wav")):
        run = mmc(*arguments, cwd=folder)
        assert (run.code, run.out) == (1, "")
        assert run.err.startswith("error: ") and "bug" not in run.err


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("hip-thrust", "hip-thrust"),
        ("Día de pierna 2.0", "Día de pierna 2.0"),
        ("a/b\\c:d*\n\x1b", "a_b_c_d___"),
        ("-rf", "rf"),
        (".. ", "session"),
        ("CON", "CON_"),
        ("lpt1", "lpt1_"),
        ("é" * 100, "é" * 60),
    ],
)
def test_a_file_name_is_one_that_every_system_takes(text: str, name: str) -> None:
    assert file_name(text) == name


ENDLESS = 'title = "Long"\nvoice.engine = "none"\n[[exercise]]\nname = "A"\nsets = 40\nreps = 100\n'


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_stopped_export_leaves_nothing_behind(
    number: signal.Signals, code: int, tmp_path: Path
) -> None:
    (tmp_path / "long.toml").write_text(ENDLESS)
    run = subprocess.Popen(
        [*MMC, "export", "long.toml", "-o", "long.wav"],
        cwd=tmp_path,
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    until = time.monotonic() + 30
    while not any(path.suffix == ".part" for path in tmp_path.iterdir()):
        assert run.poll() is None and time.monotonic() < until
        time.sleep(0.01)
    run.send_signal(number)
    out, err = run.communicate(timeout=30)
    assert (run.returncode, out, err.strip()) == (code, "", "")
    assert files(tmp_path) == ["long.toml"]


def on_terminal(*arguments: str, cwd: Path, **more: str) -> str:
    """What a terminal of 80 columns is sent."""
    near, far = pty.openpty()
    settings = environment(cwd, TERM="xterm", COLUMNS="80", **more)
    with subprocess.Popen(
        [*MMC, *arguments], cwd=cwd, env=settings, stdin=far, stdout=far, stderr=far
    ):
        os.close(far)
        sent = b""
        while True:
            try:
                sent += (more_sent := os.read(near, 65_536))
            except OSError:  # how Linux says that the other side is closed
                more_sent = b""
            if not more_sent:
                os.close(near)
                return sent.decode()


def test_a_terminal_sees_a_bar_and_a_pipe_does_not(folder: Path) -> None:
    seen = on_terminal("export", "short.toml", "-o", "a.mp3", cwd=folder)
    assert "Writing" in seen and "100%" in seen
    assert "Voice: none, as the program asks." in seen
    assert mmc("export", "short.toml", "-o", "a.mp3", cwd=folder, **spoken_before()).err == ""


def test_colours_can_be_turned_off(folder: Path) -> None:
    assert "\x1b[1m" in on_terminal("sounds", cwd=folder)
    assert "\x1b[3" not in on_terminal("sounds", cwd=folder, NO_COLOR="1")


# ---- new, programs, voices, sounds, say, cache, doctor, schema -----------------------------------


def test_new_writes_a_program_that_checks_without_a_remark(tmp_path: Path) -> None:
    assert mmc("new", "mine", cwd=tmp_path) == Run(0, "Wrote mine.toml.\n")
    assert mmc("check", "mine.toml", "--strict", cwd=tmp_path, **spoken_before()) == Run(
        0, "mine.toml: fine\n"
    )


def test_new_replaces_a_file_only_when_forced(folder: Path) -> None:
    message = (
        'error: "bridges.toml" is already there. Choose another name, or --force to replace it.\n'
    )
    assert mmc("new", "bridges.toml", cwd=folder) == Run(1, "", message)
    assert (folder / "bridges.toml").read_text() == BRIDGES
    run = mmc("new", "bridges.toml", "--force", "--from", "curl", cwd=folder)
    assert run == Run(0, "Wrote bridges.toml.\n")
    curl = (ROOT / "programs" / "curl-3121.toml").read_bytes()
    assert (folder / "bridges.toml").read_bytes() == curl


def test_new_says_why_a_file_can_not_be_made(tmp_path: Path) -> None:
    message = (
        f"error: no/mine.toml was not written: the folder {tmp_path}/no does not exist. "
        "Make it first, or name another place.\n"
    )
    assert mmc("new", "no/mine.toml", cwd=tmp_path) == Run(1, "", message)


@pytest.mark.parametrize("name", ["", ".", "..", "/"])
def test_new_wants_a_name(name: str, tmp_path: Path) -> None:
    message = f'error: "{name}" is no name for a file.\n'
    assert mmc("new", name, cwd=tmp_path) == Run(1, "", message)


def test_programs_lists_what_is_shipped(tmp_path: Path) -> None:
    run = mmc("programs", cwd=tmp_path)
    assert (run.code, run.err) == (0, "")
    heading, *rows = run.out.splitlines()
    assert re.fullmatch(r"Name +Length +Title", heading)
    shipped = sorted(path.stem for path in (ROOT / "programs").glob("*.toml"))
    assert [row.split()[0] for row in rows] == shipped
    assert all(re.fullmatch(r"\S+ +\d+:\d\d  \S.*\S", row) for row in rows)


def test_voices_lists_each_and_why_one_can_not_speak(tmp_path: Path) -> None:
    assert set(ABOUT) == set(NAMES)
    run = mmc("voices", cwd=tmp_path, PATH="/nowhere")
    assert (run.code, run.err) == (0, "")
    rows = {line.split()[0]: line for line in run.out.splitlines()[1:]}
    assert list(rows) == list(NAMES)
    assert rows["embedded"].split()[1] == "yes"
    assert rows["espeak"].split()[1] == "no" and "Not here: " in rows["espeak"]


def test_sounds_lists_the_sets_and_what_each_sound_means(tmp_path: Path) -> None:
    run = mmc("sounds", cwd=tmp_path)
    assert (run.code, run.err) == (0, "")
    sets, sounds = run.out.split("\n\n")
    assert [line.split()[0] for line in sets.splitlines()] == ["Set", "sharp", "soft", "wood"]
    assert [line.split()[0] for line in sounds.splitlines()[1:5]] == list(PHASES)


def test_say_prints_length_and_onset_and_writes_a_file(tmp_path: Path) -> None:
    run = mmc("say", "squeeze your glutes", "-o", "cue.wav", cwd=tmp_path)
    assert (run.code, run.err) == (0, "")
    spoken = r"(\d\.\d\d) s, onset at (\d+) ms, voice embedded\nWrote cue.wav.\n"
    match = re.fullmatch(spoken, run.out)
    assert match is not None
    with wave.open(str(tmp_path / "cue.wav")) as file:
        assert file.getnframes() / 48_000 == pytest.approx(float(match[1]), abs=0.005)
    assert 0 <= int(match[2]) <= 300


def test_say_with_nobody_to_say_it(tmp_path: Path) -> None:
    run = mmc("say", "up", "--voice", "none", cwd=tmp_path)
    assert run == Run(1, "", "error: The voice none says nothing.\n")


def test_the_cache_is_told_filled_and_cleared(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(SHORT.replace('voice.engine = "none"\n', ""))
    place = tmp_path / "cache"
    nothing = Run(0, f"0 phrases (0 kB) and 0 encoded sounds (0 kB), in {place}\n")
    assert mmc("cache", cwd=tmp_path) == nothing
    filled = re.fullmatch(
        r"one\.toml: the voice embedded made (\d+) phrases, 0 kept\.\n",
        mmc("cache", "--fill", "one.toml", cwd=tmp_path).out,
    )
    assert filled is not None
    again = f"one.toml: the voice embedded made 0 phrases, {filled[1]} kept.\n"
    assert mmc("cache", "--fill", "one.toml", cwd=tmp_path) == Run(0, again)
    assert mmc("export", "one.toml", cwd=tmp_path).code == 0
    kept = rf"{filled[1]} phrases \(.* [kM]B\) and [1-9]\d* encoded sounds \(.* kB\)"
    told = re.fullmatch(rf"({kept}), in {place}\n", mmc("cache", cwd=tmp_path).out)
    assert told is not None
    assert mmc("cache", "--clear", cwd=tmp_path) == Run(0, f"Forgot {told[1]}.\n")
    assert mmc("cache", cwd=tmp_path) == nothing


def test_doctor_tells_what_works_and_why_the_rest_does_not(tmp_path: Path) -> None:
    need("ffmpeg", "espeak-ng")
    silent = sound_environment(tmp_path, NO_CARD)
    run = mmc("doctor", cwd=tmp_path, **silent)
    assert (run.code, run.err) == (0, "")
    assert run.out.endswith(
        "\nmmc play has nothing to play on. Plug in or switch on a sound device, or start the "
        "sound server, and try again. Without one, --output null plays in silence, and mmc export "
        "writes a file.\n"
    )
    broken = [line.split("  ")[0] for line in run.out.splitlines() if "  no  " in line]
    assert broken == ["output sounddevice", "output simpleaudio", "output miniaudio"]
    nowhere = mmc("doctor", cwd=tmp_path, MMC_CACHE="/proc/mmc").out
    assert re.search(r"^cache +no +/proc/mmc: No such file or directory; MMC_CACHE ", nowhere, re.M)
    without = mmc("doctor", cwd=tmp_path, PATH="/nowhere", **silent)
    missing = [line.split("  ")[0] for line in without.out.splitlines() if "  no  " in line]
    assert (without.code, without.err) == (0, "")
    assert missing == ["ffmpeg", "voice espeak", *broken, ".m4a", ".m4b"]


def test_the_schema_is_one_and_takes_a_program(tmp_path: Path) -> None:
    run = mmc("schema", cwd=tmp_path)
    assert (run.code, run.err) == (0, "")
    schema = json.loads(run.out)
    jsonschema.Draft202012Validator.check_schema(schema)
    valid = jsonschema.Draft202012Validator(schema)
    assert valid.is_valid({"title": "A", "exercise": [{"name": "Squat"}]})
    assert not valid.is_valid({"title": "A", "exercise": [{"name": "Squat", "repss": 3}]})


# ---- the README ----------------------------------------------------------------------------------


def test_the_readme_shows_what_is_printed(tmp_path: Path) -> None:
    blocks = re.findall(r"```(toml|text)\n(.*?)```", (ROOT / "README.md").read_text(), re.S)
    (_, program), (_, plan), (_, fault) = blocks
    assert program == BRIDGES
    (tmp_path / "bridges.toml").write_text(program)
    assert mmc("show", "bridges.toml", cwd=tmp_path) == Run(0, plan)
    (tmp_path / "legs.toml").write_text(BAD)
    assert mmc("check", "legs.toml", cwd=tmp_path).out.startswith(fault)
