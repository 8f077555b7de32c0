"""Blobs into files: resumed where they stopped, checked before they appear."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from labeler.errors import LabelerError
from labeler.market import wire
from labeler.market.problems import (
    download_cut,
    download_mismatch,
    not_a_marketplace,
    refusal,
    unreachable,
)
from labeler.market.sealed import Tick
from labeler.market.transport import Transport, media_type
from labeler.proof.bodies import decode_body

if TYPE_CHECKING:
    import httpx2

MAX_PROBLEM = 64 * 1024


def part_of(path: Path) -> Path:
    """The file that holds what has arrived of `path`."""
    return path.with_name(path.name + ".part")


class Download:
    """One blob on its way into `path`; `part_of(path)` holds what has arrived."""

    def __init__(self, transport: Transport, blob: wire.BlobRef, path: Path, tick: Tick) -> None:
        self._transport = transport
        self._blob = blob
        self._path = path
        self._part = part_of(path)
        self._tick = tick

    def run(self, cuts_allowed: int) -> None:
        """Fetch until whole, going on at once after at most `cuts_allowed` broken connections."""
        cuts = 0
        while self._arrived() < self._blob.size:
            before = self._arrived()
            try:
                self._fetch(before)
            except LabelerError as error:
                if error.code != "marketplace-unreachable":
                    raise
                if self._arrived() == before:
                    raise
            cuts += 1
            if cuts > cuts_allowed and self._arrived() < self._blob.size:
                raise download_cut(self._transport.host)
        self._finish()

    def _arrived(self) -> int:
        return self._part.stat().st_size if self._part.exists() else 0

    def _fetch(self, start: int) -> None:
        headers = {"accept": "application/octet-stream"}
        if start:
            headers["range"] = f"bytes={start}-"
        path = f"/v1/blobs/{self._blob.sha256}"
        with self._transport.stream("GET", path, headers=headers) as response:
            self._check(response, start)
            # An answer without the asked range begins at the first byte again.
            with self._part.open("r+b" if start else "wb") as out:
                out.truncate(start if response.status_code == 206 else 0)
                out.seek(0, os.SEEK_END)
                self._copy(response, out)

    def _check(self, response: httpx2.Response, start: int) -> None:
        host = self._transport.host
        if response.status_code >= 400:
            raise self._refused(response)
        if media_type(response) != "application/octet-stream":
            raise not_a_marketplace(host)
        if response.status_code == 206:
            expected = f"bytes {start}-{self._blob.size - 1}/{self._blob.size}"
            if response.headers.get("content-range") != expected:
                raise not_a_marketplace(host)
        elif response.status_code != 200:
            raise not_a_marketplace(host)

    def _refused(self, response: httpx2.Response) -> Exception:
        host = self._transport.host
        if media_type(response) != "application/problem+json":
            return unreachable(host) if response.status_code >= 500 else not_a_marketplace(host)
        body = bytearray()
        for piece in response.iter_raw():
            body += piece
            if len(body) > MAX_PROBLEM:
                return not_a_marketplace(host)
        try:
            return refusal(decode_body(bytes(body), wire.Problem))
        except ValueError:
            return not_a_marketplace(host)

    def _copy(self, response: httpx2.Response, out: BinaryIO) -> None:
        arrived = out.tell()
        for piece in response.iter_raw():
            arrived += len(piece)
            if arrived > self._blob.size:
                raise self._thrown_away(out)
            out.write(piece)
            self._tick(arrived, self._blob.size)

    def _thrown_away(self, out: BinaryIO) -> LabelerError:
        out.seek(0)
        out.truncate()
        return download_mismatch(self._transport.host)

    def _finish(self) -> None:
        if not self._part.exists():
            self._part.touch()
        with self._part.open("r+b") as part:
            if hashlib.file_digest(part, "sha256").hexdigest() != self._blob.sha256:
                raise self._thrown_away(part)
            os.fsync(part.fileno())
        self._part.replace(self._path)
