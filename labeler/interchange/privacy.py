"""What files tell of the person they show: the privacy gate's list, for every family of files."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Literal

import msgspec

from labeler.errors import LabelerError
from labeler.imaging.dicom.header import looks_like_dicom
from labeler.imaging.pictures.tiff import is_tiff
from labeler.imaging.slides.slide_makers import is_foreign
from labeler.interchange.dicom_data import guarded, read_dataset
from labeler.interchange.dicom_privacy import find_in_dicom
from labeler.interchange.identity import Identity, identity_of
from labeler.interchange.picture_parts import picture_parts
from labeler.interchange.privacy_findings import (
    PrivacyFinding,
    Severity,
    Sort,
    Treatment,
    in_order,
    part,
)
from labeler.interchange.tiff_texts import TiffText, tiff_texts
from labeler.interchange.volume_texts import clean_volume, is_gzip, unfolded
from labeler.model.image import ByteSource

FORMAT = "labeler.privacy/1"
MAX_PICTURE = 1 << 28
_HEADER = 1 << 21
_NUMBER = re.compile(r"\d{6,}")

_FOREIGN = (
    part(Sort.SLIDE_IMAGE, Severity.NAMES, "label or macro image", Treatment.NONE),
    part(Sort.UNREAD, Severity.MAY_NAME, "maker's own texts", Treatment.NONE),
)
"""Of slides that are read by OpenSlide alone: nobody here knows all that they hold."""

Family = Literal["dicom", "picture", "volume", "slide", "other"]


class FilePrivacy(msgspec.Struct, frozen=True, tag_field="object", tag="file"):
    """One file that was looked through. `look`: a person must look at its pixels first."""

    file: str
    family: Family
    findings: tuple[PrivacyFinding, ...]
    look: bool
    """Whether text may be painted into the pixels, so that only a person can tell."""
    cleanable: bool
    """Whether a de-identified copy can be made of it."""


class NotLookedThrough(msgspec.Struct, frozen=True, tag_field="object", tag="failed"):
    """A file of which nobody knows what it tells."""

    file: str
    code: str
    message: str


def inspect_privacy(
    files: Sequence[ByteSource], tick: Callable[[int, int], None] = lambda _done, _total: None
) -> list[FilePrivacy | NotLookedThrough]:
    """Everything found, in the order of the files; raises nothing for a bad file."""
    found: list[FilePrivacy | NotLookedThrough] = []
    for done, source in enumerate(files):
        tick(done, len(files))
        try:
            found.append(privacy_of(source))
        except LabelerError as error:
            found.append(NotLookedThrough(source.name, error.code, str(error)))
        except OSError as error:
            why = f"{source.name} cannot be read ({error.strerror or type(error).__name__})."
            found.append(NotLookedThrough(source.name, "unreadable-file", why))
    tick(len(files), len(files))
    return found


def privacy_of(source: ByteSource) -> FilePrivacy:
    """What one file tells. Raises LabelerError where its header is too broken to know, OSError."""
    head = source.read(0, 1024)
    if looks_like_dicom(head):
        dataset = read_dataset(source, pixels=False)
        with guarded(source.name):
            return _found(source, "dicom", find_in_dicom(dataset), identity_of(dataset))
    if is_foreign(source, head):
        return _found(source, "slide", _FOREIGN)
    if is_tiff(head):
        return _tiff(source)
    if (findings_in := _picture(source)) is not None:
        return _found(source, "picture", findings_in)
    return _volume(source, head)


def _found(
    source: ByteSource,
    family: Family,
    findings: Sequence[PrivacyFinding],
    identity: Identity | None = None,
) -> FilePrivacy:
    findings = (*findings, *_file_name(source.name, identity or Identity()))
    return FilePrivacy(
        file=source.name,
        family=family,
        findings=in_order(findings),
        look=any(one.copy is Treatment.LOOKED_AT for one in findings),
        cleanable=not any(one.copy is Treatment.NONE for one in findings),
    )


def _file_name(name: str, identity: Identity) -> list[PrivacyFinding]:
    """A name is judged by what the file itself says, and by its looks. Copies get new names."""
    if identity.told_by(name):
        return [part(Sort.FILE_NAME, Severity.NAMES, "file name", Treatment.REPLACED)]
    if "^" in name or _NUMBER.search(name):
        return [part(Sort.FILE_NAME, Severity.MAY_NAME, "file name", Treatment.REPLACED)]
    return []


def _picture(source: ByteSource) -> list[PrivacyFinding] | None:
    """None for what is no picture that is known here."""
    if source.size > MAX_PICTURE:
        return None
    parts = picture_parts(source.read(0, source.size))
    if parts is None:
        return None
    found = [
        part(Sort.METADATA, _severity(one.name), one.name, Treatment.REMOVED)
        for one in parts
        if one.name
    ]
    # A picture cannot say whether a name is painted into it: often it was cut from a screen.
    return [*found, part(Sort.PIXELS, Severity.MAY_NAME, "picture", Treatment.LOOKED_AT)]


def _severity(name: str) -> Severity:
    return Severity.HARMLESS if name in ("Make", "Model", "Software") else Severity.MAY_NAME


_STRUCTURED = re.compile(
    rb"Aperio|<\?xml|<OME|ImageJ=|Hamamatsu|Leica|TRESTLE|Ventana|<scan", re.IGNORECASE
)
_SHAPE = re.compile(rb'\{"shape": \[[\d, ]+\](, "\w+": "?[\w.]*"?)*\}')
_EXTRA = re.compile(rb"label|macro|thumbnail", re.IGNORECASE)


def _tiff(source: ByteSource) -> FilePrivacy:
    texts = tiff_texts(source)
    if texts is None:
        return _unknown(source, "TIFF")
    findings, family = [], "picture"
    for text in texts:
        value = source.read(text.start, min(text.length, 1 << 16))
        if is_machine_text(value):
            continue
        structured = is_structured(text, value)
        if structured:
            family = "slide"
            if _EXTRA.search(value[:512].partition(b"|")[0]):
                findings.append(
                    part(Sort.SLIDE_IMAGE, Severity.NAMES, "label or macro image",
                         Treatment.LOOKED_AT)
                )  # fmt: skip
        treatment = Treatment.NONE if structured else Treatment.EMPTIED
        findings.append(part(Sort.METADATA, _severity(text.name), text.name, treatment))
    if family == "picture":
        findings.append(part(Sort.PIXELS, Severity.MAY_NAME, "picture", Treatment.LOOKED_AT))
    return _found(source, "slide" if family == "slide" else "picture", findings)


def is_structured(text: TiffText, value: bytes) -> bool:
    """Whether a reader needs the text to place the image: then it cannot just be blanked."""
    return text.tag in (270, 305) and bool(_STRUCTURED.search(value[:512]))


def is_machine_text(value: bytes) -> bool:
    """What a program wrote about the shape of the array, and nothing else."""
    return bool(_SHAPE.fullmatch(value.rstrip(b"\0 ")))


def _volume(source: ByteSource, head: bytes) -> FilePrivacy:
    data: bytes | None = source.read(0, _HEADER)
    if is_gzip(head):
        data = unfolded(data or b"", _HEADER)
    cleaned = clean_volume(data) if data else None
    if cleaned is None:
        return _unknown(source, "header")
    found = [part(Sort.METADATA, Severity.MAY_NAME, name, Treatment.REMOVED)
             for name in cleaned.names]  # fmt: skip
    return _found(source, "volume", found)


def _unknown(source: ByteSource, name: str) -> FilePrivacy:
    """What is not known here cannot be said to be clean."""
    return _found(source, "other", [part(Sort.UNREAD, Severity.MAY_NAME, name, Treatment.NONE)])
