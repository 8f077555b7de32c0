"""Volumes in a person's hands: a folder for practice, and a sealed package under other names."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import nibabel
import numpy as np
import pytest

from labeler.imaging.reader import open_image, scan
from labeler.imaging.sources.files import MemoryBytes
from labeler.market.sealed import SealedPackage, seal
from labeler.model.image import Caveat
from labeler.model.manifest import ITEM_FORMAT, Item, ItemContext, ItemFile
from tests.support.dicom_files import NoDecoders
from tests.support.life import Start
from tests.support.volumes import RAS_TO_LPS, stacked, voxel_to_patient

VALUES = np.random.default_rng(4).integers(0, 2000, (20, 24, 9)).astype(np.int16)
MATRIX = np.array([[-2.0, 0, 0, 30], [0, 1.9, -0.3, -40], [0, 0.3, 3, 5], [0, 0, 0, 1]])
KEY = bytes(range(32))


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A gzipped volume, a pair, and a header whose values are gone."""
    folder = tmp_path / "study"
    folder.mkdir()
    nibabel.Nifti1Image(VALUES, MATRIX).to_filename(folder / "brain.nii.gz")
    nibabel.Nifti1Pair(VALUES[..., :5], MATRIX).to_filename(str(folder / "small.hdr"))
    nibabel.Nifti1Pair(VALUES[..., :3], MATRIX).to_filename(str(folder / "gone.hdr"))
    (folder / "gone.img").unlink()
    return folder


def test_a_folder_of_volumes_is_opened_marked_and_opened_again(study: Path, start: Start) -> None:
    life = start().ready()
    life.session.open_paths([study])
    life.until(lambda: life.session.reading.case() is not None)
    case = life.case()
    told = [(tile.description, tile.slices) for tile in case.series]
    assert told == [("brain.nii.gz", 9), ("small.hdr", 5)]
    assert np.allclose(voxel_to_patient(case.image), RAS_TO_LPS @ MATRIX, atol=1e-4)
    assert np.array_equal(stacked(case.image), VALUES)
    assert Caveat.WINDOW_ESTIMATED in case.image.caveats
    life.draw()
    marks = life.marks()
    life.close()

    again = start().ready()
    again.session.open_paths([study])
    again.until(lambda: again.session.reading.case() is not None)
    assert again.marks() == marks


def test_a_sealed_package_is_read_in_place_under_other_names(tmp_path: Path) -> None:
    image = nibabel.Nifti1Image(VALUES, MATRIX).to_bytes()
    nibabel.Nifti1Pair(VALUES[..., :5], MATRIX).to_filename(str(tmp_path / "small.hdr"))
    files = [
        MemoryBytes("00001.nii.gz", gzip.compress(image)),
        MemoryBytes("00002.hdr", (tmp_path / "small.hdr").read_bytes()),
        MemoryBytes("00002.img", (tmp_path / "small.img").read_bytes()),
    ]
    named = tuple(
        ItemFile(one.name, one.size, hashlib.sha256(one.read(0, one.size)).hexdigest())
        for one in files
    )
    item = Item(format=ITEM_FORMAT, title="Case 1", context=ItemContext(), files=named)
    path = tmp_path / "case.sealed"
    with path.open("wb") as out:
        seal(files, out, KEY)
    package = SealedPackage(path, KEY, item)
    try:
        found = scan(package.files())
        assert found.problems == ()
        images = [open_image(series, NoDecoders()) for series in found.series]
        whole = max(images, key=lambda one: one.source.shape[0])
        assert np.array_equal(stacked(whole), VALUES)
        assert sorted(one.source.shape[0] for one in images) == [5, 9]
    finally:
        package.close()
