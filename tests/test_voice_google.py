"""The online voice against a local service that speaks the real protocol behind real TLS."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import lameenc
import numpy as np
import pytest

from mmc_audio.cache import Cache
from mmc_audio.errors import UserError
from mmc_audio.phrasebook import speak_all
from mmc_audio.program import VoiceSettings
from mmc_audio.resample import resample
from mmc_audio.speech import house_clip
from mmc_audio.voices import google
from mmc_audio.voices.embedded import make as make_embedded
from mmc_audio.voices.google import Google, Patience
from mmc_audio.voices.respite import RESPITE_S, Respite
from tests.fake_google import FakeGoogle, make_authority
from tests.parts import need

SENTENCE = (
    "Stand tall, feet under the hips, and let the bar hang. "
    "Push the hips back to the wall behind you until the hamstrings are long. "
    "Then drive the floor away and squeeze at the top."
)
SLOW_REPLY = "Google gave no whole answer within 0.6 s"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    need("openssl")
    return make_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def mp3() -> bytes:
    """Speech as the service sends it: MPEG-2 Layer III, 24 kHz, mono, 64 kbit/s, no header."""
    voice = make_embedded(VoiceSettings(), folder="", notice=print)
    samples, rate = voice.speak("push the floor away and squeeze")
    encoder = lameenc.Encoder()
    encoder.set_in_sample_rate(24_000)
    encoder.set_channels(1)
    encoder.set_bit_rate(64)
    encoder.silence()
    pcm = np.round(np.clip(resample(samples, rate, 24_000), -1, 1) * 32_767).astype("<i2")
    return bytes(encoder.encode(pcm.tobytes()) + encoder.flush())


@pytest.fixture
def service(authority: Path, mp3: bytes, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGoogle]:
    for name in ("HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY", "MMC_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(google, "_RESPITE", Respite())
    with FakeGoogle(authority.parent / "server.pem", mp3) as fake:
        monkeypatch.setenv("https_proxy", fake.proxy)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority))
        yield fake


def voice(
    waits: list[float] | None = None, lines: list[str] | None = None, **settings: object
) -> Google:
    sleep = (waits if waits is not None else []).append
    patience = Patience(connect=0.4, read=0.4, whole=0.6, sleep=sleep)
    notice = (lines if lines is not None else []).append
    return Google(VoiceSettings(**settings), notice=notice, patience=patience)  # type: ignore[arg-type]


def test_a_good_reply_becomes_the_speech_that_was_sent(service: FakeGoogle) -> None:
    samples, rate = voice().speak("push the floor away and squeeze")
    spoken = make_embedded(VoiceSettings(), folder="", notice=print)
    original = house_clip(*spoken.speak("push the floor away and squeeze"))
    heard = house_clip(samples, rate)
    assert rate == 24_000
    assert heard.duration_ms == pytest.approx(original.duration_ms, abs=40)
    assert heard.onset_ms == pytest.approx(original.onset_ms, abs=10)


def test_the_request_is_the_one_that_gtts_builds(service: FakeGoogle) -> None:
    voice(accent="co.uk", pace=0.7).speak("three sets")
    [request] = service.requests
    assert (request.host, request.text, request.language, request.slow) == (
        "translate.google.co.uk:443",
        "three sets",
        "en",
        True,
    )
    assert request.head.startswith("POST /_/TranslateWebserverUi/data/batchexecute HTTP/1.1\r\n")


@pytest.mark.parametrize("answer", ["with a line break", "spaced"])
def test_known_variants_of_the_reply_are_understood(service: FakeGoogle, answer: str) -> None:
    service.answers = [answer]
    samples, rate = voice().speak("push the floor away and squeeze")
    assert len(samples) / rate > 1


def test_long_text_goes_in_parts_one_after_the_other(service: FakeGoogle) -> None:
    waits: list[float] = []
    samples, rate = voice(waits).speak(SENTENCE)
    sent = [request.text for request in service.requests]
    assert len(sent) > 2
    assert all(len(text) <= 100 for text in sent)
    assert waits == [0.1] * len(sent)
    assert len(samples) / rate > len(sent)


BROKE_OFF = "Google's reply broke off half-way"
LOGIN_FIRST = "this network may want you to log in first (open any page in a browser)"


@pytest.mark.parametrize(
    ("answer", "tries", "message"),
    [
        ("blocked", 1, "Google has blocked this network address for too many requests (429); it "
         "lifts after some hours, and what was spoken so far is kept"),
        ("429", 1, "Google has blocked this network address for too many requests (429); it "
         "lifts after some hours, and what was spoken so far is kept"),
        ("403", 1, "Google refused the request (403)"),
        ("404", 1, "Google answered 404: the service may have changed"),
        ("500", 3, "Google's service is in trouble (500); try again later"),
        ("503", 3, "Google's service is in trouble (503); try again later"),
        ("consent", 1, "Google wants its consent page answered in a browser on this network"),
        ("login", 1, 'the request was sent on to "login.gym.example", which is not followed: '
         + LOGIN_FIRST),
        ("captive", 1, f"a web page came instead of speech: {LOGIN_FIRST}"),
        ("other form", 1, "Google's reply is not in the form this version knows"),
        ("latin", 1, "Google's reply is not in the form this version knows"),
        ("captcha", 1, f"a web page came instead of speech: {LOGIN_FIRST}"),
        ("elsewhere", 1, 'the request was sent on to "127.0.0.1", which is not followed: '
         + LOGIN_FIRST),
        ("withdrawn", 1, "Google refused these words or this language, without a reason"),
        ("refused", 1, "Google refused these words or this language, without a reason"),
        ("refused 13", 1, "Google refused these words or this language, without a reason"),
        ("empty", 1, "Google's reply holds no sound for these words"),
        ("page as sound", 1, "Google's reply holds something that is not an MP3"),
        ("bad base64", 1, "Google's reply was damaged on the way"),
        ("truncated", 3, BROKE_OFF),
        ("hang", 1, "Google did not answer in time"),
        ("drip", 1, SLOW_REPLY),
    ],
)  # fmt: skip
def test_each_fault_is_told_in_words(
    service: FakeGoogle, answer: str, tries: int, message: str
) -> None:
    service.answers = [answer]
    waits: list[float] = []
    with pytest.raises(UserError) as caught:
        voice(waits).speak("push the floor away")
    assert str(caught.value) == message
    assert len(service.requests) == tries
    assert waits == [1.0, 4.0][: tries - 1]


@pytest.mark.parametrize("answer", ["huge", "endless"])
def test_a_reply_that_does_not_end_is_not_kept(service: FakeGoogle, answer: str) -> None:
    service.answers = [answer]
    google = Google(VoiceSettings(), notice=lambda line: None)
    with pytest.raises(UserError, match=r"^Google's reply is larger than 8 MiB$"):
        google.speak("push the floor away")
    assert len(service.requests) == 1


def test_a_connection_that_breaks_is_tried_again(service: FakeGoogle) -> None:
    service.answers = ["reset", "500", "good"]
    waits: list[float] = []
    samples, _ = voice(waits).speak("push the floor away")
    assert len(samples) > 0
    assert waits == [1.0, 4.0, 0.1]


def test_a_proxy_that_refuses_is_named(service: FakeGoogle) -> None:
    service.answers = ["proxy refuses"]
    with pytest.raises(UserError, match=r"^the proxy refused the connection \(.*403 Forbidden"):
        voice().speak("push")
    assert service.requests == []


@pytest.mark.parametrize("answer", ["sync and noise", "short"])
def test_sound_that_can_not_be_these_words_is_not_believed(
    service: FakeGoogle, answer: str
) -> None:
    service.answers = [answer]
    with pytest.raises(UserError, match=r"^The sound in Google's reply "):
        voice().speak("push the floor away and squeeze at the top")


def test_half_an_mp3_is_not_believed(service: FakeGoogle) -> None:
    service.answers = ["half"]
    with pytest.raises(UserError, match=r"^Google's reply ends in the middle of a word$"):
        voice().speak("push the floor away")


def test_a_fault_in_a_later_part_leaves_no_half_sentence(service: FakeGoogle) -> None:
    service.answers = ["good", "captive", "good"]
    with pytest.raises(UserError, match=r"^a web page came instead of speech"):
        voice().speak(SENTENCE)


def test_a_server_that_can_not_prove_itself_gets_no_words(
    service: FakeGoogle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with pytest.raises(UserError) as caught:
        voice().speak("secret words")
    assert str(caught.value) == (
        "the server could not prove that it is Google (its certificate is not trusted), so no "
        "words were sent; a login page or a company's proxy does this "
        "(REQUESTS_CA_BUNDLE names a proxy's certificate)"
    )
    assert service.connections == 1
    assert service.requests == []


def test_a_certificate_for_another_host_is_refused(service: FakeGoogle) -> None:
    with pytest.raises(UserError, match=r"^the server could not prove that it is Google"):
        voice(accent="fr").speak("secret words")
    assert service.requests == []


def test_looking_up_the_host_is_under_the_clock_too(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)

    def black_hole(*_: object, **__: object) -> None:
        time.sleep(2)
        raise socket.gaierror("gone")

    monkeypatch.setattr(socket, "getaddrinfo", black_hole)
    start = time.monotonic()
    with pytest.raises(UserError, match=f"^{SLOW_REPLY}$"):
        voice().speak("push")
    assert time.monotonic() - start < 1.5


def test_a_host_that_is_not_found_means_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    waits: list[float] = []
    with pytest.raises(UserError) as caught:
        voice(waits).speak("push")
    assert str(caught.value) == (
        "the address of Google could not be looked up: is there a network?"
    )
    assert waits == []


def test_the_first_use_says_what_is_sent_to_whom(service: FakeGoogle) -> None:
    lines: list[str] = []
    google = voice(lines=lines, accent="co.uk")
    google.speak("push the floor away")
    google.speak("push the floor away")
    assert lines == [
        "The online voice sends the words of each cue to translate.google.co.uk (Google). "
        "Nothing else of the program is sent."
    ]


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"language": "xx"}, 'it has no language "xx"'),
        ({"language": "dee"}, 'it has no language "dee"; did you mean "de" (German)?'),
        ({"accent": "com@127.0.0.1/x?"}, 'it has no accent "com@127.0.0.1/x?"; there are ca, '
         "co.in, co.uk, co.za, com, com.au, com.br, com.mx, com.ng, es, fr, ie, pt or us"),
        ({"language": "pt-BR"}, None),
        ({"language": "zh_tw"}, None),
    ],
)  # fmt: skip
def test_languages_and_accents_come_from_fixed_lists(
    settings: dict[str, str], reason: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MMC_OFFLINE", raising=False)
    assert voice(**settings).available() == reason


def test_offline_forbids_it(service: FakeGoogle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MMC_OFFLINE", "1")
    with pytest.raises(UserError) as caught:
        speak_all(["push"], VoiceSettings(), choice="google", cache=Cache(None))
    assert str(caught.value) == (
        "The voice google: MMC_OFFLINE is set, so nothing may be sent\n"
        "Other voices are embedded, espeak, recorded; "
        "--voice none gives clicks and tones alone."
    )
    assert service.connections == 0


def test_a_block_gives_the_whole_session_to_the_next_voice(
    service: FakeGoogle, tmp_path: Path
) -> None:
    service.answers = ["good", "blocked"]
    phrases = ["push the floor away", "squeeze"]
    settings = VoiceSettings(engine="google")
    book = speak_all(phrases, settings, cache=Cache(tmp_path))
    alone = speak_all(phrases, VoiceSettings(), cache=Cache(None))
    assert (book.voice, book.made) == ("embedded", 2)
    assert book.reasons == (
        "google: Google has blocked this network address for too many requests (429); it lifts "
        "after some hours, and what was spoken so far is kept",
    )
    for phrase in phrases:
        assert np.array_equal(book.clips[phrase].pcm, alone.clips[phrase].pcm)


def test_what_was_spoken_once_needs_no_network_again(
    service: FakeGoogle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = speak_all(["squeeze"], VoiceSettings(), choice="google", cache=Cache(tmp_path))
    monkeypatch.setenv("MMC_OFFLINE", "1")
    second = speak_all(["squeeze"], VoiceSettings(), choice="google", cache=Cache(tmp_path))
    assert (first.made, second.made, second.kept) == (1, 0, 1)
    assert np.array_equal(first.clips["squeeze"].pcm, second.clips["squeeze"].pcm)
    assert service.connections == 1


# ---- bad days ------------------------------------------------------------------------------------

FAULTS = (
    *("blocked", "429", "403", "404", "500", "503", "consent", "login", "captive", "captcha"),
    *("elsewhere", "withdrawn", "half", "other form", "latin", "huge", "refused", "refused 13"),
    *("empty", "page as sound", "bad base64", "sync and noise", "short", "truncated", "reset"),
)
SPOKEN_MS = 1_581  # of the whole reply
QUICK = Patience(connect=0.4, read=0.4, whole=0.6, phrase=2.0, sleep=lambda seconds: None)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The voice as the whole program makes it, with waits that a test can bear."""

    def make(settings: VoiceSettings, **_: object) -> Google:
        return Google(settings, notice=lambda line: None, patience=QUICK, respite=google._RESPITE)

    monkeypatch.setattr(google, "make", make)


