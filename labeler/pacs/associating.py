"""Associations with one archive: the one adapter of pynetdicom's requestor."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from labeler.pacs.archive import Archive, Login
from labeler.pacs.contexts import Proposal
from labeler.pacs.line import LineLost
from labeler.pacs.problems import (
    called_unknown,
    caller_unknown,
    login_refused,
    no_tls,
    not_an_archive,
    not_offered,
    refused,
    unreachable,
    untrusted_line,
)
from labeler.pacs.query import Attributes
from labeler.pacs.quiet_pydicom import quiet_pydicom
from labeler.pacs.storing import MAX_PDU, Storing

if TYPE_CHECKING:
    import ssl

    from pydicom.dataset import Dataset
    from pynetdicom.association import Association as Opened
    from pynetdicom.presentation import PresentationContext

CONNECT_S, GLANCE_S = 10.0, 2.0
ACSE_S = 15.0
"""For the answer to a request of an association."""
SILENCE_S = 60.0
"""An archive may take so long to fetch what lies deep before it says anything."""
PENDING = (0xFF00, 0xFF01)
"""Statuses after which more answers come."""
MESSAGE = 7
"""The number of the one question that is under way in an association."""
_CALLER, _CALLED = 3, 7
Responses = Iterator[tuple[int | None, Attributes]]
"""Status (None: the line broke) and the values of each answer."""


class Associating:
    """Opens associations, and uses each for further questions; `stop` may come from elsewhere."""

    def __init__(self, archive: Archive, secret: str, storing: Storing) -> None:
        self._archive, self._secret, self._storing = archive, secret, storing
        self._lock = threading.Lock()
        self._open: dict[str, tuple[Sequence[Proposal], Association]] = {}
        self._stopped = False

    def common_classes(self) -> tuple[str, ...]:
        """Storage classes, the most common ones first."""
        from pynetdicom import StoragePresentationContexts

        return tuple(str(one.abstract_syntax) for one in StoragePresentationContexts)

    def open(self, model: str, service: str, stored: Sequence[Proposal] = ()) -> Association:
        """An association for this model of questions; instances of `stored` may come on it."""
        proposed, line = self._open.get(model, ((), None))
        if line is not None and line.alive and proposed == stored:
            return line
        if line is not None:
            line.leave()
        opened = self._request(model, service, stored)
        line = Association(opened)
        with self._lock:
            self._open[model] = stored, line
            stopped = self._stopped
        if stopped:
            opened.abort()
            raise LineLost
        if not any(str(c.abstract_syntax) == model for c in opened.accepted_contexts):
            raise not_offered(self._archive.name, service)
        return line

    def stop(self) -> None:
        """Tell the archive to stop, and cut the line."""
        with self._lock:
            self._stopped = True
            lines = [line for _, line in self._open.values()]
        for line in lines:
            line.stop()

    def close(self) -> None:
        """Leave in good order."""
        with self._lock:
            # A question that was given up may still be opening a line: it is cut there.
            self._stopped = True
            lines = [line for _, line in self._open.values()]
            self._open.clear()
        for line in lines:
            line.leave()

    def _request(self, model: str, service: str, stored: Sequence[Proposal]) -> Opened:
        from pynetdicom import AE, build_role

        quiet_pydicom()
        archive = self._archive
        if not _listens(archive.host, archive.port):
            raise unreachable(archive.name)
        entity = AE(ae_title=archive.calling)
        entity.maximum_pdu_size = MAX_PDU
        entity.connection_timeout, entity.acse_timeout = CONNECT_S, ACSE_S
        entity.dimse_timeout = entity.network_timeout = SILENCE_S
        roles = [build_role(each, scp_role=True) for each in dict(stored)]
        opened = entity.associate(
            archive.host,
            archive.port,
            contexts=[_context(each) for each in ((model, ()), *stored)],
            ae_title=archive.called,
            max_pdu=MAX_PDU,
            ext_neg=[*roles, *self._identity()],
            evt_handlers=self._storing.handlers(),
            tls_args=self._tls(),
        )
        if not opened.is_established:
            if opened.rejected_contexts:  # it took the call, and offers nothing that was asked
                raise not_offered(archive.name, service)
            raise self._why_not(opened)
        return opened

    def _identity(self) -> list[Any]:
        if self._archive.login is not Login.PASSWORD:
            return []
        from pynetdicom.pdu_primitives import UserIdentityNegotiation

        item = UserIdentityNegotiation()
        item.user_identity_type = 2
        item.primary_field = self._archive.user.encode()
        item.secondary_field = self._secret.encode()
        item.positive_response_requested = True
        return [item]

    def _tls(self) -> tuple[ssl.SSLContext, str] | None:
        if not self._archive.tls:
            return None
        import ssl

        import truststore

        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT), self._archive.host

    def _why_not(self, opened: Opened) -> Exception:
        archive = self._archive
        if opened.is_rejected:
            answer: Any = opened.acceptor.primitive
            source, reason = answer.result_source, answer.diagnostic
            if (source, reason) == (1, _CALLER):
                return caller_unknown(archive.name, archive.calling)
            if (source, reason) == (1, _CALLED):
                return called_unknown(archive.name, archive.called)
            if archive.login is not Login.NONE and reason == 1:
                return login_refused(archive.name)
            return refused(archive.name, f"A-ASSOCIATE {source}.{reason}")
        if not archive.tls and _speaks_http(archive.host, archive.port):
            return not_an_archive(archive.name)
        return self._tls_fault() or unreachable(archive.name)

    def _tls_fault(self) -> Exception | None:
        """What is wrong with TLS alone, if that is what failed: it is tried once more by itself."""
        import ssl

        told = self._tls()
        if told is None:
            return None
        context, host = told
        try:
            with socket.create_connection((host, self._archive.port), CONNECT_S) as bare:
                context.wrap_socket(bare, server_hostname=host).close()
        except ssl.SSLCertVerificationError:
            return untrusted_line(self._archive.name)
        except (ssl.SSLError, ConnectionResetError):
            return no_tls(self._archive.name)
        except OSError:
            return None
        return None


class Association:
    """One association; questions as values, answers as values."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._asking = ""
        self._broken = False
        self._under_way = False
        """Whether the last question is not answered to its end."""

    def echo(self) -> int | None:
        return _status(self._opened.send_c_echo())

    def find(self, model: str, asked: dict[int, str]) -> Responses:
        self._asking = model
        return self._read(self._opened.send_c_find(_identifier(asked), model, msg_id=MESSAGE))

    def get(self, model: str, asked: dict[int, str]) -> Responses:
        self._asking = model
        return self._read(self._opened.send_c_get(_identifier(asked), model, msg_id=MESSAGE))

    def move(self, model: str, asked: dict[int, str], destination: str) -> Responses:
        self._asking = model
        told = _identifier(asked)
        return self._read(self._opened.send_c_move(told, destination, model, msg_id=MESSAGE))

    def _read(self, responses: Iterable[tuple[Dataset, Dataset | None]]) -> Responses:
        for answer, identifier in responses:
            status = _status(answer)
            self._broken = self._broken or status is None
            self._under_way = status in PENDING
            yield status, _attributes(identifier)

    @property
    def alive(self) -> bool:
        return bool(self._opened.is_established) and not self._broken and not self._under_way

    def abandon(self) -> None:
        """Enough answers: the archive is told, and what it still says is not waited for."""
        self._opened.send_c_cancel(MESSAGE, query_model=self._asking)
        self._opened.abort()

    def stop(self) -> None:
        """From another thread: C-CANCEL, a moment for the archive to say yes, then abort."""
        opened = self._opened
        try:
            if self._asking and opened.is_established:
                opened.send_c_cancel(MESSAGE, query_model=self._asking)
                threading.Event().wait(0.2)
        except (RuntimeError, ValueError):  # it ended meanwhile
            pass
        if opened.is_established:
            opened.abort()

    def leave(self) -> None:
        """In good order, unless the archive is still sending: it would not hear us out."""
        if self._opened.is_established and self._under_way:
            self._opened.abort()
        elif self._opened.is_established:
            self._opened.release()


