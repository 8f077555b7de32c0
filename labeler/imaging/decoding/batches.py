"""Many pieces to several decoder workers at a time: each works on while another is listened to."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Protocol, TypeVar

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

T = TypeVar("T")


class Asked(Protocol):
    """A worker that answers a batch piece by piece."""

    def ask_all(
        self, batch: Batch, data: bytes, sizes: Sequence[int]
    ) -> Iterator[tuple[Reply, memoryview]]: ...


def stored_shape(layout: PixelLayout) -> tuple[int, ...]:
    """Of the values that a piece of that layout is decoded to."""
    shape = layout.rows, layout.columns
    return (*shape, layout.samples) if layout.samples > 1 else shape


@lru_cache(maxsize=64)
def stored_bytes(layout: PixelLayout) -> int:
    """How many bytes they take."""
    return math.prod(stored_shape(layout)) * stored_type(layout).itemsize


def as_values(body: bytes | memoryview, layout: PixelLayout) -> Pixels:
    """What came back from a worker; raises DecodeError where it is not what was asked for."""
    size = stored_bytes(layout)
    if len(body) != size:
        raise DecodeError("undecodable-image", f"{len(body)} of {size} bytes came back")
    return np.frombuffer(body, stored_type(layout)).reshape(stored_shape(layout))


def decode_round(
    workers: Sequence[Asked],
    pieces: Sequence[Piece],
    left: Sequence[int],
    found: dict[int, T | DecodeError],
    take: Callable[[int, Pixels], T],
) -> list[int]:
    """Decode what of `left` fits into one batch a worker; gives what is still to do.

    At least one piece is found. What a worker had before it when it ended is asked again.
    """
    rest, turns = list(left), []
    for n in range(len(workers)):
        # Every n-th piece: the first ones asked for are then the first ones done.
        part = _batch(pieces, rest[:: len(workers) - n])
        taken = set(part)
        rest = [at for at in rest if at not in taken]
        if part:
            answers = _asked(workers[n], pieces, part)
            if _started(part, answers, found):
                turns.append((part, answers))
    while turns:
        turns = [turn for turn in turns if _heard(*turn, pieces, found, take)]
    return [at for at in left if at not in found]


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
    worker: Asked, pieces: Sequence[Piece], part: Sequence[int]
) -> Iterator[tuple[Reply, memoryview]]:
    mine = [pieces[at] for at in part]
    requests = tuple(Request(each.syntax.codecs, each.layout, each.recipe) for each in mine)
    batch = Batch(requests, tuple(len(each.data) for each in mine))
    data = b"".join(each.data for each in mine)
    return worker.ask_all(batch, data, [stored_bytes(each.layout) for each in mine])


def _started(
    part: list[int],
    answers: Iterator[tuple[Reply, memoryview]],
    found: dict[int, T | DecodeError],
) -> bool:
    try:
        next(answers)
    except DecodeError as error:
        found[part[0]] = error
        return False
    return True


def _heard(
    part: list[int],
    answers: Iterator[tuple[Reply, memoryview]],
    pieces: Sequence[Piece],
    found: dict[int, T | DecodeError],
    take: Callable[[int, Pixels], T],
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
    reply, body = answer
    at = part.pop(0)
    if reply.failure:
        found[at] = DecodeError(reply.failure, reply.detail)
        return True
    try:
        values = as_values(body, pieces[at].layout)
    except DecodeError as error:
        found[at] = error
    else:
        found[at] = take(at, values)
    return True
