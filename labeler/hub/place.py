"""One marketplace in one folder: its identity, keys, database and blobs."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec
from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from labeler.errors import LabelerError
from labeler.hub.blobs import BlobFolder
from labeler.hub.database import Database, role_grant, setting
from labeler.hub.keys import HubKeys, Role
from labeler.proof.domain import Domain, domain_of
from labeler.proof.envelope import Signed, from_wire, message_digest, to_wire
from labeler.proof.messages import (
    ZERO_ADDRESS,
    ZERO_WORD,
    MarketplaceIdentity,
    Message,
    PayoutRule,
    RoleGrant,
)
from labeler.proof.messages import Role as GrantedRole

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

M = TypeVar("M", bound=Message)

GRANT_SECONDS = 365 * 24 * 3600
GRANT_RENEWED_BEFORE = 90 * 24 * 3600


class ChainPlace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a marketplace pays; addresses are 0x and 40 lower-case digits.

    `marketplace_id` (64 hexadecimal digits) is what the identity contract was created with.
    `rpc_url` is the hub's own node and may hold a secret; `public_rpc_url` is shown to experts.
    """

    rpc_url: str
    chain_id: int
    identity_contract: str
    token: str
    distributor: str
    marketplace_id: str
    public_rpc_url: str = ""


@dataclass(frozen=True)
class Marketplace:
    """Everything the hub's verbs work on. `clock` gives UTC seconds."""

    folder: Path
    database: Database
    blobs: BlobFolder
    keys: HubKeys
    identity: Signed[MarketplaceIdentity]
    chain: ChainPlace | None
    clock: Callable[[], int]
    random: Callable[[int], bytes]
    large_documents: threading.BoundedSemaphore = field(
        default_factory=threading.BoundedSemaphore, compare=False, repr=False
    )
    """Held by whoever reads one: it takes ten times its bytes in memory."""
    turn_s: float = 3.0
    """So long another one waits for its turn, before its sender is asked to come again."""

    @property
    def id(self) -> bytes:
        return self.identity.message.marketplace_id

    @property
    def domain(self) -> Domain:
        return domain_of(self.identity.message)

    def sign(self, role: Role, message: M) -> Signed[M]:
        return Signed(message, self.keys.sign(role, message_digest(self.domain, message)))

    def digest(self, message: Message) -> str:
        """The message's EIP-712 digest as 64 hexadecimal digits."""
        return message_digest(self.domain, message).hex()

    def close(self) -> None:
        self.database.close()

    def __enter__(self) -> Marketplace:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _now() -> int:
    return int(time.time())


def exists(folder: Path) -> bool:
    """Whether `folder` holds a marketplace already."""
    return (folder / "hub.db").exists() and (folder / "keys" / f"{Role.OPERATOR}.json").exists()


def kept_chain(folder: Path) -> ChainPlace | None:
    """Where the marketplace in `folder` pays, if it is there and pays on a chain."""
    if not exists(folder):
        return None
    database = Database(folder / "hub.db")
    try:
        with database.read() as connection:
            stored = _read(connection, "chain")
    finally:
        database.close()
    return None if stored is None else msgspec.json.decode(stored, type=ChainPlace)


