"""EIP-712: typed structured data to the bytes that are hashed and signed.

Strict where the usual libraries are lenient: a value has exactly its type and length, and a
struct has exactly its type's fields. Wrong values are errors of the caller (TypeError, ValueError).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from labeler.proof.keccak import keccak256

Fields = Sequence[tuple[str, str]]
"""(name, type) of every field, in order."""

Types = Mapping[str, Fields]
"""Struct types by name."""

_ARRAY = re.compile(r"(.+)\[([1-9][0-9]*)?\]")
_SIZED = re.compile(r"(uint|int|bytes)([1-9][0-9]*)")
_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_WORD = 32


def digest(separator: bytes, struct_hash: bytes) -> bytes:
    """What is signed: keccak256(0x1901 || domainSeparator || hashStruct(message))."""
    if len(separator) != _WORD or len(struct_hash) != _WORD:
        raise ValueError("a separator and a struct hash are 32 bytes each")
    return keccak256(b"\x19\x01" + separator + struct_hash)


def hash_struct(types: Types, name: str, value: Mapping[str, object]) -> bytes:
    """keccak256 of `encode_struct`."""
    return keccak256(encode_struct(types, name, value))


def encode_struct(types: Types, name: str, value: Mapping[str, object]) -> bytes:
    """typeHash || encodeData of the struct type `name`.

    Integers are int, bytesN and address are bytes of that length, arrays are lists or tuples,
    structs are mappings. Raises TypeError or ValueError for anything else.
    """
    fields = types[name]
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} is a mapping of its fields")
    if set(value) != {field for field, _ in fields} or len(value) != len(fields):
        raise ValueError(f"{name} has exactly the fields of its type")
    head = keccak256(encode_type(types, name).encode())
    return head + b"".join(_word(types, kind, value[field]) for field, kind in fields)


def encode_type(types: Types, name: str) -> str:
    """The type's own signature, then those of the types it refers to, sorted by name."""
    others = sorted(_referenced(types, name, set()) - {name})
    return "".join(_signature(types, each) for each in [name, *others])


def _referenced(types: Types, name: str, seen: set[str]) -> set[str]:
    if name in seen:
        return seen
    seen.add(name)
    for _, kind in types[name]:
        base = kind.split("[", 1)[0]
        if base in types:
            _referenced(types, base, seen)
    return seen


def _signature(types: Types, name: str) -> str:
    names = [name, *(field for field, _ in types[name])]
    if len(set(names[1:])) != len(names) - 1 or not all(map(_NAME.fullmatch, names)):
        raise ValueError(f"{name} has a doubled or unusable name")
    return f"{name}({','.join(f'{kind} {field}' for field, kind in types[name])})"


def _word(types: Types, kind: str, value: object) -> bytes:
    """The 32 bytes that stand for one field."""
    array = _ARRAY.fullmatch(kind)
    if array:
        return _array(types, array[1], array[2], value)
    if kind in types:
        if not isinstance(value, Mapping):
            raise TypeError(f"{kind} is a mapping of its fields")
        return hash_struct(types, kind, value)
    simple = _SIMPLE.get(kind)
    if simple:
        return simple(value)
    sized = _SIZED.fullmatch(kind)
    if sized is None:
        raise ValueError(f"there is no type {kind}")
    return _fixed(kind, sized[1], int(sized[2]), value)


def _array(types: Types, kind: str, length: str | None, value: object) -> bytes:
    if not isinstance(value, list | tuple):
        raise TypeError(f"{kind}[] is a list or tuple")
    if length is not None and len(value) != int(length):
        raise ValueError(f"{kind}[{length}] does not have {len(value)} members")
    return keccak256(b"".join(_word(types, kind, member) for member in value))


def _fixed(kind: str, family: str, size: int, value: object) -> bytes:
    if family == "bytes":
        if size > _WORD:
            raise ValueError(f"there is no type {kind}")
        return _bytes(value, size).ljust(_WORD, b"\0")
    if size > 256 or size % 8:
        raise ValueError(f"there is no type {kind}")
    # bool is an int to Python, never to a signed message.
    if type(value) is not int:
        raise TypeError(f"{kind} is an int")
    try:
        value.to_bytes(size // 8, "big", signed=family == "int")
    except OverflowError:
        raise ValueError(f"{value} does not fit {kind}") from None
    return value.to_bytes(_WORD, "big", signed=family == "int")


def _bytes(value: object, size: int) -> bytes:
    if not isinstance(value, bytes):
        raise TypeError(f"bytes are wanted, not {type(value).__name__}")
    if len(value) != size:
        raise ValueError(f"{size} bytes are wanted, not {len(value)}")
    return value


def _address(value: object) -> bytes:
    return _bytes(value, 20).rjust(_WORD, b"\0")


def _blob(value: object) -> bytes:
    if not isinstance(value, bytes):
        raise TypeError(f"bytes are wanted, not {type(value).__name__}")
    return keccak256(value)


def _string(value: object) -> bytes:
    if not isinstance(value, str):
        raise TypeError(f"a str is wanted, not {type(value).__name__}")
    return keccak256(value.encode())


def _bool(value: object) -> bytes:
    if not isinstance(value, bool):
        raise TypeError(f"a bool is wanted, not {type(value).__name__}")
    return int(value).to_bytes(_WORD, "big")


_SIMPLE: Mapping[str, Callable[[object], bytes]] = {
    "address": _address,
    "bytes": _blob,
    "string": _string,
    "bool": _bool,
}
