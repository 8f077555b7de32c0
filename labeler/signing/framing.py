"""Length-prefixed frames over a pipe."""

from __future__ import annotations

from typing import BinaryIO

from labeler.model.document import MOST_BYTES

MAX_FRAME_BYTES = 2 * MOST_BYTES
"""The largest document in base64, and beside it what it was made for."""
_PREFIX = 4


class PipeBroken(Exception):  # noqa: N818  the other side's end, told in words by the client
    """The stream ended inside a frame, or announced one that is too long."""


def write_frame(stream: BinaryIO, data: bytes) -> None:
    """Four bytes of big-endian length, then `data`."""
    if len(data) > MAX_FRAME_BYTES:
        raise PipeBroken
    stream.write(len(data).to_bytes(_PREFIX) + data)
    stream.flush()


def read_frame(stream: BinaryIO) -> bytes | None:
    """The next frame; None where the stream ends between two frames."""
    prefix = _read_whole(stream, _PREFIX)
    if not prefix:
        return None
    length = int.from_bytes(prefix)
    if len(prefix) < _PREFIX or length > MAX_FRAME_BYTES:
        raise PipeBroken
    data = _read_whole(stream, length)
    if len(data) < length:
        raise PipeBroken
    return data


def _read_whole(stream: BinaryIO, length: int) -> bytes:
    parts: list[bytes] = []
    missing = length
    while missing and (part := stream.read(missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)
