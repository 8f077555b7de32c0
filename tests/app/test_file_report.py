"""Repaired copies on the disk: what cannot be written is said, and nothing else is touched."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from labeler.app.file_report import report_files, write_repaired
from labeler.app.services import no_tick
from labeler.errors import LabelerError
from labeler.imaging.reader import scan
from labeler.imaging.sources.files import MemoryBytes
from tests.support.dicom_files import NoDecoders, save, slice_dataset


@pytest.mark.parametrize("name", ["n" * 300, "there/inside.dcm"])
def test_a_copy_that_the_disk_does_not_take_is_an_error_with_words(
    tmp_path: Path, name: str
) -> None:
    data = save(slice_dataset(np.zeros((2, 2), np.int16)), tmp_path / "a.dcm").read_bytes()
    out = tmp_path / "out"
    out.mkdir()
    (out / "there").write_bytes(b"mine")
    report = report_files(scan([MemoryBytes(name, data[132:])]), NoDecoders(), no_tick)
    assert report.repairable
    with pytest.raises(LabelerError) as told:
        write_repaired(report.repairable, out, NoDecoders(), no_tick)
    assert told.value.code in ("not-written", "already-there")
    assert (out / "there").read_bytes() == b"mine"
