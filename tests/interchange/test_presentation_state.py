"""Presentation states: window, shutter, graphics in image and in display units, overlay planes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest

from labeler.model.frames import Window
from labeler.model.layers import LayerCaveat, Text
from labeler.model.layers import Path as Line
from labeler.model.masks import Mask
from labeler.viewing.layer_overlay import presented
from labeler.viewing.viewport import ViewState, table_of
from tests.support.dicom_files import ROOT, save
from tests.support.findings import SIZE, bare, items, opened, read_folder, write_ct

GSPS = "1.2.840.10008.5.1.4.1.1.11.1"


def write_state(path: Path, **values: Any) -> None:
    images = items(*({"ReferencedSOPInstanceUID": f"{ROOT}.3.1.{n}"} for n in (2, 3)))
    series = items({"ReferencedImageSequence": images})
    written = bare(GSPS, "PR", ReferencedSeriesSequence=series, ContentLabel="REPORT")
    for keyword, value in values.items():
        setattr(written, keyword, value)
    save(written, path)


def graphic(
    kind: str, data: list[float], units: str = "PIXEL", filled: str = "N"
) -> dict[str, Any]:
    return {
        "GraphicType": kind,
        "GraphicData": data,
        "GraphicAnnotationUnits": units,
        "GraphicFilled": filled,
    }


def annotation(*graphics: dict[str, Any], texts: tuple[dict[str, Any], ...] = ()) -> Any:
    (made,) = items({"GraphicLayer": "ONE"})
    made.GraphicObjectSequence = items(*graphics)
    made.TextObjectSequence = items(*texts)
    return [made]


def area(first: tuple[int, int], last: tuple[int, int]) -> Any:
    corners = {
        "DisplayedAreaTopLeftHandCorner": list(first),
        "DisplayedAreaBottomRightHandCorner": list(last),
    }
    return items(corners)


def test_window_shutter_and_name(tmp_path: Path) -> None:
    write_ct(tmp_path)
    voi = items({"WindowCenter": 60, "WindowWidth": 400})
    write_state(
        tmp_path / "pr.dcm",
        SoftcopyVOILUTSequence=voi,
        PresentationLUTShape="INVERSE",
        ShutterShape="RECTANGULAR",
        ShutterLeftVerticalEdge=3,
        ShutterRightVerticalEdge=14,
        ShutterUpperHorizontalEdge=2,
        ShutterLowerHorizontalEdge=11,
    )
    _, stack, found = read_folder(tmp_path)
    (state,) = found.presentations
    assert (state.name, state.inverted, state.caveats) == ("REPORT", True, ())
    about = {stack.refs[k] for k in (2, 3)}
    assert state.windows == dict.fromkeys(about, Window(60.0, 400.0))
    assert state.shut.keys() == about
    covered = state.shut[stack.refs[2]].voxels()
    expected = np.ones(SIZE, dtype=bool)
    expected[1:11, 2:14] = False
    np.testing.assert_array_equal(covered, expected)


def test_graphics_in_pixels_and_on_the_display_meet(tmp_path: Path) -> None:
    """The same line said in both units; the display shows a part of the image."""
    write_ct(tmp_path)
    write_state(
        tmp_path / "pr.dcm",
        DisplayedAreaSelectionSequence=area((5, 3), (12, 10)),
        GraphicAnnotationSequence=annotation(
            graphic("POLYLINE", [4.0, 2.0, 12.0, 10.0]),
            graphic("POLYLINE", [0.0, 0.0, 1.0, 1.0], "DISPLAY"),
            graphic("CIRCLE", [8.0, 6.0, 10.0, 6.0], filled="Y"),
        ),
    )
    _, stack, found = read_folder(tmp_path)
    (layer,) = found.layers
    assert found.presentations[0].layers == (layer.key,)
    one, other, circle = layer.figures[stack.refs[2]]
    assert one == other == Line(((3.5, 1.5), (11.5, 9.5)), False)
    assert isinstance(circle, Line)
    assert (circle.closed, circle.filled) == (True, True)
    assert layer.figures.keys() == {stack.refs[2], stack.refs[3]}


def test_a_flipped_display_keeps_its_graphics_on_the_anatomy(tmp_path: Path) -> None:
    write_ct(tmp_path)
    write_state(
        tmp_path / "pr.dcm",
        DisplayedAreaSelectionSequence=area((16, 1), (1, 12)),
        ImageHorizontalFlip="Y",
        ImageRotation=0,
        GraphicAnnotationSequence=annotation(graphic("POINT", [0.25, 0.5], "DISPLAY")),
    )
    _, stack, found = read_folder(tmp_path)
    (point,) = found.layers[0].figures[stack.refs[2]]
    assert point == Line(((11.5, 5.5),), False)
    assert found.presentations[0].caveats == (LayerCaveat.UNSUPPORTED,)


def test_texts_stand_at_their_box_with_a_line_to_their_anchor(tmp_path: Path) -> None:
    write_ct(tmp_path)
    text = {
        "UnformattedTextValue": "Nodule\r\n 8 mm",
        "BoundingBoxTopLeftHandCorner": [3.0, 4.0],
        "BoundingBoxBottomRightHandCorner": [9.0, 6.0],
        "BoundingBoxAnnotationUnits": "PIXEL",
        "AnchorPoint": [10.0, 10.0],
        "AnchorPointAnnotationUnits": "PIXEL",
        "AnchorPointVisibility": "Y",
    }
    write_state(tmp_path / "pr.dcm", GraphicAnnotationSequence=annotation(texts=(text,)))
    _, stack, found = read_folder(tmp_path)
    words, line = found.layers[0].figures[stack.refs[2]]
    assert words == Text(("Nodule", "8 mm"), (2.5, 3.5))
    assert line == Line(((2.5, 3.5), (9.5, 9.5)), False)


def test_a_state_of_other_images_counts_them(tmp_path: Path) -> None:
    write_ct(tmp_path)
    far = items({"ReferencedSOPInstanceUID": "1.2.3"}, {"ReferencedSOPInstanceUID": "1.2.4"})
    write_state(
        tmp_path / "pr.dcm", ReferencedSeriesSequence=items({"ReferencedImageSequence": far})
    )
    _, _, found = read_folder(tmp_path)
    assert [problem.code for problem in found.problems] == ["images-not-here"]
    assert "2 images" in found.problems[0].happened


def test_the_real_state_shows_its_overlay_plane_and_window(test_data: Path) -> None:
    path = test_data / "dicom/gsps_tool_made/gsps_for_examples_overlay.dcm"
    _, stack, found = opened([path, test_data / "dicom/xray_lut/examples_overlay.dcm"])
    (state,) = found.presentations
    assert state.windows == {stack.refs[0]: Window(450.0, 790.0)}
    (mask,) = found.layers[0].figures[stack.refs[0]]
    assert isinstance(mask, Mask)
    expected = pydicom.dcmread(path).overlay_array(0x6000).astype(bool)
    np.testing.assert_array_equal(mask.voxels(), expected)
    assert expected.sum() == 222


def test_a_real_state_brings_its_table(test_data: Path) -> None:
    path = test_data / "dicom/gsps_tool_made/gsps_for_vlut_04.dcm"
    image, stack, found = opened([path, test_data / "dicom/xray_lut/vlut_04.dcm"])
    (state,) = found.presentations
    table = state.luts[stack.refs[0]]
    (said,) = pydicom.dcmread(path).SoftcopyVOILUTSequence[0].VOILUTSequence
    np.testing.assert_array_equal(table.table, np.frombuffer(said.LUTData, "<u2"))
    assert (table.first, table.top, len(table.table)) == (0, 65535, 256)
    assert state.caveats == ()
    view = presented(ViewState(0, Window(1.0, 2.0)), image, state)
    assert table_of(image, view) is table


def test_a_table_that_begins_below_zero(tmp_path: Path) -> None:
    write_ct(tmp_path)
    entries = list(range(4096))
    lut = items({"LUTDescriptor": [4096, 65536 - 1024, 12], "LUTData": entries})
    lut[0]["LUTDescriptor"].VR = lut[0]["LUTData"].VR = "US"
    write_state(tmp_path / "pr.dcm", SoftcopyVOILUTSequence=items({"VOILUTSequence": lut}))
    _, stack, found = read_folder(tmp_path)
    table = found.presentations[0].luts[stack.refs[2]]
    assert (table.first, table.top) == (-1024, 4095)


def test_what_is_not_applied_is_said(tmp_path: Path) -> None:
    write_ct(tmp_path)
    write_state(tmp_path / "pr.dcm", ImageRotation=90, ImageHorizontalFlip="N")
    _, _, found = read_folder(tmp_path)
    assert found.presentations[0].caveats == (LayerCaveat.UNSUPPORTED,)


@pytest.mark.parametrize("shape", ["CIRCULAR", "POLYGONAL"])
def test_other_shutters(tmp_path: Path, shape: str) -> None:
    write_ct(tmp_path)
    write_state(
        tmp_path / "pr.dcm",
        ShutterShape=shape,
        CenterOfCircularShutter=[6, 8],
        RadiusOfCircularShutter=4,
        VerticesOfThePolygonalShutter=[2, 8, 10, 4, 10, 12],
    )
    _, stack, found = read_folder(tmp_path)
    covered = found.presentations[0].shut[stack.refs[2]].voxels()
    assert not covered[5, 7]
    assert covered[0, 0]
    assert covered[11, 15]
