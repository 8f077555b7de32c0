"""The login text: composed here for a pinned host, never taken from anybody."""

from __future__ import annotations

from datetime import UTC, datetime

from labeler.proof.curve import checksummed
from labeler.proof.login import LoginMessage
from labeler.signing.pins import Pinned

STATEMENT = "Sign in to this marketplace with Labeler. This approves no payment and no work."
VALID_S = 600


def compose_login(
    pinned: Pinned, address: bytes, *, scheme: str, nonce: str, now_s: int
) -> LoginMessage:
    """What logs `address` (20 bytes) in at the pinned host within ten minutes.

    Raises LabelerError "bad-login" where host or nonce are not what EIP-4361 allows.
    """
    return LoginMessage(
        scheme=scheme,
        domain=pinned.host,
        address=checksummed(address),
        statement=STATEMENT,
        uri=f"{scheme}://{pinned.host}",
        version="1",
        chain_id=pinned.identity.chain_id,
        nonce=nonce,
        issued_at=_rfc3339(now_s),
        expiration_time=_rfc3339(now_s + VALID_S),
    )


def _rfc3339(moment_s: int) -> str:
    return datetime.fromtimestamp(moment_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
