"""Why the online voice got no speech, in words that say what to do about it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

from mmc_audio.errors import printable, shown
from mmc_audio.voices import VoiceError


class Passing(VoiceError):
    """A failure that another try may get past."""


def judge(status: int, location: str) -> None:
    """Nothing for a plain 200; raises for all else. Redirects are answers here, never followed."""
    if status == 200:
        return
    host = urlsplit(location).hostname or ""
    if status == 429 or "/sorry/" in location:
        raise VoiceError(
            "Google has blocked this network address for too many requests (429); "
            "it lifts after some hours, and what was spoken so far is kept"
        )
    if host.startswith("consent."):
        raise VoiceError("Google wants its consent page answered in a browser on this network")
    if 300 <= status < 400:
        raise VoiceError(
            f"the request was sent on to {shown(host or location)}, which is not followed: "
            "this network may want you to log in first (open any page in a browser)"
        )
    if status == 403:
        raise VoiceError("Google refused the request (403)")
    if status >= 500:
        raise Passing(f"Google's service is in trouble ({status}); try again later")
    raise VoiceError(f"Google answered {status}: the service may have changed")


def explain(error: Exception) -> VoiceError:
    """What a failure of `requests` means; `Passing` where another try may help."""
    causes = list(_causes(error))
    names = {type(cause).__name__ for cause in causes}
    text = " ".join(str(cause) for cause in causes)
    if "SSLError" in names or "SSLCertVerificationError" in names:
        if "CERTIFICATE_VERIFY_FAILED" in text:
            return VoiceError(
                "the server could not prove that it is Google (its certificate is not trusted), "
                "so no words were sent; a login page or a company's proxy does this "
                "(REQUESTS_CA_BUNDLE names a proxy's certificate)"
            )
        return Passing("the encrypted connection to Google broke off")
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return VoiceError("the address of Google could not be looked up: is there a network?")
    if "ProxyError" in names:
        return VoiceError(f"the proxy refused the connection ({_last(causes)})")
    if names & {"ConnectTimeout", "ReadTimeout", "ReadTimeoutError", "ConnectTimeoutError"}:
        return VoiceError("Google did not answer in time")
    if "unreachable" in text:
        return VoiceError("there is no network")
    if names & {"ChunkedEncodingError", "ProtocolError"}:
        return Passing("Google's reply broke off half-way")
    return Passing(f"the connection to Google failed ({_last(causes)})")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The failure and all that led to it: requests and urllib3 wrap them in several ways."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        cause = waiting.pop(0)
        if not isinstance(cause, BaseException) or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        waiting += [cause.__cause__, cause.__context__, getattr(cause, "reason", None)]
        waiting += cause.args


def _last(causes: list[BaseException]) -> str:
    return printable(str(causes[-1])) or type(causes[-1]).__name__
