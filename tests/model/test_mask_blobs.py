from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.model.mask_blobs import changed_by, decode_mask, encode_delta, encode_mask
from labeler.model.tiled_masks import Grid, TiledMask, empty, of_voxels
from tests.model.test_tiled_masks import SIZES, voxels


@settings(deadline=None, max_examples=40)
@given(SIZES.flatmap(lambda size: st.tuples(voxels(size), voxels(size))))
def test_a_stroke_turned_over_twice_is_gone(both: tuple[np.ndarray, np.ndarray]) -> None:
    before, after = (of_voxels(bits.shape, (0, 0, 0), bits) for bits in both)
    delta = encode_delta(before, after)
    assert changed_by(before, delta) == after
    assert changed_by(after, delta) == before
    assert encode_mask(changed_by(changed_by(before, delta), delta)) == encode_mask(before)


@settings(deadline=None, max_examples=40)
@given(SIZES.flatmap(voxels))
def test_a_mask_has_one_blob(bits: np.ndarray) -> None:
    mask = of_voxels(bits.shape, (0, 0, 0), bits)
    blob = encode_mask(mask)
    assert decode_mask(blob) == mask
    assert encode_mask(decode_mask(blob)) == blob
    for cut in range(0, len(blob), max(1, len(blob) // 9)):
        with pytest.raises(ValueError, match="mask blob"):
            decode_mask(blob[:cut])
    with pytest.raises(ValueError, match="mask blob"):
        decode_mask(blob + b"\0")


def blob_of(
    size: tuple[int, int, int], full: list[int], partial: list[int], *tiles: bytes
) -> bytes:
    header = struct.pack("<4s5I", b"LBM2", *size, len(full), len(partial))
    return header + struct.pack(f"<{len(full) + len(partial)}I", *full, *partial) + b"".join(tiles)


ONE = b"\x01" + bytes(511)


def test_the_form_is_the_one_the_document_tells() -> None:
    mask = decode_mask(blob_of((32, 16, 16), [1], [0], ONE))
    assert mask.holds(0, 0, 0)
    assert mask.count == 4097
    assert mask.holds(15, 15, 31)


@pytest.mark.parametrize(
    "blob",
    [
        blob_of((32, 16, 16), [], [0], bytes(512)),
        blob_of((32, 16, 16), [], [0], b"\xff" * 512),
        blob_of((32, 16, 16), [], [1, 0], ONE, ONE),
        blob_of((32, 16, 16), [], [0, 0], ONE, ONE),
        blob_of((32, 16, 16), [0], [0], ONE),
        blob_of((32, 16, 16), [2], []),
        blob_of((32, 16, 15), [0], []),
        blob_of((32, 16, 15), [], [0], bytes(1) + b"\x80" + bytes(510)),
        blob_of((0, 16, 15), [], []),
        b"LBM1" + blob_of((32, 16, 16), [1], [])[4:],
        struct.pack("<4s5I", b"LBM2", 32, 16, 16, 2**32 - 1, 2**32 - 1),
    ],
)
def test_any_other_spelling_is_refused(blob: bytes) -> None:
    with pytest.raises(ValueError, match="mask"):
        decode_mask(blob)


def test_a_stroke_is_for_one_grid() -> None:
    delta = encode_delta(empty((4, 4, 4)), TiledMask(Grid((4, 4, 4))))
    with pytest.raises(ValueError, match="another grid"):
        changed_by(empty((4, 4, 5)), delta)
