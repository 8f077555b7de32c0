"""Reading: strip, view and panel around one desk; every key and button is an action."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from labeler.app.screens import Change, Problem
from labeler.ui.action_table import Need, Scope
from labeler.ui.components.surfaces import Divider, Surface
from labeler.ui.dialogs.instructions import InstructionsDialog
from labeler.ui.places.no_case import NoCase
from labeler.ui.places.place import Place, PlaceMaker, Stage
from labeler.ui.reading.desk import Desk
from labeler.ui.reading.findings import FindingsPanel, Footer
from labeler.ui.reading.layer_list import LayersPanel
from labeler.ui.reading.layer_words import arrival_words
from labeler.ui.reading.lists import LabelsPanel, MarksPanel
from labeler.ui.reading.ports import ReadingPort
from labeler.ui.reading.strip import NARROW, WIDE, SeriesStrip
from labeler.ui.reading.toolbar import CaseTitle, PresetButton, ToolRow, preset_menu
from labeler.ui.reading.viewport import ViewportWidget
from labeler.ui.theme import NARROW as NARROW_WINDOW
from labeler.ui.theme import RAIL
from labeler.ui.translation import tr

PANEL_WIDE, PANEL_NARROW = 360, 320
COUNT_LATER_MS = 150
"""Scrolling must not wait for the count of problems."""

PAGE = 10
CONTEXT_MENU = (
    *("tool.select", "tool.window", "tool.scroll", "tool.zoom", ""),
    *("view.fit", "view.invert", "view.hide-marks", "view.overlays", "view.layers", ""),
    *("mark.delete", "edit.undo", "edit.redo"),
)


def reading_place(port: ReadingPort) -> PlaceMaker:
    """What the window calls to furnish its Reading place."""
    return lambda stage: ReadingPlace(port, stage)


class ReadingPlace(Place):
    """Composes and binds; the desk decides, the view paints."""

    def __init__(self, port: ReadingPort, stage: Stage) -> None:
        super().__init__(tr("Reading"))
        self._port, self._stage = port, stage
        self.desk = Desk(port, self.refresh)
        self._checked = False
        self._listed: tuple[str, ...] = ()
        self._furnish(stage)
        self._bind()
        self._hold = stage.actions.hold_tools()
        self._count_later = QTimer(self)
        self._count_later.setSingleShot(True)
        self._count_later.setInterval(COUNT_LATER_MS)
        self._count_later.timeout.connect(self._count)

    def hear(self, change: Change) -> None:
        if change is Change.READING:
            case, before = self._port.case(), self.desk.case
            if case is None or not case.has_files_of(before):
                self._checked = False
            self._listed = ()
            self.desk.opened()
            if case is not None and case.signed:
                self._count()  # what led to the signature makes way at once
            self._take_keys()
        elif change is Change.LAYERS:
            self._tell_layers()
        elif change is Change.DOCUMENT:
            self._listed = ()
            self.desk.document_changed()
            self._count_later.start()
        elif change in (Change.WORK, Change.OUTBOX):
            self.no_case.show_last(self._stage.last_case())

    def _tell_layers(self) -> None:
        """Others' findings came: they are announced, and shown only when asked for."""
        if self.desk.case is None:
            return
        self.desk.layers.read()
        self.refresh()
        findings = self.desk.layers.findings
        if findings.layers or findings.doses or findings.presentations:
            key = self._stage.actions.keys("view.layers")
            self._stage.say(arrival_words(findings, key))

    def panes(self) -> tuple[QWidget, ...]:
        if self.desk.case is None:
            return ()
        lists: tuple[QWidget, ...] = (self.labels.list, self.marks.list)
        lists += () if self.layers.isHidden() else (self.layers.list,)
        return (self.view, *lists, self.findings, self.footer)

    def arrived(self) -> None:
        if self.desk.case is not None:
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        elif not self.no_case.go_on.isHidden():
            self.no_case.go_on.setFocus(Qt.FocusReason.OtherFocusReason)

    def corner(self) -> tuple[int, int]:
        return (0, 0) if self.desk.case is None else (self.strip.width(), self.view.foot())

    def _take_keys(self) -> None:
        """A case came: the view has the keyboard, where nothing else here has it."""
        focus = QApplication.focusWidget()
        inside = focus is not None and self._stack.isAncestorOf(focus) and focus.isVisible()
        if self.isVisible() and not inside and QApplication.activeModalWidget() is None:
            self.arrived()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc beside the image gives the keyboard back to it."""
        if event.key() == Qt.Key.Key_Escape and self.desk.case is not None:
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        short = self.width() < NARROW_WINDOW - RAIL
        self.strip.set_width(NARROW if short else WIDE)
        self._panel.setFixedWidth(PANEL_NARROW if short else PANEL_WIDE)

    # --- furniture ----------------------------------------------------------------------------

    def _furnish(self, stage: Stage) -> None:
        look, desk = stage.look, self.desk
        self.case_title, self.presets = CaseTitle(look), PresetButton(look, desk)
        self.tools = ToolRow(stage.actions)
        for widget in (self.case_title, self.tools, self.presets):
            stretch = 1 if widget is self.case_title else 0
            self.top.cells.addWidget(widget, stretch)
        self.strip = SeriesStrip(look, self._port)
        self.view = ViewportWidget(
            look, desk, self._port, self._context_menu, stage.show_probe, stage.say
        )
        self.labels = LabelsPanel(look, desk)
        self.marks = MarksPanel(look, desk, self._port.mask, stage.actions)
        self.layers = LayersPanel(look, desk.layers, stage.actions, desk.present, stage.say)
        self.findings = FindingsPanel(look, desk, self._go_to_problem)
        self.footer = Footer(self._check, stage.actions)
        body = QWidget()
        across = QHBoxLayout(body)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(self.strip)
        across.addWidget(self.view, 1)
        across.addWidget(self._make_panel())
        self._stack = QStackedWidget()
        self.no_case = NoCase(look, stage.actions, stage.open_case)
        self.no_case.show_last(stage.last_case())
        self._stack.addWidget(self.no_case)
        self._stack.addWidget(body)
        self.column.addWidget(self._stack, 1)
        self._show_case()

    def _make_panel(self) -> Surface:
        self._panel = Surface("side")
        rows = QVBoxLayout(self._panel)
        rows.setContentsMargins(1, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.labels, 30)
        rows.addWidget(self.marks, 30)
        rows.addWidget(self.layers)
        rows.addWidget(Divider())
        rows.addWidget(self.findings, 40)
        rows.addWidget(Divider())
        rows.addWidget(self.footer)
        return self._panel

    def _context_menu(self) -> QMenu:
        menu = self._stage.actions.menu(self.view, CONTEXT_MENU)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        image = self.desk.image
        if image is not None and not image.is_color:
            menu.addMenu(preset_menu(menu, image, self.desk))
        return menu

    # --- actions ------------------------------------------------------------------------------

    def _bind(self) -> None:
        desk, actions = self.desk, self._stage.actions
        for name in desk.tools:
            actions.bind(f"tool.{name}", partial(desk.choose_tool, name))
        simple: dict[str, Callable[[], None]] = {
            "tool.last": lambda: desk.choose_tool(desk.last_tool),
            "view.fit": desk.fit,
            "view.invert": desk.invert,
            "view.hide-marks": desk.hide_marks,
            "view.overlays": desk.hide_overlays,
            "view.layers": desk.layers.toggle_all,
            "edit.undo": desk.undo,
            "edit.redo": desk.redo,
            "brush.smaller": partial(desk.resize_brush, -1),
            "brush.larger": partial(desk.resize_brush, 1),
            "mark.previous": partial(desk.step_mark, -1),
            "mark.next": partial(desk.step_mark, 1),
            "mark.delete": desk.delete_mark,
            "case.no-finding": desk.toggle_no_finding,
            "case.sign": self._sign,
            "case.instructions": self._instruct,
            "question.next": self.findings.next_question,
            "slice.previous": partial(desk.scroll, -1),
            "slice.next": partial(desk.scroll, 1),
            "slice.back-ten": partial(desk.scroll, -PAGE),
            "slice.on-ten": partial(desk.scroll, PAGE),
            "slice.first": partial(desk.go_to, 0),
            "slice.last": self._last_slice,
        }
        for name, do in simple.items():
            actions.bind(name, do)
        actions.bind_numbers("label", desk.choose_label)
        actions.bind_numbers("preset", desk.preset)
        actions.bind_numbers("answer", self.findings.answer_digit)
        actions.attach(self.view, Scope.VIEW)
        actions.attach(self.findings, Scope.QUESTION)

    def _instruct(self) -> None:
        case = self.desk.case
        if case is not None:
            InstructionsDialog(self.window(), self._stage.look, case.task, case.instructions).open()

    def _last_slice(self) -> None:
        if self.desk.image is not None:
            self.desk.go_to(len(self.desk.image.refs) - 1)

    def _allow(self) -> None:
        desk, actions, case = self.desk, self._stage.actions, self.desk.case
        actions.allow(Need.CASE, case is not None)
        actions.allow(Need.NEXT_CASE, case is not None and case.count > 1)
        actions.allow(Need.UNSIGNED, desk.editable)
        actions.allow(Need.MARK, desk.editable and desk.selected_mark() is not None)
        actions.allow(Need.LAYERS, bool(desk.layers.keys))
        actions.allow(Need.UNDO, case is not None and self._port.can_undo())
        actions.allow(Need.REDO, case is not None and self._port.can_redo())
        actions["view.invert"].setChecked(desk.view.inverted)
        actions["view.hide-marks"].setChecked(desk.marks_hidden)
        actions["view.overlays"].setChecked(not desk.overlays.hidden)
        actions["view.layers"].setChecked(desk.layers.any_seen)
        actions[f"tool.{desk.tool.name}"].setChecked(True)

    # --- showing ------------------------------------------------------------------------------

    def refresh(self) -> None:
        """The desk changed: paint what it says now."""
        self._allow()
        self._show_case()
        self.view.refresh()
        case = self.desk.case
        if case is None:
            return
        self.presets.refresh()
        self.layers.refresh()
        listed = (self.desk.label, self.desk.selected)
        if listed != self._listed:
            # A drag over the image leaves the lists as they are.
            self._listed = listed
            self.labels.refresh()
            self.marks.refresh()
            self.findings.refresh()
        if not self._count_later.isActive():
            self._count_later.start()

    def _show_case(self) -> None:
        case = self.desk.case
        self._stack.setCurrentIndex(0 if case is None else 1)
        self.top.title.setVisible(case is None)
        for widget in (self.case_title, self.tools, self.presets):
            widget.setVisible(case is not None)
        if case is not None:
            self.case_title.show_case(case)
            self.strip.refresh(case)

    # --- check and sign -----------------------------------------------------------------------

    def _count(self, *, first: bool = False) -> None:
        case = self.desk.case
        if case is None:
            return
        problems = self._port.problems()
        further = case.count > 1
        self.footer.show_state(len(problems), signed=case.signed, further=further)
        told = problems if self._checked and not case.signed else ()
        self.findings.show_problems(told, first=first)

    def _check(self) -> None:
        self._checked = True
        self._count(first=True)
        if not self._port.problems():
            self._stage.say(tr("Nothing is missing. The case can be signed."))

    def _sign(self) -> None:
        """Blocking problems are shown; warnings are shown once, then the person has the say."""
        case = self.desk.case
        if case is None or case.signed:
            return
        problems = self._port.problems()
        if any(problem.blocks for problem in problems) or (problems and not self._checked):
            self._check()
            return
        self._stage.sign()

    def _go_to_problem(self, problem: Problem) -> None:
        image = self.desk.image
        if problem.question:
            self.findings.open_code(problem.question)
        elif image is not None:
            facts = dict(problem.facts)
            unseen = sorted(set(range(len(image.refs))) - set(self._port.seen()))
            index = facts.get("index", unseen[0] if unseen else 0)
            tile = facts.get("tile", self.desk.case.tile if self.desk.case else "")
            self.desk.go_to_slice(str(tile), int(index))
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)
