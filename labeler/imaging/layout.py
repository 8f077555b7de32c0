"""How stored values lie in the bytes of one frame."""

from __future__ import annotations

from dataclasses import dataclass

from labeler.errors import LabelerError
from labeler.imaging.decoding.cells import container
from labeler.imaging.dicom import tags
from labeler.imaging.dicom.dataset import Dataset
from labeler.imaging.dicom.header import FileHeader, cut_short
from labeler.imaging.dicom.objects import no_pixels

MAX_FRAME_BYTES = 1 << 28
_PHOTOMETRIC = frozenset(
    (
        "MONOCHROME1",
        "MONOCHROME2",
        "PALETTE COLOR",
        "RGB",
        "YBR_FULL",
        "YBR_FULL_422",
        "YBR_PARTIAL_420",
        "YBR_PARTIAL_422",
        "YBR_RCT",
        "YBR_ICT",
    )
)


@dataclass(frozen=True)
class PixelLayout:
    """Image Pixel Module (PS3.3 C.7.6.3), checked; the same for all frames of a file."""

    rows: int
    columns: int
    samples: int
    photometric: str
    planar: bool
    bits_allocated: int
    bits_stored: int
    high_bit: int
    signed: bool
    floating: bool
    little: bool
    words: bool
    """Whether the pixels were written as 16-bit words (VR OW), swapped on big-endian files."""

    @property
    def subsampled(self) -> bool:
        """Whether uncompressed frames hold one colour difference for two pixels."""
        return self.photometric in ("YBR_FULL_422", "YBR_PARTIAL_422") and self.samples == 3

    @property
    def swapped(self) -> bool:
        """Whether pixel cells lie in 16-bit words with swapped bytes (PS3.5 D): wider numbers are
        swapped as what they are."""
        return self.words and not self.little and self.bits_allocated not in (16, 32, 64)

    @property
    def frame_cells(self) -> int:
        """Pixel cells of one uncompressed frame. A subsampled row of odd width ends in a pair."""
        if self.subsampled:
            return self.rows * ((self.columns + 1) // 2) * 4
        return self.rows * self.columns * self.samples

    @property
    def frame_bits(self) -> int:
        """Size of one uncompressed frame."""
        return self.frame_cells * self.bits_allocated


def read_layout(header: FileHeader) -> PixelLayout:
    """Raises LabelerError naming the tag at fault."""
    dataset, name = header.dataset, header.source.name
    if header.pixels is None:
        raise _no_pixels(header)
    floats = {tags.FLOAT_PIXEL_DATA: 32, tags.DOUBLE_FLOAT_PIXEL_DATA: 64}
    floating = header.pixels.tag in floats
    samples = dataset.number(tags.SAMPLES_PER_PIXEL) or 1
    allocated = floats.get(header.pixels.tag) or _needed(dataset, tags.BITS_ALLOCATED, name)
    stored = dataset.number(tags.BITS_STORED) or allocated
    high = dataset.number(tags.HIGH_BIT)
    layout = PixelLayout(
        rows=_needed(dataset, tags.ROWS, name),
        columns=_needed(dataset, tags.COLUMNS, name),
        samples=samples,
        photometric=_photometric(dataset, samples),
        planar=dataset.number(tags.PLANAR_CONFIGURATION) == 1,
        bits_allocated=allocated,
        bits_stored=allocated if floating else stored,
        high_bit=stored - 1 if high is None else high,
        signed=dataset.number(tags.PIXEL_REPRESENTATION) == 1,
        floating=floating,
        little=dataset.little,
        words=header.pixels.vr != b"OB",
    )
    _check(layout, name)
    return layout


def _no_pixels(header: FileHeader) -> LabelerError:
    if header.cut:
        return cut_short(header.source, header.last)
    return no_pixels(header.dataset, header.source.name)


def _photometric(dataset: Dataset, samples: int) -> str:
    said = dataset.code(tags.PHOTOMETRIC_INTERPRETATION)
    return said or ("MONOCHROME2" if samples == 1 else "RGB")


def _check(layout: PixelLayout, name: str) -> None:
    if layout.photometric not in _PHOTOMETRIC:
        raise bad_value(tags.PHOTOMETRIC_INTERPRETATION, layout.photometric[:32], name)
    color = layout.photometric not in ("MONOCHROME1", "MONOCHROME2", "PALETTE COLOR")
    if layout.samples != (3 if color else 1):
        raise bad_value(tags.SAMPLES_PER_PIXEL, layout.samples, name)
    if layout.bits_allocated > 64:
        raise bad_value(tags.BITS_ALLOCATED, layout.bits_allocated, name)
    if layout.bits_stored > layout.bits_allocated:
        raise bad_value(tags.BITS_STORED, layout.bits_stored, name)
    if not layout.bits_stored - 1 <= layout.high_bit < layout.bits_allocated:
        raise bad_value(tags.HIGH_BIT, layout.high_bit, name)
    if layout.frame_cells * container(layout.bits_allocated) > MAX_FRAME_BYTES * 8:
        raise too_large(tags.ROWS, f"{layout.rows} x {layout.columns}", name)


def too_large(tag: int, size: str, name: str) -> LabelerError:
    """The error of a frame that takes too much memory; `size` is what the file says."""
    return LabelerError(
        "too-large",
        "{name} cannot be shown: one image of {size} is larger than {most} MiB ({tag}).",
        safe="Other files are fine.",
        do="Ask the sender for a smaller image.",
        name=name,
        tag=tags.spelled(tag),
        size=size,
        most=MAX_FRAME_BYTES >> 20,
    )


def _needed(dataset: Dataset, tag: int, name: str) -> int:
    found = dataset.number(tag)
    if not found:
        raise LabelerError(
            "missing-tag",
            "{name} cannot be shown: its tag {tag} is missing or empty.",
            safe="Other files are fine.",
            do="Ask the sender for a complete file.",
            name=name,
            tag=tags.spelled(tag),
        )
    return found


def bad_value(tag: int, value: str | int, name: str) -> LabelerError:
    """The error of a tag whose value no image can have."""
    return LabelerError(
        "bad-value",
        "{name} cannot be shown: its tag {tag} holds {value}.",
        safe="Other files are fine.",
        do="Ask the sender for a file with usable values.",
        name=name,
        tag=tags.spelled(tag),
        value=value,
    )
