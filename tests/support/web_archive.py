"""A small DICOMweb archive over real HTTP on loopback, which can misbehave in chosen ways."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pydicom

from tests.support.studies import Study

BOUNDARY = "a-boundary-of-the-test"


@dataclass
class Manners:
    """What goes wrong, until it is changed; `asked` are the paths in their order."""

    drop_after: int | None = None
    """Bytes of an answer with images after which the line is cut."""
    drops: int = 1
    """How often it is cut."""
    status: int = 200
    body: bytes | None = None
    """Sent in place of every answer."""
    media_type: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    silent_s: float = 0.0
    """Says nothing for so long before the images."""
    list_s: float = 0.0
    """Says nothing for so long before a list."""
    drip_s: float = 0.0
    """Waits so long between pieces."""
    password: str = ""
    strays: int = 0
    """Instances of another study that come along."""
    endless: bool = False
    """The first image never ends."""
    knows_pages: bool = True
    most: int | None = None
    """It tells no more than so many in one answer, whatever limit was asked for."""
    warns: bool = False
    """Of what it did not tell; it then forgets the offset."""
    counts: int | None = None
    """What it says of the number of images in a series; None: the truth."""
    lists_instances: bool = True
    single: bool = False
    """One instance is given without wrapping."""
    gives: dict[str, bytes] = field(default_factory=dict)
    """Other bytes in the place of these instances."""
    loses: frozenset[str] = frozenset()
    """Instances that are in the lists and nowhere else."""
    asked: list[str] = field(default_factory=list)

    @property
    def files_asked(self) -> list[str]:
        """Paths that asked for images, below the study."""
        return [p.partition("/series/")[2] for p in self.asked if "?" not in p]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, study: Study, manners: Manners) -> None:
        self.study, self.manners = study, manners
        self.headers = {
            uid: pydicom.dcmread(BytesIO(data), stop_before_pixels=True)
            for uid, data in study.files.items()
        }
        self.over = threading.Event()
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, *_: object) -> None:
        """A client that left is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        manners = self.server.manners
        manners.asked.append(self.path)
        if manners.password and not self._allowed(manners.password):
            self._say(401, b"", "text/plain")
        elif manners.body is not None or manners.status != 200:
            kind = manners.media_type or "application/dicom+json"
            self._say(manners.status, manners.body or b"", kind)
        elif "?" in self.path:
            self._list()
        else:
            self._files()

    def _allowed(self, password: str) -> bool:
        from base64 import b64encode

        basic = "Basic " + b64encode(f"reader:{password}".encode()).decode()
        return self.headers.get("Authorization") in (basic, f"Bearer {password}")

    def _say(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in self.server.manners.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _list(self) -> None:
        self.server.over.wait(self.server.manners.list_s)
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        rows = self._rows(parts.path.strip("/").split("/"))
        if self.server.manners.knows_pages:
            start = int(asked.get("offset", "0"))
            rows = rows[start : start + int(asked.get("limit", "1000"))]
        most = self.server.manners.most
        if self.server.manners.warns and most is not None and len(rows) > most:
            told = f'299 test: "There are {len(rows) - most} additional results."'
            self.server.manners.headers["Warning"] = told
        rows = rows[:most]
        self._say(200, json.dumps(rows).encode(), "application/dicom+json")

    def _rows(self, path: list[str]) -> list[dict[str, Any]]:
        level = path[-1]
        if level == "instances" and not self.server.manners.lists_instances:
            return []
        key = {"studies": "StudyInstanceUID", "series": "SeriesInstanceUID"}.get(level)
        rows: dict[str, dict[str, Any]] = {}
        for uid, found in self.server.headers.items():
            found.NumberOfSeriesRelatedInstances = self._count(str(found.SeriesInstanceUID))
            found.ModalitiesInStudy = ["CT"]
            if level == "instances" and found.SeriesInstanceUID != path[-2]:
                continue
            row = {"00080005": {"vr": "CS", "Value": ["ISO_IR 192"]}, **found.to_json_dict()}
            rows[str(found[key].value) if key else uid] = row
        return list(rows.values())

    def _count(self, series: str) -> int:
        told = self.server.manners.counts
        there = [str(one.SeriesInstanceUID) for one in self.server.headers.values()]
        return there.count(series) if told is None else told

    def _files(self) -> None:
        manners, path = self.server.manners, self.path.strip("/").split("/")
        self.server.over.wait(manners.silent_s)
        wanted = []
        for uid, data in self.server.study.files.items():
            series = str(self.server.headers[uid].SeriesInstanceUID)
            if uid not in manners.loses and series == path[3] and path[-1] in (series, uid):
                wanted.append(manners.gives.get(uid, data))
        if not wanted:
            self._say(404, b"", "text/plain")
            return
        if manners.single and path[-2] == "instances":
            self._say(200, wanted[0], "application/dicom")
            return
        stray = b"\0" * 128 + b"DICM" + b"\0" * 64
        self._send(wanted + [stray] * manners.strays)

    def _send(self, files: list[bytes]) -> None:
        manners = self.server.manners
        self.send_response(200)
        kind = f'multipart/related; type="application/dicom"; boundary={BOUNDARY}'
        self.send_header("Content-Type", kind)
        self.send_header("Connection", "close")
        self.end_headers()
        left = manners.drop_after if manners.drops else None
        for piece in self._pieces(files):
            if left is not None and len(piece) >= left:
                manners.drops -= 1
                self.wfile.write(piece[:left])
                self.close_connection = True
                return
            left = None if left is None else left - len(piece)
            self.wfile.write(piece)
            self.wfile.flush()
            if manners.drip_s:
                self.server.over.wait(manners.drip_s)
        self.close_connection = True

    def _pieces(self, files: list[bytes]) -> Iterator[bytes]:
        for data in files:
            yield f"\r\n--{BOUNDARY}\r\nContent-Type: application/dicom\r\n\r\n".encode()
            yield data
            while self.server.manners.endless and not self.server.over.is_set():
                yield bytes(1 << 16)
                time.sleep(0.001)
        yield f"\r\n--{BOUNDARY}--\r\n".encode()


@contextmanager
def web_archive(study: Study, manners: Manners) -> Iterator[str]:
    """A running archive with this study; gives its address."""
    server = _Server(study, manners)
    thread = threading.Thread(target=lambda: server.serve_forever(0.02), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
