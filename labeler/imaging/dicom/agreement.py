"""Header against pixels: which of them is right, what is there, and what stays in doubt."""

from __future__ import annotations

from dataclasses import dataclass, replace

from labeler.errors import LabelerError
from labeler.imaging.dicom import tags
from labeler.imaging.dicom.codestreams import StreamHead, read_stream_head, syntax_of
from labeler.imaging.dicom.elements import PixelElement
from labeler.imaging.dicom.encapsulated import first_fragment, is_item
from labeler.imaging.dicom.header import FileHeader
from labeler.imaging.layout import PixelLayout, bad_value, read_layout
from labeler.imaging.syntaxes import (
    EXPLICIT_LITTLE,
    GE_BIG_PIXELS,
    SYNTAXES,
    Syntax,
)
from labeler.model.image import Caveat, Disagreement

_HEAD = 1 << 12
_LONG_HEAD = 1 << 16
_TURNED = ("YBR_ICT", "YBR_RCT", "YBR_PARTIAL_420")


@dataclass(frozen=True)
class Agreed:
    """How the pixels of one file are really stored. `lossy` is what their own bytes say."""

    syntax: Syntax
    layout: PixelLayout
    lossy: bool
    disagreements: tuple[Disagreement, ...] = ()

    @property
    def caveats(self) -> tuple[Caveat, ...]:
        return (Caveat.HEADER_DISAGREES,) if self.disagreements else ()


def agree(header: FileHeader) -> Agreed:
    """Raises LabelerError naming the tag at fault."""
    said = SYNTAXES[header.syntax]
    if said.refusal:
        raise _refused(header, said)
    layout = read_layout(header)
    assert header.pixels is not None, "read_layout refuses a file without pixels"
    # Plain pixels of a known length are most files: they cost no look.
    unsure = said.compressed or header.pixels.length is None
    in_items = unsure and is_item(header.source, header.pixels.offset)
    if header.syntax == GE_BIG_PIXELS:
        layout = replace(layout, little=False)
    if said.compressed or in_items:
        return _compressed(header, header.pixels, said, layout, in_items=in_items)
    meant = _native(header.pixels, layout)
    told = _colors(layout.photometric, meant.photometric) if meant != layout else ()
    return Agreed(said, meant, lossy=False, disagreements=told)


def _compressed(
    header: FileHeader, pixels: PixelElement, said: Syntax, layout: PixelLayout, *, in_items: bool
) -> Agreed:
    if not in_items and pixels.length is not None and pixels.length * 8 >= layout.frame_bits:
        # Called compressed, yet as long as plain pixels are.
        plain = SYNTAXES[EXPLICIT_LITTLE]
        return Agreed(plain, layout, lossy=False, disagreements=_kinds(said, plain))
    data = first_fragment(header.source, pixels.offset, said.start, _HEAD)
    head = read_stream_head(data)
    if head is None and len(data) == _HEAD:  # colour profiles and the like come first
        data = first_fragment(header.source, pixels.offset, said.start, _LONG_HEAD)
        head = read_stream_head(data)
    syntax = said
    # Of bytes that may be anything only a whole head of a codestream is believed.
    free = said.codecs in (("plain",), ("deflate",))
    shown = syntax_of(data) if head is not None or not free else ""
    found = SYNTAXES.get(shown)
    if said.video:
        return Agreed(said, replace(layout, photometric="YBR_PARTIAL_420"), False)
    if found is not None and found.codecs != said.codecs:
        syntax = found
    if not syntax.compressed:
        raise _unnamed(header, said)
    if head is None:
        return Agreed(syntax, layout, lossy=False, disagreements=_kinds(said, syntax))
    _check(header, head, layout)
    kinds = _kinds(said, syntax)
    if head.lossy and not syntax.lossy and not kinds:
        kinds = (_told(tags.TRANSFER_SYNTAX_UID, syntax.name, f"{syntax.name} with loss"),)
    return Agreed(syntax, layout, head.lossy, (*kinds, *_differences(head, layout)))


def _told(tag: int, said: str, found: str, *, believed: bool = False) -> Disagreement:
    return Disagreement(tags.spelled(tag), said, found, believed)


def _kinds(said: Syntax, found: Syntax) -> tuple[Disagreement, ...]:
    if found is said:
        return ()
    return (_told(tags.TRANSFER_SYNTAX_UID, said.name, found.name, believed=True),)


