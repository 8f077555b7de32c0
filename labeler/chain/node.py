"""web3 over a checked node: contracts asked by name, without anything web3 would do on its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from labeler.chain.contracts import Contract
from labeler.chain.failures import nonsense
from labeler.chain.rpc import RpcNode

if TYPE_CHECKING:
    from web3 import Web3
    from web3.contract.contract import Contract as Web3Contract
    from web3.types import RPCEndpoint, RPCResponse


def open_web3(node: RpcNode) -> Web3:
    """A Web3 whose every request goes through `node`.

    web3 is imported here and nowhere else at run time: it takes most of a second.
    """
    from web3 import Web3
    from web3.providers.base import JSONBaseProvider

    class CheckedProvider(JSONBaseProvider):
        # EIP-3668 would let a contract make this machine fetch addresses of its choosing.
        global_ccip_read_enabled = False

        def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
            body = self.encode_rpc_request(method, params)
            return cast("RPCResponse", node.ask(method, body))

    return Web3(CheckedProvider())


def contract_at(web3: Web3, contract: Contract, address: bytes) -> Web3Contract:
    """`contract` as it lies at `address` (20 bytes)."""
    return web3.eth.contract(address=web3.to_checksum_address(address), abi=contract.abi)


@contextmanager
def sense(node: RpcNode) -> Iterator[None]:
    """Turns an answer that web3 cannot decode into LabelerError "chain-nonsense"."""
    from web3.exceptions import BadFunctionCallOutput

    try:
        yield
    except BadFunctionCallOutput as error:
        raise nonsense(node.name, "not what that contract returns") from error
