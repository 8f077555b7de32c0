"""Which way rows and columns run by the file's word, where no coordinates tell (X-rays)."""

from __future__ import annotations

from labeler.imaging.dicom import tags
from labeler.imaging.dicom.dataset import Dataset

Sides = tuple[str, str]
"""Where a row and a column lead: one to three of A P R L H F each, the main one first."""

_AXIS = {"A": 0, "P": 0, "R": 1, "L": 1, "H": 2, "F": 2}
_LONGEST = 3


def read_sides(dataset: Dataset, frame_count: int) -> Sides | None:
    """Patient Orientation of a person (PS3.3 C.7.6.1.1.1); None where it is missing, impossible or
    not true of every frame: detectors around a patient (NM), an arm that moves (XA)."""
    if frame_count > 1 and dataset.code(tags.MODALITY) == "NM":
        return None
    if frame_count > 1 and dataset.code(tags.POSITIONER_MOTION) == "DYNAMIC":
        return None
    if dataset.code(tags.ANATOMICAL_ORIENTATION_TYPE) == "QUADRUPED":
        return None
    values = dataset.codes(tags.PATIENT_ORIENTATION)
    if len(values) != 2 or not all(_possible(value) for value in values):
        return None
    row, column = values
    return (row, column) if _AXIS[row[0]] != _AXIS[column[0]] else None


def _possible(value: str) -> bool:
    """At most one letter of each axis."""
    axes = [_AXIS.get(letter) for letter in value]
    return 0 < len(value) <= _LONGEST and None not in axes and len(set(axes)) == len(axes)
