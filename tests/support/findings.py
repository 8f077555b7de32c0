"""A small CT with a Frame of Reference, and objects that speak about it, written by highdicom."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import highdicom as hd
import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileDataset
from pydicom.sr.codedict import codes

from labeler.imaging.frame_stores import Decoders
from labeler.imaging.reader import open_image, scan
from labeler.imaging.sources.files import FileBytes
from labeler.interchange.findings import read_findings
from labeler.interchange.slices import Slices, slices_of
from labeler.model.affine import Vector
from labeler.model.image import Image
from labeler.model.layers import Findings
from tests.support.dicom_files import AXIAL, ROOT, NoDecoders, save, slice_dataset

SPACE = f"{ROOT}.9.1"
SIZE = (12, 16)
SPACING = (0.75, 0.5)
POSITIONS = tuple((-4.0, -3.0, 10.0 + 2.5 * k) for k in range(5))


def write_ct(
    folder: Path,
    *,
    positions: Sequence[Sequence[float]] = POSITIONS,
    orientation: Sequence[float] = AXIAL,
    size: tuple[int, int] = SIZE,
    space: str = SPACE,
) -> list[FileDataset]:
    """Slices of one CT; the value of a voxel is its column."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for k, position in enumerate(positions):
        pixels = np.tile(np.arange(size[1], dtype=np.int16) * 40, (size[0], 1))
        dataset = slice_dataset(
            pixels, number=k + 1, position=position, orientation=orientation, spacing=SPACING
        )
        dataset.FrameOfReferenceUID = space
        dataset.PositionReferenceIndicator = ""
        dataset.SliceThickness = 2.5
        for keyword in ("StudyID", "StudyDate", "StudyTime", "AccessionNumber"):
            setattr(dataset, keyword, "")
        for keyword in ("PatientBirthDate", "PatientSex", "ReferringPhysicianName"):
            setattr(dataset, keyword, "")
        save(dataset, folder / f"ct{k}.dcm")
        written.append(dataset)
    return written


def segment(number: int, label: str) -> hd.seg.SegmentDescription:
    return hd.seg.SegmentDescription(
        segment_number=number,
        segment_label=label,
        segmented_property_category=codes.SCT.Organ,
        segmented_property_type=codes.SCT.Liver,
        algorithm_type=hd.seg.SegmentAlgorithmTypeValues.MANUAL,
        display_color=hd.color.CIELabColor(60.0, 40.0, 20.0),
    )


def write_seg(
    sources: Sequence[Dataset],
    voxels: NDArray[Any],
    path: Path,
    *,
    kind: str = "BINARY",
    labels: Sequence[str] = ("Liver",),
    **options: Any,
) -> hd.seg.Segmentation:
    """A segmentation of `voxels` (slices, rows, columns[, segments])."""
    written = hd.seg.Segmentation(
        source_images=list(sources),
        pixel_array=voxels,
        segmentation_type=kind,
        segment_descriptions=[segment(n, label) for n, label in enumerate(labels, start=1)],
        series_instance_uid=f"{ROOT}.7.1",
        series_number=7,
        sop_instance_uid=f"{ROOT}.7.2",
        instance_number=1,
        manufacturer="Test",
        manufacturer_model_name="Test",
        software_versions="1",
        device_serial_number="1",
        **options,
    )
    written.save_as(path)
    return written


def planes(
    positions: Sequence[Sequence[float]], orientation: Sequence[float], spacing: Sequence[float]
) -> dict[str, Any]:
    """The options of `write_seg` for a grid of its own; the third spacing is between planes."""
    return {
        "plane_positions": [
            hd.PlanePositionSequence("PATIENT", image_position=list(p)) for p in positions
        ],
        "plane_orientation": hd.PlaneOrientationSequence("PATIENT", list(orientation)),
        "pixel_measures": hd.PixelMeasuresSequence(
            pixel_spacing=list(spacing[:2]),
            slice_thickness=spacing[2],
            spacing_between_slices=spacing[2],
        ),
    }


def opened(
    paths: Sequence[Path], decoders: Decoders | None = None
) -> tuple[Image, Slices, Findings]:
    """The main image among the files, and what the others say about it."""
    pool = decoders or NoDecoders()
    found = scan([FileBytes(path) for path in paths])
    series = next(one for one in found.series if one.frames[0].file.layer is None)
    image = open_image(series, pool)
    stack = slices_of(image, series, found.series)
    return image, stack, read_findings(found.objects, stack, pool)


def read_folder(folder: Path, decoders: Decoders | None = None) -> tuple[Image, Slices, Findings]:
    return opened(sorted(folder.iterdir()), decoders)


def voxels_of(findings: Findings, stack: Slices, number: int = 1) -> NDArray[np.bool_]:
    """The masks of a segment as (slices, rows, columns)."""
    layer = next(one for one in findings.layers if one.number == number)
    whole = np.zeros((len(stack.refs), stack.rows, stack.columns), dtype=np.bool_)
    for k, ref in enumerate(stack.refs):
        for figure in layer.figures.get(ref, ()):
            whole[k] |= figure.voxels()  # type: ignore[union-attr]
    return whole


def patient(stack: Slices, k: int, column: float, row: float) -> Vector:
    """Where a voxel of a slice lies."""
    return np.asarray(stack.origins[k] + column * stack.right + row * stack.down)


def bare(sop_class: str, modality: str, **values: Any) -> FileDataset:
    """An object of the CT's study, to be filled."""
    written = slice_dataset(np.zeros((2, 2), np.int16), series="8", modality=modality)
    for keyword in (
        "PixelData",
        "Rows",
        "Columns",
        "PixelSpacing",
        "BitsAllocated",
        "WindowCenter",
    ):
        if keyword in written:
            delattr(written, keyword)
    written.SOPClassUID = written.file_meta.MediaStorageSOPClassUID = sop_class
    written.FrameOfReferenceUID = SPACE
    for keyword, value in values.items():
        setattr(written, keyword, value)
    return written


def items(*parts: dict[str, Any]) -> list[Dataset]:
    """Items of a sequence from plain values."""
    made = []
    for part in parts:
        dataset = Dataset()
        for keyword, value in part.items():
            setattr(dataset, keyword, value)
        made.append(dataset)
    return made


def code(value: str, meaning: str, scheme: str = "DCM") -> list[Dataset]:
    return items({"CodeValue": value, "CodingSchemeDesignator": scheme, "CodeMeaning": meaning})
