"""What was open is let go of once something else is: images, their volumes, and cuts of them."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from weakref import ref

import pytest
from PySide6.QtCore import Qt

from labeler.app.open_case import OpenCase
from labeler.model.history import History
from labeler.model.image import Image
from labeler.model.tiled_masks import TiledMask
from labeler.model.volume import Volume
from labeler.ui.look import Look
from labeler.ui.relay import Relay
from labeler.viewing.reformat import Reformat
from tests.support.dicom_files import write_stack
from tests.support.sitting import Sitting

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
KEY = Qt.Key


@pytest.fixture
def person(tmp_path: Path, look: Look, relay: Relay) -> Iterator[Sitting]:
    sitting = Sitting(tmp_path / "profile", look, relay, lambda: 1_800_000_000)
    yield sitting
    sitting.close()


@pytest.fixture
def studies(tmp_path: Path) -> tuple[Path, Path]:
    """Two, of one series each."""
    for name in ("1", "2"):
        places = [(0.0, 0.0, 2.5 * k) for k in range(8)]
        write_stack(tmp_path / name, places, size=(64, 64), series=int(name))
    return tmp_path / "1", tmp_path / "2"


def test_a_case_that_is_put_away_is_held_by_nothing(
    person: Sitting, studies: tuple[Path, Path]
) -> None:
    """After drawing, painting and cutting planes: no picture of it is kept anywhere."""
    first, second = studies
    held = _worked_on(person, first)
    _open(person, second)
    # What is under way for it beside the hand comes to its end first.
    person.until(lambda: gc.collect() >= 0 and not any(one() for one in held))


def test_nor_is_one_that_closes_with_none_after_it(
    person: Sitting, studies: tuple[Path, Path]
) -> None:
    """As where its images are wiped, or another case could not be opened."""
    held = _worked_on(person, studies[0])
    person.session.open_case("of-no-task")
    person.until(lambda: person.place.desk.case is None and not person.place.is_coming)
    person.until(lambda: gc.collect() >= 0 and not any(one() for one in held))


def _worked_on(person: Sitting, study: Path) -> list[ref[object]]:
    """Open, drawn on, painted on, cut, its history looked at; what of it is in memory then."""
    before = _alive()
    person.show(study)
    player = person.place.looking.player
    player.toggle()
    player.pause()
    _draw(person)
    person.key(KEY.Key_Y)
    person.until(person.is_seen)
    views = person.place.desk.arrangement.on_screen
    person.until(lambda: any(isinstance(view.image, Reformat) for view in views))
    _draw(person)
    person.key(KEY.Key_H, CTRL)
    person.until(lambda: person.place.panel.shows_history)
    person.key(KEY.Key_Z, CTRL)
    person.key(KEY.Key_H, CTRL)
    person.until(lambda: not person.place.panel.shows_history)
    others = {id(one) for one in before}
    held = [ref(one) for one in _alive() if id(one) not in others]
    assert {type(one()) for one in held} >= {Image, Reformat, OpenCase, TiledMask, History}
    return held


def _open(person: Sitting, study: Path) -> None:
    case = person.place.desk.case
    person.window._open_paths([study])
    person.until(lambda: person.place.desk.case is not case)
    person.until(person.is_seen)
    person.until(lambda: not person.place.is_coming)


def _draw(person: Sitting) -> None:
    person.place.view.setFocus()
    person.key(KEY.Key_R)
    person.drag((0.3, 0.3), (0.5, 0.5))
    person.key(KEY.Key_B)
    person.drag((0.4, 0.6), (0.5, 0.6), (0.6, 0.62))
    person.key(KEY.Key_Period)
    person.wheel(1)
    person.wheel(-1)


def _alive() -> list[object]:
    kinds = Image, Volume, OpenCase, TiledMask, History
    return [one for one in gc.get_objects() if isinstance(one, kinds)]
