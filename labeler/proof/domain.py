"""The EIP-712 domain: which marketplace a signature is for."""

from __future__ import annotations

from dataclasses import dataclass

from labeler.proof import typed_data
from labeler.proof.messages import MarketplaceIdentity

NAME = "Labeler Marketplace"
VERSION = "1"
_TEXTS = [("name", "string"), ("version", "string")]


@dataclass(frozen=True, slots=True)
class ChainDomain:
    """A marketplace whose identity is a contract (20 bytes) on a chain."""

    chain_id: int
    verifying_contract: bytes

    def separator(self) -> bytes:
        """keccak256 of the domain, 32 bytes."""
        fields = [*_TEXTS, ("chainId", "uint256"), ("verifyingContract", "address")]
        return _separator(
            fields, {"chainId": self.chain_id, "verifyingContract": self.verifying_contract}
        )


@dataclass(frozen=True, slots=True)
class SaltDomain:
    """A marketplace without a chain; `salt` is its 32-byte marketplaceId."""

    salt: bytes

    def separator(self) -> bytes:
        """keccak256 of the domain, 32 bytes."""
        return _separator([*_TEXTS, ("salt", "bytes32")], {"salt": self.salt})


Domain = ChainDomain | SaltDomain


def domain_of(identity: MarketplaceIdentity) -> Domain:
    """The domain of the marketplace that `identity` describes (chainId 0 stands for no chain)."""
    if identity.chain_id:
        return ChainDomain(identity.chain_id, identity.identity_contract)
    return SaltDomain(identity.marketplace_id)


def _separator(fields: typed_data.Fields, values: dict[str, object]) -> bytes:
    value = {"name": NAME, "version": VERSION, **values}
    return typed_data.hash_struct({"EIP712Domain": fields}, "EIP712Domain", value)
