"""The language packs: whole, alike, and the only thing the machine says in their language."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from mmc_audio.cache import Cache
from mmc_audio.library import muscles
from mmc_audio.load import load_bytes
from mmc_audio.plan import plan
from mmc_audio.program import Program
from mmc_audio.session import Options, Session
from mmc_audio.studio import prepare
from mmc_audio.tempo import parse
from mmc_audio.timeline import Click, Phase, Speech
from mmc_audio.tomlfile import parse as parse_toml
from mmc_audio.voices import google
from mmc_audio.words import LANGUAGES, Words, load_words, phrase_gaps
from tests.every_feature import OWN_WORDS, every_feature
from tests.fake_google import FakeGoogle
from tests.parts import need
from tests.studio import shared_cache
from tests.test_voice_google import authority, mp3, service  # noqa: F401 - fixtures

FOREIGN = tuple(language for language in LANGUAGES if language != "en")
FOLDER = Path(__file__).parent.parent / "mmc_audio" / "words"
GAP = re.compile(r"\{(\w+)\}")
SAME = {  # what is spelt as in English
    "pause", "{load}.", "{time}.", "{exercise}.", "{about}", "{n}", "{n} minutes",
}  # fmt: skip


def pack(language: str) -> dict[str, dict[str, str]]:
    data = parse_toml((FOLDER / f"{language}.toml").read_text("utf-8"))
    return {name: data[name] for name in ("phrases", "phases", "scripts", "verbs", "muscles")} | {
        "instead": data["imagine"]["instead"]
    }


def words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", text.lower()))


# ---- alike -----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", FOREIGN)
def test_a_pack_has_the_names_of_the_english_one_and_no_gap_of_its_own(language: str) -> None:
    ours, english = pack(language), pack("en")
    for table, texts in english.items():
        assert list(ours[table]) == list(texts), table
        for name, text in texts.items():
            gaps, known = GAP.findall(ours[table][name]), GAP.findall(text)
            assert set(gaps) <= set(known), name
            assert len(gaps) == len(set(gaps)), name


@pytest.mark.parametrize("language", FOREIGN)
def test_a_pack_is_translated(language: str) -> None:
    ours, english = pack(language), pack("en")
    for table, texts in english.items():
        if table != "muscles":
            alike = {ours[table][n] for n, text in texts.items() if ours[table][n] == text}
            assert alike <= SAME, table


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_muscle_of_the_library_has_a_name(language: str) -> None:
    names = load_words(language).muscles
    assert set(names) == {*muscles(), "neck"}
    assert len(set(names.values())) == len(names)


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_are_words_and_all_different(language: str) -> None:
    numbers = [load_words(language).number(n) for n in range(101)]
    assert len(set(numbers)) == 101
    assert all(words(number) and not re.search(r"\d", number) for number in numbers)
    assert load_words(language).number(101) == "101"  # the voice knows it


def test_a_language_without_a_pack_is_left_to_english() -> None:
    assert load_words("it").language == "en"
    assert load_words("es-MX").language == "es"


# ---- exact sentences ---------------------------------------------------------------------------

SAID = {
    "en": [
        "One set of twelve.",
        "Rest. One minute.",
        "Rest. Two minutes thirty seconds.",
        "Lower for 3 seconds, pause for 1, lift as fast as you can.",
        "hamstrings and lower back",
        "Switch to the right side.",
        "In groups of four, with twenty seconds between.",
        "Flex your glutes. Hold.",
        "Stop with one left.",
    ],
    "de": [
        "Ein Satz zu zwölf.",
        "Pause. Eine Minute.",
        "Pause. Zwei Minuten dreißig Sekunden.",
        "Senken 3 Sekunden, warten 1, heben so schnell wie möglich.",
        "hintere Oberschenkel und unterer Rücken",
        "Wechsle auf die rechte Seite.",
        "In Gruppen von vier, dazwischen zwanzig Sekunden.",
        "Spann an: Gesäß. Halten.",
        "Lass eine in Reserve.",
    ],
    "es": [
        "Una serie de doce.",
        "Descansa. Un minuto.",
        "Descansa. Dos minutos treinta segundos.",
        "Baja 3 segundos, pausa 1, sube tan rápido como puedas.",
        "femorales y zona lumbar",
        "Cambia al lado derecho.",
        "En grupos de cuatro, con veinte segundos entre ellos.",
        "Tensa: glúteos. Aguanta.",
        "Deja una en reserva.",
    ],
    "fr": [
        "Une série de douze.",
        "Repos. Une minute.",
        "Repos. Deux minutes trente secondes.",
        "Descends 3 secondes, attends 1, monte aussi vite que possible.",
        "ischio-jambiers et bas du dos",
        "Passe au côté droit.",
        "Par groupes de quatre, avec vingt secondes entre eux.",
        "Contracte : fessiers. Tiens.",
        "Gardes-en une en réserve.",
    ],
    "pt": [
        "Uma série de doze.",
        "Descanse. Um minuto.",
        "Descanse. Dois minutos trinta segundos.",
        "Desça 3 segundos, espere 1, suba o mais rápido que puder.",
        "posteriores da coxa e lombar",
        "Mude para o lado direito.",
        "Em grupos de quatro, com vinte segundos entre eles.",
        "Contraia: glúteos. Segure.",
        "Deixe uma na reserva.",
    ],
}


def said(pack: Words) -> list[str]:
    both = [pack.muscle("hamstrings"), pack.muscle("lower back")]
    return [
        pack.say("one_set", reps=12),
        pack.say("rest", time=pack.time(60)),
        pack.say("rest", time=pack.time(150)),
        pack.tempo(parse("31X0"), "eccentric"),
        pack.listed(both),
        pack.say("switch_right"),
        pack.say("cluster", groups=4, time=pack.time(20)),
        pack.script("flex", target=pack.muscle("glutes")),
        pack.say("rir", n=1),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences(language: str) -> None:
    assert said(load_words(language)) == SAID[language]


def test_words_of_a_program_replace_single_phrases() -> None:
    changed = load_words("es").with_phrases({"done": "Bien hecho.", "rest": "Pausa de {time}."})
    assert changed.say("done") == "Bien hecho."
    assert changed.say("rest", time=changed.time(60)) == "Pausa de un minuto."
    assert {**changed.phrases, "done": "", "rest": ""} == {
        **load_words("es").phrases,
        "done": "",
        "rest": "",
    }
    assert phrase_gaps()["rest"] == {"time"}


# ---- nothing but the pack ----------------------------------------------------------------------


def program(language: str, *, goal: str = "muscle", week: int = 2) -> Program:
    text = every_feature(language, goal=goal).encode()
    return load_bytes(text, name="t.toml", folder="", week=week)


def everything_said(language: str) -> set[str]:
    """By the program, at rest and imagined, in either focus, for every goal."""
    options = (Options(talk="full"), Options(talk="full", imagine=True))
    sessions: list[Session] = [
        plan(program(language, goal=goal), chosen)
        for goal in ("muscle", "rehab")
        for chosen in options
    ]
    return {phrase for session in sessions for phrase in session.phrases()}


@pytest.mark.parametrize("language", FOREIGN)
def test_every_word_said_is_of_the_language(language: str) -> None:
    own = set(OWN_WORDS) | {"bench", "press", "less"}  # names, and a load in words, are the coach's
    texts = [text for table in pack(language).values() for text in table.values()]
    swap = parse_toml((FOLDER / f"{language}.toml").read_text("utf-8"))["imagine"]
    known = words(" ".join([*texts, *load_words(language).numbers, *swap["swap"].values()]))
    forms = [word for table in load_words(language).forms.values() for word in table.values()]
    phrases = everything_said(language)
    strange = {p: words(p) - known - words(" ".join(forms)) - own for p in phrases}
    assert {phrase: left for phrase, left in strange.items() if left} == {}
    assert len(phrases) > 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_nearly_every_phrase_of_a_pack_is_said_by_that_program(language: str) -> None:
    """So that the test above looks at nearly all of it."""
    phrases = "\n".join(everything_said(language)).lower()
    texts = {**pack(language)["phrases"], **pack(language)["scripts"]}
    patterns = {
        name: ".+".join(re.escape(piece) for piece in GAP.split(text.lower())[::2])
        for name, text in texts.items()
    }
    unsaid = {name for name, pattern in patterns.items() if not re.search(pattern, phrases)}
    live = {"where_set", "where_rep"}  # what the key w asks for
    assert unsaid <= (live if language != "en" else live | {"flex"})  # the library has its own


@pytest.mark.parametrize("language", FOREIGN)
def test_espeak_says_all_of_it_in_the_language(language: str) -> None:
    need("espeak-ng")
    loaded = program(language)
    prepared = prepare(
        loaded,
        Options(talk="full"),
        voice="espeak",
        cache=shared_cache(),
        progress=lambda done, total: None,
        notice=lambda line: None,
    )
    assert prepared.voice == "espeak"
    speeches = [e for e in prepared.timeline.events if isinstance(e, Speech)]
    assert all(before.end_ms <= after.at_ms for before, after in pairwise(speeches))
    opens = [e.at_ms for e in prepared.timeline.events if isinstance(e, Phase)]
    assert opens == [e.at_ms for e in plan(loaded, Options()).fixed if isinstance(e, Phase)]
    assert any(isinstance(e, Click) for e in prepared.timeline.events)
    assert load_words(language).say("done") in {speech.text for speech in speeches}


def test_google_is_asked_for_every_phrase_in_spanish(
    service: FakeGoogle,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hurried = google.Patience(pause=0)  # our own endpoint needs no politeness
    monkeypatch.setattr(google, "Patience", lambda: hurried)
    loaded = program("es")
    prepared = prepare(
        loaded,
        Options(talk="normal"),
        voice="google",
        cache=Cache(tmp_path),
        progress=lambda done, total: None,
        notice=lambda line: None,
    )
    assert prepared.voice == "google"
    assert {request.language for request in service.requests} == {"es"}
    asked = " ".join(request.text for request in service.requests)
    wanted = plan(loaded, Options(talk="normal")).phrases()
    assert words(asked) == words(" ".join(wanted))
    assert len(service.requests) >= len(wanted)
