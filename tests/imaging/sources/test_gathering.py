"""Folders, files, discs: what is found, what is passed over, and what is told."""

from __future__ import annotations

import os
import socket
import sys
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MediaStorageDirectoryStorage

from labeler.errors import Cancelled, LabelerError
from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.inspect import SeriesFound, described
from labeler.imaging.reader import Scan, main_series, scan
from labeler.imaging.sources import files as files_module
from labeler.imaging.sources import gathering as sources
from labeler.imaging.sources.files import FileBytes, MemoryBytes
from labeler.imaging.sources.gathering import gather
from tests.support.dicom_files import write_stack

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has none of these")


def found_in(*paths: Path) -> Scan:
    chosen = gather(paths)
    return scan(chosen.files, problems=chosen.problems)


def codes(found: Scan) -> dict[str, str]:
    return {problem.name: problem.error.code for problem in found.problems}


def directory(*ids: list[str], used: int = 0xFFFF) -> bytes:
    """A DICOMDIR whose offsets all point at itself."""
    whole = Dataset()
    whole.file_meta = FileMetaDataset()
    whole.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    whole.file_meta.MediaStorageSOPClassUID = MediaStorageDirectoryStorage
    whole.file_meta.MediaStorageSOPInstanceUID = "1.2.3"
    whole.DirectoryRecordSequence = []
    for parts in ids:
        record = Dataset()
        record.OffsetOfTheNextDirectoryRecord = 132
        record.RecordInUseFlag = used
        record.OffsetOfReferencedLowerLevelDirectoryEntity = 132
        record.DirectoryRecordType = "IMAGE"
        record.ReferencedFileID = parts
        whole.DirectoryRecordSequence.append(record)
    out = BytesIO()
    whole.save_as(out, enforce_file_format=True)
    return out.getvalue()


def disc(root: Path) -> Path:
    """A medium: DICOMDIR and three files that it names."""
    paths = write_stack(root / "PT0/SE0", [(0, 0, z) for z in (0, 2, 4)])
    ids = [["PT0", "SE0", path.name] for path in paths]
    (root / "DICOMDIR").write_bytes(directory(*ids))
    return root


def named(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file() and path.name != "DICOMDIR")


def test_several_things_chosen_together(tmp_path: Path) -> None:
    for name, series in (("a/ct", "1"), ("b/ct", "2"), ("c", "3")):
        write_stack(tmp_path / name, [(0, 0, 0)], series=series)
    single = named(tmp_path / "c")[0]
    found = found_in(tmp_path / "a/ct", tmp_path / "b/ct", single)
    assert len(found.series) == 3
    assert [file.name.rpartition("/")[0] for file in found.files] == ["ct", "ct (2)", ""]


@POSIX
def test_pipes_sockets_and_devices_are_never_opened(tmp_path: Path) -> None:
    write_stack(tmp_path, [(0, 0, 0)])
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        (tmp_path / "null").symlink_to("/dev/zero")
        found = found_in(tmp_path)
    assert len(found.files) == 1
    for path in (tmp_path / "pipe", tmp_path / "null"):
        with pytest.raises(LabelerError) as caught:
            gather((path,))
        assert caught.value.code == "not-a-file"
    # It took a file's place after the folder was listed.
    assert codes(scan([FileBytes(tmp_path / "pipe")])) == {"pipe": "unreadable-file"}


@POSIX
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_what_may_not_be_read_is_named(tmp_path: Path) -> None:
    write_stack(tmp_path / "open", [(0, 0, 0)])
    closed = write_stack(tmp_path / "closed", [(0, 0, 2)])[0]
    closed.chmod(0)
    (tmp_path / "shut").mkdir(mode=0)
    found = found_in(tmp_path)
    assert codes(found) == {"shut": "unreadable-file", f"closed/{closed.name}": "unreadable-file"}
    (tmp_path / "shut").chmod(0o700)


def test_a_folder_that_vanishes_while_it_is_listed_is_named(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    told: list[OSError] = []
    assert list(files_module.walk(tmp_path / "gone", told.append)) == []
    assert len(told) == 1


def test_a_file_that_shrinks_while_it_is_read(tmp_path: Path, decoders: DecoderPool) -> None:
    path = write_stack(tmp_path, [(0, 0, 0)])[0]
    found = found_in(tmp_path)
    path.write_bytes(path.read_bytes()[:-40])
    (series,) = described(found, decoders)
    assert isinstance(series, SeriesFound)
    assert series.error is not None
    assert series.error.code == "truncated-image"


@POSIX
def test_a_link_to_a_file_is_read_and_a_circle_of_folders_is_not(tmp_path: Path) -> None:
    path = write_stack(tmp_path / "a", [(0, 0, 0)])[0]
    (tmp_path / "b").mkdir()
    (tmp_path / "b/link.dcm").symlink_to(path)
    (tmp_path / "b/dead").symlink_to(tmp_path / "nothing")
    (tmp_path / "b/itself").symlink_to("itself")
    (tmp_path / "b/circle").symlink_to(tmp_path, target_is_directory=True)
    chosen = gather((tmp_path / "b",))
    assert [f.name for f in chosen.files] == ["link.dcm"]
    (left,) = chosen.problems
    assert (left.name, left.error.code) == ("circle", "folder-not-entered")
    assert left.error.happened == "circle is a link to another folder; it was not entered."


def test_folders_that_lie_too_deep_are_named(tmp_path: Path) -> None:
    deep = tmp_path
    for _ in range(files_module.MAX_DEPTH):
        deep /= "d"
    write_stack(deep, [(0, 0, 0)])
    write_stack(deep / "below/more", [(0, 0, 0)])
    (deep / ".git").mkdir()
    chosen = gather((tmp_path,))
    assert len(chosen.files) == 1
    (left,) = chosen.problems
    assert left.name.endswith("/d/below")
    assert left.error.code == "folder-not-entered"
    assert "lies more than 32 folders deep" in left.error.happened


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_FILES", 3)
    for number in range(4):
        (tmp_path / str(number)).write_bytes(b"")
    with pytest.raises(LabelerError) as caught:
        gather((tmp_path,))
    assert caught.value.code == "too-many-files"


def test_progress_is_told_and_a_cancel_stops_the_scan(tmp_path: Path) -> None:
    write_stack(tmp_path, [(0, 0, z) for z in range(4)])
    files = gather((tmp_path,)).files
    told: list[tuple[int, int]] = []
    scan(files, lambda done, total: told.append((done, total)))
    assert told == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]

    def cancel(done: int, _total: int) -> None:
        if done == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        scan(files, cancel)


