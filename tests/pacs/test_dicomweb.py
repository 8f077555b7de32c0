"""DICOMweb over a real connection to an archive with bad manners."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from labeler.errors import Cancelled, LabelerError
from labeler.model.image import ByteSource
from labeler.pacs import asking
from labeler.pacs.archive import Archive, Kind, Login
from labeler.pacs.folder_inbox import FolderInbox
from labeler.pacs.query import StudyQuery
from labeler.pacs.retrieving import Brought
from tests.support.studies import STUDY, Study, dataset_bytes, make_study
from tests.support.web_archive import Manners, web_archive


def no_tick(_done: int, _total: int) -> None:
    pass


@contextmanager
def served(study: Study, manners: Manners, login: Login = Login.NONE) -> Iterator[Archive]:
    with web_archive(study, manners) as url:
        yield Archive("id", "Main", Kind.DICOMWEB, url=url, login=login, user="reader")


def bring(archive: Archive, folder: Path, secret: str = "", *, cuts: int = 0) -> Brought:
    return asking.bring(archive, secret, STUDY, FolderInbox(folder), no_tick, cuts_allowed=cuts)


def refusal(archive: Archive, folder: Path, secret: str = "", *, cuts: int = 0) -> LabelerError:
    with pytest.raises(LabelerError) as caught:
        bring(archive, folder, secret, cuts=cuts)
    return caught.value


def here(folder: Path) -> dict[str, bytes]:
    """What counts as here; a draft must not lie beside it."""
    assert [path.name for path in folder.iterdir() if path.suffix != ".dcm"] == []
    return {path.stem: path.read_bytes() for path in folder.glob("*.dcm")}


def test_a_study_comes_byte_for_byte(study: Study, tmp_path: Path) -> None:
    manners = Manners()
    with served(study, manners) as archive:
        asking.test(archive, "", no_tick)
        (found,) = asking.find_studies(archive, "", StudyQuery(), no_tick).studies
        assert (found.uid, found.name, found.date) == (STUDY, "Nobody Synthetic", "20240131")
        assert len(asking.find_series(archive, "", STUDY, no_tick)) == 4
        assert bring(archive, tmp_path) == Brought(16, 16, 16)
    assert here(tmp_path) == study.files
    assert len(manners.files_asked) == 4


def test_what_is_asked_is_spelled_as_archives_read_it(study: Study) -> None:
    manners = Manners()
    query = StudyQuery(
        patient_id="S 1", name="NO*", date_from="20240101", modality="ct", accession="A/1&b=2"
    )
    with served(study, manners) as archive:
        asking.find_studies(archive, "", query, no_tick)
    asked = manners.asked[0]
    for part in ("00100020=S%201", "00100010=NO*", "00080020=20240101-", "00080061=CT"):
        assert part in asked
    assert "00080050=A%2F1%26b%3D2" in asked


def test_only_one_series(study: Study, tmp_path: Path) -> None:
    with served(study, Manners()) as archive:
        series = asking.find_series(archive, "", STUDY, no_tick)[1].uid
        asking.bring(archive, "", STUDY, FolderInbox(tmp_path), no_tick, only=[series])
        with pytest.raises(LabelerError) as caught:
            asking.bring(archive, "", STUDY, FolderInbox(tmp_path), no_tick, only=["1.2"])
    assert caught.value.code == "archive-no-study"
    assert len(here(tmp_path)) == 4


@pytest.mark.parametrize("study_uid", ["", "*", "1.2\\1.3", "../studies/1.2", "1..2", "1." * 40])
def test_what_is_no_uid_is_never_asked(study: Study, tmp_path: Path, study_uid: str) -> None:
    """An empty one would bring the whole archive, a list several patients."""
    manners = Manners()
    with served(study, manners) as archive:
        for ask in (
            lambda: asking.find_series(archive, "", study_uid, no_tick),
            lambda: asking.bring(archive, "", study_uid, FolderInbox(tmp_path), no_tick),
            lambda: asking.bring(
                archive, "", STUDY, FolderInbox(tmp_path), no_tick, only=["1.2", study_uid]
            ),
            lambda: asking.open_line(archive, "").series(study_uid),
            lambda: asking.open_line(archive, "").instances(STUDY, study_uid),
        ):
            with pytest.raises(LabelerError) as caught:
                ask()
            assert caught.value.code == "archive-question"
    assert manners.asked == []


def test_a_dropped_line_is_told_and_taken_up_again(study: Study, tmp_path: Path) -> None:
    """In the middle of the second series, inside an image."""
    sizes = [len(data) for data in study.files.values()]
    manners = Manners(drop_after=sum(sizes[:2]) + 500)
    with served(study, manners) as archive:
        error = refusal(archive, tmp_path)
        assert (error.code, error.facts["here"], error.facts["total"]) == (
            "archive-line-lost",
            2,
            16,
        )
        kept = here(tmp_path)
        assert len(kept) == 2
        manners.asked.clear()
        assert bring(archive, tmp_path) == Brought(16, 16, 14)
    assert here(tmp_path) == study.files
    # Of the series that was begun only what is missing is asked for, one by one.
    single = [path for path in manners.files_asked if "/instances/" in path]
    assert len(single) == 2
    assert not any(uid in path for uid in kept for path in single)


def test_a_short_cut_is_gone_on_at_once(study: Study, tmp_path: Path) -> None:
    with served(study, Manners(drop_after=5000, drops=2)) as archive:
        assert bring(archive, tmp_path, cuts=3).here == 16
    assert here(tmp_path) == study.files


def test_a_damaged_file_is_asked_for_again(study: Study, tmp_path: Path) -> None:
    with served(study, Manners()) as archive:
        bring(archive, tmp_path)
        broken = next(tmp_path.glob("*.dcm"))
        broken.write_bytes(broken.read_bytes()[:200])
        assert bring(archive, tmp_path).asked == 1
    assert here(tmp_path) == study.files


def test_drafts_of_a_killed_program_are_removed(tmp_path: Path) -> None:
    """Not what is being written, and nothing of the person's own."""
    names = (".0123456789abcdef.part", ".fedcba9876543210.part", ".mine.part", "0123.part")
    for name in names:
        (tmp_path / name).write_bytes(b"x")
        if name != names[1]:
            os.utime(tmp_path / name, (0, 0))
    FolderInbox(tmp_path).tidy()
    assert {path.name for path in tmp_path.iterdir()} == set(names[1:])


