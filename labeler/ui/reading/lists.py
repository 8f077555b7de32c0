"""The panel's upper parts: labels with their keys, marks with their sizes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from msgspec import UNSET
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from labeler.app.open_case import OpenCase
from labeler.model.answer_rules import answers_of, asked, label_of, unanswered
from labeler.model.document import Flag, Mark
from labeler.model.image import Image
from labeler.model.measures import MASKS
from labeler.model.searching import as_searched
from labeler.ui.actions import Actions
from labeler.ui.components.beside import Beside
from labeler.ui.components.buttons import Chip
from labeler.ui.components.surfaces import Row
from labeler.ui.components.text import Label
from labeler.ui.components.text_field import TextField
from labeler.ui.held_action import HeldAction
from labeler.ui.look import Look
from labeler.ui.reading.desk import Desk
from labeler.ui.reading.frame_places import FramePlaces
from labeler.ui.reading.mark_details import NOT_OF_FORM, MarkDetails
from labeler.ui.reading.opacity_sliders import OpacitySlider
from labeler.ui.reading.panel_rows import PanelPart
from labeler.ui.reading.phrases import words
from labeler.ui.reading.swatch_list import SwatchList, SwatchRow
from labeler.ui.theme import CONTROL, ROW, Type
from labeler.ui.translation import message, tr
from labeler.viewing.label_inks import ink_of
from labeler.viewing.late_numbers import LATE
from labeler.viewing.mark_size import told_in_list
from labeler.viewing.mark_slices import cited, slices_of
from labeler.viewing.said_of_marks import flagged
from labeler.viewing.scene import Painted
from labeler.viewing.shape_words import shape_name

KEYED = 9
"""Labels with a digit."""

LABELS_SEEN, MARKS_SEEN = 4, 3
"""Rows that are seen also where others want the room; fewer only where there is none."""

UNSEEN = message("Its size and its image are told once its series was in a view: a click shows it.")

MOST_MADE = 4096
"""Rows of marks that are kept."""


class Section(QWidget):
    """A heading, what stands at its right end, and below it the body."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(8, 4, 0, 4)
        self.rows.setSpacing(4)
        self.head = Row()
        self.head.cells.setContentsMargins(8, 0, 16, 0)
        self.head.setFixedHeight(CONTROL)
        self.head.cells.addWidget(Label(title, Type.SECTION))
        self.head.cells.addStretch()
        self.rows.addWidget(self.head)

    def beside(self, body: int) -> int:
        """How high it is with a body so high: heading, edges, and the gap between."""
        edge = self.rows.contentsMargins()
        return edge.top() + self.head.height() + self.rows.spacing() + body + edge.bottom()


class _Search(TextField):
    """Enter takes what is found, Esc nothing; both give the keyboard back to the image."""

    def __init__(self, take: Callable[[], bool], to_image: Callable[[], None]) -> None:
        super().__init__()
        self._take, self._to_image = take, to_image

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not self._take():
                Beside.of(self).tell(self, tr("No label has these letters."), left=True)
                return
        elif key != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
            return
        Beside.of(self).end(self)
        self.clear()
        self._to_image()


