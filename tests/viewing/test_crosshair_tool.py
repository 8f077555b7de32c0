"""The crosshair in hand, on slices and on planes cut out of them."""

from __future__ import annotations

import numpy as np
import pytest

from labeler.viewing.crosshair_tool import CrosshairTool
from labeler.viewing.cuts import CUTS
from labeler.viewing.reformat import reformat
from labeler.viewing.viewport import ViewState, fit
from tests.support.scenes import Hand
from tests.support.volumes_in_memory import ramp


@pytest.mark.parametrize("plane", CUTS)
@pytest.mark.parametrize("far", [(-900, -900), (900, -900), (-900, 900), (900, 900)])
def test_dragged_off_a_plane_it_stays_among_the_voxels(
    plane: str, far: tuple[float, float]
) -> None:
    """On the very edge of the volume the planes through it would show nothing."""
    image, volume = ramp()
    cut = reformat(image, volume, CUTS[plane])
    hand = Hand(CrosshairTool(), image=cut, base=image, index=2)
    scene = hand.scene()
    hand.view = fit(ViewState(2, hand.view.window), scene.layout, scene.canvas)
    hand.press(3, 3)
    crosshair = hand.move(*far).crosshair
    assert crosshair is not None
    p_voxel = image.affine.to_voxel(np.array(crosshair.point))
    slices, rows, columns = image.source.shape
    assert (p_voxel > -0.5).all()
    assert (p_voxel < np.array((columns, rows, slices)) - 0.5).all()
