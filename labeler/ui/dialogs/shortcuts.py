"""All shortcuts on one sheet with a search, made from the tables of actions and of the mouse."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from labeler.model.preferences import Preferences
from labeler.model.searching import as_searched
from labeler.ui.action_table import Group, Plan
from labeler.ui.actions import Actions
from labeler.ui.components.buttons import Large
from labeler.ui.components.surfaces import Scroll
from labeler.ui.components.text import Label
from labeler.ui.components.text_field import TextField
from labeler.ui.dialogs.dialog import Dialog
from labeler.ui.dialogs.input_words import gesture_lines
from labeler.ui.dialogs.key_lines import KeyLine, KeyLines
from labeler.ui.look import Look
from labeler.ui.theme import Type
from labeler.ui.translation import message, tr

WIDTH, HEIGHT = 1120, 620
MOUSE = message("Mouse and pen")
COLUMNS: tuple[tuple[Group, ...], ...] = (
    (Group.PLACES, Group.VIEW, Group.MEASURE, Group.SHAPE, Group.PAINT, Group.HISTORY),
    (Group.SLICES, Group.PLANES, Group.FUSION, Group.MARKS, Group.PRESETS),
    (Group.LAYOUT, Group.FINDINGS, Group.WORK, Group.PROGRAM),
)
"""The mouse stands over the last column."""


class Chapter(QWidget):
    """A name with its lines; nine numbered actions are one of them."""

    def __init__(self, look: Look, name: str, lines: list[tuple[str, str]]) -> None:
        super().__init__()
        self._name = as_searched(name)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 12)
        rows.setSpacing(4)
        rows.addWidget(Label(name, Type.SECTION))
        self.lines = KeyLines(look, name, [KeyLine(words, how) for words, how in lines])
        rows.addWidget(self.lines)

    def show_found(self, wanted: list[str]) -> bool:
        """Show the lines with all these words, or all lines where the name has them."""
        named = all(part in self._name for part in wanted)
        found = self.lines.show_found(() if named else wanted)
        self.setVisible(found)
        return found


class ShortcutSheet(Dialog):
    """Three columns of chapters, found by a word or by a key."""

    def __init__(
        self, window: QWidget, look: Look, actions: Actions, preferences: Preferences
    ) -> None:
        super().__init__(window, look, tr("Shortcuts"), width=min(WIDTH, window.width() - 48))
        self._actions = actions
        self.search = TextField()
        self.search.setPlaceholderText(tr("Find a shortcut, by its name or its keys"))
        self.search.setAccessibleName(tr("Find a shortcut"))
        self.search.textChanged.connect(self._find)
        self.body.addWidget(self.search)
        mouse = Chapter(look, tr(MOUSE), gesture_lines(actions, preferences))
        columns = [[self._chapter(group) for group in groups] for groups in COLUMNS]
        columns[-1].insert(0, mouse)
        self.chapters = [chapter for column in columns for chapter in column]
        self._none = Label(tr("No shortcut has these words."), ink="text2")
        self._none.hide()
        page = self._page(columns)
        scroll = Scroll(page)
        scroll.setFixedHeight(min(HEIGHT, page.sizeHint().height(), window.height() - 208))
        scroll.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.body.addWidget(scroll)
        self.set_buttons(Large(tr("Close"), self.reject))
        self.search.setFocus()

    def _page(self, columns: list[list[Chapter]]) -> QWidget:
        page = QWidget()
        rows = QVBoxLayout(page)
        rows.setContentsMargins(0, 0, 16, 0)
        rows.addWidget(self._none)
        across = QHBoxLayout()
        across.setSpacing(32)
        rows.addLayout(across)
        rows.addStretch(1)
        for chapters in columns:
            column = QVBoxLayout()
            column.setSpacing(0)
            for chapter in chapters:
                column.addWidget(chapter)
            column.addStretch()
            across.addLayout(column, 1)
        return page

    def _find(self, typed: str) -> None:
        wanted = as_searched(typed).split()
        found = [chapter.show_found(wanted) for chapter in self.chapters]
        self._none.setVisible(not any(found))

    def _chapter(self, group: Group) -> Chapter:
        lines = []
        for plan in self._actions.plans.values():
            if plan.group is group and not _numbered(plan):
                lines.append((self._actions[plan.id].text(), self._actions.all_keys(plan.id)))
            elif plan.group is group and plan.id.endswith(".1"):
                keys = self._actions.keys(plan.id)
                lines.append((tr(plan.text, n="1–9"), f"{keys}–9"))
        return Chapter(self.look, tr(group.value), lines)


def _numbered(plan: Plan) -> bool:
    return plan.id.rpartition(".")[2].isdigit()
