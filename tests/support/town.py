"""A marketplace as it really runs: its contracts on a chain, its hub over HTTP, one posted task."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from labeler.demo.chain import DemoChain, start_demo_chain
from labeler.hub import posting, review, settlement
from labeler.hub.chain_desk import found_on_chain, open_desk
from labeler.hub.consent import Consent
from labeler.hub.keys import HubKeys, Role
from labeler.hub.place import Marketplace, open_marketplace
from labeler.hub.posting import Posted, Terms
from labeler.hub.review import Ruling, Waiting
from labeler.hub.server import HubServer
from labeler.hub.settlement import ChainDesk, Settled
from labeler.hub.templates import read_template
from labeler.model.paths import resources_root
from labeler.proof.judge import check_identity
from tests.support.dicom_files import save, slice_dataset

PASSPHRASE = "the hub's own passphrase"
PRICE = 25_000_000
AS_IS = Consent(as_is=("*",))
"""Nobody is in made-up images, and references keep their names."""
CONTRACTS = resources_root() / "contracts"


@dataclass(frozen=True)
class Town:
    """Everything beside the expert: `url` is the hub, `node` the chain's JSON-RPC."""

    chain: DemoChain
    market: Marketplace
    desk: ChainDesk
    url: str
    posted: Posted
    study: Path

    @property
    def node(self) -> str:
        return self.chain.url

    @property
    def identity(self) -> str:
        """The fingerprint that an expert pins."""
        return check_identity(self.market.identity).digest.hex()

    def waiting(self) -> list[Waiting]:
        return review.waiting(self.market)

    def accept(self, submission: str, quality: int = 870_000) -> None:
        review.decide(self.market, submission, Ruling(accepted=True, quality=quality))

    def reject(self, submission: str, reason: str) -> None:
        review.decide(self.market, submission, Ruling(accepted=False, reason=reason, quality=0))

    def settle(self) -> Settled:
        """Put what is owed into the distributor, then publish what is owed."""
        identity = self.market.identity.message
        self.desk.account.mint(identity.token, identity.distributor, PRICE * 10)
        return settlement.settle(self.market, self.desk)

    def paid(self, account: bytes) -> int:
        """What the token's contract says that an account holds."""
        return self.desk.client.token_balance(self.market.identity.message.token, account)


def write_study(folder: Path, cases: int = 2, slices: int = 3, size: int = 16) -> Path:
    """`cases` CT series of a few small slices."""
    for case in range(1, cases + 1):
        for number in range(1, slices + 1):
            pixels = np.full((size, size), 1000 + number, np.int16)
            pixels[4:8, 4:8] = 1100
            dataset = slice_dataset(
                pixels,
                number=number,
                position=(0.0, 0.0, 2.5 * number),
                series=str(case),
            )
            place = folder / f"case-{case}"
            place.mkdir(parents=True, exist_ok=True)
            save(dataset, place / f"{number}.dcm")
    return folder


@contextmanager
def a_town(folder: Path, *, cases: int = 2, readers: int = 1) -> Iterator[Town]:
    """A chain with the contracts, a hub that serves, and a task of `cases` for so many experts."""
    keys = HubKeys(folder / "hub" / "keys", PASSPHRASE, scrypt_n=2)
    with start_demo_chain() as chain:
        (folder / "hub").mkdir(parents=True)
        keys.create()
        chain.fund(keys.address(Role.OPERATOR))
        place = found_on_chain(
            keys,
            chain.url,
            CONTRACTS,
            token=None,
            marketplace_id=b"\x21" * 32,
            public_rpc_url=chain.url,
        )
        with open_marketplace(folder / "hub", keys, chain=place) as market:
            desk = open_desk(market, CONTRACTS)
            assert desk is not None
            posted = _post(market, write_study(folder / "study", cases), readers)
            with HubServer(market, desk, requests_a_second=10_000) as server:
                yield Town(chain, market, desk, server.url, posted, folder / "study")


def _post(market: Marketplace, folder: Path, readers: int) -> Posted:
    terms = Terms(
        title="Nodules",
        price=PRICE,
        currency=posting.default_currency(market),
        symbol="USDC",
        decimals=6,
        readers=readers,
    )
    template = read_template("chest-ct-nodule", resources_root() / "forms")
    return posting.post(market, folder, template, terms, consent=AS_IS)
