"""Addresses, questions and answers as values: what is refused, and what strangers may write."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from labeler.errors import LabelerError
from labeler.pacs.archive import Archive, Bring, Kind, Login, check_archive
from labeler.pacs.contexts import EVERY, MOST, USUAL, proposals
from labeler.pacs.dicom_json import read_answers
from labeler.pacs.query import (
    MODALITIES,
    STUDY_DATE,
    StudyQuery,
    instance_found,
    is_uid,
    series_found,
    study_found,
)
from labeler.proof.codec import decode, encode

WEB = Archive("a", "Main", Kind.DICOMWEB, url="https://pacs.example/rs")
DIMSE = Archive("b", "Other", Kind.DIMSE, host="pacs", port=104, called="ORTHANC")


def test_an_archive_is_kept_as_it_was() -> None:
    for archive in (WEB, DIMSE):
        check_archive(archive)
        assert decode(encode(archive), Archive) == archive


@pytest.mark.parametrize(
    ("base", "changed"),
    [
        (WEB, {"name": ""}),
        (WEB, {"name": "x" * 65}),
        (WEB, {"name": "a\x1b[2J"}),
        (WEB, {"url": "pacs.example"}),
        (WEB, {"url": "file:///etc/passwd"}),
        (WEB, {"url": "https://user:word@pacs.example/"}),
        (WEB, {"url": "https://pacs.example/?a=b"}),
        (WEB, {"url": "https://[::1"}),
        (WEB, {"login": Login.PASSWORD}),
        (WEB, {"login": Login.PASSWORD, "user": "a:b"}),
        (DIMSE, {"host": "a b"}),
        (DIMSE, {"port": 0}),
        (DIMSE, {"port": 65536}),
        (DIMSE, {"called": ""}),
        (DIMSE, {"called": "A\\B"}),
        (DIMSE, {"calling": "SEVENTEEN LETTERS"}),
        (DIMSE, {"login": Login.TOKEN, "tls": True}),
        (DIMSE, {"tls": True, "bring": Bring.MOVE}),
    ],
)
def test_what_is_no_address(base: Archive, changed: dict[str, object]) -> None:
    with pytest.raises(LabelerError) as caught:
        check_archive(structs.replace(base, **changed))
    assert caught.value.code == "archive-address"


def test_no_password_on_an_open_line() -> None:
    login = {"login": Login.PASSWORD, "user": "reader"}
    for archive in (structs.replace(WEB, url="http://pacs.lan/rs"), DIMSE):
        check_archive(archive)
        with pytest.raises(LabelerError) as caught:
            check_archive(structs.replace(archive, **login))
        assert caught.value.code == "archive-open-password"
    check_archive(structs.replace(WEB, url="http://127.0.0.1:8042/dicom-web", **login))
    check_archive(structs.replace(DIMSE, tls=True, **login))


def test_questions() -> None:
    assert StudyQuery().keys() == {}
    keys = StudyQuery(date_from="20240101", date_to="20240131", modality="ct").keys()
    assert keys == {STUDY_DATE: "20240101-20240131", MODALITIES: "CT"}
    assert StudyQuery(date_to="20240131").keys() == {STUDY_DATE: "-20240131"}
    assert StudyQuery(date_from="20240131", date_to="20240131").keys()[STUDY_DATE] == "20240131"
    for bad in (StudyQuery(date_from="31.1.24"), StudyQuery(name="a\\b"), StudyQuery(name="a\nb")):
        with pytest.raises(LabelerError) as caught:
            bad.keys()
        assert caught.value.code == "archive-question"


def test_contexts_fit_into_an_association() -> None:
    assert len(EVERY) <= 50
    many = [f"1.2.{n}" for n in range(40)]
    every = list(proposals(many, ()))
    assert {cls for each in every for cls, _ in each} == set(many)
    assert all(len(each) <= MOST for each in every)
    assert all(len(syntaxes) == 1 for each in every for _, syntaxes in each)
    ((unknown),) = list(proposals([""], [f"1.3.{n}" for n in range(200)]))
    assert len(unknown) == MOST
    assert unknown[0][1][: len(USUAL)] == USUAL


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-10, 10)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
TAGS = st.sampled_from(
    ["0020000D", "0020000E", "00080018", "00100010", "00201209", "x", "0020000d"]
)


@given(st.lists(st.dictionaries(TAGS, JSON | st.fixed_dictionaries({"Value": JSON})), max_size=4))
def test_whatever_an_archive_writes_is_read_or_passed_over(rows: list[object]) -> None:
    for answer in read_answers(json.dumps(rows).encode()):
        for found in (study_found(answer), series_found(answer), instance_found(answer)):
            assert found is None or is_uid(found.uid)


@given(st.binary(max_size=80))
def test_what_is_no_json_is_refused(body: bytes) -> None:
    try:
        read_answers(body)
    except ValueError:
        return
    assert isinstance(json.loads(body), list)


def test_names_are_told_as_they_may_be_shown() -> None:
    row = {
        "0020000D": {"vr": "UI", "Value": ["1.2.3"]},
        "00100010": {"vr": "PN", "Value": [{"Alphabetic": "Doe^Jane\x1b[2J" + "x" * 500}]},
        "00201208": {"vr": "IS", "Value": [12]},
        "00080061": {"vr": "CS", "Value": ["CT", "SR"]},
    }
    found = study_found(read_answers(json.dumps([row]).encode())[0])
    assert found is not None
    assert found.name.startswith("Doe Jane%1B[2J")
    assert len(found.name) < 300
    assert (found.instances, found.modalities, found.series) == (12, ("CT", "SR"), None)
