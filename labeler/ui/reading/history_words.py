"""The history of the open case in its own words: labels, questions, images, sizes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from labeler.app.far_jump import Going
from labeler.app.open_case import OpenCase
from labeler.model.document import Mark
from labeler.model.edit_rules import edit_mark
from labeler.model.edits import Edit
from labeler.model.history import Node
from labeler.model.image import Image
from labeler.model.measures import MASKS, Unmeasured, measure_mark
from labeler.ui.formats import moment
from labeler.ui.reading.desk import Desk
from labeler.ui.reading.frame_places import FramePlaces
from labeler.ui.reading.history_list import MarkOf, Told
from labeler.ui.reading.phrases import words
from labeler.ui.translation import tr
from labeler.viewing.edit_words import LOOKED_AT, Naming, edit_words
from labeler.viewing.history_marks import Ask
from labeler.viewing.history_rows import HistoryRow, Standing
from labeler.viewing.label_inks import ink_of
from labeler.viewing.mark_slices import cited
from labeler.viewing.measure_text import size_text
from labeler.viewing.phrase import Phrase, phrase

NOT_YET = "…", None
"""Of an edit that is still to be unpacked."""
_Of = tuple[Node, OpenCase, Image | None]
KEPT = 64
"""Edits of very many marks whose words are kept: more rows than a list shows."""


@dataclass(frozen=True)
class _Words:
    """What was told, of what, and the first mark that was not known then, or ""."""

    of: _Of
    words: tuple[str, int | None]
    missed: str

    def hold(self, of: _Of, mark_of: MarkOf) -> bool:
        """Whether they would be the same now."""
        if any(one is not other for one, other in zip(self.of, of, strict=True)):
            return False
        return not self.missed or mark_of(self.missed, of[0]) is None


class HistoryTeller:
    """Makes the words of one row; `now` gives UTC seconds, so that an older day is told; `going`
    the jump that is under way; `ask` unpacks edits of very many marks."""

    def __init__(
        self, desk: Desk, now: Callable[[], int], going: Callable[[], Going | None], ask: Ask
    ) -> None:
        self._desk, self._now, self._going, self._ask = desk, now, going, ask
        self._places = FramePlaces(desk)
        self._known: dict[int, _Words] = {}

    def forget(self) -> None:
        """Another case: nothing of the last one is held."""
        self._places.forget()
        self._known.clear()

    def tell(self, row: HistoryRow, mark_of: MarkOf) -> Told:
        """The row in words; `mark_of` knows marks by id as an edit found them."""
        case, node = self._desk.case, row.node
        if node is None or case is None:
            return self._as(row, tr("Beginning"), "", None)
        text, ink = self._about(case, node, mark_of)
        if row.standing is Standing.BRANCH:
            text = (
                tr("Branch: {last}", last=text)
                if row.edits == 1
                else tr("Branch of {count}: {last}", count=row.edits, last=text)
            )
        return self._as(row, text, moment(node.at, self._now()) if node.at else "", ink)

    def _about(self, case: OpenCase, node: Node, mark_of: MarkOf) -> tuple[str, int | None]:
        """Words and label of an edit; those of very many marks are not made for each painting, and
        while they are unpacked the last ones stand."""
        if node.weight < LOOKED_AT:
            return self._made(case, node, mark_of, node.edit)
        of = node, case, self._desk.active.base
        known = self._known.get(node.seq)
        if known is None or not known.hold(of, mark_of):
            self._ask(node, "words", partial(self._keep, of, mark_of))
            known = self._known.get(node.seq)
        return NOT_YET if known is None else known.words

    def _keep(self, of: _Of, mark_of: MarkOf, edit: Edit) -> None:
        node, case, _ = of
        missed: list[str] = []

        def known(mark_id: str, node: Node) -> Mark | None:
            mark = mark_of(mark_id, node)
            if mark is None and not missed:
                missed.append(mark_id)
            return mark

        told = self._made(case, node, known, edit)
        if len(self._known) >= KEPT:
            self._known.clear()
        self._known[node.seq] = _Words(of, told, "".join(missed))

    def _made(
        self, case: OpenCase, node: Node, mark_of: MarkOf, edit: Edit
    ) -> tuple[str, int | None]:
        naming = self._naming(case, lambda mark_id: mark_of(mark_id, node))
        mark = edit_mark(edit, naming.mark)
        codes = [label.code for label in case.labels]
        ink = None if mark is None else ink_of(codes, mark.label)
        return words(edit_words(edit, naming)), ink

    def _as(self, row: HistoryRow, text: str, time: str, ink: int | None) -> Told:
        going = self._going()
        if going is not None and going.seq == row.seq:
            time = tr("{percent} %, Esc stops", percent=going.permille // 10)
        said = [text, time, tr("undone") if row.standing is Standing.UNDONE else ""]
        if row.standing is Standing.PRESENT:
            said.append(tr("here"))
        return Told(text, time, ink, row.standing, "  ".join(part for part in said if part))

    def _naming(self, case: OpenCase, mark: Callable[[str], Mark | None]) -> Naming:
        return Naming(
            labels={label.code: label for label in case.labels},
            questions={question.code: question for question in case.form.questions},
            where=partial(self._where, case),
            size=self._size,
            mark=mark,
        )

    def _where(self, case: OpenCase, mark: Mark) -> Phrase | None:
        """ "Im 143", and which series where another is in the active view."""
        image, index = self._places.find(mark.frame)
        number = None if image is None else cited(image, (index, index))
        active = self._desk.active.base
        if number is not None and (image is active or len(case.series) == 1):
            return number
        of = self._places.series(mark.frame)
        if of is None:
            return number
        return of if number is None else phrase("{of}, {number}", of=of, number=number)

    def _size(self, mark: Mark) -> Phrase | None:
        image, _ = self._places.find(mark.frame)
        if image is None or isinstance(mark.shape, MASKS):
            return None
        measure = measure_mark(image, mark.shape)
        if measure is None or isinstance(measure, Unmeasured):
            return None
        return size_text(image, measure)
