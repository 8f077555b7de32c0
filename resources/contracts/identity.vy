# pragma version 0.4.3
# pragma evm-version cancun
# SPDX-License-Identifier: Apache-2.0
"""
@title A marketplace's identity
@notice The address that signed messages name as their domain, and the place where the heads of the
        marketplace's log are anchored, so that nobody can be shown another log later.
"""

event Anchored:
    size: indexed(uint64)
    root: bytes32

OPERATOR: immutable(address)
MARKETPLACE_ID: immutable(bytes32)
NEXT_OPERATOR: immutable(bytes32)

anchored_size: public(uint64)
anchored_root: public(bytes32)
anchored_at: public(uint64)
root_at: public(HashMap[uint64, bytes32])


@deploy
def __init__(operator: address, marketplace_id: bytes32, next_operator: bytes32):
    """
    @param next_operator A commitment to the key that would replace the operator's; zero is none.
    """
    assert operator != empty(address), "no operator"
    OPERATOR = operator
    MARKETPLACE_ID = marketplace_id
    NEXT_OPERATOR = next_operator


@external
@view
def operator() -> address:
    return OPERATOR


@external
@view
def marketplace_id() -> bytes32:
    return MARKETPLACE_ID


@external
@view
def next_operator() -> bytes32:
    return NEXT_OPERATOR


@external
def anchor(size: uint64, root: bytes32):
    """
    @notice Fixes the log's root at `size` entries for good.
    """
    assert msg.sender == OPERATOR, "not the operator"
    assert size >= self.anchored_size, "log shrank"
    known: bytes32 = self.root_at[size]
    assert known == empty(bytes32) or known == root, "log changed"
    self.root_at[size] = root
    self.anchored_size = size
    self.anchored_root = root
    self.anchored_at = convert(block.timestamp, uint64)
    log Anchored(size=size, root=root)
