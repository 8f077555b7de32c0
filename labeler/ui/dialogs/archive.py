"""Getting studies from an image archive: search, what is here, and the archives themselves."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QWidget

from labeler.app.archives import Received
from labeler.errors import LabelerError
from labeler.pacs.archive import Archive, Kind
from labeler.pacs.query import SeriesFound, StudiesFound, StudyFound, StudyQuery
from labeler.ui.components.buttons import Button, ChipRow, Large, Primary
from labeler.ui.components.passphrase import Passphrase
from labeler.ui.components.surfaces import Row
from labeler.ui.components.twice import Twice
from labeler.ui.dialogs.archive_edit import ArchiveForm
from labeler.ui.dialogs.archive_received import ReceivedPage
from labeler.ui.dialogs.archive_search import SearchPage
from labeler.ui.dialogs.dialog import Dialog
from labeler.ui.look import Look
from labeler.ui.ports import ArchiveVerbs
from labeler.ui.translation import tr

WIDTH = 960
SEARCH, RECEIVED, EDIT = range(3)
_ASKS = frozenset(("archive-secret", "archive-login"))


class ArchiveDialog(Dialog):
    """What is found is shown here and kept nowhere; `opening` is told when a study will open."""

    def __init__(
        self,
        window: QWidget,
        look: Look,
        verbs: ArchiveVerbs,
        now: Callable[[], int],
        opening: Callable[[], None],
    ) -> None:
        super().__init__(window, look, tr("Get from an archive (PACS)"), width=WIDTH)
        self._verbs, self._opening = verbs, opening
        self._archives: tuple[Archive, ...] = ()
        self._query: StudyQuery | None = None
        self._known = False
        self._page = SEARCH
        self._search = self._tested = 0
        """The newest search, the newest test: older answers are of something else."""
        self._refused = self.while_open(self.refuse)
        self._head()
        self.search = SearchPage(look, self._find, self._look_into, self._settle_buttons)
        self.received = ReceivedPage(look, now, self._settle_buttons, self._open)
        self.form = ArchiveForm(look, self._form_changed)
        self._pages = (self.search, self.received, self.form)
        for each in self._pages:
            self.body.addWidget(each)
        self._secret_row()
        self._foot()
        self._show_page(SEARCH)
        self._read()

    # --- what it is made of -------------------------------------------------------------------

    def _head(self) -> None:
        line = Row(gap=8)
        self.tabs = ChipRow((tr("Search"), tr("Received")), self._show_page)
        self.choice = QComboBox()
        self.choice.setAccessibleName(tr("Archive"))
        self.choice.setMinimumWidth(224)
        self.choice.currentIndexChanged.connect(lambda _at: self._other_archive())
        self.add = Button(tr("Add an archive"), self._add)
        self.edit = Button(tr("Change"), self._edit)
        line.cells.addWidget(self.tabs)
        line.cells.addStretch()
        for widget in (self.choice, self.edit, self.add):
            line.cells.addWidget(widget)
        self.body.addWidget(line)

    def _secret_row(self) -> None:
        """Asked for when the archive wants it and no keyring has it."""
        self.ask = Row(gap=8)
        self.secret = Passphrase(self.look, tr("Password or token of this archive"))
        self.secret.field.returnPressed.connect(self._keep_secret)
        self.ask.cells.addWidget(self.secret, 1)
        button = Button(tr("Go on"), self._keep_secret)
        self.ask.cells.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        self.ask.hide()
        self.body.addWidget(self.ask)

    def _foot(self) -> None:
        self.get = Primary(tr("Get the study"), self._get)
        self.get_series = Large(tr("Get this series"), self._get_series)
        self.open_it = Primary(tr("Open"), lambda: self._open(self.received.current()))
        again = tr("Remove for good? Press again")
        self.remove = Twice(tr("Remove for good"), again, self._wipe)
        self.save = Primary(tr("Save"), self._save)
        self.test = Large(tr("Test"), self._test)
        sure = tr("Remove with its password? Press again")
        self.forget = Twice(tr("Remove this archive"), sure, self._forget)
        self.back = Large(tr("Close"), self._leave)
        self.set_buttons(
            self.get, self.get_series, self.open_it, self.remove, self.save, self.test,
            self.forget, self.back,
        )  # fmt: skip

    # --- which page ---------------------------------------------------------------------------

    def page(self) -> int:
        return self._page

    def _show_page(self, page: int) -> None:
        self.trouble.hide()
        self.ask.hide()
        self._page = page
        for at, each in enumerate(self._pages):
            each.setVisible(at == page)
        editing = page == EDIT
        self.tabs.setVisible(not editing)
        for widget in (self.choice, self.edit):
            widget.setVisible(page == SEARCH and bool(self._archives))
        self.add.setVisible(page == SEARCH)
        self.back.setText(tr("Back") if editing else tr("Close"))
        self.heading.setText(tr("Image archive") if editing else tr("Get from an archive (PACS)"))
        self._settle_buttons()

    def _settle_buttons(self) -> None:
        if not hasattr(self, "back"):
            return
        page = self.page()
        self.remove.disarm()
        self.forget.disarm()
        for button, where in (
            (self.get, SEARCH), (self.get_series, SEARCH), (self.open_it, RECEIVED),
            (self.remove, RECEIVED), (self.save, EDIT), (self.test, EDIT),
        ):  # fmt: skip
            button.setVisible(page == where)
        self.forget.setVisible(page == EDIT and self._known)
        self.search.go.setEnabled(bool(self._archives))
        self.get.setEnabled(self.search.study() is not None)
        self.get_series.setEnabled(self.search.one_series() is not None)
        self.open_it.setEnabled(bool(self.received.current()))
        self.remove.setEnabled(bool(self.received.current()))
        named = bool(self.form.name.text().strip())
        self.save.setEnabled(named)
        self.test.setEnabled(named)

    # --- the archives -------------------------------------------------------------------------

    def _read(self, wanted: str = "") -> None:
        def show(archives: tuple[Archive, ...], here: tuple[Received, ...]) -> None:
            self._show(archives, here, wanted)

        self._verbs.list_archives(self.while_open(show), self._refused)

    def _show(self, archives: tuple[Archive, ...], here: tuple[Received, ...], wanted: str) -> None:
        before = wanted or (self._archive().id if self._archive() else "")  # type: ignore[union-attr]
        self._archives = archives
        self.choice.blockSignals(True)
        self.choice.clear()
        self.choice.addItems([one.name for one in archives])
        ids = [one.id for one in archives]
        self.choice.setCurrentIndex(ids.index(before) if before in ids else 0)
        self.choice.blockSignals(False)
        self.tabs.rename(RECEIVED, tr("Received {count}", count=len(here)))
        self.received.show_received(here)
        if not archives and not here:
            self._add()
        elif self.page() != EDIT:
            self._show_page(self.page())
            self.search.patient_id.setFocus()

    def _archive(self) -> Archive | None:
        at = self.choice.currentIndex()
        return self._archives[at] if 0 <= at < len(self._archives) else None

    def _other_archive(self) -> None:
        self.trouble.hide()
        self.ask.hide()
        self._drop_found()

    def _drop_found(self) -> None:
        """What is shown, and what may still be answered, belongs to something else."""
        self._search += 1
        self.search.clear()

    def _form_changed(self) -> None:
        """What was tested is not what stands there any more."""
        self._tested += 1
        if hasattr(self, "back"):
            self.test.setText(tr("Test"))
            self._settle_buttons()

    def _add(self) -> None:
        self._known = False
        self.form.fill(Archive(self._verbs.new_archive_id(), "", Kind.DICOMWEB))
        self._show_page(EDIT)
        self.form.name.setFocus()

    def _edit(self) -> None:
        archive = self._archive()
        if archive is not None:
            self._known = True
            self.form.fill(archive)
            self._show_page(EDIT)
            self.form.name.setFocus()

    def _save(self) -> None:
        self.trouble.hide()
        archive, secret = self.form.archive(), self.form.secret.text()
        done = self.while_open(lambda _kept: self._saved(archive.id))
        self._verbs.save_archive(archive, secret or None, done, self._refused)

    def _saved(self, archive: str) -> None:
        self.form.secret.clear()
        self._leave_form(archive)

    def _test(self) -> None:
        self.trouble.hide()
        self.test.setEnabled(False)
        self.test.setText(tr("Testing…"))
        archive, secret, number = self.form.archive(), self.form.secret.text(), self._tested

        def answers() -> None:
            if number == self._tested:
                self.test.setText(tr("✓ It answers"))
                self.test.setEnabled(True)

        def refused(error: LabelerError) -> None:
            if number == self._tested:
                self.refuse(error)

        told = self.while_open(answers), self.while_open(refused)
        self._verbs.test_archive(archive, secret, *told)

    def _forget(self) -> None:
        archive = self.form.archive()
        done = self.while_open(lambda: self._leave_form(""))
        self._verbs.remove_archive(archive, done, self._refused)

    def _leave(self) -> None:
        if self.page() == EDIT and (self._archives or self.received.table.rows.keys):
            self._leave_form("")
        else:
            self.reject()

    def _leave_form(self, wanted: str) -> None:
        self.form.secret.clear()
        self.tabs.choose(SEARCH)
        self.test.setText(tr("Test"))
        self._show_page(SEARCH)
        self._drop_found()
        self._read(wanted)

    # --- searching and getting ----------------------------------------------------------------

    def refuse(self, error: LabelerError) -> None:
        """Say why; where the archive asks for its secret, so does this."""
        if self.page() == SEARCH:
            self.search.clear()
            self.search.go.setEnabled(True)
            if error.code in _ASKS:
                self.ask.show()
                self.secret.setFocus()
        self.test.setText(tr("Test"))
        self._settle_buttons()
        super().refuse(error)

    def _find(self, query: StudyQuery) -> None:
        archive = self._archive()
        if archive is None:
            return
        self._query = query
        self.trouble.hide()
        self.ask.hide()
        self._search += 1
        self.search.waiting()
        number = self._search

        def found(answer: StudiesFound) -> None:
            if number == self._search:
                self.search.show_studies(answer)

        told = self.while_open(found), self.while_open(self._refused_of(number))
        self._verbs.find_studies(archive, query, *told)

    def _refused_of(self, number: int) -> Callable[[LabelerError], None]:
        """Told only while the search of that number is the one that is shown."""

        def refused(error: LabelerError) -> None:
            if number == self._search:
                self.refuse(error)

        return refused

    def _look_into(self, study: StudyFound) -> None:
        archive, number = self._archive(), self._search
        if archive is not None:

            def show(found: tuple[SeriesFound, ...]) -> None:
                if number == self._search:
                    self.search.show_series(study, found)

            def refused(error: LabelerError) -> None:
                if number == self._search:
                    Dialog.refuse(self, error)

            told = self.while_open(show), self.while_open(refused)
            self._verbs.find_series(archive, study, *told)

    def _keep_secret(self) -> None:
        archive, secret, number = self._archive(), self.secret.text(), self._search

        def kept(_beyond: bool) -> None:
            if number == self._search:
                self._go_on()

        if archive is not None and secret:
            told = self.while_open(kept), self.while_open(self._refused_of(number))
            self._verbs.keep_secret(archive, secret, *told)

    def _go_on(self) -> None:
        self.secret.clear()
        self.ask.hide()
        if self._query is not None:
            self._find(self._query)

    def _get(self) -> None:
        self._begin(())

    def _get_series(self) -> None:
        one = self.search.one_series()
        if one is not None:
            self._begin((one.uid,))

    def _begin(self, only: tuple[str, ...]) -> None:
        """It comes in the background; the status bar shows how far, with Cancel."""
        archive, study = self._archive(), self.search.study()
        if archive is not None and study is not None:
            self._verbs.receive_study(archive, study, only)
            self.accept()

    def _open(self, name: str) -> None:
        if name:
            self._verbs.open_received(name)
            self.accept()
            self._opening()

    def _wipe(self) -> None:
        name = self.received.current()
        if name:
            self._verbs.wipe_received(name, self.while_open(self._read), self._refused)
