"""The contracts that ship with the program: what they can be asked, and their code."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

IMMUTABLE_BYTES = 32
NAMES = ("token", "distributor", "identity")


class Contract(msgspec.Struct, frozen=True):
    """One compiled contract, as `python -m tests.chain.compile` wrote it.

    `bytecode` creates it and `runtime` is what then lies on the chain, both as 0x-hexadecimal;
    each immutable value follows the runtime code as one word of 32 bytes.
    """

    contract: str
    compiler: str
    abi: list[dict[str, object]]
    bytecode: str
    runtime: str

    def is_code(self, code: bytes, immutables: int) -> bool:
        """Whether `code`, read from a chain, is this contract with any values of its immutables."""
        reviewed = bytes.fromhex(self.runtime[2:])
        length = len(reviewed) + immutables * IMMUTABLE_BYTES
        return len(code) == length and code.startswith(reviewed)


@dataclass(frozen=True)
class Contracts:
    token: Contract
    distributor: Contract
    identity: Contract


def load_contracts(folder: Path) -> Contracts:
    """The contracts in `folder` (`resources/contracts`)."""
    return Contracts(
        _load(folder, "token"), _load(folder, "distributor"), _load(folder, "identity")
    )


def _load(folder: Path, name: str) -> Contract:
    return msgspec.json.decode((folder / f"{name}.json").read_bytes(), type=Contract)
