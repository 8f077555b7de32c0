"""Messages, domains and the wire: golden vectors, the table in the protocol, the oracle."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.errors import LabelerError
from labeler.proof import codec, domain, envelope, messages
from labeler.proof.messages import ALL, Field, Message, fields_of
from tests.vectors.make import DOMAINS, example

ROOT = Path(__file__).resolve().parents[2]
BY_NAME = {kind.__name__: kind for kind in ALL}
KEY = b"\x07" * 32

DOMAIN_VALUES: dict[str, dict[str, Any]] = {
    "chain": {"chainId": 31337, "verifyingContract": "0x" + bytes(range(1, 21)).hex()},
    "no-chain": {"salt": DOMAINS["no-chain"].salt},  # type: ignore[union-attr]  # no chain: a salt
}


def golden(kind: type[Message]) -> Any:
    return json.loads((ROOT / f"tests/vectors/{kind.__name__}.json").read_text())


def test_the_table_of_the_protocol_is_the_code() -> None:
    table = (ROOT / "docs/protocol.md").read_text()
    rows = re.findall(r"^\| ([A-Z][A-Za-z]+) \| ([a-z]+) \| (.+) \|$", table, re.MULTILINE)
    said = {name: (signer, fields.split(", ")) for name, signer, fields in rows}
    assert said == {
        kind.__name__: (
            kind.SIGNED_BY,
            [f"{field.kind} {field.signed_name}" for field in fields_of(kind)],
        )
        for kind in ALL
    }


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("where", DOMAINS)
def test_golden_vector(kind: type[Message], where: str) -> None:
    vector = golden(kind)
    row = vector["domains"][where]
    message, key = example(kind), bytes.fromhex(vector["key"][2:])
    signed = envelope.sign(DOMAINS[where], message, key)
    assert "0x" + DOMAINS[where].separator().hex() == row["separator"]
    assert "0x" + envelope.message_digest(DOMAINS[where], message).hex() == row["digest"]
    assert json.loads(envelope.to_wire(signed)) == row["wire"]
    assert envelope.from_wire(codec.encode(row["wire"]), kind) == signed
    assert envelope.any_from_wire(codec.encode(row["wire"])) == signed
    assert (
        "0x" + envelope.signer_of(DOMAINS[where], signed).hex() == str(vector["signer"]).casefold()
    )


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("where", DOMAINS)
def test_golden_vector_says_what_eth_account_says(kind: type[Message], where: str) -> None:
    vector = golden(kind)
    row = vector["domains"][where]
    fields = [{"type": form, "name": name} for form, name in vector["fields"]]
    values = {
        name: int(value) if form.startswith("uint") else value
        for form, name in vector["fields"]
        for value in [row["wire"]["message"][name]]
    }
    signable = encode_typed_data(
        domain_data={"name": domain.NAME, "version": domain.VERSION, **DOMAIN_VALUES[where]},
        message_types={kind.__name__: fields},
        message_data=values,
    )
    signed = Account.sign_message(signable, vector["key"])
    assert "0x" + bytes(signable.header).hex() == row["separator"]
    assert "0x" + bytes(signed.message_hash).hex() == row["digest"]
    assert "0x" + bytes(signed.signature).hex() == row["wire"]["signature"]


def values_of(field: Field) -> st.SearchStrategy[Any]:
    if field.choices:
        return st.sampled_from(list(field.choices))
    if field.kind in ("address", "bytes32"):
        length = 20 if field.kind == "address" else 32
        return st.binary(min_size=length, max_size=length)
    if field.kind == "string":
        return st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=96)
    return st.integers(0, {"uint32": 2**32, "uint64": 2**53, "uint256": 2**256}[field.kind] - 1)


def any_message() -> st.SearchStrategy[Message]:
    return st.one_of(
        [st.builds(kind, **{f.name: values_of(f) for f in fields_of(kind)}) for kind in ALL]
    )


@settings(deadline=None, max_examples=100)
@given(any_message(), st.sampled_from(sorted(DOMAINS)))
def test_wire_round_trip(message: Message, where: str) -> None:
    signed = envelope.sign(DOMAINS[where], message, KEY)
    wire = envelope.to_wire(signed)
    assert envelope.any_from_wire(wire) == signed
    assert codec.encode(codec.decode(wire, object)) == wire
    assert len(wire) <= envelope.MAX_WIRE_BYTES


@settings(deadline=None, max_examples=60)
@given(any_message(), any_message())
def test_digests_tell_messages_and_domains_apart(one: Message, other: Message) -> None:
    digests = {envelope.message_digest(each, one) for each in DOMAINS.values()}
    assert len(digests) == 2
    same = envelope.message_digest(DOMAINS["chain"], other) in digests
    assert same == (one == other)


WRONG: list[tuple[str, Any]] = [
    ("type", "Nobody"),
    ("type", "Offer"),
    ("signature", "0x" + "AB" * 65),
    ("signature", "0x" + "ab" * 64),
    ("signature", "ab" * 65),
    ("more", 1),
    ("time", -1),
    ("time", 2**53),
    ("time", "5"),
    ("time", True),
    ("time", None),
    ("root", "0x" + "ab" * 31),
    ("root", "ab" * 32),
    ("root", "0x" + "AB" * 32),
    ("root", 5),
    ("missing", None),
    ("extra", 5),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_wrong_wire_is_refused(name: str, value: Any) -> None:
    signed = envelope.sign(DOMAINS["chain"], example(messages.TreeHead), KEY)
    wire = json.loads(envelope.to_wire(signed))
    if name in ("type", "signature", "more"):
        wire[name] = value
    elif name == "missing":
        del wire["message"]["time"]
    else:
        wire["message"][name] = value
    data = json.dumps(wire, sort_keys=True, separators=(",", ":")).encode()
    for read in (
        lambda: envelope.from_wire(data, messages.TreeHead),
        lambda: envelope.any_from_wire(data),
    ):
        with pytest.raises(LabelerError) as caught:
            read()
        assert caught.value.code in ("bad-message", "not-canonical")
        assert str(caught.value)


def test_money_and_enums_have_one_spelling() -> None:
    def fates(kind: type[Message], name: str, values: list[Any]) -> list[bool]:
        wire = json.loads(envelope.to_wire(envelope.sign(DOMAINS["chain"], example(kind), KEY)))
        held = []
        for value in values:
            wire["message"][name] = value
            try:
                envelope.from_wire(codec.encode(wire), kind)
            except LabelerError:
                held.append(False)
            else:
                held.append(True)
        return held

    money = ["0", "25", str(2**256 - 1), "025", "-1", "1.0", "", str(2**256), "٣", 25]
    assert fates(messages.Offer, "unitAmount", money) == [True] * 3 + [False] * 7
    assert fates(messages.Decision, "verdict", [1, 2, 0, 3, "1"]) == [True] * 2 + [False] * 3
    text = ["", "a" * 96, "a" * 97, "a b", "é", "a\n", 5]
    assert fates(messages.Decision, "reason", text) == [True] * 2 + [False] * 5


def test_values_outside_their_type_make_no_message() -> None:
    for wrong in (
        {"log_id": b""},
        {"log_id": bytearray(32)},
        {"size": True},
        {"size": -1},
        {"size": 2**53},
        {"size": "1"},
    ):
        fields: dict[str, Any] = {"log_id": b"\0" * 32, "size": 0, "root": b"\0" * 32, "time": 0}
        assert messages.TreeHead(**fields)
        with pytest.raises(ValueError, match="is not a value of"):
            messages.TreeHead(**{**fields, **wrong})


def test_domain_of_an_identity() -> None:
    identity = example(messages.MarketplaceIdentity)
    assert isinstance(identity, messages.MarketplaceIdentity)
    assert domain.domain_of(identity) == domain.ChainDomain(
        identity.chain_id, identity.identity_contract
    )
    fields = {f.name: getattr(identity, f.name) for f in fields_of(messages.MarketplaceIdentity)}
    alone = messages.MarketplaceIdentity(**{**fields, "chain_id": 0})
    assert domain.domain_of(alone) == domain.SaltDomain(identity.marketplace_id)
