"""The canonical codec against RFC 8785: its library, its vectors, and strangers' bytes."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.errors import LabelerError
from labeler.model.document import Document, empty_document
from labeler.model.manifest import Opening
from labeler.proof import codec
from labeler.proof.bodies import MAX_DEPTH

VECTORS = os.environ.get("LABELER_TEST_VECTORS")
needs_vectors = pytest.mark.skipif(not VECTORS, reason="LABELER_TEST_VECTORS is not set")

text = st.text(st.characters(exclude_categories=["Cs"]))
keys = st.text(st.characters(max_codepoint=127))
whole = st.integers(-codec.MAX_INTEGER, codec.MAX_INTEGER)
documents = st.recursive(
    st.none() | st.booleans() | whole | text,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(keys, inner, max_size=5),
    max_leaves=30,
)


def refused(data: bytes, kind: type = object, **limits: int) -> bool:
    with pytest.raises(LabelerError) as caught:
        codec.decode(data, kind, **limits)
    assert caught.value.code == "not-canonical"
    assert str(caught.value)
    return True


@settings(deadline=None, max_examples=150)
@given(documents)
def test_equals_rfc8785_and_returns(value: Any) -> None:
    data = codec.encode(value)
    assert data == rfc8785.dumps(value)
    assert codec.decode(data, object) == value


@settings(deadline=None, max_examples=150)
@given(documents, st.integers(0, 10_000), st.binary(min_size=1, max_size=2))
def test_changed_bytes_are_refused_or_are_another_value(
    value: Any, where: int, other: bytes
) -> None:
    data = codec.encode(value)
    where %= len(data)
    changed = data[:where] + other + data[where + 1 :]
    try:
        back = codec.decode(changed, object)
    except LabelerError:
        return
    assert codec.encode(back) == changed


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=60) | st.text('{}[]",:\\ue1.0-a', max_size=40).map(str.encode))
def test_any_bytes_give_a_value_or_a_labeler_error(data: bytes) -> None:
    try:
        value = codec.decode(data, object)
    except LabelerError:
        return
    assert codec.encode(value) == data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" {}",
        b"{} ",
        b'{"a":1,"a":1}',
        b'{"a":1,"a":2}',
        b'{"b":1,"a":2}',
        b"1.0",
        b"1e3",
        b"-0",
        b"01",
        b"[1,]",
        b'"\\u0041"',
        b'"\\/"',
        b'"\xff"',
        b'"\\ud800"',
        b'"open',
        b'"open\\',
        b'{"a":[}]',
        b"NaN",
        b"9007199254740992",
        b"-9007199254740992",
        '{"é":1}'.encode(),
        b"[" * 33 + b"]" * 33,
        b"[" * 1_000_000,
        b'"\\' * 1_000_000,
        b"1" * 1_000_000,
        b'{"a":' * 40 + b"1" + b"}" * 40,
    ],
    ids=lambda data: data[:20].decode("latin-1"),
)
def test_other_spellings_are_refused(data: bytes) -> None:
    assert refused(data)


def test_bounds() -> None:
    deep = b"[" * MAX_DEPTH + b"]" * MAX_DEPTH
    assert codec.encode(codec.decode(deep, object)) == deep
    assert codec.decode(b"9007199254740991", int) == codec.MAX_INTEGER
    assert codec.decode(b"[1,2]", object, max_bytes=5) == [1, 2]
    assert refused(b"[1,2]", max_bytes=4)


def test_numbers_inside_strings_are_text() -> None:
    for value in ["1.5", "1e9", "[[[", 'a"1.5"b\\', "9" * 30, {"1.5": "é"}]:
        assert codec.decode(codec.encode(value), object) == value


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        0.5,
        float("nan"),
        [float("inf")],
        {"a": (1, float("nan"))},
        2**53,
        -(2**53),
        {"é": 1},
        {1: 2},
        "\ud800",
        pytest.param(object(), id="object"),
    ],
    ids=repr,
)
def test_values_outside_the_subset_are_refused(value: object) -> None:
    with pytest.raises(LabelerError) as caught:
        codec.encode(value)
    assert caught.value.code == "not-canonical"


def test_a_float_in_a_struct_is_refused() -> None:
    class Loose(msgspec.Struct):
        value: float

    for number in (1.0, float("nan")):
        with pytest.raises(LabelerError):
            codec.encode(Loose(number))


def test_documents_spell_out_every_field() -> None:
    data = codec.encode(empty_document("ab" * 32))
    assert codec.decode(data, Document) == empty_document("ab" * 32)
    fields = json.loads(data)
    del fields["no_finding"]
    assert refused(codec.encode(fields), Document)
    assert refused(codec.encode({**fields, "no_finding": False, "more": 1}), Document)
    assert codec.encode(Opening()) == b'{"series":"","window_center":null,"window_width":null}'


def test_digest() -> None:
    assert codec.digest(b"abc") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )


FATES = {
    "arrays": "same",
    "unicode": "same",
    "structures": "input has 56.0",
    "french": "keys are not ASCII",
    "values": "floats",
    "weird": "keys are not ASCII",
}


@needs_vectors
def test_every_rfc8785_vector_has_its_fate() -> None:
    folder = Path(str(VECTORS)) / "rfc8785/testdata"
    assert sorted(FATES) == sorted(path.stem for path in (folder / "input").iterdir())
    for name, fate in FATES.items():
        value = json.loads((folder / f"input/{name}.json").read_bytes())
        output = bytes.fromhex((folder / f"outhex/{name}.txt").read_text())
        if fate == "same":
            assert codec.encode(value) == output
        else:
            with pytest.raises(LabelerError):
                codec.encode(value)
        if fate in ("same", "input has 56.0"):
            assert codec.encode(codec.decode(output, object)) == output
        else:
            assert refused(output)
