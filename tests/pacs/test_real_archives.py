"""Round trips with the archives people really have: Orthanc, and dcmtk's dcmqrscp.

`./run test` installs them on Debian; elsewhere the tests skip and say how to get them.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pydicom
import pytest
from msgspec import structs

from labeler.errors import LabelerError
from labeler.pacs import asking
from labeler.pacs.archive import Archive, Bring, Kind, Login
from labeler.pacs.folder_inbox import FolderInbox
from labeler.pacs.query import StudyQuery
from labeler.pacs.retrieving import Brought
from tests.support.archives import PASSWORD, USER, Orthanc, dcmqrscp, free_port, orthanc
from tests.support.studies import STUDY, Study, dataset_bytes


def no_tick(_done: int, _total: int) -> None:
    pass


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, study: Study) -> Iterator[Orthanc]:
    with orthanc(tmp_path_factory.mktemp("orthanc")) as found:
        found.store(list(study.files.values()))
        found.store([with_umlauts(next(iter(study.files.values())))])
        yield found


def with_umlauts(data: bytes) -> bytes:
    """A study of one image, of somebody whose name does not stand plainly in an address."""
    dataset, out = pydicom.dcmread(BytesIO(data)), BytesIO()
    dataset.SpecificCharacterSet = "ISO_IR 100"
    dataset.PatientName, dataset.PatientID = "Müller-Lüdenscheidt^Jürgen", "UMLAUT-1"
    dataset.StudyDescription, dataset.AccessionNumber = "Chest of O'Brien", "ACC é"
    dataset.StudyInstanceUID = f"{STUDY}.77"
    dataset.SeriesInstanceUID = f"{STUDY}.77.1"
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = f"{STUDY}.77.1.1"
    pydicom.dcmwrite(out, dataset, enforce_file_format=True)
    return out.getvalue()


def web(running: Orthanc) -> Archive:
    return Archive("w", "Main", Kind.DICOMWEB, url=running.url, login=Login.PASSWORD, user=USER)


def dimse(running: Orthanc, bring: Bring, **changed: str) -> Archive:
    fields = {"called": "ORTHANC", "calling": "LABELER", **changed}
    return Archive(
        "d",
        "Main",
        Kind.DIMSE,
        host="127.0.0.1",
        port=running.port,
        bring=bring,
        listen_port=running.move_port,
        **fields,
    )


def test_orthanc_over_dicomweb(running: Orthanc, study: Study, tmp_path: Path) -> None:
    archive = web(running)
    asking.test(archive, PASSWORD, no_tick)
    query = StudyQuery(patient_id="SYNTH*", date_from="20240101", date_to="20241231", modality="CT")
    (found,) = asking.find_studies(archive, PASSWORD, query, no_tick).studies
    assert (found.uid, found.name, found.series, found.instances) == (
        STUDY,
        "Nobody Synthetic",
        4,
        16,
    )
    # Its plugin does not decode what is encoded in a query.
    for query in (
        StudyQuery(description="Chest of O'Brien"),
        StudyQuery(description="chest of*", name="Müller*"),
        StudyQuery(description="*'B*"),
        StudyQuery(accession="ACC é"),
    ):
        (other,) = asking.find_studies(archive, PASSWORD, query, no_tick).studies
        assert (other.uid, other.name) == (f"{STUDY}.77", "Müller-Lüdenscheidt Jürgen")
    for query in (StudyQuery(name="Möller*"), StudyQuery(description="Chest of O Brien")):
        assert asking.find_studies(archive, PASSWORD, query, no_tick).studies == ()
    nobody = StudyQuery(patient_id="NOBODY")
    assert asking.find_studies(archive, PASSWORD, nobody, no_tick).studies == ()
    inbox = FolderInbox(tmp_path)
    assert asking.bring(archive, PASSWORD, STUDY, inbox, no_tick) == Brought(16, 16, 16)
    assert {path.stem: path.read_bytes() for path in tmp_path.iterdir()} == study.files
    next(tmp_path.iterdir()).unlink()
    assert asking.bring(archive, PASSWORD, STUDY, inbox, no_tick) == Brought(16, 16, 1)


@pytest.mark.parametrize("way", list(Bring))
def test_orthanc_over_dimse(running: Orthanc, study: Study, tmp_path: Path, way: Bring) -> None:
    archive = dimse(running, way)
    asking.test(archive, "", no_tick)
    query = StudyQuery(name="nobody*", description="Chest", accession="ACC-1")
    (found,) = asking.find_studies(archive, "", query, no_tick).studies
    assert (found.uid, found.modalities, found.instances) == (STUDY, ("CT",), 16)
    inbox = FolderInbox(tmp_path)
    assert asking.bring(archive, "", STUDY, inbox, no_tick) == Brought(16, 16, 16)
    here = {path.stem: dataset_bytes(path.read_bytes()) for path in tmp_path.iterdir()}
    assert here == {uid: study.dataset(uid) for uid in study.files}
    next(tmp_path.iterdir()).unlink()
    assert asking.bring(archive, "", STUDY, inbox, no_tick) == Brought(16, 16, 1)


def test_an_orthanc_that_bounds_its_answers(study: Study, tmp_path: Path) -> None:
    """Two answers to any question, of a study with four images in each series."""
    limits = {"LimitFindResults": 2, "LimitFindInstances": 2}
    one = Study(dict(list(study.files.items())[:4]))
    with orthanc(tmp_path / "orthanc", **limits) as bounded:
        bounded.store(list(one.files.values()))
        ways = ((web(bounded), PASSWORD), (dimse(bounded, Bring.GET), ""))
        for archive, secret in (*ways, (dimse(bounded, Bring.MOVE), "")):
            folder = tmp_path / f"{archive.kind.value}-{archive.bring.value}"
            inbox = FolderInbox(folder)
            assert asking.bring(archive, secret, STUDY, inbox, no_tick).here == 4
            for path in sorted(folder.iterdir())[:3]:
                path.unlink()
            assert asking.bring(archive, secret, STUDY, inbox, no_tick).here == 4
            here = {path.stem: dataset_bytes(path.read_bytes()) for path in folder.iterdir()}
            assert here == {uid: study.dataset(uid) for uid in one.files}
        # With a third series it does not list all of them: pages tell the rest, a C-FIND does not.
        bounded.store(list(study.files.values())[4:12])
        inbox = FolderInbox(tmp_path / "all")
        assert asking.bring(web(bounded), PASSWORD, STUDY, inbox, no_tick).here == 12
        with pytest.raises(LabelerError) as caught:
            asking.bring(dimse(bounded, Bring.GET), "", STUDY, inbox, no_tick)
        assert caught.value.code == "archive-incomplete"


def test_what_orthanc_refuses(running: Orthanc, tmp_path: Path) -> None:
    inbox = FolderInbox(tmp_path)
    get, elsewhere = dimse(running, Bring.GET), dimse(running, Bring.MOVE, calling="STRANGER")
    refusals = [
        (web(running), "wrong", STUDY, "archive-login"),
        (web(running), PASSWORD, "1.2.3", "archive-no-study"),
        (get, "", "1.2.3", "archive-no-study"),
        (dimse(running, Bring.GET, called="WRONG"), "", STUDY, "archive-called-unknown"),
    ]
    for archive, secret, uid, code in refusals:
        with pytest.raises(LabelerError) as caught:
            asking.bring(archive, secret, uid, inbox, no_tick)
        assert caught.value.code == code
    # Who is not in its list may call, and is hung up on at the first question.
    with pytest.raises(LabelerError) as caught:
        asking.bring(elsewhere, "", STUDY, inbox, no_tick)
    assert caught.value.code == "archive-caller-unknown"
    with pytest.raises(LabelerError) as caught:
        asking.test(elsewhere, "", no_tick)
    assert caught.value.code == "archive-caller-unknown"


def test_images_that_orthanc_sends_elsewhere(running: Orthanc, tmp_path: Path) -> None:
    """It has another port of this computer in its list: no call comes."""
    archive = structs.replace(dimse(running, Bring.MOVE), listen_port=free_port())
    with pytest.raises(LabelerError) as caught:
        asking.bring(archive, "", STUDY, FolderInbox(tmp_path), no_tick)
    assert caught.value.code == "archive-not-sent"
    assert caught.value.facts["port"] == archive.listen_port


def test_an_orthanc_that_allows_to_search_only(study: Study, tmp_path: Path) -> None:
    modality = {"AET": "LABELER", "Host": "127.0.0.1", "Port": free_port()}
    rights = {"AllowGet": False, "AllowMove": False, "AllowFind": True}
    with orthanc(tmp_path / "orthanc", DicomModalities={"labeler": modality | rights}) as strict:
        strict.store(list(study.files.values())[:2])
        for way in Bring:
            with pytest.raises(LabelerError) as caught:
                asking.bring(dimse(strict, way), "", STUDY, FolderInbox(tmp_path / "x"), no_tick)
            assert caught.value.code == "archive-not-offered"


@pytest.mark.parametrize("way", list(Bring))
def test_dcmtk_over_dimse(study: Study, tmp_path: Path, way: Bring) -> None:
    """dcmqrscp gives compressed images only where it was told one syntax at its start."""
    files = study.write(tmp_path / "files")
    plain, move_port = files[:4], free_port()
    with dcmqrscp(tmp_path / "dcmtk", plain, move_port) as port:
        archive = Archive(
            "d",
            "Main",
            Kind.DIMSE,
            host="127.0.0.1",
            port=port,
            called="DCMTK",
            bring=way,
            listen_port=move_port,
        )
        asking.test(archive, "", no_tick)
        (found,) = asking.find_studies(archive, "", StudyQuery(), no_tick).studies
        assert found.uid == STUDY
        inbox = FolderInbox(tmp_path / "here")
        assert asking.bring(archive, "", STUDY, inbox, no_tick) == Brought(4, 4, 4)
        if way is Bring.MOVE:
            elsewhere = structs.replace(archive, listen_port=free_port())
            with pytest.raises(LabelerError) as caught:
                asking.bring(elsewhere, "", STUDY, FolderInbox(tmp_path / "none"), no_tick)
            assert caught.value.code == "archive-not-sent"
    here = {path.stem: dataset_bytes(path.read_bytes()) for path in inbox_files(tmp_path)}
    assert here == {path.stem: dataset_bytes(path.read_bytes()) for path in plain}


def inbox_files(folder: Path) -> list[Path]:
    return sorted((folder / "here").iterdir())
