"""Frames that are slow to decode are kept in a form that is fast: they are decoded once.

What is kept comes back authenticated, so it is no stranger's bytes and needs no worker:
docs/adr/0025-kept-frames.md has the figures.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

import msgspec
import numpy as np

from labeler.imaging.decoding.batches import stored_bytes, stored_shape
from labeler.imaging.decoding.recipes import Recipe
from labeler.imaging.decoding.slide_facts import SlideFacts
from labeler.imaging.decoding.stored import stored_type
from labeler.imaging.frame_stores import Data, DecodeError, Decoders, Keep, Piece
from labeler.imaging.layout import PixelLayout
from labeler.imaging.syntaxes import Syntax
from labeler.model.image import Pixels

FORM = 1
"""Part of every name: one more when decoders give other values, or are kept in another form."""
SLOW = frozenset(("jpeg2k", "jpeg-lossless", "jpeg-ls", "jpeg-xl"))
"""Codecs that take over 5 ns a byte; a kept frame takes under 1."""
KEPT_LATER = frozenset(("jpeg-lossless", "jpeg-ls"))
"""Those of them where keeping takes a third as long as decoding. Of others a series that is left
before all of it was read should have kept what it had."""


T = TypeVar("T")


class KeptFrames(Protocol):
    """Where frames are kept by name; safe from any thread. What it gives is what it was given."""

    @property
    def has_any(self) -> bool:
        """Whether it may be worth asking."""
        ...

    def get(self, name: bytes) -> bytes | None: ...
    def put(self, name: bytes, data: bytes) -> None: ...


class KeepingDecoders:
    """Decoders that look for slow frames among those that were kept first."""

    def __init__(self, decoders: Decoders, kept: KeptFrames) -> None:
        self._decoders, self._kept = decoders, kept

    def decode(
        self, syntax: Syntax, layout: PixelLayout, data: bytes, recipe: Recipe | None = None
    ) -> Pixels:
        if recipe is not None or not _is_slow(syntax):
            return self._decoders.decode(syntax, layout, data, recipe)
        out: Pixels = np.empty(stored_shape(layout), stored_type(layout))
        keep = self.decode_into(syntax, layout, data, out)
        if keep is not None:
            keep(lambda: data)
        return out

    def decode_into(
        self, syntax: Syntax, layout: PixelLayout, data: Data, out: Pixels
    ) -> Keep | None:
        """What keeping takes is given back where it would hold up reading."""
        if not _is_slow(syntax):
            return self._decoders.decode_into(syntax, layout, data, out)
        if syntax.codecs[0] in KEPT_LATER and not self._kept.has_any:
            # Nothing is looked for, so that no name is needed yet.
            was = _mark_of(data)
            self._decoders.decode_into(syntax, layout, data, out)
            return lambda read: self._keep_as_read(syntax, layout, read(), was, out)
        name = _name(syntax, layout, data)
        packed = self._kept.get(name)
        if packed is not None and _unpack(packed, layout, out):
            return None
        self._decoders.decode_into(syntax, layout, data, out)
        if syntax.codecs[0] in KEPT_LATER:
            return lambda _read: self._keep(name, out)
        self._keep(name, out)
        return None

    def _keep_as_read(
        self, syntax: Syntax, layout: PixelLayout, data: Data, was: tuple[int, int], out: Pixels
    ) -> None:
        """Unless another file has taken the place of the one that was decoded: values under the
        name of other bytes would be shown for them ever after."""
        if _mark_of(data) == was:
            self._keep(_name(syntax, layout, data), out)

    def _keep(self, name: bytes, values: Pixels) -> None:
        self._kept.put(name, _pack(values))

    def decode_all(
        self, pieces: Sequence[Piece], take: Callable[[int, Pixels], T]
    ) -> list[T | DecodeError]:
        return self._decoders.decode_all(pieces, take)

    def describe(self, path: Path) -> SlideFacts:
        return self._decoders.describe(path)


def _is_slow(syntax: Syntax) -> bool:
    return syntax.codecs[:1] != () and syntax.codecs[0] in SLOW


def _mark_of(data: Data) -> tuple[int, int]:
    """What tells bytes from those that take their place by chance, in a fraction of a digest."""
    return len(data), zlib.crc32(data)


def _name(syntax: Syntax, layout: PixelLayout, data: Data) -> bytes:
    """All that the values follow from: other bytes, or the same read otherwise, never meet."""
    digest = hashlib.sha256(msgspec.msgpack.encode((FORM, syntax.codecs, layout)))
    digest.update(data)
    return digest.digest()


def _pack(values: Pixels) -> bytes:
    import imagecodecs

    typed: Any = values  # its stub knows bytes only, and then not how wide a value is
    coded = imagecodecs.blosc2_encode(
        typed, level=1, compressor="lz4", shuffle="shuffle", numthreads=1
    )
    return bytes(coded)


def _unpack(packed: bytes, layout: PixelLayout, out: Pixels) -> bool:
    """Whether that was such a frame."""
    import imagecodecs

    view = out.data.cast("B")
    try:
        found = imagecodecs.blosc2_decode(packed, numthreads=1, out=view)
    except imagecodecs.Blosc2Error:
        return False
    return len(found) == stored_bytes(layout) == len(view)
