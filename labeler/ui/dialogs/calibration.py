"""Measuring a monitor once, so that things can be shown as large as they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from labeler.ui.components.buttons import Large, Primary
from labeler.ui.components.surfaces import Row
from labeler.ui.components.text import Label
from labeler.ui.components.text_field import TextField
from labeler.ui.dialogs.dialog import MARGIN, Dialog
from labeler.ui.look import Look
from labeler.ui.monitors import monitor_of, told_pixel_nm
from labeler.ui.ports import SessionPort
from labeler.ui.theme import Type
from labeler.ui.translation import tr
from labeler.viewing.true_size import CARD_HEIGHT_MM, CARD_WIDTH_MM, pixel_nm

WIDTH = 760
ROOM = 260
"""Height kept for the card, of which only the sides are matched."""

INSET = 12
"""From the widget's edge to the card: the ring of the keyboard lies between."""

NARROWEST = 80
STEP, STRIDE = 1, 10
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Minus: -1, Qt.Key.Key_Plus: 1}


class CardOutline(QWidget):
    """A card to hold a real one against; its right side follows the arrow keys and the mouse."""

    def __init__(self, look: Look, wide: int, changed: Callable[[], None]) -> None:
        super().__init__()
        self._look, self._changed = look, changed
        self.wide = wide
        self.setFixedHeight(ROOM)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setAccessibleName(tr("Card, {n} pixels wide", n=wide))

    def sizeHint(self) -> QSize:
        return QSize(WIDTH - 2 * MARGIN, ROOM)

    def set_wide(self, wide: int) -> None:
        """In logical pixels, as far as the room goes."""
        self.wide = max(NARROWEST, min(self.width() - 2 * INSET, wide))
        self.setAccessibleName(tr("Card, {n} pixels wide", n=self.wide))
        self.update()
        self._changed()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        far = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        self.set_wide(self.wide + step * (STRIDE if far else STEP))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.set_wide(round(event.position().x()) - INSET)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.set_wide(round(event.position().x()) - INSET)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            theme = self._look.theme
            high = self.wide * CARD_HEIGHT_MM / CARD_WIDTH_MM
            radius = self.wide * 3.18 / CARD_WIDTH_MM
            card = QRectF(INSET + 0.5, INSET + 0.5, self.wide - 1, min(high, ROOM + radius))
            painter.setPen(QPen(theme.color("accent"), 1))
            fill = QColor(theme.color("raised"))
            painter.setBrush(fill)
            painter.drawRoundedRect(card, radius, radius)
            painter.setPen(theme.color("text2"))
            middle = int(Qt.AlignmentFlag.AlignCenter)
            words = tr("A bank or identity card, {width} mm wide", width=f"{CARD_WIDTH_MM:.1f}")
            painter.drawText(card.toRect().intersected(self.rect()), middle, words)


class CalibrationDialog(Dialog):
    """Match the card, or type what a ruler says of it; kept for this monitor alone."""

    def __init__(
        self, window: QWidget, look: Look, session: SessionPort, kept: Callable[[], None]
    ) -> None:
        super().__init__(window, look, tr("True size"), width=WIDTH)
        self._session, self._kept = session, kept
        self._screen = window.screen()
        self._monitor = monitor_of(self._screen)
        known = session.preferences().monitors.get(self._monitor.key)
        start = known or told_pixel_nm(self._screen)
        ratio = self._screen.devicePixelRatio()
        self.body.addWidget(Label(self._intro(), ink="text2", wrap=True))
        self.card = CardOutline(look, round(CARD_WIDTH_MM * 1e6 / start / ratio), self._tell)
        self.body.addWidget(self.card)
        row = Row(gap=8)
        row.cells.addWidget(Label(tr("Or type what a ruler says of its width:"), ink="text2"))
        self.length = TextField()
        self.length.setFixedWidth(96)
        self.length.setAccessibleName(tr("Measured width in mm"))
        self.length.textChanged.connect(lambda _text: self._tell())
        row.cells.addWidget(self.length)
        row.cells.addWidget(Label(tr("mm"), ink="text2"))
        row.cells.addStretch()
        self.body.addWidget(row)
        self.told = Label("", Type.STRONG, wrap=True)
        self.body.addWidget(self.told)
        self.keep = Primary(tr("Keep for this monitor"), self._keep)
        self.set_buttons(self.keep, Large(tr("Back"), self.reject))
        self.card.setFocus()
        self._tell()

    def _intro(self) -> str:
        names = " ".join(part for part in (self._monitor.maker, self._monitor.model) if part)
        words = tr(
            "Hold a card against the screen at the left, and move the right side with the arrow"
            " keys or the mouse until both are equally wide. What a monitor says of itself is"
            " often wrong."
        )
        return f"{names}. {words}" if names else words

    def _measured(self) -> int | None:
        """Nanometres of a device pixel; None where nothing sensible was typed."""
        typed = self.length.text().strip().replace(",", ".")
        try:
            length_mm = float(typed) if typed else CARD_WIDTH_MM
        except ValueError:
            return None
        return pixel_nm(self.card.wide * self._screen.devicePixelRatio(), length_mm)

    def _tell(self) -> None:
        nm = self._measured()
        self.keep.setEnabled(nm is not None)
        if nm is None:
            self.told.setText(tr("No monitor has such pixels. Type a length in mm, as 85.6."))
        else:
            self.told.setText(tr("A pixel of this monitor is {size} mm.", size=f"{nm / 1e6:.4f}"))

    def _keep(self) -> None:
        nm = self._measured()
        if nm is None:
            return
        now = self._session.preferences()
        self._session.prefer(replace(now, monitors={**now.monitors, self._monitor.key: nm}))
        self.accept()
        self._kept()
