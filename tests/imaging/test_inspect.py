"""What scripts are told about files: one stable form."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import msgspec
import numpy as np
import pytest

from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.inspect import FileFailed, SeriesFound, inspect
from labeler.imaging.sources.files import folder_files
from labeler.model.image import Caveat
from tests.support.dicom_files import NoDecoders, save, slice_dataset, write_stack


def test_a_series_and_a_failed_file(tmp_path: Path, decoders: DecoderPool) -> None:
    write_stack(tmp_path / "scan", [(10, 20, 0), (10, 20, 2)])
    (tmp_path / "notes.txt").write_text("hello")
    series, failed = msgspec.to_builtins(inspect(folder_files(tmp_path), decoders))
    uid = series.pop("uid")
    assert uid.endswith(".2.1")
    assert series == {
        "object": "series",
        "part": 1,
        "number": 1,
        "description": "Made for a test",
        "files": 2,
        "kind": "dicom",
        "modality": "CT",
        "shape": (2, 6, 8),
        "frames": 2,
        "transfer_syntax": "1.2.840.10008.1.2.1",
        "photometric": "MONOCHROME2",
        "spacing_mm": (0.5, 0.7, 2.0),
        "affine_lps": (
            (0.5, 0.0, 0.0, 10.0),
            (0.0, 0.7, 0.0, 20.0),
            (0.0, 0.0, -2.0, 2.0),
            (0.0, 0.0, 0.0, 1.0),
        ),
        "window": ({"center": 40.0, "width": 350.0}, {"center": -600.0, "width": 1500.0}),
        "unit": "HU",
        "rescaled": {"min": -923.0, "max": -923.0, "mean": -923.0},
        "caveats": (),
        "error": None,
        "division": (),
        "gaps": (),
        "doubles": (),
        "copies": (),
        "cut_copies": (),
        "unlike_copies": (),
        "uncompared_copies": (),
        "slice_distances_mm": (2.0, 2.0),
        "regions": (),
        "voi_function": "LINEAR",
        "window_names": ("", ""),
        "voi_luts": (),
        "inverted": False,
        "suv_factor": None,
        "suv_gap": None,
        "disagreements": (),
        "overlays": (),
        "frame_times_ms": None,
        "frame_rate": None,
        "levels": (),
        "associated": (),
        "measured": None,
        "sides": None,
    }
    assert failed["file"] == "notes.txt"
    assert failed["error"]["code"] == "not-an-image"


def test_a_slice_that_cannot_be_read_is_told_within_its_series(
    tmp_path: Path, decoders: DecoderPool
) -> None:
    path = write_stack(tmp_path, [(0, 0, 0)])[0]
    path.write_bytes(path.read_bytes()[:-90])
    (found,) = inspect(folder_files(tmp_path), decoders)
    assert isinstance(found, SeriesFound)
    assert found.rescaled is None
    assert found.error is not None
    assert found.error.code == "truncated-image"


def test_a_cut_copy_is_named_and_the_whole_one_measured(
    tmp_path: Path, decoders: DecoderPool
) -> None:
    path = write_stack(tmp_path, [(0, 0, 0)])[0]
    (tmp_path / "AA").write_bytes(path.read_bytes()[:-60])
    (found,) = inspect(folder_files(tmp_path), decoders)
    assert isinstance(found, SeriesFound)
    assert (found.copies, found.cut_copies, found.unlike_copies) == (("AA",), ("AA",), ())
    assert Caveat.CUT_SHORT not in found.caveats
    assert found.rescaled is not None
    assert found.rescaled.min == found.rescaled.max == -924


def test_a_large_slice_is_not_copied_into_wide_numbers(tmp_path: Path) -> None:
    values = np.random.default_rng(3).integers(0, 4096, (2048, 2048), np.uint16)
    save(slice_dataset(values, modality="MG", orientation=None), tmp_path / "breast")
    files = folder_files(tmp_path)
    tracemalloc.start()
    try:
        (found,) = inspect(files, NoDecoders())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert isinstance(found, SeriesFound)
    assert found.rescaled is not None
    assert found.rescaled.mean == pytest.approx(values.mean(), abs=1e-6)
    assert Caveat.WINDOW_ESTIMATED in found.caveats
    assert peak < 3 * values.nbytes


def test_two_runs_say_the_same(test_data: Path, decoders: DecoderPool) -> None:
    files = folder_files(test_data / "dicom/broken_odd")
    first, second = (msgspec.json.encode(inspect(files, decoders)) for _ in range(2))
    assert first == second
    failed = [one for one in inspect(files, decoders) if isinstance(one, FileFailed)]
    tags = {one.file: one.error.tag for one in failed}
    assert tags["dwv-test_no-number-rows.dcm"] == "(0028,0010)"


@pytest.mark.parametrize("name", ["multiframe", "dicomdir", "colour"])
def test_folders_of_all_sorts(name: str, test_data: Path, decoders: DecoderPool) -> None:
    found = inspect(folder_files(test_data / "dicom" / name), decoders)
    series = [one for one in found if isinstance(one, SeriesFound)]
    assert series
    assert all(one.error is None for one in series)


def test_numbers_whose_sum_is_none_have_no_mean(tmp_path: Path, decoders: DecoderPool) -> None:
    dataset = slice_dataset(np.zeros((2, 2), np.int16), modality="MR")
    dataset.BitsAllocated = dataset.BitsStored = 64
    dataset.HighBit = 63
    del dataset.PixelData
    dataset.DoubleFloatPixelData = np.full((2, 2), 1.7e308).tobytes()
    save(dataset, tmp_path / "one")
    (found,) = inspect(folder_files(tmp_path), decoders)
    assert isinstance(found, SeriesFound)
    assert (found.rescaled, found.error) == (None, None)


def test_a_dose_is_told_as_it_is_stored_and_as_it_is_measured(
    tmp_path: Path, decoders: DecoderPool
) -> None:
    dose = slice_dataset(np.array([[0, 500], [1000, 2000]], np.uint16), modality="RTDOSE")
    dose.SOPClassUID = "1.2.840.10008.5.1.4.1.1.481.2"
    dose.DoseGridScaling, dose.DoseUnits = "0.001", "GY"
    save(dose, tmp_path / "dose.dcm")
    (series,) = inspect(folder_files(tmp_path), decoders)
    assert isinstance(series, SeriesFound)
    assert series.rescaled is not None
    assert series.measured is not None
    assert (series.rescaled.max, series.measured.max, series.unit) == (2000.0, 2.0, "Gy")
