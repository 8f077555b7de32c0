"""Many pieces to several decoder workers at a time: each works on while another is listened to."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Protocol

import numpy as np

from labeler.imaging.decoding.recipes import SegmentRecipe
from labeler.imaging.decoding.stored import stored_type
from labeler.imaging.decoding.wire import Batch, Reply, Request
from labeler.imaging.frame_stores import DecodeError, Piece
from labeler.imaging.layout import PixelLayout
from labeler.model.image import Pixels

_MOST_PIECES = 32
_MOST_TABLES = 1 << 18
"""What the heads of one batch may hold: they have a bound of their own on the wire."""

_ALIGNED = 64

Found = dict[int, Pixels | DecodeError]


class Asked(Protocol):
    """A worker that answers a batch piece by piece."""

    def ask_all(
        self, batch: Batch, data: bytes, outs: Sequence[memoryview]
    ) -> Iterator[tuple[Reply, int]]: ...


def stored_shape(layout: PixelLayout) -> tuple[int, ...]:
    """Of the values that a piece of that layout is decoded to."""
    shape = layout.rows, layout.columns
    return (*shape, layout.samples) if layout.samples > 1 else shape


@lru_cache(maxsize=64)
def stored_bytes(layout: PixelLayout) -> int:
    """How many bytes they take."""
    return math.prod(stored_shape(layout)) * stored_type(layout).itemsize


def as_values(body: bytes, layout: PixelLayout) -> Pixels:
    """What came back from a worker; raises DecodeError where it is not what was asked for."""
    size = stored_bytes(layout)
    if len(body) != size:
        raise DecodeError("undecodable-image", f"{len(body)} of {size} bytes came back")
    return np.frombuffer(body, stored_type(layout)).reshape(stored_shape(layout))


def decode_round(
    workers: Sequence[Asked], pieces: Sequence[Piece], left: Sequence[int], found: Found
) -> list[int]:
    """Decode what of `left` fits into one batch a worker; gives what is still to do.

    At least one piece is found. What a worker had before it when it ended is asked again.
    """
    parts, rest = [], list(left)
    for n in range(len(workers)):
        # Every n-th piece: the first ones asked for are then the first ones done.
        parts.append(_batch(pieces, rest[:: len(workers) - n]))
        taken = set(parts[-1])
        rest = [at for at in rest if at not in taken]
    room = _room([pieces[at].layout for part in parts for at in part])
    turns = []
    for worker, part in zip(workers, parts, strict=True):
        if part:
            outs = [next(room) for _ in part]
            turns.append((part, outs, _asked(worker, pieces, part, outs)))
    turns = [turn for turn in turns if _started(turn[0], turn[2], found)]
    while turns:
        turns = [turn for turn in turns if _heard(*turn, found)]
    return [at for at in left if at not in found]


def _room(layouts: Sequence[PixelLayout]) -> Iterator[Pixels]:
    """An array for each, all in one block: memory that is asked for piece by piece is given back
    and asked for again, which takes longer than filling it."""
    sizes = [-(-stored_bytes(layout) // _ALIGNED) * _ALIGNED for layout in layouts]
    block, at = np.empty(sum(sizes), np.uint8), 0
    for layout, size in zip(layouts, sizes, strict=True):
        mine = block[at : at + stored_bytes(layout)]
        yield mine.view(stored_type(layout)).reshape(stored_shape(layout))
        at += size


def _batch(pieces: Sequence[Piece], wanted: Sequence[int]) -> list[int]:
    """As many of the first as go into one batch; at least one."""
    tables, part = 0, list(wanted[:1])
    for at in wanted[1:_MOST_PIECES]:
        recipe = pieces[at].recipe
        if isinstance(recipe, SegmentRecipe):
            tables += len(recipe.tables) + len(recipe.palette)
        if tables > _MOST_TABLES:
            break
        part.append(at)
    return part


def _asked(
    worker: Asked, pieces: Sequence[Piece], part: Sequence[int], outs: Sequence[Pixels]
) -> Iterator[tuple[Reply, int]]:
    mine = [pieces[at] for at in part]
    requests = tuple(Request(each.syntax.codecs, each.layout, each.recipe) for each in mine)
    batch = Batch(requests, tuple(len(each.data) for each in mine))
    data = b"".join(each.data for each in mine)
    return worker.ask_all(batch, data, [out.data.cast("B") for out in outs])


def _started(part: list[int], answers: Iterator[tuple[Reply, int]], found: Found) -> bool:
    try:
        next(answers)
    except DecodeError as error:
        found[part[0]] = error
        return False
    return True


def _heard(
    part: list[int], outs: list[Pixels], answers: Iterator[tuple[Reply, int]], found: Found
) -> bool:
    """Take one answer; whether there may be more. Of a worker that ends, the piece before it has
    failed; those behind have not been looked at."""
    try:
        answer = next(answers, None)
    except DecodeError as error:
        found[part[0]] = error
        return False
    if answer is None:
        return False
    reply, count = answer
    at, out = part.pop(0), outs.pop(0)
    if reply.failure:
        found[at] = DecodeError(reply.failure, reply.detail)
    elif count != out.nbytes:
        found[at] = DecodeError("undecodable-image", f"{count} of {out.nbytes} bytes came back")
    else:
        found[at] = out
    return True
