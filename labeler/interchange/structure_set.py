"""Radiotherapy structure sets (PS3.3 C.8.8.5, C.8.8.6): contours in the patient, over an image."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from labeler.imaging.frame_stores import Decoders
from labeler.imaging.reader import Tick
from labeler.interchange.colors import from_bytes
from labeler.interchange.dicom_item import Item, broken, read_object
from labeler.interchange.slices import Slices, not_here, other_space, points
from labeler.model.affine import Vector
from labeler.model.frames import FrameRef
from labeler.model.image import ByteSource
from labeler.model.layers import NO_FINDINGS, Findings, Layer, LayerCaveat, LayerKind, Path

_CLOSED = ("CLOSED_PLANAR", "CLOSEDPLANAR_XOR")
_CONTOUR_DATA = 0x30060050


@dataclass(frozen=True)
class _Roi:
    number: int
    name: str
    kind: str
    space: str


@dataclass(eq=False)
class _Drawn:
    figures: dict[FrameRef, list[Path]] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)
    away: set[str] = field(default_factory=set)
    off_plane: int = 0


def read_structures(
    source: ByteSource,
    slices: Slices,
    decoders: Decoders,  # noqa: ARG001  as every reader of objects has it
    tick: Tick,
) -> Findings:
    """One layer an ROI. Raises LabelerError where nothing of it can be shown over this image."""
    item = read_object(source)
    rois = _rois(item)
    contours = item.items("ROIContourSequence")
    layers, named = [], _named_series(item)
    spaces = set()
    for done, roi_contour in enumerate(contours):
        tick(done, len(contours))
        number = roi_contour.integer("ReferencedROINumber") or 0
        roi = rois.get(number, _Roi(number, "", "", ""))
        drawn = _draw(roi, roi_contour, slices)
        named |= drawn.named
        spaces.add(roi.space)
        color = from_bytes(roi_contour.integers("ROIDisplayColor"))
        caveats = (LayerCaveat.OFF_PLANE,) if drawn.off_plane else ()
        layers.append(
            Layer(
                key=f"{source.name}/{number}",
                kind=LayerKind.STRUCTURES,
                source=source.name,
                name=roi.name,
                number=number,
                meaning=roi.kind,
                color=color,
                figures={ref: tuple(paths) for ref, paths in drawn.figures.items()},
                caveats=caveats,
                missing=slices.absent(drawn.away),
            )
        )
    if any(layer.figures for layer in layers):
        return Findings(tuple(layers))
    if any(slices.elsewhere(named, space) for space in spaces or {""}):
        return NO_FINDINGS
    other = next((space for space in spaces if not _fits(space, slices)), None)
    if other is not None:
        raise other_space(source.name, other, slices.frame_of_reference, slices.absent(named))
    raise not_here(source.name, slices.absent(named))


def _fits(space: str, slices: Slices) -> bool:
    return slices.oriented and bool(space) and space == slices.frame_of_reference


def _rois(item: Item) -> dict[int, _Roi]:
    kinds = {
        seen.integer("ReferencedROINumber"): seen.text("RTROIInterpretedType")
        for seen in item.items("RTROIObservationsSequence")
    }
    found = {}
    for roi in item.items("StructureSetROISequence"):
        number = roi.integer("ROINumber")
        if number is not None:
            space = roi.text("ReferencedFrameOfReferenceUID")
            found[number] = _Roi(number, roi.text("ROIName"), kinds.get(number, ""), space)
    return found


def _named_series(item: Item) -> set[str]:
    """Instances that the set as a whole was drawn on."""
    return {
        image.text("ReferencedSOPInstanceUID")
        for space in item.items("ReferencedFrameOfReferenceSequence")
        for study in space.items("RTReferencedStudySequence")
        for series in study.items("RTReferencedSeriesSequence")
        for image in series.items("ContourImageSequence")
    } - {""}


def _draw(roi: _Roi, roi_contour: Item, slices: Slices) -> _Drawn:
    drawn = _Drawn()
    for contour in roi_contour.items("ContourSequence"):
        uids = {
            image.text("ReferencedSOPInstanceUID")
            for image in contour.items("ContourImageSequence")
        } - {""}
        drawn.named |= uids
        placed = _fits(roi.space, slices) or (
            not roi.space and bool(uids & slices.instances.keys())
        )
        if not placed:
            drawn.away |= uids
            continue
        p_patient = _points(contour)
        if not len(p_patient):
            continue
        k = slices.slice_of(p_patient)
        if k is None:
            drawn.away |= uids
            drawn.off_plane += not uids or not uids.isdisjoint(slices.instances)
            continue
        kind = contour.text("ContourGeometricType")
        voxels = points(slices.to_voxel(k, p_patient))
        found = (
            [Path((one,), closed=False) for one in voxels]
            if kind == "POINT"
            else [Path(voxels, closed=kind in _CLOSED, filled=kind == "CLOSED_PLANAR")]
        )
        drawn.figures.setdefault(slices.refs[k], []).extend(found)
    return drawn


def _points(contour: Item) -> Vector:
    """Contour Data (3006,0050) as (n, 3) patient mm."""
    values = contour.numbers("ContourData")
    if len(values) % 3:
        raise broken(contour.name, _CONTOUR_DATA, ValueError(f"{len(values)} numbers"))
    return np.asarray(values, dtype=np.float64).reshape(-1, 3)
