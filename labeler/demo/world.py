"""Everything beside the expert, on loopback and for one run: chain, marketplace, task, reviewer."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from labeler.demo.chain import start_demo_chain
from labeler.demo.phantom import Truth, write_phantom
from labeler.demo.reviewer import Reviewer, Told
from labeler.errors import LabelerError
from labeler.hub import posting
from labeler.hub.chain_desk import found_on_chain, open_desk
from labeler.hub.commands import PASSPHRASE_VARIABLE
from labeler.hub.consent import Consent
from labeler.hub.keys import HubKeys, Role
from labeler.hub.place import Marketplace, open_marketplace
from labeler.hub.posting import Posted, Terms
from labeler.hub.settlement import ChainDesk
from labeler.hub.templates import read_template
from labeler.model.task_templates import Template

PHANTOM_FORM, OWN_FORM = "chest-ct-nodule", "general-findings"
PRICE = "25"
DECIMALS = 6
AS_IS = Consent(as_is=("*",))
"""All of the demonstration stays on this machine, and its phantom is nobody."""
INDICATION = "Persistent cough. Nodules?"
SCRYPT_N = 2**12
"""Light: these keys guard a throw-away marketplace."""

END_S = 10.0
"""How long a child may take to end by itself."""


class Plan(msgspec.Struct, frozen=True):
    """What to build: the phantom's size, or `images`, a folder of the person's own."""

    images: str = ""
    slices: int = 120
    size: int = 512


@dataclass(frozen=True)
class World:
    """What runs: `url` is the marketplace's, `node` the chain's; `truth` is None where unknown."""

    url: str
    node: str
    identity: str
    """The fingerprint that an expert pins: 64 hexadecimal digits."""
    posted: Posted
    truth: Truth | None
    market: Marketplace
    desk: ChainDesk


def cases(count: int) -> str:
    return "1 case" if count == 1 else f"{count} cases"


def program() -> tuple[str, ...]:
    """How this program is started again, also from a frozen build."""
    if getattr(sys, "frozen", False):
        return (sys.executable,)
    return sys.executable, "-m", "labeler"


@contextmanager
def build_world(
    folder: Path,
    resources: Path,
    plan: Plan,
    say: Callable[[str], None],
    told: Callable[[Told], None],
    trouble: Callable[[LabelerError], None],
) -> Iterator[World]:
    """Build it in `folder`; it ends with the block, also after an error.

    `say` hears what was done; `told` and `trouble` hear the reviewer, from another thread.
    Raises LabelerError: "demo-chain-missing", "no-images", "hub-not-started".
    """
    images, truth = Path(plan.images), None
    if not plan.images:
        images = folder / "images"
        truth = write_phantom(images, slices=plan.slices, size=plan.size)
        say(f"A chest CT of {plan.slices} slices was made; its nodules are known")
    passphrase = secrets.token_urlsafe(24)
    keys = HubKeys(folder / "hub" / "keys", passphrase, scrypt_n=SCRYPT_N)
    with start_demo_chain() as chain:
        keys.create()
        chain.fund(keys.address(Role.OPERATOR))
        place = found_on_chain(
            keys,
            chain.url,
            resources / "contracts",
            token=None,
            marketplace_id=secrets.token_bytes(32),
            public_rpc_url=chain.url,
        )
        say(f"A chain answers at {chain.url}; the contracts are on it")
        template = read_template(PHANTOM_FORM if truth else OWN_FORM, resources / "forms")
        with open_marketplace(folder / "hub", keys, chain=place) as market:
            desk = _desk(market, resources)
            posted = _post(market, desk, images, template)
            say(f"A task of {cases(posted.items)} is offered, {PRICE} USDC each, set aside")
            with _served(folder, passphrase) as url:
                reviewer = Reviewer(market, desk, truth, template.threshold_ppm, told, trouble)
                try:
                    identity = market.digest(market.identity.message)
                    yield World(url, chain.url, identity, posted, truth, market, desk)
                finally:
                    reviewer.close()


def _desk(market: Marketplace, resources: Path) -> ChainDesk:
    desk = open_desk(market, resources / "contracts")
    if desk is None:
        raise RuntimeError("a marketplace that was founded on a chain has one")
    return desk


def _post(market: Marketplace, desk: ChainDesk, images: Path, template: Template) -> Posted:
    """Offer the folder's cases, and put their whole price into the distributor."""
    price = posting.minor_units(PRICE, DECIMALS)
    terms = Terms(
        title="",
        price=price,
        currency=posting.default_currency(market),
        symbol="USDC",
        decimals=DECIMALS,
        royalty_basis_points=200,
        indication=INDICATION if template.form.code == PHANTOM_FORM else "",
    )
    posted = posting.post(market, images, template, terms, consent=AS_IS)
    identity = market.identity.message
    desk.account.mint(identity.token, identity.distributor, price * posted.items)
    return posted


@contextmanager
def _served(folder: Path, passphrase: str) -> Iterator[str]:
    """The marketplace as it really runs: another process; its URL."""
    place = str(folder / "hub")
    command = (*program(), "hub", "serve", "--dir", place, "--port", "0", "--json")
    with (folder / "hub.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603  this program itself
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            env={**os.environ, PASSPHRASE_VARIABLE: passphrase},
        )
    try:
        yield _url(process, folder / "hub.log")
    finally:
        end(process)


class _Serving(msgspec.Struct):
    url: str


def _url(process: subprocess.Popen[bytes], log: Path) -> str:
    """What the hub says once it listens."""
    assert process.stdout is not None
    try:
        return msgspec.json.decode(process.stdout.readline(), type=_Serving).url
    except msgspec.MsgspecError:
        end(process)
        raise LabelerError(
            "hub-not-started",
            "The demonstration's marketplace did not start: {why}",
            safe="Nothing of yours was touched.",
            do="Send this message to the makers of Labeler.",
            why=log.read_text(errors="replace")[-400:] or "it said nothing.",
        ) from None


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask a child to end, wait, and insist."""
    process.terminate()
    try:
        process.wait(END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        with suppress(OSError):
            process.stdout.close()
