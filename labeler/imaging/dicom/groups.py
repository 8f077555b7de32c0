"""What is said of one frame: by itself, for all frames, or plainly (PS3.3 C.7.6.16)."""

from __future__ import annotations

from dataclasses import dataclass

from labeler.imaging.dicom import tags
from labeler.imaging.dicom.dataset import Dataset

NOTHING = Dataset()


@dataclass(frozen=True)
class FrameGroups:
    """The functional groups of one frame. Files without any say the same things plainly."""

    own: Dataset
    shared: Dataset
    plain: Dataset

    def of(self, tag: int) -> Dataset:
        """A functional group: the frame's own, the shared one, or the plain dataset."""
        return self.item(tag) or self.plain

    def item(self, tag: int) -> Dataset | None:
        """A functional group: the frame's own, else the shared one; None where neither is."""
        items = self.items(tag)
        return items[0] if items else None

    def items(self, tag: int) -> tuple[Dataset, ...]:
        return self.own.items(tag) or self.shared.items(tag)


def frame_groups(dataset: Dataset, count: int) -> tuple[FrameGroups, ...]:
    """The groups of each of `count` frames."""
    shared = dataset.item(tags.SHARED_FUNCTIONAL_GROUPS_SEQUENCE)
    per_frame = dataset.items(tags.PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE)
    own = (per_frame[n] if n < len(per_frame) else NOTHING for n in range(count))
    return tuple(FrameGroups(mine, shared, dataset) for mine in own)
