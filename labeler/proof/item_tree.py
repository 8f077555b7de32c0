"""Trees over content digests: the items of an assignment, the lines of an account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from labeler.model.words import Code, Digest, Money
from labeler.proof import codec, merkle_log
from labeler.proof.log_entry import Natural, Path


class TreeProof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The path from the member at `index` to the root of `size` members."""

    index: Natural
    size: Natural
    path: Path


class AccountLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of an account: `kind` is "item" for an accepted item, "silence" where silence has
    accepted it; `submission` is the submission's message digest; `amount` is in minor units."""

    submission: Digest
    kind: Code
    amount: Money


Lines = Annotated[tuple[AccountLine, ...], Meta(max_length=1_000_000)]


def item_root(items: Sequence[str]) -> bytes:
    """Assignment.itemRoot: the RFC 9162 root over the items' 32-byte digests, in their order."""
    return merkle_log.root([_item_leaf(item) for item in items])


def item_proof(items: Sequence[str], index: int) -> TreeProof:
    """That the item at `index` is one of the assignment's. Raises IndexError."""
    return _proof([_item_leaf(item) for item in items], index)


def proves_item(item: str, proof: TreeProof, root: bytes) -> bool:
    """Whether the item digest stands in the tree at the proof's place."""
    return _proves(_item_leaf(item), proof, root)


def lines_root(lines: Sequence[AccountLine]) -> bytes:
    """AccountStatement.linesRoot: the RFC 9162 root over the lines' canonical bytes."""
    return merkle_log.root([_line_leaf(line) for line in lines])


def line_proof(lines: Sequence[AccountLine], index: int) -> TreeProof:
    """That the line at `index` is one of the account's. Raises IndexError."""
    return _proof([_line_leaf(line) for line in lines], index)


def proves_line(line: AccountLine, proof: TreeProof, root: bytes) -> bool:
    """Whether the line stands in the tree at the proof's place."""
    return _proves(_line_leaf(line), proof, root)


def _item_leaf(item: str) -> bytes:
    return merkle_log.leaf_hash(bytes.fromhex(item))


def _line_leaf(line: AccountLine) -> bytes:
    return merkle_log.leaf_hash(codec.encode(line))


def _proof(leaves: list[bytes], index: int) -> TreeProof:
    path = merkle_log.inclusion_proof(leaves, index)
    return TreeProof(index, len(leaves), tuple(step.hex() for step in path))


def _proves(leaf: bytes, proof: TreeProof, root: bytes) -> bool:
    path = [bytes.fromhex(step) for step in proof.path]
    return merkle_log.proves_inclusion(leaf, proof.index, proof.size, path, root)
