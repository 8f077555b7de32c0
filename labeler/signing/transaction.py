"""The one transaction the signer can sign: a claim from a marketplace's distributor."""

from __future__ import annotations

from dataclasses import dataclass

from labeler.errors import LabelerError
from labeler.proof.curve import sign
from labeler.proof.keccak import keccak256

MAX_GAS = 2_000_000
MAX_FEE_WEI = 5 * 10**16
"""The highest network fee that is ever signed: 0.05 of the chain's coin."""
MAX_PROOF = 40

_DYNAMIC_FEE = b"\x02"
_CLAIM = keccak256(b"claim(address,uint256,bytes32[])")[:4]

Rlp = bytes | int | list["Rlp"]


@dataclass(frozen=True)
class ClaimTransaction:
    """An EIP-1559 transaction of zero value; addresses 20 bytes, proof of 32-byte words, wei."""

    chain_id: int
    nonce: int
    gas: int
    max_fee_per_gas: int
    max_priority_fee_per_gas: int
    distributor: bytes
    account: bytes
    cumulative: int
    proof: tuple[bytes, ...]

    @property
    def highest_fee_wei(self) -> int:
        return self.gas * self.max_fee_per_gas

    def check(self) -> None:
        """Raises LabelerError "claim-refused" for a fee over the cap or fields out of range."""
        if self.chain_id < 1:
            raise _refused("This claim is not signed: the marketplace pays without a chain.")
        words = (self.nonce, self.max_fee_per_gas, self.max_priority_fee_per_gas, self.cumulative)
        if not all(0 <= word < 2**256 for word in words):
            raise _refused("This claim is not signed: a number is out of range.")
        if any(len(address) != 20 for address in (self.distributor, self.account)):
            raise _refused("This claim is not signed: an address is not 20 bytes.")
        if len(self.proof) > MAX_PROOF or any(len(node) != 32 for node in self.proof):
            raise _refused("This claim is not signed: its proof has a wrong shape.")
        if self.max_priority_fee_per_gas > self.max_fee_per_gas:
            raise _refused("This claim is not signed: the tip is above the whole fee.")
        if not 0 < self.gas <= MAX_GAS or self.highest_fee_wei > MAX_FEE_WEI:
            raise _refused("This claim is not signed: the network fee is above the limit.")

    @property
    def calldata(self) -> bytes:
        """claim(account, cumulative, proof), ABI-encoded."""
        words = [
            self.account.rjust(32, b"\0"),
            self.cumulative.to_bytes(32),
            (3 * 32).to_bytes(32),
            len(self.proof).to_bytes(32),
            *self.proof,
        ]
        return _CLAIM + b"".join(words)

    @property
    def digest(self) -> bytes:
        """What is signed."""
        return keccak256(_DYNAMIC_FEE + rlp(self._fields()))

    def signed(self, key: bytes) -> tuple[bytes, bytes]:
        """The raw signed transaction, ready to be sent by anyone, and its hash."""
        signature = sign(self.digest, key)
        r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:64])
        raw = _DYNAMIC_FEE + rlp([*self._fields(), signature[64] - 27, r, s])
        return raw, keccak256(raw)

    def _fields(self) -> list[Rlp]:
        value, access_list = 0, list[Rlp]()
        return [
            self.chain_id,
            self.nonce,
            self.max_priority_fee_per_gas,
            self.max_fee_per_gas,
            self.gas,
            self.distributor,
            value,
            self.calldata,
            access_list,
        ]


def rlp(value: Rlp) -> bytes:
    """Recursive-length prefix encoding; integers are big-endian without leading zeros."""
    if isinstance(value, int):
        value = value.to_bytes((value.bit_length() + 7) // 8)
    if isinstance(value, list):
        content = b"".join(rlp(member) for member in value)
        return _length_prefix(len(content), 0xC0) + content
    if len(value) == 1 and value[0] < 0x80:
        return value
    return _length_prefix(len(value), 0x80) + value


def _length_prefix(length: int, offset: int) -> bytes:
    if length < 56:
        return bytes([offset + length])
    digits = length.to_bytes((length.bit_length() + 7) // 8)
    return bytes([offset + 55 + len(digits)]) + digits


def _refused(happened: str) -> LabelerError:
    return LabelerError(
        "claim-refused",
        happened,
        safe="Nothing was signed, and your money stays yours to claim.",
        do="Look at the network's fee, or let the marketplace send the claim.",
    )
