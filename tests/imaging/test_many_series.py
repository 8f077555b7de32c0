"""A folder with thousands of series: twice as many cost twice as much, and it can be left."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from io import BytesIO
from types import FrameType
from typing import Any

import numpy as np
import pytest

from labeler.errors import Cancelled
from labeler.imaging.reader import Scan, scan
from labeler.imaging.sources.files import MemoryBytes
from tests.support.dicom_files import ROOT, slice_dataset

SERIES, INSTANCE = f"{ROOT}.2.10000000", f"{ROOT}.3.10000000"


class Counted(MemoryBytes):
    """Says how often it was read."""

    reads = 0

    def read(self, offset: int, length: int) -> bytes:
        self.reads += 1
        return super().read(offset, length)


@pytest.fixture(scope="module")
def files() -> list[Counted]:
    """2,000 series of one file each, in no order."""
    dataset = slice_dataset(np.zeros((4, 4), np.int16))
    dataset.SeriesInstanceUID, dataset.SOPInstanceUID = SERIES, INSTANCE
    out = BytesIO()
    dataset.save_as(out, enforce_file_format=True)
    found = []
    for number in range(2000):
        own = f"{10_000_000 + number * 7919 % 2000}"
        data = out.getvalue()
        for uid in (SERIES, INSTANCE):
            data = data.replace(uid.encode(), uid.replace("10000000", own).encode())
        found.append(Counted(f"folder/{own}", data))
    return found


def calls(sources: Sequence[Counted]) -> tuple[int, Scan]:
    """How many functions are called to scan them: what a machine does, whatever else it does."""
    count = 0

    def called(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        found = scan(sources)
    finally:
        sys.setprofile(before)
    return count, found


def test_four_times_as_many_cost_four_times_as_much(files: list[Counted]) -> None:
    scan(files[:10])  # what is made once is made
    few, _ = calls(files[:250])
    many, found = calls(files[:1000])
    assert len(found.series) == 1000
    assert many < 4.2 * few


def test_no_file_is_read_more_often_because_there_are_others(files: list[Counted]) -> None:
    before = [file.reads for file in files]
    assert len(scan(files).series) == 2000
    assert max(file.reads - was for file, was in zip(files, before, strict=True)) <= 2


def test_it_tells_how_far_it_is_and_can_be_left_at_once(files: list[Counted]) -> None:
    told: list[tuple[int, int]] = []

    def tick(done: int, total: int) -> None:
        told.append((done, total))
        if done == 300:
            raise Cancelled

    before = sum(file.reads for file in files)
    with pytest.raises(Cancelled):
        scan(files, tick)
    assert told == [(done, 2000) for done in range(301)]
    assert sum(file.reads for file in files) - before <= 2 * 300
