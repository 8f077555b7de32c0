"""A drawing that was not finished when the program ended, at the next opening of its folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from labeler.model.shapes import Polygon
from labeler.ui.look import Look
from labeler.ui.relay import Relay
from labeler.ui.translation import notice_words
from tests.support.dicom_files import write_stack
from tests.support.guard import Guard
from tests.support.sitting import CTRL, Sitting

NOW = 1_800_000_000


@pytest.fixture
def sit(tmp_path: Path, look: Look, relay: Relay) -> Iterator[Callable[..., Sitting]]:
    """The program anew on the same profile; the one before ends first."""
    sittings: list[Sitting] = []

    def sit_down(*named: Path) -> Sitting:
        for one in sittings:
            one.close()
        sittings[:] = [Sitting(tmp_path / "profile", look, relay, lambda: NOW, named)]
        return sittings[0]

    yield sit_down
    for one in sittings:
        one.close()


def said(person: Sitting) -> list[str]:
    return [notice_words(notice)[0] for notice in person.window.tidings.all()]


@pytest.mark.parametrize("at_start", [True, False])
def test_two_points_are_told_and_had_back_after_a_restart(
    sit: Callable[..., Sitting], tmp_path: Path, guard: Guard, at_start: bool
) -> None:
    """Also where the folder is named at the start, and is read before there is a window."""
    study = tmp_path / "study"
    write_stack(study, [(0.0, 0.0, 2.5 * k) for k in range(8)], size=(64, 64))
    person = sit()
    with guard.gui():
        person.show(study)
        person.window.commands["tool.polygon"].trigger()
        person.click_at((0.4, 0.4), (0.6, 0.4))
    person = sit(study) if at_start else sit()
    with guard.gui():
        if not at_start:
            person.show(study)
        person.until(person.is_seen)
        assert said(person) == ["Not finished: polygon of 2 points."]
        assert person.window.commands["edit.undo"].isEnabled()
        person.key(Qt.Key.Key_Z, CTRL)
        assert person.place.desk.tool.name == "polygon"
        person.click_at((0.6, 0.6))
        person.key(Qt.Key.Key_Return)
    (mark,) = person.marks
    assert isinstance(mark.shape, Polygon)
    assert len(mark.shape.points) == 3
