"""De-identified copies of files of every family that one can be made of."""

from __future__ import annotations

from collections.abc import Mapping

from labeler.errors import LabelerError
from labeler.imaging.dicom.header import looks_like_dicom
from labeler.imaging.pictures.tiff import is_tiff
from labeler.imaging.slides.slide_makers import is_foreign
from labeler.imaging.sources.files import MemoryBytes
from labeler.interchange.dicom_copies import dicom_copy
from labeler.interchange.dicom_data import MAX_BYTES
from labeler.interchange.picture_parts import joined, picture_parts
from labeler.interchange.privacy import is_machine_text, is_structured
from labeler.interchange.pseudonyms import Pseudonyms
from labeler.interchange.tiff_texts import tiff_texts
from labeler.interchange.volume_texts import clean_volume, folded, is_gzip, renamed, unfolded
from labeler.model.image import ByteSource


def clean_copy(
    source: ByteSource, pseudonyms: Pseudonyms, name: str, parts: Mapping[str, str]
) -> ByteSource:
    """A copy called `name`, with the same pixels. `parts` are the new names of files that it
    refers to, by their old ones.

    Raises LabelerError "cannot-be-cleaned" where no copy can be made, and OSError.
    """
    head = source.read(0, 1024)
    if looks_like_dicom(head):
        return MemoryBytes(name, dicom_copy(source, pseudonyms))
    if source.size > MAX_BYTES or is_foreign(source, head):
        raise _cannot(source)
    data = _tiff(source) if is_tiff(head) else _other(source.read(0, source.size), parts)
    if data is None:
        raise _cannot(source)
    return MemoryBytes(name, data)


def renamed_copy(source: ByteSource, name: str, parts: Mapping[str, str]) -> ByteSource:
    """The file as it is, but for what it calls the files beside it. Raises LabelerError."""
    if not parts or source.size > MAX_BYTES:
        return source
    data = renamed(source.read(0, source.size), parts)
    if data is None:
        raise _cannot(source)
    return MemoryBytes(name, data)


def _other(data: bytes, parts: Mapping[str, str]) -> bytes | None:
    if (pieces := picture_parts(data)) is not None:
        return joined(pieces)
    folds = is_gzip(data)
    plain = unfolded(data, MAX_BYTES) if folds else data
    cleaned = clean_volume(plain) if plain else None
    if cleaned is None:
        return None
    fresh = renamed(cleaned.data, parts)
    return folded(fresh) if folds and fresh is not None else fresh


def _tiff(source: ByteSource) -> bytes | None:
    texts = tiff_texts(source)
    if texts is None:
        return None
    data = bytearray(source.read(0, source.size))
    for text in texts:
        value = bytes(data[text.start : text.start + text.length])
        if is_machine_text(value):
            continue
        if is_structured(text, value):
            return None
        data[text.start : text.start + text.length] = bytes(text.length)
    return bytes(data)


def _cannot(source: ByteSource) -> LabelerError:
    return LabelerError(
        "cannot-be-cleaned",
        "No de-identified copy can be made of {name}.",
        safe="Nothing was changed.",
        do="Leave it out, or say that it may be handed out as it is.",
        name=source.name,
    )
