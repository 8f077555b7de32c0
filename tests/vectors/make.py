"""Write the golden vectors: `python tests/vectors/make.py`."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from labeler.proof import curve, domain, envelope, messages
from labeler.proof.messages import Field, Message

HERE = Path(__file__).resolve().parent
DOMAINS: dict[str, domain.Domain] = {
    "chain": domain.ChainDomain(31337, bytes(range(1, 21))),
    "no-chain": domain.SaltDomain(hashlib.sha256(b"marketplace").digest()),
}
LARGEST = {"uint32": 1_000_000, "uint64": 2**53 - 1, "uint256": 2**256 - 1}
TOKENS = {
    "currency": "eip155:31337/erc20:0x1111111111111111111111111111111111111111",
    "media_type": "application/vnd.labeler.document+json",
    "reason": "mask-incomplete",
}


def example(kind: type[Message]) -> Message:
    """A message whose every field differs from every other."""
    return kind(**{field.name: _value(kind, field) for field in messages.fields_of(kind)})


def vector(kind: type[Message]) -> dict[str, Any]:
    """What stands in the file of one message type."""
    message = example(kind)
    key = hashlib.sha256(kind.SIGNED_BY.encode()).digest()
    rows = {}
    for name, each in DOMAINS.items():
        signed = envelope.sign(each, message, key)
        rows[name] = {
            "separator": "0x" + each.separator().hex(),
            "digest": "0x" + envelope.message_digest(each, message).hex(),
            "wire": json.loads(envelope.to_wire(signed)),
        }
    fields = [[field.kind, field.signed_name] for field in messages.fields_of(kind)]
    return {
        "primaryType": kind.__name__,
        "fields": fields,
        "key": "0x" + key.hex(),
        "signer": curve.checksummed(curve.address_of(key)),
        "domains": rows,
    }


def _value(kind: type[Message], field: Field) -> bytes | int | str:
    seed = hashlib.sha256(f"{kind.__name__}.{field.name}".encode()).digest()
    if field.choices:
        return list(field.choices)[-1]
    if field.kind == "string":
        return TOKENS[field.name]
    if field.kind in ("address", "bytes32"):
        return seed[: 20 if field.kind == "address" else 32]
    # Times and counters of a usual size; one field a type at its largest.
    first = next(each for each in messages.fields_of(kind) if each.kind == field.kind)
    return LARGEST[field.kind] if field == first else int.from_bytes(seed[:4], "big")


def main() -> None:
    for kind in messages.ALL:
        text = json.dumps(vector(kind), indent=1) + "\n"
        (HERE / f"{kind.__name__}.json").write_text(text)


if __name__ == "__main__":
    main()
