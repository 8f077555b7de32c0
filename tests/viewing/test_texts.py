from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from labeler.model.frames import Window
from labeler.model.image import Caveat, Voi, VoiFunction, VoiLut
from labeler.model.intensities import Intensity
from labeler.model.manifest import ItemContext
from labeler.model.measures import (
    AngleMeasure,
    AxesMeasure,
    CuboidMeasure,
    LengthMeasure,
    Measure,
    RegionMeasure,
    Unmeasured,
    VolumeMeasure,
)
from labeler.viewing.corner_text import (
    age_text,
    corners,
    position_lines,
    probe_text,
    slice_position,
)
from labeler.viewing.cuts import CORONAL, turned
from labeler.viewing.layout import layout_of
from labeler.viewing.measure_text import intensity_text, is_fine, measure_text, volume_text
from labeler.viewing.phrase import Phrase, digits_of, number
from labeler.viewing.presets import (
    CT_PRESETS,
    Opening,
    narrowest_window,
    opening,
    opening_window,
    preset_of,
    presets_for,
    window_of_values,
)
from labeler.viewing.reformat import reformat
from labeler.viewing.viewport import ViewState, drag_window
from tests.support.images import image_of
from tests.support.volumes_in_memory import ramp

STORED = np.full((50, 40, 60), 412, np.int16)
IMAGE = image_of(STORED)
LAYOUT = layout_of(IMAGE)
COLOR = image_of(np.zeros((1, 4, 6, 3), np.uint8), photometric="RGB", unit="", modality="US")


@pytest.mark.parametrize(
    ("measure", "text"),
    [
        (LengthMeasure(12.349), "12.3 mm"),
        (AxesMeasure(9.12, 12.36, 1), "12.4 × 9.1 mm"),
        (RegionMeasure(41.26, 3.0), "41.3 mm²"),
        (RegionMeasure(99.94, None), "99.9 mm²"),
        (RegionMeasure(99.96, None), "1.00 cm²"),
        (RegionMeasure(1234.0, None), "12.34 cm²"),
        (Unmeasured(Caveat.SPACING_UNKNOWN), "Size unknown: no pixel spacing"),
        (Unmeasured(Caveat.MOSAIC), "Size unknown: a mosaic of slices"),
    ],
)
def test_measures_read_as_in_reports(measure: Measure, text: str) -> None:
    assert measure_text(measure).text == text


def test_values_are_whole_with_a_true_minus() -> None:
    values = Intensity(-612.4, 45.2, -700.0, -500.0, 12)
    assert intensity_text(values, IMAGE).text == "Mean −612 HU, SD 45, −700 to −500"
    plain = image_of(STORED, unit="")
    assert intensity_text(values, plain).text == "Mean −612, SD 45, −700 to −500"


def test_small_values_have_the_decimals_that_tell_them_apart() -> None:
    dose = image_of(STORED, unit="Gy")
    values = Intensity(1.234, 0.0432, 0.795, 1.9, 12)
    assert intensity_text(values, dose).text == "Mean 1.23 Gy, SD 0.04, 0.80 to 1.90"
    assert [digits_of(value) for value in (700.4, 12.5, 1.5, 0.25, 4e-8, 3.0)] == [
        0,
        1,
        2,
        3,
        10,
        0,
    ]
    assert number(-0.2) == "0"


def lines(part: object) -> list[str]:
    assert isinstance(part, tuple)
    return [line.text for line in part]


def test_corners_say_case_series_window_and_place() -> None:
    view = ViewState(2, Window(-600, 1500), zoom=1.67)
    shown = corners(IMAGE, layout_of(IMAGE), view, 7, ItemContext("64 y", "F", "CT chest"))
    assert lines(shown.top_left) == ["Case 7 · 64 y F", "CT chest"]
    assert lines(shown.top_right) == ["Se 3 · Chest 1.0 B70", "Axial · 1.0 mm"]
    assert lines(shown.bottom_left) == ["W 1500  L −600", "Zoom 167 %"]
    assert lines(shown.bottom_right) == ["Im 3 / 50", "S 110.0 mm"]
    told_by_file = corners(IMAGE, layout_of(IMAGE), view, 7, ItemContext())
    assert lines(told_by_file.top_left) == ["Case 7 · 64 y F", "CT chest"]


def test_colour_has_no_window_and_one_frame_no_position() -> None:
    shown = corners(COLOR, layout_of(COLOR), ViewState(0, Window(0, 1)), 1, ItemContext())
    assert lines(shown.bottom_left) == ["Zoom 100 %"]
    assert lines(shown.bottom_right) == ["Im 1 / 1"]


