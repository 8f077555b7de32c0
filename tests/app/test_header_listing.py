"""The header of the file behind one slice of an opened case."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from labeler.app.cases import Case, series_id
from labeler.app.header_listing import header_of
from labeler.app.own_forms import PRACTICE_FORM, PRACTICE_LABELS
from labeler.imaging.reader import scan
from labeler.imaging.sources.files import folder_files
from labeler.model.manifest import ItemContext
from tests.support.dicom_files import write_stack


@pytest.fixture
def case(tmp_path: Path) -> Case:
    write_stack(tmp_path, [(0.0, 0.0, float(z)) for z in range(3)])
    found = scan(folder_files(tmp_path))
    return Case(
        id="practice",
        title="a folder",
        number=1,
        count=1,
        context=ItemContext(),
        labels=PRACTICE_LABELS,
        form=PRACTICE_FORM,
        manifest=None,
        assignment=None,
        scan=found,
        opened=found.series[0],
        package=None,
    )


def test_the_slice_on_the_screen_is_the_one_that_is_listed(case: Case) -> None:
    for index, frame in enumerate(case.opened.frames):
        listing = header_of(case, series_id(case.opened), index)
        told = {entry.keyword: entry.value for entry in listing.entries}
        assert told["InstanceNumber"] == str(frame.file.instance_number)
        assert listing.file == frame.file.source.name


def test_a_file_that_unfolded_is_read_as_it_lies_on_the_disk(case: Case) -> None:
    first = case.scan.files[0]
    bare = replace(case, scan=replace(case.scan, files=()))
    tile = series_id(case.opened)
    assert header_of(bare, tile, 0).entries[0].tag == "(0002,0000)"
    assert first.name in {header_of(case, tile, k).file for k in range(3)}
