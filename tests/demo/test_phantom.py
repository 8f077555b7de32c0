"""The sample study: the same each time, readable, and true to its truth."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from labeler.demo.phantom import Truth, load_truth, write_phantom
from labeler.errors import LabelerError
from labeler.imaging.reader import main_series, open_image, scan
from labeler.imaging.sources.files import folder_files
from labeler.model.image import Image
from tests.support.dicom_files import NoDecoders


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    folder = tmp_path_factory.mktemp("phantom")
    return folder, write_phantom(folder, slices=60, size=256)


@pytest.fixture(scope="module")
def image(study: tuple[Path, Truth]) -> Image:
    found = scan(folder_files(study[0]))
    assert not found.problems
    return open_image(main_series(found), NoDecoders())


def test_it_opens_as_one_flawless_ct(study: tuple[Path, Truth], image: Image) -> None:
    truth = study[1]
    assert image.source.shape == (60, 256, 256)
    assert image.caveats == ()
    assert image.unit == "HU"
    assert image.info.uid == truth.series
    assert tuple(ref.instance for ref in image.refs) == truth.instances
    assert image.affine.spacing_mm == pytest.approx([um / 1000 for um in truth.spacing_um])
    assert image.affine.matrix[:3, 3] == pytest.approx([um / 1000 for um in truth.origin_um])


def test_names_are_not_in_the_order_of_slices(study: tuple[Path, Truth], image: Image) -> None:
    by_name = sorted(study[0].iterdir())
    assert len(by_name) == 60
    numbers = [
        series.frames[0].file.instance_number
        for path in by_name
        for series in scan(folder_files(path)).series
    ]
    assert sorted(numbers) == list(image.instance_numbers)
    assert numbers != sorted(numbers)


def test_the_truth_is_where_the_nodules_are_seen(study: tuple[Path, Truth], image: Image) -> None:
    """A reader who outlines at half height agrees with the truth."""
    truth = study[1]
    assert len(truth.nodules) >= 3
    for nodule in truth.nodules:
        assert 8_000 <= 2 * nodule.radius_um <= 20_000
        k = truth.middle_slice(nodule)
        mask = truth.nodule_mask(nodule, k)
        hu = image.source.frame(k).astype(float)
        assert hu[mask].mean() > -200
        rows, columns = np.nonzero(mask)
        box = np.s_[rows.min() - 2 : rows.max() + 3, columns.min() - 2 : columns.max() + 3]
        seen = hu[box] > -400
        dice = 2 * (seen & mask[box]).sum() / (seen.sum() + mask[box].sum())
        assert dice > 0.85


def test_the_truth_of_a_slice_is_all_its_nodules(study: tuple[Path, Truth]) -> None:
    truth = study[1]
    area = sum(int(truth.truth_mask(k).sum()) for k in range(len(truth.instances)))
    voxel = np.prod([um / 1000 for um in truth.spacing_um])
    volume = sum(4 / 3 * np.pi * (n.radius_um / 1000) ** 3 for n in truth.nodules)
    assert area * voxel == pytest.approx(volume, rel=0.1)
    assert not truth.truth_mask(0).any()


def test_noise_is_like_a_scanners(image: Image) -> None:
    """Even tissue scatters by some HU, and neighbours are correlated."""
    soft = image.source.frame(2)[110:150, 60:80].astype(float)
    assert 6 < soft.std() < 25
    across = np.corrcoef(soft[:, :-1].ravel(), soft[:, 1:].ravel())[0, 1]
    assert abs(across) > 0.05


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    first = write_phantom(tmp_path / "a", slices=4, size=64)
    second = write_phantom(tmp_path / "b", slices=4, size=64)
    assert first == second
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert names == sorted(path.name for path in (tmp_path / "b").iterdir())
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_truth_survives_its_file(tmp_path: Path, study: tuple[Path, Truth]) -> None:
    path = tmp_path / "truth.json"
    study[1].save(path)
    assert load_truth(path) == study[1]
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(LabelerError) as caught:
        load_truth(path)
    assert caught.value.code == "not-canonical"
