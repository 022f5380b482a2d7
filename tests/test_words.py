"""The language packs: whole, alike, and each sentence right: gaps, agreement, times, imagery."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mmc_audio.library import muscles
from mmc_audio.load import load_bytes
from mmc_audio.plan import plan
from mmc_audio.session import Options
from mmc_audio.tempo import parse
from mmc_audio.tomlfile import parse as parse_toml
from mmc_audio.words import LANGUAGES, load_words, phrase_gaps

GAP = re.compile(r"\{(\w+)\}")
# A language has its own words for one, so these need no gap.
ONE = {"second": {"n"}, "minute": {"n"}, "for_second": {"n"}}
FOREIGN = tuple(language for language in LANGUAGES if language != "en")
FOLDER = Path(__file__).parent.parent / "mmc_audio" / "words"
PAGE = (Path(__file__).parent.parent / "docs" / "languages.md").read_text("utf-8")


SAME = {  # what is spelt as in English
    "pause", "{load}.", "{time}.", "{exercise}.", "{about}", "{n}", "{n} minutes",
}  # fmt: skip


def pack(language: str) -> dict[str, dict[str, str]]:
    data = parse_toml((FOLDER / f"{language}.toml").read_text("utf-8"))
    return {name: data[name] for name in ("phrases", "phases", "scripts", "verbs", "muscles")} | {
        "instead": data["imagine"]["instead"]
    }


@pytest.mark.parametrize("language", FOREIGN)
def test_a_pack_has_the_names_of_the_english_one_and_no_gap_of_its_own(language: str) -> None:
    ours, english = pack(language), pack("en")
    for table, texts in english.items():
        assert list(ours[table]) == list(texts), table
        for name, text in texts.items():
            gaps = GAP.findall(ours[table][name])
            assert set(gaps) <= set(GAP.findall(text)), name
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
def test_no_gap_is_lost_in_translation(language: str) -> None:
    pack = load_words(language)
    texts = {**pack.phrases, **pack.phases, **pack.scripts}
    gaps = {name: frozenset(GAP.findall(text)) for name, text in texts.items()}
    lost = {name: known - gaps[name] for name, known in phrase_gaps().items()}
    assert {name: gap for name, gap in lost.items() if gap - ONE.get(name, set())} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_is_said_and_none_like_another(language: str) -> None:
    """In words up to a hundred; beyond, the voice reads the digits."""
    said = [load_words(language).number(n) for n in range(1_001)]
    assert len({*said}) == 1_001 and all(said)
    assert [number for number in said[:101] if re.search(r"\d", number)] == []
    assert said[101:] == [str(n) for n in range(101, 1_001)]


def test_a_language_without_a_pack_is_left_to_english() -> None:
    assert load_words("it").language == "en"
    assert load_words("es-MX").language == "es"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_of_a_number_is_used(language: str) -> None:
    pack = load_words(language)
    texts = [*pack.phrases.values(), *pack.scripts.values()]
    numbers = {word for number in pack.numbers for word in number.split(" ")}
    for piece, forms in pack.forms.items():
        assert GAP.search(piece) and any(piece in text for text in texts), piece
        assert set(forms) <= numbers, piece


TIMES = (0, 1, 21, 60, 61, 81, 90, 91, 120, 150)
SAID = {
    "en": "zero seconds|one second|twenty-one seconds|one minute|sixty-one seconds|"
    "eighty-one seconds|ninety seconds|one minute thirty-one seconds|two minutes|"
    "two minutes thirty seconds",
    "de": "null Sekunden|eine Sekunde|einundzwanzig Sekunden|eine Minute|einundsechzig Sekunden|"
    "einundachtzig Sekunden|neunzig Sekunden|eine Minute einunddreißig Sekunden|zwei Minuten|"
    "zwei Minuten dreißig Sekunden",
    "es": "cero segundos|un segundo|veintiún segundos|un minuto|sesenta y un segundos|"
    "ochenta y un segundos|noventa segundos|un minuto treinta y un segundos|dos minutos|"
    "dos minutos treinta segundos",
    "fr": "zéro secondes|une seconde|vingt et une secondes|une minute|soixante et une secondes|"
    "quatre-vingt-une secondes|quatre-vingt-dix secondes|une minute trente et une secondes|"
    "deux minutes|deux minutes trente secondes",
    "pt": "zero segundos|um segundo|vinte e um segundos|um minuto|sessenta e um segundos|"
    "oitenta e um segundos|noventa segundos|um minuto trinta e um segundos|dois minutos|"
    "dois minutos trinta segundos",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_times(language: str) -> None:
    assert [load_words(language).time(s) for s in TIMES] == SAID[language].split("|")


SENTENCES = {
    "en": [
        "Twenty-one sets of one.",
        "Two sets of two, each side.",
        "Two sets of three holds, one minute each.",
        "Two sets of as many good reps as you can, at most twenty-two.",
        "Stop with one left.",
        "one more",
        "62.5 percent of your best single.",
        "Lower for 1.5 seconds, lift for 2.",
        "Flex your target muscle. Hold.",
        "Eyes open or shut. Feel the next rep.",
        "One set of twelve.",
        "Rest. One minute.",
        "Rest. Two minutes thirty seconds.",
        "Lower for 3 seconds, pause for 1, lift as fast as you can.",
        "hamstrings and lower back",
        "Switch to the right side.",
        "In groups of four, with twenty seconds between.",
        "Flex your glutes. Hold.",
    ],
    "de": [
        "Einundzwanzig Sätze zu eins.",
        "Zwei Sätze zu zwei pro Seite.",
        "Zwei Sätze, drei Mal halten, je eine Minute.",
        "Zwei Sätze mit so vielen guten Wiederholungen, wie du kannst, höchstens zweiundzwanzig.",
        "Lass eine in Reserve.",
        "noch eine",
        "62,5 Prozent von deinem Maximum.",
        "Senken 1,5 Sekunden, heben 2.",
        "Spann an: Zielmuskel. Halten.",
        "Augen auf oder zu. Spür die nächste Wiederholung.",
        "Ein Satz zu zwölf.",
        "Pause. Eine Minute.",
        "Pause. Zwei Minuten dreißig Sekunden.",
        "Senken 3 Sekunden, warten 1, heben so schnell wie möglich.",
        "hintere Oberschenkel und unterer Rücken",
        "Wechsle auf die rechte Seite.",
        "In Gruppen von vier, dazwischen zwanzig Sekunden.",
        "Spann an: Gesäß. Halten.",
    ],
    "es": [
        "Veintiuna series de una.",
        "Dos series de dos por lado.",
        "Dos series: aguanta tres veces, un minuto cada una.",
        "Dos series de tantas repeticiones buenas como puedas, máximo veintidós.",
        "Deja una en reserva.",
        "una más",
        "62,5 por ciento de tu repetición máxima.",
        "Baja 1,5 segundos, sube 2.",
        "Tensa: el músculo. Aguanta.",
        "Ojos abiertos o cerrados. Siente la próxima repetición.",
        "Una serie de doce.",
        "Descansa. Un minuto.",
        "Descansa. Dos minutos treinta segundos.",
        "Baja 3 segundos, pausa 1, sube tan rápido como puedas.",
        "femorales y zona lumbar",
        "Cambia al lado derecho.",
        "En grupos de cuatro, con veinte segundos entre ellos.",
        "Tensa: glúteos. Aguanta.",
    ],
    "fr": [
        "Vingt et une séries de un.",
        "Deux séries de deux par côté.",
        "Deux séries de trois maintiens, une minute chacun.",
        "Deux séries, autant de bonnes répétitions que possible, vingt-deux au plus.",
        "Gardes-en une en réserve.",
        "encore une",
        "62,5 pour cent de ton maximum.",
        "Descends 1,5 secondes, monte 2.",
        "Contracte : le muscle. Tiens.",
        "Yeux ouverts ou fermés. Sens la prochaine répétition.",
        "Une série de douze.",
        "Repos. Une minute.",
        "Repos. Deux minutes trente secondes.",
        "Descends 3 secondes, attends 1, monte aussi vite que possible.",
        "ischio-jambiers et bas du dos",
        "Passe au côté droit.",
        "Par groupes de quatre, avec vingt secondes entre eux.",
        "Contracte : fessiers. Tiens.",
    ],
    "pt": [
        "Vinte e uma séries de uma.",
        "Duas séries de duas por lado.",
        "Duas séries: segure três vezes, um minuto cada uma.",
        "Duas séries com o máximo de repetições boas, até vinte e duas.",
        "Deixe uma na reserva.",
        "mais uma",
        "62,5 por cento da sua repetição máxima.",
        "Desça 1,5 segundos, suba 2.",
        "Contraia: o músculo. Segure.",
        "Olhos abertos ou fechados. Sinta a próxima repetição.",
        "Uma série de doze.",
        "Descanse. Um minuto.",
        "Descanse. Dois minutos trinta segundos.",
        "Desça 3 segundos, espere 1, suba o mais rápido que puder.",
        "posteriores da coxa e lombar",
        "Mude para o lado direito.",
        "Em grupos de quatro, com vinte segundos entre eles.",
        "Contraia: glúteos. Segure.",
    ],
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences(language: str) -> None:
    pack = load_words(language)
    assert [
        pack.say("sets_of_reps", sets=21, reps=1),
        pack.say("sets_of_reps_each_side", sets=2, reps=2),
        pack.say("sets_of_holds", sets=2, holds=3, time=pack.time(60)),
        pack.say("sets_of_amrap", sets=2, most=22),
        pack.say("rir", n=1),
        pack.say("more", n=1),
        pack.say("percent", n=pack.amount(62.5)),
        pack.tempo(parse("1.5-0-2-0"), "eccentric"),
        pack.script("flex", target=pack.say("the_muscle")),
        pack.script("visualise"),
        pack.say("one_set", reps=12),
        pack.say("rest", time=pack.time(60)),
        pack.say("rest", time=pack.time(150)),
        pack.tempo(parse("31X0"), "eccentric"),
        pack.listed([pack.muscle("hamstrings"), pack.muscle("lower back")]),
        pack.say("switch_right"),
        pack.say("cluster", groups=4, time=pack.time(20)),
        pack.script("flex", target=pack.muscle("glutes")),
    ] == SENTENCES[language]


IMAGINED = {
    "en": ["I lift", "Done, in the mind.", "I squeeze my glutes", "Slowly"],
    "de": ["ich hebe", "Geschafft, im Kopf.", "ich drücke meine Fersen", "Langsam"],
    "es": ["subo", "Hecho, en la mente.", "aprieto mis glúteos", "Despacio, la espalda baja"],
    "fr": ["je monte", "Terminé, en pensée.", "Je serre mes fessiers", "Lentement"],
    "pt": ["eu subo", "Pronto, na mente.", "aperto meus glúteos", "Devagar"],
}
CUES = {
    "en": ("Squeeze your glutes", "Slowly"),
    "de": ("Drück deine Fersen", "Langsam"),
    "es": ("Aprieta tus glúteos", "Despacio, la espalda baja"),
    "fr": ("Serre tes fessiers", "Lentement"),
    "pt": ("Aperte seus glúteos", "Devagar"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_rehearsal_is_in_the_first_person(language: str) -> None:
    plain = load_words(language)
    mind = plain.imagined()
    assert [
        mind.phases["concentric"],
        mind.say("done"),
        *(mind.rephrased(cue) for cue in CUES[language]),
    ] == IMAGINED[language]
    assert [plain.rephrased(cue) for cue in CUES[language]] == list(CUES[language])


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


def test_the_load_of_a_cue_has_the_mark_of_the_language() -> None:
    text = (
        'title = "T"\n[voice]\nlanguage = "fr"\n[[exercise]]\nname = "Développé"\nreps = 3\n'
        'load = 62.5\nstart = "eccentric"\ncues.ready = "Charge : {load}"\n'
    )
    said = plan(load_bytes(text.encode(), name="t.toml", folder=""), Options()).phrases()
    assert "Charge : 62,5" in said
    assert "62,5 pour cent de ton maximum." in said


def test_the_page_lists_every_phrase_with_its_gaps() -> None:
    listed = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", PAGE, re.MULTILINE))
    gaps = {name: frozenset(GAP.findall(text)) for name, text in listed.items()}
    assert gaps == {name: known for name, known in phrase_gaps().items() if known}
