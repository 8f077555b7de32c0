"""How each frame's stored values are measured and shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from labeler.imaging.dicom import tags
from labeler.imaging.dicom.groups import FrameGroups
from labeler.imaging.dicom.rescale import Rescale, read_rescale
from labeler.imaging.dicom.voi import read_voi, read_windows
from labeler.model.image import Voi, Window


@dataclass(frozen=True, eq=False)
class FrameValues:
    rescale: Rescale
    windows: tuple[Window, ...]
    voi: Voi


def read_values(groups: Sequence[FrameGroups], *, signed: bool) -> tuple[FrameValues, ...]:
    """Of every frame of one file. Frames that share their groups share what is made of them:
    tables are large, and frames many."""
    made: dict[tuple[int, ...], FrameValues] = {}
    found: list[FrameValues] = []
    for group in groups:
        said = (
            group.of(tags.PIXEL_VALUE_TRANSFORMATION_SEQUENCE),
            group.of(tags.FRAME_VOI_LUT_SEQUENCE),
            *group.items(tags.REAL_WORLD_VALUE_MAPPING_SEQUENCE),
        )
        key = tuple(map(id, said))
        if key not in made:
            made[key] = _values(group, signed=signed)
        found.append(made[key])
    return tuple(found)


def _values(group: FrameGroups, *, signed: bool) -> FrameValues:
    rescale = read_rescale(group, signed=signed)
    shown = group.of(tags.FRAME_VOI_LUT_SEQUENCE)
    windows, names = read_windows(shown)
    voi = read_voi(shown, names, signed=signed or rescale.intercept < 0)
    return FrameValues(rescale, windows, voi)
