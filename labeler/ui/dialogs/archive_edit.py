"""One image archive: its address, who we are to it, and its secret; tested before it is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QCheckBox, QGridLayout, QVBoxLayout, QWidget

from labeler.pacs.archive import Archive, Bring, Kind, Login
from labeler.ui.components.buttons import ChipRow
from labeler.ui.components.passphrase import Passphrase
from labeler.ui.components.text import Label
from labeler.ui.components.text_field import TextField
from labeler.ui.look import Look
from labeler.ui.theme import Type
from labeler.ui.translation import tr

KINDS = (Kind.DICOMWEB, Kind.DIMSE)
WAYS = (Bring.GET, Bring.MOVE)
LOGINS = (Login.NONE, Login.PASSWORD, Login.TOKEN)


class Named(QWidget):
    """A field under its name."""

    def __init__(self, name: str, control: QWidget) -> None:
        super().__init__()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        rows.addWidget(Label(name, Type.SECONDARY, "text2"))
        rows.addWidget(control)
        control.setAccessibleName(name)


class ArchiveForm(QWidget):
    """Shows what the kind of archive needs; `changed` hears every change."""

    def __init__(self, look: Look, changed: Callable[[], None]) -> None:
        super().__init__()
        self._changed, self._id, self._filling = changed, "", False
        self.name, self.url = _line(""), _line("https://pacs.example.org/dicom-web")
        self.host, self.port = _line("pacs.example.org"), _line("104")
        self.called, self.calling = _line("ORTHANC"), _line("LABELER")
        self.listen = _line("11112")
        self.user = _line("")
        self.tls = QCheckBox(tr("Encrypted (TLS)"))
        self.kind = ChipRow((tr("DICOMweb"), tr("DIMSE")), self._chosen)
        self.way = ChipRow((tr("C-GET"), tr("C-MOVE")), self._chosen)
        self.login = ChipRow((tr("No login"), tr("Password"), tr("Token")), self._chosen)
        self.secret = Passphrase(look, tr("Password or token"))
        self.secret.setMinimumHeight(56)
        self.note = Label("", Type.SECONDARY, "warning", wrap=True)
        self._grid()
        for line in self._lines():
            line.textChanged.connect(lambda _text: self._chosen(0))
        self.tls.toggled.connect(lambda _on: self._chosen(0))
        self.secret.field.textChanged.connect(lambda _text: self._chosen(0))

    def fill(self, archive: Archive) -> None:
        """Show this archive; its secret is never shown."""
        self._filling, self._id = True, archive.id
        texts = (
            archive.name, archive.url, archive.host, str(archive.port), archive.called,
            archive.calling, str(archive.listen_port), archive.user,
        )  # fmt: skip
        for line, text in zip(self._lines(), texts, strict=True):
            line.setText(text)
        self.tls.setChecked(archive.tls)
        self.kind.choose(KINDS.index(archive.kind))
        self.way.choose(WAYS.index(archive.bring))
        self.login.choose(LOGINS.index(archive.login))
        self.secret.clear()
        self._filling = False
        self._chosen(0)

    def archive(self) -> Archive:
        """What is typed; whether it makes sense is found out where it is used."""
        kind = KINDS[self.kind.current()]
        login = LOGINS[self.login.current()]
        return Archive(
            id=self._id,
            name=self.name.text().strip(),
            kind=kind,
            url=self.url.text().strip() if kind is Kind.DICOMWEB else "",
            host=self.host.text().strip() if kind is Kind.DIMSE else "",
            port=_number(self.port),
            called=self.called.text().strip(),
            calling=self.calling.text().strip(),
            tls=self.tls.isChecked(),
            login=login,
            user=self.user.text().strip() if login is Login.PASSWORD else "",
            bring=WAYS[self.way.current()],
            listen_port=_number(self.listen),
        )

    def _lines(self) -> Sequence[TextField]:
        return (
            self.name, self.url, self.host, self.port, self.called, self.calling, self.listen,
            self.user,
        )  # fmt: skip

    def _grid(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(12)
        for column in range(4):
            grid.setColumnStretch(column, 1)
        self._web = (Named(tr("Address"), self.url),)
        self._dimse = (
            Named(tr("Host"), self.host),
            Named(tr("Port"), self.port),
            Named(tr("Its AE title"), self.called),
            Named(tr("Our AE title"), self.calling),
            Named(tr("Images come by"), self.way),
            Named(tr("Port of this computer"), self.listen),
        )
        self._user = Named(tr("User"), self.user)
        grid.addWidget(Named(tr("Name"), self.name), 0, 0, 1, 2)
        grid.addWidget(Named(tr("Spoken to by"), self.kind), 0, 2, 1, 2)
        grid.addWidget(self._web[0], 1, 0, 1, 4)
        for at, widget in enumerate(self._dimse[:4]):
            grid.addWidget(widget, 2, at)
        grid.addWidget(self._dimse[4], 3, 0, 1, 2)
        grid.addWidget(self._dimse[5], 3, 2)
        grid.addWidget(self.tls, 3, 3)
        grid.addWidget(Named(tr("It asks for"), self.login), 4, 0, 1, 3)
        grid.addWidget(self._user, 5, 0, 1, 2)
        grid.addWidget(self.secret, 5, 2, 1, 2)
        grid.addWidget(self.note, 6, 0, 1, 4)
        grid.setRowStretch(7, 1)

    def _chosen(self, _number: int) -> None:
        if self._filling:
            return
        web = KINDS[self.kind.current()] is Kind.DICOMWEB
        for widget in self._web:
            widget.setVisible(web)
        for widget in self._dimse:
            widget.setVisible(not web)
        self.tls.setVisible(not web)
        move = WAYS[self.way.current()] is Bring.MOVE
        self._dimse[5].setVisible(not web and move)
        self.login.chips()[2].setVisible(web)
        login = LOGINS[self.login.current()]
        self._user.setVisible(login is Login.PASSWORD)
        self.secret.setVisible(login is not Login.NONE)
        self._warn()
        self._changed()

    def _warn(self) -> None:
        """Names and images would travel in the open."""
        now = self.archive()
        typed = now.url if now.kind is Kind.DICOMWEB else now.host
        open_line = bool(typed) and not now.secure and "example.org" not in typed
        self.note.setText(
            tr("▲ The line is not encrypted: use it only inside a network you trust.")
        )
        self.note.setVisible(open_line)


def _line(hint: str, most: int = 255) -> TextField:
    made = TextField()
    made.setPlaceholderText(hint)
    made.setMaxLength(most)
    return made


def _number(line: TextField) -> int:
    text = line.text().strip()
    return int(text) if text.isascii() and text.isdigit() else 0
