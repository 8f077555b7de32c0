"""The EIP-712 encoder against ethers' vectors and eth_account, and where it is stricter."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from eth_account.messages import encode_typed_data
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.proof import typed_data
from labeler.proof.keccak import keccak256

VECTORS = os.environ.get("LABELER_TEST_VECTORS")
needs_vectors = pytest.mark.skipif(not VECTORS, reason="LABELER_TEST_VECTORS is not set")

DOMAIN_FIELDS = {
    "name": "string",
    "version": "string",
    "chainId": "uint256",
    "verifyingContract": "address",
    "salt": "bytes32",
}


def from_json(types: dict[str, Any], kind: str, value: Any) -> Any:
    """The strict value that a vector's JSON stands for."""
    array = re.fullmatch(r"(.+)\[\d*\]", kind)
    if array:
        return [from_json(types, array[1], member) for member in value]
    if kind in types:
        return {f["name"]: from_json(types, f["type"], value[f["name"]]) for f in types[kind]}
    if kind.startswith(("uint", "int")):
        return int(value)
    if kind.startswith("bytes") or kind == "address":
        return bytes.fromhex(value.removeprefix("0x"))
    return value


def as_fields(types: dict[str, Any]) -> dict[str, list[tuple[str, str]]]:
    return {name: [(f["name"], f["type"]) for f in fields] for name, fields in types.items()}


def cases() -> list[Any]:
    if not VECTORS:
        return []
    return list(json.loads((Path(VECTORS) / "eip712/ethers_typed_data.json").read_text()))


@needs_vectors
def test_the_vectors_are_there() -> None:
    assert len(cases()) >= 45


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["name"])
def test_ethers_vector(case: Any) -> None:
    types, primary = case["types"], case["primaryType"]
    domain_types = {
        "EIP712Domain": [
            {"name": name, "type": kind}
            for name, kind in DOMAIN_FIELDS.items()
            if name in case["domain"]
        ]
    }
    domain = from_json(domain_types, "EIP712Domain", case["domain"])
    separator = typed_data.hash_struct(as_fields(domain_types), "EIP712Domain", domain)
    value = from_json(types, primary, case["data"])
    encoded = typed_data.encode_struct(as_fields(types), primary, value)
    assert "0x" + encoded.hex() == case["encoded"]
    assert "0x" + typed_data.digest(separator, keccak256(encoded)).hex() == case["digest"]


TYPES = {
    "Pair": [("left", "uint8"), ("right", "int16")],
    "All": [
        ("who", "address"),
        ("word", "bytes32"),
        ("short", "bytes3"),
        ("blob", "bytes"),
        ("text", "string"),
        ("yes", "bool"),
        ("big", "uint256"),
        ("pairs", "Pair[]"),
        ("grid", "uint8[2][]"),
        ("one", "Pair"),
    ],
}
GOOD: dict[str, Any] = {
    "who": b"\x11" * 20,
    "word": b"\x22" * 32,
    "short": b"abc",
    "blob": b"",
    "text": "é",
    "yes": True,
    "big": 2**256 - 1,
    "pairs": [{"left": 255, "right": -(2**15)}],
    "grid": [[1, 2], [3, 4]],
    "one": {"left": 0, "right": -1},
}


def oracle(value: dict[str, Any]) -> bytes:
    types = {name: [{"name": n, "type": t} for n, t in fs] for name, fs in TYPES.items()}
    signable = encode_typed_data(
        full_message={
            "types": {**types, "EIP712Domain": []},
            "primaryType": "All",
            "domain": {},
            "message": value,
        }
    )
    return bytes(signable.body)


pairs = st.fixed_dictionaries(
    {"left": st.integers(0, 255), "right": st.integers(-(2**15), 2**15 - 1)}
)
values = st.fixed_dictionaries(
    {
        "who": st.binary(min_size=20, max_size=20),
        "word": st.binary(min_size=32, max_size=32),
        "short": st.binary(min_size=3, max_size=3),
        "blob": st.binary(max_size=70),
        "text": st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
        "yes": st.booleans(),
        "big": st.integers(0, 2**256 - 1),
        "pairs": st.lists(pairs, max_size=3),
        "grid": st.lists(st.lists(st.integers(0, 255), min_size=2, max_size=2), max_size=3),
        "one": pairs,
    }
)


@settings(deadline=None, max_examples=60)
@given(values)
def test_equals_eth_account(value: dict[str, Any]) -> None:
    assert typed_data.hash_struct(TYPES, "All", value) == oracle(value)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("who", b"\x11" * 19),
        ("who", "0x" + "11" * 20),
        ("word", b"\x22" * 31),
        ("word", b"\x22" * 33),
        ("short", b"ab"),
        ("short", bytearray(b"abc")),
        ("blob", "00"),
        ("text", b"a"),
        ("yes", 1),
        ("big", True),
        ("big", 2**256),
        ("big", -1),
        ("big", "1"),
        ("big", 1.0),
        ("pairs", [{"left": 1}]),
        ("pairs", [{"left": 1, "right": 1, "more": 1}]),
        ("pairs", [{"left": 256, "right": 1}]),
        ("pairs", [{"left": 1, "right": 2**15}]),
        ("pairs", [[1, 2]]),
        ("pairs", "ab"),
        ("grid", [[1]]),
        ("grid", [[1, 2, 3]]),
        ("one", None),
    ],
)
def test_wrong_values_are_refused(field: str, wrong: object) -> None:
    assert len(typed_data.hash_struct(TYPES, "All", GOOD)) == 32
    with pytest.raises((TypeError, ValueError)):
        typed_data.hash_struct(TYPES, "All", {**GOOD, field: wrong})


def test_unknown_and_missing_keys_are_refused() -> None:
    with pytest.raises(ValueError, match="exactly the fields"):
        typed_data.hash_struct(TYPES, "All", {**GOOD, "more": 1})
    with pytest.raises(ValueError, match="exactly the fields"):
        typed_data.hash_struct(TYPES, "All", {k: v for k, v in GOOD.items() if k != "yes"})


@pytest.mark.parametrize(
    "kind", ["uint", "uint7", "uint264", "int0", "bytes0", "bytes33", "Nobody", "uint8[0]", "float"]
)
def test_there_is_no_such_type(kind: str) -> None:
    with pytest.raises(ValueError, match="no type"):
        typed_data.hash_struct({"Odd": [("field", kind)]}, "Odd", {"field": 1})


def test_names_cannot_smuggle_another_type() -> None:
    for fields in ([("a,uint8 b", "uint8")], [("a", "uint8"), ("a", "uint8")]):
        with pytest.raises(ValueError, match="name"):
            typed_data.encode_type({"Odd": fields}, "Odd")


def test_a_digest_takes_two_words() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        typed_data.digest(b"", b"\0" * 32)
