"""The keys of a live session, as they are typed. Standard library only.

`with Keyboard() as keyboard: keyboard.wait(0.05)` gives the next key, or None when there was none
in that time: a character, or "enter", "escape", "up", "down", "left", "right". Another thread ends
the waiting with `wake()`. Without a terminal on standard input it only waits.
"""

from __future__ import annotations

import sys

if sys.platform == "win32":
    from mmc_audio.keyboard.windows import Keyboard
else:
    from mmc_audio.keyboard.posix import Keyboard

__all__ = ["Keyboard"]
