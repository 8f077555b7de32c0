"""OME-XML: which page of a TIFF is which channel, depth and moment, and how large a pixel is.

Read with expat and no document type: without one there are no entities that could be expanded.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

MAX_XML = 1 << 24
_MAX_DEPTH = 64
_MAX_SIZE = 1 << 24
_MOST_TIMES = 4
"""How often all pages may be named: by one image each, as a rule."""
_UNITS_MM = {
    "": 1e-3,
    "µm": 1e-3,
    "μm": 1e-3,
    "um": 1e-3,
    "nm": 1e-6,
    "pm": 1e-9,
    "Å": 1e-7,
    "mm": 1.0,
    "cm": 10.0,
    "m": 1000.0,
}
"""Micrometres where no unit is named (OME schema, UnitsLength)."""


class BrokenOmeError(Exception):
    """The XML cannot be used; the text says why, in a few words."""


@dataclass(frozen=True)
class Plane:
    """One page: counted among the pages at the top level."""

    page: int
    channel: int
    z: int
    t: int


@dataclass(frozen=True)
class OmeImage:
    """Sizes in mm; None where they are not said in a unit of length."""

    name: str
    planes: tuple[Plane, ...]
    channels: tuple[str, ...]
    spacing_mm: tuple[float, float] | None
    step_mm: float | None


@dataclass
class _Image:
    name: str
    pixels: dict[str, str] = field(default_factory=dict)
    channels: list[dict[str, str]] = field(default_factory=list)
    data: list[dict[str, str]] = field(default_factory=list)


def is_ome(description: str) -> bool:
    return "<OME" in description[:8192] or "<ome:OME" in description[:8192]


def read_ome(description: str, pages: int) -> tuple[OmeImage, ...]:
    """The images whose planes lie among `pages` pages of this file. Raises BrokenOmeError."""
    if len(description) > MAX_XML:
        raise BrokenOmeError("its OME-XML is too long")
    parsed = _Parser()
    try:
        parsed.expat.Parse(description.encode(), True)
    except expat.ExpatError as error:
        raise BrokenOmeError("its OME-XML is broken") from error
    found: list[OmeImage] = []
    left = pages * _MOST_TIMES
    for image in parsed.images:
        found.append(_image(image, pages, left))
        left -= len(found[-1].planes)
    return tuple(image for image in found if image.planes)


class _Parser:
    """Notes what matters and steps over the rest."""

    def __init__(self) -> None:
        self.images: list[_Image] = []
        self.expat = expat.ParserCreate()
        self.expat.StartElementHandler = self._start
        self.expat.EndElementHandler = self._end
        self.expat.CharacterDataHandler = self._text
        self.expat.StartDoctypeDeclHandler = self._refuse
        self._depth, self._own, self._in_uuid = 0, "", False

    def _refuse(self, *_said: object) -> None:
        raise BrokenOmeError("its OME-XML brings a document type of its own")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise BrokenOmeError("its OME-XML is nested too deeply")
        word = name.rpartition(":")[2]
        if word == "OME":
            self._own = attributes.get("UUID", "")
        elif word == "Image":
            self.images.append(_Image(attributes.get("Name", "")[:64]))
        elif self.images:
            image = self.images[-1]
            if word == "Pixels":
                image.pixels = attributes
            elif word == "Channel":
                image.channels.append(attributes)
            elif word == "TiffData":
                image.data.append(attributes | {"uuid": ""})
            self._in_uuid = word == "UUID" and bool(image.data)

    def _end(self, _name: str) -> None:
        self._depth -= 1
        self._in_uuid = False

    def _text(self, text: str) -> None:
        if self._in_uuid and len(self.images[-1].data[-1]["uuid"]) < 128:
            self.images[-1].data[-1]["uuid"] += text
            data = self.images[-1].data[-1]
            data["elsewhere"] = "1" if self._own and data["uuid"].strip() != self._own else ""


def _image(image: _Image, pages: int, left: int) -> OmeImage:
    """Raises BrokenOmeError where it has more than `left` planes."""
    said = image.pixels
    samples = max(_whole(channel, "SamplesPerPixel", 1) for channel in image.channels or [{}])
    sizes = {axis: _whole(said, f"Size{axis}", 1) for axis in "ZCT"}
    sizes["C"] = max(sizes["C"] // max(samples, 1), 1)
    if any(not 0 < size <= _MAX_SIZE for size in sizes.values()):
        raise BrokenOmeError("its OME-XML gives impossible sizes")
    names = [channel.get("Name", "")[:64] for channel in image.channels[: sizes["C"]]]
    numbered = (f"channel {n + 1}" for n in itertools.count())
    across, down = _length(said, "X"), _length(said, "Y")
    planes = tuple(itertools.islice(_planes(image, sizes, pages), left + 1))
    if len(planes) > left:
        raise BrokenOmeError("its OME-XML names the same planes again and again")
    return OmeImage(
        image.name,
        planes,
        tuple(name or number for name, number in zip(names, numbered, strict=False)),
        None if across is None or down is None else (down, across),
        _length(said, "Z"),
    )


def _planes(image: _Image, sizes: dict[str, int], pages: int) -> Iterator[Plane]:
    """Planes are counted along the axes in the order that Pixels names, X and Y left out."""
    axes = [axis for axis in image.pixels.get("DimensionOrder", "XYZCT") if axis in sizes]
    if sorted(axes) != ["C", "T", "Z"]:
        raise BrokenOmeError("its OME-XML gives an impossible order of axes")
    total = sizes["Z"] * sizes["C"] * sizes["T"]
    for data in image.data or [{}]:
        if data.get("elsewhere"):
            continue
        first = {axis: _whole(data, f"First{axis}", 0) for axis in axes}
        at, step = 0, 1
        for axis in axes:
            at += first[axis] * step
            step *= sizes[axis]
        begin = _whole(data, "IFD", 0)
        count = _whole(data, "PlaneCount", 1 if "IFD" in data else total)
        for n in range(max(min(count, pages - begin, total - at), 0)):
            place, rest = {}, at + n
            for axis in axes:
                rest, place[axis] = divmod(rest, sizes[axis])
            if begin + n >= 0:
                yield Plane(begin + n, place["C"], place["Z"], place["T"])


def _whole(said: dict[str, str], name: str, default: int) -> int:
    value = said.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 10 else default


def _length(said: dict[str, str], axis: str) -> float | None:
    """In mm."""
    unit = _UNITS_MM.get(said.get(f"PhysicalSize{axis}Unit", ""))
    try:
        size = float(said.get(f"PhysicalSize{axis}", ""))
    except ValueError:
        return None
    found = 0.0 if unit is None else size * unit
    return found if 1e-8 < found < 1e3 else None
