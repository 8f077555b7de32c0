"""Every signed message, with the fields and types that docs/protocol.md fixes."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Annotated, ClassVar, get_args, get_type_hints

from labeler.proof import typed_data

Address = Annotated[bytes, "address"]
Word = Annotated[bytes, "bytes32"]
"""A 32-byte digest or identifier; zero stands for none."""
Count = Annotated[int, "uint64"]
Seconds = Annotated[int, "uint64"]
"""UTC seconds since 1970."""
PartsPerMillion = Annotated[int, "uint32"]
Amount = Annotated[int, "uint256"]
"""Money in minor units."""
Token = Annotated[str, "string"]
"""A code or a CAIP-19 name: at most 96 visible ASCII characters; empty for none."""

ZERO_WORD = bytes(32)
ZERO_ADDRESS = bytes(20)

_TOKEN = re.compile(r"[!-~]{0,96}")
_LENGTHS = {"address": 20, "bytes32": 32}
# A uint64 is a JSON integer on the wire, and those end here (RFC 8785).
_LIMITS = {"uint8": 2**8, "uint32": 2**32, "uint64": 2**53, "uint256": 2**256}


class Role(enum.IntEnum):
    REVIEWER = 1


class Verdict(enum.IntEnum):
    ACCEPTED = 1
    REJECTED = 2


class PayoutRule(enum.IntEnum):
    NO_CHAIN = 0
    CUMULATIVE_DISTRIBUTOR = 1


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name here, its name in the signed type, its EIP-712 type, its closed list."""

    name: str
    signed_name: str
    kind: str
    choices: type[enum.IntEnum] | None


@dataclass(frozen=True, slots=True)
class Message:
    """What all messages share. Raises TypeError or ValueError for a value outside its type."""

    SIGNED_BY: ClassVar[str] = ""

    def __post_init__(self) -> None:
        for field in fields_of(type(self)):
            _check(field, getattr(self, field.name))


@dataclass(frozen=True, slots=True)
class MarketplaceIdentity(Message):
    """Who a marketplace is: its keys, contracts, log and payout rule."""

    SIGNED_BY: ClassVar[str] = "operator"
    operator: Address
    marketplace: Address
    marketplace_id: Word
    chain_id: Count
    identity_contract: Address
    token: Address
    distributor: Address
    log_id: Word
    payout_rule: PayoutRule
    next_operator: Word
    valid_from: Seconds


@dataclass(frozen=True, slots=True)
class RoleGrant(Message):
    """Who may review, for which task (zero for all), and until when."""

    SIGNED_BY: ClassVar[str] = "operator"
    marketplace_id: Word
    role: Role
    holder: Address
    manifest: Word
    valid_from: Seconds
    valid_until: Seconds


@dataclass(frozen=True, slots=True)
class Offer(Message):
    """The requester's promise: terms, amount and escrow."""

    SIGNED_BY: ClassVar[str] = "requester"
    marketplace_id: Word
    requester: Address
    manifest: Word
    nonce: Word
    max_items: Count
    unit_amount: Amount
    currency: Token
    escrow: Address
    deadline: Seconds


@dataclass(frozen=True, slots=True)
class Assignment(Message):
    """What one expert was given, under which offer, and until when."""

    SIGNED_BY: ClassVar[str] = "marketplace"
    marketplace_id: Word
    offer: Word
    manifest: Word
    nonce: Word
    item_root: Word
    item_count: Count
    worker: Address
    lease_end: Seconds
    final_deadline: Seconds


@dataclass(frozen=True, slots=True)
class Submission(Message):
    """One item's labels, bound to the terms they were made under."""

    SIGNED_BY: ClassVar[str] = "expert"
    marketplace_id: Word
    assignment: Word
    item: Word
    manifest: Word
    payload: Word
    payload_size: Count
    media_type: Token
    source: Word
    journal_head: Word
    revision: Count
    device: Word
    sequence: Count
    previous: Word
    worker: Address
    payout_to: Address
    signed_at: Seconds
    blind: Word


