"""Reads of a marketplace's contracts, and the way signed transactions reach the chain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from labeler.chain.contracts import Contract, Contracts
from labeler.chain.failures import (
    fee_too_high,
    nonsense,
    not_a_contract,
    unconfirmed,
    wrong_chain,
    wrong_token,
)
from labeler.chain.node import contract_at, open_web3, sense
from labeler.chain.rpc import RpcNode
from labeler.proof.keccak import keccak256

if TYPE_CHECKING:
    from web3 import Web3

ZERO_WORD = bytes(32)
POLL_S = 0.25
GAS_MARGIN_PERCENT = 125
DISTRIBUTOR_IMMUTABLES = 2


@dataclass(frozen=True)
class DistributorState:
    """A distributor at one block; amounts in minor units of its token.

    `total` is what the root promises over all time, `claimed` what has been paid of it, `held` the
    distributor's balance. `reviewed` says that its code is the one that ships with this program.
    """

    block: int
    epoch: int
    root: bytes
    total: int
    claimed: int
    held: int
    reviewed: bool

    @property
    def owed(self) -> int:
        return self.total - self.claimed

    @property
    def solvent(self) -> bool:
        return self.held >= self.owed


@dataclass(frozen=True)
class IdentityState:
    """A marketplace's identity contract; `anchored_root` belongs to `anchored_size` log entries."""

    operator: bytes
    marketplace_id: bytes
    next_operator: bytes
    anchored_size: int
    anchored_root: bytes
    anchored_at: int


@dataclass(frozen=True)
class Receipt:
    """What became of a mined transaction; `contract` is the address it created, if it did."""

    transaction: bytes
    block: int
    succeeded: bool
    gas_used: int
    contract: bytes | None


@dataclass(frozen=True)
class TransactionTerms:
    """All that a transaction needs besides its target and data; fees in wei."""

    chain_id: int
    nonce: int
    gas: int
    max_fee_per_gas: int
    max_priority_fee_per_gas: int

    @property
    def highest_fee_wei(self) -> int:
        return self.gas * self.max_fee_per_gas


