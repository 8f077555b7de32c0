"""Somebody between the expert and a real marketplace, who changes answers on their way."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.support.liar import Heard, Said, lying

Change = Callable[[Any], Any]
HTML = b"<!doctype html><title>Guest network</title><p>Please sign in."


@dataclass
class Between:
    """Passes everything on, until told otherwise.

    `change` is applied to the JSON answers whose path starts with `path`; `page` answers
    everything with a web page instead; what starts with `silent` gets a gateway's error.
    `said` answers once, whatever was asked at `path`. `heard` is everything that was asked.
    """

    url: str
    path: str = ""
    change: Change | None = None
    page: bool = False
    silent: str = ""
    said: Said | None = None
    heard: list[Heard] = field(default_factory=list)

    def lie(self, path: str, change: Change) -> None:
        self.path, self.change = path, change

    def say_once(self, path: str, said: Said) -> None:
        self.path, self.said = path, said

    def be_honest(self) -> None:
        self.change, self.page = None, False


@contextmanager
def between(real: str) -> Iterator[Between]:
    """A server in front of the hub at `real`."""
    place = Between("")

    def script(heard: Heard) -> Said:
        place.heard.append(heard)
        if place.page:
            return Said(media_type="text/html", body=HTML)
        if place.silent and heard.path.startswith(place.silent):
            return Said(status=502, media_type="text/html", body=HTML)
        if place.said is not None and heard.path.startswith(place.path):
            said, place.said = place.said, None
            return said
        said = _passed_on(real, heard)
        if place.change and heard.path.startswith(place.path) and said.status < 300:
            said.body = json.dumps(place.change(json.loads(said.body))).encode()
        return said

    with lying(script) as (client, _heard):
        place.url = client.base_url
        yield place


def _passed_on(real: str, heard: Heard) -> Said:
    connection = http.client.HTTPConnection(urlsplit(real).netloc, timeout=30)
    try:
        kept = {k: v for k, v in heard.headers.items() if k not in ("host", "connection")}
        connection.request(heard.method, heard.path, heard.body or None, kept)
        answer = connection.getresponse()
        return Said(answer.status, answer.headers.get("content-type", ""), answer.read())
    finally:
        connection.close()
