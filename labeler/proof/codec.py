"""One spelling for every document: RFC 8785 for integers, strings, booleans, null, lists and maps.

Sorted msgspec output equals RFC 8785 for this subset: no floats, integers within 2^53 - 1, and
ASCII keys. What is outside the subset is refused, never rounded or respelled.
"""

from __future__ import annotations

import hashlib
import math
import re
from typing import NoReturn, TypeVar

import msgspec

from labeler.errors import LabelerError
from labeler.proof.bodies import nested_too_deeply, without_strings

T = TypeVar("T")

MAX_BYTES = 16 * 2**20
MAX_INTEGER = 2**53 - 1

_KEY = re.compile(rb'("[^"\\]*+(?:\\.[^"\\]*+)*+"?)(:?)', re.DOTALL)
_LONG_INTEGER = re.compile(rb"[0-9]{16,}")
_ONE_DIGIT = bytes.maketrans(b"123456789", b"000000000")


def encode(value: object) -> bytes:
    """The canonical bytes of `value`. Raises LabelerError "not-canonical" outside the subset."""
    try:
        data = msgspec.json.encode(value, order="sorted")
    except (TypeError, ValueError, RecursionError, msgspec.MsgspecError):
        _refuse("This value cannot be written as a document.")
    if b"null" in data:
        _refuse_infinite(msgspec.to_builtins(value))
    _check_subset(data)
    return data


def decode(data: bytes, kind: type[T], *, max_bytes: int = MAX_BYTES) -> T:
    """The value of `kind` whose canonical bytes are `data`.

    Size, depth and the subset are checked before anything is built; then the value must encode to
    the same bytes, so doubled keys, unknown or left-out fields and other spellings all fail.
    Raises LabelerError "not-canonical".
    """
    if len(data) > max_bytes:
        _refuse(
            "This data is {size} bytes long; at most {limit} are allowed.", len(data), max_bytes
        )
    _check_subset(data)
    try:
        value = msgspec.json.decode(data, type=kind)
        again = msgspec.json.encode(value, order="sorted")
    except (ValueError, RecursionError, msgspec.MsgspecError):
        _refuse("This data is not the document it should be.")
    if again != data:
        _refuse("This data is not in its one canonical spelling.")
    return value


def digest(data: bytes) -> str:
    """SHA-256 as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def _check_subset(data: bytes) -> None:
    bare = without_strings(data)
    _check_depth(bare)
    if _has_float(bare):
        _refuse("This data holds a number with a fraction or exponent.")
    if _has_huge_integer(bare):
        _refuse("This data holds a whole number beyond 2^53 - 1.")
    if not data.isascii() and _has_foreign_key(data):
        _refuse("This data holds a key that is not ASCII.")


def _check_depth(bare: bytes) -> None:
    if nested_too_deeply(bare):
        _refuse("This data is nested too deeply or has unmatched brackets.")


def _has_float(bare: bytes) -> bool:
    # Outside strings an "e" is one of true or false, or an exponent. Counting is far faster than
    # a regular expression, and every document passes here.
    words = bare.count(b"true") + bare.count(b"false")
    return b"." in bare or b"E" in bare or bare.count(b"e") != words


def _has_huge_integer(bare: bytes) -> bool:
    if b"0" * 16 not in bare.translate(_ONE_DIGIT):
        return False
    return any(int(run[:17]) > MAX_INTEGER for run in _LONG_INTEGER.findall(bare))


def _has_foreign_key(data: bytes) -> bool:
    return any(colon and not text.isascii() for text, colon in _KEY.findall(data))


def _refuse_infinite(value: object) -> None:
    # msgspec writes NaN and infinity as null, which no check of the bytes could find.
    if isinstance(value, float) and not math.isfinite(value):
        _refuse("This data holds a number with a fraction or exponent.")
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for part in value:
            _refuse_infinite(part)


def _refuse(happened: str, size: int = 0, limit: int = 0) -> NoReturn:
    raise LabelerError(
        "not-canonical",
        happened,
        safe="Nothing was stored or changed.",
        do="Ask for it again; if it comes back the same, do not trust its source.",
        size=size,
        limit=limit,
    ) from None
