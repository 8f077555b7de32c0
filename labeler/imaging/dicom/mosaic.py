"""One Siemens image that holds many slices side by side, to the slices themselves."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from labeler.imaging.dicom import tags
from labeler.imaging.dicom.dataset import Dataset
from labeler.imaging.frame_stores import Decoders, FrameStore
from labeler.imaging.frames import StoredFrame
from labeler.model.image import Caveat, Pixels

_MAX_TILES = 1024
_CSA2 = b"SV10\x04\x03\x02\x01"
_NAME, _TAG, _ITEM = 64, 84, 16
_PARALLEL = 0.999


@dataclass(frozen=True, eq=False)
class Tiles:
    """The tiles of one image as frames, row by row from the top left."""

    whole: FrameStore
    rows: int
    columns: int
    across: int

    def frame(self, number: int, decoders: Decoders) -> Pixels:
        down, right = divmod(number, self.across)
        top, left = down * self.rows, right * self.columns
        values = self.whole.frame(0, decoders)
        return np.ascontiguousarray(values[top : top + self.rows, left : left + self.columns])


def split_mosaic(frame: StoredFrame, dataset: Dataset) -> tuple[StoredFrame, ...]:
    """A mosaic's slices, placed; the mosaic itself where the header does not tell all of it.

    Needed are how many there are, the way from one to the next (the scanner's Slice Normal
    Vector), and how far it is. The image's position is the corner that one slice of the whole
    mosaic's size would have, so each tile begins half the difference of sizes further in.
    """
    file, origin, spacing = frame.file, frame.origin, frame.spacing
    count = _count(dataset)
    onward = _csa_values(dataset, "SliceNormalVector")
    step = frame.step_mm
    if not 1 <= count <= _MAX_TILES or len(onward) != 3 or file.frame_count != 1:
        return (frame,)
    if origin is None or spacing is None or frame.orientation is None or not step or step <= 0:
        return (frame,)
    across = math.isqrt(count - 1) + 1
    layout = file.layout
    if layout.rows % across or layout.columns % across:
        return (frame,)
    right, down = np.array(frame.orientation[:3]), np.array(frame.orientation[3:])
    normal = np.array(onward)
    if abs(float(np.cross(right, down) @ normal)) < _PARALLEL:
        return (frame,)
    rows, columns = layout.rows // across, layout.columns // across
    inward = right * spacing[1] * (layout.columns - columns) / 2
    first = np.array(origin) + inward + down * spacing[0] * (layout.rows - rows) / 2
    # Overlays were drawn for the whole: over single slices they would lie wrong.
    doubts = (*file.caveats, Caveat.OVERLAY_BROKEN) if file.overlays else file.caveats
    split = replace(
        file,
        overlays=(),
        caveats=tuple(dict.fromkeys(doubts)),
        layout=replace(layout, rows=rows, columns=columns),
        store=Tiles(file.store, rows, columns, across),
        frame_count=count,
        mosaic=False,
    )
    return tuple(
        replace(frame, file=split, number=k, position=place, origin=place)
        for k in range(count)
        for place in [_point(first + k * step * normal)]
    )


def _point(place: np.typing.NDArray[np.float64]) -> tuple[float, float, float]:
    x, y, z = (float(value) for value in place)
    return x, y, z


def _count(dataset: Dataset) -> int:
    """How many slices a mosaic holds, by the scanner's own word; 0 where it is not said."""
    if dataset.code(tags.SIEMENS_MR_HEADER) == "SIEMENS MR HEADER":
        said = dataset.number(tags.SIEMENS_IMAGES_IN_MOSAIC)
        if said:
            return said
    values = _csa_values(dataset, "NumberOfImagesInMosaic")
    return int(values[0]) if values else 0


def _csa_values(dataset: Dataset, name: str) -> tuple[float, ...]:
    """Numbers of one element of the CSA Image Header; () where it is not there or not whole."""
    if dataset.code(tags.SIEMENS_CSA_HEADER) != "SIEMENS CSA HEADER":
        return ()
    raw = dataset.values.get(tags.SIEMENS_CSA_IMAGE_HEADER, b"")
    try:
        found = _csa_texts(raw, name.encode("ascii"))
        return tuple(float(text) for text in found if text)
    except ValueError:
        return ()


def _csa_texts(raw: bytes, name: bytes) -> list[str]:
    """CSA2: a count, then elements of name, VM, VR, type, items; each item has four lengths."""
    if not raw.startswith(_CSA2):
        return []
    at = len(_CSA2) + 8
    for _ in range(min(_integer(raw, 8), len(raw) // _TAG)):
        here = raw[at : at + _NAME].split(b"\0")[0] == name
        items = min(_integer(raw, at + 76), len(raw) // _ITEM)
        at += _TAG
        found = []
        for _ in range(items):
            length = _integer(raw, at + 4)
            text = raw[at + _ITEM : at + _ITEM + length].split(b"\0")[0]
            found.append(text.decode("ascii", "replace").strip())
            at += _ITEM + (length + 3) // 4 * 4
        if here:
            return found
    return []


def _integer(raw: bytes, at: int) -> int:
    """An unsigned long that lies in the bytes; raises ValueError beyond their end."""
    if at + 4 > len(raw):
        raise ValueError("the CSA header ends early")
    return int.from_bytes(raw[at : at + 4], "little")
