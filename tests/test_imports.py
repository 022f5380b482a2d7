"""Dependencies run one way, and each third-party package has one home."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "mmc_audio"
MODULES = sorted(PACKAGE.rglob("*.py"))

# The rooms, from the ground up: a module imports its own room and those above it in this list.
ROOMS = {
    "errors": {"errors"},
    "ground": {
        "resources",
        "folders",
        "figures",
        "tomlfile",
        "accents",
        "spans",
        "terminal",
        "installed",
        "offline",
        "signals",
        "children",
        "languages",
        "filenames",
        "hues",
        "temporary",
        "textbytes",
    },
    "program": {"program", "tempo"},
    "lore": {"scripts", "library"},
    "timeline": {"timeline", "chart", "tally"},
    "letters": {"bigletters", "fitting", "layout"},
    "display": {"captions", "scene", "keyhelp", "display", "plainly"},
    "words": {"words"},
    "session": {"session"},
    "roster": {"roster"},
    "load": {"load"},
    "plan": {
        *("plan", "order", "telling", "fill", "lengths", "bouts", "cues"),
        *("interludes", "lines", "gaps", "announce", "wishes"),
    },
    "summary": {"summary", "rounds"},
    "arrange": {"arrange"},
    "check": {"check"},
    "clips": {"clips", "shelf"},
    "sound": {"loudness", "limit", "stretch", "resample", "shape", "soundfiles", "speech"},
    "decode": {"decode", "decode_child", "beneath"},
    "sounds": {"sounds", "music"},
    "cache": {"cache"},
    "voices": {"voices", "respell"},
    "phrasebook": {"phrasebook"},
    "mix": {"mix", "glide", "lean"},
    "score": {"score", "naming", "level"},
    "tape": {"tape"},
    "pictures": {"pictures"},
    "bed": {"bed", "duck", "accompany"},
    "outputs": {"outputs"},
    "studio": {"studio", "rendering", "apart"},
    "devices": {"devices"},
    "programs": {"programs"},
    "listener": {"listener"},
    "batch": {"exporting", "batch", "executors"},
    "memory": {"journal", "bookmark"},
    "mpris": {"mpris"},
    "player": {"transport", "spoken", "changes", "deck", "player"},
    "console": {"console"},
    "keyboard": {"keyboard"},
    "stage": {"stage", "live"},
    "serve": {"serve"},
    "commands": {"commands"},
    "cli": {"cli", "__main__"},
}
ROOM_OF = {module: room for room, modules in ROOMS.items() for module in modules}
ORDER = list(ROOMS)

# What only these rooms know: a new output touches nothing but outputs, a new voice only voices.
ONLY_FOR = {
    "load": {"load", "listener", "commands"},
    "plan": {"plan", "summary", "check", "studio", "listener", "commands"},
    "voices": {"voices", "phrasebook", "commands"},
    "mix": {"mix", "score", "tape", "studio"},
    "outputs": {"outputs", "devices", "studio", "batch", "commands"},
}

EVERYWHERE = {"click", "numpy"}  # numpy is how sound is held; click is how commands are declared
HEAVY = {"numpy", "rich", "requests", "onnxruntime", "soundfile", "soxr", "pydub", "tomli", "gtts"}
PURE = ("errors", "tempo", "program", "timeline", "load", "plan", "summary", "arrange", "check")
PURE += ("display", "plainly")


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module, f"{path}: import by the full name"
            yield node.module
            if node.module == "mmc_audio":
                yield from (f"mmc_audio.{alias.name}" for alias in node.names)


def test_each_third_party_package_is_imported_in_one_module() -> None:
    homes = defaultdict(set)
    for path in MODULES:
        for name in imports(path):
            package = name.split(".")[0]
            if package not in sys.stdlib_module_names | EVERYWHERE | {"mmc_audio"}:
                homes[package].add(str(path.relative_to(PACKAGE)))
    assert "rich" in homes and "tomli" in homes
    assert {package: sorted(paths) for package, paths in homes.items() if len(paths) > 1} == {}


def own(path: Path) -> str:
    """The top module of mmc_audio that a file belongs to."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def dependencies(path: Path) -> set[str]:
    """The top modules of mmc_audio that a file imports."""
    names = (name.split(".") for name in imports(path))
    tops = {parts[1] for parts in names if parts[0] == "mmc_audio" and len(parts) > 1}
    return tops - {"__version__"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_dependencies_run_one_way(path: Path) -> None:
    if own(path) == "__init__":
        assert dependencies(path) == set()
        return
    assert own(path) in ROOM_OF, f"name the room of {own(path)} in ROOMS"
    room = ROOM_OF[own(path)]
    rooms = {ROOM_OF[name] for name in dependencies(path)}
    assert {name for name in rooms if ORDER.index(name) > ORDER.index(room)} == set()
    assert {name for name in rooms if room not in ONLY_FOR.get(name, {room})} == set()


def loaded_after(code: str) -> set[str]:
    """The top modules that a fresh interpreter holds after running `code`."""
    report = f"{code}\nimport sys; print(*{{name.split('.')[0] for name in sys.modules}})"
    run = subprocess.run([sys.executable, "-c", report], capture_output=True, text=True, check=True)
    return set(run.stdout.splitlines()[-1].split())


def test_the_help_page_imports_nothing_heavy() -> None:
    loaded = loaded_after("from mmc_audio.cli import run\nassert run(['--help']) == 0")
    assert "click" in loaded
    assert loaded & HEAVY == set()


def test_the_help_page_of_a_command_loads_no_sound() -> None:
    from mmc_audio.cli import COMMANDS

    calls = "".join(f"assert run([{name!r}, '--help']) == 0\n" for name in COMMANDS)
    loaded = loaded_after(f"from mmc_audio.cli import run\n{calls}")
    assert loaded & (HEAVY - {"tomli"}) == set()


def test_checking_and_a_second_export_load_no_voice_and_no_network(tmp_path: Path) -> None:
    """What is kept needs nobody who makes it; checking needs no sound at all."""
    program = tmp_path / "p.toml"
    program.write_text(
        'title = "T"\n[[exercise]]\nname = "Curl"\nstart = "concentric"\nsets = 1\nreps = 2\n'
        'tempo = "2-0-1-0"\ncues.concentric = "squeeze"\n'
    )
    target = tmp_path / "p.mp3"
    run = "import os\nos.environ['MMC_CACHE'] = {!r}\nfrom mmc_audio.cli import run\n"
    run = run.format(str(tmp_path / "cache"))
    check = f"{run}assert run(['check', {str(program)!r}]) == 0\n"
    export = f"{run}assert run(['export', {str(program)!r}, '-o', {str(target)!r}]) == 0\n"
    assert "numpy" in loaded_after(check)  # the first time it has to speak
    assert loaded_after(check) & HEAVY == {"tomli"}
    voices = {"onnxruntime", "requests", "gtts", "hibari"}
    assert loaded_after(export) & voices == set()


@pytest.mark.parametrize("module", PURE)
def test_planning_needs_no_numpy(module: str) -> None:
    assert loaded_after(f"import mmc_audio.{module}") & (HEAVY - {"tomli"}) == set()
