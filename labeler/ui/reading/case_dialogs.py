"""Dialogs about the open case; each is loaded when it is asked for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from labeler.later import Later
from labeler.ui.places.place import Stage
from labeler.ui.reading.desk import Desk

if TYPE_CHECKING:
    from labeler.ui.dialogs import instructions, tags
else:
    instructions = Later("labeler.ui.dialogs.instructions")
    tags = Later("labeler.ui.dialogs.tags")


def show_header(over: QWidget, stage: Stage, desk: Desk) -> None:
    """What the file behind the slice on show says about itself."""
    shown = desk.active
    if shown.image is not None:
        ask = partial(stage.list_header, shown.tile, shown.view.index)
        tags.TagsDialog(over.window(), stage.look, ask).open()


def instruct(over: QWidget, stage: Stage, desk: Desk) -> None:
    """The instructions of the task."""
    case = desk.case
    if case is not None:
        told = case.task, case.instructions
        instructions.InstructionsDialog(over.window(), stage.look, *told).open()