@pytest.mark.parametrize("answer", FAULTS)
def test_a_poisoned_reply_never_enters_the_cache(
    service: FakeGoogle, impatient: None, answer: str, tmp_path: Path
) -> None:
    """The fallback speaks the whole session, and the next good day begins as if nothing was."""
    need("espeak-ng")
    service.answers, cache = [answer], Cache(tmp_path)
    settings, phrases = VoiceSettings(language="de"), ["push the floor away and squeeze", "auf"]
    book = speak_all(phrases, settings, cache=cache)
    assert (book.voice, book.made, len(book.reasons)) == ("espeak", 2, 1)
    assert cache.size()[0] == 2  # both of espeak
    google._RESPITE = Respite()
    service.answers = ["good"]
    good = speak_all(phrases[:1], settings, choice="google", cache=cache)
    assert (good.voice, good.made, good.kept, cache.size()[0]) == ("google", 1, 0, 3)
    assert good.clips[phrases[0]].duration_ms == pytest.approx(SPOKEN_MS, abs=100)


def test_an_expired_certificate_gets_no_words(
    authority: Path, mp3: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY", "MMC_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    with FakeGoogle(authority.parent / "expired.pem", mp3) as service:
        monkeypatch.setenv("https_proxy", service.proxy)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority))
        with pytest.raises(UserError, match=r"^the server could not prove that it is Google"):
            voice().speak("secret words")
        assert (service.connections, service.requests) == (1, [])


