"""Where received instances go: a draft each, which counts only when it is whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from labeler.errors import LabelerError
from labeler.imaging.dicom import tags
from labeler.imaging.dicom.header import read_header
from labeler.imaging.dicom.part10 import MEDIA_STORAGE_INSTANCE, read_file_meta
from labeler.imaging.dicom.wholeness import is_whole
from labeler.model.image import ByteSource
from labeler.pacs.query import is_uid


class Draft(Protocol):
    """One instance on its way to the disk."""

    def write(self, data: bytes) -> None: ...

    def finish(self) -> ByteSource:
        """No more bytes will come; what was written can be read."""
        ...

    def keep(self, uid: str) -> None:
        """It is whole: from now on it is here, under its SOP Instance UID."""
        ...

    def drop(self) -> None:
        """Leave nothing of it; after `keep` nothing happens."""
        ...


class Inbox(Protocol):
    """The instances of one study that are here."""

    def holds(self, uid: str) -> bool:
        """Whether this instance is here, whole, and every byte of it is as it was written."""
        ...

    def draft(self) -> Draft: ...


@dataclass(frozen=True)
class Arrived:
    """What a received file is; `whole`: no byte of it is missing."""

    uid: str
    whole: bool


def identify(source: ByteSource, study: str, series: str, wanted: frozenset[str]) -> Arrived | None:
    """What a received file says of itself; None where it is not what was asked for.

    That is what belongs to the study and is `wanted` or in the series: a list of instances may
    be shorter than the series. Its dataset is believed, not the head of the file.
    """
    meta = read_file_meta(source)
    if not meta.preamble:
        return None
    try:
        header = read_header(source)
    except LabelerError as error:
        uid = meta.uid(MEDIA_STORAGE_INSTANCE)
        # It cannot be looked into here, and not be shown: its head is all there is.
        known = error.code == "unknown-syntax" and uid in wanted
        return Arrived(uid, whole=True) if known else None
    found = header.dataset
    uid = found.code(tags.SOP_INSTANCE_UID)
    of_series = found.code(tags.SERIES_INSTANCE_UID) == series
    if not is_uid(uid) or found.code(tags.STUDY_INSTANCE_UID) != study:
        return None
    return Arrived(uid, is_whole(header)) if of_series or uid in wanted else None
