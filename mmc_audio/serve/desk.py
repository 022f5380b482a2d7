"""What there is to see of a program at the moment; the server's threads look at it."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, dataclass, replace

from mmc_audio.serve.report import Finding


@dataclass(frozen=True, slots=True)
class Draft:
    """A program as it was last saved.

    `page` is the session to play, of the last save that had one; `pages` counts how often it
    became another one, `saves` the saves. `verdict` is one line on what was found.
    """

    name: str
    verdict: str = ""
    findings: tuple[Finding, ...] = ()
    page: bytes = b""
    pages: int = 0
    saves: int = 0

    def saved(self, verdict: str, findings: tuple[Finding, ...], page: bytes | None) -> Draft:
        """The draft after another save; without a `page` the last one stays."""
        new = self.page if page is None else page
        return replace(
            self,
            verdict=verdict,
            findings=findings,
            page=new,
            pages=self.pages + (new != self.page),
            saves=self.saves + 1,
        )

    def state(self) -> bytes:
        """All but the page, as JSON."""
        facts = asdict(replace(self, page=b""))
        del facts["page"]
        return json.dumps(facts).encode("ascii")


class Desk:
    """Holds one draft; may be asked from any thread."""

    def __init__(self, draft: Draft) -> None:
        self._draft, self._lock = draft, threading.Lock()

    def look(self) -> Draft:
        with self._lock:
            return self._draft

    def put(self, draft: Draft) -> None:
        with self._lock:
            self._draft = draft
