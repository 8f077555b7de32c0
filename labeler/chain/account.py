"""Transactions of whoever runs a marketplace: deploy, fund, publish roots, anchor, relay claims."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from labeler.chain.client import ChainClient, Receipt
from labeler.chain.contracts import Contract
from labeler.chain.failures import failed
from labeler.chain.node import contract_at

DEFAULT_FEE_CAP_WEI = 50_000_000_000_000_000
"""0.05 of the chain's coin for one transaction."""


class ChainAccount:
    """One private key (32 bytes) that sends transactions, one after another.

    Each method returns once its transaction is mined. Besides the client's errors: "chain-failed"
    where it was mined and reverted, "chain-unconfirmed" where it was not mined in time.
    """

    def __init__(
        self,
        client: ChainClient,
        private_key: bytes,
        *,
        fee_cap_wei: int = DEFAULT_FEE_CAP_WEI,
        timeout_s: float = 120.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        from eth_account import Account

        self._client = client
        self._signer = Account.from_key(private_key)
        self._fee_cap_wei = fee_cap_wei
        self._timeout_s = timeout_s
        self._clock = clock
        self._sleep = sleep
        # Two transactions at once would take the same nonce.
        self._turn = threading.Lock()

    @property
    def address(self) -> bytes:
        return bytes.fromhex(self._signer.address.removeprefix("0x"))

    def deploy_token(self, name: str, symbol: str) -> bytes:
        """A test token that this account may mint; returns its address."""
        return self._deploy(self._client.contracts.token, name, symbol, self._signer.address)

    def deploy_distributor(self, token: bytes, *, owner: bytes | None = None) -> bytes:
        return self._deploy(
            self._client.contracts.distributor, _hex(token), _hex(owner or self.address)
        )

    def deploy_identity(
        self,
        marketplace_id: bytes,
        *,
        operator: bytes | None = None,
        next_operator: bytes = bytes(32),
    ) -> bytes:
        return self._deploy(
            self._client.contracts.identity,
            _hex(operator or self.address),
            marketplace_id,
            next_operator,
        )

    def mint(self, token: bytes, to: bytes, amount: int) -> Receipt:
        return self._call(self._client.contracts.token, token, "mint", _hex(to), amount)

    def transfer(self, token: bytes, to: bytes, amount: int) -> Receipt:
        """Moves tokens of this account, for example into a distributor."""
        return self._call(self._client.contracts.token, token, "transfer", _hex(to), amount)

    def set_root(self, distributor: bytes, root: bytes, epoch: int, total: int) -> Receipt:
        """Publishes the root of `epoch`; the distributor must hold what `total` leaves to pay."""
        shipped = self._client.contracts.distributor
        return self._call(shipped, distributor, "set_root", root, epoch, total)

    def anchor(self, identity: bytes, size: int, root: bytes) -> Receipt:
        return self._call(self._client.contracts.identity, identity, "anchor", size, root)

    def claim(
        self, distributor: bytes, account: bytes, cumulative: int, proof: tuple[bytes, ...]
    ) -> Receipt:
        """Sends the claim of `account`; the money goes to `account`, whoever sends it."""
        return self._send(distributor, self._client.claim_data(account, cumulative, proof))

    def _deploy(self, contract: Contract, *arguments: object) -> bytes:
        factory = self._client.web3.eth.contract(abi=contract.abi, bytecode=contract.bytecode)
        created = self._send(None, _bytes(factory.constructor(*arguments).data_in_transaction))
        if created.contract is None:
            raise failed("0x" + created.transaction.hex())
        return created.contract

    def _call(
        self, contract: Contract, address: bytes, function: str, *arguments: object
    ) -> Receipt:
        bound = contract_at(self._client.web3, contract, address)
        return self._send(address, _bytes(bound.encode_abi(function, list(arguments))))

    def _send(self, target: bytes | None, data: bytes) -> Receipt:
        with self._turn:
            signed = self.signed(target, data)
            transaction = self._client.send_raw(signed)
            receipt = self._client.wait(
                transaction, timeout_s=self._timeout_s, clock=self._clock, sleep=self._sleep
            )
        if not receipt.succeeded:
            raise failed("0x" + transaction.hex())
        return receipt

    def signed(self, target: bytes | None, data: bytes) -> bytes:
        """A transaction of zero value, ready to send; no target creates a contract."""
        terms = self._client.terms(self.address, target, data, fee_cap_wei=self._fee_cap_wei)
        fields: dict[str, Any] = {
            "type": 2,
            "chainId": terms.chain_id,
            "nonce": terms.nonce,
            "gas": terms.gas,
            "maxFeePerGas": terms.max_fee_per_gas,
            "maxPriorityFeePerGas": terms.max_priority_fee_per_gas,
            "value": 0,
            "data": data,
            "to": b"" if target is None else self._client.web3.to_checksum_address(target),
        }
        return bytes(self._signer.sign_transaction(fields).raw_transaction)


def _hex(address: bytes) -> Any:
    from web3 import Web3

    return Web3.to_checksum_address(address)


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))
