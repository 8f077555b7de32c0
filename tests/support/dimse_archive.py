"""A small archive over DIMSE in this process, on a real line, which can misbehave."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pydicom
from pydicom.dataset import Dataset
from pynetdicom import AE, AllStoragePresentationContexts, build_context, evt
from pynetdicom.sop_class import (
    StudyRootQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelGet,
    StudyRootQueryRetrieveInformationModelMove,
    Verification,
)

from labeler.pacs.contexts import EVERY
from tests.support.archives import free_port
from tests.support.studies import Study

TITLE = "TESTPACS"


@dataclass
class Manners:
    """What goes wrong; `asked` are the questions: their level and how many UIDs they name."""

    callers: tuple[str, ...] = ()
    """Only these may call; empty: everybody."""
    breaks_after: int | None = None
    """Instances after which the line is cut, once."""
    slow_s: float = 0.0
    """Before each instance."""
    find_status: int = 0
    get_status: int = 0
    knows_destination: bool = True
    hangs_up: bool = False
    """At every C-FIND, though it took the call."""
    hangs_up_at_get: bool = False
    """The same at every C-GET and C-MOVE."""
    leaves: bool = False
    """Takes no more calls once the line was cut."""
    tls: ssl.SSLContext | None = None
    offers_find: bool = True
    offers_get: bool = True
    names_instances: bool = True
    most: int | None = None
    """It answers a C-FIND with no more than so many, and says so by 0xFE00."""
    counts: bool = True
    """Whether it tells how many images a series holds."""
    loses: frozenset[str] = frozenset()
    user: str = ""
    """User and password, joined by a colon; empty: nobody is asked."""
    cancelled: threading.Event = field(default_factory=threading.Event)
    asked: list[tuple[str, int]] = field(default_factory=list)


class DimseArchive:
    """Answers from a study, as its manners say."""

    def __init__(self, study: Study, manners: Manners, move_port: int) -> None:
        self._manners, self._move_port = manners, move_port
        self._datasets = [pydicom.dcmread(BytesIO(data)) for data in study.files.values()]
        self._over = threading.Event()
        self._bare: list[Any] = []
        self._server: Any = None
        self.port = 0

    @contextmanager
    def running(self) -> Iterator[DimseArchive]:
        entity = AE(ae_title=TITLE)
        entity.require_called_aet = True
        entity.require_calling_aet = list(self._manners.callers)
        entity.add_supported_context(Verification)
        if self._manners.offers_find:
            entity.add_supported_context(StudyRootQueryRetrieveInformationModelFind)
        entity.add_supported_context(StudyRootQueryRetrieveInformationModelMove)
        if self._manners.offers_get:
            entity.add_supported_context(StudyRootQueryRetrieveInformationModelGet)
        for context in AllStoragePresentationContexts:
            entity.add_supported_context(
                str(context.abstract_syntax), list(EVERY), scu_role=True, scp_role=True
            )
        handlers: list[Any] = [
            (evt.EVT_C_ECHO, lambda _event: 0),
            (evt.EVT_C_FIND, self._find),
            (evt.EVT_C_GET, self._get),
            (evt.EVT_C_MOVE, self._move),
            (evt.EVT_USER_ID, self._identify),
            (evt.EVT_CONN_OPEN, lambda event: self._bare.append(event.assoc.dul.socket.socket)),
        ]
        self.port = free_port()
        server = entity.start_server(
            ("127.0.0.1", self.port),
            block=False,
            evt_handlers=handlers,
            ssl_context=self._manners.tls,
        )
        self._server = server
        assert server is not None
        try:
            yield self
        finally:
            self._over.set()
            server.shutdown()
            for bare in self._bare:  # pynetdicom leaves some open
                bare.close()

    def _identify(self, event: Any) -> tuple[bool, bytes | None]:
        if not self._manners.user:
            return True, None
        told = b":".join((event.primary_field or b"", event.secondary_field or b""))
        return told == self._manners.user.encode(), b""

    def _find(self, event: Any) -> Iterator[tuple[int, Dataset | None]]:
        if self._manners.hangs_up:
            event.assoc.abort()
            return
        if self._manners.find_status:
            yield self._manners.find_status, None
            return
        asked = event.identifier
        level = asked.QueryRetrieveLevel
        if level == "IMAGE" and not self._manners.names_instances:
            return
        keyword = {"STUDY": "StudyInstanceUID", "SERIES": "SeriesInstanceUID"}.get(
            level, "SOPInstanceUID"
        )
        told: set[str] = set()
        for one in self._matching(asked):
            if str(one[keyword].value) in told:
                continue
            told.add(str(one[keyword].value))
            answer = Dataset()
            for element in asked:
                if element.keyword in one:
                    answer[element.tag] = one[element.tag]
            answer.QueryRetrieveLevel = level
            if self._manners.counts:
                series = one.SeriesInstanceUID
                there = [each for each in self._datasets if each.SeriesInstanceUID == series]
                answer.NumberOfSeriesRelatedInstances = len(there)
            if len(told) > (self._manners.most or len(told)):
                yield 0xFE00, None
                return
            yield 0xFF00, answer

    def _matching(self, asked: Dataset) -> list[Any]:
        found = self._datasets
        for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "PatientID"):
            value = asked.get(keyword)
            if value:
                wanted = [value] if isinstance(value, str) else list(value)
                found = [one for one in found if one[keyword].value in wanted]
        return found

    def _wanted(self, event: Any) -> list[Any]:
        found = self._matching(event.identifier)
        self._manners.asked.append((event.identifier.QueryRetrieveLevel, len(found)))
        return [one for one in found if one.SOPInstanceUID not in self._manners.loses]

    def _get(self, event: Any) -> Iterator[Any]:
        if self._manners.hangs_up_at_get:
            event.assoc.abort()
            return
        if self._manners.get_status:
            yield 1
            yield self._manners.get_status, None
            return
        found = self._wanted(event)
        yield len(found)
        yield from self._each(event, found)

    def _move(self, event: Any) -> Iterator[Any]:
        if self._manners.hangs_up_at_get:
            event.assoc.abort()
            return
        found = self._wanted(event)
        if not self._manners.knows_destination:
            yield None, None
            return
        contexts = [
            build_context(each, syntax)
            for each in {str(one.SOPClassUID) for one in found}
            for syntax in {str(one.file_meta.TransferSyntaxUID) for one in found}
        ]
        yield "127.0.0.1", self._move_port, {"contexts": contexts}
        yield len(found)
        yield from self._each(event, found)

    def _each(self, event: Any, found: list[Any]) -> Iterator[tuple[int, Dataset | None]]:
        for number, one in enumerate(found):
            if event.is_cancelled:
                self._manners.cancelled.set()
                yield 0xFE00, None
                return
            if self._manners.breaks_after == number:
                self._manners.breaks_after = None
                if self._manners.leaves:
                    self._server.server_close()
                event.assoc.abort()
                return
            self._over.wait(self._manners.slow_s)
            yield 0xFF00, one
