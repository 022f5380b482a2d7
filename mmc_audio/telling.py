"""What all the rooms of planning read: the program, what the listener chose, and the words."""

from __future__ import annotations

from dataclasses import dataclass

from mmc_audio.program import Focus, Program, Set
from mmc_audio.session import Options
from mmc_audio.words import Words, load_words


@dataclass(frozen=True, slots=True)
class Telling:
    """`plain` are the words whose lengths set the times, `said` those that are spoken.

    The two differ at another speed of the session, and in a rehearsal in the mind: the times are
    the same.
    """

    program: Program
    options: Options
    plain: Words
    said: Words

    @property
    def pace(self) -> float:
        return self.program.voice.pace

    def focus(self, set_: Set) -> Focus:
        """Where the attention goes in a set: what the listener chose wins."""
        return self.options.focus or set_.focus


def telling(program: Program, options: Options) -> Telling:
    """The words of a session: the language's, the program's own, as the listener wants them."""
    plain = load_words(program.voice.language).with_phrases(program.words)
    said = plain.imagined() if options.imagine else plain
    return Telling(program, options, plain, said.at_speed(options.permille))
