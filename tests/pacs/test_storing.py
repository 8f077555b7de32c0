"""Who may store while images are moved, and what is told of failures, over real lines."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pydicom
import pytest
from pynetdicom import AE

from labeler.pacs import asking
from labeler.pacs.archive import Archive, Bring, Kind
from labeler.pacs.folder_inbox import FolderDraft, FolderInbox
from labeler.pacs.line import Delivery
from labeler.pacs.storing import Listener, Storing
from labeler.pacs.watched import Progress
from tests.support.archives import free_port
from tests.support.dimse_archive import TITLE, DimseArchive, Manners
from tests.support.studies import STUDY, Study

OTHER_ADDRESS = ("127.0.0.2", 0)
Store = Callable[..., int]


@pytest.fixture
def store(study: Study, tmp_path: Path) -> Iterator[Store]:
    """Sends the first instance of the study to a listener that waits for it; its answer."""
    archive = Archive(
        *("id", "Main", Kind.DIMSE), host="127.0.0.1", called=TITLE, listen_port=free_port()
    )
    data = next(iter(study.files.values()))
    instance = pydicom.dcmread(BytesIO(data))
    storing = Storing(archive)
    listener = Listener(archive, storing)
    inbox = FolderInbox(tmp_path)
    storing.take_for(Delivery("Main", STUDY, str(instance.SeriesInstanceUID), inbox, Progress()))
    listener.open()

    def send(title: str, address: tuple[str, int] = ("", 0)) -> int:
        entity = AE(ae_title=title)
        entity.add_requested_context(instance.SOPClassUID, instance.file_meta.TransferSyntaxUID)
        line = entity.associate(
            "127.0.0.1", archive.listen_port, ae_title=archive.calling, bind_address=address
        )
        assert line.is_established
        status = int(line.send_c_store(instance).Status)
        line.release()
        return status

    yield send
    listener.close()
    storing.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has many addresses of its own")
def test_nobody_else_stores_while_the_archive_is_waited_for(store: Store, tmp_path: Path) -> None:
    assert store("STRANGER", OTHER_ADDRESS) == 0x0124
    assert list(tmp_path.iterdir()) == []
    assert store(TITLE, OTHER_ADDRESS) == 0
    assert len(list(tmp_path.glob("*.dcm"))) == 1


def test_an_archive_that_sends_by_another_title_is_known_by_its_address(store: Store) -> None:
    assert store("STORE-SCU") == 0


class Failing(FolderInbox):
    def draft(self) -> FolderDraft:
        raise RuntimeError("a mistake of ours")


@pytest.mark.parametrize("way", list(Bring))
def test_a_mistake_of_ours_is_not_swallowed(study: Study, tmp_path: Path, way: Bring) -> None:
    port = free_port()
    with DimseArchive(study, Manners(), port).running() as running:
        archive = Archive(
            *("id", "Main", Kind.DIMSE),
            host="127.0.0.1",
            port=running.port,
            called=TITLE,
            bring=way,
            listen_port=port,
        )
        with pytest.raises(RuntimeError, match="a mistake of ours"):
            asking.bring(archive, "", STUDY, Failing(tmp_path), lambda _done, _total: None)
