"""The walk over elements, held against a slow one, and kept inside the bytes it is given."""

from __future__ import annotations

import ctypes
import mmap
import random
import struct
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.kernels import elements as elements_module
from labeler.kernels.elements import ElementWalk, Walked

SHARED = {0x00020010: b"UI", 0x00080060: b"CS", 0x00280010: b"US"}
OWN, SELDOM = {0x00080018: b"UI"}, {0x00200013: b"IS", 0x00281050: b"DS"}
NESTED, PIXELS = (0x00082112, 0x00540016), (0x7FE00010,)
UNDEFINED = 0xFFFFFFFF
LONG = {b"OB", b"OW", b"SQ", b"UN"}
Element = tuple[int, bytes, bytes, int]
"""Tag, VR, value as it is written, and the length that is said."""


def walker() -> ElementWalk:
    return ElementWalk(SHARED, NESTED, PIXELS, OWN, SELDOM)


def written(tag: int, vr: bytes, value: bytes, length: int, *, explicit: bool = True) -> bytes:
    head = struct.pack("<HH", tag >> 16, tag & 0xFFFF)
    if not explicit or not vr:
        return head + struct.pack("<I", length) + value
    if vr in LONG:
        return head + vr + b"\0\0" + struct.pack("<I", length) + value
    return head + vr + struct.pack("<H", length) + value


def a_file(elements: list[Element], *, explicit: bool = True) -> bytes:
    meta = written(0x00020010, b"UI", b"1.2\0", 4)
    body = b"".join(written(*one, explicit=explicit) for one in elements)
    return bytes(128) + b"DICM" + meta + body


def slow(elements: list[Element], *, explicit: bool = True) -> Walked:
    """What the walk must say of a sound file."""
    shared = struct.pack("<I2sI", 0x00020010, b"UI", 4) + b"1.2\0" + bytes([explicit])
    own: dict[int, bytes] = {}
    seldom = b""
    for tag, vr, value, length in elements:
        kind = vr if explicit else b"\0\0"
        if tag in OWN:
            own[tag] = value
            shared += struct.pack("<I2s", tag, kind)
        elif tag in SELDOM:
            seldom += struct.pack("<BI", list(SELDOM).index(tag), length) + value
            shared += struct.pack("<I2s", tag, kind)
        elif tag in PIXELS:
            shared += struct.pack("<I2sI", tag, kind, length)
        elif tag in SHARED or tag in NESTED:
            shared += struct.pack("<I2sI", tag, kind, length) + value
    data = a_file(elements, explicit=explicit)
    pixels = elements[-1]
    offset = len(data) - len(pixels[2])
    length = None if pixels[3] == UNDEFINED else pixels[3]
    return Walked(shared, tuple(own.get(tag) for tag in OWN), seldom, offset, length)


def item(content: bytes, *, told: bool) -> bytes:
    if told:
        return written(0xFFFEE000, b"", content, len(content))
    return written(0xFFFEE000, b"", content, UNDEFINED) + written(0xFFFEE00D, b"", b"", 0)


@st.composite
def sequences(draw: st.DrawFn, tag: int, *, explicit: bool) -> Element:
    inside = [
        written(0x00080100, b"CS", draw(st.sampled_from([b"AB", b"ABCD"])), 2, explicit=explicit)
        for _ in range(0)
    ]
    for value in draw(st.lists(st.sampled_from([b"", b"AB", b"ABCDEF"]), max_size=3)):
        content = written(0x00080100, b"CS", value, len(value), explicit=explicit)
        inside.append(item(content, told=draw(st.booleans())))
    body = b"".join(inside)
    if draw(st.booleans()):
        return tag, b"SQ", body, len(body)
    return tag, b"SQ", body + written(0xFFFEE0DD, b"", b"", 0), UNDEFINED


@st.composite
def sound(draw: st.DrawFn) -> tuple[list[Element], bool]:
    explicit = draw(st.booleans())
    found: list[Element] = []
    for tag, vr in (
        *((0x00080016, b"UI"), (0x00080018, b"UI"), (0x00080060, b"CS"), (0x00081030, b"LO")),
        *((0x00082112, b"SQ"), (0x00090010, b"UN"), (0x00091010, b"SQ"), (0x00200013, b"IS")),
        *((0x00280010, b"US"), (0x00281050, b"DS"), (0x00290010, b"OB"), (0x00540016, b"SQ")),
    ):
        if not draw(st.booleans()):
            continue
        if vr == b"SQ":
            found.append(draw(sequences(tag, explicit=explicit)))
        else:
            value = draw(st.binary(max_size=20))
            value += b" " * (len(value) % 2)
            found.append((tag, vr, value, len(value)))
    pixels = draw(st.binary(max_size=8))
    length = draw(st.sampled_from([len(pixels), 524288, UNDEFINED]))
    return [*found, (0x7FE00010, b"OW", pixels, length)], explicit


def reader(data: bytes) -> elements_module.Read:
    return lambda offset, length: data[offset : offset + length]


