"""Colour that is shown otherwise than it is meant is named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import ImageCms

from labeler.imaging.reader import main_series, open_image, scan
from labeler.imaging.sources.files import folder_files
from labeler.model.image import Caveat
from tests.imaging.dicom.test_rescale import RAMP, opened
from tests.support.dicom_files import NoDecoders, slice_dataset

RGB = np.zeros((2, 2, 3), np.uint8)
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@pytest.mark.parametrize(
    ("profile", "space", "named"),
    [
        (None, "", False),
        (SRGB, "", False),
        (SRGB, "SRGB", False),
        (SRGB.replace(b"s\0R\0G\0B", b"X\0R\0G\0B").replace(b"sRGB", b"XRGB"), "", True),
        (SRGB, "ADOBERGB", True),
        (None, "DISPLAYP3", True),
    ],
)
def test_another_colour_space_than_srgb_is_named(
    profile: bytes | None, space: str, named: bool, tmp_path: Path
) -> None:
    dataset = slice_dataset(RGB, modality="US")
    if profile is not None:
        dataset.ICCProfile = profile + b"\0" * (len(profile) % 2)
    if space:
        dataset.ColorSpace = space
    assert (Caveat.COLOR_PROFILE in opened(tmp_path, dataset).caveats) == named


def test_colour_that_is_left_out_is_named(tmp_path: Path) -> None:
    dataset = slice_dataset(RAMP)
    dataset.PixelPresentation = "COLOR"
    dataset.add_new(0x00281101, "US", [4, 8, 16])
    image = opened(tmp_path, dataset)
    assert Caveat.COLOR_LEFT_OUT in image.caveats
    assert not image.is_color


def test_a_real_supplemental_palette_is_named(test_data: Path) -> None:
    path = test_data / "dicom/multiframe/eCT_Supplemental.dcm"
    image = open_image(main_series(scan(folder_files(path))), NoDecoders())
    assert Caveat.COLOR_LEFT_OUT in image.caveats
