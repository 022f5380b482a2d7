"""A roster: a file for each client, and each wrong row told by its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from mmc_audio import roster, tempo
from mmc_audio.errors import UserError
from mmc_audio.exporting import Job, attempt
from mmc_audio.listener import Listener
from mmc_audio.load import load_bytes
from mmc_audio.roster import Cell, Row, read
from tests.command import Run, mmc

PLAN = """
title = "Arms"
voice.engine = "none"
[[exercise]]
name = "Curl"
start = "concentric"
sets = 1
reps = 3
tempo = "2-0-1-0"
load = 60
cues.concentric = "squeeze"
[[exercise]]
name = "Plank"
hold = 10
load = "light"
"""
SPOKEN = PLAN.replace('cues.concentric = "squeeze"', 'cues.concentric = "Up, {client}."').replace(
    '"Arms"', '"{client}, arms"'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "plan.toml").write_text(PLAN)
    return tmp_path


def write(folder: Path, text: str) -> Path:
    path = folder / "clients.csv"
    path.write_bytes(text.encode())
    return path


def of(row: Row, text: str = PLAN):  # type: ignore[no-untyped-def]
    return load_bytes(text.encode(), name="plan.toml", folder="", row=row)


def row(**cells: str) -> Row:
    return Row("clients.csv", 7, "Ann", tuple(Cell(key, key, text) for key, text in cells.items()))


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(UserError) as caught:
        read(write(folder, text), ["Goblet squat", "Curl"])
    return str(caught.value).replace(f"{folder}/", "")


@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("comma", [",", ";"])
def test_rows_are_read_as_spreadsheets_write_them(
    tmp_path: Path, comma: str, ends: str, bom: str
) -> None:
    lines = [
        "client,reps,goblet squat.Load,TALK",
        "Ann,8,,quiet",
        "",
        '"Lee, ""Bo""\nJr.",,"12,5",',
        ",,,",
        "Cy,1",
    ]
    if comma == ";":
        lines = [line if '"' in line else line.replace(",", ";") for line in lines]
        lines[3] = '"Lee, ""Bo""\nJr.";;"12,5";'
    path = write(tmp_path, bom + ends.join(lines))
    found = read(path, ["Goblet squat", "Curl"])
    assert found.faults == ()
    name = str(path)
    assert found.rows == (
        Row(name, 2, "Ann", (Cell("reps", "reps", "8"), Cell("TALK", "talk", "quiet"))),
        Row(
            *(name, 4, 'Lee, "Bo" Jr.'),
            (Cell("goblet squat.Load", "load", "12,5", "Goblet squat"),),
        ),
        Row(name, 7, "Cy", (Cell("reps", "reps", "1"),)),
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 'clients.csv is empty; its first line names the columns, "client" among them.'),
        (
            "name\nAnn",
            'clients.csv, line 1: the column "name" is not known; known are client, load, reps, '
            "tempo, language, talk, voice, week and focus.",
        ),
        (
            "client,rep\n",
            'clients.csv, line 1: the column "rep" is not known; did you mean "reps"?',
        ),
        (
            "reps\n3",
            'clients.csv, line 1: the column "client" is missing, which names the files.',
        ),
        ("client,reps,REPS\n", 'clients.csv, line 1: the column "REPS" is there twice.'),
        (
            "client,Goblet squad.reps",
            'clients.csv, line 1: the program has no exercise "Goblet squad". '
            'Did you mean "Goblet squat"?',
        ),
        (
            "client,Curl.rest",
            'clients.csv, line 1: the column "Curl.rest" ends with "rest"; '
            "of one exercise load, reps and tempo can be set.",
        ),
        (
            'client\n"Ann',
            "clients.csv, line 2: this is no CSV: unexpected end of data.",
        ),
    ],
)
def test_a_file_that_is_no_roster_is_told(tmp_path: Path, text: str, words: str) -> None:
    assert refusal(tmp_path, text) == words


def test_what_is_no_text_is_told_by_its_line(tmp_path: Path) -> None:
    (tmp_path / "clients.csv").write_bytes(b"client\nAnn\nB\xe9a\n")
    with pytest.raises(UserError, match=r"line 3: this is no UTF-8 .*; save it as CSV UTF-8"):
        read(tmp_path / "clients.csv", [])
    with pytest.raises(UserError, match="nothing can't be read: No such file or directory"):
        read(tmp_path / "nothing", [])


def test_bounds_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roster, "MOST_ROWS", 2)
    assert refusal(tmp_path, "client\na\nb\nc\n") == (
        "clients.csv, line 4: no more than 2 rows and 1,000,000 filled cells are allowed."
    )
    monkeypatch.setattr(roster, "MOST_BYTES", 1 << 20)
    big = "client\n" + "x" * (1 << 20)
    assert refusal(tmp_path, big) == "The roster clients.csv is larger than 1 MiB."


def test_each_wrong_row_is_named_by_its_line(tmp_path: Path) -> None:
    lines = (
        "client,reps,week,focus",
        "Ann,8,2,auto",
        ",8,,",
        "Bo,8,0,",
        "Cy,8,,inside",
        "ann,8,,",
        "Di,8,,,9",
        f"{'x' * 301},8,,",
    )
    path = write(tmp_path, "\n".join(lines))
    found = read(path, [])
    assert [row.client for row in found.rows] == ["Ann"]
    assert [fault.removeprefix(str(path)) for fault in found.faults] == [
        ", line 3, column client: the name is missing, which names the file.",
        ', line 4, column week: must be a week from 1 to 520, found the text "0".',
        ', line 5, column focus: must be internal, external or auto, found the text "inside".',
        ', line 6, column client: "ann" is in line 2, too.',
        ", line 7: 5 cells, where the first line has 4.",
        ", line 8, column client: this has 301 characters; 300 are allowed.",
    ]


def test_columns_change_what_they_name_and_nothing_else() -> None:
    plain = load_bytes(PLAN.encode(), name="plan.toml", folder="")
    assert of(row()) == plain
    curl, plank = of(row(reps="8", tempo="3-1-2-0", load="72,5")).exercises
    assert [(s.reps, s.load) for s in curl.sets] == [(8, 72.5)]
    assert [s.tempo for s in curl.sets] == [tempo.parse("3-1-2-0")]
    assert {(s.hold_ms, s.load) for s in plank.sets} == {(10_000, 72.5)}
    one = Row(
        "c.csv", 2, "Ann", (Cell("curl.load", "load", "50", "Curl"), Cell("load", "load", "40"))
    )
    assert [e.sets[0].load for e in of(one).exercises] == [50, 40]
    spoken = of(row(language="de", talk="full", voice="espeak")).voice
    assert (spoken.language, spoken.talk, spoken.engine) == ("de", "full", "espeak")
    listener = Listener(week=2).of(row(week="3", focus="external"))
    assert (listener.week, listener.focus) == (3, "external")


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"reps": "0"}, "clients.csv, line 7, column reps: reps must be from 1 to 1000, found 0."),
        (
            {"tempo": "3-1"},
            "clients.csv, line 7, column tempo: ",
        ),
        (
            {"talk": "loud", "reps": "x"},
            'clients.csv, line 7, column talk: voice.talk must be "quiet", "normal" or "full", '
            'found the text "loud".\nclients.csv, line 7, column reps: reps ',
        ),
    ],
)
def test_a_wrong_cell_is_told_in_the_words_of_the_format(cells: dict[str, str], words: str) -> None:
    with pytest.raises(UserError) as caught:
        of(row(**cells))
    told = "\n".join(sorted(str(caught.value).split("\n"), reverse=True))
    assert told.startswith(words)


def test_the_client_is_named_where_the_program_says_so() -> None:
    named = of(row(), SPOKEN)
    assert named.title == "Ann, arms"
    assert named.exercises[0].cues[0].say == ("Up, Ann.",)
    braces = of(Row("c.csv", 2, "{x} \n {{y}}"), SPOKEN)
    assert braces.exercises[0].cues[0].say == ("Up, (x) ((y)).",)
    nobody = load_bytes(SPOKEN.encode(), name="plan.toml", folder="")
    assert nobody.title == "arms"
    assert nobody.exercises[0].cues[0].say == ("Up.",)


def test_a_file_for_each_row_and_every_fault_in_one_run(folder: Path) -> None:
    write(folder, "client;reps\nAnn;2\nBo;0\n../Cy/[2J;4\nBo ;3\n;3\n")
    (folder / "plan.toml").write_text(PLAN)
    run = mmc("export", "plan.toml", "--roster", "clients.csv", "-o", "out", cwd=folder)
    assert run.code == 1
    assert sorted(path.name for path in (folder / "out").iterdir()) == ["Ann.mp3", "_Cy__2J.mp3"]
    assert [line.split(":")[0] for line in run.out.splitlines()[::2]] == [
        "out/Ann.mp3",
        "out/_Cy__2J.mp3",
    ]
    assert run.err.splitlines() == [
        'clients.csv, line 5, column client: "Bo" is in line 3, too.',
        "clients.csv, line 6, column client: the name is missing, which names the file.",
        "clients.csv, line 3, column reps: reps must be from 1 to 1000, found 0.",
        "3 of 5 sessions could not be exported.",
    ]


def test_the_file_has_the_name_of_the_client_in_its_title(folder: Path) -> None:
    from mutagen.id3 import ID3

    write(folder, "client,reps\nZoë,2\n")
    run = mmc("export", "plan.toml", "--roster", "clients.csv", "-o", "out", cwd=folder)
    assert run.code == 0
    assert ID3(folder / "out" / "Zoë.mp3")["TIT2"].text == ["Arms - Zoë"]


def test_two_clients_never_share_a_file(folder: Path) -> None:
    write(folder, "client\na/b\na:b\n")
    run = mmc("export", "plan.toml", "--roster", "clients.csv", "-o", "out", cwd=folder)
    assert run.code == 1
    assert run.err.splitlines() == [
        'clients.csv, line 3, column client: "a:b" and "a/b", line 2, '
        "would both be written to out/a_b.mp3.",
        "1 of 2 sessions could not be exported.",
    ]


def test_a_wrong_program_is_told_once(folder: Path) -> None:
    (folder / "plan.toml").write_text("title = 1\n")
    write(folder, "client\nAnn\nBo\n")
    run = mmc("export", "plan.toml", "--roster", "clients.csv", cwd=folder)
    assert run.code == 1
    assert run.err.count("plan.toml:1:") == 2  # the title, and the exercise that is missing
    two = mmc("export", "plan.toml", "plan.toml", "--roster", "clients.csv", cwd=folder)
    assert two == Run(1, "", "error: --roster is for one program, and there are 2.\n")


def test_a_fault_names_the_row_whatever_went_wrong(folder: Path) -> None:
    job = Job(str(folder / "plan.toml"), str(folder / "none" / "a.mp3"), Listener(), row=row())
    assert attempt(job).fault.startswith(f"clients.csv, line 7: error: {folder}/none/a.mp3 was not")


def test_a_hold_stays_a_hold_wherever_it_is_written() -> None:
    text = PLAN.replace("hold = 10\n", "").replace(
        "[[exercise]]", "[defaults]\nhold = 10\n[[exercise]]", 1
    )
    curl, plank = of(row(reps="8", tempo="3-1-2-0"), text).exercises
    assert [(s.reps, s.hold_ms) for s in curl.sets] == [(8, 0)]
    assert {s.hold_ms for s in plank.sets} == {10_000}
    one = Row("c.csv", 2, "Ann", (Cell("Plank.reps", "reps", "8", "Plank"),))
    with pytest.raises(UserError) as caught:
        of(one)
    assert str(caught.value) == (
        "c.csv, line 2, column Plank.reps: Plank has a hold, and so no reps."
    )


@pytest.mark.parametrize("name", ["Hip thrust", "hip-thrust"])
def test_an_exercise_of_the_library_is_known_by_its_name_and_its_id(name: str) -> None:
    text = 'title = "T"\n[[exercise]]\nid = "hip-thrust"\nreps = 5\n'
    cell = Cell(f"{name}.reps", "reps", "7", name)
    (thrust,) = of(Row("c.csv", 2, "Ann", (cell,)), text).exercises
    assert {s.reps for s in thrust.sets} == {7}


def test_only_line_ends_end_a_row(tmp_path: Path) -> None:
    path = write(tmp_path, "client,reps\nAnn\x0bLee,7\nBo\u2028Li,8\nCy,9\n")
    found = read(path, [])
    assert [(r.line, r.client) for r in found.rows] == [(4, "Cy")]
    hidden = "column client: this has an invisible control character in it (U+{}); take it out."
    assert found.faults == (
        f"{path}, line 2, {hidden.format('000B')}",
        f"{path}, line 3, {hidden.format('2028')}",
    )
