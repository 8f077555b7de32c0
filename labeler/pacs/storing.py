"""C-STORE, the receiving side: what an archive sends goes to the disk as it is."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

from labeler.errors import Cancelled, LabelerError
from labeler.imaging.dicom.part10 import file_meta_bytes
from labeler.pacs.archive import Archive
from labeler.pacs.contexts import EVERY
from labeler.pacs.line import Delivery
from labeler.pacs.problems import port_taken, too_much
from labeler.pacs.query import is_uid

if TYPE_CHECKING:
    from pynetdicom.events import Event

MAX_INSTANCE = 2**30
"""pynetdicom holds one instance in memory until it is whole."""
MAX_PDU = 128 * 1024
_PIECE = 1 << 20
_OK, _STRANGER, _NO_ROOM, _CANNOT, _CANCELLED = 0x0000, 0x0124, 0xA700, 0xC000, 0xFE00


class Storing:
    """Takes instances for one delivery at a time; the first failure is kept for who waits.

    On lines that come in only the archive may store: by its AE title, or from its address.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._delivery: Delivery | None = None
        self._failure: BaseException | None = None
        self._addresses: frozenset[str] = frozenset()
        self._waiting: dict[Any, int] = {}
        """Bytes of no whole instance yet, by association."""
        self.called = self.took = False
        """Whether the archive ever opened an association here; whether any instance came."""
        self._bare: list[Any] = []

    def close(self) -> None:
        """pynetdicom leaves a socket open where the other side was first to leave."""
        for bare in self._bare:
            bare.close()
        self._bare.clear()

    def take_for(self, delivery: Delivery) -> None:
        """What comes from now on belongs there."""
        self._delivery, self._failure = delivery, None
        self._waiting.clear()

    def expect_calls(self) -> None:
        """The archive is going to call."""
        try:
            found = socket.getaddrinfo(self._archive.host, None)
        except OSError:  # then its title must do
            found = []
        self._addresses = frozenset(str(address[0]) for *_, address in found)

    def heard(self) -> None:
        """An answer of another kind came whole."""
        self._waiting.clear()

    def check(self) -> None:
        """Raises what went wrong while something was taken in."""
        if self._failure is not None:
            raise self._failure

    def handlers(self) -> list[Any]:
        """For pynetdicom's `evt_handlers`."""
        from pynetdicom import evt

        return [
            (evt.EVT_C_STORE, self._stored),
            (evt.EVT_CONN_OPEN, self._opened),
            (evt.EVT_ACCEPTED, self._accepted),
        ]

    def _accepted(self, event: Event) -> None:
        if event.assoc.is_acceptor and not self._is_stranger(event.assoc):
            self.called = True

    def _opened(self, event: Event) -> None:
        """Bytes that are no whole instance yet are counted where they are read."""
        called: Any = event.assoc
        line = called.dul.socket
        read = line.recv
        self._bare = [bare for bare in self._bare if bare.fileno() >= 0] + [line.socket]

        def bounded(count: int) -> bytearray:
            waiting = self._waiting[called] = self._waiting.get(called, 0) + count
            if count <= MAX_PDU + 6 and waiting <= MAX_INSTANCE:
                return bytearray(read(count))
            ours = self._failure is None and not self._is_stranger(called)
            if ours and self._delivery is not None:
                self._failure = too_much(self._delivery.archive)
            line.close()
            raise OSError("more bytes than were agreed on")

        line.recv = bounded

    def _stored(self, event: Event) -> int:
        self._waiting.pop(event.assoc, None)
        if self._is_stranger(event.assoc):
            return _STRANGER
        self.took = True
        if self._failure is not None or self._delivery is None:
            return _CANNOT
        try:
            return _OK if self._take(event, self._delivery) else _CANNOT
        except Cancelled as error:
            self._failure = error
            return _CANCELLED
        except LabelerError as error:
            self._failure = error
            return _NO_ROOM
        except Exception as error:  # noqa: BLE001  pynetdicom would swallow it: raised by `check`
            self._failure = error
            return _CANNOT

    def _is_stranger(self, line: Any) -> bool:
        """Whether somebody else than the archive called this computer."""
        if not line.is_acceptor:
            return False
        caller = line.requestor
        named = caller.ae_title == self._archive.called.strip()
        return not named and caller.address not in self._addresses

    def _take(self, event: Event, delivery: Delivery) -> bool:
        request: Any = event.request
        syntax = str(event.context.transfer_syntax)
        sop_class, instance = str(request.AffectedSOPClassUID), str(request.AffectedSOPInstanceUID)
        if not all(map(is_uid, (sop_class, instance, syntax))):
            delivery.stray()
            return False
        draft = delivery.begin()
        try:
            draft.write(file_meta_bytes(syntax, sop_class, instance))
            data = request.DataSet
            data.seek(0)
            while piece := data.read(_PIECE):
                draft.write(piece)
            return delivery.end(draft)
        finally:
            draft.drop()


class Listener:
    """Open while images are moved: the archive connects to the told port of this computer."""

    def __init__(self, archive: Archive, storing: Storing) -> None:
        self._archive, self._storing = archive, storing
        self._running: Any = None

    def open(self) -> None:
        """Raises LabelerError "archive-port-taken"."""
        from pynetdicom import AE, AllStoragePresentationContexts

        if self._running is not None:
            return
        self._storing.expect_calls()
        server = AE(ae_title=self._archive.calling)
        server.maximum_pdu_size = MAX_PDU
        server.require_called_aet = True
        for context in AllStoragePresentationContexts:
            server.add_supported_context(str(context.abstract_syntax), list(EVERY))
        # All of this computer's networks: nobody knows from which one the archive comes.
        address = ("127.0.0.1" if self._archive.local else "", self._archive.listen_port)
        try:
            self._running = server.start_server(
                address, block=False, evt_handlers=self._storing.handlers()
            )
        except OSError as error:
            raise port_taken(self._archive.listen_port) from error

    def close(self) -> None:
        if self._running is not None:
            self._running.shutdown()
            self._running = None
