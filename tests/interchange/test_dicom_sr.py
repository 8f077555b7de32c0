"""Structured reports: values with their units, marks where they belong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset

from labeler.model.layers import LayerCaveat, Measured
from labeler.model.layers import Path as Line
from tests.support.dicom_files import ROOT, save, slice_dataset
from tests.support.findings import (
    POSITIONS,
    SPACE,
    bare,
    code,
    items,
    opened,
    patient,
    read_folder,
    write_ct,
)

COMPREHENSIVE_3D = "1.2.840.10008.5.1.4.1.1.88.34"


def node(kind: str, concept: list[Dataset], *children: Dataset, **values: Any) -> Dataset:
    (made,) = items({"ValueType": kind, "ConceptNameCodeSequence": concept, **values})
    if children:
        made.ContentSequence = list(children)
    return made


def image(instance: int, frames: int | None = None) -> Dataset:
    said: dict[str, Any] = {"ReferencedSOPInstanceUID": f"{ROOT}.3.1.{instance}"}
    if frames is not None:
        said["ReferencedFrameNumber"] = frames
    return node("IMAGE", code("121324", "Source Image"), ReferencedSOPSequence=items(said))


def length(value: str, *children: Dataset) -> Dataset:
    measured = items({"NumericValue": value, "MeasurementUnitsCodeSequence": code("mm", "mm")})
    return node("NUM", code("G-D7FE", "Length"), *children, MeasuredValueSequence=measured)


def scoord(kind: str, data: list[float], instance: int) -> Dataset:
    values = {"GraphicType": kind, "GraphicData": data}
    return node("SCOORD", code("111030", "Image Region"), image(instance), **values)


def scoord3d(kind: str, data: list[float], space: str = SPACE) -> Dataset:
    values = {"GraphicType": kind, "GraphicData": data}
    where = {"ReferencedFrameOfReferenceUID": space}
    return node("SCOORD3D", code("111030", "Image Region"), **values, **where)


def write_report(path: Path, *groups: list[Dataset]) -> None:
    written = bare(COMPREHENSIVE_3D, "SR", ValueType="CONTAINER")
    found = [node("CONTAINER", code("125007", "Measurement Group"), *group) for group in groups]
    measurements = node("CONTAINER", code("126010", "Imaging Measurements"), *found)
    written.ContentSequence = [measurements]
    save(written, path)


def test_a_measurement_keeps_its_words_its_value_and_its_place(tmp_path: Path) -> None:
    write_ct(tmp_path)
    group = [
        node("TEXT", code("112039", "Tracking Identifier"), TextValue="Target 1"),
        node("CODE", code("121071", "Finding"), ConceptCodeSequence=code("M-1", "Nodule")),
        node("CODE", code("363698007", "Finding Site"), ConceptCodeSequence=code("L", "Lung")),
        length("12.25", scoord("POLYLINE", [2.5, 3.5, 10.5, 3.5], 2)),
    ]
    write_report(tmp_path / "sr.dcm", group)
    _, stack, found = read_folder(tmp_path)
    (layer,) = found.layers
    assert (layer.name, layer.meaning) == ("Nodule", "Lung")
    assert layer.measured == (Measured("Length", 12.25, "mm"),)
    # The corner of the first pixel is 0, 0 in the report, the middle of it is 0, 0 here.
    assert layer.figures == {stack.refs[3]: (Line(((2.0, 3.0), (10.0, 3.0)), False),)}
    assert layer.missing == 0


def test_round_marks_touch_the_points_that_define_them(tmp_path: Path) -> None:
    write_ct(tmp_path)
    ellipse = scoord("ELLIPSE", [2.5, 6.5, 12.5, 6.5, 7.5, 3.5, 7.5, 9.5], 1)
    write_report(tmp_path / "sr.dcm", [ellipse, scoord("CIRCLE", [6.5, 6.5, 9.5, 6.5], 1)])
    _, _, found = read_folder(tmp_path)
    ((first, second),) = found.layers[0].figures.values()
    assert isinstance(first, Line)
    assert isinstance(second, Line)
    for x, y in first.points:
        assert ((x - 7) / 5) ** 2 + ((y - 6) / 3) ** 2 == pytest.approx(1)
    for x, y in second.points:
        assert (x - 6) ** 2 + (y - 6) ** 2 == pytest.approx(9)
    assert first.closed


def test_marks_in_the_patient_fall_on_their_slice(tmp_path: Path) -> None:
    write_ct(tmp_path)
    _, stack, _ = opened(sorted(tmp_path.iterdir()))
    corners = [patient(stack, 2, *place) for place in ((1, 1), (9, 1), (9, 7), (1, 1))]
    flat = [float(value) for corner in corners for value in corner]
    across = [0.0, 0.0, POSITIONS[0][2], 0.0, 0.0, POSITIONS[4][2]]
    write_report(tmp_path / "sr.dcm", [scoord3d("POLYGON", flat)], [scoord3d("POLYLINE", across)])
    _, stack, found = read_folder(tmp_path)
    (layer,) = found.layers
    ((ref, (mark,)),) = layer.figures.items()
    assert ref == stack.refs[2]
    assert isinstance(mark, Line)
    np.testing.assert_allclose(mark.points, [(1, 1), (9, 1), (9, 7)], atol=1e-5)
    assert mark.closed


def test_what_crosses_the_slices_is_said_and_not_drawn(tmp_path: Path) -> None:
    write_ct(tmp_path)
    point = [0.0, 0.0, POSITIONS[1][2]]
    across = [*point, 0.0, 0.0, POSITIONS[4][2]]
    write_report(tmp_path / "sr.dcm", [scoord3d("POINT", point), scoord3d("POLYLINE", across)])
    _, _, found = read_folder(tmp_path)
    (layer,) = found.layers
    assert sum(len(figures) for figures in layer.figures.values()) == 1
    assert layer.caveats == (LayerCaveat.OFF_PLANE,)


def test_another_space_and_absent_images_are_told_apart(tmp_path: Path) -> None:
    write_ct(tmp_path)
    write_report(tmp_path / "sr.dcm", [scoord3d("POINT", [0.0, 0.0, 10.0], space="1.2.3")])
    _, _, found = read_folder(tmp_path)
    assert [problem.code for problem in found.problems] == ["other-frame-of-reference"]
    write_report(tmp_path / "sr.dcm", [length("3", scoord("POINT", [1.0, 1.0], 77))])
    _, _, found = read_folder(tmp_path)
    assert [problem.code for problem in found.problems] == ["images-not-here"]


def test_a_report_as_deep_as_a_well_ends(tmp_path: Path) -> None:
    write_ct(tmp_path)
    deep = scoord("POINT", [1.0, 1.0], 1)
    for _ in range(60):
        deep = node("CONTAINER", code("1", "Deep"), deep)
    write_report(tmp_path / "sr.dcm", [deep])
    _, _, found = read_folder(tmp_path)
    assert [problem.code for problem in found.problems] == ["nothing-to-show"]


def numbers(dataset: Dataset) -> Iterator[tuple[str, float, str]]:
    """Every value of a content tree with its unit, straight from pydicom."""
    for child in dataset.get("ContentSequence", []):
        if child.ValueType == "NUM":
            (value,) = child.MeasuredValueSequence
            unit = value.MeasurementUnitsCodeSequence[0].CodeValue
            name = child.ConceptNameCodeSequence[0].CodeMeaning
            yield name, float(value.NumericValue), unit
        yield from numbers(child)


def marks(dataset: Dataset) -> Iterator[Dataset]:
    for child in dataset.get("ContentSequence", []):
        if child.ValueType in ("SCOORD", "SCOORD3D"):
            yield child
        yield from marks(child)


@pytest.mark.filterwarnings("ignore:The value length")
@pytest.mark.parametrize(
    "name",
    [
        "sr_document.dcm",
        "sr_document_with_multiple_groups.dcm",
        *(f"dwv_tid1500/sr-{kind}.dcm" for kind in ("arrow", "circle", "ellipse", "protractor")),
        *(f"dwv_tid1500/sr-{kind}.dcm" for kind in ("rectangle", "roi", "ruler")),
    ],
)
def test_real_reports_say_what_their_content_tree_says(
    test_data: Path, tmp_path: Path, name: str
) -> None:
    path = test_data / "dicom" / "seg_sr" / name
    oracle = pydicom.dcmread(path)
    picture = test_data / "dicom/seg_sr/ct_image.dcm"
    if name.startswith("dwv"):  # its image is not among the files: one of its name takes its place
        picture = tmp_path / "mr.dcm"
        written = slice_dataset(np.zeros((24, 24), np.int16), modality="MR")
        (series,) = oracle.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence
        (instance,) = series.ReferencedSOPSequence
        written.SOPInstanceUID = instance.ReferencedSOPInstanceUID
        written.file_meta.MediaStorageSOPInstanceUID = instance.ReferencedSOPInstanceUID
        save(written, picture)
    _, _, found = opened([path, picture])
    assert found.problems == ()
    mine = sorted((m.name, m.value, m.unit) for layer in found.layers for m in layer.measured)
    theirs = sorted(numbers(oracle))
    assert mine == theirs
    drawn = sum(len(f) for layer in found.layers for f in layer.figures.values())
    flat = [mark for mark in marks(oracle) if mark.ValueType == "SCOORD"]
    lines = [mark for mark in flat if mark.GraphicType not in ("MULTIPOINT", "POINT")]
    dots = sum(len(mark.GraphicData) // 2 for mark in flat if mark not in lines)
    off = [layer for layer in found.layers if LayerCaveat.OFF_PLANE in layer.caveats]
    assert drawn == len(lines) + dots
    assert len(off) == sum(mark.ValueType == "SCOORD3D" for mark in marks(oracle))


@pytest.mark.parametrize("name", ["test-SR.dcm", "no-pixel-data.dcm"])
def test_real_reports_without_their_image_or_marks_say_so(test_data: Path, name: str) -> None:
    folder = test_data / "dicom" / "seg_sr"
    _, _, found = opened([folder / name, folder / "ct_image.dcm"])
    assert [problem.code for problem in found.problems] in (
        ["images-not-here"],
        ["nothing-to-show"],
    )
