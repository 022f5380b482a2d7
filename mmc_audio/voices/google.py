"""The online voice: gTTS builds the requests, this module sends them and judges the replies.

gTTS itself would send them without verifying the server and believe any reply (a captive portal
becomes an empty file). Here TLS is verified, no redirect is followed, every request ends by the
clock, and a reply is sound only when its parts decode to speech of a plausible length.
"""

from __future__ import annotations

import base64
import binascii
import queue
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from mmc_audio.accents import ACCENTS
from mmc_audio.errors import UserError, listed, nearest, shown
from mmc_audio.offline import VARIABLE, offline
from mmc_audio.program import VoiceSettings
from mmc_audio.respell import spell
from mmc_audio.voices import VoiceError
from mmc_audio.voices.refusals import Passing, explain, judge
from mmc_audio.voices.respite import Respite

if TYPE_CHECKING:
    import numpy as np

    from mmc_audio.clips import Samples

SLOW_BELOW = 0.8  # the service knows two speeds; a program's pace below this takes the slow one
LARGEST_REPLY = 8 << 20
MAX_PART_SECONDS = 120.0
# Speech lasts 40 to 90 ms a character; one-word replies carry up to 0.6 s of silence.
SHORTEST_S_A_CHARACTER, LONGEST_S_A_CHARACTER, SILENCE_S = 0.02, 0.6, 3.0
END_S, END_SHARE = 0.12, 0.1  # of the peak; the replies seen end in 0.19 s of silence or more
_AUDIO = re.compile(r'"wrb\.fr",\s*"jQ1olc",\s*"\[\\"([^"\\]*)\\"')
_MP3_SYNCS = (b"\xff\xf2", b"\xff\xf3", b"\xff\xfa", b"\xff\xfb")  # MPEG-2 and MPEG-1, Layer III


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds. `whole` is for one request, looking up the host included;
    `phrase` for all requests of a phrase and the pauses between them: no new one begins later.
    """

    connect: float = 5.0
    read: float = 10.0
    whole: float = 20.0
    phrase: float = 60.0
    pause: float = 0.1  # between requests: one at a time, and not as fast as they go
    retries: tuple[float, ...] = (1.0, 4.0)  # waits before another try
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic


_RESPITE = Respite()  # one for all voices that `make` makes


class Google:
    """One voice of translate.google.TLD."""

    name = "google"

    def __init__(
        self,
        settings: VoiceSettings,
        *,
        notice: Callable[[str], None],
        patience: Patience | None = None,
        respite: Respite | None = None,
    ) -> None:
        self._settings, self._notice = settings, notice
        self._patience, self._respite = patience or Patience(), respite or Respite()
        self._told = False

    def available(self, phrases: Sequence[str] = ()) -> str | None:
        if offline():
            return f"{VARIABLE} is set, so nothing may be sent"
        if self._settings.accent and self._settings.accent not in ACCENTS:
            accents = listed(list(ACCENTS))
            return f"it has no accent {shown(self._settings.accent)}; there are {accents}"
        known = _languages()
        if _language(self._settings.language, known) is None:
            near = nearest(self._settings.language, sorted(known))
            hint = f"; did you mean {shown(near)} ({known[near]})?" if near else ""
            return f"it has no language {shown(self._settings.language)}{hint}"
        return None

    def identity(self) -> str:
        settings = self._settings
        speed = "slow" if self._is_slow else "normal"
        return f"google gTTS {version('gTTS')} {settings.language} {settings.accent} {speed}"

    def spell(self, text: str) -> str:
        settings = self._settings
        return spell(text, language=settings.language, voice=self.name, own=settings.respell)

    def speak(self, spelled: str) -> tuple[Samples, int]:
        import numpy as np

        if reason := self.available():  # nobody reaches the network past this
            raise VoiceError(reason)
        self._respite.check(self._host)
        if not self._told:
            self._notice(
                f"The online voice sends the words of each cue to {self._host} (Google). "
                "Nothing else of the program is sent."
            )
            self._told = True
        until = self._patience.clock() + self._patience.phrase
        # All parts or nothing: half a cue is worse than another voice.
        parts = [self._part(request, until) for request in self._requests(spelled)]
        rate = parts[0][1]
        if any(other != rate for _, other in parts):
            raise VoiceError("the reply's parts have different sample rates")
        samples = np.concatenate([part for part, _ in parts])
        _require_plausible(spelled, len(samples) / rate)
        return samples, rate

    @property
    def _host(self) -> str:
        return f"translate.google.{self._settings.accent or 'com'}"

    @property
    def _is_slow(self) -> bool:
        return float(self._settings.pace) < SLOW_BELOW

    def _requests(self, text: str) -> list[Any]:
        """As gTTS would send them: one for each 100 characters."""
        from gtts import gTTS

        speech = gTTS(
            text,
            tld=self._settings.accent or "com",
            lang=_language(self._settings.language, _languages()),
            slow=self._is_slow,
            lang_check=False,
        )
        prepared: list[Any] = speech._prepare_requests()
        return prepared

    def _part(self, request: Any, until: float) -> tuple[np.ndarray[Any, Any], int]:
        from mmc_audio.decode import decode

        try:
            body = self._reply(request, until)
        except VoiceError as error:
            self._respite.failed(self._host, error)
            raise
        mp3 = _audio(body)
        self._patience.sleep(self._patience.pause)
        samples, rate = decode(
            mp3, what="The sound in Google's reply", max_seconds=MAX_PART_SECONDS
        )
        _require_an_end(samples, rate)
        return samples, rate

    def _reply(self, request: Any, until: float) -> bytes:
        """The body of a good reply, after a few tries where the trouble may pass."""
        for wait in (*self._patience.retries, None):
            left = until - self._patience.clock()
            if left <= 0:
                raise VoiceError(f"Google took more than {self._patience.phrase:g} s for a phrase")
            try:
                whole = min(self._patience.whole, left)
                return _within(whole, lambda: _send(request, self._patience))
            except Passing:
                if wait is None:
                    raise
                self._patience.sleep(wait)
        raise AssertionError("the last try returns or raises")


def make(settings: VoiceSettings, *, folder: str, notice: Callable[[str], None]) -> Google:
    return Google(settings, notice=notice, respite=_RESPITE)


def _languages() -> dict[str, str]:
    from gtts.lang import tts_langs

    table: dict[str, str] = tts_langs()
    return table


def _language(wanted: str, known: dict[str, str]) -> str | None:
    """The service's own tag: "pt-BR" where it has it, else "pt"; regions go by accent."""
    folded = {tag.lower(): tag for tag in known}
    full = wanted.lower().replace("_", "-")
    return folded.get(full) or folded.get(full.split("-")[0])


