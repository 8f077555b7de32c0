"""The status bar: what is saved, who is reached, what is running, what lies under the pointer."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QProgressBar, QSizePolicy, QWidget

from labeler.app.screens import (
    Activity,
    OutboxScreen,
    SaveLight,
    SaveState,
    WorkScreen,
)
from labeler.model.outbox import OutboxState
from labeler.ui.components.buttons import IconButton
from labeler.ui.components.surfaces import Row
from labeler.ui.components.text import Elided, IconMark, Label
from labeler.ui.formats import clock_seconds, span
from labeler.ui.look import Look
from labeler.ui.theme import STATUS, Type
from labeler.ui.translation import filled, tr


class Light(Row):
    """An icon and a word of the same ink."""

    def __init__(self, look: Look) -> None:
        super().__init__(gap=4)
        self._icon = IconMark(look, "ring", "text3")
        self.words = Label("", Type.SECONDARY, "text3")
        self.cells.addWidget(self._icon)
        self.cells.addWidget(self.words)

    def show_state(self, icon: str, words: str, ink: str) -> None:
        self._icon.show_icon(icon, ink)
        self.words.set_ink(ink)
        self.words.setText(words)
        self.setVisible(bool(words))


class ActivityRow(Row):
    """A running job: its words, a bar, the time left, Cancel."""

    def __init__(self, look: Look, activity: Activity, cancel: Callable[[int], None]) -> None:
        super().__init__(gap=8)
        self._words = Elided("", Type.SECONDARY, "text2")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(96)
        self._bar.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._left = Label("", Type.SECONDARY, "text3")
        self.cells.addWidget(self._words)
        self.cells.addWidget(self._bar)
        self.cells.addWidget(self._left)
        if activity.cancellable:
            words = tr("Cancel")
            self.cells.addWidget(IconButton(look, "close", words, lambda: cancel(activity.id)))
        self.show_activity(activity)

    def show_activity(self, activity: Activity) -> None:
        self._words.set_text(filled(activity.text, activity.facts))
        unknown = activity.permille is None
        self._bar.setRange(0, 0 if unknown else 1000)
        if activity.permille is not None:
            self._bar.setValue(activity.permille)
        left = activity.seconds_left
        self._left.setText("" if left is None else tr("{span} left", span=span(left)))
        self._left.setVisible(left is not None)


class StatusBar(Row):
    """28 px along the bottom; never takes the focus by itself."""

    def __init__(self, look: Look, cancel: Callable[[int], None]) -> None:
        super().__init__("status", gap=24)
        self.setFixedHeight(STATUS)
        self.cells.setContentsMargins(12, 0, 16, 0)
        self._look, self._cancel = look, cancel
        self.saved = Light(look)
        self.reached = Light(look)
        self.practice = Light(look)
        self._jobs = Row(gap=16)
        self._rows: dict[int, ActivityRow] = {}
        self.probe = Label("", Type.SECONDARY, "text2")
        for widget in (self.saved, self.reached, self.practice):
            self.cells.addWidget(widget)
        self._jobs.cells.addStretch()
        self.cells.addWidget(self._jobs, 1)
        self.cells.addWidget(self.probe)

    def show_saved(self, light: SaveLight) -> None:
        icon, words, ink = _saved(light)
        self.saved.show_state(icon, words, ink)

    def show_reached(self, work: WorkScreen, outbox: OutboxScreen) -> None:
        if work.marketplace is None:
            self.reached.show_state("ring", "", "text3")
            return
        queued = sum(row.state is OutboxState.QUEUED for row in outbox.rows)
        word = {True: tr("Online"), False: tr("Offline"), None: tr("Not asked yet")}[work.online]
        words = tr("{state} · {queued} queued", state=word, queued=queued) if queued else word
        icon, ink = ("dot", "success") if work.online else ("ring", "text2")
        self.reached.show_state(icon, words, ink)

    def show_practice(self, practice: bool) -> None:
        """Say that nothing protects this profile: it is for practice only."""
        words = tr("Practice profile, not protected") if practice else ""
        self.practice.show_state("warning", words, "warning")

    def show_activities(self, activities: tuple[Activity, ...]) -> None:
        present = {activity.id for activity in activities}
        for number in [known for known in self._rows if known not in present]:
            _discard(self._rows.pop(number))
        for activity in activities:
            if activity.id in self._rows:
                self._rows[activity.id].show_activity(activity)
            else:
                row = ActivityRow(self._look, activity, self._cancel)
                self._rows[activity.id] = row
                self._jobs.cells.insertWidget(self._jobs.cells.count() - 1, row)


def _discard(widget: QWidget) -> None:
    widget.hide()
    widget.setParent(None)
    widget.deleteLater()


def _saved(light: SaveLight) -> tuple[str, str, str]:
    at = clock_seconds(light.at) if light.at is not None else ""
    match light.state:
        case SaveState.NOTHING:
            return "ring", "", "text3"
        case SaveState.SAVED:
            return "check", tr("Saved {time}", time=at), "success"
        case SaveState.SAVING:
            return "clock", tr("Saving…"), "text2"
        case SaveState.SLOW:
            return (
                "warning",
                tr("Saving: the disk is slow ({n} waiting)", n=light.pending),
                "warning",
            )
        case SaveState.FAILED:
            since = tr("Not saved since {time} ({n} held in memory)", time=at, n=light.pending)
            never = tr("Not saved ({n} held in memory)", n=light.pending)
            return "warning", since if at else never, "danger"
