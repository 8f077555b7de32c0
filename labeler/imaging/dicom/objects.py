"""DICOM objects that are no images: what they are in words, and which speak about images."""

from __future__ import annotations

from dataclasses import dataclass

from labeler.errors import LabelerError
from labeler.imaging.dicom import tags
from labeler.imaging.dicom.dataset import Dataset
from labeler.model.image import ByteSource
from labeler.model.layers import LayerKind

_STORAGE = "1.2.840.10008.5.1.4.1.1."


@dataclass(frozen=True, eq=False)
class StoredObject:
    """A file that speaks about images which lie in other files."""

    source: ByteSource
    kind: LayerKind


@dataclass(frozen=True)
class Spoken:
    """What a kind of object is called, as the sentence a person reads, and what to do about it."""

    happened: str
    do: str


_LAYERS = {
    f"{_STORAGE}66.4": LayerKind.SEGMENTATION,
    f"{_STORAGE}66.7": LayerKind.SEGMENTATION,
    f"{_STORAGE}481.2": LayerKind.DOSE,
    f"{_STORAGE}481.3": LayerKind.STRUCTURES,
    f"{_STORAGE}11.1": LayerKind.PRESENTATION,
    **{f"{_STORAGE}88.{n}": LayerKind.REPORT for n in (11, 22, 33, 34, 35)},
}
"""By SOP Class UID (PS3.4 B.5)."""
WHOLE_SLIDES = frozenset((f"{_STORAGE}77.1.6", f"{_STORAGE}77.1.9"))
"""Whole Slide Microscopy and Confocal Microscopy Tiled Pyramidal Image Storage. Segmentations of
slides are tiled too: they are read as layers."""

_LAYERS_BY_MODALITY = {
    "SEG": LayerKind.SEGMENTATION,
    "RTDOSE": LayerKind.DOSE,
    "RTSTRUCT": LayerKind.STRUCTURES,
    "PR": LayerKind.PRESENTATION,
    "SR": LayerKind.REPORT,
}
"""Where a file does not say its SOP class."""

_UNKNOWN = Spoken(
    "{name} is a DICOM file without an image.",
    do="Nothing to do: reports, plans and directories hold no image.",
)
_CUT = Spoken(
    "{name} is an image, but its pixels are missing: the file was cut short.",
    do="Copy the file again, or ask the sender for a complete one.",
)
_REPORT = Spoken(
    "{name} is a structured report: it holds no image.",
    do="Open it together with the images it speaks about; its measurements are shown there.",
)
_KEYS = Spoken(
    "{name} is a list of key images: it holds no image.",
    do="Nothing to do: it only names images in other files.",
)
_PRESENTATION = Spoken(
    "{name} is a presentation state: it holds no image.",
    do="Open it together with its images; it is offered among their window presets.",
)
_STRUCTURES = Spoken(
    "{name} is a set of radiotherapy structures: it holds no image.",
    do="Open it together with its images; its contours are shown there.",
)
_PLAN = Spoken(
    "{name} is a radiotherapy plan: it holds no image.",
    do="Nothing to do: plans are not shown here.",
)
_DOSE = Spoken(
    "{name} is a radiotherapy dose told in histograms or points only: it holds no image.",
    do="Nothing to do: such doses are not shown here.",
)
_TREATMENT = Spoken(
    "{name} is a record of a radiotherapy treatment: it holds no image.",
    do="Nothing to do: such records are not shown here.",
)
_DOCUMENT = Spoken(
    "{name} is a document inside a DICOM file (a PDF, a text or a model): it holds no image.",
    do="Open it with a program for documents, if you need it.",
)
_WAVEFORM = Spoken(
    "{name} is a waveform such as an ECG: it holds no image.",
    do="Open it with a program for waveforms, if you need it.",
)
_REGISTRATION = Spoken(
    "{name} is a registration of images with each other: it holds no image.",
    do="Nothing to do: registrations are not applied here.",
)
_SURFACE = Spoken(
    "{name} is a segmentation made of surfaces: it holds no image.",
    do="Ask the sender for the same segmentation as voxels.",
)
_RAW = Spoken(
    "{name} is a scanner's raw data: it holds no image.",
    do="Ask the sender for the images made from it.",
)
_ANNOTATIONS = Spoken(
    "{name} is a set of annotations on a slide: it holds no image.",
    do="Nothing to do: annotations of this kind are not shown yet.",
)
_VALUES = Spoken(
    "{name} is a map to real world values: it holds no image.",
    do="Nothing to do: such maps are not applied here.",
)

