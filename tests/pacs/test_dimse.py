"""DIMSE over a real line to an archive with bad manners."""

from __future__ import annotations

import ssl
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest
from msgspec import structs

from labeler.errors import Cancelled, LabelerError
from labeler.pacs import asking
from labeler.pacs.archive import Archive, Bring, Kind, Login
from labeler.pacs.associating import _attributes
from labeler.pacs.folder_inbox import FolderInbox
from labeler.pacs.query import PATIENT_ID, PATIENT_NAME, StudyQuery
from labeler.pacs.quiet_pydicom import quiet_pydicom
from labeler.pacs.retrieving import Brought
from tests.support.archives import free_port
from tests.support.dimse_archive import TITLE, DimseArchive, Manners
from tests.support.studies import STUDY, Study, dataset_bytes, make_study
from tests.support.web_archive import Manners as WebManners
from tests.support.web_archive import web_archive


def no_tick(_done: int, _total: int) -> None:
    pass


@contextmanager
def served(study: Study, manners: Manners, bring: Bring = Bring.GET) -> Iterator[Archive]:
    port = free_port()
    with DimseArchive(study, manners, port).running() as running:
        yield Archive(
            "id",
            "Main",
            Kind.DIMSE,
            host="127.0.0.1",
            port=running.port,
            called=TITLE,
            bring=bring,
            listen_port=port,
        )


def bring(archive: Archive, folder: Path, *, cuts: int = 0) -> Brought:
    return asking.bring(archive, "", STUDY, FolderInbox(folder), no_tick, cuts_allowed=cuts)


def refusal(archive: Archive, folder: Path) -> LabelerError:
    with pytest.raises(LabelerError) as caught:
        bring(archive, folder)
    assert str(caught.value)
    return caught.value


def same(folder: Path, study: Study) -> bool:
    found = {path.stem: dataset_bytes(path.read_bytes()) for path in folder.glob("*.dcm")}
    return found == {uid: dataset_bytes(data) for uid, data in study.files.items()}


@pytest.mark.parametrize("way", list(Bring))
def test_a_study_comes_as_it_is_stored(study: Study, tmp_path: Path, way: Bring) -> None:
    with served(study, Manners(), way) as archive:
        asking.test(archive, "", no_tick)
        (found,) = asking.find_studies(archive, "", StudyQuery(), no_tick).studies
        assert (found.uid, found.accession) == (STUDY, "ACC-1")
        assert bring(archive, tmp_path) == Brought(16, 16, 16)
    assert same(tmp_path, study)


@pytest.mark.parametrize("study_uid", ["", "*", "1.2\\1.3"])
def test_what_is_no_uid_is_never_asked(study: Study, tmp_path: Path, study_uid: str) -> None:
    manners = Manners()
    with served(study, manners) as archive:
        for ask in (
            lambda: asking.bring(archive, "", study_uid, FolderInbox(tmp_path), no_tick),
            lambda: asking.open_line(archive, "").series(study_uid),
            lambda: asking.open_line(archive, "").instances(STUDY, study_uid),
        ):
            with pytest.raises(LabelerError) as caught:
                ask()
            assert caught.value.code == "archive-question"
    assert manners.asked == []


def test_a_broken_line_is_told_and_taken_up_again(study: Study, tmp_path: Path) -> None:
    manners = Manners(breaks_after=3)
    with served(study, manners) as archive:
        error = refusal(archive, tmp_path)
        assert (error.code, error.facts["here"]) == ("archive-line-lost", 3)
        manners.asked.clear()
        assert bring(archive, tmp_path) == Brought(16, 16, 13)
    # One instance of the begun series, by its name; then the other three series.
    assert manners.asked == [("IMAGE", 1), ("SERIES", 4), ("SERIES", 4), ("SERIES", 4)]
    assert same(tmp_path, study)


def test_a_short_cut_is_gone_on_at_once(study: Study, tmp_path: Path) -> None:
    with served(study, Manners(breaks_after=2)) as archive:
        assert bring(archive, tmp_path, cuts=1).here == 16
    assert same(tmp_path, study)


def test_without_a_list_of_instances(study: Study, tmp_path: Path) -> None:
    """The usual classes are proposed, and whatever comes of this study is kept."""
    plain = Study(dict(list(study.files.items())[:4]))
    with served(plain, Manners(names_instances=False)) as archive:
        assert bring(archive, tmp_path) == Brought(4, 4, 4)
    assert same(tmp_path, plain)


