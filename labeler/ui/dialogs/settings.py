"""Settings: how images are read and shown, what this profile is; searchable, applied at once."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from labeler.app.screens import Standing
from labeler.model.preferences import SHARES_OF_MEMORY, Preferences
from labeler.model.searching import as_searched
from labeler.ui.actions import Actions
from labeler.ui.components.buttons import Button, IconButton, Large
from labeler.ui.components.surfaces import Scroll
from labeler.ui.components.text import Label
from labeler.ui.components.text_field import TextField
from labeler.ui.dialogs.calibration import CalibrationDialog
from labeler.ui.dialogs.dialog import Dialog
from labeler.ui.dialogs.input_settings import InputSettings
from labeler.ui.dialogs.own_form_row import OwnFormRow
from labeler.ui.dialogs.setting_rows import FactRow, Section, SettingRow, choice_row
from labeler.ui.formats import folded
from labeler.ui.look import Look
from labeler.ui.monitors import monitor_of
from labeler.ui.ports import SessionPort
from labeler.ui.translation import tr

WIDTH, HEIGHT = 720, 520
RATES = (5, 10, 15, 25, 30)
GIB_KEPT = (0, 2, 4, 16)


class SettingsDialog(Dialog):
    """Type a word of what is looked for; nothing here is a secret."""

    def __init__(self, window: QWidget, look: Look, session: SessionPort, actions: Actions) -> None:
        super().__init__(window, look, tr("Settings"), width=WIDTH)
        self._session = session
        self.input = InputSettings(window, look, session, actions)
        self.search = TextField()
        self.search.setPlaceholderText(tr("Find a setting"))
        self.search.setAccessibleName(tr("Find a setting"))
        self.search.textChanged.connect(self._filter)
        self.body.addWidget(self.search)
        self.own_form = OwnFormRow(self, look, session)
        page = QWidget()
        cards = QVBoxLayout(page)
        cards.setContentsMargins(0, 0, 0, 0)
        cards.setSpacing(12)
        self.pages = Scroll(page, gutter=True)
        self.pages.setFixedHeight(max(160, min(HEIGHT, window.height() - 280)))
        self.body.addWidget(self.pages)
        standing = session.standing()
        self.sections = (
            self._reading(),
            self.input.section(),
            self._display(window),
            self._key(standing),
            self._storage(standing),
        )
        for section in self.sections:
            cards.addWidget(section)
            section.fill()
        self._none = Label(tr("No setting has these words."), ink="text2")
        self._none.hide()
        cards.addWidget(self._none)
        cards.addStretch()
        self.set_buttons(Large(tr("Close"), self.reject))
        self.search.setFocus()

    def _filter(self, typed: str) -> None:
        wanted = as_searched(typed).split()
        found = [section.filter(wanted) for section in self.sections]
        self._none.setVisible(not any(found))

    def _prefer(self, **changes: object) -> None:
        self._session.prefer(replace(self._session.preferences(), **changes))  # type: ignore[arg-type]  # by name

    # --- sections -----------------------------------------------------------------------------

    def _reading(self) -> Section:
        now = self._session.preferences()
        rows = (
            self._two(
                "darker_up",
                now.darker_up,
                tr("Window drag"),
                tr("What a drag upwards does to the image. To the right is wider."),
                (tr("Up is brighter"), tr("Up is darker")),
            ),
            self._two(
                "nearest",
                now.nearest,
                tr("Enlarged pixels"),
                tr("Beyond 8:1 pixels are always shown as squares."),
                (tr("Smooth"), tr("Squares")),
            ),
            self._two(
                "scale_bar",
                not now.scale_bar,
                tr("Scale bar"),
                tr("At the left edge, where sizes are known."),
                (tr("Shown"), tr("Hidden")),
                turned=True,
            ),
            self._number(
                "cine_rate",
                now.cine_rate,
                tr("Cine"),
                tr("Frames a second where a file says nothing of its own."),
                RATES,
            ),
            *self._several_views(now),
            self.own_form,
            self._number(
                "memory_percent",
                now.memory_percent,
                tr("Memory for images"),
                tr("The share of this computer's memory for open slices, in %."),
                SHARES_OF_MEMORY,
            ),
            self._number(
                "kept_gib",
                now.kept_gib,
                tr("Kept images"),
                tr("What decoded slices may take of the disk, encrypted, in GiB; 0 keeps none."),
                GIB_KEPT,
            ),
        )
        return Section(tr("Reading"), rows)

    def _several_views(self, now: Preferences) -> tuple[SettingRow, ...]:
        return (
            self._two(
                "link_scrolling",
                not now.link_scrolling,
                tr("Linked scrolling"),
                tr("Views of the same patient coordinates scroll together."),
                (tr("On"), tr("Off")),
                turned=True,
            ),
            self._two(
                "reference_lines",
                not now.reference_lines,
                tr("Reference lines"),
                tr("Views show where the active one cuts them."),
                (tr("On"), tr("Off")),
                turned=True,
            ),
        )

    def _two(
        self,
        name: str,
        second: bool,
        title: str,
        note: str,
        options: tuple[str, str],
        *,
        turned: bool = False,
    ) -> SettingRow:
        """One of two; the second stands for True, or `turned` for False."""

        def chosen(number: int) -> None:
            self._prefer(**{name: (number == 1) != turned})

        return choice_row(title, note, options, int(second), chosen)

    def _number(
        self, name: str, now: int, title: str, note: str, options: tuple[int, ...]
    ) -> SettingRow:
        def chosen(number: int) -> None:
            self._prefer(**{name: options[number]})

        near = min(range(len(options)), key=lambda n: abs(options[n] - now))
        return choice_row(title, note, tuple(map(str, options)), near, chosen)

    def _display(self, window: QWidget) -> Section:
        scale = round(window.devicePixelRatioF() * 100)
        self.calibrate = Button(tr("Calibrate…"), self._calibrate)
        self.true_size = FactRow(tr("True size"), self._pixel_words(), self.calibrate)
        rows = (
            self.true_size,
            FactRow(tr("Theme"), tr("Dark reading room")),
            FactRow(tr("Scale"), tr("{percent} %", percent=scale)),
        )
        return Section(tr("Display"), rows)

    def _pixel_words(self) -> str:
        monitor = monitor_of(self._window.screen())
        nm = self._session.preferences().monitors.get(monitor.key)
        if nm is None:
            return tr("This monitor is not measured yet.")
        return tr("A pixel of this monitor is {size} mm.", size=f"{nm / 1e6:.4f}")

    def _calibrate(self) -> None:
        CalibrationDialog(self._window, self.look, self._session, self._calibrated).open()

    def _calibrated(self) -> None:
        self.true_size.value.set_text(self._pixel_words())

    def _key(self, standing: Standing) -> Section:
        address, marketplace = standing.key_address, standing.marketplace
        key = folded(address) if address else tr("Made at your first signing")
        rows = (
            self._fact(tr("Address"), key, address or ""),
            self._fact(tr("Connected to"), marketplace or tr("None yet"), marketplace or ""),
        )
        return Section(tr("Key and marketplace"), rows)

    def _storage(self, standing: Standing) -> Section:
        protection = (
            tr("None: for practice only") if standing.practice else tr("Encrypted on this computer")
        )
        rows = (
            self._fact(tr("Folder"), standing.storage, standing.storage),
            self._fact(tr("Protection"), protection, ""),
        )
        return Section(tr("Storage"), rows)

    def _fact(self, title: str, shown: str, copied: str) -> FactRow:
        def copy() -> None:
            QGuiApplication.clipboard().setText(copied)

        words = tr("Copy {what}", what=title)
        return FactRow(title, shown, IconButton(self.look, "copy", words, copy) if copied else None)
