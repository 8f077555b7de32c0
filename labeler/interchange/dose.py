"""Radiotherapy dose grids (PS3.3 C.8.8.3): values in Gy where the patient is."""

from __future__ import annotations

import numpy as np

from labeler.errors import LabelerError
from labeler.imaging.frame_stores import DecodeError, Decoders
from labeler.imaging.frames import StoredFrame
from labeler.imaging.reader import Tick
from labeler.imaging.readers import read_file
from labeler.interchange.dicom_item import Item, read_object
from labeler.interchange.slices import Slices, not_here, other_space
from labeler.model.image import ByteSource
from labeler.model.layers import NO_FINDINGS, Dose, Findings, LayerCaveat

MAX_VOXELS = 1 << 27
_SCALING, _UNITS = "(3004,000E)", "(3004,0002)"


def read_dose(source: ByteSource, slices: Slices, decoders: Decoders, tick: Tick) -> Findings:
    """The grid of one dose. Raises LabelerError where it cannot be shown over this image."""
    item = read_object(source)
    space = item.text("FrameOfReferenceUID")
    if slices.elsewhere((), space):
        return NO_FINDINGS
    if not (slices.oriented and space and space == slices.frame_of_reference):
        raise other_space(source.name, space, slices.frame_of_reference, 0)
    if item.text("DoseUnits") not in ("GY", "RELATIVE"):
        raise _unusable(source.name, _UNITS)
    frames = read_file(source, lambda _name: None)
    if not frames[0].beyond or frames[0].slope <= 0:
        raise _unusable(source.name, _SCALING)
    dose = _grid(item, frames, decoders, tick)
    if not _reaches(dose, slices):
        raise not_here(source.name, 0)
    return Findings(doses=(dose,))


def _grid(item: Item, frames: tuple[StoredFrame, ...], decoders: Decoders, tick: Tick) -> Dose:
    first = frames[0]
    layout = first.file.layout
    if layout.rows * layout.columns * len(frames) > MAX_VOXELS:
        raise _unusable(item.name, "(0028,0010)")
    placed = [frame.position for frame in frames if frame.position is not None]
    if len(placed) != len(frames) or first.orientation is None or first.spacing is None:
        raise _unusable(item.name, "(3004,000C)")
    rows_mm, columns_mm = first.spacing
    across, down = np.array(first.orientation[:3]), np.array(first.orientation[3:])
    normal = np.cross(across, down)
    heights = np.array(placed) @ normal
    order = np.argsort(heights, kind="stable")
    if len(set(np.round(heights, 3))) != len(heights):
        raise _unusable(item.name, "(3004,000C)")
    values = np.zeros((len(frames), layout.rows, layout.columns), dtype=np.float32)
    for done, n in enumerate(order):
        tick(done, len(frames))
        values[done] = _stored(item.name, frames[n], decoders) * frames[n].slope
    relative = item.text("DoseUnits") == "RELATIVE"
    parts = (item.text("DoseSummationType"), item.text("DoseType"))
    return Dose(
        key=item.name,
        source=item.name,
        name=" ".join(part.lower() for part in parts if part),
        unit="" if relative else "Gy",
        values=values,
        origin=np.array(placed[order[0]]),
        right=across * columns_mm,
        down=down * rows_mm,
        normal=normal,
        offsets=heights[order] - heights[order[0]],
        caveats=(LayerCaveat.RELATIVE_DOSE,) if relative else (),
    )


def _stored(name: str, frame: StoredFrame, decoders: Decoders) -> np.ndarray:
    try:
        return frame.file.store.frame(frame.number, decoders).astype(np.float64)
    except DecodeError as error:
        raise _unusable(name, "(7FE0,0010)") from error


def _reaches(dose: Dose, slices: Slices) -> bool:
    """Whether the grid and the image share a slab of space along the image's normal."""
    _, rows, columns = dose.values.shape
    corners = [
        dose.origin + c * dose.right + r * dose.down + height * dose.normal
        for c in (0, columns - 1)
        for r in (0, rows - 1)
        for height in (dose.offsets[0], dose.offsets[-1])
    ]
    along = np.array(corners) @ slices.normal
    half = slices.spaced_mm / 2
    return bool(
        along.min() - half <= slices.along.max() and slices.along.min() <= along.max() + half
    )


def _unusable(name: str, tag: str) -> LabelerError:
    return LabelerError(
        "broken-object",
        "{name} cannot be shown over its images: its tag {tag} is missing or of no use.",
        safe="The images and your marks are fine.",
        do="Ask the sender for the file again.",
        name=name,
        tag=tag,
    )