def test_an_x_ray_whose_sides_are_known_has_no_unknown_plane() -> None:
    unplaced = image_of(np.zeros((1, 4, 4), np.int16), modality="DX", oriented=False)
    for image, said in ((unplaced, True), (replace(unplaced, sides=("L", "F")), False)):
        view = ViewState(0, Window(0, 100))
        told = corners(image, layout_of(image), view, 1, ItemContext())
        assert any("Plane unknown" in line for line in lines(told.top_right)) is said


@pytest.mark.parametrize(
    ("view", "side", "sides", "said"),
    [
        ("CC", "R", ("P", "L"), "RCC"),
        ("MLO", "L", None, "LMLO"),
        ("PA", "", ("L", "F"), "PA"),
        ("PA", "R", ("L", "F"), "R PA"),
    ],
)
def test_a_projection_says_how_it_was_taken(
    view: str, side: str, sides: tuple[str, str] | None, said: str
) -> None:
    image = image_of(np.zeros((1, 32, 32), np.int16), modality="MG", oriented=False)
    image = replace(image, sides=sides, info=replace(image.info, view=view, laterality=side))
    told = corners(image, layout_of(image), ViewState(0, image.windows[0]), 7, ItemContext())
    assert lines(told.top_right)[1:] == [said]


def test_numbers_beyond_the_stack_show_both() -> None:
    image = image_of(STORED[:3])
    object.__setattr__(image, "instance_numbers", (143, None, 145))
    view = ViewState(0, Window(0, 1))
    shown = corners(image, layout_of(image), view, 1, ItemContext())
    assert lines(shown.bottom_right)[0] == "Im 143 · 1 / 3"


@pytest.mark.parametrize(
    ("numbers", "index", "said"),
    [
        ((3, 2, 1), 0, "Im 3 · 1 / 3"),
        ((3, 2, 1), 1, "Im 2 · 2 / 3"),
        ((0, 1, 2), 2, "Im 2 · 3 / 3"),
        ((1, 2, 3), 2, "Im 3 / 3"),
    ],
)
def test_where_numbers_run_otherwise_the_place_is_told_too(
    numbers: tuple[int, ...], index: int, said: str
) -> None:
    image = replace(image_of(STORED[:3]), instance_numbers=numbers)
    assert lines(position_lines(image, index))[0] == said


@pytest.mark.parametrize(
    ("age", "text"),
    [
        ("064Y", "64 y"),
        ("003M", "3 m"),
        ("64", "64"),
        ("", ""),
        ("000D", "0 d"),
        ("000Y", ""),
    ],
)
def test_ages_are_short(age: str, text: str) -> None:
    assert age_text(age) == text


def test_the_probe_names_place_and_value() -> None:
    probe = probe_text(IMAGE, 0, (10, 20), STORED[0])
    assert probe is not None
    assert plain(probe) == "R 53.0 A 66.0 S 120.0 −612 HU (stored 412)"
    assert probe_text(IMAGE, 0, (-0.6, 3), STORED[0]) is None
    assert probe_text(IMAGE, 0, (3, 39.6), STORED[0]) is None
    waiting = probe_text(IMAGE, 0, (10, 20), None)
    assert waiting is not None
    assert plain(waiting) == "R 53.0 A 66.0 S 120.0"


def test_the_probe_invents_no_value_where_rows_are_missing() -> None:
    cut = replace(IMAGE, cut_short={3: 20})
    for index, row, told in ((3, 20, "–"), (3, 19, "−612 HU (stored 412)"), (2, 20, "−612 HU (")):
        probe = probe_text(cut, index, (10, row), STORED[0])
        assert probe is not None
        assert told in plain(probe)
        assert ("HU" in plain(probe)) == (told != "–")


def plain(told: Phrase) -> str:
    """Without the blanks that keep figures at their place."""
    return " ".join(told.text.split())


@pytest.mark.parametrize("value", [-1024, -7, 0, 9, 3071])
def test_the_probe_keeps_its_width(value: int) -> None:
    told = probe_text(IMAGE, 0, (10, 20), np.full((40, 60), value + 1024))
    other = probe_text(IMAGE, 0, (59, 39), np.full((40, 60), 1024))
    assert told is not None
    assert other is not None
    assert len(told.text) == len(other.text)


def test_the_probe_claims_no_place_it_does_not_know() -> None:
    image = image_of(STORED, oriented=False, unit="", slope=0.5, intercept=0)
    probe = probe_text(image, 0, (10, 20), STORED[0])
    assert probe is not None
    assert plain(probe) == "Column 10, row 20 206 (stored 412)"
    color = probe_text(COLOR, 0, (1, 1), np.full((4, 6, 3), 7, np.uint8))
    assert color is not None
    assert plain(color).endswith("RGB 7 7 7")
    assert slice_position(image, 0) == ""


