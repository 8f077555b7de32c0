"""DICOM files as pydicom reads and writes them: the only adapter to it in this package."""

from __future__ import annotations

import io
import logging
import struct
import threading
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from labeler.errors import LabelerError
from labeler.imaging.dicom.header import read_header
from labeler.imaging.syntaxes import DEFLATED_LITTLE
from labeler.model.image import ByteSource

if TYPE_CHECKING:
    from pydicom.dataset import Dataset, FileDataset

MAX_BYTES = 1 << 31
FAULTS = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    NotImplementedError,
    OverflowError,
    EOFError,
    LookupError,
    RecursionError,
    struct.error,
    zlib.error,
)
"""What pydicom raises for bytes that are not what they should be."""


class SourceFile:
    """A ByteSource as a file that pydicom reads; a length beyond the file costs nothing."""

    def __init__(self, source: ByteSource) -> None:
        self._source, self._size, self._at = source, source.size, 0

    def read(self, length: int = -1) -> bytes:
        left = max(self._size - self._at, 0)
        found = self._source.read(self._at, left if length < 0 else min(length, left))
        self._at += len(found)
        return found

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at


_ALONE = threading.RLock()
"""Filters of warnings belong to the process: two threads that change them leave them changed."""


def tame() -> None:
    """Set pydicom for the whole process, always the same way, so that no thread sees it change.

    It warns of every value that is not as it should be; here values are judged where they are used.
    Its log lines hold the values themselves, which may name a person.
    """
    from pydicom import config

    config.settings.reading_validation_mode = config.IGNORE
    config.settings.writing_validation_mode = config.IGNORE
    logging.getLogger("pydicom").disabled = True


@contextmanager
def quiet() -> Iterator[None]:
    """Without pydicom's warnings, which may hold values too; one thread at a time."""
    tame()
    with _ALONE, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def guarded(name: str) -> Iterator[None]:
    """Quiet, and whatever pydicom trips over in a broken value is one error that names the file."""
    from pydicom.errors import BytesLengthException, InvalidDicomError

    try:
        with quiet():
            yield
    except (*FAULTS, BytesLengthException, InvalidDicomError) as error:
        raise not_looked_through(name, error) from error
    except OSError as error:
        # pydicom raises it for files that end early, too; the disk's own have a number.
        if error.errno is not None:
            raise
        raise not_looked_through(name, error) from error


def read_dataset(source: ByteSource, *, pixels: bool) -> FileDataset:
    """All elements (without the pixels unless asked for), most of them not yet looked into.

    Raises LabelerError "too-large-to-clean" or "not-looked-through", and OSError.
    """
    from pydicom import dcmread

    _refuse_bomb(source, pixels=pixels)
    # The walk reads many small pieces: a whole file at once where it is needed anyway.
    file = io.BytesIO(source.read(0, source.size)) if pixels else SourceFile(source)
    with guarded(source.name):
        return dcmread(file, force=True, stop_before_pixels=not pixels)


def write_dataset(dataset: FileDataset, name: str) -> bytes:
    """The bytes of a file with its preamble and meta header, in the encoding it was read in.

    Raises LabelerError. Written part by part, because pydicom's whole writer refuses files
    without a SOP class and syntaxes it does not know.
    """
    from pydicom.filebase import DicomBytesIO
    from pydicom.filewriter import write_dataset as write_elements
    from pydicom.filewriter import write_file_meta_info

    implicit, little = dataset.original_encoding
    head, body = DicomBytesIO(), DicomBytesIO()
    body.is_implicit_VR, body.is_little_endian = bool(implicit), little is not False
    with guarded(name):
        write_file_meta_info(head, dataset.file_meta, enforce_standard=False)
        write_elements(body, dataset)
    elements = body.getvalue()
    if dataset.file_meta.TransferSyntaxUID == DEFLATED_LITTLE:
        deflate = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        elements = deflate.compress(elements) + deflate.flush()
        elements += bytes(len(elements) % 2)
    return bytes(128) + b"DICM" + head.getvalue() + elements


def vr_of(dataset: Dataset, tag: int) -> str:
    """The VR of an element without looking into its value; "" where nobody knows it."""
    from pydicom.datadict import dictionary_has_tag, dictionary_VR

    item = dataset.get_item(tag)
    said = str(getattr(item, "VR", None) or "")
    if said not in ("", "UN"):
        return said
    return dictionary_VR(tag).split(" or ")[0] if dictionary_has_tag(tag) else said


def raw_value(dataset: Dataset, tag: int) -> bytes:
    """The bytes of a value where they are still as they were read; else what str() makes of it."""
    value = getattr(dataset.get_item(tag), "value", None)
    if isinstance(value, bytes | bytearray):
        return bytes(value)
    return b"" if value is None else str(value).encode("utf-8", "replace")


def texts(dataset: Dataset, tag: int) -> tuple[str, ...]:
    """The values of an element as texts; () where there are none that can be read."""
    from pydicom.multival import MultiValue

    try:
        with quiet():
            value = dataset[tag].value
    except FAULTS:
        return ()
    values = value if isinstance(value, MultiValue | list) else [value]
    return tuple(str(one) for one in values if one not in (None, ""))


def keyword(tag: int) -> str:
    from pydicom.datadict import keyword_for_tag

    return keyword_for_tag(tag) or f"{tag:08X}"


def _refuse_bomb(source: ByteSource, *, pixels: bool) -> None:
    try:
        unfolded = read_header(source).source
    except LabelerError:
        unfolded = source
    if (pixels or unfolded is not source) and unfolded.size > MAX_BYTES:
        raise LabelerError(
            "too-large-to-clean",
            "{name} is too large to be looked through ({size} bytes).",
            safe="Nothing was changed.",
            do="Leave the file out, or split it.",
            name=source.name,
            size=unfolded.size,
        )


def not_looked_through(name: str, error: Exception) -> LabelerError:
    return LabelerError(
        "not-looked-through",
        "What {name} tells of the person cannot be found out: its header is broken ({reason}).",
        safe="Nothing was changed.",
        do="Leave the file out, or mend it first (labeler inspect says what is wrong).",
        name=name,
        reason=type(error).__name__,
    )
