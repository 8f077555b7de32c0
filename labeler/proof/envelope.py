"""A message with its signature, and its one form on the wire."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Generic, NoReturn, TypeVar

import msgspec
from msgspec import Meta

from labeler.errors import LabelerError
from labeler.proof import codec, curve, typed_data
from labeler.proof.domain import Domain
from labeler.proof.messages import ALL, Field, Message, fields_of, signed_value, types_of

M = TypeVar("M", bound=Message)
M_co = TypeVar("M_co", bound=Message, covariant=True)

MAX_WIRE_BYTES = 16 * 1024
_HEX = re.compile(r"0x(?:[0-9a-f]{2})*")
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,77}")
_BY_NAME = {kind.__name__: kind for kind in ALL}


@dataclass(frozen=True, slots=True)
class Signed(Generic[M_co]):
    """A message and 65 bytes of signature; `signer_of` says whose."""

    message: M_co
    signature: bytes


class Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The wire form as a value, to stand inside other JSON."""

    type: str
    message: dict[str, str | int]
    signature: Annotated[str, Meta(pattern=r"\A0x[0-9a-f]{130}\Z")]


def message_digest(domain: Domain, message: Message) -> bytes:
    """The 32 bytes that are signed, and by which everything refers to the message."""
    kind = type(message)
    hashed = typed_data.hash_struct(types_of(kind), kind.__name__, signed_value(message))
    return typed_data.digest(domain.separator(), hashed)


def sign(domain: Domain, message: M, key: bytes) -> Signed[M]:
    """`message` signed by a 32-byte private key."""
    return Signed(message, curve.sign(message_digest(domain, message), key))


def signer_of(domain: Domain, signed: Signed[Message]) -> bytes:
    """The 20-byte address that signed. Raises LabelerError "bad-signature"."""
    return curve.recover(message_digest(domain, signed.message), signed.signature)


def to_wire(signed: Signed[Message]) -> bytes:
    """Canonical JSON: type, message with camelCase names, signature."""
    return codec.encode(to_envelope(signed))


def from_wire(data: bytes, kind: type[M]) -> Signed[M]:
    """The signed message of `kind` in canonical JSON.

    Raises LabelerError "not-canonical" or "bad-message". The signature is not yet checked.
    """
    return from_envelope(codec.decode(data, Envelope, max_bytes=MAX_WIRE_BYTES), kind)


def any_from_wire(data: bytes) -> Signed[Message]:
    """As `from_wire`, for a message of any known type."""
    envelope = codec.decode(data, Envelope, max_bytes=MAX_WIRE_BYTES)
    if envelope.type not in _BY_NAME:
        _refuse("A message has the unknown type {type}.", envelope.type)
    return from_envelope(envelope, _BY_NAME[envelope.type])


def to_envelope(signed: Signed[Message]) -> Envelope:
    """The wire form as a value."""
    message = signed.message
    values = {
        field.signed_name: _to_json(field, getattr(message, field.name))
        for field in fields_of(type(message))
    }
    return Envelope(type(message).__name__, values, "0x" + signed.signature.hex())


def from_envelope(envelope: Envelope, kind: type[M]) -> Signed[M]:
    """The signed message of `kind`. Raises LabelerError "bad-message"."""
    if envelope.type != kind.__name__:
        _refuse("A message has the type {type} where another is due.", envelope.type)
    fields = fields_of(kind)
    if set(envelope.message) != {field.signed_name for field in fields}:
        _refuse("A {type} message has other fields than its type.", kind.__name__)
    try:
        values = {f.name: _from_json(f, envelope.message[f.signed_name]) for f in fields}
        message = kind(**values)
        signature = bytes.fromhex(envelope.signature.removeprefix("0x"))
    except (TypeError, ValueError):
        _refuse("A {type} message has a value outside its type.", kind.__name__)
    return Signed(message, signature)


def _to_json(field: Field, value: bytes | int | str) -> str | int:
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if field.kind == "uint256":
        return str(value)
    return int(value) if field.choices else value


def _from_json(field: Field, value: str | int) -> bytes | int | str:
    if field.choices:
        return field.choices(int(value)) if isinstance(value, int) else value
    if field.kind == "string" or field.kind in ("uint32", "uint64"):
        return value
    form = _DECIMAL if field.kind == "uint256" else _HEX
    if not isinstance(value, str) or not form.fullmatch(value):
        raise ValueError(field.name)
    return int(value) if field.kind == "uint256" else bytes.fromhex(value[2:])


def _refuse(happened: str, kind: str) -> NoReturn:
    raise LabelerError(
        "bad-message",
        happened,
        safe="Nothing was recorded, and your own work is untouched.",
        do="Sync again; if it comes back the same, do not trust its source.",
        type=kind[:40],
    ) from None