def _send(request: Any, patience: Patience) -> bytes:
    """One request over verified TLS; its body, once the status is good."""
    import requests

    with requests.Session() as session:
        try:
            # Streamed, so that a limit holds. Proxies and certificate bundles come from the
            # environment, as everywhere in requests.
            options = session.merge_environment_settings(request.url, {}, True, None, None)
            with session.send(
                request,
                timeout=(patience.connect, patience.read),
                allow_redirects=False,
                **options,
            ) as reply:
                judge(reply.status_code, reply.headers.get("Location", ""))
                return _body(reply)
        except requests.RequestException as error:
            raise explain(error) from error


def _body(reply: Any) -> bytes:
    """What the server sends, up to a limit."""
    body = bytearray()
    for block in reply.iter_content(1 << 16):
        body += block
        if len(body) > LARGEST_REPLY:
            raise VoiceError(f"Google's reply is larger than {LARGEST_REPLY >> 20} MiB")
    return bytes(body)


def _within(seconds: float, work: Callable[[], bytes]) -> bytes:
    """The result of `work`, or VoiceError when the time is up.

    In a thread of its own: looking up a host takes no notice of any timeout, and a server that
    sends a byte now and then never meets one.
    """
    results: queue.SimpleQueue[bytes | BaseException] = queue.SimpleQueue()

    def run() -> None:
        try:
            results.put(work())
        except BaseException as error:
            results.put(error)

    threading.Thread(target=run, daemon=True, name="google-request").start()
    try:
        result = results.get(timeout=seconds)
    except queue.Empty:
        raise VoiceError(f"Google gave no whole answer within {seconds:g} s") from None
    if isinstance(result, BaseException):
        raise result
    return result


def _audio(body: bytes) -> bytes:
    """The MP3 inside a reply. Raises VoiceError telling what came instead."""
    text = body.decode("utf-8", "replace")
    found = _AUDIO.search(text)
    if found is None:
        raise VoiceError(_without_audio(text))
    try:
        mp3 = base64.b64decode(found[1].encode(), validate=True)
    except (binascii.Error, ValueError):
        raise VoiceError("Google's reply was damaged on the way") from None
    if not mp3:
        raise VoiceError("Google's reply holds no sound for these words")
    if not mp3.startswith(_MP3_SYNCS):
        raise VoiceError("Google's reply holds something that is not an MP3")
    return mp3


def _without_audio(text: str) -> str:
    if "jQ1olc" in text:
        return "Google refused these words or this language, without a reason"
    if "<html" in text.lower():
        return (
            "a web page came instead of speech: this network may want you to log in first "
            "(open any page in a browser)"
        )
    return "Google's reply is not in the form this version knows"


def _require_an_end(samples: Samples, rate: int) -> None:
    """Every reply ends in a fifth of a second of silence; one that ends in a word was cut."""
    import numpy as np

    loud = np.abs(samples)
    if loud[-int(rate * END_S) :].max() > END_SHARE * loud.max():
        raise VoiceError("Google's reply ends in the middle of a word")


def _require_plausible(text: str, seconds: float) -> None:
    least = SHORTEST_S_A_CHARACTER * len(text)
    most = SILENCE_S + LONGEST_S_A_CHARACTER * len(text)
    if not least <= seconds <= most:
        raise UserError(
            f"The sound in Google's reply lasts {seconds:.2f} s, "
            f"which can't be {len(text)} characters of speech."
        )
