"""Depth is measured before decoding, whatever the recursion limit was raised to."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from labeler.market import wire
from labeler.proof.bodies import MAX_DEPTH, check_depth, decode_body


@pytest.fixture
def raised_limit() -> Iterator[None]:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(1_000_000)
    yield
    sys.setrecursionlimit(before)


DEEP = {
    "lists": b"[" * 100_000,
    "closed lists": b"[" * 100_000 + b"]" * 100_000,
    "maps": b'{"a":' * 100_000,
    "an unknown member": b'{"type":"x","title":"x","status":400,"more":' + b"[" * 100_000,
    "a string left open": b'["' + b"\\" * 100_001,
}


@pytest.mark.usefixtures("raised_limit")
@pytest.mark.parametrize("data", DEEP.values(), ids=DEEP.keys())
def test_depth_is_bounded(data: bytes) -> None:
    with pytest.raises(ValueError, match="deep"):
        decode_body(data, wire.Problem)


@pytest.mark.parametrize(
    "data",
    [
        b"[" * MAX_DEPTH + b"]" * MAX_DEPTH,
        b'["' + b"[" * 1000 + b'"]',
        b'["\\"' + b"[" * 1000 + b'"]',
        b"[]" * 1,
        b"{}",
        b"1",
    ],
)
def test_what_is_shallow_passes(data: bytes) -> None:
    check_depth(data)
