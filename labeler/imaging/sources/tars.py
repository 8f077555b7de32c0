"""Tar archives (POSIX ustar and pax, GNU long names), plain or gzipped; read in place."""

from __future__ import annotations

from labeler.imaging.problems import FileProblem, too_many_files
from labeler.imaging.sources.archives import Contents, broken_archive, member_name
from labeler.imaging.sources.files import MAX_FILES, PartBytes, Tick
from labeler.model.image import ByteSource

_BLOCK = 512
_FILES = (b"\0", b"0", b"7")
_MAX_NAME = 1 << 16


def knows(head: bytes, name: str) -> bool:  # noqa: ARG001  its magic says it
    return head[257:262] == b"ustar" and head[128:132] != b"DICM"


def unfold(source: ByteSource, tick: Tick) -> Contents:
    """The files up to where the archive is broken, and that it is.

    Raises LabelerError "too-many-files".
    """
    files: list[ByteSource] = []
    whole, at, name, size, sound = source.size, 0, "", -1, True
    while (block := source.read(at, _BLOCK)).strip(b"\0"):
        tick(0, 0)
        own = _number(block[124:136]) if len(block) == _BLOCK else None
        if own is None or not _adds_up(block):
            sound = False
            break
        kind, at = block[156:157], at + _BLOCK
        if kind in (b"L", b"x"):
            told = source.read(at, min(own, _MAX_NAME))
            name, size = (_text(told), size) if kind == b"L" else _pax(told, name, size)
        else:
            own = size if size >= 0 else own
            if kind in _FILES:
                label = member_name(source, name or _name(block))
                files.append(PartBytes(source, at, max(0, min(own, whole - at)), label))
            name, size = "", -1
        at += -(-own // _BLOCK) * _BLOCK
        if len(files) > MAX_FILES:
            raise too_many_files(source.name, MAX_FILES)
    if not sound or at > whole or not files:
        return Contents(tuple(files), (FileProblem(source.name, broken_archive(source.name)),))
    return Contents(tuple(files))


def _number(field: bytes) -> int | None:
    """Octal, or GNU's binary form for sizes beyond 8 GiB."""
    if field[0] & 0x80:
        return int.from_bytes(field[4:], "big")
    digits = field.strip(b" \0")
    if not digits:
        return 0
    # A sign would lead backwards, for ever.
    return int(digits, 8) if digits.translate(None, b"01234567") == b"" else None


def _adds_up(block: bytes) -> bool:
    plain = block[:148] + b" " * 8 + block[156:]
    return _number(block[148:156]) == sum(plain)


def _text(raw: bytes) -> str:
    return raw.split(b"\0")[0].decode("utf-8", "replace")


def _name(block: bytes) -> str:
    prefix = _text(block[345:500]) if block[257:263] == b"ustar\0" else ""
    return f"{prefix}/{_text(block[:100])}"


def _pax(told: bytes, name: str, size: int) -> tuple[str, int]:
    """Path and size of the file that follows, where its extended header tells them."""
    at = 0
    while (space := told.find(b" ", at)) > 0:
        length = told[at:space]
        if not length.isdigit() or int(length[:9]) <= space - at:
            break
        key, _, value = told[space + 1 : at + int(length[:9]) - 1].partition(b"=")
        if key == b"path":
            name = value.decode("utf-8", "replace")
        elif key == b"size" and value.isdigit():
            size = int(value[:18])
        at += int(length[:9])
    return name, size
