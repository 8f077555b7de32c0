"""Where received instances go: a draft each, which counts only when it is whole."""

from __future__ import annotations

from typing import Protocol

from labeler.errors import LabelerError
from labeler.imaging.dicom import tags
from labeler.imaging.dicom.header import read_header
from labeler.imaging.dicom.part10 import MEDIA_STORAGE_INSTANCE, read_file_meta
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
        """Whether this instance is here and every byte of it is as it was written."""
        ...

    def draft(self) -> Draft: ...


def identify(source: ByteSource, study: str, wanted: frozenset[str] | None) -> str | None:
    """The SOP Instance UID of a received file; None where it is not what was asked for.

    `wanted` is None where the archive did not say what there is: then the study must be right.
    """
    meta = read_file_meta(source)
    uid = meta.uid(MEDIA_STORAGE_INSTANCE)
    if not meta.preamble or not is_uid(uid):
        return None
    if wanted is not None:
        return uid if uid in wanted else None
    try:
        found = read_header(source).dataset
    except LabelerError:
        return None
    return uid if found.code(tags.STUDY_INSTANCE_UID) == study else None
