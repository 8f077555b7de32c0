"""The DICOM doctor: faults of form in one file, and for each what a safe repair would change.

A repair is safe where it makes nothing up: how a value is written may change, what it says may
not, and neither pixels nor geometry are touched.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from labeler.errors import LabelerError
from labeler.imaging.dicom import tags
from labeler.imaging.dicom.encapsulated import find_fragments
from labeler.imaging.dicom.header import (
    Element,
    FileHeader,
    looks_like_dicom,
    read_header,
    top_elements,
)
from labeler.imaging.dicom.part10 import (
    GROUP_LENGTH,
    MEDIA_STORAGE_CLASS,
    MEDIA_STORAGE_INSTANCE,
    PREAMBLE,
    FileMeta,
    file_meta_bytes,
    read_file_meta,
)
from labeler.imaging.dicom.value_types import fitted, standard_type
from labeler.imaging.syntaxes import EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE, SYNTAXES
from labeler.model.image import ByteSource

_DELIMITER = b"\xfe\xff\xdd\xe0\0\0\0\0"
_MOST_OF_A_KIND = 20
_MOST_VALUE = 1 << 16


@dataclass(frozen=True)
class Splice:
    """An edit of a file's bytes: `removed` bytes at `at` give way to `added`."""

    at: int
    removed: int
    added: bytes


@dataclass(frozen=True)
class Ailment:
    """One fault of form. `found` and `repair` are templates filled from `facts`; `repair` says
    what a safe repair changes by `splices`, and is empty where none is known."""

    code: str
    tag: str
    found: str
    repair: str = ""
    facts: tuple[tuple[str, str | int], ...] = ()
    splices: tuple[Splice, ...] = ()

    @property
    def words(self) -> tuple[str, str]:
        """What was found, and what a repair changes."""
        facts = dict(self.facts)
        return self.found.format(**facts), self.repair.format(**facts)


def check_up(source: ByteSource) -> tuple[Ailment, ...]:
    """Every fault of form that is found in one file; none for what is no DICOM file.

    Raises OSError. What cannot be walked at all is told by reading it, not here.
    """
    head = source.read(0, 256)
    if not looks_like_dicom(head):
        return ()
    try:
        header = read_header(source)
    except LabelerError:
        return ()
    meta = read_file_meta(source)
    ailments = list(_meta_ailments(header, meta))
    if header.source is header.original:  # a deflated dataset cannot be edited in place
        elements = list(top_elements(header))
        ailments += _element_ailments(header, elements)
        ailments += _pixel_ailments(header)
    return tuple(ailments)


def _meta_ailments(header: FileHeader, meta: FileMeta) -> Iterator[Ailment]:
    """All of them are mended by the same edit: the whole of it is written anew."""
    syntax = _true_syntax(header, meta)
    splices = _meta_splices(header, meta, syntax)
    new = (
        "The file gets new meta information; the data behind it stays as it is." if splices else ""
    )
    if not meta.preamble:
        front = splices or ((Splice(0, 0, PREAMBLE),) if meta.values else ())
        yield Ailment(
            "no-preamble",
            "",
            "The file does not begin as DICOM files do.",
            new or ("The beginning that is missing is put in front." if front else ""),
            splices=front,
        )
    said = meta.uid(tags.TRANSFER_SYNTAX_UID)
    if not said:
        yield Ailment(
            "no-transfer-syntax",
            tags.spelled(tags.TRANSFER_SYNTAX_UID),
            "The file does not say how it is stored (transfer syntax).",
            new,
            splices=splices,
        )
    elif said != syntax:
        yield Ailment(
            "wrong-transfer-syntax",
            tags.spelled(tags.TRANSFER_SYNTAX_UID),
            "The file says it is stored as {said}, but it is stored as {syntax}.",
            new,
            (("said", _name(said)), ("syntax", _name(syntax))),
            splices,
        )
    if meta.preamble and not meta.length_holds:
        yield Ailment(
            "wrong-meta-length",
            tags.spelled(GROUP_LENGTH),
            "The length of the file meta information is missing or wrong.",
            new,
            splices=splices,
        )


def _name(uid: str) -> str:
    known = SYNTAXES.get(uid)
    return uid if known is None else known.name


def _true_syntax(header: FileHeader, meta: FileMeta) -> str:
    """What the bytes show, where that differs from what is said."""
    said = meta.uid(tags.TRANSFER_SYNTAX_UID)
    known = SYNTAXES.get(said)
    if known is not None and (known.compressed or header.source is not header.original):
        return said
    if not header.dataset.little:
        return EXPLICIT_BIG
    return EXPLICIT_LITTLE if header.explicit else IMPLICIT_LITTLE


