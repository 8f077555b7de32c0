# pragma version 0.4.3
# pragma evm-version cancun
# SPDX-License-Identifier: Apache-2.0
"""
@title A cumulative Merkle distributor
@notice Each root promises every account the sum of all it has ever earned; a claim pays what is
        not yet paid. Money that is in can leave only by a claim: there is no way back to the owner.
@dev Leaf: keccak256(keccak256(abi.encode(chainId, distributor, account, cumulative))); inner nodes
     hash their children in sorted order (OpenZeppelin's standard-v1 tree).
"""

from ethereum.ercs import IERC20

event RootSet:
    epoch: indexed(uint64)
    root: bytes32
    total: uint256

event Claimed:
    account: indexed(address)
    amount: uint256
    cumulative: uint256

MAX_DEPTH: constant(uint256) = 40

OWNER: immutable(address)
TOKEN: immutable(IERC20)

root: public(bytes32)
epoch: public(uint64)
total: public(uint256)
total_claimed: public(uint256)
claimed: public(HashMap[address, uint256])


@deploy
def __init__(token: address, owner: address):
    assert token != empty(address), "no token"
    assert owner != empty(address), "no owner"
    TOKEN = IERC20(token)
    OWNER = owner


@external
@view
def owner() -> address:
    return OWNER


@external
@view
def token() -> address:
    return TOKEN.address


@external
@view
def total_owed() -> uint256:
    """
    @notice What the current root promises and nobody has claimed yet.
    """
    return self.total - self.total_claimed


@external
def set_root(root: bytes32, epoch: uint64, total: uint256):
    """
    @notice Publishes the sums of `epoch`, which must be paid for already.
    @param total The sum of the cumulative amounts of all accounts; it never falls.
    """
    assert msg.sender == OWNER, "not the owner"
    assert epoch > self.epoch, "old epoch"
    assert root != empty(bytes32), "no root"
    assert total >= self.total, "total fell"
    held: uint256 = staticcall TOKEN.balanceOf(self)
    assert held >= total - self.total_claimed, "unfunded"
    self.root = root
    self.epoch = epoch
    self.total = total
    log RootSet(epoch=epoch, root=root, total=total)


@external
@nonreentrant
def claim(account: address, cumulative: uint256, proof: DynArray[bytes32, MAX_DEPTH]):
    """
    @notice Pays `account` what it has earned and not been paid. Anyone may send it.
    """
    assert self._promised(account, cumulative, proof), "wrong proof"
    before: uint256 = self.claimed[account]
    assert cumulative > before, "nothing due"
    due: uint256 = cumulative - before
    self.claimed[account] = cumulative
    self.total_claimed += due
    # A tree that promises more than the root's total would pay some accounts with others' money.
    assert self.total_claimed <= self.total, "over total"
    log Claimed(account=account, amount=due, cumulative=cumulative)
    assert extcall TOKEN.transfer(account, due, default_return_value=True), "not paid"


@internal
@view
def _promised(account: address, cumulative: uint256, proof: DynArray[bytes32, MAX_DEPTH]) -> bool:
    node: bytes32 = keccak256(keccak256(abi_encode(chain.id, self, account, cumulative)))
    for sibling: bytes32 in proof:
        if convert(node, uint256) < convert(sibling, uint256):
            node = keccak256(concat(node, sibling))
        else:
            node = keccak256(concat(sibling, node))
    return self.root != empty(bytes32) and node == self.root
