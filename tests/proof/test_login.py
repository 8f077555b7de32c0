"""The login message against the published EIP-4361 vectors, eth_account, and tampering."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import encode_defunct
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.errors import LabelerError
from labeler.proof import curve, login
from labeler.proof.login import LoginMessage

VECTORS = os.environ.get("LABELER_TEST_VECTORS")
needs_vectors = pytest.mark.skipif(not VECTORS, reason="LABELER_TEST_VECTORS is not set")
KEY = b"\x07" * 32
NOW = 1_800_000_000.0  # 2027-01-15, after every vector was issued


def vectors(name: str) -> dict[str, Any]:
    path = Path(str(VECTORS)) / f"eip4361/{name}.json"
    return dict(json.loads(path.read_text()))


def from_fields(fields: dict[str, Any]) -> LoginMessage:
    values = {re.sub("[A-Z]", lambda m: "_" + m[0].lower(), key): v for key, v in fields.items()}
    if values.get("resources") is not None:
        values["resources"] = tuple(values["resources"])
    try:
        return LoginMessage(**values)
    except TypeError:
        raise LabelerError("bad-login", "A field is missing.", safe="", do="") from None


def own() -> LoginMessage:
    return LoginMessage(
        domain="127.0.0.1:8080",
        address=curve.checksummed(curve.address_of(KEY)),
        statement="Log in to this marketplace with Labeler.",
        uri="http://127.0.0.1:8080/v1/login",
        version="1",
        chain_id=31337,
        nonce="abcdefgh12",
        issued_at="2027-01-15T08:00:00Z",
        expiration_time="2027-01-15T08:10:00Z",
    )


@needs_vectors
def test_positive_vectors() -> None:
    cases = vectors("parsing_positive")
    for name, case in cases.items():
        assert login.parse(case["message"]) == from_fields(case["fields"]), name
        assert from_fields(case["fields"]).text() == case["message"], name
    assert len(cases) >= 19


@needs_vectors
def test_negative_vectors() -> None:
    cases = vectors("parsing_negative")
    for name, text in cases.items():
        with pytest.raises(LabelerError) as caught:
            pytest.fail(f"{name}: {login.parse(text)}")
        assert caught.value.code == "bad-login"
    assert len(cases) >= 29


@needs_vectors
def test_negative_objects() -> None:
    cases = vectors("parsing_negative_objects")
    for name, fields in cases.items():
        with pytest.raises(LabelerError) as caught:
            pytest.fail(f"{name}: {from_fields(fields)}")
        assert caught.value.code == "bad-login"
    assert len(cases) >= 15


def as_bytes(signature: str) -> bytes:
    try:
        return bytes.fromhex(signature[2:])
    except ValueError:  # an odd number of digits
        return signature.encode()


def verify(case: dict[str, Any]) -> bytes:
    beside = {"signature", "time", "domainBinding", "matchNonce"}
    message = from_fields({key: value for key, value in case.items() if key not in beside})
    return login.check(
        login.parse(message.text()),
        as_bytes(case["signature"]),
        now=login._moment(case["time"]) if "time" in case else NOW,
        domain=case.get("domainBinding"),
        nonce=case.get("matchNonce"),
    )


@needs_vectors
def test_verification_vectors() -> None:
    for name, case in vectors("verification_positive").items():
        assert curve.checksummed(verify(case)) == case["address"], name
    for name, case in vectors("verification_negative").items():
        with pytest.raises(LabelerError) as caught:
            pytest.fail(f"{name}: {verify(case)!r}")
        assert caught.value.code in ("bad-login", "bad-signature")


def test_own_message() -> None:
    text = own().text()
    assert login.parse(text) == own()
    signature = curve.sign(login.personal_digest(text.encode()), KEY)
    oracle = Account.sign_message(encode_defunct(text=text), KEY)
    assert bytes(oracle.signature) == signature
    start = login._moment("2027-01-15T08:00:00Z")
    expected: dict[str, Any] = {"domain": "127.0.0.1:8080", "nonce": "abcdefgh12"}
    signer = login.check(own(), signature, now=start, **expected)
    assert signer == curve.address_of(KEY)
    for wrong in (
        {"now": start + 600},
        {"domain": "127.0.0.1:8081"},
        {"nonce": "abcdefgh13"},
    ):
        with pytest.raises(LabelerError):
            login.check(own(), signature, **{"now": start, **expected, **wrong})


def test_another_scheme_is_another_place() -> None:
    text = "https://" + own().text()
    signature = curve.sign(login.personal_digest(text.encode()), KEY)
    start = login._moment("2027-01-15T08:00:00Z")
    assert login.check(login.parse(text), signature, now=start, scheme="https")
    with pytest.raises(LabelerError):
        login.check(login.parse(text), signature, now=start, scheme="http")


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_one_changed_character_is_refused_or_another_message(data: st.DataObject) -> None:
    text = own().text()
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(exclude_categories=["Cs"]))
    changed = text[:place] + other + text[place + 1 :]
    try:
        message = login.parse(changed)
    except LabelerError:
        return
    assert message.text() == changed
    assert (message == own()) == (changed == text)


def test_hostile_text_ends_soon() -> None:
    for text in ("a" * 5000, "%41" * 1300 + " wants", "\n" * 4000, "a:" * 2000 + "@" * 10):
        with pytest.raises(LabelerError):
            login.parse(text)


def test_newlines_cannot_smuggle_lines() -> None:
    for field in ("domain", "uri", "nonce", "issued_at", "statement", "request_id", "address"):
        values = {name: getattr(own(), name) for name in LoginMessage.__dataclass_fields__}
        with pytest.raises(LabelerError):
            LoginMessage(**{**values, field: "abcdefgh\nNonce: abcdefgh"})
