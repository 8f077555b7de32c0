"""RFC 9162 trees against its published proofs, its definition, and every tampering."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.proof import merkle_log

VECTORS = os.environ.get("LABELER_TEST_VECTORS")
needs_vectors = pytest.mark.skipif(not VECTORS, reason="LABELER_TEST_VECTORS is not set")


def leaves(count: int) -> list[bytes]:
    return [merkle_log.leaf_hash(str(number).encode()) for number in range(count)]


def defined_root(hashes: list[bytes]) -> bytes:
    """MTH as RFC 9162 section 2.1.1 writes it."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    both = defined_root(hashes[:split]) + defined_root(hashes[split:])
    return hashlib.sha256(b"\x01" + both).digest()


@needs_vectors
def test_published_inclusion_proofs() -> None:
    right = wrong = 0
    for path in sorted((Path(str(VECTORS)) / "rfc9162/inclusion").rglob("*.json")):
        case = json.loads(path.read_text())
        held = merkle_log.proves_inclusion(
            base64.b64decode(case["leafHash"] or ""),
            case["leafIdx"],
            case["treeSize"],
            [base64.b64decode(step) for step in case["proof"] or []],
            base64.b64decode(case["root"] or ""),
        )
        assert held is not case["wantErr"], path
        right, wrong = right + held, wrong + (not held)
    assert right >= 5
    assert wrong >= 80


def test_roots_are_those_of_the_definition() -> None:
    for count in range(70):
        assert merkle_log.root(leaves(count)) == defined_root(leaves(count))


def test_every_leaf_of_every_small_tree() -> None:
    for count in range(1, 34):
        tree = leaves(count)
        root = merkle_log.root(tree)
        for index in range(count):
            path = merkle_log.inclusion_proof(tree, index)
            for place in range(count + 2):
                held = merkle_log.proves_inclusion(tree[index], place, count, path, root)
                assert held == (place == index)
            assert not merkle_log.proves_inclusion(tree[index], index, count, path[:-1], root) or (
                count == 1
            )
            assert not merkle_log.proves_inclusion(tree[index], index, count, [*path, root], root)


def test_every_pair_of_small_trees() -> None:
    for second in range(34):
        tree = leaves(second)
        root = merkle_log.root(tree)
        for first in range(second + 1):
            old = merkle_log.root(tree[:first])
            path = merkle_log.consistency_proof(tree, first)
            assert merkle_log.proves_consistency(first, old, second, root, path)
            assert not merkle_log.proves_consistency(first, old, second, root, [*path, root])
            for end in range(len(path)):
                assert not merkle_log.proves_consistency(first, old, second, root, path[:end])
            for index in range(len(path)):
                bent = [bytes(32) if place == index else step for place, step in enumerate(path)]
                assert not merkle_log.proves_consistency(first, old, second, root, bent)


@settings(deadline=None, max_examples=100)
@given(st.integers(1, 200), st.data())
def test_a_rewritten_log_has_no_proof(second: int, data: st.DataObject) -> None:
    tree = leaves(second)
    first = data.draw(st.integers(1, second))
    changed = data.draw(st.integers(0, first - 1))
    other = [*tree[:changed], merkle_log.leaf_hash(b"other"), *tree[changed + 1 :]]
    path = merkle_log.consistency_proof(other, first)
    old, new = merkle_log.root(tree[:first]), merkle_log.root(other)
    assert not merkle_log.proves_consistency(first, old, second, new, path)


def test_ends_and_nonsense() -> None:
    one = leaves(1)[0]
    assert not merkle_log.proves_inclusion(one, 0, 0, [], merkle_log.EMPTY_ROOT)
    assert not merkle_log.proves_inclusion(one, -1, 1, [], one)
    assert not merkle_log.proves_inclusion(one, 0, 2, [b"short"], one)
    empty = merkle_log.EMPTY_ROOT
    assert merkle_log.proves_consistency(0, empty, 0, empty, [])
    assert not merkle_log.proves_consistency(0, empty, 0, one, [])
    assert not merkle_log.proves_consistency(0, one, 1, one, [])
    assert not merkle_log.proves_consistency(2, one, 1, one, [])
    assert not merkle_log.proves_consistency(1, one, 1, bytes(32), [])
    for bad in (-1, 1):
        with pytest.raises(IndexError):
            merkle_log.inclusion_proof([one], bad)
    with pytest.raises(IndexError):
        merkle_log.consistency_proof([one], 2)