_SPOKEN = (
    ("88.59", "KO", _KEYS),
    ("88.", "SR", _REPORT),
    ("11.", "PR", _PRESENTATION),
    ("481.2", "RTDOSE", _DOSE),
    ("481.3", "RTSTRUCT", _STRUCTURES),
    ("481.5", "RTPLAN", _PLAN),
    ("481.8", "RTPLAN", _PLAN),
    ("481.", "RTRECORD", _TREATMENT),
    ("104.", "DOC", _DOCUMENT),
    ("9.", "ECG", _WAVEFORM),
    ("66.1", "REG", _REGISTRATION),
    ("66.2", "FID", _REGISTRATION),
    ("66.3", "REG", _REGISTRATION),
    ("66.5", "SEG", _SURFACE),
    ("66", "RAW", _RAW),
    ("91.1", "ANN", _ANNOTATIONS),
    ("67", "RWV", _VALUES),
)
"""A storage class, or how several begin (ending in a dot); the modality that says the same."""


_IMAGES = tuple(
    f"{_STORAGE}{begin}"
    for begin in (
        *("1", "1.1", "1.2", "1.3", "2", "3", "3.1", "4", "5", "6", "6.1", "6.2", "7", "20"),
        *("1.1.", "1.2.", "1.3.", "2.", "4.1", "4.3", "4.4", "7.", "12.", "13.", "14."),
        *("30", "66.4", "66.7", "66.8", "77.1.", "77.2", "128", "128.1", "130", "481.1"),
    )
)
"""Storage classes that hold pixels (PS3.4 B.5), or how several begin (ending in a dot)."""


def layer_kind(dataset: Dataset) -> LayerKind | None:
    """What an object shows over images; None for images and for objects that show nothing."""
    sop_class = dataset.code(tags.SOP_CLASS_UID)
    if sop_class:
        return _LAYERS.get(sop_class)
    return _LAYERS_BY_MODALITY.get(dataset.code(tags.MODALITY))


def no_pixels(dataset: Dataset, name: str) -> LabelerError:
    """Why a whole DICOM file without pixels shows no image; the sentence says what it is."""
    spoken = _spoken(dataset)
    layer = layer_kind(dataset)
    return LabelerError(
        "no-pixels",
        spoken.happened,
        safe="Other files are fine.",
        do=spoken.do,
        name=name,
        tag=tags.spelled(tags.PIXEL_DATA),
        layer=layer.value if layer is not None else "",
    )


def _spoken(dataset: Dataset) -> Spoken:
    sop_class, modality = dataset.code(tags.SOP_CLASS_UID), dataset.code(tags.MODALITY)
    if _is_image(dataset):
        return _CUT
    for begin, said, spoken in _SPOKEN:
        whole = f"{_STORAGE}{begin}"
        named = sop_class.startswith(whole) if begin.endswith(".") else sop_class == whole
        if named or (not sop_class and modality == said):
            return spoken
    return _UNKNOWN


def _is_image(dataset: Dataset) -> bool:
    """By its class, or for it says how many rows it has."""
    sop_class = dataset.code(tags.SOP_CLASS_UID)
    begun = tuple(one for one in _IMAGES if one.endswith("."))
    return sop_class in _IMAGES or sop_class.startswith(begun) or dataset.told(tags.ROWS)
