"""Studies from image archives in a profile: sealed, gone on with, opened offline, wiped."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from labeler.app import archives, reopening
from labeler.app.answers import Answers
from labeler.app.archive_secrets import SERVICE, ArchiveSecrets
from labeler.app.cases import open_paths, series_id
from labeler.app.open_case import prepare
from labeler.app.opening import Workbench, open_for_practice
from labeler.app.services import no_tick
from labeler.errors import LabelerError
from labeler.model.paths import resources_root
from labeler.pacs.archive import Archive, Kind, Login
from labeler.pacs.query import StudyFound, StudyQuery
from labeler.store.backup import backup, restore
from labeler.store.keychain import SystemKeyring, system_keyring
from labeler.store.profile import Practice
from tests.support.profiles import CHEAP
from tests.support.studies import NAME, PATIENT, STUDY, Study, make_study
from tests.support.web_archive import Manners, web_archive


class KeyringInMemory:
    """Keeps, or forgets at once."""

    def __init__(self, *, forgetful: bool = False) -> None:
        self.held: dict[tuple[str, str], str] = {}
        self._forgetful = forgetful

    def put(self, service: str, account: str, secret: str) -> None:
        if not self._forgetful:
            self.held[service, account] = secret

    def get(self, service: str, account: str) -> str | None:
        return self.held.get((service, account))

    def forget(self, service: str, account: str) -> None:
        self.held.pop((service, account), None)


def _raise(error: BaseException) -> None:
    raise error


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    quiet = Answers(lambda call: call(), _raise, _raise)
    opened = open_for_practice(tmp_path / "profile", quiet, resources_root())
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def study() -> Study:
    return make_study(slices=3, size=16)


@pytest.fixture
def secrets() -> ArchiveSecrets:
    return ArchiveSecrets(KeyringInMemory)


def web(url: str, **changed: object) -> Archive:
    fields = {"id": "a1", "name": "Main", "kind": Kind.DICOMWEB, "url": url, **changed}
    return Archive(**fields)  # type: ignore[arg-type]  # by name


def first(secrets: ArchiveSecrets, archive: Archive) -> StudyFound:
    return archives.find_studies(secrets, archive, StudyQuery(), no_tick).studies[0]


def test_a_study_is_sealed_opens_offline_and_is_wiped(
    bench: Workbench, secrets: ArchiveSecrets, study: Study, tmp_path: Path
) -> None:
    services = bench.services
    with web_archive(study, Manners()) as url:
        archive = web(url)
        name, brought = archives.receive(
            services, secrets, archive, first(secrets, archive), no_tick
        )
    assert (brought.instances, brought.asked) == (12, 12)
    (here,) = archives.received(services)
    assert (here.id, here.title, here.instances, here.whole) == (name, "CT · Main", 12, True)
    case = archives.open_received(services, name, no_tick)
    assert (case.title, len(case.scan.series), case.scan.problems) == ("CT · Main", 4, ())
    image = case.open_series(f"{case.scan.series[0].header.uid}/1", services.decoders)
    assert image.source.shape == (3, 16, 16)
    image.source.frame(2)
    _nothing_readable(tmp_path / "profile", study)
    prepare(services, case)
    again = reopening.reopen(services, case.id, no_tick)
    assert (again.id, again.title, again.received) == (case.id, "CT · Main", name)
    archives.wipe_received(services, name)
    assert archives.received(services) == ()
    assert list(services.received.iterdir()) == []
    for opened in (
        lambda: archives.open_received(services, name, no_tick),
        lambda: reopening.reopen(services, case.id, no_tick),
    ):
        with pytest.raises(LabelerError) as caught:
            opened()
        assert caught.value.code == "received-gone"


def test_what_was_decoded_of_a_study_goes_with_it(
    bench: Workbench, secrets: ArchiveSecrets, study: Study, tmp_path: Path
) -> None:
    """Also where the same files were opened from a folder: those are kept for themselves."""
    services = bench.services
    with web_archive(study, Manners()) as url:
        archive = web(url)
        name, _ = archives.receive(services, secrets, archive, first(secrets, archive), no_tick)
    received = archives.open_received(services, name, no_tick)
    study.write(tmp_path / "folder")
    own = open_paths(services, [tmp_path / "folder"], no_tick)
    assert own.id == received.id
    kept = tmp_path / "profile" / "frames"
    folders = []
    for case in (own, received):
        for series in case.scan.series:
            decoders = services.decoders_of(case.kept_as)
            case.open_series(series_id(series), decoders).source.frame(0)
        folders.append({path.parent for path in kept.glob("*/*")})
    assert [len(found) for found in folders] == [1, 2]
    archives.wipe_received(services, name)
    assert {path.parent for path in kept.glob("*/*")} == folders[0]


def _nothing_readable(profile: Path, study: Study) -> None:
    """No name, UID or pixel of the study is on the disk in the clear, in files or their names."""
    telling = [PATIENT.encode(), NAME.encode(), b"Nobody", STUDY.encode(), b"DICM", b"ACC-1"]
    telling += [data[-64:] for data in study.files.values()]
    for path in profile.rglob("*"):
        assert not any(word in path.name.encode() for word in telling)
        if path.is_file():
            found = path.read_bytes()
            assert [word for word in telling if word in found] == []


def test_a_cut_is_gone_on_with(bench: Workbench, secrets: ArchiveSecrets, study: Study) -> None:
    services = bench.services
    manners = Manners(drop_after=900, drops=9)
    with web_archive(study, manners) as url:
        archive = web(url)
        found = first(secrets, archive)
        with pytest.raises(LabelerError) as caught:
            archives.receive(services, secrets, archive, found, no_tick)
        assert caught.value.code == "archive-line-lost"
        manners.drops = 0
        _name, brought = archives.receive(services, secrets, archive, found, no_tick)
    assert brought.here == 12
    (here,) = archives.received(services)
    assert (here.instances, here.whole) == (12, True)


def test_a_study_stays_whole_where_its_archive_does_not_answer(
    bench: Workbench, secrets: ArchiveSecrets, study: Study
) -> None:
    services, manners = bench.services, Manners()
    less = Study(dict(list(study.files.items())[:-1]))
    with web_archive(less, manners) as url:
        archive = web(url)
        found = first(secrets, archive)
        archives.receive(services, secrets, archive, found, no_tick)
    assert [(one.instances, one.whole) for one in archives.received(services)] == [(11, True)]
    with pytest.raises(LabelerError):
        archives.receive(services, secrets, archive, found, no_tick)
    assert [(one.instances, one.whole) for one in archives.received(services)] == [(11, True)]
    # One image more is there by now, and does not come.
    with web_archive(study, Manners(loses=frozenset(list(study.files)[-1:]))) as url:
        with pytest.raises(LabelerError) as caught:
            archives.receive(services, secrets, web(url), found, no_tick)
        assert caught.value.code == "archive-incomplete"
    assert [(one.instances, one.whole) for one in archives.received(services)] == [(11, False)]


def test_one_series_of_a_study_is_not_the_whole(
    bench: Workbench, secrets: ArchiveSecrets, study: Study
) -> None:
    services = bench.services
    with web_archive(study, Manners()) as url:
        archive = web(url)
        found = first(secrets, archive)
        one, *others = (each.uid for each in archives.find_series(secrets, archive, found.uid,
                                                                  no_tick))  # fmt: skip
        archives.receive(services, secrets, archive, found, no_tick, [one])
        assert [(r.instances, r.whole) for r in archives.received(services)] == [(3, False)]
        archives.receive(services, secrets, archive, found, no_tick, others)
        assert [(r.instances, r.whole) for r in archives.received(services)] == [(12, True)]
        archives.receive(services, secrets, archive, found, no_tick, [one])
        assert [(r.instances, r.whole) for r in archives.received(services)] == [(12, True)]


def test_what_is_damaged_on_the_disk_is_asked_for_again(
    bench: Workbench, secrets: ArchiveSecrets, study: Study
) -> None:
    services = bench.services
    with web_archive(study, Manners()) as url:
        archive = web(url)
        found = first(secrets, archive)
        name, _ = archives.receive(services, secrets, archive, found, no_tick)
        broken = next(services.received.iterdir())
        broken.write_bytes(broken.read_bytes()[:-1] + b"?")
        (services.received / f"{name}-left.part").write_bytes(b"of a killed program")
        again, brought = archives.receive(services, secrets, archive, found, no_tick)
    assert (again, brought.asked) == (name, 1)
    assert len(list(services.received.iterdir())) == 12


def test_nothing_is_listed_of_which_nothing_came(
    bench: Workbench, secrets: ArchiveSecrets, study: Study
) -> None:
    with web_archive(study, Manners()) as url:
        archive = web(url)
        found = first(secrets, archive)
    with pytest.raises(LabelerError) as caught:
        archives.receive(bench.services, secrets, archive, found, no_tick)
    assert caught.value.code == "archive-unreachable"
    assert archives.received(bench.services) == ()


def test_received_studies_are_in_a_backup(
    bench: Workbench, secrets: ArchiveSecrets, study: Study, tmp_path: Path
) -> None:
    services = bench.services
    with web_archive(study, Manners()) as url:
        archive = web(url)
        archives.receive(services, secrets, archive, first(secrets, archive), no_tick)
    key = bench.profile.unlock(Practice())
    file = tmp_path / "b"
    info = services.store.call(
        lambda store: backup(store, key, file, "words", now=1, packages=True, cost=CHEAP)
    )
    assert info.files >= 12
    restored = restore(file, tmp_path / "again", "words", now=2)
    before = {path.name: path.read_bytes() for path in services.received.iterdir()}
    assert {path.name: path.read_bytes() for path in restored.received.iterdir()} == before
    shutil.rmtree(restored.root)


def test_archives_are_kept_without_their_secret(bench: Workbench, tmp_path: Path) -> None:
    services, keyring = bench.services, KeyringInMemory()
    secrets = ArchiveSecrets(lambda: keyring)
    archive = web("https://pacs.example/rs", login=Login.PASSWORD, user="reader")
    assert archives.save_archive(services, secrets, archive, "hush hush")
    assert archives.archives(services) == (archive,)
    assert archives.find_archive(services, "main") == archive
    assert ArchiveSecrets(lambda: keyring).get("a1") == "hush hush"
    for path in (tmp_path / "profile").rglob("*"):
        assert not path.is_file() or b"hush hush" not in path.read_bytes()
    renamed = structs.replace(archive, name="Other")
    assert not archives.save_archive(services, secrets, renamed, None)
    assert secrets.get("a1") == "hush hush"
    with pytest.raises(LabelerError) as caught:
        archives.save_archive(services, secrets, structs.replace(renamed, id="a2"), None)
    assert caught.value.code == "archive-name-taken"
    archives.remove_archive(services, secrets, "a1")
    assert archives.archives(services) == ()
    assert keyring.held == {}
    with pytest.raises(LabelerError):
        archives.find_archive(services, "Other")


def test_a_secret_is_not_sent_to_another_place_unasked(bench: Workbench, study: Study) -> None:
    services, keyring = bench.services, KeyringInMemory()
    secrets = ArchiveSecrets(lambda: keyring)
    manners = Manners(password="right")
    with web_archive(study, Manners(password="right")) as url, web_archive(study, manners) as other:
        archive = web(url, login=Login.PASSWORD, user="reader")
        archives.save_archive(services, secrets, archive, "right")
        archives.test_archive(services, secrets, archive, "", no_tick)
        moved = structs.replace(archive, url=other)
        with pytest.raises(LabelerError) as caught:
            archives.test_archive(services, secrets, moved, "", no_tick)
        assert caught.value.code == "archive-secret"
        archives.save_archive(services, secrets, moved, None)
        with pytest.raises(LabelerError) as caught:
            archives.test_archive(services, secrets, moved, "", no_tick)
        assert caught.value.code == "archive-secret"
        assert manners.asked == []
    assert keyring.held == {}


def test_without_a_keyring_a_secret_lasts_for_the_session() -> None:
    for keyring in (system_keyring, lambda: KeyringInMemory(forgetful=True)):
        secrets = ArchiveSecrets(keyring)  # type: ignore[arg-type]  # both are such places
        assert secrets.get("a1") == ""
        assert not secrets.put("a1", "word")
        assert secrets.get("a1") == "word"
        assert ArchiveSecrets(keyring).get("a1") == ""  # type: ignore[arg-type]
        secrets.forget("a1")
        assert secrets.get("a1") == ""


def test_the_keyring_is_one_of_the_safe_ones() -> None:
    from keyring.backends.fail import Keyring

    with pytest.raises(LabelerError) as caught:
        SystemKeyring(Keyring())
    assert caught.value.code == "no-keyring"
    assert SERVICE == "labeler-archive"
