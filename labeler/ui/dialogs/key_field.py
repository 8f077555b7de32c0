"""A field that takes the next keys pressed as they are, instead of letting them act."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QKeyCombination, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence

from labeler.ui.components.buttons import Button
from labeler.ui.positions import place_of
from labeler.ui.translation import tr

_ALONE = {
    Qt.Key.Key_Control,
    Qt.Key.Key_Shift,
    Qt.Key.Key_Alt,
    Qt.Key.Key_AltGr,
    Qt.Key.Key_Meta,
    Qt.Key.Key_CapsLock,
    Qt.Key.Key_NumLock,
    Qt.Key.Key_unknown,
}
KEPT_FOR_DRAWING = (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
"""They end, finish and walk everywhere; alone they are no shortcut."""
_WALKS_BACK = Qt.Key.Key_Backtab
"""What Tab is with Shift."""

_FOREIGN = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class KeyField(Button):
    """Press it, then the keys; Esc leaves all as it was. `began` hears that keys are asked for."""

    listening = False

    def __init__(
        self,
        platform: str,
        taken: Callable[[str], None],
        refused: Callable[[str], None],
        began: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(tr("Press new keys…"), self.listen)
        self._platform, self._taken, self._refused, self._began = platform, taken, refused, began

    def listen(self) -> None:
        """The next keys are for this field."""
        self.listening = True
        self._began()
        self.setText(tr("Now press the keys; Esc leaves them"))
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def stop(self) -> None:
        self.listening = False
        self.setText(tr("Press new keys…"))

    def event(self, event: QEvent) -> bool:
        if self.listening and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.KeyPress:
                self._heard(event)
            event.accept()
            return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.stop()
        super().focusOutEvent(event)

    def _heard(self, event: QKeyEvent) -> None:
        key, held = Qt.Key(event.key()), event.modifiers()
        if key in _ALONE:
            return
        bare = not held & ~Qt.KeyboardModifier.KeypadModifier
        if key == Qt.Key.Key_Escape:
            self.stop()
        elif held & _FOREIGN:
            self._refused(tr("Alt and the system's key belong to the desktop. Choose others."))
        elif (bare and key in KEPT_FOR_DRAWING) or key == _WALKS_BACK:
            self._refused(tr("This key ends or finishes what is drawn. Choose another."))
        else:
            self.stop()
            self._taken(written(event, self._platform))


def written(event: QKeyEvent, platform: str) -> str:
    """The keys as the table writes them: digits and brackets by their place."""
    place = place_of(event, platform)
    if place:
        return place
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    letter = event.text().isprintable() and len(event.text()) == 1
    if letter and not event.text().isalpha():
        # A sign of its own, as "?": Shift was only the way to it.
        held &= ~Qt.KeyboardModifier.ShiftModifier
    together = QKeyCombination(held, Qt.Key(event.key()))
    return QKeySequence(together).toString(QKeySequence.SequenceFormat.PortableText)