@pytest.mark.parametrize("alone", [True, False])
def test_a_disc_opens_by_its_directory_or_its_folder(tmp_path: Path, alone: bool) -> None:
    root = disc(tmp_path / "disc")
    found = found_in(root / "DICOMDIR" if alone else root)
    assert not found.problems
    assert main_series(found).header.count == 3


def test_names_on_the_disc_in_another_case_and_with_a_version(tmp_path: Path) -> None:
    root = disc(tmp_path / "disc")
    for path in named(root):
        path.rename(path.with_name(path.name.lower() + ";1"))
    for chosen in (root, root / "DICOMDIR"):
        found = found_in(chosen)
        assert not found.problems
        assert main_series(found).header.count == 3


def test_files_that_the_directory_names_but_are_not_here(tmp_path: Path) -> None:
    root = disc(tmp_path / "disc")
    gone = named(root)[1]
    gone.unlink()
    for chosen in (root, root / "DICOMDIR"):
        (problem,) = found_in(chosen).problems
        assert problem.error.code == "directory-incomplete"
        assert gone.relative_to(root).as_posix() in problem.error.happened
        assert problem.error.facts["tag"] == "(0004,1500)"


def test_a_directory_without_any_of_its_files(tmp_path: Path) -> None:
    root = disc(tmp_path / "disc")
    (tmp_path / "alone").mkdir()
    (root / "DICOMDIR").rename(tmp_path / "alone/DICOMDIR")
    found = found_in(tmp_path / "alone/DICOMDIR")
    assert codes(found) == {"DICOMDIR": "directory-alone"}
    assert "3 files" in found.problems[0].error.happened


def test_a_broken_directory_gives_way_to_its_folder(tmp_path: Path) -> None:
    root = disc(tmp_path / "disc")
    path = root / "DICOMDIR"
    path.write_bytes(path.read_bytes()[:360])
    for chosen in (root, path):
        found = found_in(chosen)
        assert codes(found) == {"DICOMDIR": "directory-broken"}
        assert main_series(found).header.count == 3


def test_what_a_disc_brings_besides_is_passed_over(tmp_path: Path) -> None:
    root = disc(tmp_path / "disc")
    for name in ("VIEWER.EXE", "AUTORUN.INF", "HELP/index.html", "Thumbs.db"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(b"MZ nothing to see")
    (root / "README.TXT").write_text("Please read")
    Image.fromarray(np.zeros((8, 8), np.uint8)).save(root / "HELP/preview.png")
    found = found_in(root)
    assert codes(found) == {"README.TXT": "not-an-image"}
    assert len(found.series) == 1
    assert set(found.passed_over) == {
        "VIEWER.EXE", "AUTORUN.INF", "HELP/index.html", "Thumbs.db", "HELP/preview.png",
    }  # fmt: skip


def test_a_dicom_file_that_the_directory_does_not_name_is_read_all_the_same(tmp_path: Path) -> None:
    root = disc(tmp_path / "disc")
    write_stack(root / "late", [(0, 0, 0)], series="7")
    assert sorted(series.header.count for series in found_in(root).series) == [1, 3]


def test_offsets_in_a_circle_do_no_harm_and_unused_records_are_left_out() -> None:
    for used, code in ((0xFFFF, "directory-alone"), (0, "directory-empty")):
        source = MemoryBytes("DICOMDIR", directory(["A", "B"], used=used))
        assert codes(scan([source])) == {"DICOMDIR": code}


def test_a_directory_cannot_name_files_outside_its_folder(tmp_path: Path) -> None:
    secret = write_stack(tmp_path, [(0, 0, 0)])[0]
    (tmp_path / "disc").mkdir()
    raw = directory(["UP", secret.name], ["FROM", "ROOT"])
    raw = raw.replace(b"UP\\", b"..\\").replace(b"FROM\\ROOT", b"/tmp/a\\bc")
    (tmp_path / "disc/DICOMDIR").write_bytes(raw)
    found = found_in(tmp_path / "disc/DICOMDIR")
    assert not found.files
    assert codes(found) == {"DICOMDIR": "directory-alone"}


def test_the_real_disc(test_data: Path, decoders: DecoderPool) -> None:
    root = test_data / "dicom/dicomdir"
    by_folder, by_directory = found_in(root), found_in(root / "DICOMDIR")
    assert codes(by_folder) == {"README.txt": "not-an-image"}
    assert not by_directory.problems
    one, other = described(by_folder, decoders), described(by_directory, decoders)
    assert [s.uid for s in one if isinstance(s, SeriesFound)] == [
        s.uid for s in other if isinstance(s, SeriesFound)
    ]
    assert sum(len(series.frames) for series in by_directory.series) == 31