@pytest.mark.parametrize(
    ("manners", "code"),
    [
        (Manners(status=401), "archive-login-wanted"),
        (Manners(status=403), "archive-forbidden"),
        (Manners(status=302, headers={"Location": "http://example.org/"}), "archive-redirects"),
        (Manners(status=400), "archive-refused"),
        (Manners(status=500), "archive-refused"),
        (Manners(status=503), "archive-unreachable"),
        (Manners(status=404), "not-an-archive"),
        (Manners(body=b"<html>", media_type="text/html"), "not-an-archive"),
        (Manners(body=b"[1, 2]"), "not-an-archive"),
        (Manners(body=b"[" * 100_000), "not-an-archive"),
        (Manners(body=b"[]", headers={"Content-Encoding": "gzip"}), "not-an-archive"),
    ],
)
def test_what_is_no_answer(study: Study, manners: Manners, code: str) -> None:
    with served(study, manners) as archive, pytest.raises(LabelerError) as caught:
        asking.find_studies(archive, "", StudyQuery(), no_tick)
    assert caught.value.code == code
    assert str(caught.value)


def test_nobody_there() -> None:
    archive = Archive("id", "Main", Kind.DICOMWEB, url="http://127.0.0.1:9")
    with pytest.raises(LabelerError) as caught:
        asking.test(archive, "", no_tick)
    assert caught.value.code == "archive-unreachable"


