"""A de-identified copy of a DICOM file: another header, the same pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labeler.imaging.dicom.header import read_header
from labeler.imaging.dicom.part10 import IMPLEMENTATION_NAME, IMPLEMENTATION_UID
from labeler.interchange.deidentify import deidentify
from labeler.interchange.dicom_data import (
    guarded,
    not_looked_through,
    read_dataset,
    write_dataset,
)
from labeler.interchange.pseudonyms import Pseudonyms
from labeler.model.image import ByteSource

if TYPE_CHECKING:
    from pydicom.dataset import FileDataset


def dicom_copy(source: ByteSource, pseudonyms: Pseudonyms) -> bytes:
    """The bytes of a copy. Raises LabelerError where it cannot be made, and OSError."""
    syntax = read_header(source).syntax
    dataset = read_dataset(source, pixels=True)
    if not len(dataset):
        raise not_looked_through(source.name, ValueError("no elements"))
    with guarded(source.name):
        deidentify(dataset, pseudonyms)
        _renew(dataset, syntax)
    return write_dataset(dataset, source.name)


def _renew(dataset: FileDataset, syntax: str) -> None:
    """A preamble and a meta header of our own: the old ones may name machines and people."""
    from pydicom.dataset import FileMetaDataset
    from pydicom.uid import UID

    meta = FileMetaDataset()
    meta.FileMetaInformationGroupLength = 0
    meta.FileMetaInformationVersion = b"\0\1"
    for old, new in (
        ("SOPClassUID", "MediaStorageSOPClassUID"),
        ("SOPInstanceUID", "MediaStorageSOPInstanceUID"),
    ):
        if value := dataset.get(old):
            setattr(meta, new, value)
    meta.TransferSyntaxUID = UID(syntax)
    meta.ImplementationClassUID = UID(IMPLEMENTATION_UID)
    meta.ImplementationVersionName = IMPLEMENTATION_NAME
    dataset.file_meta = meta
    dataset.preamble = bytes(128)
