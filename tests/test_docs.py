"""The pages: links lead somewhere, sources are where they can be looked up, examples are right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from mmc_audio.check import findings
from tests.command import mmc
from tests.pretend import case_of
from tests.studio import spoken_before

ROOT = Path(__file__).parent.parent
PAGES = [*(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"))]
PAGES += sorted((ROOT / "docs").glob("*.md"))
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
DOI = r"https://doi\.org/10\.\d{4,9}/[-._()/:A-Za-z0-9]+"
PUBMED = r"https://pubmed\.ncbi\.nlm\.nih\.gov/\d{7,8}/"
# What the reader adds to a fragment.
AROUND = {
    "exercise": 'title = "T"\n[[exercise]]\n...',
    "top": 'title = "T"\n...[[exercise]]\nname = "Bridge"\nstart = "concentric"\n',
}


def slug(heading: str) -> str:
    """The anchor that GitHub gives to a heading."""
    plain = re.sub(r"[^\w\- ]", "", heading.lower())
    return plain.replace(" ", "-")


def prose(page: Path) -> str:
    """A page without its examples: a comment in one is no heading, a list in one no link."""
    return re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)


def links() -> Iterator[tuple[Path, str]]:
    for page in PAGES:
        for target in LINK.findall(prose(page)):
            yield page, target


@pytest.mark.parametrize(
    ("page", "target"),
    [pair for pair in links() if "://" not in pair[1]],
    ids=lambda value: value.name if isinstance(value, Path) else value,
)
def test_a_link_leads_somewhere(page: Path, target: str) -> None:
    path, _, anchor = target.partition("#")
    there = (page.parent / path).resolve() if path else page
    assert there.exists()
    if anchor:
        headings = re.findall(r"^#+ (.+)$", prose(there), re.MULTILINE)
        assert anchor in map(slug, headings)


def test_science_is_cited_by_what_can_be_looked_up() -> None:
    page = ROOT / "docs" / "science.md"
    outside = [target for where, target in links() if where == page and "://" in target]
    assert len(outside) > 20
    assert [target for target in outside if not re.fullmatch(f"{DOI}|{PUBMED}", target)] == []


def test_programs_and_pages_agree_on_the_numbers_of_studies() -> None:
    """What a program cites is on the page, so that one slip of a digit is seen."""
    page = (ROOT / "docs" / "science.md").read_text("utf-8")
    for program in sorted((ROOT / "programs").glob("*.toml")):
        text = program.read_text("utf-8")
        for number in re.findall(r"PubMed (\d+)", text):
            assert f"/{number}/" in page, (program.name, number)
        for doi in re.findall(r"doi:(10\.[^\s;,)]+)", text):
            known = doi.rstrip(".") in page or program.stem in ("nordic-weeks", "heel-drop-rehab")
            assert known, (program.name, doi)


def test_a_study_without_a_link_says_so() -> None:
    """Each journal that is named, in italics, stands for a number that could not be confirmed."""
    text = re.sub(r"\s+", " ", prose(ROOT / "docs" / "science.md"))
    journals = re.findall(r"\*[A-Z][^*:]+\*", text)
    assert len(journals) == text.count("no number given here") == 5


def examples() -> Iterator[tuple[str, str, str]]:
    for name in ("writing-cues.md", "languages.md"):
        text = (ROOT / "docs" / name).read_text("utf-8")
        for kind, body in re.findall(r"^```toml (\w+)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
            if kind != "warned":
                yield name, kind, body


@pytest.mark.parametrize(("name", "kind", "body"), list(examples()))
def test_an_example_is_a_program_that_check_has_nothing_against(
    name: str, kind: str, body: str
) -> None:
    case = case_of(AROUND[kind].replace("...", body))
    assert [fault.text for fault in findings(case) if fault.severity == "warning"] == []


CUES = (ROOT / "docs" / "writing-cues.md").read_text("utf-8")
WARNED = re.findall(
    r"^```toml warned\n(.*?)^```\n\n```text\n(.*?)^```$", CUES, re.DOTALL | re.MULTILINE
)


@pytest.mark.parametrize(("example", "message"), WARNED)
def test_a_cue_that_does_not_work_gets_the_message_shown(
    example: str, message: str, tmp_path: Path
) -> None:
    """By the command itself, in the voice that comes with mmc-audio."""
    (tmp_path / "program.toml").write_text(example, "utf-8")
    run = mmc("check", "program.toml", "--voice", "embedded", **spoken_before(), cwd=tmp_path)
    assert (run.code, run.out) == (0, message)


def test_cues_that_work_are_heard_in_the_voice_that_comes_with_it(tmp_path: Path) -> None:
    """One says of itself that its short variant is heard, the others nothing."""
    bodies = [(kind, body) for name, kind, body in examples() if name == "writing-cues.md"]
    for number, (kind, body) in enumerate(bodies):
        text = AROUND[kind].replace("...", body)
        (tmp_path / f"{number:02}.toml").write_text(text, "utf-8")
    files = sorted(path.name for path in tmp_path.glob("*.toml"))
    run = mmc("check", *files, "--voice", "embedded", "--strict", **spoken_before(), cwd=tmp_path)
    verdicts = re.findall(r"^\d\d\.toml: (?:fine|\d.*)$", run.out, re.MULTILINE)
    fine = [f"{file}: fine" for file in files]
    assert (run.code, verdicts) == (0, [fine[0], "01.toml: 1 note", *fine[2:]])
    assert len(WARNED) == CUES.count("```toml warned") == 5