def test_no_such_study(study: Study, tmp_path: Path) -> None:
    with served(study, Manners(body=b"[]")) as archive:
        assert refusal(archive, tmp_path).code == "archive-no-study"


def test_a_password_and_a_token(study: Study) -> None:
    for login in (Login.PASSWORD, Login.TOKEN):
        with served(study, Manners(password="right"), login) as archive:
            asking.test(archive, "right", no_tick)
            for secret, code in (("wrong", "archive-login"), ("", "archive-secret")):
                with pytest.raises(LabelerError) as caught:
                    asking.test(archive, secret, no_tick)
                assert caught.value.code == code


def test_pages_are_put_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the archive knows no pages, and answers the same again."""
    monkeypatch.setattr("labeler.pacs.dicomweb.PAGE", 4)
    many = make_study(slices=10, size=2)
    for manners in (Manners(), Manners(knows_pages=False)):
        with web_archive(many, manners) as url:
            archive = Archive("id", "Main", Kind.DICOMWEB, url=url)
            line = asking.open_line(archive, "")
            series = line.series(STUDY).found[0].uid
            assert len(line.instances(STUDY, series).found) == 10
            line.close()


@pytest.mark.parametrize(
    "manners",
    [
        Manners(most=3),
        Manners(most=3, knows_pages=False),
        Manners(most=3, knows_pages=False, warns=True, counts=0),
        Manners(lists_instances=False),
    ],
)
def test_an_archive_that_bounds_its_answers(tmp_path: Path, manners: Manners) -> None:
    """What it does not list is brought all the same."""
    many = make_study(slices=10, size=2)
    with web_archive(many, manners) as url:
        archive = Archive("id", "Main", Kind.DICOMWEB, url=url)
        only = [asking.find_series(archive, "", STUDY, no_tick)[0].uid]
        inbox = FolderInbox(tmp_path)
        assert asking.bring(archive, "", STUDY, inbox, no_tick, only).here == 10
        first = sorted(tmp_path.iterdir())[:9]
        for path in first:
            path.unlink()
        assert asking.bring(archive, "", STUDY, inbox, no_tick, only).here == 10
    assert len(here(tmp_path)) == 10
    assert all(many.files[uid] == data for uid, data in here(tmp_path).items())


def test_a_list_that_is_shorter_than_the_series_and_says_nothing(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes beside it is of the series: nothing of it is thrown away."""
    monkeypatch.setattr("labeler.pacs.line.MAX_STRAYS", 1)
    one = Study(dict(list(study.files.items())[:4]))
    with served(one, Manners(most=1, knows_pages=False, counts=0)) as archive:
        assert bring(archive, tmp_path).here == 4
    assert here(tmp_path) == one.files


def test_an_archive_that_does_not_list_every_series(study: Study, tmp_path: Path) -> None:
    with served(study, Manners(most=2, knows_pages=False, warns=True)) as archive:
        error = refusal(archive, tmp_path)
        assert (error.code, error.facts["here"]) == ("archive-incomplete", 8)
        assert asking.find_studies(archive, "", StudyQuery(), no_tick).studies


@pytest.mark.parametrize("missing", [200, 5])
def test_a_file_that_is_cut_short_is_kept_and_counts_as_missing(
    study: Study, tmp_path: Path, missing: int
) -> None:
    """One of each way to store pixels: nobody has the rest, and what came can be looked at."""
    cut = {uid: data for n, (uid, data) in enumerate(study.files.items()) if n % 4 == 0}
    files = study.files | {uid: data[:-missing] for uid, data in cut.items()}
    with served(Study(files), Manners()) as archive:
        error = refusal(archive, tmp_path)
        assert (error.code, error.facts["here"]) == ("archive-incomplete", 12)
    assert here(tmp_path) == files
    with served(study, Manners()) as archive:
        assert bring(archive, tmp_path) == Brought(16, 16, 4)
    assert here(tmp_path) == study.files


