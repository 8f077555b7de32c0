"""What the file draws: placed on its image, cut at the edges, not lost when shrunk."""

from __future__ import annotations

import numpy as np

from labeler.model.overlays import OverlayBits
from labeler.viewing.file_overlay import ink, on_image, with_halo
from labeler.viewing.layout import layout_of
from labeler.viewing.viewport import CanvasMap
from tests.support.images import image_of

LAYOUT = layout_of(image_of(np.zeros((1, 40, 60), np.int16)))


def test_overlays_lie_on_the_image_and_are_cut_at_its_edges() -> None:
    block = np.ones((4, 3), np.bool_)
    beside = OverlayBits(100, 100, block)
    covered = on_image([OverlayBits(-1, 38, block), OverlayBits(10, 5, block), beside], 40, 60)
    rows, columns = np.nonzero(covered)
    assert {(int(r), int(c)) for r, c in zip(rows, columns, strict=True)} == {
        *((r, c) for r in (38, 39) for c in (0, 1)),
        *((r, c) for r in range(5, 9) for c in range(10, 13)),
    }
    assert set(np.unique(covered)) == {0, 255}


def test_a_thin_line_does_not_fade_where_the_image_is_shrunk() -> None:
    covered = np.zeros((40, 60), np.uint8)
    covered[20] = 255
    opacity = ink(covered, CanvasMap(LAYOUT, 0.0, 0.0, 0.5, 0.5), (30, 20))
    assert opacity.max() > 200
    at_size = ink(covered, CanvasMap(LAYOUT, 0.0, 0.0, 10.0, 10.0), (600, 400))
    assert np.array_equal(np.nonzero(at_size[:, 300])[0], np.arange(200, 210))


def test_ink_has_a_dark_rim() -> None:
    opacity = np.zeros((5, 5), np.uint8)
    opacity[2, 2] = 255
    inked = with_halo(opacity, (214, 217, 220))
    assert inked[2, 2].tolist() == [214, 217, 220, 255]
    assert inked[1, 1].tolist() == [0, 0, 0, 204]
    assert inked[0, 0].tolist() == [0, 0, 0, 0]
