"""The signing key: 24 words shown once, three asked back, a passphrase twice."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QStackedWidget, QWidget

from labeler.errors import LabelerError
from labeler.signing.requests import MIN_PASSPHRASE
from labeler.ui.components.buttons import Large, Primary
from labeler.ui.components.passphrase import Passphrase
from labeler.ui.components.surfaces import Column
from labeler.ui.components.text import Label
from labeler.ui.components.text_field import TextField
from labeler.ui.dialogs.dialog import Dialog
from labeler.ui.look import Look
from labeler.ui.ports import KeyVerbs
from labeler.ui.theme import Type
from labeler.ui.translation import tr

ASKED = 3


class WordsPage(Column):
    """The words in three columns, numbered."""

    def __init__(self) -> None:
        super().__init__("", margin=0, gap=12)
        advice = tr("Write these 24 recovery words on paper, in order. They are shown once. Who "
                    "has them can sign as you; without them a lost key is lost.")  # fmt: skip
        self.rows.addWidget(Label(advice, ink="text2", wrap=True))
        box = Column("field", margin=16)
        self._grid = QGridLayout()
        self._grid.setVerticalSpacing(4)
        box.rows.addLayout(self._grid)
        self.rows.addWidget(box)

    def show_words(self, words: tuple[str, ...]) -> None:
        rows = -(-len(words) // 3)
        for at, word in enumerate(words):
            row, column = at % rows, at // rows
            number = Label(str(at + 1), Type.SECONDARY, "text3")
            number.setFixedWidth(20)
            self._grid.addWidget(number, row, 2 * column)
            self._grid.addWidget(Label(word, Type.STRONG), row, 2 * column + 1)
            self._grid.setColumnStretch(2 * column + 1, 1)

    def forget(self) -> None:
        while self._grid.count():
            item = self._grid.takeAt(0)
            widget = item.widget() if item is not None else None
            if isinstance(widget, Label):
                widget.clear()
                widget.deleteLater()


class CheckPage(Column):
    """Three of the words asked back, then the passphrase twice."""

    def __init__(
        self,
        look: Look,
        places: tuple[int, ...],
        changed: Callable[[], None],
        done: Callable[[], None],
    ) -> None:
        super().__init__("", margin=0, gap=12)
        self._places = places
        advice = tr("Type three of the words from your paper.")
        self.rows.addWidget(Label(advice, ink="text2", wrap=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        self.asked: list[TextField] = []
        for column, place in enumerate(places):
            name = tr("Word {n}", n=place + 1)
            field = TextField()
            field.setAccessibleName(name)
            field.textChanged.connect(lambda _text: changed())
            grid.addWidget(Label(name, Type.SECONDARY, "text2"), 0, column)
            grid.addWidget(field, 1, column)
            self.asked.append(field)
        self.rows.addLayout(grid)
        self.rows.addSpacing(8)
        passphrase = tr("The passphrase locks the key on this computer: at least {n} letters.",
                        n=MIN_PASSPHRASE)  # fmt: skip
        self.rows.addWidget(Label(passphrase, ink="text2", wrap=True))
        self.first = Passphrase(look, tr("Passphrase"))
        self.second = Passphrase(look, tr("Passphrase again"))
        self.said = Label("", Type.SECONDARY, "warning", wrap=True)
        for widget in (self.first, self.second, self.said):
            self.rows.addWidget(widget)
        self.second.field.returnPressed.connect(done)
        self.fields: tuple[TextField, ...] = (*self.asked, self.first.field, self.second.field)
        for field in self.fields[ASKED:]:
            field.textChanged.connect(lambda _text: changed())
        for field, following in pairwise(self.fields):
            field.returnPressed.connect(following.setFocus)
        self.setFocusProxy(self.asked[0])

    def missing(self, words: tuple[str, ...]) -> str:
        """What still keeps the key from being made; empty when nothing does."""
        typed = [field.text().strip().lower() for field in self.asked]
        if not all(typed):
            return tr("Three words are still to type.")
        if typed != [words[place] for place in self._places]:
            return tr("These words are not the ones shown. Look at your paper again.")
        if len(self.first.text()) < MIN_PASSPHRASE:
            return tr("The passphrase is too short.")
        if self.first.text() != self.second.text():
            return tr("The two passphrases differ.")
        return ""


class KeyDialog(Dialog):
    """Makes the signing key at the first signing; `made` is called with its address."""

    def __init__(
        self,
        window: QWidget,
        look: Look,
        keys: KeyVerbs,
        chance: random.Random,
        made: Callable[[str], None],
    ) -> None:
        super().__init__(window, look, tr("Make your signing key"))
        self._keys, self._made = keys, made
        self._words: tuple[str, ...] = ()
        purpose = tr("Your signing key proves this work is yours. It stays on this computer.")
        self.body.addWidget(Label(purpose, Type.STRONG, wrap=True))
        self.words_page = WordsPage()
        self.check_page = CheckPage(
            look, tuple(sorted(chance.sample(range(24), ASKED))), self._look_again, self._press
        )
        self.pages = QStackedWidget()
        self.pages.addWidget(self.words_page)
        self.pages.addWidget(self.check_page)
        self.body.addWidget(self.pages, 1)
        self.go = Primary(tr("I wrote them down"), self._press)
        self.go.setEnabled(False)
        self.back = Large(tr("Back"), self.reject)
        self.set_buttons(self.go, self.back)
        self._making = False
        self.finished.connect(lambda _result: self._forget())
        keys.make_words(self._show, self.refuse)

    def _show(self, words: tuple[str, ...]) -> None:
        self._words = words
        self.words_page.show_words(words)
        self.go.setEnabled(True)
        self.go.setFocus()
        self.settle()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A key that is being made can no longer be left."""
        if not (self._making and event.key() == Qt.Key.Key_Escape):
            super().keyPressEvent(event)

    def _press(self) -> None:
        if not self.go.isEnabled():
            return
        if self.pages.currentWidget() is self.words_page:
            self.pages.setCurrentWidget(self.check_page)
            self.words_page.forget()
            self.go.setText(tr("Make the key"))
            self.check_page.setFocus()
            self._look_again()
            return
        self.trouble.hide()
        self._show_making(True)
        self._keys.create_key(self._words, self.check_page.first.text(), self._done, self.refuse)

    def _show_making(self, making: bool) -> None:
        self._making = making
        self.check_page.setEnabled(not making)
        for button in (self.go, self.back):
            button.setEnabled(not making)
        self.go.setText(tr("Making the key…") if making else tr("Make the key"))
        if making:
            self.check_page.said.setText(tr("Locking the key takes a few seconds on purpose."))

    def _look_again(self) -> None:
        if not self._words:
            return
        missing = self.check_page.missing(self._words)
        self.check_page.said.setText(missing)
        self.go.setEnabled(not missing)

    def refuse(self, error: LabelerError) -> None:
        if self._making:
            self._show_making(False)
            self._look_again()
            self.check_page.second.setFocus()
        self.go.setEnabled(bool(self._words))
        super().refuse(error)

    def _done(self, address: str) -> None:
        self.accept()
        self._made(address)

    def _forget(self) -> None:
        self._words = ()
        self.words_page.forget()
        self.check_page.first.clear()
        self.check_page.second.clear()