def open_marketplace(
    folder: Path,
    keys: HubKeys,
    *,
    chain: ChainPlace | None = None,
    clock: Callable[[], int] = _now,
    random: Callable[[int], bytes] = os.urandom,
) -> Marketplace:
    """The marketplace in `folder`, founded there if it is not one yet.

    `chain` is where a new marketplace pays; of an existing one only the nodes' addresses change.
    Raises LabelerError "chain-fixed" where another chain or contract is named later.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not keys.exist():
        keys.create()
    database = Database(folder / "hub.db")
    try:
        with database.write() as connection:
            place = _kept_chain(connection, chain)
            identity = _kept_identity(connection, keys, place, clock(), random)
    except BaseException:
        database.close()
        raise
    blobs = BlobFolder(folder / "blobs")
    market = Marketplace(folder, database, blobs, keys, identity, place, clock, random)
    ensure_grant(market)
    return market


def _read(connection: Connection, name: str) -> bytes | None:
    value: bytes | None = connection.execute(
        select(setting.c.value).where(setting.c.name == name)
    ).scalar_one_or_none()
    return value


def _write(connection: Connection, name: str, value: bytes) -> None:
    connection.execute(insert(setting).values(name=name, value=value).prefix_with("OR REPLACE"))


def _kept_chain(connection: Connection, asked: ChainPlace | None) -> ChainPlace | None:
    stored = _read(connection, "chain")
    if stored is None:
        if asked is not None and _read(connection, "identity") is not None:
            raise _chain_fixed()
        if asked is not None:
            _write(connection, "chain", msgspec.json.encode(asked))
        return asked
    kept = msgspec.json.decode(stored, type=ChainPlace)
    if asked is None:
        return kept
    moved = msgspec.structs.replace(
        kept, rpc_url=asked.rpc_url, public_rpc_url=asked.public_rpc_url
    )
    if moved != asked:
        raise _chain_fixed()
    _write(connection, "chain", msgspec.json.encode(asked))
    return asked


def _kept_identity(
    connection: Connection,
    keys: HubKeys,
    place: ChainPlace | None,
    now: int,
    random: Callable[[int], bytes],
) -> Signed[MarketplaceIdentity]:
    stored = _read(connection, "identity")
    if stored is not None:
        return from_wire(stored, MarketplaceIdentity)
    identity = MarketplaceIdentity(
        operator=keys.address(Role.OPERATOR),
        marketplace=keys.address(Role.MARKETPLACE),
        marketplace_id=bytes.fromhex(place.marketplace_id) if place else random(32),
        chain_id=place.chain_id if place else 0,
        identity_contract=_address(place.identity_contract) if place else ZERO_ADDRESS,
        token=_address(place.token) if place else ZERO_ADDRESS,
        distributor=_address(place.distributor) if place else ZERO_ADDRESS,
        log_id=random(32),
        payout_rule=PayoutRule.CUMULATIVE_DISTRIBUTOR if place else PayoutRule.NO_CHAIN,
        next_operator=ZERO_WORD,
        valid_from=now,
    )
    signature = keys.sign(Role.OPERATOR, message_digest(domain_of(identity), identity))
    signed = Signed(identity, signature)
    _write(connection, "identity", to_wire(signed))
    return signed


def ensure_grant(market: Marketplace) -> tuple[str, Signed[RoleGrant]]:
    """The reviewer's current grant for every task (digest, message), renewed in good time."""
    now, holder = market.clock(), market.keys.address(Role.REVIEWER)
    with market.database.write() as connection:
        found = connection.execute(
            select(role_grant.c.digest, role_grant.c.envelope)
            .where(role_grant.c.holder == holder.hex(), role_grant.c.valid_from <= now)
            .where(role_grant.c.valid_until > now + GRANT_RENEWED_BEFORE)
            .order_by(role_grant.c.valid_until.desc())
        ).first()
        if found is not None:
            return found.digest, from_wire(found.envelope, RoleGrant)
        grant = market.sign(
            Role.OPERATOR,
            RoleGrant(
                marketplace_id=market.id,
                role=GrantedRole.REVIEWER,
                holder=holder,
                manifest=ZERO_WORD,
                valid_from=now,
                valid_until=now + GRANT_SECONDS,
            ),
        )
        digest = market.digest(grant.message)
        connection.execute(
            insert(role_grant).values(
                digest=digest,
                holder=holder.hex(),
                manifest=ZERO_WORD.hex(),
                valid_from=grant.message.valid_from,
                valid_until=grant.message.valid_until,
                envelope=to_wire(grant),
            )
        )
    return digest, grant


def _address(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


def _chain_fixed() -> LabelerError:
    return LabelerError(
        "chain-fixed",
        "This marketplace was founded with another chain or other contracts.",
        safe="Nothing was changed; every signature made so far stays valid.",
        do="Leave the chain's options out, or found a new marketplace in another folder.",
    )
