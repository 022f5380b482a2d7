"""CRC-16/ARC, the checksum of the LAME tag. The only module that imports anycrc."""

from __future__ import annotations

import anycrc

_ARC = anycrc.Model("CRC16-ARC")


def update(crc: int, data: bytes | memoryview) -> int:
    """The checksum after further bytes; it starts at 0."""
    after: int = _ARC.calc(data, crc)
    return after
