"""A case that goes on under its own names: the desk, its views and cuts stay as they are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from labeler.app.screens import Change
from labeler.imaging.sources.digests import AT_ONCE
from labeler.ui.reading.desk import Desk
from labeler.viewing.viewport import Canvas
from tests.support.life import Life

SIDE = 208


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    lived = Life(tmp_path / "profile").ready()
    yield lived
    lived.close()


def volume(path: Path) -> Path:
    head = (
        f"ObjectType = Image\nNDims = 3\nBinaryData = True\nDimSize = {SIDE} {SIDE} {SIDE}\n"
        "AnatomicalOrientation = RAI\nElementSpacing = 1 1 1\nElementType = MET_SHORT\n"
        "ElementDataFile = LOCAL\n"
    )
    path.write_bytes(head.encode() + np.arange(SIDE**3, dtype=np.int16).tobytes())
    assert path.stat().st_size > AT_ONCE
    return path


def desk_of(life: Life, path: Path) -> Desk:
    """As the case stands on the screen before it has its names: nothing more was heard."""
    desk = Desk(life.session.reading, lambda: None, lambda _viewport: None)
    desk.active.resize(Canvas(400.0, 300.0))
    life.changes.clear()
    life.session.open_paths((path,))
    life.until(lambda: Change.READING in life.changes)
    desk.opened()
    return desk


def test_a_view_stays_as_it_is_looked_at(life: Life, tmp_path: Path) -> None:
    desk = desk_of(life, volume(tmp_path / "a.mha"))
    before, viewport = desk.case, desk.active
    assert before is not None
    assert not desk.editable
    viewport.look(viewport.view.__class__(0, viewport.view.window, zoom=3.0, center=(9.0, 8.0)))
    viewport.go_to(50)
    view = viewport.view
    life.until(lambda: bool((case := life.session.reading.case()) and case.named))
    desk.opened()
    assert desk.editable
    assert desk.case is not None
    assert desk.case.goes_on_from(before)
    assert viewport.tile == desk.case.tile != before.tile
    assert viewport.image is not None
    assert viewport.image.refs[0].instance == desk.case.image.refs[0].instance
    life.until(lambda: viewport.view.index == 50)
    assert (viewport.view.zoom, viewport.view.center) == (view.zoom, view.center)
    assert viewport.pixels is not None
    assert np.array_equal(viewport.pixels, viewport.image.source.frame(50))


def test_cuts_and_locks_go_on_through_the_same_place(life: Life, tmp_path: Path) -> None:
    desk = desk_of(life, volume(tmp_path / "a.mha"))
    desk.arrangement.arrange(2, 2)
    first, second = desk.arrangement.viewports[:2]
    second.resize(Canvas(400.0, 300.0))
    assert first.base is not None
    desk.planes.show(second, first.tile, first.base, "coronal")
    desk.planes.beside.lock((first, second))
    life.until(lambda: second.pixels is not None)
    crosshair, index = desk.planes.crosshair, second.view.index
    assert crosshair is not None
    life.until(lambda: bool((case := life.session.reading.case()) and case.named))
    desk.opened()
    assert desk.planes.plane(second) == "coronal"
    assert desk.planes.crosshair is not None
    assert desk.planes.crosshair.point == crosshair.point
    assert second.base is first.image
    assert desk.planes.beside.locked
    life.until(lambda: not second.awaits_cut)
    assert second.view.index == index
    assert second.image is not None
    second.scroll(1)
    life.until(lambda: second.view.index == index + 1)
