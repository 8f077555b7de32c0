"""Comparing a submission's painted regions with a reference, frame by frame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from labeler.errors import LabelerError
from labeler.hub.linking import copied_name
from labeler.hub.place import Marketplace
from labeler.hub.review import FULL_QUALITY, document_of, task_of
from labeler.model.document import Mark
from labeler.model.frame_lists import decode_frames
from labeler.model.frames import FrameRef
from labeler.model.mask_blobs import decode_mask
from labeler.model.masks import Mask, difference, union
from labeler.model.shapes import MaskRef
from labeler.model.words import Code

TRUTH_FORMAT = "labeler.truth/1"

Place = tuple[str, str, int]
"""Label, instance, frame."""


class TruthMask(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The reference of one label on one frame; `voxels` is a mask blob (base64 in JSON)."""

    label: Code
    instance: str
    frame: int
    voxels: bytes


class Truth(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A case's reference masks; a frame that is not named has nothing on it."""

    format: str
    masks: tuple[TruthMask, ...]


def read_truth(path: Path) -> Truth:
    """The reference in a JSON file. Raises LabelerError "bad-truth"."""
    try:
        truth = msgspec.json.decode(path.read_bytes(), type=Truth)
        regions(truth)
    except (OSError, ValueError, msgspec.MsgspecError) as error:
        raise LabelerError(
            "bad-truth",
            "The reference {name} cannot be read: {why}.",
            safe="Nothing was decided.",
            do="Name a file in the format labeler.truth/1.",
            name=path.name,
            why=str(error)[:200],
        ) from None
    return truth


def regions(truth: Truth) -> dict[Place, Mask]:
    """The reference's regions by place. Raises ValueError for a blob that is no mask."""
    if truth.format != TRUTH_FORMAT:
        raise ValueError(f"its format is {truth.format[:40]}")
    found: list[tuple[Place, Mask]] = []
    for given in truth.masks:
        mask = decode_mask(given.voxels)
        if mask.size[0] != 1:
            raise ValueError("a reference mask is of one frame")
        found.append(((given.label, given.instance, given.frame), mask.region(0)))
    return _joined(found)


def as_handed_out(
    market: Marketplace, digest: str, regions: Mapping[Place, Mask]
) -> dict[Place, Mask]:
    """The reference in the names of the copies that the submission's task handed out."""
    task = task_of(market, digest)
    return {
        (label, copied_name(market.folder, task, instance), frame): mask
        for (label, instance, frame), mask in regions.items()
    }


def submitted_regions(market: Marketplace, digest: str) -> dict[Place, Mask]:
    """The regions that a submission paints, frame by frame."""
    marks = document_of(market, digest).marks
    return _joined(found for mark in marks for found in _regions_of(market, mark))


def _regions_of(market: Marketplace, mark: Mark) -> Iterator[tuple[Place, Mask]]:
    shape = mark.shape
    if not isinstance(shape, MaskRef):
        return
    mask = decode_mask(market.blobs.read(shape.blob))
    if shape.through is msgspec.UNSET:
        frames: tuple[FrameRef, ...] = (mark.frame,)
    else:
        frames = decode_frames(market.blobs.read(shape.through))
    for index, frame in enumerate(frames):
        region = mask.region(index)
        if region.count:
            yield (mark.label, frame.instance, frame.frame), region


def _joined(found: Iterable[tuple[Place, Mask]]) -> dict[Place, Mask]:
    joined: dict[Place, Mask] = {}
    for place, mask in found:
        joined[place] = union(joined[place], mask) if place in joined else mask
    return joined


def dice(painted: Mapping[Place, Mask], truth: Mapping[Place, Mask]) -> int:
    """Overlap over all frames together, in parts per million, rounded down.

    2 |A and B| / (|A| + |B|) by voxels; two empty sides agree wholly. Masks of another frame size
    than the reference's agree in nothing.
    """
    total = sum(mask.count for mask in painted.values()) + sum(m.count for m in truth.values())
    if total == 0:
        return FULL_QUALITY
    shared = sum(_shared(painted[place], truth[place]) for place in painted.keys() & truth.keys())
    return 2 * shared * FULL_QUALITY // total


def _shared(a: Mask, b: Mask) -> int:
    if (a.rows, a.columns) != (b.rows, b.columns):
        return 0
    return a.count - difference(a, b).count