@pytest.mark.parametrize("counts", [True, False])
@pytest.mark.parametrize("way", list(Bring))
def test_an_archive_that_bounds_its_answers(
    study: Study, tmp_path: Path, way: Bring, counts: bool
) -> None:
    """It says so by its last status: what it did not list is brought all the same."""
    one = Study(dict(list(study.files.items())[:4]))
    with served(one, Manners(most=2, counts=counts), way) as archive:
        assert bring(archive, tmp_path).here == 4
        for path in sorted(tmp_path.iterdir())[:3]:
            path.unlink()
        assert bring(archive, tmp_path).here == 4
    assert same(tmp_path, one)


def test_an_archive_that_does_not_list_every_series(study: Study, tmp_path: Path) -> None:
    with served(study, Manners(most=3, counts=False)) as archive:
        error = refusal(archive, tmp_path)
    assert (error.code, error.facts["here"]) == ("archive-incomplete", 12)


@pytest.mark.parametrize(
    ("manners", "way", "code"),
    [
        (Manners(callers=("OTHER",)), Bring.GET, "archive-caller-unknown"),
        (Manners(find_status=0xA700), Bring.GET, "archive-refused"),
        (Manners(get_status=0xC000), Bring.GET, "archive-refused"),
        (Manners(hangs_up_at_get=True), Bring.GET, "archive-not-offered"),
        (Manners(hangs_up_at_get=True), Bring.MOVE, "archive-not-offered"),
        (Manners(get_status=0xA701), Bring.GET, "archive-refused"),
        (Manners(offers_get=False), Bring.GET, "archive-not-offered"),
        (Manners(knows_destination=False), Bring.MOVE, "archive-move-refused"),
    ],
)
def test_what_is_refused(
    study: Study, tmp_path: Path, manners: Manners, way: Bring, code: str
) -> None:
    with served(study, manners, way) as archive:
        assert refusal(archive, tmp_path).code == code


@pytest.mark.parametrize(
    ("manners", "code"),
    [
        (Manners(hangs_up=True), "archive-caller-unknown"),
        (Manners(offers_find=False), "archive-not-offered"),
        (Manners(find_status=0xA700), "archive-refused"),
    ],
)
def test_a_test_asks_a_question_too(study: Study, manners: Manners, code: str) -> None:
    """An archive may answer C-ECHO to everybody, and questions only to those it knows."""
    with served(study, manners) as archive, pytest.raises(LabelerError) as caught:
        asking.test(archive, "", no_tick)
    assert caught.value.code == code


def test_who_is_not_there(study: Study, tmp_path: Path) -> None:
    with served(study, Manners()) as archive:
        assert (
            refusal(structs.replace(archive, called="WRONG"), tmp_path).code
            == "archive-called-unknown"
        )
        with pytest.raises(LabelerError) as caught:
            asking.bring(archive, "", "1.2.3", FolderInbox(tmp_path), no_tick)
        assert caught.value.code == "archive-no-study"
    assert refusal(archive, tmp_path).code == "archive-unreachable"


def replace_called(archive: Archive, title: str) -> Archive:
    return Archive(
        **{**{n: getattr(archive, n) for n in archive.__struct_fields__}, "called": title}
    )


def test_a_user_with_a_password(study: Study) -> None:
    with served(study, Manners(user="reader:right")) as plain:
        archive = structs.replace(plain, login=Login.PASSWORD, user="reader")
        asking.test(archive, "right", no_tick)
        with pytest.raises(LabelerError) as caught:
            asking.test(archive, "wrong", no_tick)
        assert caught.value.code == "archive-login"


def test_an_archive_with_tls_that_drops_the_line_is_no_forged_one(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = self_signed(tmp_path / "tls")
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate)
    manners = Manners(tls=server, breaks_after=3)
    with served(study, manners) as plain:
        archive = structs.replace(plain, tls=True)
        with pytest.raises(LabelerError) as caught:
            asking.test(archive, "", no_tick)
        assert caught.value.code == "archive-untrusted"
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        error = refusal(archive, tmp_path / "here")
        assert (error.code, error.facts["here"]) == ("archive-line-lost", 3)
        manners.breaks_after, manners.leaves = 2, True
        with pytest.raises(LabelerError) as caught:
            bring(archive, tmp_path / "here", cuts=1)
        assert (caught.value.code, caught.value.facts["here"]) == ("archive-line-lost", 6)
        assert refusal(archive, tmp_path / "here").code == "archive-unreachable"


