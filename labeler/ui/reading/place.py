"""Reading: strip, view and panel around one desk; every key and button is an action."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMenu, QStackedWidget, QWidget

from labeler.app.open_case import OpenCase
from labeler.app.screens import Change
from labeler.ui.leftovers import Leftovers
from labeler.ui.places.no_case import NoCase
from labeler.ui.places.place import Place, PlaceMaker, Stage
from labeler.ui.reading.context_menu import context_menu
from labeler.ui.reading.desk import Desk
from labeler.ui.reading.fusion_bar import FusionBar
from labeler.ui.reading.hands import Hands
from labeler.ui.reading.hanger import Hanger
from labeler.ui.reading.layer_words import arrival_words
from labeler.ui.reading.layout_button import LayoutButton
from labeler.ui.reading.life_signs import LifeSigns
from labeler.ui.reading.looking import Looking
from labeler.ui.reading.ports import ReadingPort
from labeler.ui.reading.reading_actions import ReadingActions
from labeler.ui.reading.second_window import WallHome
from labeler.ui.reading.side_panel import NARROW as PANEL_NARROW
from labeler.ui.reading.side_panel import WIDE as PANEL_WIDE
from labeler.ui.reading.side_panel import SidePanel
from labeler.ui.reading.strip import NARROW, WIDE, SeriesStrip
from labeler.ui.reading.toolbar import CaseTitle, PresetButton, ToolRow
from labeler.ui.reading.viewport import Viewport
from labeler.ui.reading.viewport_widget import ViewportWidget
from labeler.ui.reading.wall import Wall
from labeler.ui.theme import NARROW as NARROW_WINDOW
from labeler.ui.theme import RAIL
from labeler.ui.translation import tr
from labeler.ui.turns import Soon

TURN_MS = 2
"""Left to the hand between two pieces of a case that comes."""


def reading_place(port: ReadingPort) -> PlaceMaker:
    """What the window calls to furnish its Reading place."""
    return lambda stage: ReadingPlace(port, stage)


class ReadingPlace(Place):
    """Composes and shows; the desk decides, the view paints."""

    def __init__(self, port: ReadingPort, stage: Stage) -> None:
        super().__init__(tr("Reading"))
        self._port, self._stage = port, stage
        self.desk = Desk(port, self.refresh, self._looked)
        self._manner: tuple[object, ...] = ()
        self._held = False
        self._coming = Soon(self, self._show_new)
        self._leftovers = Leftovers(self)
        self._furnish(stage)
        self._actions = ReadingActions(
            self, port, stage, self.desk, self.hanger, self.home, self.panel
        )
        self._actions.attach(self.wall, self.panel)
        self.over_it = FusionBar(self.wall, stage.actions, self.desk, self._actions.fusion)
        self.hands = Hands(stage.actions, self.desk, self, self.wall, self.strip, self.panel)
        self._life_signs = LifeSigns(self, port.sign_of_life)

    def hear(self, change: Change) -> None:
        for one in (self.looking, self.strip, self.panel, self.hands):
            one.hear(change)
        if change is Change.PUT_DOWN:
            self.desk.painting.finish()
            self.desk.drawings.put_down()
        elif change is Change.READING:
            case, before = self._port.case(), self.desk.case
            goes_on = case is not None and case.goes_on_from(before)
            anew = case is None or not (goes_on or case.has_files_of(before))
            self.panel.begin(anew=anew)
            with self._at_once(self._coming.ask if anew else self._show_again):
                self.desk.opened()
                if anew:
                    self.hanger.begin()
                elif goes_on:
                    self.hanger.go_on()
        elif change is Change.LAYERS:
            self._tell_layers()
        elif change is Change.DOCUMENT:
            self.panel.forget()
            self.desk.document_changed()
        elif change is Change.MAY_UNDO:
            self._actions.allow()
        elif change in (Change.WORK, Change.OUTBOX):
            self.no_case.show_last(self._stage.last_case())

    def _tell_layers(self) -> None:
        """Others' findings came: they are announced, and shown only when asked for."""
        if self.desk.case is None:
            return
        before = self.desk.active.layers.findings
        self.desk.arrangement.read_findings()
        self.refresh()
        findings = self.desk.active.layers.findings
        if findings is before:
            return
        if findings.layers or findings.doses or findings.presentations:
            key = self._stage.actions.keys("view.layers")
            self._stage.say(arrival_words(findings, key))

    def panes(self) -> tuple[QWidget, ...]:
        if self.desk.case is None:
            return ()
        over_it = (self.over_it.name,) if self.over_it.isVisible() else ()
        return (self.view, *over_it, *self.panel.panes())

    def arrived(self) -> None:
        if self.desk.case is not None:
            self.to_image()
        elif not self.no_case.go_on.isHidden():
            self.no_case.go_on.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def is_coming(self) -> bool:
        """Whether a case that came is still being shown, a piece a turn."""
        return self._coming.is_under_way

    def leave(self, go: Callable[[], object]) -> None:
        """What is done to marks was asked for before, and is done first."""
        if what := self.desk.painting.under_way:
            text = tr("The case is left after this: {what}. Esc stops it.", what=what)
            self._stage.say(text)
        self.desk.painting.in_turn(go)

    def make_ahead(self) -> Iterator[int]:
        return self.wall.make_ahead()

    def corner(self) -> tuple[int, int]:
        return (0, 0) if self.desk.case is None else self.wall.corner_in(self)

    def _take_keys(self) -> None:
        """A case came: the view has the keyboard, where nothing else here has it."""
        focus = QApplication.focusWidget()
        inside = focus is not None and self._stack.isAncestorOf(focus) and focus.isVisible()
        if self.isVisible() and not inside and QApplication.activeModalWidget() is None:
            self.arrived()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc beside the image gives up time that was to be taken off, stops work on marks or a
        jump, or gives the keyboard back to it."""
        if event.key() == Qt.Key.Key_Escape and self.desk.case is not None:
            disarmed = self.panel.history.time.disarm()
            if not (disarmed or self.desk.painting.stop() or self._port.stay()):
                self.to_image()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        short = self.width() < NARROW_WINDOW - RAIL
        self.strip.set_width(NARROW if short else WIDE)
        self.panel.setFixedWidth(PANEL_NARROW if short else PANEL_WIDE)

    # --- furniture ----------------------------------------------------------------------------

    def _furnish(self, stage: Stage) -> None:
        look, desk = stage.look, self.desk
        self.case_title, self.presets = CaseTitle(look), PresetButton(look, desk, stage.actions)
        self.hanger = Hanger(desk, stage.say)
        self.layouts = LayoutButton(look, desk, self.hanger, stage.actions)
        self.tools = ToolRow(stage.actions)
        for widget in (self.case_title, self.tools, self.layouts, self.presets):
            stretch = 1 if widget is self.case_title else 0
            self.top.cells.addWidget(widget, stretch)
        self.strip = SeriesStrip(look, self._port, self._open_series, self.to_image)
        self.wall = Wall(look, desk, self._make_view, self.corner_changed.emit)
        self.looking = Looking(stage, desk, self.wall)
        self.panel = SidePanel(self._port, desk, stage, self.to_image)
        body = QWidget()
        across = QHBoxLayout(body)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(self.strip)
        self.home = WallHome(look, self.wall, stage.actions, stage.say)
        across.addWidget(self.home, 1)
        across.addWidget(self.panel)
        self._stack = QStackedWidget()
        self.no_case = NoCase(look, stage.actions, stage.open_case)
        self.no_case.show_last(stage.last_case())
        self._stack.addWidget(self.no_case)
        self._stack.addWidget(body)
        self.column.addWidget(self._stack, 1)
        self._show_case()

    @property
    def view(self) -> ViewportWidget:
        """The active viewport's widget."""
        return self.wall.active

    def _make_view(self, viewport: Viewport) -> ViewportWidget:
        stage = self._stage
        return ViewportWidget(
            stage.look,
            self.desk,
            viewport,
            self._context_menu,
            stage.show_probe,
            stage.say,
            self._painted,
        )

    def _painted(self, viewport: Viewport) -> None:
        self._leftovers.wait()
        self.wall.painted(viewport)
        self.looking.player.painted(viewport)

    def to_image(self) -> None:
        """The view has the keyboard."""
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _context_menu(self) -> QMenu:
        actions, fusion = self._stage.actions, self._actions.fusion
        return context_menu(self.wall, actions, self.desk, fusion, self.layouts)

    # --- showing ------------------------------------------------------------------------------

    @contextmanager
    def _at_once(self, show: Callable[[], None]) -> Iterator[None]:
        """One refresh for all that changes meanwhile: `show` is called at the end."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
        show()

    def _show_new(self) -> Iterator[int]:
        """A case came, whose slices are on their way: what can be done with it, the room around
        the views, the views and their words, and what stands beside them, each in a turn of its
        own; what reads ahead stands back for all of them."""
        self._life_signs.look_away()
        self.wall.setUpdatesEnabled(False)
        with self._port.foreground:
            for show in (self._actions.allow, self._show_case, self._refresh_room, self._take_keys):
                show()
                yield 0
            self.view.make_words()
            yield TURN_MS
            self.wall.setUpdatesEnabled(True)
            yield TURN_MS
            self._refresh_beside()
            self._count_signed()

    def _show_again(self) -> None:
        """The case that is shown was signed, or read again."""
        self.refresh()
        self._count_signed()
        self._take_keys()

    def _count_signed(self) -> None:
        """What led to the signature makes way at once."""
        if self.desk.case is not None and self.desk.case.signed:
            self.panel.count()

    def refresh(self) -> None:
        """The desk changed: paint what it says now."""
        if not self._held:
            self._refresh_view()
            self._refresh_beside()

    def _refresh_view(self) -> None:
        self._actions.allow()
        self._refresh_room()

    def _refresh_room(self) -> None:
        self._manner = self.desk.active.manner
        self._show_case()
        self.wall.refresh()
        self.presets.refresh()
        self.layouts.refresh()
        self.looking.refresh()
        self.over_it.refresh(self.view, self.looking.bar)

    def _refresh_beside(self) -> None:
        if self.desk.case is not None:
            self._mark_strip(self.desk.case)
            self.panel.refresh()

    def _open_series(self, tile: str) -> None:
        self.desk.active.open(tile)

    def _looked(self, viewport: Viewport) -> None:
        """One viewport shows something else; the lists stay as they are."""
        if self._held:
            return
        self.wall.looked(viewport)
        if self.desk.case is None or self.is_coming:
            return  # all of it is shown within some turns
        if self.strip.shown != self._tiles():
            self._mark_strip(self.desk.case)
            self.panel.views_changed()
        if viewport is not self.desk.active:
            return
        self.presets.refresh()
        self.over_it.refresh(self.view, self.looking.bar)
        if viewport.manner != self._manner:
            self._manner = viewport.manner
            self._actions.allow()
            self._mark_strip(self.desk.case)
            self.panel.layers.refresh()
            self.looking.refresh()
        self.panel.count_soon()

    def _show_case(self) -> None:
        case = self.desk.case
        self._stack.setCurrentIndex(0 if case is None else 1)
        self.top.title.setVisible(case is None)
        for widget in (self.case_title, self.tools, self.layouts):
            widget.setVisible(case is not None)
        if case is not None:
            self.case_title.show_case(case)

    def _mark_strip(self, case: OpenCase) -> None:
        self.strip.refresh(case, self.desk.active.tile, self._tiles())

    def _tiles(self) -> frozenset[str]:
        return frozenset(viewport.tile for viewport in self.desk.arrangement.on_screen)