def _colors(said: str, found: str) -> tuple[Disagreement, ...]:
    return (_told(tags.PHOTOMETRIC_INTERPRETATION, said, found, believed=True),)


def _check(header: FileHeader, head: StreamHead, layout: PixelLayout) -> None:
    """Refuse a frame of another shape than the header says: nobody knows which one is right."""
    name = header.source.name
    # Tiles at the edge of a slide may hold no more than lies inside it.
    tiled = bool(header.dataset.longs(tags.TOTAL_PIXEL_MATRIX_ROWS))
    for tag, said, found in (
        (tags.ROWS, layout.rows, head.rows or layout.rows),
        (tags.COLUMNS, layout.columns, head.columns),
        (tags.SAMPLES_PER_PIXEL, layout.samples, head.samples),
    ):
        at_edge = tiled and tag != tags.SAMPLES_PER_PIXEL and found < said
        if said != found and not at_edge:
            raise LabelerError(
                "header-disagrees",
                "{name} cannot be shown: {tag} says {said}, its compressed image says {found}.",
                safe="Other files are fine.",
                do="Ask the sender for a file that agrees with itself.",
                name=name,
                tag=tags.spelled(tag),
                said=said,
                found=found,
            )
    if head.bits > layout.bits_allocated:
        raise bad_value(tags.BITS_ALLOCATED, layout.bits_allocated, name)


def _differences(head: StreamHead, layout: PixelLayout) -> tuple[Disagreement, ...]:
    """Where values or colours might be another's than the header means.

    Encoders may count all allocated bits, so that one says nothing.
    """
    if head.signed is not None and head.signed != layout.signed:
        said, found = str(int(layout.signed)), str(int(head.signed))
        return (_told(tags.PIXEL_REPRESENTATION, said, found),)
    if head.bits not in (layout.bits_stored, layout.bits_allocated):
        unsure_sign = layout.signed and head.signed is None
        if head.bits > layout.bits_stored or unsure_sign:
            return (_told(tags.BITS_STORED, str(layout.bits_stored), str(head.bits)),)
        return ()
    if layout.samples != 3:
        return ()
    found = "a colour transform of their own" if head.mixed else head.color
    mixed_twice = head.mixed and layout.photometric.startswith(("YBR_FULL", "YBR_PARTIAL"))
    if mixed_twice or (not head.mixed and head.color and head.color != _color(layout)):
        return (_told(tags.PHOTOMETRIC_INTERPRETATION, layout.photometric, found),)
    return ()


def _color(layout: PixelLayout) -> str:
    return "YBR" if layout.photometric.startswith("YBR") else "RGB"


def _native(pixels: PixelElement, layout: PixelLayout) -> PixelLayout:
    """What plain pixels are, where their length or their kind shows it better than the header."""
    if layout.photometric in _TURNED:  # only decoders make these, and they give RGB
        return replace(layout, photometric="RGB")
    if not layout.subsampled or pixels.length is None:
        return layout
    full = replace(layout, photometric=layout.photometric.removesuffix("_422"))
    size = full.frame_bits // 8
    is_full = pixels.length // size * size in (pixels.length, pixels.length - 1)
    not_half = pixels.length % max(layout.frame_bits // 8, 1) > 1
    return full if is_full and not_half and full.photometric == "YBR_FULL" else layout


def _refused(header: FileHeader, syntax: Syntax) -> LabelerError:
    return LabelerError(
        "unsupported-syntax",
        "{name} cannot be shown: {why} (transfer syntax {syntax}, {uid}).",
        safe="Other files are fine.",
        do="Ask the sender for a common transfer syntax.",
        name=header.source.name,
        why=syntax.refusal,
        syntax=syntax.name,
        uid=syntax.uid,
        tag=tags.spelled(tags.TRANSFER_SYNTAX_UID),
    )


def _unnamed(header: FileHeader, syntax: Syntax) -> LabelerError:
    return LabelerError(
        "header-disagrees",
        "{name} cannot be shown: it says {syntax}, but its pixels are compressed in no known way.",
        safe="Other files are fine.",
        do="Ask the sender for a file whose transfer syntax is right.",
        name=header.source.name,
        syntax=syntax.name,
        tag=tags.spelled(tags.TRANSFER_SYNTAX_UID),
    )
