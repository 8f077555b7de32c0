"""What the frame is furnished with: rail, four places, status bar, notices; blank while locked."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from labeler.app.screens import NEWS, CaseRow, Change
from labeler.later import Later
from labeler.ui.action_table import Need, Scope
from labeler.ui.actions import Actions
from labeler.ui.archive_flow import get_from_archive
from labeler.ui.components.filing import ask_paths, dropped_paths
from labeler.ui.components.focus import FocusRing
from labeler.ui.components.notices import NoticeStack
from labeler.ui.components.statusbar import StatusBar
from labeler.ui.components.surfaces import Surface
from labeler.ui.key_bindings import keys_of
from labeler.ui.look import Look
from labeler.ui.places.locked import LockedScreen
from labeler.ui.places.place import Place, PlaceMaker, Stage
from labeler.ui.places.rooms import Rooms
from labeler.ui.ports import SessionPort
from labeler.ui.positions import Positions
from labeler.ui.rail import Rail
from labeler.ui.signing_flow import SigningFlow
from labeler.ui.tidings import Tidings
from labeler.ui.translation import tr
from labeler.ui.window_dialogs import WindowDialogs

if TYPE_CHECKING:
    from labeler.ui.places import earnings, outbox, work
else:
    earnings = Later("labeler.ui.places.earnings")
    outbox = Later("labeler.ui.places.outbox")
    work = Later("labeler.ui.places.work")


@dataclass(frozen=True)
class Surroundings:
    """What the window takes from outside besides the session."""

    now: Callable[[], int]
    """UTC seconds."""
    chance: random.Random
    """Chooses which recovery words are asked back."""
    version: Callable[[], str]
    """Asked for when it is shown: finding it out takes time."""


class Window(QWidget):
    """Composes; paints nothing itself. The one listener of the session. `first` is the place that
    is made at once."""

    def __init__(
        self,
        look: Look,
        session: SessionPort,
        reading: PlaceMaker,
        around: Surroundings,
        first: str = "work",
    ) -> None:
        super().__init__()
        self._look, self._session, self._around = look, session, around
        self.setAcceptDrops(True)
        self.dialogs = WindowDialogs(self, look, session, around.now)
        self.commands = Actions(look, self)
        self.commands.attach(self, Scope.WINDOW)
        Positions(self, self.commands, (Scope.WINDOW,))
        undo_edit = self.commands["edit.undo"].trigger
        self.tidings = Tidings(session, lambda: self._hear(Change.NOTICES), undo_edit)
        self.signing = SigningFlow(self, look, session, around, self.tidings.tell, self.commands)
        self.status = StatusBar(look, session.cancel)
        self._furnish(reading)
        undo, corner = self.tidings.undo, lambda: self.place().corner()
        self.notices = NoticeStack(look, self, self.tidings.dismiss, undo, corner)
        self._ring = FocusRing(look, self)
        self._bind()
        self.go_to(first)
        for change in NEWS:
            self._show(change)  # what a place says of a case that is there already stays
        session.listen(self._hear)

    def go_to(self, name: str) -> None:
        """Show a place and give it the keyboard."""
        place = self.places[name]
        if place is not self._stack.currentWidget():
            self.tidings.clear_lines()
        self._stack.setCurrentWidget(place)
        self.commands[f"place.{name}"].setChecked(True)
        place.arrived()
        self.notices.settle()

    def place(self) -> Place:
        """The place on show."""
        return next(p for p in self.places.made() if p is self._stack.currentWidget())

    def begin(self, *, at_images: bool = False) -> None:
        """Greet a new profile, unless images were named; nothing is asked of an old one."""
        if at_images:
            if self.place() is not self.places["reading"]:
                self.go_to("reading")
            if self._session.standing().locked:
                self.locked.arrived()
        elif self._session.standing().first_run:
            self.dialogs.greet(self.commands, self._open_sample, self._connect)

    def make_places(self) -> Iterator[int]:
        """Make the places that are not on show, one a step: the person is working already."""
        while self.places.make_next():
            yield 0
        for place in self.places.made():
            yield from place.make_ahead()

    def suggest_marketplace(self, url: str) -> None:
        """What the connect dialog starts with."""
        self.dialogs.suggested = url

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.notices.settle()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_paths(event) and not self._session.standing().locked:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if paths := dropped_paths(event):
            self._open_paths(paths)

    def _furnish(self, reading: PlaceMaker) -> None:
        stage = Stage(
            look=self._look,
            actions=self.commands,
            sign=self.signing.begin,
            with_key=self.signing.with_key,
            show_probe=self.status.probe.setText,
            tell=self.tidings.tell,
            say=self.tidings.say,
            last_case=self._last_case,
            open_case=lambda name: self.places.leave(partial(self._session.open_case, name)),
            go_to=self.go_to,
            list_header=self._session.list_header,
            preferences=self._session.preferences,
            prefer=self._session.prefer,
            now=self._around.now,
        )
        self._stack = QStackedWidget()
        self.places = Rooms(
            {
                "work": lambda: work.WorkPlace(self._session, stage),
                "reading": lambda: self._reading(reading, stage),
                "outbox": lambda: outbox.OutboxPlace(self._session, stage),
                "earnings": lambda: earnings.EarningsPlace(self._session, stage),
            },
            self._stack,
        )
        self.rail = Rail(self.commands)
        self.locked = LockedScreen(self._look, self._session)
        whole, right = Surface("app"), QVBoxLayout()
        across = QHBoxLayout(whole)
        for layout in (right, across):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(0)
        right.addWidget(self._stack, 1)
        right.addWidget(self.status)
        across.addWidget(self.rail)
        across.addLayout(right, 1)
        self._cover = QStackedWidget()
        self._cover.addWidget(whole)
        self._cover.addWidget(self.locked)
        everything = QVBoxLayout(self)
        everything.setContentsMargins(0, 0, 0, 0)
        everything.addWidget(self._cover)

    def _reading(self, make: PlaceMaker, stage: Stage) -> Place:
        place = make(stage)
        self.commands.attach(place, Scope.READING)
        place.corner_changed.connect(self.notices.settle_soon)
        return place

    def _bind(self) -> None:
        bind, session = self.commands.bind, self._session
        for name in self.places:
            bind(f"place.{name}", partial(self.go_to, name))
        bind("work.open-folder", self._ask_folder)
        asked = tr("Open image files or an archive")
        bind("work.open-files", partial(ask_paths, self, asked, self._open_paths))
        bind("work.sample", self._open_sample)
        archive = partial(get_from_archive, self, self._look, session, self._around.now)
        bind("work.archive", partial(archive, self.go_to))
        bind("work.connect", self._connect)
        bind("outbox.sync", session.sync)
        bind("case.next", lambda: self.places.leave(session.open_next_case))
        bind("work.files", self.dialogs.files)
        bind("work.measures", partial(self.dialogs.measures, self.tidings))
        bind("app.commands", lambda: self.dialogs.commands(self.commands))
        bind("app.shortcuts", lambda: self.dialogs.shortcuts(self.commands))
        version = self._around.version
        bind("app.about", lambda: self.dialogs.about(version()))
        bind("app.settings", lambda: self.dialogs.settings(self.commands))
        bind("app.lock", session.lock)
        bind("app.dismiss", self.notices.dismiss_newest)
        bind("app.next-pane", lambda: self._walk(1))
        bind("app.previous-pane", lambda: self._walk(-1))
        bind("app.quit", self._quit)

    def _hear(self, change: Change) -> None:
        self.tidings.hear(change)
        self._show(change)

    def _show(self, change: Change) -> None:
        session = self._session
        if change is Change.LOCK:
            self._show_lock(session.standing().locked)
        elif change is Change.SAVED:
            self.status.show_saved(session.save_light())
        elif change is Change.ACTIVITY:
            self.status.show_activities(session.activities())
        elif change is Change.NOTICES:
            self.notices.show_notices(self.tidings.all())
        elif change is Change.DAMAGE:
            self.dialogs.damage()
        elif change in (Change.WORK, Change.OUTBOX, Change.STANDING):
            self.status.show_reached(session.work(), session.outbox())
            self.status.show_practice(session.standing().practice)
            self.commands.allow(Need.MARKETPLACE, session.standing().marketplace is not None)
            self.commands.allow(Need.PASSPHRASE, not session.standing().practice)
        if change is Change.PREFERENCES:
            self.commands.use_keys(keys_of(session.preferences()))
        for place in self.places.made():
            place.hear(change)
        self.notices.settle()

    def _show_lock(self, locked: bool) -> None:
        if locked == (self._cover.currentWidget() is self.locked):
            return
        dialog = QApplication.activeModalWidget()
        if locked and isinstance(dialog, QDialog):
            dialog.reject()
        self.commands.block(locked)
        self._cover.setCurrentIndex(1 if locked else 0)
        self.notices.setVisible(False)
        if locked:
            self.locked.arrived()
        else:
            self.notices.settle()
            self.place().arrived()

    def _walk(self, step: int) -> None:
        """F6: the next pane of this place, the rail between last and first."""
        panes = [self.rail.buttons[0], *self.place().panes()]
        usable = [pane for pane in panes if pane.isVisible() and pane.isEnabled()]
        focus = QApplication.focusWidget()
        inside = [at for at, pane in enumerate(usable) if focus and _within(pane, focus)]
        at = (inside[-1] + step) % len(usable) if inside else 0
        reason = Qt.FocusReason.TabFocusReason
        usable[at].setFocus(reason)

    def _connect(self) -> None:
        self.dialogs.connect(lambda: self.go_to("work"))

    def _last_case(self) -> CaseRow | None:
        work = self._session.work()
        rows = [row for card in work.cards for row in card.cases if row.state is None]
        return next((row for row in rows if row.id == work.last_case), None)

    def _open_sample(self) -> None:
        self.places.leave(self._session.open_sample)
        self.go_to("reading")

    def _open_paths(self, paths: Sequence[Path]) -> None:
        self.places.leave(partial(self._session.open_paths, paths))
        self.go_to("reading")

    def _quit(self) -> None:
        self.places.leave(self.window().close)

    def _ask_folder(self) -> None:
        ask_paths(self, tr("Open a folder of images"), self._open_paths, folder=True)


def _within(pane: QWidget, focus: QWidget) -> bool:
    return pane is focus or pane.isAncestorOf(focus)
