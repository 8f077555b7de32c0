"""The air around a breast, on mammograms of every make in memory: found, and never tissue."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from labeler.app.hanging_protocols import load_protocols
from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.reader import open_image, scan
from labeler.imaging.sources.files import FileBytes
from labeler.model.image import Image, Pixels
from labeler.model.paths import resources_root
from labeler.viewing.air import has_air, on_canvas
from labeler.viewing.air_search import air_of, block_size
from labeler.viewing.layout import Layout, layout_of
from labeler.viewing.turns import CLOCKWISE, FLIP_ACROSS, UPRIGHT, Turn
from labeler.viewing.viewport import Canvas, ViewState, canvas_map, fit
from tests.support.images import axial, image_of

ROWS, COLUMNS = 2400, 1800
Truth = NDArray[np.bool_]


def breast(rows: int = ROWS, columns: int = COLUMNS) -> tuple[Pixels, Truth]:
    """Tissue at the left edge that fades to its skin; what is tissue."""
    y, x = np.mgrid[:rows, :columns].astype(np.float32)
    depth = 1 - np.hypot(x / (0.7 * columns), (y / rows - 0.5) / 0.4)
    tissue = depth > 0
    grain = np.random.default_rng(3).normal(0, 40, tissue.shape)
    values = np.where(tissue, 120 + 2600 * np.sqrt(np.clip(depth, 0, 1)) + grain, 0)
    return np.clip(values, np.where(tissue, 80, 0), 4095).astype(np.uint16), tissue


def at_full_size(blocks: Truth, rows: int, columns: int) -> Truth:
    size = block_size(rows, columns)
    return blocks.repeat(size, axis=0).repeat(size, axis=1)[:rows, :columns]


def with_noise(pixels: Pixels, tissue: Truth) -> Pixels:
    noise = np.random.default_rng(5).integers(0, 9, pixels.shape)
    return np.where(tissue, pixels, 20 + noise).astype(np.uint16)


@pytest.mark.parametrize("noisy", [False, True])
@pytest.mark.parametrize("high_is_dark", [False, True])
@pytest.mark.parametrize("flipped", [False, True])
def test_most_of_the_air_is_found_and_no_tissue(
    noisy: bool, high_is_dark: bool, flipped: bool
) -> None:
    pixels, tissue = breast()
    pixels = with_noise(pixels, tissue) if noisy else pixels
    if flipped:
        pixels, tissue = pixels[:, ::-1], tissue[:, ::-1]
    if high_is_dark:
        pixels = (4095 - pixels).astype(np.uint16)
    found = at_full_size(air_of(pixels, inverted=high_is_dark), ROWS, COLUMNS)
    assert not (found & tissue).any()
    assert found.sum() > 0.97 * (~tissue).sum()


def test_padding_is_air_whatever_its_value() -> None:
    pixels, tissue = breast()
    pixels[~tissue] = 65535
    found = at_full_size(air_of(pixels, inverted=False, padding=(65535.0, 65535.0)), ROWS, COLUMNS)
    assert not (found & tissue).any()
    assert found.any()


def test_dark_places_within_the_breast_are_tissue() -> None:
    pixels, tissue = breast()
    pixels[1100:1300, 300:500] = 0
    found = at_full_size(air_of(pixels, inverted=False), ROWS, COLUMNS)
    assert not (found & tissue).any()


def test_a_marker_in_the_air_is_seen() -> None:
    pixels, _ = breast()
    pixels[100:160, 1500:1640] = 3000
    found = at_full_size(air_of(pixels, inverted=False), ROWS, COLUMNS)
    assert not found[100:160, 1500:1640].any()
    assert found[100:160, 1700:].all()


@pytest.mark.parametrize(
    "pixels",
    [
        np.random.default_rng(1).integers(500, 900, (600, 500)).astype(np.uint16),
        np.zeros((600, 500), np.uint16),
        np.linspace(0, 4000, 600 * 500).reshape(600, 500).astype(np.uint16),
    ],
    ids=["tissue to all edges", "nothing", "a slope without an edge"],
)
def test_where_it_is_not_sure_nothing_is_air(pixels: Pixels) -> None:
    assert not air_of(pixels, inverted=False).size


@pytest.mark.parametrize("turn", [UPRIGHT, CLOCKWISE, FLIP_ACROSS])
def test_on_the_canvas_it_lies_where_the_image_lies(turn: Turn) -> None:
    pixels, tissue = breast(1501, 1103)
    image = image_of(pixels[None], matrix=axial((0.1, 0.1, 1.0)), oriented=False)
    layout: Layout = layout_of(image).turned(turn)
    canvas = Canvas(401.0, 333.0)
    where = canvas_map(layout, fit(ViewState(0, image.windows[0]), layout, canvas), canvas)
    blocks = air_of(pixels, inverted=False)
    shown = on_canvas(blocks, pixels.shape, where, (401, 333))
    full = at_full_size(blocks, 1501, 1103)
    for row in range(0, 333, 7):
        for column in range(0, 401, 7):
            x, y = where.to_voxel((column + 0.5, row + 0.5))
            x, y = round(x), round(y)
            inside = 0 <= x < 1103 and 0 <= y < 1501
            assert shown[row, column] == (inside and full[y, x])
    assert shown.any()
    assert tissue.any()


# --- which images -----------------------------------------------------------------------------


def taken(modality: str, **told: str) -> Image:
    image = image_of(np.zeros((1, 8, 8), np.uint16), modality=modality)
    info = replace(image.info, **({"description": "", "body_part": ""} | told))  # type: ignore[arg-type]
    return replace(image, info=info)


@pytest.mark.parametrize(
    ("modality", "told"),
    [
        ("MG", {}),
        ("RG", {"view": "MLO", "body_part": "BREAST"}),
        ("RG", {"view": "CC"}),
        ("CR", {"body_part": "BREAST"}),
        ("DX", {"study_description": "Mammography, both sides"}),
        ("CR", {"description": "Brust links"}),
    ],
)
def test_of_a_breast_the_header_speaks(modality: str, told: dict[str, str]) -> None:
    assert has_air(taken(modality, **told))


@pytest.mark.parametrize(
    ("modality", "told"),
    [
        ("CR", {"body_part": "CHEST", "view": "PA"}),
        ("DX", {"body_part": "CHEST", "study_description": "Breast cancer, staging"}),
        ("MR", {"body_part": "BREAST"}),
        ("US", {"description": "Breast left"}),
        ("RG", {}),
    ],
)
def test_of_anything_else_it_does_not(modality: str, told: dict[str, str]) -> None:
    assert not has_air(taken(modality, **told))


def test_what_hangs_as_a_mammogram_is_one() -> None:
    rules = [
        (modality, part)
        for protocol in load_protocols(resources_root() / "hanging")
        if protocol.code.startswith("mammography")
        for rule in protocol.studies
        for modality in rule.modalities
        for part in rule.parts or ("",)
    ]
    assert len(rules) > 10
    assert all(has_air(taken(modality, body_part=part)) for modality, part in rules)


# --- digitised film ---------------------------------------------------------------------------


def film(fog: float = 0.0) -> tuple[Pixels, Truth]:
    """A breast on a film in its scanner: a bright frame around, a fogged edge, a bright label."""
    pixels, tissue = breast()
    grain = np.random.default_rng(7).normal(0, 12, pixels.shape)
    y, x = np.mgrid[:ROWS, :COLUMNS].astype(np.float32)
    leak = fog * np.clip((x / COLUMNS - 0.88) / 0.12, 0, 1)
    values = 560 + grain + leak + np.where(tissue, pixels * 0.75, 0)
    values[150:330, 1500:1640] = 3800
    frame = (x < 4) | (x > COLUMNS - 12) | (y < 14) | (y > ROWS - 20)
    values[frame] = 3700
    return np.clip(values, 0, 4095).astype(np.uint16), tissue | frame


@pytest.mark.parametrize(("fog", "flipped"), [(0.0, False), (500.0, True)])
def test_of_a_film_the_bright_frame_is_stepped_over(fog: float, flipped: bool) -> None:
    pixels, kept = film(fog)
    if flipped:
        pixels, kept = pixels[:, ::-1], kept[:, ::-1]
    found = at_full_size(air_of(pixels, inverted=False), ROWS, COLUMNS)
    tissue = kept & (pixels > 700)
    assert not (found & tissue).any()
    assert found.sum() > 0.85 * (~kept).sum()
    assert not (found & (pixels > 3000)).any()


def test_dust_in_the_air_is_no_bright_spot() -> None:
    pixels, kept = film()
    pixels[700:704, 1500:1503] = 3000
    pixels[900:902, 1300:1790] = 3000
    found = at_full_size(air_of(pixels, inverted=False), ROWS, COLUMNS)
    assert found[690:715, 1490:1510].all()
    assert not found[900:902, 1300:1770].any()  # a wire is seen
    assert not kept[690:715, 1490:1510].any()


def test_a_breast_as_dark_as_air_beside_a_light_one_is_no_air() -> None:
    """Fat from edge to edge around a dense middle: two groups of values, and no air."""
    y, x = np.mgrid[:900, :700].astype(np.float32)
    dense = np.exp(-((np.hypot(x - 350, y - 450) / 220) ** 2))
    grain = np.random.default_rng(2).normal(0, 60, dense.shape)
    pixels = (900 + 1800 * dense + grain).astype(np.uint16)
    assert not air_of(pixels, inverted=False).size


def test_on_a_real_film_the_air_is_found_and_no_skin(test_data: Path) -> None:
    found = scan([FileBytes(test_data / "dicom" / "xray_lut" / "MG1_J2KI")])
    image = open_image(found.series[0], DecoderPool(1))
    pixels = image.source.frame(0)
    assert has_air(image)
    air = at_full_size(air_of(pixels, inverted=False), *pixels.shape)
    assert air.mean() > 0.3
    assert (air & (pixels > 1200)).sum() < 200  # dust
    # The skin at the nipple, which a window for it alone would show.
    assert not air[3225:3300, 2040:2075].any()