def test_a_port_without_tls_is_told(study: Study, tmp_path: Path) -> None:
    with served(study, Manners()) as archive:
        assert refusal(structs.replace(archive, tls=True), tmp_path).code == "archive-no-tls"


def self_signed(folder: Path) -> Path:
    """A certificate for this computer, with its key, in one file."""
    from datetime import UTC, datetime, timedelta
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "archive of a test")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    signed = (
        builder.not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(here, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder.mkdir()
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = folder / "both.pem"
    path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return path


def test_the_other_protocol_at_the_port(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A web server where DIMSE is expected, and DIMSE behind an address of the web."""
    monkeypatch.setattr("labeler.pacs.associating.ACSE_S", 0.5)
    with served(study, Manners()) as archive, web_archive(study, WebManners(status=404)) as url:
        port = int(url.rpartition(":")[2])
        web = Archive("w", "Web", Kind.DICOMWEB, url=f"http://127.0.0.1:{archive.port}")
        for wrong in (structs.replace(archive, port=port), web):
            assert refusal(wrong, tmp_path).code == "not-an-archive"


def test_what_an_archive_writes_oddly_is_read_and_told_nobody(
    recwarn: pytest.WarningsRecorder, caplog: pytest.LogCaptureFixture
) -> None:
    """pydicom would warn of such values, and print them."""
    from pynetdicom.dsutils import decode

    quiet_pydicom()
    name = "Yamada^Tarou=山田^太郎=やまだ^たろう".encode()
    elements = (
        (0x0008, 0x0005, b"CS", b"ISO_IR 192"),
        (0x0008, 0x0020, b"DA", b"in 2024!"),
        (0x0010, 0x0010, b"PN", name + b" " * (len(name) % 2)),
        (0x0010, 0x0020, b"LO", b"SECRET" * 20),
    )
    raw = b"".join(
        struct.pack("<HH2sH", group, element, vr, len(value)) + value
        for group, element, vr, value in elements
    )
    found = _attributes(decode(BytesIO(raw), is_implicit_vr=False, is_little_endian=True))
    assert found[PATIENT_NAME] == ("Yamada^Tarou",)
    assert found[PATIENT_ID] == ("SECRET" * 20,)
    assert not recwarn.list
    assert "SECRET" not in caplog.text


def test_a_taken_port_is_told(study: Study, tmp_path: Path) -> None:
    with served(study, Manners(), Bring.MOVE) as archive, served(study, Manners()) as other:
        taken = structs.replace(archive, listen_port=other.port)
        assert refusal(taken, tmp_path).code == "archive-port-taken"


def test_a_cancel_is_heard_and_told_to_the_archive(study: Study, tmp_path: Path) -> None:
    wanted = threading.Event()

    def tick(done: int, _total: int) -> None:
        if done:
            wanted.set()
            raise Cancelled

    manners = Manners(slow_s=0.15)
    with served(study, manners) as archive:
        with pytest.raises(Cancelled):
            asking.bring(archive, "", STUDY, FolderInbox(tmp_path), tick)
        assert manners.cancelled.wait(2)
        assert len(list(tmp_path.glob("*.dcm"))) < 16
        for path in tmp_path.glob("*.dcm"):
            assert dataset_bytes(path.read_bytes()) == study.dataset(path.stem)


def test_what_lies_in_wait_for_a_silent_archive_is_given_up(tmp_path: Path) -> None:
    """It takes the connection and says nothing."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        archive = Archive("i", "Main", Kind.DIMSE, host="127.0.0.1", port=port, called="X")
        began = time.monotonic()

        def tick(_done: int, _total: int) -> None:
            if time.monotonic() - began > 0.3:
                raise Cancelled

        with pytest.raises(Cancelled):
            asking.test(archive, "", tick)
    assert list(tmp_path.iterdir()) == []


def test_an_instance_larger_than_memory_allows_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("labeler.pacs.storing.MAX_INSTANCE", 20_000)
    with served(make_study(slices=1, size=256), Manners()) as archive:
        assert refusal(archive, tmp_path).code == "archive-too-much"
    assert list(tmp_path.iterdir()) == []


def test_what_the_archive_lost_is_told(study: Study, tmp_path: Path) -> None:
    with served(study, Manners(loses=frozenset(list(study.files)[5:6]))) as archive:
        error = refusal(archive, tmp_path)
    assert (error.code, error.facts["here"]) == ("archive-incomplete", 15)
