"""The parts of a multipart answer, one after another, as its bytes come in (RFC 2046 5.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_HEADERS = 8 * 1024
MAX_PREAMBLE = 64 * 1024
_BOUNDARY = re.compile(rb"[ -~]{0,255}[!-~]")
_PARAMETER = re.compile(r';\s*boundary\s*=\s*(?:"([^"]{1,256})"|([^\s;,"]{1,256}))', re.IGNORECASE)


class Malformed(Exception):  # noqa: N818  told as one of our errors by who reads the line
    """The bytes are no multipart answer."""


@dataclass(frozen=True)
class PartBegins:
    """`headers` by their names in lower case."""

    headers: dict[str, str] = field(default_factory=dict)

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True)
class PartBytes:
    data: bytes


@dataclass(frozen=True)
class PartEnds:
    """The delimiter behind the part was seen: it is whole."""


Event = PartBegins | PartBytes | PartEnds


def boundary_of(content_type: str) -> bytes:
    """The boundary that a multipart Content-Type names. Raises Malformed."""
    if content_type.partition("/")[0].strip().lower() != "multipart":
        raise Malformed
    found = _PARAMETER.search(content_type)
    if found is None:
        raise Malformed
    return (found[1] or found[2]).encode("latin-1", "replace")


class MultipartReader:
    """Fed with bytes of any length, gives events; holds no more than the headers of one part."""

    def __init__(self, boundary: bytes) -> None:
        if not _BOUNDARY.fullmatch(boundary):
            raise Malformed
        self._delimiter = b"\r\n--" + boundary
        # A line end before the first delimiter belongs to it, and may be missing there.
        self._held = bytearray(b"\r\n")
        self._step = self._preamble
        self._skipped = 0
        self.ended = False

    def feed(self, data: bytes) -> Iterator[Event]:
        """What these bytes complete. Raises Malformed."""
        if self.ended:
            return  # an epilogue is passed over
        self._held += data
        event: Event | bool = True
        while event is not False and not self.ended:
            event = self._step()
            if not isinstance(event, bool):
                yield event

    def _preamble(self) -> Event | bool:
        at = self._held.find(self._delimiter)
        passed = at if at >= 0 else max(0, len(self._held) - len(self._delimiter) + 1)
        self._skipped += passed
        if self._skipped > MAX_PREAMBLE:
            raise Malformed
        del self._held[:passed]
        if at < 0:
            return False
        self._past_delimiter()
        return True

    def _past_delimiter(self) -> None:
        del self._held[: len(self._delimiter)]
        self._step = self._behind_delimiter

    def _behind_delimiter(self) -> Event | bool:
        if self._held[:2] == b"--":
            self.ended = True
            self._held.clear()
            return True
        end = self._held.find(b"\r\n")
        if end < 0:
            if len(self._held) > MAX_HEADERS:
                raise Malformed
            return False
        if self._held[:end].strip(b" \t"):
            raise Malformed
        del self._held[:end]
        self._step = self._headers
        return True

    def _headers(self) -> Event | bool:
        """The held bytes begin with the line end of the delimiter."""
        end = self._held.find(b"\r\n\r\n")
        if end > MAX_HEADERS or (end < 0 and len(self._held) > MAX_HEADERS):
            raise Malformed
        if end < 0:
            return False
        headers = _headers(bytes(self._held[:end]))
        # The line end before the contents may be the one that begins a delimiter.
        del self._held[: end + 2]
        self._step = self._first_line
        return PartBegins(headers)

    def _first_line(self) -> Event | bool:
        """An empty part has its delimiter right behind its headers."""
        if len(self._held) < len(self._delimiter):
            if self._delimiter.startswith(bytes(self._held)):
                return False
        elif self._held.startswith(self._delimiter):
            self._past_delimiter()
            return PartEnds()
        del self._held[:2]
        self._step = self._body
        return True

    def _body(self) -> Event | bool:
        at = self._held.find(self._delimiter)
        if at == 0:
            self._past_delimiter()
            return PartEnds()
        ready = at if at > 0 else self._safe()
        if ready <= 0:
            return False
        data = bytes(self._held[:ready])
        del self._held[:ready]
        return PartBytes(data)

    def _safe(self) -> int:
        """How many held bytes cannot be the beginning of a delimiter."""
        start = max(0, len(self._held) - len(self._delimiter) + 1)
        at = self._held.find(b"\r", start)
        return len(self._held) if at < 0 else at


def _headers(block: bytes) -> dict[str, str]:
    found = {}
    for line in block.split(b"\r\n"):
        name, colon, value = line.partition(b":")
        if colon:
            found[name.strip().decode("latin-1").lower()] = value.strip().decode("latin-1")
    return found
