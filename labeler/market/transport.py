"""HTTP with bounds: bounded time, bounded answers, no redirects, no compressed surprises."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from labeler.market.connecting import new_client
from labeler.market.problems import bad_address, not_a_marketplace, redirects, unreachable

if TYPE_CHECKING:
    import httpx2

ACCEPTED = "application/json, application/problem+json, application/octet-stream"
ANSWER_S = 120.0
"""One small answer takes no longer than this in all, however slowly it drips."""
SLOWEST = 16 * 1024
"""Bytes a second of the slowest line that a large document is still sent over."""


@dataclass(frozen=True)
class Answer:
    """A whole response: status, bare media type, body."""

    status: int
    media_type: str
    body: bytes


class Transport:
    """One marketplace's address; connections are opened when first needed and kept.

    `base_url` is https, or http on this computer alone. `clock` gives monotonic seconds.
    Raises LabelerError "bad-address", "marketplace-unreachable", "marketplace-redirects" or
    "not-a-marketplace".
    """

    def __init__(self, base_url: str, clock: Callable[[], float]) -> None:
        if not is_usable(base_url):
            raise bad_address()
        parts = urlsplit(base_url)
        self.base_url = base_url.rstrip("/")
        self.host = parts.netloc
        self._local = is_local(base_url)
        self._clock = clock
        self._lock = threading.Lock()
        self._client: httpx2.Client | None = None

    def close(self) -> None:
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None

    def _connect(self) -> httpx2.Client:
        with self._lock:
            if self._client is None:
                self._client = new_client(self.base_url, ACCEPTED, local=self._local)
            return self._client

    def ask(
        self,
        method: str,
        path: str,
        *,
        limit: int,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """One request and its whole answer of at most `limit` bytes."""
        until = self._clock() + ANSWER_S + len(body or b"") / SLOWEST
        with self.stream(method, path, body=body, headers=headers) as response:
            received = bytearray()
            for piece in response.iter_raw():
                received += piece
                if len(received) > limit:
                    raise not_a_marketplace(self.host)
                if self._clock() > until:
                    raise unreachable(self.host)
            return Answer(response.status_code, media_type(response), bytes(received))

    @contextmanager
    def stream(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Iterator[httpx2.Response]:
        """A response whose body the caller reads, piece by piece, with `iter_raw`."""
        import httpx2

        try:
            with self._connect().stream(
                method, self.base_url + path, content=body, headers=headers
            ) as response:
                self._check(response)
                yield response
        except httpx2.HTTPError as error:
            raise unreachable(self.host) from error
        except httpx2.InvalidURL as error:
            raise bad_address() from error

    def _check(self, response: httpx2.Response) -> None:
        if 300 <= response.status_code < 400:
            raise redirects(self.host)
        if response.headers.get("content-encoding", "identity") != "identity":
            raise not_a_marketplace(self.host)


def media_type(response: httpx2.Response) -> str:
    """The response's media type without parameters, in lower case."""
    value: str = response.headers.get("content-type", "")
    return value.partition(";")[0].strip().lower()


def is_usable(url: str) -> bool:
    """Whether a URL is https, or http on this computer alone, with nothing hidden in it."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.username or parts.password or parts.query or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))


def is_local(url: str) -> bool:
    """Whether a usable URL leads to this computer."""
    return _is_loopback(urlsplit(url).hostname or "")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
