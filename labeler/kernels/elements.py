"""The walk over a DICOM file's elements up to its pixels, where they are as the standard has it."""

from __future__ import annotations

import ctypes
import functools
import struct
from array import array
from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

from labeler.kernels.library import INT, POINTER, SIZE, function

_SHARED, _NESTED, _PIXELS, _OWN = 0, 1, 2, 16
_FOUND, _BEYOND = 0, 1
_META = 132
"""Where the file meta information begins, behind the preamble and its four letters."""
_WINDOWS = 16
_SHARED_ROOM, _OWN_ROOM = 1 << 15, 1 << 11
_LEAST = 8

Read = Callable[[int, int], bytes]
"""Up to so many bytes from an offset on."""


class Walked(NamedTuple):
    """What one file says. Files with equal `shared` say the same but for their `own` values."""

    shared: bytes
    own: tuple[bytes | None, ...]
    """In the order in which their tags were asked for; None where the file lacks one."""
    offset: int
    """Where the value of the pixels begins."""
    length: int | None
    """None where a delimiter ends them."""


_STATE = struct.Struct("=9q")
"""What changes on a walk: where the window begins, where it stands, the last tag, the row of the
table, how much was found of shared and own bytes, whether VRs are written, where the pixels are."""


class ElementWalk:
    """Walks one file after another; not for several threads at once."""

    def __init__(
        self,
        shared: Collection[int],
        nested: Collection[int],
        pixels: Collection[int],
        own: Mapping[int, bytes],
    ) -> None:
        """The tags of plain values and of sequences that are shared, of the pixels, and of own
        values with the VR that each must have."""
        kinds = dict.fromkeys(shared, _SHARED) | dict.fromkeys(nested, _NESTED)
        kinds |= dict.fromkeys(pixels, _PIXELS)
        kinds |= {tag: _OWN + slot for slot, tag in enumerate(own)}
        rows = sorted(kinds)
        tags = array("I", rows)
        vrs = array("H", (int.from_bytes(own.get(tag, b""), "little") for tag in rows))
        self._shared, self._own = bytearray(_SHARED_ROOM), bytearray(_OWN_ROOM)
        self._shared_bytes, self._own_bytes = memoryview(self._shared), memoryview(self._own)
        self._kept = (tags, bytearray(kinds[tag] for tag in rows), vrs, self._shared, self._own)
        at = [_address(each) for each in self._kept]
        fixed = struct.pack("=QQQqQQqq", *at[:3], len(rows), *at[3:], _SHARED_ROOM, _OWN_ROOM)
        self._found = struct.Struct(f"{_STATE.format}{2 * len(own)}i")
        self._begin = len(fixed)
        none = struct.pack(f"={2 * len(own)}i", *(-1,) * (2 * len(own)))
        self._fresh = fixed + _STATE.pack(0, _META, -1, 0, 0, 0, -1, 0, 0) + none
        self._state = bytearray(self._fresh)
        self._state_at = _address(self._state)

    def walk(self, head: bytes, read: Read) -> Walked | None:
        """`head` are the file's first bytes; more are read, as many at once, where the pixels lie
        further back. None where the file is not one for this walk. Raises what `read` raises."""
        if head[_META - 4 : _META] != b"DICM":
            return None
        self._state[:] = self._fresh
        window, kernel = head, _kernel()
        for _ in range(_WINDOWS):
            told = kernel(window, len(window), self._state_at)
            if told != _BEYOND:
                return self._walked() if told == _FOUND else None
            _, at = _STATE.unpack_from(self._state, self._begin)[:2]
            window = read(at, len(head))
            if len(window) < _LEAST:
                return None
            struct.pack_into("=q", self._state, self._begin, at)
        return None

    def _walked(self) -> Walked:
        found = self._found.unpack_from(self._state, self._begin)
        shared, own, _, offset, length = found[4:9]
        values = self._own_bytes[:own].tobytes()
        spans = zip(found[9::2], found[10::2], strict=True)
        return Walked(
            self._shared_bytes[:shared].tobytes(),
            tuple([None if start < 0 else values[start:end] for start, end in spans]),
            offset,
            None if length < 0 else length,
        )


def _address(kept: bytearray | array[int]) -> int:
    """Where it lies for as long as it lives: nothing here changes a length."""
    return ctypes.addressof(ctypes.c_char.from_buffer(kept))


@functools.cache
def _kernel() -> Callable[..., Any]:
    return function("labeler_walk_elements", POINTER, SIZE, POINTER, gives=INT)
