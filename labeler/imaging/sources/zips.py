"""Zip archives (PKWARE APPNOTE 6.3): the list at their end, each member a ByteSource."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from labeler.errors import LabelerError
from labeler.imaging.problems import FileProblem, too_many_files
from labeler.imaging.sources.archives import Contents, broken_archive, member_name
from labeler.imaging.sources.checked import CheckedBytes
from labeler.imaging.sources.files import MAX_FILES, PartBytes, Tick
from labeler.imaging.sources.inflated import FREE, RATIO, InflatedBytes, Warm, unfolds_too_far
from labeler.model.image import ByteSource

_MEMBER, _EMPTY = b"PK\x03\x04", b"PK\x05\x06"
_END = struct.Struct("<4s4H2IH")
_END64 = struct.Struct("<4sQ2H2I4Q")
_POINTER64 = struct.Struct("<4sIQI")
_ENTRY = struct.Struct("<4s6H3I5H2I")
_LOCAL = struct.Struct("<4s5H3I2H")
_MAX_LIST = 1 << 28
_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _UTF8 = 1, 1 << 11
_WIDE = 0xFFFFFFFF
_DOCUMENTS = (".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".jar", ".apk", ".epub", ".xpi")


@dataclass(frozen=True)
class _Entry:
    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    header: int


def knows(head: bytes, name: str) -> bool:
    return head.startswith((_MEMBER, _EMPTY)) and not name.casefold().endswith(_DOCUMENTS)


def unfold(source: ByteSource, tick: Tick) -> Contents:
    """Every member that can be read, and what is wrong with the others.

    Raises LabelerError "archive-broken", "unfolds-too-far" or "too-many-files" for the whole.
    """
    files: list[ByteSource] = []
    problems: list[FileProblem] = []
    total, warm = 0, Warm()
    for number, entry in enumerate(_entries(source)):
        if number % 1000 == 0:
            tick(0, 0)
        if number >= MAX_FILES:
            raise too_many_files(source.name, MAX_FILES)
        if entry.name.endswith("/"):
            continue
        total += entry.size
        name = member_name(source, entry.name)
        try:
            files.append(_member(source, entry, name, warm))
        except LabelerError as error:
            problems.append(FileProblem(name, error))
    if not files and not problems:
        raise broken_archive(source.name)
    if total > FREE and total > RATIO * source.size:
        raise unfolds_too_far(source.name)
    return Contents(tuple(files), tuple(problems))


def _entries(source: ByteSource) -> Iterator[_Entry]:
    offset, size, count, shift = _directory(source)
    if size > min(source.size, _MAX_LIST):
        raise broken_archive(source.name)
    listing = source.read(offset, size)
    at = 0
    for _ in range(count):
        if at + _ENTRY.size > len(listing) or listing[at : at + 4] != b"PK\x01\x02":
            raise broken_archive(source.name)
        fields = _ENTRY.unpack_from(listing, at)
        flags, method, crc, packed, plain = fields[3], fields[4], *fields[7:10]
        long, extra, comment = fields[10:13]
        begin = at + _ENTRY.size
        raw = listing[begin : begin + long]
        values = _wide(listing[begin + long : begin + long + extra], (plain, packed, fields[16]))
        if values is None:
            raise broken_archive(source.name)
        plain, packed, header = values
        yield _Entry(_spelled(raw, flags), flags, method, crc, packed, plain, header + shift)
        at = begin + long + extra + comment


def _directory(source: ByteSource) -> tuple[int, int, int, int]:
    """Where the list lies, its bytes, its entries, and how far all offsets are off."""
    size = source.size
    tail_at = max(0, size - _END.size - 0xFFFF)
    tail = source.read(tail_at, size - tail_at)
    found = tail.rfind(b"PK\x05\x06")
    if found < 0 or found + _END.size > len(tail):
        raise broken_archive(source.name)
    _, _, _, _, count, length, offset, _ = _END.unpack_from(tail, found)
    end = tail_at + found
    pointer = source.read(end - _POINTER64.size, _POINTER64.size) if end >= 20 else b""
    if len(pointer) == _POINTER64.size and pointer.startswith(b"PK\x06\x07"):
        end = _POINTER64.unpack(pointer)[2]
        record = source.read(end, _END64.size) if end < size else b""
        if len(record) < _END64.size or not record.startswith(b"PK\x06\x06"):
            raise broken_archive(source.name)
        count, length, offset = _END64.unpack(record)[7:10]
    shift = end - length - offset
    if shift < 0 or offset + shift > size:
        raise broken_archive(source.name)
    return offset + shift, length, count, shift


def _wide(extra: bytes, values: tuple[int, int, int]) -> tuple[int, int, int] | None:
    """Plain size, packed size and offset, with the 64-bit ones where they are told (0x0001)."""
    if _WIDE not in values:
        return values
    at = 0
    while at + 4 <= len(extra):
        tag, length = struct.unpack_from("<HH", extra, at)
        if tag == 1:
            wanted = values.count(_WIDE)
            if length < 8 * wanted or at + 4 + 8 * wanted > len(extra):
                return None
            told = iter(struct.unpack_from(f"<{wanted}Q", extra, at + 4))
            first, second, third = (next(told) if v == _WIDE else v for v in values)
            return first, second, third
        at += 4 + length
    return None


def _spelled(raw: bytes, flags: int) -> str:
    """Names are labels here: Unicode where it is, else the old code page of zip."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("utf-8" if flags & _UTF8 else "cp437", "replace")


def _member(source: ByteSource, entry: _Entry, name: str, warm: Warm) -> ByteSource:
    if entry.flags & _ENCRYPTED:
        raise LabelerError(
            "archive-encrypted",
            "{name} is encrypted inside its archive.",
            safe="Other files are fine.",
            do="Unpack the archive with its password, then open the folder.",
            name=name,
        )
    if entry.method not in (_STORED, _DEFLATED):
        raise LabelerError(
            "archive-method",
            "{name} is packed in a way that cannot be read here (method {method}).",
            safe="Other files are fine.",
            do="Unpack the archive, then open the folder.",
            name=name,
            method=entry.method,
        )
    if entry.size > FREE and entry.size > RATIO * entry.packed:
        raise unfolds_too_far(name)
    local = source.read(entry.header, _LOCAL.size)
    if len(local) < _LOCAL.size or not local.startswith(_MEMBER):
        raise broken_archive(name)
    start = entry.header + _LOCAL.size + sum(_LOCAL.unpack(local)[9:11])
    if start + entry.packed > source.size:
        raise broken_archive(name)
    plain: ByteSource = PartBytes(source, start, min(entry.size, entry.packed), name)
    if entry.method == _DEFLATED:
        size = entry.size
        plain = InflatedBytes(source, start, entry.packed, size=size, name=name, warm=warm)
    return CheckedBytes(plain, entry.crc)
