"""Connecting: who a marketplace is, pinned at first sight."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from labeler.app.keys import need_unlocked
from labeler.app.services import Services
from labeler.errors import LabelerError
from labeler.market import wire
from labeler.market.client import MarketClient
from labeler.market.transport import is_local, is_usable
from labeler.proof import judge
from labeler.proof.envelope import Envelope, Signed, from_envelope, from_wire, to_wire
from labeler.proof.judge import Pin
from labeler.proof.messages import MarketplaceIdentity, RoleGrant
from labeler.store.store import Store
from labeler.store.tasks import MarketplaceRow

GRANT_TYPE = "RoleGrant"
IDENTITY_TYPE = "MarketplaceIdentity"


@dataclass(frozen=True)
class Found:
    """Who answered at `url`; nothing is kept yet. `node` is the chain node it suggests, or ""."""

    url: str
    name: str
    pin: Pin
    identity: Signed[MarketplaceIdentity]
    grants: tuple[Signed[RoleGrant], ...]
    node: str


@dataclass(frozen=True)
class Pinned:
    """A marketplace as this profile trusts it."""

    row: MarketplaceRow
    pin: Pin
    identity: Signed[MarketplaceIdentity]
    node: str

    @property
    def id(self) -> bytes:
        return self.pin.identity.marketplace_id


def find(services: Services, url: str) -> Found:
    """Ask who answers at `url`, and check that it says so itself."""
    return who_answers(services.market(url))


def who_answers(client: MarketClient) -> Found:
    """Who this client's marketplace says it is; the client is closed."""
    try:
        answer = client.identity()
        identity = from_envelope(answer.identity, MarketplaceIdentity)
        pin = judge.check_identity(identity)
        grants = _checked_grants(pin, answer.grants)
        node = _usable_node(client.base_url, answer.node)
        return Found(client.base_url, client.host, pin, identity, grants, node)
    except LabelerError as error:
        raise _asked_by_hand(error) from error
    finally:
        client.close()


def _asked_by_hand(error: LabelerError) -> LabelerError:
    """Nobody connects again by itself: what is otherwise tried later waits for the person."""
    if error.code not in ("marketplace-unreachable", "marketplace-busy"):
        return error
    return LabelerError(
        error.code,
        error.templates[0],
        safe="Nothing was changed.",
        do="Check the address and the network, then connect again.",
        **error.facts,
    )


def connect(services: Services, found: Found) -> MarketplaceRow:
    """Pin what was shown, or note the new address of what is pinned: the key is locked then.

    Raises LabelerError "identity-changed" against an older pin, "second-marketplace".
    """
    now = services.clock()
    own, digest = found.pin.identity.marketplace_id.hex(), found.pin.digest.hex()

    def keep(store: Store) -> tuple[MarketplaceRow, bool]:
        with store.database.transaction():
            known = store.tasks.marketplaces()
            _refuse_second(known, own)
            store.messages.put(digest, IDENTITY_TYPE, to_wire(found.identity), now)
            _keep_grants(store, found.pin, found.grants, now)
            store.settings.put(_suggested_node(own), found.node)
            moved = any(row.url != found.url for row in known)
            return store.tasks.connect(own, found.url, found.name, digest, "", now), moved

    row, moved = services.store.call(keep)
    if moved:
        # The signer holds a marketplace to the host it was told first.
        services.signer.restart()
    return row


def _refuse_second(known: list[MarketplaceRow], marketplace: str) -> None:
    """One profile works for one marketplace: no money is added up, and no digest told, across."""
    if any(row.id != marketplace for row in known):
        raise LabelerError(
            "second-marketplace",
            "This profile works for the marketplace {name}, and this is another one.",
            safe="Nothing was sent or changed.",
            do="Make another profile for it.",
            name=known[0].name,
        )


def use_node(services: Services, marketplace: str, url: str) -> None:
    """Ask this JSON-RPC node about the marketplace's contracts, instead of the suggested one."""
    services.store.call(lambda store: store.settings.put(_chosen_node(marketplace), url))


def refresh_grants(services: Services, pinned: Pinned, client: MarketClient) -> None:
    """Keep grants that were given since; the identity itself must not have changed."""
    answer = client.identity()
    identity = from_envelope(answer.identity, MarketplaceIdentity)
    judge.check_identity(identity, pinned=pinned.pin.digest)
    grants, now = _checked_grants(pinned.pin, answer.grants), services.clock()
    services.store.call(lambda store: _keep_grants(store, pinned.pin, grants, now))


def only_marketplace(store: Store) -> MarketplaceRow:
    """The marketplace of this profile. Raises LabelerError "not-connected"."""
    rows = store.tasks.marketplaces()
    if not rows:
        raise LabelerError(
            "not-connected",
            "This profile is not connected to a marketplace yet.",
            safe="Nothing was changed.",
            do="Connect one first.",
        )
    return rows[-1]


def load_pinned(store: Store, marketplace: str) -> Pinned:
    """The pinned identity of a marketplace and the grants kept of it."""
    row = store.tasks.marketplace(marketplace)
    identity = from_wire(store.messages.get(row.identity).wire, MarketplaceIdentity)
    pin = judge.check_identity(identity, pinned=bytes.fromhex(row.identity))
    suggested = store.settings.get(_suggested_node(marketplace), str, "")
    node = store.settings.get(_chosen_node(marketplace), str, suggested)
    return Pinned(row, pin, identity, node)


def pin_signer(services: Services, pinned: Pinned) -> None:
    """Let the signer work for this marketplace at its host."""
    services.signer.pin(host_of(pinned.row.url), pinned.identity)


def log_in(services: Services, pinned: Pinned, client: MarketClient) -> str:
    """A token for this marketplace; the signer composes the text for the pinned host."""
    need_unlocked(services)
    pin_signer(services, pinned)
    nonce = client.nonce().nonce
    scheme = urlsplit(pinned.row.url).scheme
    summary = services.signer.propose_login(pinned.id, scheme=scheme, nonce=nonce)
    proof = services.signer.confirm_login(summary.token)
    signature = "0x" + proof.signature.hex()
    return client.login(wire.LoginRequest(proof.text, signature)).token


def host_of(url: str) -> str:
    """Host and port of a URL, as a login names them."""
    return urlsplit(url).netloc


def _checked_grants(pin: Pin, envelopes: tuple[Envelope, ...]) -> tuple[Signed[RoleGrant], ...]:
    grants = tuple(from_envelope(each, RoleGrant) for each in envelopes)
    for grant in grants:
        judge.check_grant(pin, grant)
    return grants


def _keep_grants(store: Store, pin: Pin, grants: tuple[Signed[RoleGrant], ...], now: int) -> None:
    with store.database.transaction():
        for grant in grants:
            digest = pin.digest_of(grant.message).hex()
            store.messages.put(digest, GRANT_TYPE, to_wire(grant), now)


def _usable_node(market: str, node: str) -> str:
    """The suggestion, or "": nobody outside leads this program to the machines around it.

    A marketplace on this computer may name a node on this computer; any other one on https.
    """
    return node if is_usable(node) and (is_local(market) or not is_local(node)) else ""


def _chosen_node(marketplace: str) -> str:
    return f"node/{marketplace}"


def _suggested_node(marketplace: str) -> str:
    return f"suggested-node/{marketplace}"