def test_the_dataset_says_what_a_file_is(study: Study, tmp_path: Path) -> None:
    """Not its head: it may be of another study, or of another instance."""
    other = make_study(study="1.2.3.4", slices=4)
    one, two, three, *_ = study.files
    head = study.files[one][: len(study.files[one]) - len(study.dataset(one))]
    strange = head + dataset_bytes(next(iter(other.files.values())))
    swapped = head + study.dataset(two)
    with served(study, Manners(gives={one: strange, three: swapped})) as archive:
        error = refusal(archive, tmp_path)
    assert (error.code, error.facts["here"]) == ("archive-incomplete", 14)
    found = here(tmp_path)
    assert found.keys() == study.files.keys() - {one, three}
    assert all(dataset_bytes(data) == study.dataset(uid) for uid, data in found.items())


def test_without_a_list_of_instances(study: Study, tmp_path: Path) -> None:
    with served(study, Manners(lists_instances=False)) as archive:
        assert bring(archive, tmp_path).here == 16
    assert here(tmp_path) == study.files


def test_instances_without_wrapping(study: Study, tmp_path: Path) -> None:
    manners = Manners(drop_after=3000)
    with served(study, manners) as archive:
        refusal(archive, tmp_path)
        manners.single = True
        bring(archive, tmp_path)
    assert here(tmp_path) == study.files


def test_what_the_archive_lost_is_told(study: Study, tmp_path: Path) -> None:
    lost = frozenset(list(study.files)[:1])
    with served(study, Manners(loses=lost)) as archive:
        error = refusal(archive, tmp_path)
    assert (error.code, error.facts["here"]) == ("archive-incomplete", 15)
    assert here(tmp_path).keys() == study.files.keys() - lost


def test_strangers_are_passed_over_up_to_a_bound(study: Study, tmp_path: Path) -> None:
    with served(study, Manners(strays=3)) as archive:
        bring(archive, tmp_path)
    assert here(tmp_path) == study.files
    with served(study, Manners(strays=5000)) as archive:
        assert refusal(archive, tmp_path / "more").code == "archive-too-much"


def test_an_endless_image_is_cut(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("labeler.pacs.dicomweb.MAX_INSTANCE", 1 << 20)
    with served(study, Manners(endless=True)) as archive:
        assert refusal(archive, tmp_path).code == "archive-too-much"
    assert here(tmp_path) == {}


@pytest.mark.parametrize("manners", [Manners(silent_s=60), Manners(drip_s=0.05)])
def test_a_cancel_is_heard_within_a_second(study: Study, tmp_path: Path, manners: Manners) -> None:
    """Before the first byte, and in the middle; what came whole stays."""
    wanted = threading.Event()

    def tick(_done: int, _total: int) -> None:
        if wanted.is_set():
            raise Cancelled

    threading.Timer(0.4, wanted.set).start()
    with served(study, manners) as archive:
        with pytest.raises(Cancelled):
            asking.bring(archive, "", STUDY, FolderInbox(tmp_path), tick)
        told = time.monotonic()
        assert wanted.is_set()
    assert time.monotonic() - told < 5
    for path in tmp_path.glob("*.dcm"):
        assert path.read_bytes() == study.files[path.stem]


def test_a_full_disk_is_told_as_such(study: Study, tmp_path: Path) -> None:
    """Not as a line that broke."""

    class Full(FolderInbox):
        def draft(self) -> FullDraft:  # type: ignore[override]
            return FullDraft()

    with served(study, Manners()) as archive, pytest.raises(LabelerError) as caught:
        asking.bring(archive, "", STUDY, Full(tmp_path), no_tick)
    assert caught.value.code == "disk-full"


class FullDraft:
    def write(self, _data: bytes) -> None:
        raise LabelerError("disk-full", "The disk is full.", safe="Safe.", do="Make room.")

    def finish(self) -> ByteSource:
        raise AssertionError("nothing was written")

    def keep(self, _uid: str) -> None:
        raise AssertionError("nothing was written")

    def drop(self) -> None:
        pass
