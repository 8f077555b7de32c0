"""The claim tree that the distributor contract checks: OpenZeppelin's standard-v1 Merkle tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from labeler.proof.keccak import keccak256

MAX_LEVELS = 40
"""The longest proof that the contract reads."""


@dataclass(frozen=True, slots=True)
class ClaimLeaf:
    """All that `account` (20 bytes) may ever take out so far, in minor units."""

    chain_id: int
    distributor: bytes
    account: bytes
    cumulative: int

    def hashed(self) -> bytes:
        """keccak256(keccak256(abi.encode(chainId, distributor, account, cumulative))).

        Raises ValueError for an address of another length, OverflowError beyond uint256.
        """
        if len(self.distributor) != 20 or len(self.account) != 20:
            raise ValueError("an address is 20 bytes")
        words = (
            self.chain_id.to_bytes(32, "big"),
            self.distributor.rjust(32, b"\0"),
            self.account.rjust(32, b"\0"),
            self.cumulative.to_bytes(32, "big"),
        )
        # Hashed twice, so that no inner node of 64 bytes can pass for a leaf.
        return keccak256(keccak256(b"".join(words)))


def tree(leaves: Sequence[bytes]) -> list[bytes]:
    """All nodes, root first; children of node i are 2i + 1 and 2i + 2; leaves end it, reversed.

    `leaves` are hashes in the order wanted: the standard sorts them. Raises ValueError for none.
    """
    if not leaves:
        raise ValueError("a claim tree has at least one leaf")
    count = len(leaves)
    nodes = [b""] * (count - 1) + list(reversed(leaves))
    for index in range(count - 2, -1, -1):
        nodes[index] = _node(nodes[2 * index + 1], nodes[2 * index + 2])
    return nodes


def path_to(nodes: Sequence[bytes], index: int) -> list[bytes]:
    """The siblings from node `index` up to the root."""
    path = []
    while index > 0:
        path.append(nodes[index + 1 if index % 2 else index - 1])
        index = (index - 1) // 2
    return path


def leads_to(leaf: bytes, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` leads from the leaf hash to `root`."""
    for sibling in path:
        leaf = _node(leaf, sibling)
    return leaf == root


def claim_root(leaves: Sequence[ClaimLeaf]) -> bytes:
    """The root that goes on chain; 32 zero bytes where nobody is owed anything."""
    return tree(sorted(leaf.hashed() for leaf in leaves))[0] if leaves else bytes(32)


def claim_proof(leaves: Sequence[ClaimLeaf], leaf: ClaimLeaf) -> list[bytes]:
    """What `claim` takes to the contract. Raises ValueError where the leaf is not in the tree."""
    nodes = tree(sorted(each.hashed() for each in leaves))
    return path_to(nodes, nodes.index(leaf.hashed(), len(leaves) - 1))


def proves_claim(leaf: ClaimLeaf, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the contract would pay this leaf under `root`."""
    return len(path) <= MAX_LEVELS and leads_to(leaf.hashed(), path, root)


def _node(one: bytes, other: bytes) -> bytes:
    return keccak256(min(one, other) + max(one, other))