class LabelsPanel(Section):
    """One row a label: its digit, colour, name, and how many marks it has. Where digits do not
    reach all of them, a field above finds some by parts of their names."""

    def __init__(
        self,
        look: Look,
        desk: Desk,
        fill: OpacitySlider,
        line: OpacitySlider,
        to_image: Callable[[], None],
    ) -> None:
        super().__init__(tr("Labels"))
        self._desk, self.fill, self.line = desk, fill, line
        self._rows: tuple[SwatchRow, ...] = ()
        for name, slider in ((tr("Fill"), fill), (tr("Line"), line)):
            words = Label(name, Type.SECONDARY, "text2")
            words.setBuddy(slider)
            self.head.cells.addWidget(words)
            self.head.cells.addWidget(slider)
        self.search = _Search(self._take_first, to_image)
        self.search.setPlaceholderText(tr("Find a label"))
        self.search.setAccessibleName(tr("Find a label"))
        self.search.setFixedHeight(CONTROL)
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _text: self._show())
        self._above = Row()
        self._above.cells.setContentsMargins(8, 0, 16, 0)
        self._above.cells.addWidget(self.search)
        self.list = SwatchList(look, self._chosen, digits=True)
        self.list.setAccessibleName(tr("Labels"))
        self.rows.addWidget(self._above)
        self.rows.addWidget(self.list, 1)

    def refresh(self) -> None:
        case = self._desk.case
        if case is None:
            return
        used = self._desk.marks.counts(self._desk.document())
        self._rows = tuple(
            SwatchRow(
                key=label.code,
                ink=n,
                text=label.name,
                right=str(used.get(label.code, 0)),
                digit=str(n + 1) if n < KEYED else "",
            )
            for n, label in enumerate(case.labels)
        )
        self._above.setVisible(len(self._rows) > KEYED)
        self.refresh_sliders()
        self._show()

    def part(self, weight: int) -> PanelPart:
        """What it can do with room: whole rows, and no more than there are."""
        above = CONTROL + self.rows.spacing() if len(self._rows) > KEYED else 0
        bare, least, all_of = (
            self.beside(above + ROW * min(seen, len(self._rows)))
            for seen in (1, LABELS_SEEN, len(self._rows))
        )
        return PanelPart(bare, least, all_of, weight, ROW)

    def refresh_sliders(self) -> None:
        """What is preferred is something else."""
        self.fill.refresh()
        self.line.refresh()

    def _found(self) -> tuple[SwatchRow, ...]:
        """The labels whose name has all the words that are looked for."""
        wanted = as_searched(self.search.text()).split() if len(self._rows) > KEYED else ()
        return tuple(
            row for row in self._rows if all(part in as_searched(row.text) for part in wanted)
        )

    def _show(self) -> None:
        found = self._found()
        self.list.show_rows(tuple(row.key for row in found), found.__getitem__, self._desk.label)

    def _take_first(self) -> bool:
        """Whether something is found: it is chosen. Of no words nothing is."""
        found = self._found()
        if found and self.search.text().strip():
            self._chosen(found[0].key, frozenset())
        return bool(found)

    def _chosen(self, code: str, _also: frozenset[str]) -> None:
        case = self._desk.case
        if case is not None and code != self._desk.label:
            self._desk.choose_label([label.code for label in case.labels].index(code) + 1)


