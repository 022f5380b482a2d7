"""The bytes of a program file, and its text: from strangers, so with limits."""

from __future__ import annotations

import codecs
import os
import stat
from pathlib import Path

from mmc_audio.errors import Fault, Place, ProgramError, UserError, printable
from mmc_audio.textbytes import is_utf16

MOST_BYTES = 1 << 20


def read_bytes(path: Path) -> bytes:
    """At most MOST_BYTES + 1 bytes of a regular file; a pipe or device is refused at once."""
    name = printable(str(path))
    # O_NONBLOCK: opening a pipe that nobody writes to would wait for ever.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        with open(os.open(path, flags), "rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if not stat.S_ISREG(mode):
                raise UserError(f"{name} is {_kind(mode)}, not a program file.")
            return file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise UserError(f"There is no file {name}.") from None
    except IsADirectoryError:
        raise UserError(f"{name} is a folder, not a program file.") from None
    except ValueError:  # a NUL character in the name
        raise UserError(f"{name} can't be the name of a file.") from None
    except OSError as error:
        raise UserError(f"{name} can't be read: {error.strerror}.") from None


def _kind(mode: int) -> str:
    return "a pipe" if stat.S_ISFIFO(mode) else "a device"


def decode(data: bytes, name: str) -> str:
    """The text of a program file: UTF-8, without byte order mark, lines ended by \\n."""
    name = printable(name)
    if len(data) > MOST_BYTES:
        raise UserError(f"{name} is larger than 1 MiB; a program file has a few kilobytes.")
    if is_utf16(data):
        raise UserError(f'{name} is in UTF-16 ("Unicode" in some editors); save it as UTF-8.')
    data = data.removeprefix(codecs.BOM_UTF8)
    if b"\0" in data:
        raise UserError(f"{name} is not a text file; a program is a text in TOML.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_utf8(data, error.start, name) from None
    return text.replace("\r\n", "\n")


def _not_utf8(data: bytes, start: int, name: str) -> ProgramError:
    source = data.decode("cp1252", errors="replace").replace("\r\n", "\n")
    line = data.count(b"\n", 0, start) + 1
    column = start - (data.rfind(b"\n", 0, start) + 1) + 1
    text = "this character is not UTF-8; save the file as UTF-8 (it may be Latin-1 or Windows-1252)"
    return ProgramError(name, source, (Fault(Place(line, column), text),))
