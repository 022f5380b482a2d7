"""Whether the terminal is ours: the shell gives it to one group of processes at a time."""

from __future__ import annotations

import errno
import os
import sys


def in_foreground(fd: int) -> bool:
    """Whether the terminal `fd` may be read, drawn on and set by this process now.

    It may not in the background (`mmc play x &`), nor once it has hung up. A terminal that is not
    the controlling one knows no background.
    """
    if sys.platform == "win32":
        return True
    try:
        return os.tcgetpgrp(fd) == os.getpgrp()
    except OSError as error:
        return error.errno == errno.ENOTTY and os.isatty(fd)
