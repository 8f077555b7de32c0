"""The table of objects that speak about images, and what all of a case say about one image."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from labeler.errors import LabelerError
from labeler.imaging.frame_stores import Decoders
from labeler.imaging.objects import StoredObject
from labeler.imaging.reader import Tick
from labeler.interchange.dicom_seg import read_segmentation
from labeler.interchange.stack import Stack
from labeler.model.image import ByteSource
from labeler.model.layers import Findings, Layer, LayerKind

Reader = Callable[[ByteSource, Stack, Decoders, Tick], tuple[Layer, ...]]

READERS: dict[LayerKind, Reader] = {
    LayerKind.SEGMENTATION: read_segmentation,
}


def read_findings(
    objects: Iterable[StoredObject],
    stack: Stack,
    decoders: Decoders,
    tick: Tick = lambda _done, _total: None,
) -> Findings:
    """What the objects say about the image of `stack`; a bad one never hides the others."""
    layers: list[Layer] = []
    problems: list[LabelerError] = []
    for one in objects:
        try:
            layers += READERS[one.kind](one.source, stack, decoders, tick)
        except LabelerError as error:
            problems.append(error)
        except OSError as error:
            problems.append(_unreadable(one.source.name, error))
    return Findings(tuple(layers), tuple(problems))


def _unreadable(name: str, error: OSError) -> LabelerError:
    return LabelerError(
        "unreadable-file",
        "{name} cannot be read from the disk ({reason}).",
        safe="Other files are fine.",
        do="Check the disk and the file's permissions.",
        name=name,
        reason=error.strerror or type(error).__name__,
    )
