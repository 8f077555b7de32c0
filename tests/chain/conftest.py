"""One chain for all tests of this folder; each test deploys contracts of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from labeler.chain.account import ChainAccount
from labeler.chain.client import ChainClient
from labeler.chain.contracts import Contracts, load_contracts
from labeler.demo.chain import DemoChain, start_demo_chain
from labeler.model.paths import resources_root
from tests.support.claims import ClaimTree

MARKETPLACE = b"\x07" * 32


@pytest.fixture(scope="session")
def contracts() -> Contracts:
    return load_contracts(resources_root() / "contracts")


@pytest.fixture(scope="session")
def chain() -> Iterator[DemoChain]:
    with start_demo_chain() as running:
        yield running


@pytest.fixture
def client(chain: DemoChain, contracts: Contracts) -> ChainClient:
    return ChainClient(chain.url, contracts, chain_id=chain.chain_id)


@pytest.fixture
def owner(chain: DemoChain, client: ChainClient) -> ChainAccount:
    return ChainAccount(client, chain.funded_key)


@dataclass(frozen=True)
class Marketplace:
    """Contracts just deployed, all run by `owner`."""

    owner: ChainAccount
    token: bytes
    distributor: bytes
    identity: bytes
    chain_id: int

    def settle(self, epoch: int, amounts: dict[bytes, int], *, funds: int) -> ClaimTree:
        """Pays `funds` in and publishes the root of `amounts`."""
        tree = ClaimTree(self.chain_id, self.distributor, amounts)
        if funds:
            self.owner.mint(self.token, self.distributor, funds)
        self.owner.set_root(self.distributor, tree.root, epoch, tree.total)
        return tree


@pytest.fixture
def marketplace(owner: ChainAccount, chain: DemoChain) -> Marketplace:
    token = owner.deploy_token("Test Dollar", "TUSD")
    return Marketplace(
        owner=owner,
        token=token,
        distributor=owner.deploy_distributor(token),
        identity=owner.deploy_identity(MARKETPLACE),
        chain_id=chain.chain_id,
    )
