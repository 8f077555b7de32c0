"""Reaching the hub's chain: for a running marketplace, and for founding a new one."""

from __future__ import annotations

from pathlib import Path

from labeler.chain.account import ChainAccount
from labeler.chain.client import ChainClient
from labeler.chain.contracts import load_contracts
from labeler.hub.keys import HubKeys, Role
from labeler.hub.place import ChainPlace, Marketplace
from labeler.hub.settlement import ChainDesk


def open_desk(market: Marketplace, contracts_folder: Path) -> ChainDesk | None:
    """The marketplace's chain with the operator's account; None where it has no chain."""
    if market.chain is None:
        return None
    contracts = load_contracts(contracts_folder)
    client = ChainClient(market.chain.rpc_url, contracts, chain_id=market.chain.chain_id)
    return ChainDesk(client, ChainAccount(client, market.keys.key(Role.OPERATOR)))


def found_on_chain(
    keys: HubKeys,
    rpc_url: str,
    contracts_folder: Path,
    *,
    token: bytes | None,
    marketplace_id: bytes,
    public_rpc_url: str = "",
) -> ChainPlace:
    """Create a marketplace's contracts from the operator's account, which pays the fees.

    Without `token` (20 bytes) a test token is created, which the operator may mint.
    """
    client = ChainClient(rpc_url, load_contracts(contracts_folder))
    account = ChainAccount(client, keys.key(Role.OPERATOR))
    paid_in = token or account.deploy_token("Test Dollar", "TUSD")
    distributor = account.deploy_distributor(paid_in)
    identity = account.deploy_identity(marketplace_id)
    return ChainPlace(
        rpc_url=rpc_url,
        chain_id=client.chain_id(),
        identity_contract="0x" + identity.hex(),
        token="0x" + paid_in.hex(),
        distributor="0x" + distributor.hex(),
        marketplace_id=marketplace_id.hex(),
        public_rpc_url=public_rpc_url,
    )


def existing_on_chain(
    rpc_url: str,
    contracts_folder: Path,
    *,
    identity_contract: bytes,
    token: bytes,
    distributor: bytes,
    public_rpc_url: str = "",
) -> ChainPlace:
    """A marketplace whose contracts are on the chain already; asks the chain whether they are."""
    client = ChainClient(rpc_url, load_contracts(contracts_folder))
    client.distributor(distributor, token)
    return ChainPlace(
        rpc_url=rpc_url,
        chain_id=client.chain_id(),
        identity_contract="0x" + identity_contract.hex(),
        token="0x" + token.hex(),
        distributor="0x" + distributor.hex(),
        marketplace_id=client.identity(identity_contract).marketplace_id.hex(),
        public_rpc_url=public_rpc_url,
    )
