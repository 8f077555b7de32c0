"""Where each frame of one file lies in the patient, by whatever its header says it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from labeler.imaging.dicom import tags
from labeler.imaging.dicom.dataset import Dataset
from labeler.imaging.dicom.groups import FrameGroups

Vector3 = tuple[float, float, float]


@dataclass(frozen=True)
class FramePlace:
    """`position` is None where frames of a file share one, so that it cannot sort them; `origin`
    is then still where the first pixel lies. LPS mm; `orientation` is two unit vectors."""

    position: Vector3 | None
    origin: Vector3 | None
    orientation: tuple[float, ...] | None
    phase: int | None = None
    """Of gated nuclear slices, from 1."""


def read_places(groups: Sequence[FrameGroups]) -> list[FramePlace]:
    """One for each frame: its own plane, or the file's with the offsets of its frames."""
    plain = groups[0].plain
    offsets = _offsets(plain, len(groups))
    detector = _detector(plain)
    places = [_place(own, detector, offsets, n) for n, own in enumerate(groups)]
    phases = plain.shorts(tags.TIME_SLOT_VECTOR)
    if not _tomographic(plain) or len(phases) != len(places):
        return places
    return [replace(place, phase=phase) for place, phase in zip(places, phases, strict=True)]


def _place(
    groups: FrameGroups, detector: Dataset, offsets: tuple[float, ...], number: int
) -> FramePlace:
    cosines = groups.of(tags.PLANE_ORIENTATION_SEQUENCE).decimals(tags.IMAGE_ORIENTATION_PATIENT)
    cosines = cosines or detector.decimals(tags.IMAGE_ORIENTATION_PATIENT)
    orientation = cosines if len(cosines) == 6 else None
    origin = _vector(groups.of(tags.PLANE_POSITION_SEQUENCE)) or _vector(detector)
    if len(offsets) == 1 or groups.own.items(tags.PLANE_POSITION_SEQUENCE):
        return FramePlace(origin, origin, orientation)
    if origin is None or orientation is None or not offsets:
        return FramePlace(None, origin, orientation)
    normal = cross(orientation[:3], orientation[3:])
    # Offsets may begin with the position itself instead of 0 (PS3.3 C.8.8.3.2).
    offset = offsets[number] - (offsets[0] if offsets[0] == origin[2] else 0.0)
    x, y, z = (o + offset * n for o, n in zip(origin, normal, strict=True))
    return FramePlace((x, y, z), origin, orientation)


def _offsets(plain: Dataset, count: int) -> tuple[float, ...]:
    """How far along the normal each frame lies; () where nothing says so."""
    if count == 1:
        return (0.0,)
    offsets = plain.decimals(tags.GRID_FRAME_OFFSET_VECTOR)
    if len(offsets) == count:
        return offsets
    # Reconstructed nuclear slices, counted by their vector; the sign of the spacing is the way
    # they run along the normal (PS3.3 C.8.4.15).
    step = plain.decimal(tags.SPACING_BETWEEN_SLICES)
    numbers = plain.shorts(tags.SLICE_VECTOR)
    if not _tomographic(plain) or not step or len(numbers) != count:
        return ()
    return tuple((number - 1) * step for number in numbers)


def _tomographic(plain: Dataset) -> bool:
    kinds = {"RECON TOMO", "RECON GATED TOMO"}.intersection(plain.codes(tags.IMAGE_TYPE))
    return plain.code(tags.MODALITY) == "NM" and bool(kinds)


def _detector(plain: Dataset) -> Dataset:
    """Where reconstructed nuclear images say where they lie: in their one detector's item."""
    items = plain.items(tags.DETECTOR_INFORMATION_SEQUENCE)
    return items[0] if _tomographic(plain) and len(items) == 1 else _NOTHING


_NOTHING = Dataset()


def cross(a: tuple[float, ...], b: tuple[float, ...]) -> Vector3:
    return (
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    )


def _vector(dataset: Dataset) -> Vector3 | None:
    values = dataset.decimals(tags.IMAGE_POSITION_PATIENT)
    return (values[0], values[1], values[2]) if len(values) == 3 else None