def test_presets_belong_to_ct() -> None:
    assert [preset.code for preset in CT_PRESETS[:9]] == [
        "header", "lung", "mediastinum", "abdomen", "liver", "bone", "brain", "stroke", "subdural"
    ]  # fmt: skip
    assert presets_for(COLOR) == ()
    unsaid = replace(image_of(STORED), windows=())
    assert presets_for(unsaid)[0].name == "Estimated", "no header says this window"
    assert [p.code for p in presets_for(image_of(STORED, unit="", modality="MR"))] == ["header"]
    bone = preset_of(IMAGE, Window(400, 1800))
    assert bone is not None
    assert bone.code == "bone"
    assert preset_of(IMAGE, Window(401, 1800)) is None
    assert preset_of(IMAGE, Window(-600, 1500)) == CT_PRESETS[1]
    assert preset_of(image_of(STORED, windows=(Window(1, 2),)), Window(1, 2)) == CT_PRESETS[0]


def test_the_opening_window_is_pinned_then_the_headers_then_the_values() -> None:
    assert opening_window(IMAGE, Window(1, 2)) == Window(1, 2)
    assert opening_window(IMAGE) == Window(-600, 1500)
    assert opening_window(image_of(STORED, windows=())) is None
    ramp = np.arange(0, 101, dtype=np.int16).reshape(1, 101)
    assert window_of_values(ramp, 2, 10) == Window(110, 196)
    assert window_of_values(STORED[0], 1, 0) == Window(413, 1), "one value alone is black"


PET = replace(
    image_of(
        STORED, modality="PT", unit="Bq/mL", slope=2.0, intercept=0.0, windows=(Window(5, 10),)
    ),
    suv_factor=0.001,
)


def test_pet_is_told_in_suv() -> None:
    first = opening(PET)
    assert (first.window, first.inverted) == (Window(3000, 6000), True)
    assert [preset.name for preset in presets_for(PET)] == [
        "SUV 0–6", "SUV 0–10", "SUV 0–20", "Header"
    ]  # fmt: skip
    told = probe_text(PET, 0, (10, 20), np.full((40, 60), 1700))
    assert told is not None
    assert plain(told).endswith("SUV 3.4 3400 Bq/mL (stored 1700)")
    values = Intensity(3400, 512, 1000, 6789, 12)
    assert intensity_text(values, PET).text == "SUV mean 3.4, SD 0.5, 1.0 to 6.8"
    view = ViewState(0, Window(3000, 6000))
    assert corners(PET, LAYOUT, view, 7, ItemContext()).bottom_left[0].text == "SUV 0.0 to 6.0"
    assert opening(PET, Window(1, 2)) == Opening(Window(1, 2)), "the manifest has the last word"


TABLE = VoiLut("HARD", 100, 4095, np.arange(50, dtype=np.uint16))
XRAY = replace(
    image_of(STORED, modality="DX", unit="", windows=(Window(1, 2), Window(5, 6))),
    voi=Voi(VoiFunction.SIGMOID, ("NORMAL", ""), (TABLE,)),
)


def test_what_the_file_offers_is_named() -> None:
    named = [(preset.name, preset.window, preset.lut) for preset in presets_for(XRAY)]
    assert named == [
        ("HARD", Window(125, 50), 0),
        ("NORMAL", Window(1, 2), None),
        ("Header", Window(5, 6), None),
    ]
    assert opening(XRAY) == Opening(Window(125, 50), lut=0)
    shown = preset_of(XRAY, Window(125, 50), 0)
    assert shown is not None
    assert shown.name == "HARD"


def test_a_drag_leaves_the_table() -> None:
    view = ViewState(0, Window(125, 50), lut=0)
    told = corners(XRAY, LAYOUT, view, 7, ItemContext()).bottom_left[0]
    assert told.text == "Table HARD"
    dragged = drag_window(view, (10, 0))
    assert dragged.lut is None
    assert dragged.window == Window(125, 52.5)


def test_no_number_is_told_as_none() -> None:
    told = probe_text(IMAGE, 0, (10, 20), np.full((40, 60), np.nan))
    assert told is not None
    assert told.text.endswith("–")


def test_maps_from_0_to_1_can_be_windowed() -> None:
    assert narrowest_window(IMAGE) == 1.0
    assert narrowest_window(image_of(STORED, windows=(Window(0.5, 1.0),))) == 0.001


