"""Grayscale presentation states (PS3.3 A.33.1): window, graphics, shutters and overlays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from labeler.imaging.frame_stores import Decoders
from labeler.imaging.reader import Tick
from labeler.interchange.dicom_item import Item, read_object
from labeler.interchange.graphics import graphics
from labeler.interchange.shutters import shut_voxels
from labeler.interchange.slices import Slices, not_here
from labeler.model.frames import FrameRef, Window
from labeler.model.image import ByteSource, VoiLut
from labeler.model.layers import (
    NO_FINDINGS,
    Findings,
    Layer,
    LayerCaveat,
    Presentation,
)


def read_presentation(
    source: ByteSource,
    slices: Slices,
    decoders: Decoders,  # noqa: ARG001  as every reader of objects has it
    tick: Tick,  # noqa: ARG001
) -> Findings:
    """One presentation with its graphic layers. Raises LabelerError where it is of other images."""
    item = read_object(source)
    images = [
        image
        for series in item.items("ReferencedSeriesSequence")
        for image in series.items("ReferencedImageSequence")
    ]
    named = {image.text("ReferencedSOPInstanceUID") for image in images}
    about = tuple(k for image in images for k in named_slices(image, slices))
    if not about:
        if slices.elsewhere(named):
            return NO_FINDINGS
        raise not_here(source.name, slices.absent(named))
    state = State(item, slices, about)
    layers, odd = graphics(state)
    shut = shut_voxels(item, slices.rows, slices.columns)
    presentation = Presentation(
        key=source.name,
        source=source.name,
        name=item.text("ContentDescription") or item.text("ContentLabel"),
        windows=dict(_windows(state)),
        inverted=item.text("PresentationLUTShape") == "INVERSE",
        shut={} if shut is None else {slices.refs[k]: shut for k in about},
        layers=tuple(layer.key for layer in layers),
        caveats=(LayerCaveat.UNSUPPORTED,) if odd or _asks_for_more(item) else (),
        luts=dict(_tables(state)),
    )
    return Findings(layers=_without_empty(layers), presentations=(presentation,))


@dataclass(frozen=True, eq=False)
class State:
    """A presentation state over one image; `about` are the slices it speaks about."""

    item: Item
    slices: Slices
    about: tuple[int, ...]

    def of(self, part: Item) -> tuple[int, ...]:
        """The slices that a part of the state is about: all, where it names none."""
        images = part.items("ReferencedImageSequence")
        if not images:
            return self.about
        return tuple(k for image in images for k in named_slices(image, self.slices))


def named_slices(image: Item, slices: Slices) -> tuple[int, ...]:
    frames = image.integers("ReferencedFrameNumber")
    return slices.named(image.text("ReferencedSOPInstanceUID"), frames)


def _windows(state: State) -> Iterable[tuple[FrameRef, Window]]:
    for voi in state.item.items("SoftcopyVOILUTSequence"):
        center, width = voi.number("WindowCenter"), voi.number("WindowWidth")
        if center is not None and width is not None and width > 0:
            for k in state.of(voi):
                yield state.slices.refs[k], Window(center, width)


def _tables(state: State) -> Iterable[tuple[FrameRef, VoiLut]]:
    for voi in state.item.items("SoftcopyVOILUTSequence"):
        item = voi.item("VOILUTSequence")
        table = _table(item) if item is not None else None
        if table is not None:
            for k in state.of(voi):
                yield state.slices.refs[k], table


def _table(item: Item) -> VoiLut | None:
    """A VOI LUT (PS3.3 C.11.2.1.1): entries, the first value, bits; None where it is no table."""
    described, entries = item.integers("LUTDescriptor"), item.words("LUTData")
    if len(described) != 3:
        return None
    count, first, bits = described[0] & 0xFFFF or 1 << 16, described[1], described[2]
    # The first value is signed where values can be negative, which is not said here: a table that
    # would run beyond 65535 begins below 0.
    first -= 1 << 16 if first + count > 1 << 16 else 0
    table = np.array(entries[:count], dtype=np.uint16)
    if len(table) != count:
        return None
    # Some writers say fewer bits than their tables use.
    top = max((1 << min(max(bits, 1), 16)) - 1, int(table.max()))
    return VoiLut(item.text("LUTExplanation")[:64], first, top, table)


def _asks_for_more(item: Item) -> bool:
    """Whether the state wants what is not done here: turning, lookup tables, bitmap shutters."""
    turned = item.integer("ImageRotation") or item.text("ImageHorizontalFlip") == "Y"
    more = ("PresentationLUTSequence", "ModalityLUTSequence", "MaskSubtractionSequence")
    bitmap = "BITMAP" in item.text("ShutterShape")
    return bool(turned) or bitmap or any(item.items(keyword) for keyword in more)


def _without_empty(layers: Sequence[Layer]) -> tuple[Layer, ...]:
    return tuple(layer for layer in layers if layer.figures)
