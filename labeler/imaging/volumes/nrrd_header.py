"""The text of an NRRD header to its fields (teem.sourceforge.net/nrrd/format.html)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from labeler.errors import LabelerError
from labeler.imaging.volumes.grids import Element
from labeler.imaging.volumes.header_fields import MAX_COUNT, HeaderFields
from labeler.imaging.volumes.volume_faults import bad_field, cut_short, not_of_kind
from labeler.model.image import ByteSource

MAGIC = b"NRRD000"
_MAX_HEADER = 1 << 20
_MAX_AXES = 16
_TYPES = {
    "i1": "signed char,int8,int8_t",
    "u1": "uchar,unsigned char,uint8,uint8_t",
    "i2": "short,short int,signed short,signed short int,int16,int16_t",
    "u2": "ushort,unsigned short,unsigned short int,uint16,uint16_t",
    "i4": "int,signed int,int32,int32_t",
    "u4": "uint,unsigned int,uint32,uint32_t",
    "i8": "longlong,long long,long long int,signed long long,signed long long int,int64,int64_t",
    "u8": "ulonglong,unsigned long long,unsigned long long int,uint64,uint64_t",
    "f4": "float",
    "f8": "double",
}
_ELEMENTS = {name: code for code, names in _TYPES.items() for name in names.split(",")}
_ENCODINGS = {
    "raw": "raw",
    "gzip": "gzip",
    "gz": "gzip",
    "bzip2": "bzip2",
    "bz2": "bzip2",
    "ascii": "ascii",
    "text": "ascii",
    "txt": "ascii",
    "hex": "hex",
}
_VECTOR = re.compile(r"none|\([^()]*\)", re.IGNORECASE)
_ALIASES = {"datafile": "data file", "lineskip": "line skip", "byteskip": "byte skip"}

Direction = tuple[float, ...]


@dataclass(frozen=True)
class NrrdHeader:
    """Fields as they are written, checked. Axes come in the order of the file, the first fastest.

    `end` is where the header ends. `data` is what "data file" says, or "LIST" and the names after
    it, or () where the values follow the header. `directions` are None for axes outside space.
    """

    name: str
    end: int
    element: Element
    sizes: tuple[int, ...]
    encoding: str
    data: tuple[str, ...]
    line_skip: int
    byte_skip: int
    space: str
    directions: tuple[Direction | None, ...]
    origin: Direction
    spacings: tuple[float, ...]
    kinds: tuple[str, ...]
    units: tuple[str, ...]
    modality: str

    def fault(self, field: str, value: object) -> LabelerError:
        return bad_field(self.name, "NRRD", field, value)


def read_nrrd(source: ByteSource, head: bytes) -> NrrdHeader:
    """Raises LabelerError naming the field at fault."""
    if not head.startswith(MAGIC):
        raise not_of_kind(source.name, "NRRD", "the word NRRD000 at its beginning")
    text, end = _text(source, head)
    fields, data, keys = _lines(text)
    read = _Fields(source.name, "NRRD", fields)
    if not data and end > source.size:
        raise cut_short(source.name, end, source.size)
    axes = read.whole("dimension", 1, _MAX_AXES)
    sizes = read.counts("sizes", axes)
    encoding = _ENCODINGS.get(read.needed("encoding").lower())
    if encoding is None:
        raise read.fault("encoding")
    vectors = _VECTOR.findall(fields.get("space directions", ""))
    if vectors and len(vectors) != axes:
        raise read.fault("space directions")
    spacings = read.reals("spacings", axes) if "spacings" in fields else ()
    return NrrdHeader(
        name=source.name,
        end=end,
        element=_element(read, encoding),
        sizes=sizes,
        encoding=encoding,
        data=data,
        line_skip=read.whole("line skip", 0, 1 << 20, usual=0),
        byte_skip=read.whole("byte skip", -1, MAX_COUNT, usual=0),
        space=fields.get("space", "").lower(),
        directions=tuple(read.vector("space directions", one) for one in vectors),
        origin=read.vector("space origin", fields.get("space origin", "none")) or (),
        spacings=spacings,
        kinds=tuple(fields.get("kinds", "").lower().split()),
        units=tuple(re.findall(r'"([^"]*)"', fields.get("space units") or fields.get("units", ""))),
        modality="MR" if keys.get("modality", "").upper() == "DWMRI" else "",
    )


def _text(source: ByteSource, head: bytes) -> tuple[str, int]:
    """Up to the first blank line, and where what follows it begins: past the end without one."""
    for data in (head, source.read(0, _MAX_HEADER)):
        found = re.search(rb"\r?\n\r?\n", data)
        if found:
            return data[: found.start()].decode("utf-8", "replace"), found.end()
    return data.decode("utf-8", "replace"), source.size + 1


def _lines(text: str) -> tuple[dict[str, str], tuple[str, ...], dict[str, str]]:
    """Fields, the data file's words or lines, and key/value pairs. The first of a name counts."""
    fields: dict[str, str] = {}
    keys: dict[str, str] = {}
    lines = text.splitlines()[1:]
    for at, line in enumerate(lines):
        key, pair, value = line.partition(":=")
        if line.startswith("#"):
            continue
        if pair:
            keys.setdefault(key.strip().lower(), value.strip())
            continue
        field, colon, value = line.partition(":")
        field = field.strip().lower()
        field = _ALIASES.get(field, field)
        if not colon:
            continue
        if field == "data file" and value.split()[:1] == ["LIST"]:
            return fields, ("LIST", *filter(None, map(str.strip, lines[at + 1 :]))), keys
        fields.setdefault(field, value.strip())
    data = fields.get("data file", "")
    return fields, (data,) if data else (), keys


def _element(read: _Fields, encoding: str) -> Element:
    code = _ELEMENTS.get(" ".join(read.needed("type").lower().split()))
    if code is None:
        raise read.fault("type")
    size = int(code[1])
    endian = read.fields.get("endian", "").lower()
    if size > 1 and encoding != "ascii" and endian not in ("little", "big"):
        raise read.fault("endian")
    return Element(code[0], size, endian != "big")


@dataclass(frozen=True)
class _Fields(HeaderFields):
    def vector(self, field: str, word: str) -> Direction | None:
        if word.lower() == "none":
            return None
        try:
            return tuple(float(part) for part in word.strip().strip("()").split(","))
        except ValueError:
            raise self.fault(field) from None