@pytest.mark.parametrize(
    ("measure", "in_reports", "on_slides"),
    [
        (LengthMeasure(0.01234), "12.3 µm", "12.3 µm"),
        (LengthMeasure(0.0), "0.0 mm", "0.0 µm"),
        (LengthMeasure(0.4321), "0.4 mm", "432 µm"),
        (LengthMeasure(1.25), "1.3 mm", "1250 µm"),
        (LengthMeasure(23.456), "23.5 mm", "23.46 mm"),
        (AxesMeasure(0.02, 0.01, 0.0002), "20.0 × 10.0 µm", "20.0 × 10.0 µm"),
        (AxesMeasure(2.0, 0.61, 1.0), "2.0 × 0.6 mm", "2000 × 610 µm"),
        (CuboidMeasure((0.3, 0.2, 0.1)), "0.3 × 0.2 × 0.1 mm, 0.01 mm³",
         "300 × 200 × 100 µm, 6000000 µm³"),
        (RegionMeasure(0.0000123, None), "12.3 µm²", "12.3 µm²"),
        (RegionMeasure(0.000123, None), "123 µm²", "123 µm²"),
        (RegionMeasure(0.00009999999, None), "100 µm²", "100 µm²"),
        (RegionMeasure(0.12345, None), "0.1 mm²", "0.123 mm²"),
        (RegionMeasure(0.9997, None), "1.0 mm²", "1.00 mm²"),
        (RegionMeasure(2.372, None), "2.4 mm²", "2.37 mm²"),
        (RegionMeasure(250.0, None), "2.50 cm²", "250.00 mm²"),
        (VolumeMeasure(12.0, 3), "12 mm³", "12.00 mm³"),
        (AngleMeasure(12.4), "12°", "12°"),
    ],
)  # fmt: skip
def test_slides_are_told_in_the_units_of_a_microscope(
    measure: Measure, in_reports: str, on_slides: str
) -> None:
    assert measure_text(measure).text == in_reports
    assert measure_text(measure, fine=True).text == on_slides


def test_what_is_a_slide_is_known_by_its_kind_or_its_pixels() -> None:
    assert not is_fine(IMAGE)
    assert is_fine(replace(IMAGE, info=replace(IMAGE.info, modality="SM")))
    assert is_fine(image_of(STORED, matrix=np.diag((0.004, 0.012, 1.0, 1.0))))
    unknown = image_of(
        STORED, matrix=np.diag((0.004, 0.012, 1.0, 1.0)), caveats=(Caveat.SPACING_UNKNOWN,)
    )
    assert not is_fine(unknown)


def test_one_image_of_a_study_says_that_it_is_the_only_one() -> None:
    image = replace(image_of(STORED[:1]), instance_numbers=(68,))
    view = ViewState(0, Window(40, 400))
    lines = corners(image, layout_of(image), view, 1, ItemContext())
    assert lines.bottom_right[0].text == "Im 68 · 1 / 1"


def test_an_oblique_plane_tells_how_far_from_the_middle_it_lies() -> None:
    base, volume = ramp()
    view = ViewState(0, Window(40, 400))
    middle = base.to_patient((np.array(base.source.shape[::-1]) - 1) / 2)
    made = reformat(base, volume, turned(CORONAL, np.array([0.0, 0.0, 1.0]), 0.5))
    for index in (0, len(made.refs) // 2, len(made.refs) - 1):
        shown = replace(view, index=index)
        (line,) = corners(made, layout_of(made), shown, 1, ItemContext()).bottom_right
        plane = made.to_patient(np.array([5.0, 7.0, index]))
        way = round(
            float((plane - middle) @ turned(CORONAL, np.array([0.0, 0.0, 1.0]), 0.5).normal), 6
        )
        assert line.text == f"{number(way, 1)} mm from the middle"
    straight = reformat(base, volume, CORONAL)
    (line,) = corners(straight, layout_of(straight), view, 1, ItemContext()).bottom_right
    assert line.text[:2] in ("A ", "P ")


def test_a_window_that_was_found_is_not_said_to_be_the_headers() -> None:
    found = replace(IMAGE, caveats=(Caveat.WINDOW_ESTIMATED,), unit="")
    assert presets_for(found)[0].name == "Estimated"
    named = preset_of(found, found.windows[0])
    assert named is not None
    assert named.name == "Estimated"


def test_volumes_are_in_millilitres_and_small_ones_in_cubic_millimetres() -> None:
    told = {4.4: "4 mm³", 268.1: "268 mm³", 999.4: "999 mm³"}
    told |= {999.6: "1.0 mL", 2387.0: "2.4 mL", 12_340.0: "12.3 mL"}
    for volume_mm3, text in told.items():
        assert volume_text(volume_mm3).text == text
