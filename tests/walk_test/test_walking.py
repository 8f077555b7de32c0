"""Some hundred steps of the walk that `./run walk-test` takes by the thousand."""

from __future__ import annotations

from pathlib import Path

import pytest

from labeler.app import painted_masks
from labeler.model.tiled_masks import TiledMask
from tests.walk_test.walking import Walker


@pytest.mark.parametrize("seed", [1, 2])
def test_every_way_leads_to_the_same_document_and_voxels(tmp_path: Path, seed: int) -> None:
    verdict = Walker(tmp_path / "p", seed).run(250)
    assert verdict.wrong == ()
    assert verdict.holds
    assert verdict.strokes > 20
    assert verdict.branches > 1
    assert verdict.masks_compared > 30


def test_a_stroke_that_goes_wrong_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The walk itself can fail."""

    def loses_one(mask: TiledMask, _delta: bytes) -> TiledMask:
        return mask

    monkeypatch.setattr(painted_masks, "changed_by", loses_one)
    verdict = Walker(tmp_path / "p", 1).run(60)
    assert not verdict.holds
