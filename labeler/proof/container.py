"""Named byte strings in one ZIP file that has exactly one form (docs/formats.md).

Nothing is compressed, names are sorted, and every date and attribute is fixed, so that reading can
rebuild the file and compare it byte for byte.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Mapping
from typing import NoReturn

from labeler.errors import LabelerError

MAX_BYTES = 2**30
MAX_FILES = 10_000

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}(?:/[a-z0-9][a-z0-9._-]{0,79})?")
_LOCAL = struct.Struct("<IHHHHHIIIHH")
_CENTRAL = struct.Struct("<IHHHHHHIIIHHHHHII")
_END = struct.Struct("<IHHHHIIH")
_LOCAL_SIGNATURE, _CENTRAL_SIGNATURE, _END_SIGNATURE = 0x04034B50, 0x02014B50, 0x06054B50
_VERSION, _MADE_BY_UNIX, _STORED, _NO_FLAGS = 20, 3 << 8 | 20, 0, 0
_MIDNIGHT, _FIRST_OF_1980 = 0, 1 << 5 | 1
_PLAIN_FILE = 0o100644 << 16


def pack(files: Mapping[str, bytes]) -> bytes:
    """The one ZIP file of `files`. Raises ValueError for an unusable name or too much data."""
    if len(files) > MAX_FILES or sum(map(len, files.values())) > MAX_BYTES:
        raise ValueError("too much for one bundle")
    body, directory = bytearray(), bytearray()
    for name in sorted(files):
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} cannot name a file of a bundle")
        data, encoded, offset = files[name], name.encode(), len(body)
        same = (_VERSION, _NO_FLAGS, _STORED, _MIDNIGHT, _FIRST_OF_1980)
        sizes = (zlib.crc32(data), len(data), len(data), len(encoded), 0)
        body += _LOCAL.pack(_LOCAL_SIGNATURE, *same, *sizes) + encoded + data
        directory += _CENTRAL.pack(
            _CENTRAL_SIGNATURE, _MADE_BY_UNIX, *same, *sizes, 0, 0, 0, _PLAIN_FILE, offset
        )
        directory += encoded
    count = len(files)
    end = _END.pack(_END_SIGNATURE, 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory + end)


def unpack(data: bytes) -> dict[str, bytes]:
    """The files of a container that is byte for byte what `pack` makes.

    Raises LabelerError "bundle-changed" for any other bytes.
    """
    if len(data) > MAX_BYTES:
        _refuse()
    files: dict[str, bytes] = {}
    place = 0
    while data[place : place + 4] == _LOCAL_SIGNATURE.to_bytes(4, "little"):
        header = data[place : place + _LOCAL.size]
        if len(header) < _LOCAL.size or len(files) == MAX_FILES:
            _refuse()
        size, name_length = _LOCAL.unpack(header)[7], _LOCAL.unpack(header)[9]
        name_end = place + _LOCAL.size + name_length
        name = data[place + _LOCAL.size : name_end].decode("latin-1")
        files[name] = data[name_end : name_end + size]
        place = name_end + size
    # Everything that was not looked at above is compared here.
    try:
        again = pack(files)
    except ValueError:
        _refuse()
    if again != data:
        _refuse()
    return files


def _refuse() -> NoReturn:
    raise LabelerError(
        "bundle-changed",
        "This file is not an unchanged evidence bundle.",
        safe="Nothing was read from it.",
        do="Ask for the file again, from who made it.",
    ) from None
