"""The panel at the right: labels, marks, others' layers, findings, and the way to the signature."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QApplication, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from labeler.app.screens import Change, Problem
from labeler.model.document_size import SIZE_CHECKS
from labeler.model.open_words import OpenWords
from labeler.ui.action_table import Need
from labeler.ui.components.surfaces import Divider, Surface
from labeler.ui.places.place import Stage
from labeler.ui.reading.desk import Desk
from labeler.ui.reading.findings import FindingsPanel, Footer
from labeler.ui.reading.history_panel import HistoryPanel
from labeler.ui.reading.layer_list import LayersPanel
from labeler.ui.reading.lists import LabelsPanel, MarksPanel
from labeler.ui.reading.measures_panel import MeasuresPanel
from labeler.ui.reading.opacity_sliders import fill_slider, line_slider
from labeler.ui.reading.paint_bar import ONE_LINE, PaintBar
from labeler.ui.reading.panel_rows import PanelPart, PanelRows
from labeler.ui.reading.ports import ReadingPort
from labeler.ui.translation import filled, tr

WIDE, NARROW = 360, 320
SHARES, HISTORY_SHARES = (30, 30, 40), (15, 15, 70)
"""Of the panel's height, where all want more: labels, marks, and what stands below them."""

COUNT_LATER_MS = 150
"""Scrolling must not wait for the count of problems."""


