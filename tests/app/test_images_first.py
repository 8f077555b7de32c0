"""A session that shows images first: the other screens are read when they are shown."""

from __future__ import annotations

from pathlib import Path

from labeler.app.screens import Change
from tests.support.hub import png
from tests.support.life import Life


def test_the_screens_are_read_when_that_is_said(tmp_path: Path) -> None:
    picture = tmp_path / "one.png"
    picture.write_bytes(png(1))
    life = Life(tmp_path / "profile", images_first=True)
    life.session.open_paths((picture,))
    life.until(lambda: life.session.reading.case() is not None)
    life.rest()
    assert Change.EARNINGS not in life.changes
    life.session.read_screens()
    life.until(lambda: Change.EARNINGS in life.changes and Change.OUTBOX in life.changes)
    assert life.close() == 0


def test_they_wait_for_a_profile_that_is_being_opened(tmp_path: Path) -> None:
    life = Life(tmp_path / "profile", images_first=True)
    life.session.read_screens()
    life.until(lambda: Change.EARNINGS in life.changes)
    assert life.close() == 0
