"""From the action to the dialog of image archives."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from labeler.ui.look import Look
    from labeler.ui.ports import ArchiveVerbs


def get_from_archive(
    window: QWidget,
    look: Look,
    verbs: ArchiveVerbs,
    now: Callable[[], int],
    go_to: Callable[[str], None],
) -> None:
    """Open the dialog; it is loaded when it is first asked for, not at the start."""
    from labeler.ui.dialogs.archive import ArchiveDialog

    ArchiveDialog(window, look, verbs, now, partial(go_to, "reading")).open()
