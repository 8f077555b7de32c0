"""Blobs over HTTP: packages out (immutable, in parts), payloads and masks in (if wanted)."""

from __future__ import annotations

import asyncio
import base64
import logging
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from litestar import Response, get, put
from litestar.response import Stream
from sqlalchemy import delete, select

from labeler.errors import LabelerError
from labeler.hub.api import AnyRequest, DigestPart, Hub, refuses
from labeler.hub.blobs import Arrival
from labeler.hub.database import item, wanted_blob
from labeler.hub.intake import MAX_MASK
from labeler.hub.place import Marketplace
from labeler.hub.refusals import Refusal
from labeler.market import wire

OCTETS = "application/octet-stream"
PIECE = 1 << 20
LOG = logging.getLogger(__name__)
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


@dataclass(frozen=True)
class Part:
    """Bytes `start` to before `end` of a blob of `size` bytes."""

    start: int
    end: int
    size: int

    @property
    def is_whole(self) -> bool:
        return self.end - self.start == self.size


def part_of(header: str | None, size: int) -> Part:
    """The part that a Range header asks for; the whole for none, several or another unit.

    Raises Refusal "bad-range" for a part outside the blob (RFC 9110, 14.2).
    """
    match = _RANGE.fullmatch((header or "").replace(" ", ""))
    if match is None or not (match[1] or match[2]):
        return Part(0, size, size)
    if match[1]:
        start = int(match[1])
        end = min(int(match[2]) + 1, size) if match[2] else size
    else:
        start, end = max(size - int(match[2]), 0), size
    if start >= end:
        raise Refusal("bad-range")
    return Part(start, end, size)


@get(
    "/v1/blobs/{digest:str}",
    media_type=OCTETS,
    responses=refuses(404, 416),
)
async def get_blob(hub: Hub, request: AnyRequest, digest: DigestPart) -> Response[Any]:
    """A sealed package, whole or in part. What experts sent is never given out here."""
    if not await asyncio.to_thread(_is_public, hub.market, digest):
        raise Refusal("not-found", "There is no such package.")
    etag = f'"{digest}"'
    headers = _headers(digest, etag)
    if request.headers.get("if-none-match") == etag:
        return Response(content=b"", status_code=304, headers=headers)
    wanted = request.headers.get("range")
    if request.headers.get("if-range", etag) != etag:
        wanted = None
    part = part_of(wanted, hub.market.blobs.size(digest))
    headers["content-length"] = str(part.end - part.start)
    if part.is_whole:
        headers["content-digest"] = headers["repr-digest"]
    else:
        headers["content-range"] = f"bytes {part.start}-{part.end - 1}/{part.size}"
    return Stream(
        _pieces(hub.market.blobs.path(digest), part),
        status_code=200 if part.is_whole else 206,
        media_type=OCTETS,
        headers=headers,
    )


def _is_public(market: Marketplace, digest: str) -> bool:
    with market.database.read() as connection:
        query = select(item.c.package).where(item.c.package == digest).limit(1)
        return connection.execute(query).first() is not None


def _headers(digest: str, etag: str) -> dict[str, str]:
    value = base64.b64encode(bytes.fromhex(digest)).decode()
    return {
        "etag": etag,
        "accept-ranges": "bytes",
        "cache-control": "public, max-age=31536000, immutable",
        "repr-digest": f"sha-256=:{value}:",
    }


async def _pieces(path: Path, part: Part) -> AsyncIterator[bytes]:
    # Opened anew for each piece: a reader that goes away leaves nothing open.
    for offset in range(part.start, part.end, PIECE):
        yield await asyncio.to_thread(_piece, path, offset, min(PIECE, part.end - offset))


def _piece(path: Path, offset: int, length: int) -> bytes:
    with path.open("rb") as file:
        file.seek(offset)
        return file.read(length)


@put(
    "/v1/blobs/{digest:str}",
    status_code=200,
    request_max_body_size=MAX_MASK,
    responses=refuses(403, 413, 422, 503),
)
async def put_blob(hub: Hub, request: AnyRequest, digest: DigestPart) -> wire.BlobAnswer:
    """Store a blob that a valid submission is waiting for."""
    blobs = hub.market.blobs
    if blobs.has(digest):
        async for _ in request.stream():
            pass
        return wire.BlobAnswer(wire.BlobRef(digest, blobs.size(digest)))
    limit = await asyncio.to_thread(_wanted_size, hub.market, digest)
    try:
        return await _arrived(hub, request, digest, limit)
    except LabelerError as error:
        # The expert keeps the case and sends it again; the disk is the operator's to mend.
        LOG.error("a blob was not stored: %s", error)
        raise Refusal("busy") from error


async def _arrived(hub: Hub, request: AnyRequest, digest: str, limit: int) -> wire.BlobAnswer:
    with hub.market.blobs.incoming() as arrival:
        async for piece in request.stream():
            if arrival.size + len(piece) > limit:
                raise Refusal("too-large", f"At most {limit} bytes were announced.")
            await asyncio.to_thread(arrival.write, piece)
        if arrival.digest != digest:
            raise Refusal("blob-mismatch")
        await asyncio.to_thread(_keep, hub.market, arrival, digest)
        return wire.BlobAnswer(wire.BlobRef(digest, arrival.size))


def _wanted_size(market: Marketplace, digest: str) -> int:
    query = select(wanted_blob.c.max_size).where(wanted_blob.c.digest == digest)
    with market.database.read() as connection:
        size: int | None = connection.execute(query).scalar_one_or_none()
    if size is None:
        raise Refusal("blob-not-wanted", "Hand in the submission first; it says what is missing.")
    return size


def _keep(market: Marketplace, arrival: Arrival, digest: str) -> None:
    arrival.keep(digest)
    with market.database.write() as connection:
        connection.execute(delete(wanted_blob).where(wanted_blob.c.digest == digest))
