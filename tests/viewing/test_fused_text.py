"""The value of what lies over a frame."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from labeler.viewing.fused_text import fused_text
from labeler.viewing.fusion import NOTHING
from tests.support.images import image_of

PIXELS = np.array([[4000.0, NOTHING], [0.4, 12.0]], np.float32)
PET = image_of(np.zeros((2, 2, 2), np.int16), unit="Bq/mL", modality="PT", intercept=0.0)


@pytest.mark.parametrize(
    ("place", "said"),
    [((0, 0), "SUV  4.0"), ((0.4, 1.2), "SUV  0.0"), ((1, 0), "SUV    –"), ((2, 0), None)],
)
def test_suv_where_there_is_any(place: tuple[float, float], said: str | None) -> None:
    told = fused_text(replace(PET, suv_factor=1 / 1000), PIXELS, place)
    assert (told or "").replace("\u2007", " ") == (said or "")


def test_another_unit_is_named() -> None:
    told = fused_text(PET, PIXELS, (0, 0))
    assert told is not None
    assert told.split() == ["Bq/mL", "4000"]
    assert fused_text(PET, PIXELS, (1, 0)) == "PT –"
