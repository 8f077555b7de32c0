"""The walk over a DICOM file's elements up to its pixels, where they are as the standard has it."""

from __future__ import annotations

import ctypes
import functools
import struct
from array import array
from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

from labeler.kernels.library import INT, POINTER, SIZE, function

_SHARED, _NESTED, _PIXELS, _OWN, _SELDOM = 0, 1, 2, 16, 64
_FOUND, _BEYOND = 0, 1
_META = 132
"""Where the file meta information begins, behind the preamble and its four letters."""
_WINDOWS = 16
_ROOMS = 1 << 15, 1 << 10, 1 << 11
_LEAST = 8

Read = Callable[[int, int], bytes]
"""Up to so many bytes from an offset on."""


class Walked(NamedTuple):
    """What one file says. Files with equal `shared` say the same but for their own values."""

    shared: bytes
    own: tuple[bytes | None, ...]
    """In the order in which their tags were asked for; None where the file lacks one."""
    seldom: bytes
    """What most files of a series say alike, for `ElementWalk.seldom`; equal where that is."""
    offset: int
    """Where the value of the pixels begins."""
    length: int | None
    """None where a delimiter ends them."""


_STATE = struct.Struct("=10q")
"""What changes on a walk: where the window begins, where it stands, the last tag, the row of the
table, how much was found of shared, own and seldom own bytes, whether VRs are written, where the
pixels begin and how long they are."""
_RECORD = struct.Struct("<BI")
"""Of a seldom own value: which it is, and its length."""


class ElementWalk:
    """Walks one file after another; not for several threads at once."""

    def __init__(
        self,
        shared: Collection[int],
        nested: Collection[int],
        pixels: Collection[int],
        own: Mapping[int, bytes],
        seldom: Mapping[int, bytes],
    ) -> None:
        """The tags of plain values and of sequences that are shared, of the pixels, and of own
        values with the VR that each must have: those that differ, and those that seldom do."""
        kinds = dict.fromkeys(shared, _SHARED) | dict.fromkeys(nested, _NESTED)
        kinds |= dict.fromkeys(pixels, _PIXELS)
        kinds |= {tag: _OWN + slot for slot, tag in enumerate(own)}
        kinds |= {tag: _SELDOM + number for number, tag in enumerate(seldom)}
        rows = sorted(kinds)
        tags, vrs = array("I", rows), {**own, **seldom}
        written = array("H", (int.from_bytes(vrs.get(tag, b""), "little") for tag in rows))
        self._seldom_tags = tuple(seldom)
        self._shared, self._own, self._seldom = (bytearray(room) for room in _ROOMS)
        runs = self._shared, self._own, self._seldom
        self._views = tuple(memoryview(run) for run in runs)
        self._kept = (tags, bytearray(kinds[tag] for tag in rows), written, *runs)
        at = [_address(each) for each in self._kept]
        fixed = struct.pack("=QQQqQQQqqq", *at[:3], len(rows), *at[3:], *_ROOMS)
        self._found = struct.Struct(f"{_STATE.format}{2 * len(own)}i")
        self._begin = len(fixed)
        none = struct.pack(f"={2 * len(own)}i", *(-1,) * (2 * len(own)))
        self._fresh = fixed + _STATE.pack(0, _META, -1, 0, 0, 0, 0, -1, 0, 0) + none
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

    def seldom(self, walked: Walked) -> dict[int, bytes]:
        """By tag, what of the seldom own values the file has."""
        found: dict[int, bytes] = {}
        at = 0
        while at < len(walked.seldom):
            number, length = _RECORD.unpack_from(walked.seldom, at)
            at += _RECORD.size + length
            found[self._seldom_tags[number]] = walked.seldom[at - length : at]
        return found

    def _walked(self) -> Walked:
        found = self._found.unpack_from(self._state, self._begin)
        _, _, _, _, shared, own, seldom, _, offset, length, *spans = found
        in_shared, in_own, in_seldom = self._views
        values, ends = in_own[:own].tobytes(), iter(spans)
        return Walked(
            in_shared[:shared].tobytes(),
            tuple([values[start:end] if start >= 0 else None for start, end in zip(ends, ends)]),  # noqa: B905  pairs of one run
            in_seldom[:seldom].tobytes(),
            offset,
            length if length >= 0 else None,
        )


def _address(kept: bytearray | array[int]) -> int:
    """Where it lies for as long as it lives: nothing here changes a length."""
    return ctypes.addressof(ctypes.c_char.from_buffer(kept))


@functools.cache
def _kernel() -> Callable[..., Any]:
    return function("labeler_walk_elements", POINTER, SIZE, POINTER, gives=INT)
