"""What the program and a decoder worker say to each other: length-prefixed messages on a pipe.

A message is <u32 length of head> <u64 length of body> head body, little-endian; the head is JSON.
"""

from __future__ import annotations

import struct
from typing import IO

import msgspec

from labeler.imaging.decoding.recipes import Recipe
from labeler.imaging.decoding.slide_facts import SlideFacts
from labeler.imaging.layout import PixelLayout

_PREFIX = struct.Struct("<IQ")
MAX_HEAD = 1 << 20
MAX_BODY = 1 << 30


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="decode"):
    """Decode the body by the first of `codecs` that can."""

    codecs: tuple[str, ...]
    layout: PixelLayout
    recipe: Recipe | None = None


class Batch(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="batch"):
    """Several requests, answered one after another as each is done; the body holds their bodies,
    as long as `sizes` says. What is decoded goes to `places` of the shared memory, or, where none
    are named, through the pipe."""

    requests: tuple[Request, ...]
    sizes: tuple[int, ...]
    places: tuple[int, ...] = ()


class Describe(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="describe"):
    """Say what OpenSlide finds in the file at `path`; the body is empty."""

    path: bytes


class Reply(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body holds stored values in C order, or nothing: when `failure` is not empty, and where
    a `slide` was to be described; or so many bytes were `placed` in the shared memory."""

    failure: str = ""
    detail: str = ""
    slide: SlideFacts | None = None
    placed: int = 0


def send(
    stream: IO[bytes], head: Request | Batch | Describe | Reply, body: bytes | memoryview
) -> None:
    encoded = msgspec.json.encode(head)
    stream.write(_PREFIX.pack(len(encoded), len(body)))
    stream.write(encoded)
    stream.write(body)
    stream.flush()


def receive(stream: IO[bytes], max_body: int = MAX_BODY) -> tuple[bytes, bytes] | None:
    """Head and body; None at the end of the stream, or where the other side talks nonsense."""
    prefix = _exactly(stream, _PREFIX.size)
    if prefix is None:
        return None
    head_size, body_size = _PREFIX.unpack(prefix)
    if head_size > MAX_HEAD or body_size > max_body:
        return None
    head, body = _exactly(stream, head_size), _exactly(stream, body_size)
    return None if head is None or body is None else (head, body)


def receive_into(stream: IO[bytes], out: memoryview) -> tuple[bytes, int] | None:
    """As `receive`, the body into `out`; the head, and how long the body was."""
    prefix = _exactly(stream, _PREFIX.size)
    if prefix is None:
        return None
    head_size, body_size = _PREFIX.unpack(prefix)
    if head_size > MAX_HEAD or body_size > len(out):
        return None
    head = _exactly(stream, head_size)
    whole = _fill(stream, out[:body_size])
    return (head, body_size) if head is not None and whole else None


def _fill(stream: IO[bytes], out: memoryview) -> bool:
    # A buffered reader asks on until all is there, or the stream ends.
    return not out or stream.readinto(out) == len(out)  # type: ignore[attr-defined]


def _exactly(stream: IO[bytes], count: int) -> bytes | None:
    data = stream.read(count)
    return data if len(data) == count else None
