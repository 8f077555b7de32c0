"""Contours of structure sets over their image."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest

from labeler.imaging.sources.files import FileBytes
from labeler.interchange.dicom_item import read_object
from labeler.interchange.structure_set import _points
from labeler.model.layers import LayerCaveat
from labeler.model.layers import Path as Line
from tests.support.dicom_files import save
from tests.support.findings import POSITIONS, SPACE, bare, items, opened, read_folder, write_ct

RTSTRUCT = "1.2.840.10008.5.1.4.1.1.481.3"
SQUARE = ((-2.0, -1.5), (1.5, -1.5), (1.5, 2.25), (-2.0, 2.25))


def flat(points: list[tuple[float, float, float]]) -> list[float]:
    return [value for point in points for value in point]


def write_set(path: Path, contours: list[tuple[str, list[float]]], space: str = SPACE) -> None:
    written = bare(RTSTRUCT, "RTSTRUCT")
    written.StructureSetROISequence = items(
        {"ROINumber": 4, "ROIName": "Kidney_L", "ReferencedFrameOfReferenceUID": space}
    )
    written.RTROIObservationsSequence = items(
        {"ReferencedROINumber": 4, "RTROIInterpretedType": "ORGAN"}
    )
    sequence = items(
        *({"ContourGeometricType": kind, "ContourData": data} for kind, data in contours)
    )
    written.ROIContourSequence = items(
        {"ReferencedROINumber": 4, "ROIDisplayColor": [255, 80, 0], "ContourSequence": sequence}
    )
    save(written, path)


def area_mm2(path: Line, column_mm: float, row_mm: float) -> float:
    """By the shoelace formula."""
    x, y = np.array(path.points).T * np.array([[column_mm], [row_mm]])
    return abs(float(x @ np.roll(y, 1) - y @ np.roll(x, 1))) / 2


def test_a_contour_lies_on_the_slice_at_its_height(tmp_path: Path) -> None:
    write_ct(tmp_path)
    height = POSITIONS[3][2] + 1.0
    write_set(
        tmp_path / "rs.dcm",
        [
            ("CLOSED_PLANAR", flat([(x, y, height) for x, y in SQUARE])),
            ("POINT", [0.5, 0.75, POSITIONS[0][2]]),
        ],
    )
    _, stack, found = read_folder(tmp_path)
    (layer,) = found.layers
    assert (layer.name, layer.meaning, layer.number) == ("Kidney_L", "ORGAN", 4)
    assert layer.color == (255, 80, 0)
    by_instance = {ref.instance: figures for ref, figures in layer.figures.items()}
    (contour,) = by_instance["1.2.826.0.1.3680043.10.1561.3.1.4"]
    assert isinstance(contour, Line)
    assert (contour.closed, contour.filled) == (True, True)
    np.testing.assert_allclose(contour.points[0], (4.0, 2.0), atol=1e-6)
    assert area_mm2(contour, 0.5, 0.75) == pytest.approx(3.5 * 3.75)
    assert by_instance["1.2.826.0.1.3680043.10.1561.3.1.1"] == (Line(((9.0, 5.0),), False),)
    assert stack.spaced_mm == pytest.approx(2.5)


def test_a_contour_across_the_slices_is_not_shown_and_that_is_said(tmp_path: Path) -> None:
    write_ct(tmp_path)
    good = flat([(x, y, POSITIONS[2][2]) for x, y in SQUARE])
    upright = flat([(x, 0.0, 12.0 + y) for x, y in SQUARE])
    write_set(tmp_path / "rs.dcm", [("CLOSED_PLANAR", good), ("CLOSED_PLANAR", upright)])
    _, _, found = read_folder(tmp_path)
    (layer,) = found.layers
    assert sum(len(figures) for figures in layer.figures.values()) == 1
    assert layer.caveats == (LayerCaveat.OFF_PLANE,)


def test_another_frame_of_reference_is_refused_by_name(tmp_path: Path) -> None:
    write_ct(tmp_path)
    contour = flat([(x, y, POSITIONS[2][2]) for x, y in SQUARE])
    write_set(tmp_path / "rs.dcm", [("CLOSED_PLANAR", contour)], space="1.2.3")
    _, _, found = read_folder(tmp_path)
    assert [problem.code for problem in found.problems] == ["other-frame-of-reference"]


def test_numbers_that_are_no_points_name_the_tag(tmp_path: Path) -> None:
    write_ct(tmp_path)
    write_set(tmp_path / "rs.dcm", [("CLOSED_PLANAR", [1.0, 2.0, 10.0, 4.0])])
    _, _, found = read_folder(tmp_path)
    assert [problem.facts["tag"] for problem in found.problems] == ["(3006,0050)"]


@pytest.mark.parametrize("name", ["rtstruct.dcm", "rtstruct_raysearch.dcm"])
def test_real_sets_keep_their_points_and_say_that_their_images_are_missing(
    test_data: Path, name: str
) -> None:
    path = test_data / "dicom" / "pet_nm_rt" / name
    oracle = pydicom.dcmread(path, force=True)
    ours = read_object(FileBytes(path)).items("ROIContourSequence")
    assert len(ours) == len(oracle.ROIContourSequence)
    for mine, theirs in zip(ours, oracle.ROIContourSequence, strict=True):
        contours = mine.items("ContourSequence")
        for contour, said in zip(contours, theirs.ContourSequence, strict=True):
            expected = np.array([float(part) for part in said.ContourData]).reshape(-1, 3)
            np.testing.assert_array_equal(_points(contour), expected)
    _, _, found = opened([path, test_data / "dicom/seg_sr/ct_image.dcm"])
    assert [problem.code for problem in found.problems] == ["other-frame-of-reference"]


def test_a_real_set_over_an_image_made_for_it(test_data: Path, tmp_path: Path) -> None:
    """Clinical contours on slices written where they lie: areas agree with the shoelace formula."""
    path = test_data / "dicom" / "pet_nm_rt" / "rtstruct_raysearch.dcm"
    oracle = pydicom.dcmread(path)
    space = oracle.StructureSetROISequence[0].ReferencedFrameOfReferenceUID
    contours = [c for roi in oracle.ROIContourSequence for c in roi.ContourSequence]
    points = [np.array([float(p) for p in c.ContourData]).reshape(-1, 3) for c in contours]
    heights = sorted({round(float(p[0, 2]), 3) for p in points})
    low = np.concatenate(points).min(axis=0)
    origins = [(float(low[0]), float(low[1]), height) for height in heights]
    write_ct(tmp_path, positions=origins, space=space)
    (tmp_path / "rs.dcm").write_bytes(path.read_bytes())
    _, _, found = read_folder(tmp_path)
    names = [roi.ROIName for roi in oracle.StructureSetROISequence]
    assert [layer.name for layer in found.layers] == names
    for layer, roi in zip(found.layers, oracle.ROIContourSequence, strict=True):
        drawn = [path for figures in layer.figures.values() for path in figures]
        assert len(drawn) == len(roi.ContourSequence)
        mine = sum(area_mm2(path, 0.5, 0.75) for path in drawn if isinstance(path, Line))
        theirs = 0.0
        for contour in roi.ContourSequence:
            x, y, _ = np.array([float(p) for p in contour.ContourData]).reshape(-1, 3).T
            theirs += abs(float(x @ np.roll(y, 1) - y @ np.roll(x, 1))) / 2
        assert mine == pytest.approx(theirs, rel=1e-6)
        assert layer.color == tuple(roi.ROIDisplayColor)
