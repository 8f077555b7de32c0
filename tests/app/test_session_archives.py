"""Getting a study in the background: it is listed, can be cancelled, and gone on with."""

from __future__ import annotations

from pathlib import Path

import pytest

from labeler.app.archives import Received
from labeler.pacs.archive import Archive, Kind
from labeler.pacs.query import StudiesFound, StudyFound, StudyQuery
from tests.support.dicom_files import ROOT
from tests.support.life import Life, Start
from tests.support.studies import NAME, Study, make_study
from tests.support.web_archive import Manners, web_archive


@pytest.fixture(scope="module")
def study() -> Study:
    return make_study(slices=3, size=16)


def first(life: Life, archive: Archive) -> StudyFound:
    found: list[StudiesFound] = []
    life.session.find_studies(archive, StudyQuery(), found.append, life.refuse)
    life.until(lambda: bool(found))
    return found[0].studies[0]


def received(life: Life) -> tuple[Received, ...]:
    found: list[tuple[Received, ...]] = []
    life.session.list_archives(lambda _archives, here: found.append(here), life.refuse)
    life.until(lambda: bool(found))
    return found[0]


def test_a_cancel_keeps_what_came_and_going_on_opens_it(start: Start, study: Study) -> None:
    life = start().ready()
    manners = Manners(drip_s=0.15)
    with web_archive(study, manners) as url:
        archive = Archive("a1", "Main", Kind.DICOMWEB, url=url)
        found = first(life, archive)
        life.session.receive_study(archive, found, ())
        life.until(lambda: len(life.session.activities()) == 1)
        (activity,) = life.session.activities()
        assert activity.cancellable
        assert NAME.partition("^")[0] not in activity.text + str(activity.facts)
        life.until(lambda: bool(life.session.activities()[0].permille))
        life.session.cancel(activity.id)
        life.rest(1.0)
        (half,) = received(life)
        assert not half.whole
        assert 0 < half.instances < 12
        assert life.session.reading.case() is None
        manners.drip_s = 0
        life.session.receive_study(archive, found, ())
        life.until(lambda: life.session.reading.case() is not None)
    (whole,) = received(life)
    assert (whole.instances, whole.whole, whole.id) == (12, True, half.id)


@pytest.mark.parametrize("between_s", [0.0, 0.1, 0.7])
def test_the_same_study_asked_for_twice_is_here_once(
    start: Start, study: Study, tmp_path: Path, between_s: float
) -> None:
    """The second waits until the first has left; it neither takes its key nor its files."""
    life = start().ready()
    manners = Manners(drip_s=0.1)
    with web_archive(study, manners) as url:
        archive = Archive("a1", "Main", Kind.DICOMWEB, url=url)
        found = first(life, archive)
        life.session.receive_study(archive, found, ())
        life.rest(between_s)
        life.session.receive_study(archive, found, ())
        life.until(lambda: life.session.reading.case() is not None)
    (whole,) = received(life)
    assert (whole.instances, whole.whole) == (12, True)
    files = [path.name for path in (tmp_path / "profile" / "received").iterdir()]
    assert len(files) == 12
    assert all(name.startswith(whole.id) for name in files)


def test_two_series_of_a_study_asked_for_one_after_the_other_both_come(
    start: Start, study: Study
) -> None:
    life = start().ready()
    with web_archive(study, Manners(drip_s=0.05)) as url:
        archive = Archive("a1", "Main", Kind.DICOMWEB, url=url)
        found, series = first(life, archive), f"{ROOT}.2."
        life.session.receive_study(archive, found, (f"{series}1",))
        life.session.receive_study(archive, found, (f"{series}2",))
        life.until(lambda: sum("is here" in each for each in life.happened()) == 2)
    (half,) = received(life)
    assert (half.instances, half.whole) == (6, False)


def test_studies_of_one_kind_can_be_told_apart(start: Start, study: Study) -> None:
    life = start().ready()
    with (
        web_archive(study, Manners()) as url,
        web_archive(make_study(slices=1, size=4), Manners()) as other,
    ):
        for name, at in (("a1", url), ("a2", other)):
            archive = Archive(name, "Main", Kind.DICOMWEB, url=at)
            life.session.receive_study(archive, first(life, archive), ())
            life.until(lambda: not life.session.activities())
        life.until(lambda: len(life.happened()) == 2)
    assert sorted(one.title for one in received(life)) == ["CT · Main", "CT · Main · 2"]


def test_a_study_is_wiped_while_it_comes_in(start: Start, study: Study, tmp_path: Path) -> None:
    life = start().ready()
    manners = Manners(drip_s=0.15)
    with web_archive(study, manners) as url:
        archive = Archive("a1", "Main", Kind.DICOMWEB, url=url)
        life.session.receive_study(archive, first(life, archive), ())
        life.until(lambda: any(a.permille for a in life.session.activities()))
        (half,) = received(life)
        done: list[bool] = []
        life.session.wipe_received(half.id, lambda: done.append(True), life.refuse)
        life.until(lambda: bool(done))
        assert list((tmp_path / "profile" / "received").iterdir()) == []
        asked = len(manners.asked)
        life.rest(1.0)
        assert len(manners.asked) == asked
    assert received(life) == ()
    assert life.happened() == []
    assert list((tmp_path / "profile" / "received").iterdir()) == []


def test_what_nobody_can_open_any_more_is_swept_at_the_start(
    start: Start, study: Study, tmp_path: Path
) -> None:
    life = start().ready()
    with web_archive(study, Manners()) as url:
        archive = Archive("a1", "Main", Kind.DICOMWEB, url=url)
        life.session.receive_study(archive, first(life, archive), ())
        life.until(lambda: life.session.reading.case() is not None)
    (here,) = received(life)
    folder = tmp_path / "profile" / "received"
    (folder / f"{'0' * 32}-left.sealed").write_bytes(b"of a wiped study")
    life.close()
    life = start().ready()
    life.until(lambda: len(list(folder.iterdir())) == 12)
    assert received(life) == (here,)


def test_no_case_is_taken_from_under_the_eyes(start: Start, study: Study) -> None:
    life = start().ready()
    shown = life.show_sample()
    with web_archive(study, Manners()) as url:
        archive = Archive("a1", "Main", Kind.DICOMWEB, url=url)
        life.session.receive_study(archive, first(life, archive), ())
        life.until(lambda: any("is here" in each for each in life.happened()))
    case = life.session.reading.case()
    assert case is not None
    assert case.id == shown.id
    done: list[bool] = []
    (here,) = received(life)
    life.session.wipe_received(here.id, lambda: done.append(True), life.refuse)
    life.until(lambda: bool(done))
    assert life.session.reading.case() is not None


def test_an_archive_that_went_away_is_told(start: Start, study: Study, tmp_path: Path) -> None:
    life = start().ready()
    with web_archive(study, Manners()) as url:
        archive = Archive("a1", "Main", Kind.DICOMWEB, url=url)
        found = first(life, archive)
    life.session.receive_study(archive, found, ())
    life.until(lambda: bool(life.happened()))
    assert life.happened() == ["The archive Main does not answer."]
    assert list((tmp_path / "profile" / "received").iterdir()) == []