def test_a_phrase_has_its_own_limit_of_time(service: FakeGoogle) -> None:
    """Many parts, each in time, and three tries of each would go on for minutes."""
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += 7

    patience = Patience(sleep=sleep, clock=lambda: now[0])
    with pytest.raises(UserError) as caught:
        Google(VoiceSettings(), notice=print, patience=patience).speak(SENTENCE * 8)
    assert str(caught.value) == "Google took more than 60 s for a phrase"
    assert len(service.requests) == 9  # the tenth would begin after 63 s


@pytest.mark.parametrize(("answer", "each", "hours"), [("429", 1, 5), ("503", 3, 1)])
def test_hours_without_the_service_are_no_storm_of_requests(
    service: FakeGoogle, answer: str, each: int, hours: int
) -> None:
    """A session every minute: one in five knocks, the others fail at once in the same words."""
    now, words = [1_000.0], set()
    respite, service.answers = Respite(clock=lambda: now[0]), [answer]
    for _ in range(60 * hours):
        session = Google(VoiceSettings(), notice=lambda line: None, patience=QUICK, respite=respite)
        with pytest.raises(UserError) as caught:
            session.speak("push the floor away")
        words.add(str(caught.value))
        now[0] += 60
    assert len(words) == 1
    assert service.connections == hours * 3_600 / RESPITE_S * each
    service.answers = ["good"]
    session = Google(VoiceSettings(), notice=lambda line: None, respite=respite)
    assert len(session.speak("push the floor away")[0]) > 0


def test_another_host_is_asked_though_one_is_left_in_peace(service: FakeGoogle) -> None:
    respite, service.answers = Respite(), ["429", "good"]
    for accent, hosts in (("", 1), ("", 1), ("co.uk", 2)):
        settings = VoiceSettings(accent=accent)
        session = Google(settings, notice=lambda line: None, patience=QUICK, respite=respite)
        with suppress(UserError):
            session.speak("push the floor away")
        assert service.connections == hosts


def test_offline_nothing_is_sent_though_a_voice_is_asked_directly(
    service: FakeGoogle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MMC_OFFLINE", "1")
    lines: list[str] = []
    with pytest.raises(UserError, match=r"^MMC_OFFLINE is set, so nothing may be sent$"):
        voice(lines=lines).speak("push")
    assert (lines, service.connections) == ([], 0)


def test_an_accent_from_outside_the_list_never_becomes_a_host(service: FakeGoogle) -> None:
    with pytest.raises(UserError, match=r"^it has no accent "):
        voice(accent="com@127.0.0.1:9/x?").speak("push")
    assert service.connections == 0
