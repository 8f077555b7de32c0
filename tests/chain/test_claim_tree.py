"""The program's own claim tree is the one the contract pays by, to its last level."""

from __future__ import annotations

import pytest
from eth_utils.crypto import keccak
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.errors import LabelerError
from labeler.proof.claim_tree import MAX_LEVELS, ClaimLeaf, claim_proof, claim_root, proves_claim
from tests.chain.conftest import Marketplace
from tests.support.claims import ClaimTree, claim_leaf

ADDRESSES = st.binary(min_size=20, max_size=20)


@settings(max_examples=60, deadline=None)
@given(
    chain_id=st.integers(1, 2**64 - 1),
    distributor=ADDRESSES,
    amounts=st.dictionaries(ADDRESSES, st.integers(0, 2**256 - 1), min_size=1, max_size=33),
)
def test_it_is_the_standard_tree(
    chain_id: int, distributor: bytes, amounts: dict[bytes, int]
) -> None:
    by_the_book = ClaimTree(chain_id, distributor, amounts)
    leaves = [ClaimLeaf(chain_id, distributor, *entry) for entry in amounts.items()]
    assert claim_root(leaves) == by_the_book.root
    for leaf in leaves:
        proof = claim_proof(leaves, leaf)
        assert tuple(proof) == by_the_book.proof(leaf.account)
        assert proves_claim(leaf, proof, by_the_book.root)


def test_the_contract_pays_by_it(marketplace: Marketplace) -> None:
    here, owner = marketplace.distributor, marketplace.owner
    leaves = [
        ClaimLeaf(marketplace.chain_id, here, bytes([number]) * 20, number * 10)
        for number in range(1, 8)
    ]
    total = sum(leaf.cumulative for leaf in leaves)
    owner.mint(marketplace.token, here, total)
    owner.set_root(here, claim_root(leaves), 1, total)
    for leaf in leaves:
        proof = tuple(claim_proof(leaves, leaf))
        assert owner.claim(here, leaf.account, leaf.cumulative, proof).succeeded


@pytest.mark.parametrize("depth", [MAX_LEVELS, MAX_LEVELS + 1])
def test_the_contract_reads_forty_levels_and_no_more(marketplace: Marketplace, depth: int) -> None:
    here, owner = marketplace.distributor, marketplace.owner
    account = b"\xa1" * 20
    siblings = tuple(keccak(bytes([level])) for level in range(depth))
    root = claim_leaf(marketplace.chain_id, here, account, 5)
    for sibling in siblings:
        root = keccak(min(root, sibling) + max(root, sibling))
    owner.mint(marketplace.token, here, 5)
    owner.set_root(here, root, 1, 5)
    if depth <= MAX_LEVELS:
        assert owner.claim(here, account, 5, siblings).succeeded
    else:
        with pytest.raises(LabelerError) as caught:
            owner.claim(here, account, 5, siblings)
        assert caught.value.code == "chain-refused"