@settings(max_examples=300, deadline=None)
@given(sound())
def test_a_sound_file_is_walked_as_a_slow_walk_does(made: tuple[list[Element], bool]) -> None:
    elements, explicit = made
    data = a_file(elements, explicit=explicit)
    walk = walker()
    found = walk.walk(data, reader(data))
    assert found == slow(elements, explicit=explicit)
    seldom = {tag: value for tag, _, value, _ in elements if tag in SELDOM}
    assert walk.seldom(found) == seldom


@settings(max_examples=150, deadline=None)
@given(sound(), st.integers(256, 700))
def test_windows_of_any_size_lead_to_the_same(made: tuple[list[Element], bool], size: int) -> None:
    elements, explicit = made
    data = a_file(elements, explicit=explicit)
    found = walker().walk(data[:size], reader(data))
    assert found in (None, slow(elements, explicit=explicit))


def test_bulk_beyond_a_window_is_not_read() -> None:
    asked: list[int] = []
    elements: list[Element] = [
        (0x00080018, b"UI", b"1.2.3\0", 6),
        (0x00290010, b"OB", bytes(1 << 20), 1 << 20),
        (0x00540016, b"SQ", written(0xFFFEE0DD, b"", b"", 0), UNDEFINED),
        (0x7FE00010, b"OW", b"", 4),
    ]
    data = a_file(elements)

    def read(offset: int, length: int) -> bytes:
        asked.append(offset)
        return data[offset : offset + length]

    assert walker().walk(data[:1024], read) == slow(elements)
    assert len(asked) == 1


@pytest.mark.parametrize(
    "elements",
    [
        [(0x00080060, b"CS", b"CT", 2), (0x00080018, b"UI", b"1.2\0", 4)],
        [(0x00080060, b"XX", b"CT", 2)],
        [(0x00080018, b"LO", b"1.2\0", 4)],
        [(0x00080060, b"CS", b"", 0), (0x00090010, b"XX", b"", 0)],
        [(0x00090010, b"UN", b"", UNDEFINED)],
        [(0x00082112, b"UN", b"", 0)],
        [(0x00082112, b"SQ", b"ABCDEFGH", 8)],
        [(0x00082112, b"SQ", item(b"ABC", told=True), 11)],
        [(0x00290010, b"OB", b"", 0xFFFFFFF0)],
        [(0x00080060, b"UN", b"", 1 << 24)],
        [(0xFFFEE00D, b"", b"", 0)],
    ],
)
def test_anything_unusual_is_left_to_the_patient_reader(elements: list[Element]) -> None:
    data = a_file([*elements, (0x7FE00010, b"OW", b"", 4)])
    assert walker().walk(data, reader(data)) is None


@pytest.mark.parametrize("size", [0, 1, 100, 131, 132, 139, 150])
def test_a_file_that_ends_early_is_left_to_the_patient_reader(size: int) -> None:
    data = a_file([(0x00080018, b"UI", b"1.2.3\0", 6), (0x7FE00010, b"OW", b"", 4)])[:size]
    assert walker().walk(data, reader(data)) is None


def test_sequences_in_sequences_end_somewhere() -> None:
    inside = b""
    for _ in range(5000):
        inside = written(0x00082112, b"SQ", item(inside, told=True), len(inside) + 8)
    data = a_file([(0x00540016, b"SQ", item(inside, told=True), len(inside) + 8)])
    assert walker().walk(data, reader(data)) is None


@pytest.fixture
def cliff() -> Iterator[mmap.mmap]:
    """Memory whose second half may not be touched: who reads beyond the first is killed."""
    if sys.platform != "linux":
        pytest.skip("guard pages are made the way Linux makes them")
    memory = mmap.mmap(-1, 1 << 17)
    start = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    protect = ctypes.CDLL(None, use_errno=True).mprotect
    protect.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    assert protect(start + (1 << 16), 1 << 16, 0) == 0
    yield memory
    assert protect(start + (1 << 16), 1 << 16, mmap.PROT_READ | mmap.PROT_WRITE) == 0


def test_no_bytes_make_it_read_past_their_end(cliff: mmap.mmap) -> None:
    chance = random.Random(7)
    walk, kernel = walker(), elements_module._kernel()
    start = ctypes.addressof(ctypes.c_char.from_buffer(cliff))
    bodies = [
        a_file(
            [
                (0x00080018, b"UI", b"1.2.3\0", 6),
                (0x00082112, b"SQ", item(b"", told=False) * 2, 32),
                (0x00090010, b"SQ", item(b"", told=True) * 2, UNDEFINED),
                (0x00280010, b"US", b"\0\2", 2),
                (0x7FE00010, b"OW", b"abcd", 4),
            ],
            explicit=explicit,
        )
        for explicit in (True, False)
    ]
    for _ in range(4000):
        data = bytearray(chance.choice(bodies))
        for _ in range(chance.randrange(4)):
            data[chance.randrange(128, len(data))] = chance.choice((0, 1, 0xFE, 0xFF, 0x53, 0x51))
        whole = bytes(data[: chance.randrange(132, len(data) + 1)])
        end = (1 << 16) - len(whole)
        cliff[end : 1 << 16] = whole
        walk._state[:] = walk._fresh
        assert kernel(start + end, len(whole), walk._state_at) in (0, 1, 2)
