"""The parser of multipart answers: whole parts out, whatever the pieces; never more than asked."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler.pacs.multipart import (
    MAX_HEADERS,
    Malformed,
    MultipartReader,
    PartBegins,
    PartBytes,
    PartEnds,
    boundary_of,
)

BOUNDARY = b"b0undary"


def answer(parts: list[bytes], *, preamble: bytes = b"", epilogue: bytes = b"") -> bytes:
    body = b"".join(
        b"\r\n--" + BOUNDARY + b"\r\nContent-Type: application/dicom\r\n\r\n" + part
        for part in parts
    )
    return preamble + body + b"\r\n--" + BOUNDARY + b"--" + epilogue


def parsed(pieces: list[bytes]) -> tuple[list[bytes], bool]:
    reader = MultipartReader(BOUNDARY)
    parts: list[bytearray] = []
    whole = 0
    for piece in pieces:
        for event in reader.feed(piece):
            match event:
                case PartBegins():
                    parts.append(bytearray())
                case PartBytes(data):
                    assert data
                    parts[-1] += data
                case PartEnds():
                    whole += 1
    assert whole in (len(parts), len(parts) - 1)
    return [bytes(part) for part in parts[:whole]], reader.ended


def feed_all(reader: MultipartReader, piece: bytes, times: int) -> None:
    for _ in range(times):
        list(reader.feed(piece))


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[a:b] for a, b in pairwise(edges)]


# Bytes that come near to being a delimiter, and any others.
NEAR = st.sampled_from([b"\r", b"\n", b"\r\n", b"--", b"\r\n--b0", b"\r\n--b0undar", b"x", b""])
PART = st.lists(st.one_of(NEAR, st.binary(max_size=40)), max_size=8).map(b"".join)
PLACES = st.lists(st.integers(0, 10_000), max_size=20)


@given(st.lists(PART.filter(lambda p: b"\r\n--" + BOUNDARY not in p), max_size=4), PLACES)
def test_whatever_the_pieces_the_parts_are_the_same(parts: list[bytes], places: list[int]) -> None:
    safe = [part for part in parts if b"\r\n--" + BOUNDARY not in b"\r\n" + part + b"\r\n--"]
    data = answer(safe, preamble=b"passed over", epilogue=b"\r\nand this")
    assert parsed(cut(data, places)) == (safe, True)


@given(st.binary(max_size=300), PLACES)
def test_nonsense_is_refused_or_waited_for(data: bytes, places: list[int]) -> None:
    try:
        parts, ended = parsed(cut(b"\r\n--" + BOUNDARY + data, places))
    except Malformed:
        return
    assert not ended or b"--" + BOUNDARY + b"--" in b"--" + BOUNDARY + data
    assert sum(map(len, parts)) <= len(data)


@given(st.integers(0, 400), PLACES)
def test_what_is_cut_off_does_not_count(end: int, places: list[int]) -> None:
    data = answer([b"first" * 20, b"second" * 20])
    parts, ended = parsed(cut(data[: min(end, len(data) - 1)], places))
    assert not ended or end >= len(data) - 1
    assert parts == [b"first" * 20, b"second" * 20][: len(parts)]


def test_a_part_says_what_it_is() -> None:
    event = next(MultipartReader(BOUNDARY).feed(answer([b"abc"])))
    assert isinstance(event, PartBegins)
    assert (event.media_type, event.headers) == (
        "application/dicom",
        {"content-type": "application/dicom"},
    )


def test_an_empty_part_and_no_part() -> None:
    assert parsed([answer([b"", b"x"])]) == ([b"", b"x"], True)
    assert parsed([b"--" + BOUNDARY + b"--\r\n"]) == ([], True)


def test_headers_without_end_are_not_collected() -> None:
    reader = MultipartReader(BOUNDARY)
    list(reader.feed(b"--" + BOUNDARY + b"\r\n"))
    with pytest.raises(Malformed):
        feed_all(reader, b"Long: header", MAX_HEADERS)


def test_a_preamble_without_end_is_not_read() -> None:
    reader = MultipartReader(BOUNDARY)
    with pytest.raises(Malformed):
        feed_all(reader, bytes(1024), 100)


def test_little_is_held() -> None:
    reader = MultipartReader(BOUNDARY)
    list(reader.feed(b"--" + BOUNDARY + b"\r\n\r\n"))
    for _ in range(64):
        out = sum(len(e.data) for e in reader.feed(bytes(1 << 16)) if isinstance(e, PartBytes))
        assert out >= (1 << 16) - 64
    assert len(reader._held) < 64


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ('multipart/related; type="application/dicom"; boundary=abc', b"abc"),
        ('Multipart/Related;BOUNDARY="a b;c"; type=x', b"a b;c"),
        ("application/dicom+json", None),
        ("multipart/related", None),
        ("multipart/related; boundary=", None),
    ],
)
def test_the_boundary(told: str, expected: bytes | None) -> None:
    if expected is None:
        with pytest.raises(Malformed):
            boundary_of(told)
    else:
        assert boundary_of(told) == expected
        MultipartReader(boundary_of(told))
