"""How many frames a file says it has, against what its bytes could be."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from labeler.imaging.files import folder_files
from labeler.imaging.reader import scan
from tests.support.dicom_files import save, slice_dataset


def with_frames(folder: Path, told: int, held: int = 1) -> Path:
    dataset = slice_dataset(np.zeros((4, 4), np.int16), modality="MR")
    dataset.NumberOfFrames = told
    dataset.PixelData = bytes(32 * held)
    folder.mkdir(exist_ok=True)
    return save(dataset, folder / "one")


@pytest.mark.parametrize("told", [100_000, 1_000_000_000])
def test_more_frames_than_a_file_could_hold_are_refused_by_their_tag(
    tmp_path: Path, told: int
) -> None:
    with_frames(tmp_path / "a", told)
    started = time.monotonic()
    (problem,) = scan(folder_files(tmp_path / "a")).problems
    assert time.monotonic() - started < 1
    assert problem.error.code == "bad-value"
    assert problem.error.facts["tag"] == "(0028,0008)"


def test_a_film_that_was_cut_short_keeps_all_its_frames(tmp_path: Path) -> None:
    with_frames(tmp_path / "a", 2000, held=500)
    (series,) = scan(folder_files(tmp_path / "a")).series
    assert series.header.count == 2000
