"""A second series over a first: on its grid, in its own window, only where both lie together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from labeler.errors import LabelerError
from labeler.model.frames import Window
from labeler.model.image import Image
from labeler.viewing.color_maps import COLOR_MAPS, FADE, after, color_map
from labeler.viewing.cuts import CORONAL
from labeler.viewing.fusion import (
    NOTHING,
    FusionLook,
    colored,
    fusable,
    fused_frame,
    fusion_look,
    next_window,
    plane_of,
)
from labeler.viewing.reformat import reformat
from tests.support.images import axial, image_of
from tests.support.volumes_in_memory import FRAME, places_of, ramp, truth, volume_of


def ct(side: int = 12) -> Image:
    """Within the ramp, turned against it and of another distance."""
    matrix = axial((1.3, 1.1, 3.0))
    matrix[:3, 3] = (-55.0, -76.0, 117.0)
    image = image_of(np.zeros((5, side, side + 2), np.int16), matrix=matrix)
    return replace(image, info=replace(image.info, frame_of_reference=FRAME))


def test_the_second_series_is_sampled_where_the_first_ones_voxels_lie() -> None:
    over, volume = ramp()
    base = ct()
    for index in range(5):
        found = fused_frame(fusable(base, over), over, volume, base, index)
        assert found.shape == (12, 14)
        assert np.abs(found - truth(places_of(base, index))).max() < 0.01


def test_planes_and_slabs_of_the_first_are_planes_and_slabs_of_the_second() -> None:
    over, volume = ramp()
    base = ct()
    cut = replace(CORONAL, slab_mm=4.0)
    made = reformat(base, volume_of(base), cut)
    index = made.source.shape[0] // 2
    found = fused_frame(fusable(made, over), over, volume, made, index)
    plane = plane_of(made, index)
    assert plane.samples > 1
    # The highest value of a ramp is at the back of the slab: 2 mm further, 3 a mm.
    assert found == pytest.approx(truth(places_of(made, index)) + 6.0, abs=0.01)


def test_values_are_rescaled_and_nothing_is_made_up_beside_them() -> None:
    over = image_of(np.full((4, 6, 6), 10, np.int16), matrix=axial((1.0, 1.0, 1.0)), slope=2.0)
    base = replace(over, source=image_of(np.zeros((4, 6, 9), np.int16)).source)
    found = fused_frame(fusable(base, over), over, volume_of(over), base, 1)
    assert (found[:, :6] == 20 - 1024).all()
    assert (found[:, 7:] < NOTHING / 2).all()


def test_series_of_other_coordinates_are_refused() -> None:
    over, _ = ramp()
    base = ct()
    elsewhere = replace(base, info=replace(base.info, frame_of_reference="1.2.3.4"))
    with pytest.raises(LabelerError) as told:
        fusable(elsewhere, over)
    assert told.value.code == "fusion-elsewhere"


def test_pet_opens_with_its_suv_and_turns_through_its_presets() -> None:
    pet = replace(ct(), suv_factor=0.5, windows=(), unit="Bq/mL")
    look = fusion_look(pet, np.zeros((1, 1), np.float32))
    assert look is not None
    assert look.window == Window(6.0, 12.0)
    turned = next_window(pet, look)
    assert turned.window == Window(10.0, 20.0)


def test_without_a_window_its_own_values_say_one() -> None:
    over = replace(ct(), windows=())
    look = fusion_look(over, np.array([[NOTHING, 0.0, 50.0, 100.0]], np.float32))
    assert look is not None
    assert look.window.center == pytest.approx(50, abs=2)
    assert fusion_look(over, np.full((2, 2), NOTHING, np.float32)) is None


def test_opacity_has_ends() -> None:
    look = FusionLook(Window(0, 1))
    assert look.more(-20).opacity == 0.0
    assert look.more(20).opacity == 1.0
    assert look.more(1).opacity == pytest.approx(look.opacity + 0.1)


# --- colours ------------------------------------------------------------------------------------


def lightness(table: np.ndarray) -> np.ndarray:
    """CIE L* of sRGB."""
    part = table / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    y = linear @ np.array([0.2126, 0.7152, 0.0722])
    return np.where(y > 0.008856, 116 * np.cbrt(y) - 16, 903.3 * y)


@pytest.mark.parametrize("code", [one.code for one in COLOR_MAPS])
def test_more_is_lighter_and_no_step_looks_like_an_edge(code: str) -> None:
    steps = np.diff(lightness(color_map(code).table))
    assert (steps > -0.6).all()
    assert steps.max() < 3.0
    assert color_map(code).table[0].max() == 0


def test_hot_iron_is_the_standards() -> None:
    table = color_map("hot-iron").table
    assert table[100].tolist() == [200, 0, 0]
    assert table[160].tolist() == [255, 64, 0]
    assert table[224].tolist() == [255, 192, 128]


def test_what_is_low_lets_everything_through() -> None:
    shades = np.array([[0xFF000000, 0xFFFFFFFF]], np.uint32)
    made = colored(shades, FusionLook(Window(0, 1), opacity=0.5))
    assert made[0, 0] == 0
    assert made[0, 1] >> 24 == 128
    alphas = color_map("blue").premultiplied(1.0) >> 24
    assert (np.diff(alphas[:FADE].astype(int)) >= 0).all()
    assert (alphas[FADE:] == 255).all()


def test_maps_follow_one_another() -> None:
    turns = ["hot-iron"]
    for _ in COLOR_MAPS:
        turns.append(after(turns[-1]))
    assert turns[0] == turns[-1]
    assert len(set(turns)) == len(COLOR_MAPS)
