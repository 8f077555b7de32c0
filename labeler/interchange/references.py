"""Which images an object (report, segmentation, structure set, dose, presentation) speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from labeler.interchange.dicom_data import FAULTS, guarded, read_dataset, texts, vr_of
from labeler.model.image import ByteSource

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_INSTANCE, _STUDY = 0x00081155, 0x0020000D


@dataclass(frozen=True)
class References:
    """SOP Instance UIDs that it refers to anywhere, and the study that it belongs to."""

    instances: frozenset[str]
    study: str


def references_of(source: ByteSource) -> References:
    """Raises LabelerError where the header is broken, and OSError."""
    dataset = read_dataset(source, pixels=False)
    instances: set[str] = set()
    with guarded(source.name):
        _gather(dataset, instances)
        study = next(iter(texts(dataset, _STUDY)), "") if _STUDY in dataset else ""
    return References(frozenset(instances), study)


def _gather(dataset: Dataset, instances: set[str]) -> None:
    for tag in [int(key) for key in dataset.keys()]:  # noqa: SIM118  values stay unread
        if tag == _INSTANCE:
            instances.update(texts(dataset, tag))
        elif vr_of(dataset, tag) == "SQ" and not tag >> 16 & 1:
            try:
                items = list(dataset[tag].value or ())
            except FAULTS:
                continue
            for item in items:
                _gather(item, instances)
