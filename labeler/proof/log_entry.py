"""What the public log says about a message: enough to be held to, nothing that exposes anyone."""

from __future__ import annotations

import hashlib
from typing import Annotated

import msgspec
from msgspec import Meta

from labeler.model.words import Digest
from labeler.proof import codec, merkle_log
from labeler.proof.messages import Decision

SECONDS_A_DAY = 86_400

Natural = Annotated[int, Meta(ge=0, le=codec.MAX_INTEGER)]
Path = Annotated[tuple[Digest, ...], Meta(max_length=64)]


class LogLeaf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One public entry. `day` counts UTC days since 1970; `commitment` hides whose it is."""

    type: str
    manifest: Digest
    verdict: int
    reason: str
    day: Natural
    commitment: Digest


class LogProof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a party is given: its entry, the opening, and the path to a tree head of `size`."""

    leaf: LogLeaf
    blind: Digest
    index: Natural
    size: Natural
    path: Path


class ConsistencyProof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That the log of `second` entries began as the log of `first`."""

    first: Natural
    second: Natural
    path: Path


def decision_leaf(decision: Decision, digest: bytes, blind: bytes) -> LogLeaf:
    """The entry of a decision with this message digest, hidden by 32 random bytes."""
    return LogLeaf(
        type="Decision",
        manifest=decision.manifest.hex(),
        verdict=int(decision.verdict),
        reason=decision.reason,
        day=decision.decided_at // SECONDS_A_DAY,
        commitment=commitment(blind, digest),
    )


def commitment(blind: bytes, digest: bytes) -> str:
    """SHA-256(blind || digest), 32 bytes each, as hexadecimal."""
    if len(blind) != 32 or len(digest) != 32:
        raise ValueError("a blind and a digest are 32 bytes each")
    return hashlib.sha256(blind + digest).hexdigest()


def entry_hash(leaf: LogLeaf) -> bytes:
    """The RFC 9162 leaf hash of the entry's canonical bytes."""
    return merkle_log.leaf_hash(codec.encode(leaf))


def is_in_tree(proof: LogProof, root: bytes) -> bool:
    """Whether the path leads from the entry to `root`."""
    path = [bytes.fromhex(step) for step in proof.path]
    return merkle_log.proves_inclusion(entry_hash(proof.leaf), proof.index, proof.size, path, root)


def is_extension(proof: ConsistencyProof, first_root: bytes, second_root: bytes) -> bool:
    """Whether the path shows that the second tree began as the first."""
    path = [bytes.fromhex(step) for step in proof.path]
    return merkle_log.proves_consistency(proof.first, first_root, proof.second, second_root, path)
