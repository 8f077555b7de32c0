"""Log entries, item and line trees, and the claim tree against OpenZeppelin's dumps."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest
from eth_abi import encode as abi_encode
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.proof import claim_tree, codec, item_tree, log_entry, merkle_log, messages
from labeler.proof.claim_tree import ClaimLeaf
from labeler.proof.item_tree import AccountLine
from labeler.proof.keccak import keccak256
from tests.vectors.make import example

VECTORS = os.environ.get("LABELER_TEST_VECTORS")
needs_vectors = pytest.mark.skipif(not VECTORS, reason="LABELER_TEST_VECTORS is not set")

addresses = st.binary(min_size=20, max_size=20)
claims = st.builds(
    ClaimLeaf, st.just(31337), st.just(b"\x22" * 20), addresses, st.integers(0, 2**256 - 1)
)


def hexes(count: int) -> list[str]:
    return [hashlib.sha256(bytes([number])).hexdigest() for number in range(count)]


@needs_vectors
@pytest.mark.parametrize("kind", ["standard-v1", "simple-v1"])
@pytest.mark.parametrize("order", ["sorted", "unsorted"])
def test_openzeppelin_dump(kind: str, order: str) -> None:
    folder = Path(str(VECTORS)) / "openzeppelin-merkle-tree/test/dumps"
    dump: Any = json.loads((folder / f"{kind}.{order}.1_0_6.json").read_text())
    nodes = [bytes.fromhex(node[2:]) for node in dump["tree"]]
    hashes = []
    for each in dump["values"]:
        if kind == "simple-v1":
            hashed = bytes.fromhex(each["value"][2:])
        else:
            hashed = keccak256(keccak256(abi_encode(dump["leafEncoding"], each["value"])))
        assert nodes[each["treeIndex"]] == hashed
        path = claim_tree.path_to(nodes, each["treeIndex"])
        assert claim_tree.leads_to(hashed, path, nodes[0])
        assert not claim_tree.leads_to(hashed, path[1:], nodes[0])
        hashes.append(hashed)
    assert claim_tree.tree(sorted(hashes) if order == "sorted" else hashes) == nodes


@settings(deadline=None, max_examples=60)
@given(claims)
def test_claim_leaf_is_the_abi_encoding(leaf: ClaimLeaf) -> None:
    encoded = abi_encode(
        ["uint256", "address", "address", "uint256"],
        [leaf.chain_id, leaf.distributor, leaf.account, leaf.cumulative],
    )
    assert leaf.hashed() == keccak256(keccak256(encoded))


@settings(deadline=None, max_examples=60)
@given(st.lists(claims, min_size=1, max_size=20, unique_by=lambda leaf: leaf.account))
def test_every_account_can_claim_its_sum_and_no_other(leaves: list[ClaimLeaf]) -> None:
    root = claim_tree.claim_root(leaves)
    assert root == claim_tree.claim_root(leaves[::-1])
    for leaf in leaves:
        path = claim_tree.claim_proof(leaves, leaf)
        assert claim_tree.proves_claim(leaf, path, root)
        more = dataclasses.replace(leaf, cumulative=(leaf.cumulative + 1) % 2**256)
        assert not claim_tree.proves_claim(more, path, root)
        assert not claim_tree.proves_claim(leaf, [*path, root], root)


def test_claim_tree_ends() -> None:
    leaf = ClaimLeaf(1, b"\x01" * 20, b"\x02" * 20, 5)
    assert claim_tree.claim_root([]) == bytes(32)
    assert claim_tree.claim_root([leaf]) == leaf.hashed()
    assert claim_tree.claim_proof([leaf], leaf) == []
    with pytest.raises(ValueError, match="at least one"):
        claim_tree.tree([])
    with pytest.raises(ValueError, match="not in list"):
        claim_tree.claim_proof([leaf], dataclasses.replace(leaf, cumulative=6))
    with pytest.raises(ValueError, match="20 bytes"):
        ClaimLeaf(1, b"", b"\x02" * 20, 5).hashed()
    with pytest.raises(OverflowError):
        dataclasses.replace(leaf, cumulative=2**256).hashed()


def test_item_tree() -> None:
    items = hexes(7)
    root = item_tree.item_root(items)
    for index, item in enumerate(items):
        proof = item_tree.item_proof(items, index)
        assert item_tree.proves_item(item, proof, root)
        assert not item_tree.proves_item(items[index - 1], proof, root)
    assert item_tree.item_root(items[:1]) == merkle_log.leaf_hash(bytes.fromhex(items[0]))


def test_lines_are_append_only() -> None:
    lines = [AccountLine(digest, "item", str(25 + n)) for n, digest in enumerate(hexes(5))]
    root = item_tree.lines_root(lines)
    assert item_tree.proves_line(lines[2], item_tree.line_proof(lines, 2), root)
    changed = msgspec.structs.replace(lines[2], amount="28")
    assert not item_tree.proves_line(changed, item_tree.line_proof(lines, 2), root)
    assert item_tree.lines_root([*lines[:4], lines[4]]) == root
    assert codec.encode(lines[0]) == (
        b'{"amount":"25","kind":"item","submission":"' + hexes(1)[0].encode() + b'"}'
    )


def test_a_log_entry_hides_and_binds() -> None:
    decision = example(messages.Decision)
    assert isinstance(decision, messages.Decision)
    blind, digest = b"\x05" * 32, b"\x06" * 32
    leaf = log_entry.decision_leaf(decision, digest, blind)
    said = codec.encode(leaf).decode()
    for hidden in (decision.submission, decision.reviewer, decision.evidence, digest, blind):
        assert hidden.hex() not in said
    assert leaf.commitment == hashlib.sha256(blind + digest).hexdigest()
    assert leaf.day == decision.decided_at // 86_400
    others = [merkle_log.leaf_hash(bytes([n])) for n in range(5)]
    tree = [*others[:3], log_entry.entry_hash(leaf), *others[3:]]
    path = tuple(step.hex() for step in merkle_log.inclusion_proof(tree, 3))
    proof = log_entry.LogProof(leaf, blind.hex(), 3, 6, path)
    assert log_entry.is_in_tree(proof, merkle_log.root(tree))
    assert codec.decode(codec.encode(proof), log_entry.LogProof) == proof
    bent = msgspec.structs.replace(proof, leaf=msgspec.structs.replace(leaf, verdict=1))
    assert not log_entry.is_in_tree(bent, merkle_log.root(tree))
    steps = tuple(step.hex() for step in merkle_log.consistency_proof(tree, 3))
    longer = log_entry.ConsistencyProof(3, 6, steps)
    assert log_entry.is_extension(longer, merkle_log.root(tree[:3]), merkle_log.root(tree))
    with pytest.raises(ValueError, match="32 bytes"):
        log_entry.commitment(b"", digest)
