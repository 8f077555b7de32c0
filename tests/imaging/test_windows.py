"""The window an image is first shown with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from pydicom.dataset import Dataset, FileDataset
from pydicom.sequence import Sequence

from labeler.imaging.counts import count_values
from labeler.imaging.reader import main_series, open_image, scan
from labeler.imaging.sources.files import folder_files
from labeler.imaging.windows import estimate_window, otsu
from labeler.model.image import Caveat, Image, Window
from tests.support.dicom_files import NoDecoders, save, slice_dataset, write_stack


def opened(folder: Path) -> Image:
    return open_image(main_series(scan(folder_files(folder))), NoDecoders())


def test_mr_without_a_window_is_shown_above_its_background(tmp_path: Path) -> None:
    values = np.zeros((64, 64), np.uint16)
    values[16:48, 16:48] = np.random.default_rng(2).integers(600, 1000, (32, 32))
    save(slice_dataset(values, modality="MR"), tmp_path / "one")
    image = opened(tmp_path)
    (window,) = image.windows
    assert window.center - window.width / 2 == pytest.approx(604, abs=5)
    assert window.center + window.width / 2 == pytest.approx(996, abs=5)
    assert Caveat.WINDOW_ESTIMATED in image.caveats


def test_the_middle_slices_window_serves_the_series(tmp_path: Path) -> None:
    def own_window(k: int, dataset: FileDataset) -> None:
        dataset.WindowCenter, dataset.WindowWidth = 10 * k, 100

    write_stack(tmp_path, [(0, 0, k) for k in range(5)], change=own_window)
    assert [(w.center, w.width) for w in opened(tmp_path).windows] == [(20, 100)]


def test_eight_bits_are_shown_as_they_are(tmp_path: Path) -> None:
    save(slice_dataset(np.zeros((4, 4), np.uint8), modality="US"), tmp_path / "one")
    image = opened(tmp_path)
    assert [(w.center, w.width) for w in image.windows] == [(128, 256)]
    assert Caveat.WINDOW_ESTIMATED not in image.caveats


@pytest.mark.parametrize("value", [0, 1000, 123_454])
def test_one_value_alone_is_shown_black(value: int, tmp_path: Path) -> None:
    save(slice_dataset(np.full((4, 4), value, np.uint32), modality="MR"), tmp_path / "one")
    (window,) = opened(tmp_path).windows
    black = window.center - 0.5 - (window.width - 1) / 2  # PS3.3 C.11.2.1.2.1
    assert value <= black


def test_a_few_bright_values_stand_out_of_a_flat_ground(tmp_path: Path) -> None:
    values = np.full((64, 64), 5, np.uint16)
    values[:2, :2] = 900
    save(slice_dataset(values, modality="DX"), tmp_path / "one")
    (window,) = opened(tmp_path).windows
    assert (window.center, window.width) == (452.5, 895)


def test_a_useless_window_is_not_used(tmp_path: Path) -> None:
    def no_width(_k: int, dataset: FileDataset) -> None:
        dataset.WindowCenter, dataset.WindowWidth = [40, 50], [0, 80]

    write_stack(tmp_path, [(0, 0, 0)], change=no_width)
    assert [(w.center, w.width) for w in opened(tmp_path).windows] == [(50, 80)]


def test_otsu_parts_two_heaps() -> None:
    values = np.concatenate((np.full(500, 10.0), np.full(100, 900.0)))
    assert 10 < otsu(count_values(values)) < 900


@settings(deadline=None, max_examples=100)
@given(
    values=hnp.arrays(np.float64, (5, 7), elements=st.floats(-1e9, 1e9) | st.just(float("nan"))),
    above=st.booleans(),
)
def test_an_estimate_is_always_usable(values: np.ndarray, above: bool) -> None:
    window = estimate_window(count_values(values), above_background=above)
    assert np.isfinite(window.center)
    assert window.width > 0


def test_ct_without_a_window_shows_soft_tissue(tmp_path: Path) -> None:
    def unsaid(_k: int, dataset: FileDataset) -> None:
        del dataset.WindowCenter, dataset.WindowWidth

    write_stack(tmp_path, [(0, 0, 0)], change=unsaid)
    image = opened(tmp_path)
    assert image.windows == (Window(40, 400),)
    assert Caveat.WINDOW_ESTIMATED in image.caveats


def test_counts_are_seen_from_none_on(tmp_path: Path) -> None:
    values = np.zeros((64, 64), np.uint16)
    values[16:48, 16:48] = np.random.default_rng(2).integers(600, 1000, (32, 32))
    save(slice_dataset(values, modality="NM"), tmp_path / "one")
    (window,) = opened(tmp_path).windows
    assert window.center == window.width / 2
    assert window.width == pytest.approx(996, abs=5)


def test_a_table_of_eight_bit_values_is_not_shown_as_they_are(tmp_path: Path) -> None:
    dataset = slice_dataset(np.arange(64, dtype=np.uint8).reshape(8, 8), modality="CR")
    table = Dataset()
    table.add_new(0x00283002, "US", [64, 0, 16])
    table.add_new(0x00283006, "OW", (np.arange(64, dtype="<u2") * 1000).tobytes())
    dataset.ModalityLUTSequence = Sequence([table])
    save(dataset, tmp_path / "one")
    (window,) = opened(tmp_path).windows
    assert window.width > 50_000


@pytest.mark.parametrize(
    "values",
    [
        [0.0, 5e-324],
        [-1.7e308, 1.7e308],
        [1.0, 1.0 + 2**-52, 1.0 + 2**-51],
        [7.0],
        [1e-300, 2e-300, 1e300],
        [*([0.0] * 90), *([8e307] * 900)],
    ],
)
def test_numbers_too_near_or_too_far_to_be_binned_still_have_a_window(values: list[float]) -> None:
    window = estimate_window(count_values(np.array(values)), above_background=True)
    assert np.isfinite(window.center)
    assert window.width > 0


def test_what_overflows_in_rescaling_is_left_out() -> None:
    counted = count_values(np.array([1.0, 2.0, 1e300])).rescaled(1e10, 0)
    assert counted.values.tolist() == [1e10, 2e10]
