"""Structured reports (PS3.3 C.17, C.18): measurements and marks, such as TID 1500 writes them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from labeler.errors import LabelerError
from labeler.imaging.frame_stores import Decoders
from labeler.imaging.reader import Tick
from labeler.interchange.curves import curve
from labeler.interchange.dicom_item import Item, read_object
from labeler.interchange.slices import Slices, not_here, other_space, points
from labeler.model.frames import FrameRef
from labeler.model.image import ByteSource
from labeler.model.layers import (
    NO_FINDINGS,
    Findings,
    Layer,
    LayerCaveat,
    LayerKind,
    Measured,
    Path,
)

MAX_DEPTH = 32
MAX_NODES = 100_000
_FINDING = ("121071",)
_SITE = ("363698007", "G-C0E3")
_TRACKING = "112039"
_DRAWN = ("SCOORD", "SCOORD3D")


@dataclass(eq=False)
class _Group:
    """What was said about one thing: its name, places, values and marks."""

    names: list[str] = field(default_factory=list)
    tracking: str = ""
    sites: list[str] = field(default_factory=list)
    measured: list[Measured] = field(default_factory=list)
    figures: dict[FrameRef, list[Path]] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)
    spaces: set[str] = field(default_factory=set)
    off_plane: bool = False
    marks: int = 0

    @property
    def speaks(self) -> bool:
        return bool(self.measured or self.marks)


def read_report(
    source: ByteSource,
    slices: Slices,
    decoders: Decoders,  # noqa: ARG001  as every reader of objects has it
    tick: Tick,  # noqa: ARG001
) -> Findings:
    """One layer a group of measurements. Raises LabelerError where none is about this image."""
    item = read_object(source)
    reading = _Reading(slices)
    reading.walk(item, 0)
    groups = [group for group in reading.groups if group.speaks]
    if not groups:
        raise _nothing_said(source.name)
    here = [group for group in groups if group.figures or group.named & slices.instances.keys()]
    if here:
        return Findings(tuple(_layer(source.name, n, g, slices) for n, g in enumerate(here, 1)))
    named = {uid for group in groups for uid in group.named} or _evidence(item)
    spaces = {space for group in groups for space in group.spaces}
    if any(slices.elsewhere(named, space) for space in spaces or {""}):
        return NO_FINDINGS
    other = next((space for space in sorted(spaces) if space != slices.frame_of_reference), None)
    if other is not None:
        raise other_space(source.name, other, slices.frame_of_reference, slices.absent(named))
    raise not_here(source.name, slices.absent(named))


class _Reading:
    """One walk over the content tree."""

    def __init__(self, slices: Slices) -> None:
        self._slices, self._left = slices, MAX_NODES
        self.groups: list[_Group] = []

    def walk(self, node: Item, depth: int) -> None:
        """Every container that has values or marks of its own is a group."""
        group = _Group()
        self.groups.append(group)
        for child in self._children(node, depth):
            if child.text("ValueType") == "CONTAINER":
                self.walk(child, depth + 1)
            else:
                self._take(group, child, depth + 1)

    def _children(self, node: Item, depth: int) -> Iterator[Item]:
        if depth >= MAX_DEPTH:
            return
        for child in node.items("ContentSequence"):
            self._left -= 1
            if self._left < 0:
                return
            yield child

    def _take(self, group: _Group, node: Item, depth: int) -> None:
        kind = node.text("ValueType")
        name = node.code("ConceptNameCodeSequence")
        concept = name.value if name else ""
        if kind == "CODE":
            said = node.code("ConceptCodeSequence")
            kept = group.names if concept in _FINDING else group.sites
            if said is not None and concept in (*_FINDING, *_SITE):
                kept.append(said.meaning)
        elif kind == "TEXT" and concept == _TRACKING:
            group.tracking = node.text("TextValue")
        elif kind == "NUM":
            group.measured += _measured(node, name.meaning if name else "")
        elif kind in _DRAWN:
            self._mark(group, node, depth)
        elif kind == "IMAGE":
            group.named |= {uid for uid, _ in _images(node)}
        if kind in ("NUM", "CODE", "TEXT"):
            for child in self._children(node, depth):
                self._take(group, child, depth + 1)

    def _mark(self, group: _Group, node: Item, depth: int) -> None:
        group.marks += 1
        values = node.numbers("GraphicData")
        flat = node.text("ValueType") == "SCOORD"
        size = 2 if flat else 3
        given = np.asarray(values[: len(values) // size * size], dtype=np.float64)
        kind, given = node.text("GraphicType"), given.reshape(-1, size)
        if flat:
            images = [
                image
                for child in self._children(node, depth)
                if child.text("ValueType") == "IMAGE"
                for image in _images(child)
            ]
            group.named |= {uid for uid, _ in images}
            where = {k for uid, frames in images for k in self._slices.named(uid, frames)}
            for k in sorted(where):
                self._draw(group, k, kind, given - 0.5)
            return
        space = node.text("ReferencedFrameOfReferenceUID")
        group.spaces.add(space)
        if self._slices.oriented and space and space == self._slices.frame_of_reference:
            self._place(group, kind, given)

    def _place(self, group: _Group, kind: str, p_patient: np.ndarray) -> None:
        """Points each on their own slice; curves where they lie in one."""
        parts = p_patient[:, None] if kind in ("POINT", "MULTIPOINT") else [p_patient]
        for part in parts:
            k = self._slices.slice_of(part) if len(part) else None
            if k is None:
                group.off_plane = True
            else:
                self._draw(group, k, kind, self._slices.to_voxel(k, part))

    def _draw(self, group: _Group, k: int, kind: str, p_voxel: np.ndarray) -> None:
        found = curve(kind, p_voxel)
        if found is None:
            group.off_plane = True
            return
        joined, closed = found
        known = group.figures.setdefault(self._slices.refs[k], [])
        if kind in ("POINT", "MULTIPOINT"):
            known += [Path((one,), closed=False) for one in points(joined)]
        else:
            known.append(Path(points(joined), closed))


def _images(node: Item) -> list[tuple[str, tuple[int, ...]]]:
    """Instances and frames (from 1; none means all) that an IMAGE item names."""
    return [
        (image.text("ReferencedSOPInstanceUID"), image.integers("ReferencedFrameNumber"))
        for image in node.items("ReferencedSOPSequence")
        if not image.integers("ReferencedSegmentNumber")
    ]


def _measured(node: Item, name: str) -> list[Measured]:
    found = []
    for value in node.items("MeasuredValueSequence"):
        number, unit = value.number("NumericValue"), value.code("MeasurementUnitsCodeSequence")
        if number is not None:
            found.append(Measured(name, number, unit.value if unit is not None else ""))
    return found


def _evidence(item: Item) -> set[str]:
    """Instances that the report as a whole was made from."""
    kinds = ("CurrentRequestedProcedureEvidenceSequence", "PertinentOtherEvidenceSequence")
    return {
        image.text("ReferencedSOPInstanceUID")
        for kind in kinds
        for study in item.items(kind)
        for series in study.items("ReferencedSeriesSequence")
        for image in series.items("ReferencedSOPSequence")
    } - {""}


def _layer(name: str, number: int, group: _Group, slices: Slices) -> Layer:
    finding = ", ".join(dict.fromkeys(part for part in group.names if part))
    return Layer(
        key=f"{name}/{number}",
        kind=LayerKind.REPORT,
        source=name,
        name=finding or group.tracking,
        number=number,
        meaning=", ".join(dict.fromkeys(part for part in group.sites if part)),
        color=None,
        figures={ref: tuple(paths) for ref, paths in group.figures.items()},
        measured=tuple(group.measured),
        caveats=(LayerCaveat.OFF_PLANE,) if group.off_plane else (),
        missing=slices.absent(group.named),
    )


def _nothing_said(name: str) -> LabelerError:
    return LabelerError(
        "nothing-to-show",
        "{name} is a report without measurements or marks on images.",
        safe="The images and your marks are fine.",
        do="Nothing to do: a report's text is not shown here.",
        name=name,
    )
