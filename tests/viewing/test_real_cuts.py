"""Real series are cut where their slices really lie: tilted, uneven, with gaps, oblique."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.reader import open_image, scan
from labeler.imaging.sources.files import folder_files
from labeler.model.image import Image
from labeler.viewing.cuts import CORONAL
from labeler.viewing.fusion import plane_of
from labeler.viewing.lattice import lattice_of, sampled
from labeler.viewing.reformat import reformat
from tests.support.volumes_in_memory import volume_of

SERIES = (
    "ct_ge_tilt_variable_spacing",
    "ct_missing_slices",
    "ct_head_1mm_50slices",
    "mr_oblique_6slices",
    "mr_t1_36slices",
)


def image_in(folder: Path) -> Image:
    return open_image(scan(folder_files(folder)).series[0], DecoderPool(1))


@pytest.mark.parametrize("name", SERIES)
def test_a_plane_laid_on_a_slice_is_that_slice(test_data: Path, name: str) -> None:
    """In patient coordinates, so that it shows whether each slice is where its header says."""
    image = image_in(test_data / "dicom" / name)
    lattice, volume = lattice_of(image), volume_of(image)
    if not lattice.same_scale:
        pytest.fail("these series have one rescale each")
    for index in range(len(image.refs)):
        plane = plane_of(image, index)
        found = sampled(lattice, volume, plane, volume.values.dtype, 0.0)
        assert np.abs(found.astype(int) - volume.values[index].astype(int)).max() <= 1


def test_where_slices_are_missing_nothing_is_shown(test_data: Path) -> None:
    image = image_in(test_data / "dicom" / "ct_missing_slices")
    made = reformat(image, volume_of(image), CORONAL)
    frame = made.source.frame(made.source.shape[0] // 2)
    assert made.padding is not None
    empty = (frame == made.padding[0]).all(axis=1)
    inside = np.flatnonzero(~empty)
    assert empty[inside[0] : inside[-1]].any()
