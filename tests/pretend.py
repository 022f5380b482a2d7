"""Speech lengths for tests of the pure core, where no voice is needed: they are a function of the
text, so that expected timelines do not change with the version of a voice. Real voices are measured
in test_shipped.py."""

from __future__ import annotations

from mmc_audio import check
from mmc_audio.arrange import Spoken, arrange
from mmc_audio.load import load_bytes
from mmc_audio.plan import plan
from mmc_audio.program import Program
from mmc_audio.session import Options, Session
from mmc_audio.timeline import Timeline

HEAD = 'title = "T"\n'


def spoken(session: Session) -> dict[str, Spoken]:
    """About 0.3 s a word, a little more for long ones; heard 60 ms after the first sample."""
    return {text: Spoken(150 + 50 * len(text), 60) for text in session.phrases()}


def load(text: str) -> Program:
    return load_bytes(text.encode(), name="t.toml", folder="")


def planned(text: str, options: Options | None = None) -> Session:
    program = load(text)
    return plan(program, options or Options(talk=program.voice.talk))


def arranged(text: str, options: Options | None = None) -> Timeline:
    session = planned(text, options)
    return arrange(session, spoken(session))


def case_of(text: str, options: Options | None = None, *, week: int = 1) -> check.Case:
    """What check reads of a program."""
    program = load_bytes(text.encode(), name="t.toml", folder="", week=week)
    return check.case_of(program, options or Options(talk=program.voice.talk), spoken)
