"""Objects made to harm: each ends in layers or in an error by name, soon and in little memory."""

from __future__ import annotations

import random
import struct
import time
from pathlib import Path

import numpy as np
import pytest

from labeler.errors import LabelerError
from labeler.imaging.dicom.objects import StoredObject
from labeler.imaging.sources.files import FileBytes, MemoryBytes
from labeler.interchange.dicom_item import read_object
from labeler.interchange.element_count import MAX_ELEMENTS
from labeler.interchange.findings import READERS, read_findings
from labeler.model.layers import LayerKind
from tests.fuzz.mutator import mutate
from tests.support.dicom_files import NoDecoders
from tests.support.findings import opened, write_ct, write_seg

HEAD = b"\0" * 128 + b"DICM" + b"\x02\0\x10\0UI\x14\x001.2.840.10008.1.2.1\0"
CONTENT = b"\x40\0\x30\xa7"
ITEM = b"\xfe\xff\0\xe0"


def refused(data: bytes) -> LabelerError:
    with pytest.raises(LabelerError) as caught:
        read_object(MemoryBytes("bad.dcm", data)).items("ContentSequence")
    return caught.value


def test_a_million_elements_are_refused_before_any_becomes_an_object() -> None:
    one = b"\x08\0\x04\1SH\0\0"
    inside = ITEM + struct.pack("<I", len(one) * MAX_ELEMENTS) + one * MAX_ELEMENTS
    data = HEAD + CONTENT + b"SQ\0\0" + struct.pack("<I", len(inside)) + inside
    started = time.monotonic()
    assert refused(data).code == "object-too-large"
    assert time.monotonic() - started < 5


def test_nesting_without_end_is_an_error_of_ours() -> None:
    deep = (CONTENT + b"SQ\0\0\xff\xff\xff\xff" + ITEM + b"\xff\xff\xff\xff") * 20_000
    assert refused(HEAD + deep).code in ("broken-object", "truncated-file", "endless-header")


def test_nesting_of_known_lengths_is_read_as_far_as_it_is_asked_for() -> None:
    inner = b""
    for _ in range(3000):
        inside = ITEM + struct.pack("<I", len(inner)) + inner
        inner = CONTENT + b"SQ\0\0" + struct.pack("<I", len(inside)) + inside
    item = read_object(MemoryBytes("deep.dcm", HEAD + inner))
    assert len(item.items("ContentSequence")[0].items("ContentSequence")) == 1


def test_a_length_beyond_the_file_is_no_memory() -> None:
    read_object(MemoryBytes("bad.dcm", HEAD + CONTENT + b"SQ\0\0\xf0\xff\xff\xff"))


OBJECTS = (
    ("seg_sr/seg_image_ct_binary_single_frame.dcm", LayerKind.SEGMENTATION),
    ("seg_sr/sr_document_with_multiple_groups.dcm", LayerKind.REPORT),
    ("gsps_tool_made/gsps_for_examples_overlay.dcm", LayerKind.PRESENTATION),
    ("pet_nm_rt/rtstruct.dcm", LayerKind.STRUCTURES),
    ("pet_nm_rt/rtdose.dcm", LayerKind.DOSE),
)


@pytest.mark.parametrize(("name", "kind"), OBJECTS)
def test_damaged_real_objects_give_layers_or_an_error_by_name(
    test_data: Path, name: str, kind: LayerKind
) -> None:
    data = (test_data / "dicom" / name).read_bytes()
    _, slices, _ = opened([test_data / "dicom/seg_sr/ct_image.dcm"])
    chance = random.Random(name)
    for _ in range(40):
        bad = MemoryBytes("bad.dcm", mutate(data, data, chance)[0])
        started = time.monotonic()
        found = read_findings([StoredObject(bad, kind)], slices, NoDecoders())
        assert time.monotonic() - started < 5
        for problem in found.problems:
            assert problem.code
            assert "bad.dcm" in problem.happened


def test_every_kind_has_a_reader() -> None:
    assert READERS.keys() == set(LayerKind)


def test_a_bad_object_never_hides_a_good_one(tmp_path: Path) -> None:
    voxels = np.ones((5, 12, 16), dtype=np.uint8)
    write_seg(write_ct(tmp_path), voxels, tmp_path / "good.dcm")
    data = (tmp_path / "good.dcm").read_bytes()
    _, slices, _ = opened(sorted(tmp_path.iterdir()))
    objects = [
        StoredObject(MemoryBytes("bad.dcm", data[:900]), LayerKind.SEGMENTATION),
        StoredObject(FileBytes(tmp_path / "good.dcm"), LayerKind.SEGMENTATION),
    ]
    found = read_findings(objects, slices, NoDecoders())
    assert len(found.layers) == 1
    assert len(found.problems) == 1
