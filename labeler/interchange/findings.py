"""The table of objects that speak about images, and what all of a case say about one image."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from labeler.errors import LabelerError
from labeler.imaging.dicom.objects import StoredObject
from labeler.imaging.frame_stores import Decoders
from labeler.imaging.problems import unreadable
from labeler.imaging.reader import Tick
from labeler.interchange.dicom_seg import read_segmentation
from labeler.interchange.dicom_sr import read_report
from labeler.interchange.dose import read_dose
from labeler.interchange.presentation_state import read_presentation
from labeler.interchange.slices import Slices
from labeler.interchange.structure_set import read_structures
from labeler.model.image import ByteSource
from labeler.model.layers import NO_FINDINGS, Findings, LayerKind

Reader = Callable[[ByteSource, Slices, Decoders, Tick], Findings]

READERS: dict[LayerKind, Reader] = {
    LayerKind.SEGMENTATION: read_segmentation,
    LayerKind.STRUCTURES: read_structures,
    LayerKind.REPORT: read_report,
    LayerKind.PRESENTATION: read_presentation,
    LayerKind.DOSE: read_dose,
}


def read_findings(
    objects: Iterable[StoredObject],
    slices: Slices,
    decoders: Decoders,
    tick: Tick = lambda _done, _total: None,
) -> Findings:
    """What the objects say about the image of `slices`; a bad one never hides the others."""
    found = NO_FINDINGS
    for one in objects:
        try:
            found += READERS[one.kind](one.source, slices, decoders, tick)
        except LabelerError as error:
            found += Findings(problems=(error,))
        except OSError as error:
            found += Findings(problems=(unreadable(one.source.name, error).error,))
    return found
