"""HTTP to one DICOMweb archive: bounded answers, one login, nothing sent anywhere else."""

from __future__ import annotations

import base64
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labeler.errors import LabelerError
from labeler.market.connecting import new_client
from labeler.pacs.archive import Archive, Login
from labeler.pacs.line import LineLost
from labeler.pacs.problems import (
    forbidden,
    login_refused,
    login_wanted,
    no_such_study,
    not_an_archive,
    redirected,
    refused,
    unreachable,
    untrusted_line,
)

if TYPE_CHECKING:
    import httpx2

ANSWER_S = 120.0
"""A list of studies takes no longer than this in all, however slowly it drips."""
MAX_LIST = 64 * 2**20


@dataclass(frozen=True)
class Told:
    """A small answer; `warning` is its header of that name."""

    body: bytes
    warning: str = ""


class WebClient:
    """Asks one archive. `halt` may be called from another thread at any time."""

    def __init__(self, archive: Archive, secret: str) -> None:
        self._archive, self._secret = archive, secret
        self.base = archive.url.rstrip("/")
        self._client: httpx2.Client | None = None
        self._response: httpx2.Response | None = None
        self._halted = False

    def close(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    def halt(self) -> None:
        """Cut the line: whoever waits for bytes gets none."""
        self._halted = True
        stream = self._response.extensions.get("network_stream") if self._response else None
        line = stream.get_extra_info("socket") if stream is not None else None
        if line is not None:
            try:
                line.shutdown(socket.SHUT_RDWR)
            except OSError:  # it is shut already
                return

    def ask(self, path: str, accept: str) -> Told:
        """The whole of a small answer; its body is empty where the archive found nothing."""
        until, body = time.monotonic() + ANSWER_S, bytearray()
        with self.stream(path, accept) as response:
            if response.status_code == 204:
                return Told(b"")
            if "json" not in response.headers.get("content-type", ""):
                raise not_an_archive(self._archive.name)
            try:
                for piece in response.iter_raw():
                    body += piece
                    if len(body) > MAX_LIST:
                        raise not_an_archive(self._archive.name)
                    if time.monotonic() > until:
                        raise unreachable(self._archive.name)
            except LineLost:
                raise unreachable(self._archive.name) from None
        return Told(bytes(body), response.headers.get("warning", ""))

    @contextmanager
    def stream(self, path: str, accept: str) -> Iterator[httpx2.Response]:
        """An answer whose body the caller reads with `iter_raw`; LineLost where it breaks."""
        import httpx2

        begun = False
        try:
            with self._connected().stream(
                "GET", self.base + path, headers=self._headers(accept)
            ) as response:
                self._response = response
                self._check(response)
                begun = True
                yield response
        except httpx2.ConnectError as error:
            if "certificate" in str(error).lower() or "ssl" in str(error).lower():
                raise untrusted_line(self._archive.name) from error
            raise unreachable(self._archive.name) from error
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            if begun and isinstance(error, httpx2.HTTPError):
                raise LineLost from error
            raise _unheard(error, self._archive.name) from error
        finally:
            self._response = None

    def _connected(self) -> httpx2.Client:
        if self._halted:
            raise LineLost
        if self._client is None:
            self._client = new_client(
                self.base, "application/dicom+json", local=self._archive.local
            )
        return self._client

    def _headers(self, accept: str) -> dict[str, str]:
        headers = {"accept": accept}
        if self._archive.login is Login.PASSWORD:
            both = f"{self._archive.user}:{self._secret}".encode()
            headers["authorization"] = f"Basic {base64.b64encode(both).decode('ascii')}"
        elif self._archive.login is Login.TOKEN:
            headers["authorization"] = f"Bearer {self._secret}"
        return headers

    def _check(self, response: httpx2.Response) -> None:
        """Raises what the status says."""
        status, name = response.status_code, self._archive.name
        if status == 401:
            raise login_wanted(name) if self._archive.login is Login.NONE else login_refused(name)
        if status == 403:
            raise forbidden(name)
        if status in (404, 410):
            raise no_such_study(name)
        if 300 <= status < 400:
            raise redirected(name)
        if status >= 500:
            raise refused(name, f"HTTP {status}") if status != 503 else unreachable(name)
        if status not in (200, 204, 206):
            raise refused(name, f"HTTP {status}")
        if response.headers.get("content-encoding", "identity") != "identity":
            raise not_an_archive(name)


def _unheard(error: Exception, archive: str) -> LabelerError:
    import httpx2

    # Bytes that are no HTTP: DICOM's own protocol may live at this port.
    strange = isinstance(error, httpx2.RemoteProtocolError) and "illegal" in str(error).lower()
    no_url = isinstance(error, httpx2.InvalidURL)
    return not_an_archive(archive) if strange or no_url else unreachable(archive)