def _meta_splices(header: FileHeader, meta: FileMeta, syntax: str) -> tuple[Splice, ...]:
    """None where the class is not known, or where pixels are compressed in an unnamed way."""
    dataset = header.dataset
    sop_class = dataset.code(tags.SOP_CLASS_UID) or meta.uid(MEDIA_STORAGE_CLASS)
    instance = dataset.code(tags.SOP_INSTANCE_UID) or meta.uid(MEDIA_STORAGE_INSTANCE)
    unnamed = (
        header.pixels is not None
        and header.pixels.length is None
        and not SYNTAXES[syntax].compressed
    )
    if not sop_class or not instance or unnamed:
        return ()
    # In a deflated file the dataset begins behind the meta information of the original.
    end = header.start if header.source is header.original else meta.end
    return (Splice(0, end, file_meta_bytes(syntax, sop_class, instance)),)


def _element_ailments(header: FileHeader, elements: list[Element]) -> list[Ailment]:
    found = [*_odd(header, elements)]
    # Each value is read again: not of more than are told.
    found += islice(_wrong_types(header, elements), _MOST_OF_A_KIND)
    last = -1
    for element in elements:
        if element.tag < last:
            found.append(
                Ailment(
                    "out-of-order",
                    tags.spelled(element.tag),
                    "Tag {tag} is out of order.",
                    facts=(("tag", tags.spelled(element.tag)),),
                )
            )
            break
        last = element.tag
    return found


def _odd(header: FileHeader, elements: list[Element]) -> Iterator[Ailment]:
    """Every value has an even length (PS3.5 7.1.1)."""
    odd = [one for one in elements if one.length is not None and one.length % 2]
    for element in odd[:_MOST_OF_A_KIND]:
        assert element.length is not None
        spelled = tags.spelled(element.tag)
        fill = b"\0" if element.vr in (b"UI", b"OB", b"UN", b"") else b" "
        length = _length_splice(header, element, element.length + 1)
        yield Ailment(
            "odd-length",
            spelled,
            "The value of {tag} has an odd length.",
            "One byte of padding follows the value of {tag}." if length else "",
            (("tag", spelled),),
            (length, Splice(element.end, 0, fill)) if length else (),
        )


def _length_splice(header: FileHeader, element: Element, length: int) -> Splice | None:
    """None where so long a value cannot be told."""
    order: Literal["little", "big"] = "little" if header.dataset.little else "big"
    wide = not header.explicit or element.value - element.at == 12
    size = 4 if wide else 2
    if length >= 1 << 8 * size:
        return None
    return Splice(element.value - size, size, length.to_bytes(size, order))


def _wrong_types(header: FileHeader, elements: list[Element]) -> Iterator[Ailment]:
    for element in elements:
        wanted = standard_type(element.tag)
        if not element.vr or not wanted or element.vr in (wanted, b"UN") or element.length is None:
            continue
        yield _wrong_type(header, element, element.length, wanted)


def _wrong_type(header: FileHeader, element: Element, length: int, wanted: bytes) -> Ailment:
    spelled, little = tags.spelled(element.tag), header.dataset.little
    facts = (("tag", spelled), ("vr", element.vr.decode()), ("wanted", wanted.decode()))
    value = header.source.read(element.value, length) if length <= _MOST_VALUE else b""
    mended = fitted(value, element.vr, wanted, little=little)
    splices: tuple[Splice, ...] = ()
    short = element.value - element.at == 8
    if mended is not None and short and length % 2 == 0 and len(value) == length:
        tag = header.source.read(element.at, 4)
        size = struct.pack("<H" if little else ">H", len(mended))
        splices = (Splice(element.at, element.end - element.at, tag + wanted + size + mended),)
    repair = "Tag {tag} gets the type {wanted}; its value stays." if splices else ""
    return Ailment(
        "wrong-type", spelled, "Tag {tag} is of type {vr}, not {wanted}.", repair, facts, splices
    )


def _pixel_ailments(header: FileHeader) -> Iterator[Ailment]:
    pixels = header.pixels
    if pixels is None or pixels.length is not None:
        return
    fragments = find_fragments(header.source, pixels.offset)
    if not fragments:
        return
    end = fragments[-1].at + 8 + fragments[-1].length
    spelled = tags.spelled(pixels.tag)
    if end == header.source.size:
        yield Ailment(
            "no-final-delimiter",
            spelled,
            "The compressed image ends without its delimiter.",
            "The delimiter is added at the end.",
            splices=(Splice(end, 0, _DELIMITER),),
        )
    table, rest = fragments[0], fragments[1:]
    raw = header.source.read(table.at + 8, min(table.length, 4 << 20))
    offsets = struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4])
    base = table.at + 8 + table.length
    begins = {part.at - base for part in rest}
    if offsets and not all(offset in begins for offset in offsets):
        yield Ailment(
            "wrong-offset-table",
            spelled,
            "The table of where frames begin is wrong.",
            "The table is left empty, as the standard allows.",
            splices=(Splice(table.at + 4, 4 + table.length, bytes(4)),),
        )
