"""Comparing a marketplace with the one that a person means."""

from __future__ import annotations

import re
from pathlib import Path

from labeler.errors import LabelerError
from labeler.proof.envelope import from_wire
from labeler.proof.judge import check_identity
from labeler.proof.messages import MarketplaceIdentity

MAX_IDENTITY_BYTES = 16 * 1024
_DIGEST = re.compile(r"(?:0x)?([0-9a-f]{64})")


def trusted_identity(typed: str) -> bytes:
    """The 32-byte digest: typed, or of the signed identity in a file.

    Raises LabelerError "trust-unclear" and those of the identity.
    """
    if match := _DIGEST.fullmatch(typed.lower()):
        return bytes.fromhex(match[1])
    try:
        with Path(typed).open("rb") as file:
            data = file.read(MAX_IDENTITY_BYTES + 1)
    except (OSError, ValueError) as error:
        raise LabelerError(
            "trust-unclear",
            "“{typed}” is neither a fingerprint nor a file that can be read.",
            safe="Nothing was checked.",
            do="Type the 64 digits of the fingerprint, or name the identity's file.",
            typed=typed[:80],
        ) from error
    return check_identity(from_wire(data, MarketplaceIdentity)).digest


def need_same(typed: str, identity: str) -> None:
    """Raises LabelerError "identity-differs" where this is not the marketplace that was meant."""
    if trusted_identity(typed).hex() != identity:
        raise LabelerError(
            "identity-differs",
            "This is not the marketplace that you trust: it shows the fingerprint {identity}.",
            safe="Nothing was trusted or sent.",
            do="Check the address, and ask the marketplace by another way.",
            identity=identity,
        )
