"""A process that holds no key and no database, only decodes: requests in, stored values out."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from typing import IO

import msgspec

from labeler.imaging.decoding.open_slides import OpenSlides
from labeler.imaging.decoding.recipes import RegionRecipe
from labeler.imaging.decoding.shared import open_shared
from labeler.imaging.decoding.wire import Batch, Describe, Reply, Request, receive, send


def main(argv: Sequence[str] = ()) -> int:
    """Serve until the input ends. `argv` may hold the most memory to use, in MiB, and then the
    number of the shared memory that this process was given."""
    limit_memory(int(argv[0]) if argv else 0)
    # Native codecs may print: what they say must not land among the replies.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with contextlib.suppress(BrokenPipeError):
        shared = open_shared(int(argv[1])) if len(argv) > 1 else None
        serve(sys.stdin.buffer, out, shared)
    return 0


def limit_memory(mib: int) -> None:
    """Bound the address space where the system can (not on Windows; macOS takes no notice)."""
    if mib <= 0 or sys.platform == "win32":
        return
    import resource

    size = mib << 20
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    if hard != resource.RLIM_INFINITY:
        size = min(size, hard)
    # A system that refuses the bound is left to the time bound.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (size, hard))


def serve(requests: IO[bytes], replies: IO[bytes], shared: memoryview | None = None) -> None:
    slides = OpenSlides()
    while (message := receive(requests)) is not None:
        answers = _answers(*message, slides, shared)
        # Let go of before the next frame comes: else a worker holds two frames at a time.
        del message
        for reply, values in answers:
            send(replies, reply, values)
            del values


def _answers(
    head: bytes, body: bytes, slides: OpenSlides, shared: memoryview | None
) -> Iterator[tuple[Reply, bytes | memoryview]]:
    try:
        asked = msgspec.json.decode(head, type=Request | Batch | Describe)
    except msgspec.MsgspecError as error:
        yield _failed(error)
        return
    if not isinstance(asked, Batch):
        yield _answered(asked, body, slides)
        return
    at, places = 0, asked.places or [None] * len(asked.sizes)
    for request, size, place in zip(asked.requests, asked.sizes, places, strict=True):
        reply, values = _answered(request, body[at : at + size], slides)
        at += size
        if shared is None or place is None or reply.failure:
            yield reply, values
        else:
            shared[place : place + len(values)] = values
            yield Reply(placed=len(values)), b""


def _answered(
    request: Request | Describe, body: bytes, slides: OpenSlides
) -> tuple[Reply, bytes | memoryview]:
    from labeler.imaging.decoding.picture_codecs import CutShortError

    try:
        if isinstance(request, Describe):
            return Reply(slide=slides.describe(request.path)), b""
        return Reply(), _values(request, body, slides)
    except MemoryError:
        return Reply(failure="decoder-bloated"), b""
    except CutShortError as error:
        return Reply(failure="truncated-image", detail=str(error)[:500]), b""
    except Exception as error:  # noqa: BLE001  told to the other side, which raises it
        return _failed(error)


def _failed(error: Exception) -> tuple[Reply, bytes]:
    detail = str(error)[:500] or type(error).__name__
    return Reply(failure="undecodable-image", detail=detail), b""


def _values(request: Request, body: bytes, slides: OpenSlides) -> memoryview:
    from labeler.imaging.decoding.codecs import decode_frame

    recipe = request.recipe
    if isinstance(recipe, RegionRecipe):
        return slides.region(recipe, request.layout).data.cast("B")
    return decode_frame(request.codecs, request.layout, body, recipe).data.cast("B")
