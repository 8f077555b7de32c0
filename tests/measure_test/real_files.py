"""Marks on real images, and the regions and outlines of real objects about images.

`data` is the folder that LABELER_TEST_DATA names. Geometry and values of the other hand come from
pydicom and SimpleITK alone.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import shapely
import SimpleITK
from numpy.random import Generator

from labeler.imaging.frame_stores import Decoders
from labeler.imaging.reader import main_series, open_image, scan
from labeler.imaging.sources.gathering import gather
from labeler.model.image import Image, Pixels
from labeler.model.mark_measures import MarkMeasures
from labeler.model.measures import Crossed
from labeler.model.shapes import Ellipse, Length, OnPlane, PaintedMask, Plane, Polygon
from labeler.model.stack import Stack
from labeler.model.tiled_masks import of_voxels
from tests.measure_test.random_marks import ITK, SHAPELY, compare_solid, measured, random_bits
from tests.measure_test.references import Numbers, by_itk
from tests.measure_test.tally import Tally
from tests.support.images import axial, image_of

SERIES = (
    *("ct_head_1mm_50slices", "ct_slicer_head_93slices", "mr_t1_36slices", "mr_oblique_6slices"),
    *("mr_epi_4d_ge", "ct_ge_tilt_variable_spacing"),
)
SINGLE = (
    "pet_nm_rt/1.dcm",
    "xray_lut/966_fixed.dcm",
    "transfer_syntax/CT_JPEG2000LosslessOnly.dcm",
)
LABEL_MAPS = ("liver_seg.nrrd", "vb-seg.mha", "seg4d_11f.nii.gz")
SEGMENTATIONS = ("liver.dcm", "seg_image_ct_binary.dcm", "seg_image_ct_binary_overlap.dcm")
STRUCTURES = "pet_nm_rt/rtstruct_raysearch.dcm"
LARGEST = 1 << 23
"""Voxels of a label map, at most."""


def compare(tally: Tally, data: Path, decoders: Decoders, rng: Generator) -> None:
    for name in SERIES:
        series(tally, data / "dicom" / name, decoders, rng)
    for name in SINGLE:
        single(tally, data / "dicom" / name, decoders, rng)
    for name in LABEL_MAPS:
        label_map(tally, data / "volume" / name)
    for name in SEGMENTATIONS:
        segmentation(tally, data / "dicom" / "seg_sr" / name)
    structures(tally, data / "dicom" / STRUCTURES)


def opened(path: Path, decoders: Decoders) -> Image:
    return open_image(main_series(scan(gather((path,)).files)), decoders)


def series(tally: Tally, folder: Path, decoders: Decoders, rng: Generator) -> None:
    """Lengths across the frame, and what lies inside a region on one frame and through all."""
    image, at = opened(folder, decoders), folder.name
    headers = _by_instance(folder)
    files = [headers[ref.instance] for ref in image.refs]
    for index in (0, len(files) // 2):
        _lengths(tally, image, pydicom.dcmread(files[index], stop_before_pixels=True), rng, at)
    index = len(files) // 2
    _flat_values(tally, image, index, _rescaled(files[index]), rng, at)
    if image.is_volume and not _leans(image):
        # Each picture as SimpleITK reads it, in the order of their places.
        values = np.stack([_rescaled(path) for path in files])
        compare_solid(tally, image, random_bits(rng, values.shape), values, at)


def _leans(image: Image) -> bool:
    ways = image.affine.matrix[:3, :3] / np.array(image.affine.spacing_mm)
    return bool(np.abs(ways.T @ ways - np.eye(3)).max() > 1e-3)


def single(tally: Tally, path: Path, decoders: Decoders, rng: Generator) -> None:
    image, header = opened(path, decoders), pydicom.dcmread(path, stop_before_pixels=True)
    factor = _suv_factor(header) if header.Modality == "PT" else 1.0
    if header.Modality == "PT":
        assert image.suv_factor is not None
        tally.compare("SUV factor", "pydicom", image.suv_factor, factor, path.name, 1e-12)
    _lengths(tally, image, header, rng, path.name)
    _flat_values(tally, image, 0, _rescaled(path), rng, path.name)


def _lengths(tally: Tally, image: Image, header: pydicom.Dataset, rng: Generator, at: str) -> None:
    """By Pixel Spacing alone (PS3.3 10.7.1.3): between rows, then between columns."""
    row_mm, column_mm = (float(mm) for mm in header.PixelSpacing)
    for _ in range(10):
        (a, b), (c, d) = rng.integers(0, (header.Columns, header.Rows), (2, 2)).tolist()
        ours = measured(image, Length((a * 1000, b * 1000), (c * 1000, d * 1000)))
        theirs = float(np.hypot((c - a) * column_mm, (d - b) * row_mm))
        tally.compare("length", "pydicom", ours.sizes["length_mm"], theirs, at)


def _flat_values(
    tally: Tally, image: Image, index: int, values: Numbers, rng: Generator, at: str
) -> None:
    """An ellipse whose voxels shapely tells, and a painted region."""
    _, rows, columns = image.source.shape
    across, down = columns // 5, rows // 7
    shape = Ellipse((columns * 500, rows * 500), (across * 1000, 0), (0, down * 1000))
    grid = np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), axis=-1)
    ellipse = (((grid - (columns / 2, rows / 2)) / (across, down)) ** 2).sum(axis=-1) <= 1
    there = np.isfinite(values)
    ours = measured(image, shape, index=index)
    _same_values(tally, ours, values[ellipse & there], f"{at} ellipse")
    bits = random_bits(rng, (rows, columns))
    painted = PaintedMask("1" * 64, (1, rows, columns))
    content = of_voxels((1, rows, columns), (0, 0, 0), bits[None])
    column_mm, row_mm, _ = image.affine.spacing_mm
    theirs = by_itk(bits[None], np.zeros((1, rows, columns)), (1.0, row_mm, column_mm))
    ours = measured(image, painted, content, index)
    tally.compare("area", ITK, ours.sizes["area_mm2"], theirs.volume, at)
    _same_values(tally, ours, values[bits & there], f"{at} painted")


def _same_values(tally: Tally, ours: MarkMeasures, values: Numbers, at: str) -> None:
    assert ours.values is not None, ours.why_not
    spread = max(1e-9, float(values.max() - values.min()))
    for what, mine, theirs in (
        ("mean", ours.values.mean, values.mean()),
        ("SD", ours.values.sd, values.std()),
        ("minimum", ours.values.low, values.min()),
        ("maximum", ours.values.high, values.max()),
    ):
        tally.compare(f"{what} on a frame", "SimpleITK's values", mine, float(theirs), at, spread)


def label_map(tally: Tally, path: Path) -> None:
    """Each label of a volume of labels; its own values are what lies inside."""
    picture = SimpleITK.ReadImage(str(path))
    labels = SimpleITK.GetArrayFromImage(picture)
    labels, spacing = (
        (labels[0], picture.GetSpacing()[:3])
        if labels.ndim == 4
        else (labels, picture.GetSpacing())
    )
    if labels.size > LARGEST:
        return
    noise = np.random.default_rng(1).integers(-1000, 1000, labels.shape).astype(np.int16)
    image = image_of(noise, matrix=axial(spacing), intercept=0.0)
    image = _upright(image)
    for label in np.unique(labels)[1:6].tolist():
        compare_solid(tally, image, labels == label, noise, f"{path.name} {label}")


def segmentation(tally: Tally, path: Path) -> None:
    """Each segment of a binary segmentation, on its own grid."""
    dataset = pydicom.dcmread(path)
    frames = dataset.pixel_array.reshape(-1, dataset.Rows, dataset.Columns)
    shared = dataset.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
    row, column = (float(mm) for mm in shared.PixelSpacing)
    slice_ = float(shared.get("SpacingBetweenSlices") or shared.SliceThickness)
    segments = np.array(
        [
            group.SegmentIdentificationSequence[0].ReferencedSegmentNumber
            for group in dataset.PerFrameFunctionalGroupsSequence
        ]
    )
    for segment in np.unique(segments).tolist():
        bits = frames[segments == segment].astype(np.bool_)
        if not bits.any():
            continue
        noise = np.random.default_rng(segment).integers(0, 4000, bits.shape).astype(np.int16)
        image = _upright(image_of(noise, matrix=axial((column, row, slice_)), intercept=0.0))
        compare_solid(tally, image, bits, noise, f"{path.name} {segment}")


def _upright(image: Image) -> Image:
    """With the place of each slice, so that it may be measured across."""
    steps = np.arange(image.source.shape[0])[:, None]
    places = image.affine.matrix[:3, 3] + steps * image.affine.matrix[:3, 2]
    origins = tuple((x, y, z) for x, y, z in places.tolist())
    return replace(image, stack=Stack(origins=origins))


def structures(tally: Tally, path: Path) -> None:
    """Each closed contour of a structure set, as an outline on its plane in the patient."""
    image = image_of(np.zeros((2, 8, 8), np.int16))
    plane = Plane("", (0, 0, 0), (1_000_000_000, 0, 0), (0, 1_000_000_000, 0))
    for roi in pydicom.dcmread(path).ROIContourSequence:
        for number, contour in enumerate(roi.get("ContourSequence", ())):
            places = np.array(contour.ContourData, np.float64).reshape(-1, 3)
            if contour.ContourGeometricType != "CLOSED_PLANAR" or np.ptp(places[:, 2]) > 1e-3:
                continue
            points = np.rint(places[:, :2] * 1000).astype(int).tolist()
            if len(points) < 3:
                continue
            at = f"ROI {roi.ReferencedROINumber} contour {number}"
            ours = measured(image, OnPlane(plane, Polygon(tuple((x, y) for x, y in points))))
            other, ring = shapely.Polygon(places[:, :2]), shapely.LinearRing(np.array(points))
            if isinstance(ours.size, Crossed):
                tally.same("crosses itself", SHAPELY, ring.is_simple, False, at)
                continue
            tally.compare("area of contours", SHAPELY, ours.sizes["area_mm2"], other.area, at, 1.0)
            around = ours.sizes["perimeter_mm"]
            tally.compare("perimeter of contours", SHAPELY, around, other.length, at)


def _by_instance(folder: Path) -> dict[str, Path]:
    found = {}
    for path in sorted(folder.iterdir()):
        header = pydicom.dcmread(path, stop_before_pixels=True, specific_tags=["SOPInstanceUID"])
        found[str(header.SOPInstanceUID)] = path
    return found


def _rescaled(path: Path) -> Numbers:
    """NaN where it is padding. SimpleITK would invert MONOCHROME1: there pydicom reads."""
    header = pydicom.dcmread(path)
    slope = float(header.get("RescaleSlope", 1))
    intercept = float(header.get("RescaleIntercept", 0))
    if header.PhotometricInterpretation == "MONOCHROME1":
        found: Numbers = header.pixel_array * slope + intercept
    else:
        read: Pixels = SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(path)))[0]
        found = read.astype(np.float64)
    if "PixelPaddingValue" in header:
        found[found == header.PixelPaddingValue * slope + intercept] = np.nan
    return found


def _suv_factor(header: pydicom.Dataset) -> float:
    """By body weight: grams a becquerel at the time of the series (decay corrected to START)."""
    drug = header.RadiopharmaceuticalInformationSequence[0]
    begun, given = (_seconds(t) for t in (header.SeriesTime, drug.RadiopharmaceuticalStartTime))
    left = 2 ** -((begun - given) / float(drug.RadionuclideHalfLife))
    return float(header.PatientWeight) * 1000 / (float(drug.RadionuclideTotalDose) * left)


def _seconds(time: str) -> float:
    return int(time[:2]) * 3600 + int(time[2:4]) * 60 + float(time[4:])