@dataclass(frozen=True, slots=True)
class Receipt(Message):
    """The marketplace has it, and decides by then or has accepted it."""

    SIGNED_BY: ClassVar[str] = "marketplace"
    marketplace_id: Word
    submission: Word
    worker: Address
    offer: Word
    escrow: Address
    unit_amount: Amount
    currency: Token
    received_at: Seconds
    decision_due: Seconds


@dataclass(frozen=True, slots=True)
class Decision(Message):
    """A reviewer's verdict, with its reason."""

    SIGNED_BY: ClassVar[str] = "reviewer"
    marketplace_id: Word
    submission: Word
    manifest: Word
    grant: Word
    reviewer: Address
    verdict: Verdict
    reason: Token
    evidence: Word
    quality: PartsPerMillion
    decided_at: Seconds
    appeal_until: Seconds


@dataclass(frozen=True, slots=True)
class TreeHead(Message):
    """The log's size and root at a time."""

    SIGNED_BY: ClassVar[str] = "marketplace"
    log_id: Word
    size: Count
    root: Word
    time: Seconds


@dataclass(frozen=True, slots=True)
class EpochStatement(Message):
    """A period's sum over all accounts, and the root that everybody claims against."""

    SIGNED_BY: ClassVar[str] = "marketplace"
    marketplace_id: Word
    chain_id: Count
    token: Address
    distributor: Address
    epoch: Count
    previous: Word
    tree_head: Word
    claim_root: Word
    total: Amount
    time: Seconds


@dataclass(frozen=True, slots=True)
class AccountStatement(Message):
    """One account's own lines and cumulative sum in an epoch."""

    SIGNED_BY: ClassVar[str] = "marketplace"
    marketplace_id: Word
    epoch_statement: Word
    account: Address
    lines_root: Word
    line_count: Count
    cumulative: Amount


ALL: tuple[type[Message], ...] = (
    MarketplaceIdentity,
    RoleGrant,
    Offer,
    Assignment,
    Submission,
    Receipt,
    Decision,
    TreeHead,
    EpochStatement,
    AccountStatement,
)


def fields_of(kind: type[Message]) -> tuple[Field, ...]:
    """The fields of a message type, in the order that is signed."""
    return _FIELDS[kind]


def types_of(kind: type[Message]) -> typed_data.Types:
    """The message type as EIP-712 types."""
    return {kind.__name__: [(field.signed_name, field.kind) for field in fields_of(kind)]}


def signed_value(message: Message) -> Mapping[str, object]:
    """The message's values by their signed names, as the EIP-712 encoder wants them."""
    return {
        field.signed_name: int(value) if field.choices else value
        for field in fields_of(type(message))
        for value in [getattr(message, field.name)]
    }


def _field(name: str, hint: object) -> Field:
    first, *rest = name.split("_")
    signed_name = first + "".join(word.capitalize() for word in rest)
    if isinstance(hint, type) and issubclass(hint, enum.IntEnum):
        return Field(name, signed_name, "uint8", hint)
    return Field(name, signed_name, get_args(hint)[1], None)


def _check(field: Field, value: object) -> None:
    if field.choices:
        _demand(isinstance(value, field.choices), field)
    elif field.kind in _LENGTHS:
        _demand(isinstance(value, bytes) and len(value) == _LENGTHS[field.kind], field)
    elif field.kind == "string":
        _demand(isinstance(value, str) and bool(_TOKEN.fullmatch(value)), field)
    else:
        _demand(type(value) is int and 0 <= value < _LIMITS[field.kind], field)


def _demand(holds: bool, field: Field) -> None:
    if not holds:
        raise ValueError(f"{field.name} is not a value of {field.kind}")


def _read_fields(kind: type[Message]) -> tuple[Field, ...]:
    hints = get_type_hints(kind, include_extras=True)
    return tuple(_field(each.name, hints[each.name]) for each in fields(kind))


_FIELDS = {kind: _read_fields(kind) for kind in ALL}
