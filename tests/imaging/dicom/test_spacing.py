"""How large a pixel is and where that holds; nothing is measured where it would be a guess."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset, FileDataset

from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.reader import open_image, scan
from labeler.imaging.sources.files import folder_files
from labeler.model.image import Caveat, Image
from labeler.model.masks import mask_of
from labeler.model.measures import (
    AxesMeasure,
    LengthMeasure,
    RegionMeasure,
    Unmeasured,
    measure_shape,
)
from labeler.model.regions import Region, scale_at
from labeler.model.shapes import Box, Length, MaskRef, Point, Polygon
from labeler.viewing.layout import layout_of
from labeler.viewing.measure_text import measure_text
from tests.support.dicom_files import NoDecoders, save, slice_dataset

OUTSIDE = Unmeasured(Caveat.SPACING_REGIONAL)


def opened(folder: Path, change: Callable[[FileDataset], None], modality: str = "DX") -> Image:
    dataset = slice_dataset(
        np.zeros((80, 100), np.uint8),
        modality=modality,
        position=None,
        orientation=None,
        spacing=None,
    )
    change(dataset)
    save(dataset, folder / "one")
    (series,) = scan(folder_files(folder)).series
    return open_image(series, NoDecoders())


def spaced(**values: object) -> Callable[[FileDataset], None]:
    def change(dataset: FileDataset) -> None:
        for name, value in values.items():
            setattr(dataset, name, value)

    return change


def length(image: Image, start: Point, end: Point) -> object:
    return measure_shape(image, Length(start, end))


# --- projections ----------------------------------------------------------------------------------


@pytest.mark.parametrize("modality", ["CR", "DX", "MG", "XA", "RF"])
def test_projections_measure_at_the_detector_and_say_so(tmp_path: Path, modality: str) -> None:
    image = opened(tmp_path, spaced(ImagerPixelSpacing=[0.2, 0.1]), modality)
    assert Caveat.SPACING_PROJECTED in image.caveats
    measure = length(image, (0, 0), (50_000, 0))
    assert measure == LengthMeasure(5.0, at_detector=True)
    assert measure_text(measure).text == "5.0 mm at detector"  # type: ignore[arg-type]


def test_an_estimated_magnification_is_told_and_not_applied(tmp_path: Path) -> None:
    told = spaced(ImagerPixelSpacing=[0.1, 0.1], EstimatedRadiographicMagnificationFactor=1.07)
    image = opened(tmp_path, told, "MG")
    assert image.affine.spacing_mm[:2] == pytest.approx((0.1, 0.1))
    assert image.magnification == pytest.approx(1.07)


def test_spacing_calibrated_in_the_patient_carries_no_doubt(tmp_path: Path) -> None:
    told = spaced(
        ImagerPixelSpacing=[0.2, 0.2],
        PixelSpacing=[0.15, 0.15],
        PixelSpacingCalibrationType="FIDUCIAL",
    )
    image = opened(tmp_path, told)
    assert Caveat.SPACING_PROJECTED not in image.caveats
    assert length(image, (0, 0), (10_000, 0)) == LengthMeasure(1.5)


def test_two_spacings_that_disagree_without_a_reason_stay_doubtful(tmp_path: Path) -> None:
    told = spaced(ImagerPixelSpacing=[0.2, 0.2], PixelSpacing=[0.15, 0.15])
    image = opened(tmp_path, told)
    assert image.affine.spacing_mm[:2] == pytest.approx((0.15, 0.15))
    assert Caveat.SPACING_PROJECTED in image.caveats


def test_scanned_film_is_measured_on_the_film(tmp_path: Path) -> None:
    image = opened(tmp_path, spaced(NominalScannedPixelSpacing=[0.17, 0.17]), "OT")
    assert Caveat.SPACING_PROJECTED in image.caveats
    assert image.magnification is None


# --- unknown --------------------------------------------------------------------------------------


@pytest.mark.parametrize("values", [[0, 0.5], [-0.5, 0.5], [5000, 5000], [1e-9, 1e-9], [0.5]])
def test_spacing_that_cannot_be_is_unknown(tmp_path: Path, values: list[float]) -> None:
    image = opened(tmp_path, spaced(PixelSpacing=values), "CT")
    assert Caveat.SPACING_UNKNOWN in image.caveats
    assert length(image, (0, 0), (1000, 0)) == Unmeasured(Caveat.SPACING_UNKNOWN)


def test_an_aspect_ratio_gives_the_shape_and_no_size(tmp_path: Path) -> None:
    image = opened(tmp_path, spaced(PixelAspectRatio=[4, 3]), "OT")
    assert Caveat.SPACING_UNKNOWN in image.caveats
    across, down = layout_of(image).shown_spacing_mm
    assert down / across == pytest.approx(4 / 3)
    assert not image.measurable


@pytest.mark.parametrize(("between", "thick", "step"), [(-3, 5, 3), (None, 5, 5), (0, 2, 2)])
def test_one_slice_is_as_deep_as_the_next_one_would_be_far(
    tmp_path: Path, between: float | None, thick: float, step: float
) -> None:
    dataset = slice_dataset(np.zeros((4, 4), np.int16), modality="MR")
    dataset.SliceThickness = thick
    if between is not None:
        dataset.SpacingBetweenSlices = between
    save(dataset, tmp_path / "one")
    image = open_image(scan(folder_files(tmp_path)).series[0], NoDecoders())
    assert image.affine.spacing_mm[2] == pytest.approx(step)


# --- ultrasound -----------------------------------------------------------------------------------


def region(
    edges: tuple[int, int, int, int],
    delta: tuple[float, float] = (0.02, 0.03),
    *,
    kind: int = 1,
    units: int = 3,
    flags: int = 1,
) -> Dataset:
    item = Dataset()
    item.RegionSpatialFormat, item.RegionDataType, item.RegionFlags = kind, 1, flags
    item.RegionLocationMinX0, item.RegionLocationMinY0 = edges[:2]
    item.RegionLocationMaxX1, item.RegionLocationMaxY1 = edges[2:]
    item.PhysicalUnitsXDirection = item.PhysicalUnitsYDirection = units
    item.PhysicalDeltaX, item.PhysicalDeltaY = delta
    return item


def ultrasound(folder: Path, *regions: Dataset, **more: object) -> Image:
    told = spaced(SequenceOfUltrasoundRegions=list(regions), **more)
    return opened(folder, told, "US")


def test_ultrasound_is_measured_inside_its_region_only(tmp_path: Path) -> None:
    image = ultrasound(tmp_path, region((10, 10, 59, 69)))
    assert Caveat.SPACING_REGIONAL in image.caveats
    assert image.affine.spacing_mm[:2] == pytest.approx((0.2, 0.3))
    assert length(image, (20_000, 20_000), (30_000, 20_000)) == LengthMeasure(2.0)
    assert length(image, (20_000, 20_000), (80_000, 20_000)) == OUTSIDE
    assert length(image, (0, 0), (5_000, 5_000)) == OUTSIDE
    assert measure_text(OUTSIDE).text == "Size unknown: not in one region"
    inside, across = Box((20_000, 20_000), (30_000, 30_000)), Box((0, 0), (30_000, 30_000))
    assert measure_shape(image, inside) == AxesMeasure(
        pytest.approx(2.0), pytest.approx(3.0), pytest.approx(6.0)
    )
    assert measure_shape(image, across) == OUTSIDE
    corner = Polygon(((20_000, 20_000), (30_000, 20_000), (30_000, 75_000)))
    assert measure_shape(image, corner) == OUTSIDE


def test_a_painted_mark_on_ultrasound_must_lie_inside(tmp_path: Path) -> None:
    image = ultrasound(tmp_path, region((10, 10, 59, 69)))
    painted = np.zeros((80, 100), bool)
    painted[20:24, 20:25] = True
    measure = measure_shape(image, MaskRef("m"), mask_of(painted))
    assert isinstance(measure, RegionMeasure)
    assert measure.area_mm2 == pytest.approx(20 * 0.2 * 0.3)
    painted[5, 20] = True
    assert measure_shape(image, MaskRef("m"), mask_of(painted)) == OUTSIDE


def test_each_of_two_regions_has_its_own_scale(tmp_path: Path) -> None:
    image = ultrasound(
        tmp_path, region((0, 0, 49, 79)), region((50, 0, 99, 79), delta=(0.05, 0.05))
    )
    assert length(image, (10_000, 9_000), (20_000, 9_000)) == LengthMeasure(2.0)
    assert length(image, (60_000, 9_000), (70_000, 9_000)) == LengthMeasure(5.0)
    assert length(image, (10_000, 9_000), (70_000, 9_000)) == OUTSIDE


@pytest.mark.parametrize(("kind", "units"), [(2, 3), (3, 3), (1, 4), (5, 0)])
def test_motion_spectra_and_curves_have_no_millimetres(
    tmp_path: Path, kind: int, units: int
) -> None:
    image = ultrasound(tmp_path, region((0, 0, 99, 79), kind=kind, units=units))
    assert Caveat.SPACING_UNKNOWN in image.caveats
    assert not image.measurable


def test_a_curve_over_the_picture_hides_its_scale(tmp_path: Path) -> None:
    curve = region((20, 50, 60, 79), kind=2, units=4, flags=0)
    image = ultrasound(tmp_path, region((0, 0, 99, 79)), curve)
    assert length(image, (10_000, 9_000), (20_000, 9_000)) == LengthMeasure(2.0)
    assert length(image, (30_000, 60_000), (10_000, 9_000)) == OUTSIDE


def test_a_broken_region_is_left_out(tmp_path: Path) -> None:
    image = ultrasound(tmp_path, region((60, 10, 20, 70)), PixelSpacing=[0.3, 0.3])
    assert image.regions == ()
    assert length(image, (0, 0), (10_000, 0)) == LengthMeasure(3.0)


def test_a_region_of_a_larger_picture_has_no_scale_in_this_one(tmp_path: Path) -> None:
    """It was made smaller, and its regions were not: sizes would be a part of what they are."""
    (tmp_path / "smaller").mkdir()
    (tmp_path / "cut").mkdir()
    smaller = ultrasound(tmp_path / "smaller", region((20, 10, 190, 150)))
    assert Caveat.SPACING_UNKNOWN in smaller.caveats
    cut_off = ultrasound(tmp_path / "cut", region((20, 10, 99, 150)))
    assert length(cut_off, (30_000, 20_000), (40_000, 20_000)) == LengthMeasure(2.0)


def test_every_place_must_lie_in_the_same_region() -> None:
    left, right = Region(0, 0, 9, 9, (1, 1)), Region(10, 0, 19, 9, (1, 1))
    assert scale_at((left, right), ((1, 1), (9.4, 9.4))) == (1, 1)
    assert scale_at((left, right), ((1, 1), (15, 1))) is None
    assert scale_at((), ((1, 1),)) is None


@pytest.mark.parametrize(
    ("name", "delta_mm", "inside"),
    [
        ("US-YBR_FULL_422-EVRLE.dcm", 0.0616, True),
        ("examples_palette.dcm", 0.26229, True),
        ("gdcm-US-ALOKA-16.dcm", 0.38265, True),
        ("gdcm-US-RGB-8-esopecho.dcm", None, False),
        ("examples_ybr_color.dcm", None, False),
    ],
)
def test_real_ultrasound(
    test_data: Path, decoders: DecoderPool, name: str, delta_mm: float | None, inside: bool
) -> None:
    series = scan(folder_files(test_data / "dicom/colour" / name)).series[0]
    image = open_image(series, decoders)
    if not inside:
        assert Caveat.SPACING_UNKNOWN in image.caveats
        assert image.affine.spacing_mm[1] == pytest.approx(1 if "ybr" in name else 4 / 3)
        return
    assert Caveat.SPACING_REGIONAL in image.caveats
    assert image.affine.spacing_mm[:2] == pytest.approx((delta_mm, delta_mm), abs=1e-5)
    first = next(one for one in image.regions if one.spacing_mm)
    start = (first.left + 2) * 1000, (first.top + 2) * 1000
    end = start[0] + 10_000, start[1]
    measure = length(image, start, end)
    assert isinstance(measure, LengthMeasure)
    assert measure.length_mm == pytest.approx(10 * (delta_mm or 0), rel=1e-3)
    assert length(image, (0, 0), end) == OUTSIDE
