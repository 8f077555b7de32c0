"""A cumulative claim tree by the book (OpenZeppelin standard-v1), independent of the program's."""

from __future__ import annotations

from eth_abi.abi import encode
from eth_utils.crypto import keccak


def claim_leaf(chain_id: int, distributor: bytes, account: bytes, cumulative: int) -> bytes:
    fields = encode(
        ["uint256", "address", "address", "uint256"],
        [chain_id, "0x" + distributor.hex(), "0x" + account.hex(), cumulative],
    )
    return keccak(keccak(fields))


class ClaimTree:
    """Amounts by account; the root, and each account's proof."""

    def __init__(self, chain_id: int, distributor: bytes, amounts: dict[bytes, int]) -> None:
        self.total = sum(amounts.values())
        leaves = {
            account: claim_leaf(chain_id, distributor, account, cumulative)
            for account, cumulative in amounts.items()
        }
        ordered = sorted(leaves.values())
        # A complete binary tree in one list: the children of i are 2 i + 1 and 2 i + 2.
        self._nodes = [b""] * (len(ordered) - 1) + ordered[::-1]
        for index in range(len(ordered) - 2, -1, -1):
            children = sorted(self._nodes[2 * index + 1 : 2 * index + 3])
            self._nodes[index] = keccak(b"".join(children))
        self._leaves = leaves

    @property
    def root(self) -> bytes:
        return self._nodes[0]

    def proof(self, account: bytes) -> tuple[bytes, ...]:
        index = self._nodes.index(self._leaves[account])
        path = []
        while index:
            path.append(self._nodes[index + 1 if index % 2 else index - 1])
            index = (index - 1) // 2
        return tuple(path)
