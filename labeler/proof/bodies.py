"""JSON bodies from strangers: bounded in depth before anything recursive reads them."""

from __future__ import annotations

import re
from typing import TypeVar

import msgspec

T = TypeVar("T")

MAX_DEPTH = 32

# A string ends at its quote or at the end of the data, so that a scan is linear on any input.
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_NOT_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
_ONE_KIND = bytes.maketrans(b"{}", b"[]")


def check_depth(data: bytes) -> None:
    """Raises ValueError for more than 32 levels or unmatched brackets.

    The decoder's own guard counts Python's recursion limit, which libraries raise far beyond what
    a thread's stack holds: there deep nesting ends the process.
    """
    if nested_too_deeply(without_strings(data)):
        raise ValueError("nested too deeply")


def without_strings(data: bytes) -> bytes:
    """JSON with its strings cut out: what is left are numbers, words and brackets."""
    return _STRING.sub(b"", data)


def nested_too_deeply(bare: bytes) -> bool:
    """Whether JSON without its strings has over 32 levels, or brackets that do not match."""
    brackets = bare.translate(_ONE_KIND, delete=_NOT_BRACKETS)
    for _ in range(MAX_DEPTH):
        brackets = brackets.replace(b"[]", b"")
    return bool(brackets)


def decode_body(data: bytes, kind: type[T]) -> T:
    """The value of `kind` that `data` spells. Raises ValueError for anything else."""
    check_depth(data)
    # msgspec's own errors are ValueErrors.
    return msgspec.json.decode(data, type=kind)
