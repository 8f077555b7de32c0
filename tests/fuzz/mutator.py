"""Bytes made worse: what transport, bad writers and malice do to files."""

from __future__ import annotations

import random
import re
import struct
from collections.abc import Callable

_HEADER = 2048
_MOST = 1 << 16
_EXTREMES = (0, 1, 2, 7, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF)
_WIDE_EXTREMES = (*_EXTREMES, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF, 0x10000, 1 << 20)
_WORDS = (b"-1", b"0", b"1e308", b"-1e-308", b"nan", b"inf", b"99999999999", b"1\\2\\3", b"", b"x")
_DIGITS = re.compile(rb"[0-9]{1,12}(?:\.[0-9]+)?")

Change = Callable[[bytearray, bytes, random.Random], None]


def _place(data: bytearray, chance: random.Random) -> int:
    """Every second time in the header, where a byte means most."""
    end = len(data) if chance.random() < 0.5 else min(len(data), _HEADER)
    return chance.randrange(max(end, 1))


def _stretch(data: bytearray, chance: random.Random) -> slice:
    at = _place(data, chance)
    return slice(at, at + chance.choice((1, 2, 4, 8, 64, 512, 4096)))


def flip_bits(data: bytearray, _other: bytes, chance: random.Random) -> None:
    for _ in range(chance.choice((1, 1, 2, 8, 64))):
        if data:
            data[_place(data, chance)] ^= 1 << chance.randrange(8)


def truncate(data: bytearray, _other: bytes, chance: random.Random) -> None:
    del data[_place(data, chance) :]


def insert(data: bytearray, _other: bytes, chance: random.Random) -> None:
    at, count = _place(data, chance), chance.choice((1, 2, 3, 16, 300))
    data[at:at] = chance.randbytes(count) if chance.random() < 0.5 else bytes(count)


def remove(data: bytearray, _other: bytes, chance: random.Random) -> None:
    del data[_stretch(data, chance)]


def duplicate(data: bytearray, _other: bytes, chance: random.Random) -> None:
    part = data[_stretch(data, chance)]
    at = _place(data, chance)
    data[at:at] = part * chance.choice((1, 1, 2, 20))


def fill(data: bytearray, _other: bytes, chance: random.Random) -> None:
    where = _stretch(data, chance)
    data[where] = bytes([chance.choice((0, 0xFF, 0x20, 0x80))]) * len(data[where])


def set_number(data: bytearray, _other: bytes, chance: random.Random) -> None:
    """An extreme 16-bit or 32-bit number: most of them lie where lengths and sizes do."""
    form = chance.choice(("<H", ">H", "<I", ">I", "<I"))
    extremes = _EXTREMES if form.endswith("H") else _WIDE_EXTREMES
    packed = struct.pack(form, chance.choice(extremes))
    at = _place(data, chance) & ~1
    data[at : at + len(packed)] = packed


def shift_number(data: bytearray, _other: bytes, chance: random.Random) -> None:
    """A length that is a little off."""
    at = _place(data, chance)
    if at + 4 <= len(data):
        value = struct.unpack_from("<I", data, at)[0]
        struct.pack_into("<I", data, at, (value + chance.choice((-2, -1, 1, 2, 256))) % (1 << 32))


def spell_number(data: bytearray, _other: bytes, chance: random.Random) -> None:
    """Numbers in words: decimal strings of DICOM, text headers of volumes."""
    found = list(_DIGITS.finditer(data, 0, _HEADER * 4))
    if found:
        at = chance.choice(found)
        word = chance.choice(_WORDS)
        keep = chance.random() < 0.5
        data[at.start() : at.end()] = (
            word.ljust(len(at.group()))[: len(at.group())] if keep else word
        )


def splice(data: bytearray, other: bytes, chance: random.Random) -> None:
    """One file's beginning and another's end."""
    if other:
        data[_place(data, chance) :] = other[chance.randrange(len(other)) :][:_MOST]


def swap(data: bytearray, _other: bytes, chance: random.Random) -> None:
    one, two = sorted((_place(data, chance), _place(data, chance)))
    length = min(two - one, 64)
    data[one : one + length], data[two : two + length] = (
        data[two : two + length],
        data[one : one + length],
    )


CHANGES: tuple[Change, ...] = (
    flip_bits,
    truncate,
    insert,
    remove,
    duplicate,
    fill,
    set_number,
    set_number,
    shift_number,
    spell_number,
    splice,
    swap,
)


def mutate(data: bytes, other: bytes, chance: random.Random) -> tuple[bytes, tuple[str, ...]]:
    """The changed bytes, and the names of what was done; one to four changes."""
    changed = bytearray(data)
    done = chance.choices(CHANGES, k=chance.choice((1, 1, 1, 2, 4)))
    for change in done:
        change(changed, other, chance)
    return bytes(changed), tuple(change.__name__ for change in done)