class MarksPanel(Section):
    """One row a mark: its colour, its size, its image, whether it is hidden or locked; what is
    said of the selected ones; and “No finding”. `to_image` gives the keyboard back to the view."""

    def __init__(
        self,
        look: Look,
        desk: Desk,
        painted: Callable[[], Painted],
        actions: Actions,
        to_image: Callable[[], None],
    ) -> None:
        super().__init__(tr("Marks"))
        self._desk, self._painted = desk, painted
        self._made: dict[str, tuple[Mark, SwatchRow]] = {}
        self._places = FramePlaces(desk)
        self._of: tuple[tuple[Image, ...], OpenCase] | None = None
        self.no_finding = Chip("")
        tell = partial(self._tell_key, actions)
        actions["case.no-finding"].changed.connect(tell)
        tell()
        self.no_finding.clicked.connect(lambda _on: actions["case.no-finding"].trigger())
        self.head.cells.addWidget(self.no_finding)
        self.list = SwatchList(look, desk.select_mark, digits=False, flagged=self._flag)
        self.list.setAccessibleName(tr("Marks"))
        self.details = MarkDetails(look, desk, actions, to_image)
        self.empty = Label("", Type.SECONDARY, "text3", wrap=True)
        self.empty.setContentsMargins(8, 0, 16, 0)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.rows.addWidget(self.empty)
        self.rows.addWidget(self.list, 1)  # room that is kept for marks lies above their fields
        self.rows.addWidget(self.details)
        self.rows.addStretch()
        self._hide = HeldAction(actions["view.hide-marks"], actions.down_ms)
        actions.bind("mark.hide", lambda: self.turn(desk.chosen.names, "hidden"))
        actions.bind("mark.lock", lambda: self.turn(desk.chosen.names, "locked"))

    def refresh(self) -> None:
        case = self._desk.case
        if case is None:
            return
        document = self._desk.document()
        of = self._places.images, case
        if self._of != of:
            self._of = of
            self._made.clear()
        marks, chosen = document.marks, self._desk.chosen
        self.list.show_rows(
            tuple([mark.id for mark in marks]),
            lambda n: self._row(marks[n]),
            chosen.first,
            chosen.also,
        )
        self.details.refresh()
        self.no_finding.setChecked(document.no_finding)
        self.no_finding.setEnabled(self._desk.editable)
        self.empty.setVisible(not marks)
        self.list.setVisible(bool(marks))
        if not case.named:
            self.empty.setText(tr("The file is being read. Its marks come then."))
        elif document.no_finding:
            self.empty.setText(tr("You say that there is nothing to mark."))
        else:
            self.empty.setText(tr("No marks yet. Draw one, or say that there is none."))

    def forget(self) -> None:
        """No case is open any more: nothing of the last one is held."""
        none: tuple[SwatchRow, ...] = ()
        self.list.show_rows((), none.__getitem__, "")
        self._of = None
        self._made.clear()
        self._places.forget()

    def part(self, weight: int, share: int = 0) -> PanelPart:
        """What it can do with room: whole rows above the fields of a mark, which it keeps room for
        also while none is selected, so that nothing moves when one is. Where it has a `share` of
        the pixels it wants that for few marks too."""
        said, count = self.rows.spacing() + self.details.sizeHint().height(), self.list.count
        bare = self.beside(ROW + (0 if self.details.isHidden() else said))
        few = MARKS_SEEN if share else min(MARKS_SEEN, max(1, count))
        least = self.beside(said + ROW * few)
        spare = max(0, share - least) // ROW
        wanted = self.beside(said + ROW * max(few + spare, count))
        return PanelPart(bare, least, wanted, weight, ROW)

    def _tell_key(self, actions: Actions) -> None:
        """The key may be another one, or none."""
        text, key = actions["case.no-finding"].text(), actions.keys("case.no-finding")
        self.no_finding.setText(f"{text}  {key}" if key else text)

    def _row(self, mark: Mark) -> SwatchRow:
        """Made once for each mark that came on the screen, and again when it is another."""
        known = self._made.get(mark.id)
        if known is None or known[0] is not mark:
            if len(self._made) > MOST_MADE:
                self._made.clear()
            row, is_whole = self._make(mark)
            if not is_whole:
                return row
            known = self._made[mark.id] = mark, row
        return known[1]

    def _make(self, mark: Mark) -> tuple[SwatchRow, bool]:
        """The row, and whether its size is known."""
        assert self._of is not None
        _, case = self._of
        codes = [label.code for label in case.labels]
        ink = ink_of(codes, mark.label)
        known = label_of(case.labels, mark.label)
        text = tr(NOT_OF_FORM, code=mark.label) if known is None else known.name
        at, tip, size = "", "", None
        image, index = self._places.find(mark.frame)
        if image is not None:
            size = told_in_list(image, mark, self._painted(), self._desk.late)
            at = self._at(image, index, mark)
        else:
            text = tr("{label}, {what}", label=text, what=words(shape_name(mark.shape)))
            series = self._places.series(mark.frame)
            at = tr("not of these files") if series is None else words(series)
            tip = tr(UNSEEN) if series is not None else ""
        if mark.confidence is not UNSET:
            at = f"{mark.confidence} %  {at}"
        if size is not None:
            told = words(size)
            text = f"{told[:1].upper()}{told[1:]}" if known is not None else f"{text}, {told}"
        text = text if mark.note is UNSET else f"{text}, {mark.note}"
        flags = () if mark.flags is UNSET else mark.flags
        asks = () if known is None else known.asks
        demanded = asked(asks, free_text_allowed=case.free_text_allowed)
        missing = bool(unanswered(demanded, answers_of(mark)))
        row = SwatchRow(mark.id, ink, text, at, flags=flags, missing=missing, tip=tip)
        return row, size is not LATE

    def _at(self, image: Image, index: int, mark: Mark) -> str:
        """On which slices, and of which series where that is not the active one's."""
        shape = mark.shape
        content = self._painted().content(shape) if isinstance(shape, MASKS) else None
        number = cited(image, slices_of(image, index, mark, content))
        at = "" if number is None else words(number)
        of = None if image is self._places.images[0] else self._places.series(mark.frame)
        if of is None:
            return at
        return f"{words(of)}, {at}" if at else words(of)

    def _flag(self, mark_id: str, flag: str) -> None:
        """A flag was clicked: of all that are selected, where the row is one of them."""
        chosen = self._desk.chosen.names
        names = chosen if mark_id in chosen else frozenset({mark_id})
        self.turn(names, "hidden" if flag == "hidden" else "locked")

    def turn(self, names: frozenset[str], flag: Flag) -> None:
        """Hide or lock marks, or no longer so."""
        self._desk.chosen.change(lambda document, these: flagged(document, these, flag), names)