class SidePanel(Surface):
    """`to_image` gives the keyboard back to the view after the person was led to a slice."""

    def __init__(
        self, port: ReadingPort, desk: Desk, stage: Stage, to_image: Callable[[], None]
    ) -> None:
        super().__init__("side")
        self._port, self._desk, self._stage, self._to_image = port, desk, stage, to_image
        self._checked, self._warned, self._pressed = False, "", 0
        self._listed: tuple[object, ...] = ()
        self._words: tuple[OpenWords, ...] | None = None
        self._untold = False
        look, actions = stage.look, stage.actions
        sliders = stage.preferences, stage.prefer
        self.labels = LabelsPanel(
            look, desk, fill_slider(*sliders), line_slider(*sliders), to_image
        )
        self.marks = MarksPanel(look, desk, lambda: port.painted, actions, to_image)
        self.measures = MeasuresPanel(look, desk, port, self._keep_unfolded)
        self.measures.unfold(unfolded=stage.preferences().measures_open)
        self.layers = LayersPanel(look, desk, actions, stage.say)
        self.findings = FindingsPanel(look, desk, self._go_to_problem)
        self.history = HistoryPanel(look, port, desk, stage.now, stage.say)
        actions.bind("history.panel", self.toggle_history)
        actions.bind("history.time", self.show_time)
        self.below = QStackedWidget()
        self.below.addWidget(self.findings)
        self.below.addWidget(self.history)
        self.paint, self.footer = PaintBar(actions, desk, to_image), Footer(self.check, actions)
        shared = self.labels, self.marks, _Share(self.below, self.paint)
        self._rows = rows = PanelRows(self, shared, self._parts)
        rows.setContentsMargins(1, 0, 0, 0)
        rows.addWidget(self.labels)
        rows.addWidget(self.marks)
        rows.addWidget(self.measures)
        rows.addWidget(self.layers)
        rows.addWidget(Divider())
        rows.addWidget(shared[-1])
        rows.addWidget(Divider())
        rows.addWidget(self.footer)
        for fields in (self.marks.details, self.findings):
            fields.untaken.connect(self._keep_words)
        self._count_later = QTimer(self)
        self._count_later.setSingleShot(True)
        self._count_later.setInterval(COUNT_LATER_MS)
        self._count_later.timeout.connect(self.count)

    def panes(self) -> tuple[QWidget, ...]:
        lists: tuple[QWidget, ...] = (self.labels.list, self.marks.list)
        lists += () if self.marks.details.isHidden() else (self.marks.details.label,)
        lists += () if self.layers.isHidden() else (self.layers.list,)
        below = self.history.list if self.shows_history else self.findings
        return (*lists, below, self.footer)

    @property
    def choosing(self) -> tuple[QWidget, ...]:
        """Where digits choose a label, as over an image: wherever nothing is asked."""
        lists = self.labels, self.marks.head, self.marks.list, self.history
        return (*lists, self.measures, self.layers, self.paint, self.footer)

    @property
    def asking(self) -> tuple[QWidget, ...]:
        """Where digits answer a question."""
        return self.findings, self.marks.details

    def hear(self, change: Change) -> None:
        if change is Change.PREFERENCES:
            self.labels.refresh_sliders()
            self.measures.unfold(unfolded=self._stage.preferences().measures_open)
        elif change is Change.PUT_DOWN:
            self._port.keep_label(self._desk.label)
            # Marks and questions of the next case may have the same names.
            self.marks.details.leave()
            self.findings.leave()
            self._keep_words()
            self._pressed += 1  # no signing goes on after it

    def begin(self, *, anew: bool) -> None:
        """A case comes, or none any more: `anew` where nothing was said of its files yet."""
        if (case := self._port.case()) is not None:
            self.marks.details.bring_back(case)
            self.findings.bring_back(case)
        self._words, self._untold = None, self._untold or anew
        self._checked = self._checked and not anew
        self._warned = self._warned if not anew else ""
        self.forget()
        if anew:
            self.history.forget()  # what was asked of the series of before is never answered
        if self._port.case() is None:
            self.marks.forget()

    def forget(self) -> None:
        """The document changed: the lists are filled again."""
        self._listed = ()

    def views_changed(self) -> None:
        """Another series is in a view: the list of marks names what is not the active one's."""
        self.marks.refresh()
        if self._desk.drawings.offer():
            self._stage.actions.allow(Need.UNDO, True)

    def refresh(self) -> None:
        """The lists, where label, selection or document changed; a drag over the image leaves
        them as they are."""
        self.layers.refresh()
        desk = self._desk
        listed = (desk.label, desk.selected, desk.chosen.also, desk.active)
        if listed != self._listed:
            self._listed = listed
            self.labels.refresh()
            self.marks.refresh()
            self.findings.refresh()
            self.history.refresh()
            self._keep_words()
            self._rows.invalidate()
        self.count_soon()

    def _keep_words(self) -> None:
        """What no field takes is there again after a restart; it is told when its case comes."""
        case = self._desk.case
        if case is None or not case.may_change:
            return
        words = (*self.marks.details.words(case), *self.findings.words(case))
        if words != (case.words if self._words is None else self._words):
            self._port.keep_words(words)
        self._words, untold, self._untold = words, self._untold, False
        if untold and words:
            there = {mark.id for mark in self._desk.document().marks}
            if count := sum(there.issuperset(one.marks) for one in words):
                self._stage.say(tr("Too long, and not taken yet: {n}. Check leads there.", n=count))

    def _keep_unfolded(self, unfolded: bool) -> None:
        self._stage.prefer(replace(self._stage.preferences(), measures_open=unfolded))

    # --- the history --------------------------------------------------------------------------

    @property
    def shows_history(self) -> bool:
        """Whether it stands in the place of the findings."""
        return self.below.currentWidget() is self.history

    def toggle_history(self) -> None:
        """The history in the place of the findings, with the keyboard unless that is with what
        lies under the pointer; or the findings again."""
        focus = QApplication.focusWidget() or self
        if self.shows_history:
            had_keys = self.history.isAncestorOf(focus)
            self.show_findings()
            if had_keys:
                self._to_image()
        else:
            self.below.setCurrentWidget(self.history)
            self._told()
            self.history.refresh()
            if not focus.underMouse():
                self.history.list.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._told()

    def show_time(self) -> None:
        """The time on the case, below its history; with the keyboard on what may be made less."""
        self.below.setCurrentWidget(self.history)
        self.history.refresh()
        self.history.time.unfold()
        self._told()

    def show_findings(self) -> None:
        """What leads to a question leads to it from the history too."""
        self.below.setCurrentWidget(self.findings)
        self._told()

    def answer_digit(self, digit: int) -> None:
        """Of the question that has the keyboard, of a mark or of the form."""
        if not self.marks.details.answer_digit(digit):
            self.findings.answer_digit(digit)

    def next_question(self) -> None:
        self.show_findings()
        self.findings.next_question()

    def _told(self) -> None:
        self._stage.actions["history.panel"].setChecked(self.shows_history)
        self._rows.invalidate()

    def _parts(self, room: int) -> tuple[PanelPart, ...]:
        """Who asked for the history reads it: what stands above gives it room, as far as it has
        rows for it. Above a form the marks keep their share, so that nothing moves as they come.
        Room for the options of painting is kept: choosing a tool moves nothing."""
        if self.shows_history:
            labels, marks, below = HISTORY_SHARES
            last, share = self.history.part(below), 0
        else:
            labels, marks, below = SHARES
            last, share = self.findings.part(below), room * marks // sum(SHARES)
        return self.labels.part(labels), self.marks.part(marks, share), last.above(ONE_LINE)

    # --- check and sign -----------------------------------------------------------------------

    def count_soon(self) -> None:
        """When the hand rests: neither scrolling nor a drag waits for the count."""
        self._count_later.start()

    def count(self, *, first: bool = False) -> None:
        """Tell how many problems are left, and what the selected mark measures."""
        self.measures.refresh()
        case = self._desk.case
        if case is None:
            return
        problems = self._port.problems()
        further = case.count > 1
        self.footer.show_state(len(problems), signed=case.signed, further=further)
        told = problems if self._checked and not case.signed else ()
        self.findings.show_problems(told, first=first)
        self._warn(problems)

    def _warn(self, problems: Sequence[Problem]) -> None:
        """Of what takes hours to put right, when it first comes up and not at the end."""
        now = next((problem for problem in problems if problem.code in SIZE_CHECKS), None)
        if now is not None and now.code != self._warned:
            self._stage.say(filled(now.text, now.facts))
        self._warned = now.code if now else ""

    def keep(self) -> bool:
        """Take what is typed; False where it is refused, which is told beside it."""
        if not self.marks.details.keep():
            return False
        if not self.findings.keep():
            self.show_findings()
            return self.findings.keep()
        return True

    def check(self) -> None:
        """Tell what stands between the case and its signature."""
        if not self.keep():
            return
        self._checked = True
        self.show_findings()
        self.count(first=True)
        if not self._port.problems():
            self._stage.say(tr("Nothing is missing. The case can be signed."))

    def sign(self) -> None:
        """What is under way was asked for before, and is in what is signed: that waits for it. Of
        several presses the last one counts."""
        if not self._may_sign():
            return
        self._desk.drawings.finish()
        self._pressed += 1
        if what := self._desk.painting.under_way:
            self._stage.say(tr("Signing goes on after this: {what}. Esc stops it.", what=what))
        self._desk.painting.in_turn(partial(self._sign, self._pressed))

    def _sign(self, pressed: int) -> None:
        """Blocking problems are shown; warnings are shown once, then the person has the say."""
        if pressed != self._pressed or not self._may_sign():
            return
        self._desk.drawings.finish()
        problems = self._port.problems()
        if any(problem.blocks for problem in problems) or (problems and not self._checked):
            self.check()
            return
        self._stage.sign()

    def _may_sign(self) -> bool:
        case = self._desk.case
        return case is not None and case.may_change and self.keep()

    def _go_to_problem(self, problem: Problem) -> None:
        case = self._desk.case
        self.show_findings()
        if problem.mark:
            self._desk.select_mark(problem.mark)
            self.marks.details.go_to(problem.question)
        elif problem.question:
            self.findings.open_code(problem.question)
        elif case is not None:
            facts = dict(problem.facts)
            unseen = sorted(set(range(len(case.image.refs))) - set(self._port.seen(case.tile)))
            index = facts.get("index", unseen[0] if unseen else 0)
            tile = facts.get("tile", case.tile)
            self._desk.arrangement.go_to_slice(str(tile), int(index))
            self._to_image()


class _Share(QWidget):
    """One share of the panel: what comes and goes at its foot takes room from its head alone."""

    def __init__(self, head: QWidget, foot: QWidget) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(head, 1)
        rows.addWidget(foot)

    def hasHeightForWidth(self) -> bool:
        return False

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)
