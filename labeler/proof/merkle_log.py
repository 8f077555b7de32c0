"""The append-only log's Merkle tree (RFC 9162 section 2.1): roots, proofs and their checking.

Trees are given as their leaf hashes, 32 bytes each, in order. Making a root or a proof costs time
linear in the leaves; checking a proof is logarithmic.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

EMPTY_ROOT = hashlib.sha256().digest()


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 || data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The tree's root; SHA-256 of nothing for an empty tree."""
    return _levels(leaves)[-1][0] if leaves else EMPTY_ROOT


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The path from leaf `index` to the root. Raises IndexError outside the tree."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    path = []
    for level in _levels(leaves)[:-1]:
        if index ^ 1 < len(level):
            path.append(level[index ^ 1])
        index //= 2
    return path


def proves_inclusion(
    leaf: bytes, index: int, size: int, path: Sequence[bytes], root_hash: bytes
) -> bool:
    """Whether `path` leads from the leaf hash at `index` to the root of `size` leaves."""
    if not 0 <= index < size or not _are_hashes([leaf, *path]):
        return False
    here, last, reached = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if here & 1 or here == last:
            reached = _node(sibling, reached)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            reached = _node(reached, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and reached == root_hash


def consistency_proof(leaves: Sequence[bytes], first: int) -> list[bytes]:
    """That the tree began with its first `first` leaves. Raises IndexError outside the tree."""
    if not 0 <= first <= len(leaves):
        raise IndexError(first)
    return _subproof(leaves, first, whole=True) if first else []


def proves_consistency(
    first: int, first_root: bytes, second: int, second_root: bytes, path: Sequence[bytes]
) -> bool:
    """Whether `path` shows that a tree of `second` leaves began as the tree of `first` leaves."""
    if not 0 <= first <= second or not _are_hashes([first_root, second_root, *path]):
        return False
    if first in (0, second):
        start = EMPTY_ROOT if first == 0 else second_root
        return not path and first_root == start and (second > 0 or second_root == EMPTY_ROOT)
    # A first tree that is a whole subtree is its own first step (RFC 9162 section 2.1.4.2).
    steps = list(path) if first & (first - 1) else [first_root, *path]
    if not steps:
        return False
    here, last = first - 1, second - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            old, new = _node(step, old), _node(step, new)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            new = _node(new, step)
        here, last = here >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


def _levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """Leaves up to the root; a node without a sibling moves up as it is."""
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        pairs = zip(below[::2], below[1::2], strict=False)
        levels.append([_node(left, right) for left, right in pairs] + below[len(below) & ~1 :])
    return levels


def _subproof(leaves: Sequence[bytes], first: int, *, whole: bool) -> list[bytes]:
    size = len(leaves)
    if first == size:
        return [] if whole else [root(leaves)]
    split = 1 << (size - 1).bit_length() - 1
    if first <= split:
        return [*_subproof(leaves[:split], first, whole=whole), root(leaves[split:])]
    return [*_subproof(leaves[split:], first - split, whole=False), root(leaves[:split])]


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _are_hashes(values: Sequence[bytes]) -> bool:
    return all(len(value) == 32 for value in values)