def _context(proposal: Proposal) -> PresentationContext:
    from pynetdicom import build_context

    abstract, syntaxes = proposal
    return build_context(abstract, list(syntaxes)) if syntaxes else build_context(abstract)


def _identifier(asked: dict[int, str]) -> Dataset:
    from pydicom.datadict import dictionary_VR
    from pydicom.dataelem import DataElement
    from pydicom.dataset import Dataset

    identifier = Dataset()
    identifier.SpecificCharacterSet = "ISO_IR 192"
    for tag in sorted(asked):
        identifier[tag] = DataElement(tag, dictionary_VR(tag), asked[tag] or None)
    return identifier


def _status(answer: Dataset) -> int | None:
    return int(answer.Status) if "Status" in answer else None


def _attributes(identifier: Dataset | None) -> Attributes:
    """Every value as text; one that cannot be read counts as not there."""
    found: dict[int, tuple[str, ...]] = {}
    if identifier is None:
        return found
    for tag in identifier.keys():  # noqa: SIM118  to iterate the dataset itself would decode all
        try:
            value: Any = identifier[tag].value
            values: Iterable[Any] = value if _is_list(value) else [value]
            texts = tuple(text for each in values if (text := _spelled(each)))
        except Exception:  # noqa: BLE001, S112  a stranger's bytes, and pydicom's many errors
            continue
        if texts:
            found[int(tag)] = texts
    return found


def _spelled(value: object) -> str:
    """A value as text; of a person's name the first of its three spellings that is there."""
    from pydicom.valuerep import PersonName

    if isinstance(value, PersonName):
        spellings = (value.alphabetic, value.ideographic, value.phonetic)
        return next((text for text in spellings if text), "")
    return "" if value is None else str(value)


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def _speaks_http(host: str, port: int) -> bool:
    """Whether a web server is there; asked only after an association failed."""
    try:
        with socket.create_connection((host, port), GLANCE_S) as bare:
            bare.settimeout(GLANCE_S)
            bare.sendall(b"GET / HTTP/1.0\r\n\r\n")
            return bare.recv(5) == b"HTTP/"
    except OSError:
        return False


def _listens(host: str, port: int) -> bool:
    """Whether anybody is there: what then fails is not the network.

    pynetdicom would also leave a socket open where nobody is.
    """
    try:
        socket.create_connection((host, port), CONNECT_S).close()
    except OSError:
        return False
    return True
