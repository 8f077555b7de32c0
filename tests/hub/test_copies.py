"""What a case hands out: clean copies, pairs that are still pairs, reports with their images."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path, PurePosixPath

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from labeler.errors import LabelerError
from labeler.hub.cases import Case, Split, find_cases
from labeler.hub.consent import Consent, look_through, refuse_unlooked
from labeler.hub.linking import copied_name, keep_secret
from labeler.hub.readable import readable
from labeler.hub.ready import made_ready
from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.reader import scan
from labeler.imaging.sources.files import folder_files
from labeler.interchange.pseudonyms import Pseudonyms
from labeler.model.image import ByteSource
from tests.support.dicom_files import ROOT, save, slice_dataset, write_stack
from tests.support.hub import png

PSEUDONYMS = Pseudonyms(bytes(32))


def cases_of(folder: Path, split: Split = Split.SERIES) -> list[Case]:
    with DecoderPool(1) as decoders:
        return find_cases(readable(folder_files(folder), decoders), split, "")


def bytes_of(made: tuple[ByteSource, ...]) -> bytes:
    return b"".join(file.read(0, file.size) for file in made)


def test_a_series_is_handed_out_without_the_name(tmp_path: Path) -> None:
    write_stack(tmp_path / "Nobody", [(0.0, 0.0, 2.5 * k) for k in range(4)])
    (case,) = cases_of(tmp_path)
    made = made_ready(case, Consent(), PSEUDONYMS)
    assert [file.name for file in made] == [f"{n:05d}.dcm" for n in range(1, 5)]
    data = bytes_of(made)
    for telling in (b"Nobody", b"Synthetic", b"SYNTHETIC-1", ROOT.encode()):
        assert telling not in data
    (series,) = scan(made).series
    assert [frame.origin for frame in series.frames] == [
        frame.origin for frame in scan(folder_files(tmp_path)).series[0].frames
    ]
    as_is = made_ready(case, Consent(as_is=("*",)), PSEUDONYMS)
    assert b"Nobody" in bytes_of(as_is)


def nifti_pair(folder: Path, name: str) -> None:
    folder.mkdir(exist_ok=True)
    header = bytearray(352)
    struct.pack_into("<i", header, 0, 348)
    struct.pack_into("<8h", header, 40, 3, 8, 6, 2, 1, 1, 1, 1)
    struct.pack_into("<2h", header, 70, 2, 8)
    struct.pack_into("<8f", header, 76, 1, 1, 1, 1, 0, 0, 0, 0)
    header[148:155] = b"Zyxwvut"
    header[344:348] = b"ni1\0"
    (folder / f"{name}.hdr").write_bytes(bytes(header))
    (folder / f"{name}.img").write_bytes(bytes(range(96)))


@pytest.mark.parametrize("consent", [Consent(), Consent(as_is=("*",))])
def test_a_pair_is_still_a_pair(tmp_path: Path, consent: Consent) -> None:
    nifti_pair(tmp_path / "v", "Zyxwvut")
    (case,) = cases_of(tmp_path / "v")
    assert [file.name for file in case.files] == ["00001.hdr", "00001.img"]
    made = made_ready(case, consent, PSEUDONYMS)
    (series,) = scan(made).series
    assert series.header.count == 2
    assert (b"Zyxwvut" in bytes_of(made)) is bool(consent.as_is)


def test_suffixes_that_readers_know_stay_and_no_others(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(1))
    (tmp_path / "b.JPEG.doe").write_bytes(png(2))
    nifti_pair(tmp_path, "x")
    volume = bytearray((tmp_path / "x.hdr").read_bytes())
    volume[344:348] = b"n+1\0"
    struct.pack_into("<f", volume, 108, 352.0)
    (tmp_path / "c.nii.gz").write_bytes(gzip.compress(bytes(volume) + bytes(range(96))))
    for one in ("x.hdr", "x.img"):
        (tmp_path / one).unlink()
    names = {file.name for case in cases_of(tmp_path) for file in case.files}
    assert {PurePosixPath(name).name.partition(".")[2] for name in names} == {"png", "", "nii.gz"}


def report_of(instance: str, study: str) -> Dataset:
    dataset = slice_dataset(np.zeros((2, 2), np.int16))
    for name in ("PixelData", "Rows", "Columns", "BitsAllocated", "PhotometricInterpretation"):
        delattr(dataset, name)
    dataset.SOPClassUID = "1.2.840.10008.5.1.4.1.1.88.33"
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = f"{ROOT}.9.1"
    dataset.Modality, dataset.StudyInstanceUID = "SR", study
    dataset.SeriesInstanceUID = f"{ROOT}.9"
    image, node = Dataset(), Dataset()
    image.ReferencedSOPInstanceUID = instance
    node.ValueType, node.ReferencedSOPSequence = "IMAGE", Sequence([image])
    node.TextValue = "Zyxwvut has a nodule"
    dataset.ContentSequence = Sequence([node])
    return dataset


def test_a_report_goes_along_with_its_images(tmp_path: Path) -> None:
    write_stack(tmp_path / "a", [(0.0, 0.0, 1.0)], series="1")
    write_stack(tmp_path / "b", [(0.0, 0.0, 1.0)], series="2")
    save(report_of(f"{ROOT}.3.2.1", f"{ROOT}.1"), tmp_path / "report.dcm")  # type: ignore[arg-type]
    first, second = cases_of(tmp_path)
    assert (len(first.files), len(second.files)) == (1, 2)
    made = made_ready(second, Consent(), PSEUDONYMS)
    data = made[1].read(0, made[1].size)
    assert PSEUDONYMS.uid(f"{ROOT}.3.2.1").encode() in data
    assert b"nodule" in data
    assert b"Zyxwvut" not in data


def test_a_copy_that_lost_something_is_never_handed_out(tmp_path: Path) -> None:
    """A header that names its series only through what must go."""
    write_stack(tmp_path / "a", [(0.0, 0.0, 0.0)])
    (case,) = cases_of(tmp_path / "a")
    files = (case.files[0], case.files[0])
    made_ready(Case("whole", files, case.context), Consent(), PSEUDONYMS)
    (tmp_path / "a" / "IM0001").write_bytes(b"changed meanwhile")
    with pytest.raises(LabelerError):
        made_ready(case, Consent(), PSEUDONYMS)


def test_what_needs_a_word(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(1))
    cases = cases_of(tmp_path)
    told = look_through(cases, Consent())
    with pytest.raises(LabelerError) as caught:
        refuse_unlooked(told, Consent())
    assert caught.value.code == "look-first"
    refuse_unlooked(told, Consent(looked=("*.png",)))
    refuse_unlooked(told, Consent(as_is=("a.png",)))


def test_the_requester_finds_back(tmp_path: Path) -> None:
    keep_secret(tmp_path, "ab" * 32, PSEUDONYMS)
    assert copied_name(tmp_path, "ab" * 32, "1.2.3") == PSEUDONYMS.uid("1.2.3")
    assert copied_name(tmp_path, "ab" * 32, "2.25.7") == "2.25.7"
    assert copied_name(tmp_path, "ab" * 32, "c0ffee") == "c0ffee"
    assert copied_name(tmp_path, "cd" * 32, "1.2.3") == "1.2.3"
    assert (tmp_path / "pseudonyms" / ("ab" * 32)).stat().st_mode & 0o077 == 0
