"""What is typed about an archive is never cut to something else that looks right."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from labeler.errors import LabelerError
from labeler.pacs.archive import Archive, Kind, check_archive
from labeler.ui.dialogs.archive_edit import ArchiveForm
from labeler.ui.look import Look


def test_a_digit_or_a_letter_too_many_is_refused_and_not_dropped(look: Look, qtbot: QtBot) -> None:
    form = ArchiveForm(look, lambda: None)
    qtbot.addWidget(form)
    form.fill(Archive(id="a", name="A", kind=Kind.DIMSE, host="pacs", called="X", calling="Y"))
    check_archive(form.archive())
    for field, typed in ((form.port, "104000"), (form.called, "ABCDEFGHIJKLMNOPQ")):
        before = field.text()
        field.clear()
        QTest.keyClicks(field, typed)
        assert field.text() == typed
        with pytest.raises(LabelerError):
            check_archive(form.archive())
        field.setText(before)
