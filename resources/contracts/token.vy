# pragma version 0.4.3
# pragma evm-version cancun
# SPDX-License-Identifier: Apache-2.0
"""
@title An ERC-20 token for demonstrations and tests
@notice Anyone who runs a marketplace for real money names a real token instead. The minter can
        create any amount, so a unit of this one is worth nothing.
"""

from ethereum.ercs import IERC20

implements: IERC20

decimals: public(constant(uint8)) = 6

name: public(String[64])
symbol: public(String[16])
MINTER: immutable(address)
totalSupply: public(uint256)
balanceOf: public(HashMap[address, uint256])
allowance: public(HashMap[address, HashMap[address, uint256]])


@deploy
def __init__(name: String[64], symbol: String[16], minter: address):
    self.name = name
    self.symbol = symbol
    MINTER = minter


@external
def mint(to: address, amount: uint256):
    """
    @notice Creates `amount` minor units.
    """
    assert msg.sender == MINTER, "not the minter"
    assert to != empty(address), "no account"
    self.totalSupply += amount
    self.balanceOf[to] += amount
    log IERC20.Transfer(sender=empty(address), receiver=to, value=amount)


@external
def transfer(to: address, amount: uint256) -> bool:
    self._move(msg.sender, to, amount)
    return True


@external
def transferFrom(owner: address, to: address, amount: uint256) -> bool:
    self.allowance[owner][msg.sender] -= amount
    self._move(owner, to, amount)
    return True


@external
def approve(spender: address, amount: uint256) -> bool:
    self.allowance[msg.sender][spender] = amount
    log IERC20.Approval(owner=msg.sender, spender=spender, value=amount)
    return True


@internal
def _move(owner: address, to: address, amount: uint256):
    assert to != empty(address), "no account"
    self.balanceOf[owner] -= amount
    self.balanceOf[to] += amount
    log IERC20.Transfer(sender=owner, receiver=to, value=amount)


@external
@view
def minter() -> address:
    return MINTER
