"""Segmentations, reports and doses of a case: which series they lie over, and what they say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from labeler.app.services import Tick
from labeler.imaging.dicom.objects import StoredObject
from labeler.imaging.frame_stores import Decoders
from labeler.imaging.reader import Scan
from labeler.imaging.series import Series
from labeler.model.image import Image
from labeler.model.layers import NO_FINDINGS, Findings


def without_layers(found: Scan) -> Scan:
    """A scan whose series are images to read: a segmentation or dose is a layer over its image.

    Where that image is not among the files it stays a series: shown as what it is.
    """
    images = [series for series in found.series if not _is_layer(series)]
    kept = [s for s in found.series if not _is_layer(s) or not _over_any(s, images)]
    return replace(found, series=tuple(kept))


def _is_layer(series: Series) -> bool:
    return series.frames[0].file.layer is not None


def _over_any(layer: Series, images: list[Series]) -> bool:
    """Whether one of the images lies in the same space, or is of the same study."""
    space, study = layer.info.frame_of_reference, layer.info.study_uid
    return any(
        (space and image.info.frame_of_reference == space)
        or (study and image.info.study_uid == study)
        for image in images
    )


def read_layers(
    objects: Sequence[StoredObject],
    series: Series,
    case: Sequence[Series],
    image: Image,
    decoders: Decoders,
    tick: Tick,
) -> Findings:
    """What the objects of a case say about one of its images; nothing about a layer itself."""
    if not objects or _is_layer(series):
        return NO_FINDINGS
    from labeler.interchange.findings import read_findings
    from labeler.interchange.slices import slices_of

    return read_findings(objects, slices_of(image, series, case), decoders, tick)
