"""The Reading screen's top bar: which case, the tools, the history, the window presets."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy, QToolButton, QWidget

from labeler.app.open_case import OpenCase
from labeler.model.image import Image
from labeler.ui.action_table import Group
from labeler.ui.actions import Actions
from labeler.ui.components.buttons import ToolButton
from labeler.ui.components.menu import Menu
from labeler.ui.components.surfaces import Divider, Row
from labeler.ui.components.text import Badge, Elided, Label
from labeler.ui.look import Look
from labeler.ui.reading.desk import Desk
from labeler.ui.reading.layer_words import presentation_words
from labeler.ui.reading.view_actions import use_preset
from labeler.ui.theme import ICON, TOOL, Type, font
from labeler.ui.translation import tr
from labeler.viewing.presets import Preset, preset_of, presets_for

GROUPS = (Group.VIEW, Group.MEASURE, Group.SHAPE, Group.PAINT, Group.HISTORY)
AFTER = (
    *("view.fit", "view.reset", "view.invert", "view.hide-marks", "cine.play"),
    *("view.turn-right", "view.flip-across", "case.instructions"),
)
LAST = (
    *("tool.freehand", "tool.rotated-box", "tool.polyline", "tool.spline", "tool.point"),
    *("tool.arrow", "tool.landmark", "tool.cuboid", "tool.cobb"),
    *("tool.lasso", "tool.box-scissors"),
)
"""Tools for some cases."""

YIELDING = (
    *reversed(LAST),
    *("case.instructions", "view.flip-across", "view.turn-right", "history.panel"),
    *("tool.magnifier", "cine.play", "view.reset", "tool.angle", "tool.scroll", "tool.fill"),
    *("tool.threshold", "tool.crosshair", "tool.ellipse", "tool.axes", "tool.zoom"),
)
"""Which go into the menu first where there is no room. At 1440 pixels all that is used each minute
is in sight; below the narrowest window of all, whatever stands last goes next."""

DIVIDED = 9
"""What a divider takes, with the space at both its sides."""

TASK = 88
"""The name of the task keeps so much, and tools give way."""

KEYED_PRESETS = 9


class CaseTitle(Row):
    """The task, then which case of it."""

    def __init__(self, look: Look) -> None:
        super().__init__(gap=8)
        self._task = Elided("", Type.STRONG)
        self._task.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._task.setMinimumWidth(TASK)
        self._number = Label("", Type.BODY, "text2")
        self.cells.addWidget(self._task)
        self.cells.addWidget(self._number)
        self.badge = Badge(look, "check", tr("Signed"), "success")
        self.cells.addWidget(self.badge)
        self.cells.addStretch(1)

    def show_case(self, case: OpenCase) -> None:
        self._task.set_text(case.task)
        number = tr("Case {n} of {all}", n=case.number, all=case.count)
        self.badge.setVisible(case.signed)
        self._number.setText(number if case.count > 1 else tr("Case {n}", n=case.number))


class ToolRow(QWidget):
    """Groups of 36 px buttons with dividers between; every button is an action of the table.

    What has no room goes into the menu behind "»", in the order of YIELDING; what stays keeps its
    place among the others, and there is never a second row.
    """

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        groups = [[one for one in actions.in_group(group) if _on_bar(one)] for group in GROUPS]
        groups += [[actions[name] for name in names] for names in (AFTER, LAST)]
        self._groups = [
            (Divider(upright=True, length=24), [ToolButton(action) for action in group])
            for group in groups
        ]
        every = [button for _, group in self._groups for button in group]
        rank = {name: n for n, name in enumerate(YIELDING)}
        names = {button: button.defaultAction().objectName() for button in every}
        # Those that are named nowhere go last, from the right end on.
        order = {button: -n for n, button in enumerate(every)}
        self._yielding = sorted(
            every, key=lambda one: (rank.get(names[one], len(rank)), order[one])
        )
        for action in (button.defaultAction() for button in every):
            action.toggled.connect(lambda _on: self._tell())
        for part in (*every, *(divider for divider, _ in self._groups)):
            part.setParent(self)
        self.more = QToolButton(self)
        self.more.setText("»")
        self.more.setCheckable(True)
        self.more.setFixedSize(TOOL, TOOL)
        self.more.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.more.setToolTip(tr("More tools"))
        self.more.setAccessibleName(tr("More tools"))
        self.more.setFont(font(Type.SECTION))
        self.more.clicked.connect(lambda _on: self._open())
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(self._width(frozenset()), TOOL)

    def minimumSizeHint(self) -> QSize:
        return QSize(4 * TOOL, TOOL)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        gone: set[ToolButton] = set()
        yielding = iter(self._yielding)
        while self._width(gone) > self.width() - (TOOL if gone else 0):
            gone.add(next(yielding))
        at = 0
        for divider, group in self._groups:
            shown = [button for button in group if button not in gone]
            divider.setVisible(bool(shown) and at > 0)
            if not divider.isHidden():
                divider.move(
                    at + (DIVIDED - divider.width()) // 2, (self.height() - divider.height()) // 2
                )
                at += DIVIDED
            for button in group:
                button.setVisible(button not in gone)
                if button not in gone:
                    button.move(at, (self.height() - button.height()) // 2)
                    at += TOOL
        self.more.setVisible(bool(gone))
        self.more.move(at, 0)
        self._tell()

    def _width(self, gone: Collection[ToolButton]) -> int:
        """Of all but those that are gone."""
        counts = [sum(button not in gone for button in group) for _, group in self._groups]
        return TOOL * sum(counts) + DIVIDED * max(0, sum(map(bool, counts)) - 1)

    def _tell(self) -> None:
        """A tool in hand that has no button here lights the way to it."""
        tools = (one for one in self.overflow() if one.objectName().startswith("tool."))
        self.more.setChecked(any(tool.isChecked() for tool in tools))

    def overflow(self) -> tuple[QAction, ...]:
        """What stands in the menu."""
        every = (button for _, group in self._groups for button in group)
        return tuple(button.defaultAction() for button in every if button.isHidden())

    def _open(self) -> None:
        self._tell()
        menu = Menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self.overflow())
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))


def _on_bar(action: QAction) -> bool:
    name = action.objectName()
    return not action.icon().isNull() and name not in AFTER + LAST


class PresetButton(QPushButton):
    """Shows the window's name; opens the list of presets."""

    def __init__(self, look: Look, desk: Desk, actions: Actions) -> None:
        super().__init__()
        self._desk, self._actions = desk, actions
        self._shown: object = None
        self.setFont(font(Type.STRONG))
        self.setFixedSize(136, 32)
        self.setIcon(look.icons.icon("chevron-down", "text2"))
        self.setIconSize(QSize(ICON, ICON))
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip(tr("Window presets"))
        self.hide()
        self.clicked.connect(lambda _on: self._open())

    def refresh(self) -> None:
        image, view = self._desk.active.image, self._desk.active.view
        now = image, view.window, view.lut, self._desk.active.opens_in.header
        if now == self._shown:
            return
        self._shown = now
        presets = presets_for(image) if image else ()
        self.setVisible(bool(presets))
        if image is None or not presets:
            return
        preset = preset_of(image, view.window, view.lut)
        if preset is None and view.window == self._desk.active.opens_in.header:
            preset = presets[0]
        self.setText(tr(preset.name) if preset else tr("W/L by hand"))
        self.setAccessibleName(tr("Window preset: {name}", name=self.text()))

    def _open(self) -> None:
        image = self._desk.active.image
        if image is not None:
            menu = preset_menu(self, image, self._desk, self._actions)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.mapToGlobal(self.rect().bottomLeft()))


def preset_menu(owner: QWidget, image: Image, desk: Desk, actions: Actions) -> QMenu:
    """The presets of this image with their keys, and the presentations other files hold of it."""
    menu = Menu(owner, tr("Window presets"))
    for number, preset in enumerate(presets_for(image), start=1):
        key = actions.keys(f"preset.{number}") if number <= KEYED_PRESETS else ""
        action = menu.addAction(_words(preset, key))
        action.triggered.connect(partial(use_preset, desk.active, number))
    states = desk.active.layers.findings.presentations
    if states:
        menu.addSeparator()
    for state in states:
        action = menu.addAction(presentation_words(state))
        action.setCheckable(True)
        action.setChecked(desk.active.layers.presentation is state)
        action.triggered.connect(partial(desk.active.present, state.key))
    return menu


def _words(preset: Preset, key: str) -> str:
    beside = f"\t{key}" if key else ""
    if preset.window is None:
        return tr(preset.name) + beside
    width, center = round(preset.window.width), round(preset.window.center)
    figures = f"{width} / {center}".replace("-", "−")
    return f"{tr(preset.name)}   {figures}{beside}"