class ChainClient:
    """One chain, as the JSON-RPC node at `rpc_url` tells it.

    Addresses are 20 bytes, words 32. Every method may raise LabelerError "chain-unreachable",
    "chain-nonsense", "chain-refused", and "chain-wrong" where the node's chain is not `chain_id`.
    """

    def __init__(
        self,
        rpc_url: str,
        contracts: Contracts,
        *,
        chain_id: int | None = None,
        timeout_s: float = 10.0,
    ) -> None:
        self.contracts = contracts
        self._node = RpcNode(rpc_url, timeout_s=timeout_s)
        self._expected = chain_id

    @property
    def node_name(self) -> str:
        """The node's host, for a person to see beside what it said."""
        return self._node.name

    @property
    def web3(self) -> Web3:
        """The connection, made at first use and only to the right chain."""
        return self._connected[0]

    def chain_id(self) -> int:
        return self._connected[1]

    @cached_property
    def _connected(self) -> tuple[Web3, int]:
        web3 = open_web3(self._node)
        found = web3.eth.chain_id
        if self._expected is not None and found != self._expected:
            raise wrong_chain(self._node.name, self._expected, found)
        return web3, found

    def distributor(self, address: bytes, token: bytes) -> DistributorState:
        """The distributor at one block; raises "chain-token-wrong" where it pays in another."""
        block = self.web3.eth.block_number
        code = self._code(address, "distributor")
        paid_in = _address(self._read(self.contracts.distributor, address, "token", block=block))
        if paid_in != token:
            raise wrong_token("0x" + paid_in.hex(), "0x" + token.hex())
        shipped = self.contracts.distributor

        def read(name: str) -> Any:
            return self._read(shipped, address, name, block=block)

        return DistributorState(
            block=block,
            epoch=read("epoch"),
            root=read("root"),
            total=read("total"),
            claimed=read("total_claimed"),
            held=self.token_balance(token, address, block=block),
            reviewed=shipped.is_code(code, DISTRIBUTOR_IMMUTABLES),
        )

    def claimed(self, distributor: bytes, account: bytes) -> int:
        """What `account` has been paid so far."""
        return int(
            self._read(self.contracts.distributor, distributor, "claimed", self._hex(account))
        )

    def token_balance(self, token: bytes, account: bytes, *, block: int | None = None) -> int:
        held = self._read(self.contracts.token, token, "balanceOf", self._hex(account), block=block)
        return int(held)

    def identity(self, address: bytes) -> IdentityState:
        block = self.web3.eth.block_number
        self._code(address, "identity")

        def read(name: str) -> Any:
            return self._read(self.contracts.identity, address, name, block=block)

        return IdentityState(
            operator=_address(read("operator")),
            marketplace_id=read("marketplace_id"),
            next_operator=read("next_operator"),
            anchored_size=read("anchored_size"),
            anchored_root=read("anchored_root"),
            anchored_at=read("anchored_at"),
        )

    def anchored_root(self, identity: bytes, size: int) -> bytes | None:
        """The log's root that was anchored at exactly `size` entries, if one was."""
        root: bytes = self._read(self.contracts.identity, identity, "root_at", size)
        return None if root == ZERO_WORD else root

    def balance_wei(self, account: bytes) -> int:
        """The chain's own coin, which fees are paid in."""
        return self.web3.eth.get_balance(self.web3.to_checksum_address(account))

    def terms(
        self, sender: bytes, target: bytes | None, data: bytes, *, fee_cap_wei: int
    ) -> TransactionTerms:
        """Nonce, gas and fees of one transaction of zero value, as the chain stands now.

        Raises "chain-refused" where the contract would refuse it, with the contract's reason, and
        "chain-fee-too-high" above `fee_cap_wei`.
        """
        eth = self.web3.eth
        source = self.web3.to_checksum_address(sender)
        draft: dict[str, Any] = {"from": source, "value": 0, "data": "0x" + data.hex()}
        if target is not None:
            draft["to"] = self.web3.to_checksum_address(target)
        gas = eth.estimate_gas(draft) * GAS_MARGIN_PERCENT // 100  # type: ignore[arg-type]  # built key by key
        tip = eth.max_priority_fee
        # Twice the base fee outlives six full blocks (EIP-1559 raises it by an eighth each).
        ceiling = 2 * eth.get_block("latest")["baseFeePerGas"] + tip
        nonce = eth.get_transaction_count(source, "pending")
        terms = TransactionTerms(self.chain_id(), nonce, gas, ceiling, tip)
        if terms.highest_fee_wei > fee_cap_wei:
            raise fee_too_high(terms.highest_fee_wei, fee_cap_wei)
        return terms

    def claim_data(self, account: bytes, cumulative: int, proof: tuple[bytes, ...]) -> bytes:
        """The call `claim(account, cumulative, proof)`, encoded."""
        contract = contract_at(self.web3, self.contracts.distributor, account)
        encoded = contract.encode_abi("claim", [self._hex(account), cumulative, list(proof)])
        return bytes.fromhex(encoded.removeprefix("0x"))

    def send_raw(self, signed: bytes) -> bytes:
        """Hands a signed transaction to the node; returns its hash, computed here."""
        expected = keccak256(signed)
        if bytes(self.web3.eth.send_raw_transaction(signed)) != expected:
            raise nonsense(self._node.name, "the hash of another transaction")
        return expected

    def receipt(self, transaction: bytes) -> Receipt | None:
        """What became of a transaction; None while it is not mined."""
        from web3.exceptions import TransactionNotFound

        try:
            found = self.web3.eth.get_transaction_receipt(self.web3.to_hex(transaction))
        except TransactionNotFound:
            return None
        if bytes(found["transactionHash"]) != transaction:
            raise nonsense(self._node.name, "the receipt of another transaction")
        created = found.get("contractAddress")
        return Receipt(
            transaction=transaction,
            block=found["blockNumber"],
            succeeded=found["status"] == 1,
            gas_used=found["gasUsed"],
            contract=_address(created) if created else None,
        )

    def wait(
        self,
        transaction: bytes,
        *,
        timeout_s: float,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> Receipt:
        """The receipt, once mined; raises "chain-unconfirmed" after `timeout_s` on `clock`."""
        until = clock() + timeout_s
        while (receipt := self.receipt(transaction)) is None:
            if clock() >= until:
                raise unconfirmed("0x" + transaction.hex(), round(timeout_s))
            sleep(POLL_S)
        return receipt

    def _code(self, address: bytes, name: str) -> bytes:
        code = bytes(self.web3.eth.get_code(self.web3.to_checksum_address(address)))
        if not code:
            raise not_a_contract(self._node.name, "0x" + address.hex(), name)
        return code

    def _read(
        self,
        contract: Contract,
        address: bytes,
        function: str,
        *arguments: object,
        block: int | None = None,
    ) -> Any:
        bound = contract_at(self.web3, contract, address)
        with sense(self._node):
            return bound.functions[function](*arguments).call(
                block_identifier="latest" if block is None else block
            )

    def _hex(self, address: bytes) -> str:
        return self.web3.to_checksum_address(address)


def _address(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))
