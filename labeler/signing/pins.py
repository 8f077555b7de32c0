"""Which marketplaces the signer works for."""

from __future__ import annotations

from dataclasses import dataclass

from labeler.errors import LabelerError
from labeler.proof.domain import Domain, domain_of
from labeler.proof.envelope import Envelope, from_envelope, signer_of
from labeler.proof.messages import MarketplaceIdentity


@dataclass(frozen=True)
class Pinned:
    """One marketplace: its host, what its operator signed, and the domain of its messages."""

    host: str
    identity: MarketplaceIdentity
    domain: Domain


class Pins:
    """Marketplaces by id. A pin is never changed: who wants that starts a new process."""

    def __init__(self) -> None:
        self._by_id: dict[bytes, Pinned] = {}

    def add(self, host: str, envelope: Envelope) -> None:
        """Raises LabelerError "bad-identity" or "pin-conflict"."""
        signed = from_envelope(envelope, MarketplaceIdentity)
        identity = signed.message
        pinned = Pinned(host, identity, domain_of(identity))
        if signer_of(pinned.domain, signed) != identity.operator:
            raise LabelerError(
                "bad-identity",
                "The marketplace's identity is not signed by the operator it names.",
                safe="Nothing was signed, and your work is untouched.",
                do="Do not work with {host} before its operator has explained this.",
                host=host,
            )
        known = self._by_id.setdefault(identity.marketplace_id, pinned)
        if known != pinned:
            raise LabelerError(
                "pin-conflict",
                "{host} says that it is another marketplace than the one you connected to.",
                safe="Nothing was signed, and your work is untouched.",
                do="Do not sign in there before its operator has explained this.",
                host=host,
            )

    def get(self, marketplace_id: bytes) -> Pinned:
        """Raises LabelerError "not-pinned"."""
        found = self._by_id.get(marketplace_id)
        if found is None:
            raise LabelerError(
                "not-pinned",
                "The signer does not know this marketplace.",
                safe="Nothing was signed.",
                do="Connect to the marketplace first.",
            )
        return found
