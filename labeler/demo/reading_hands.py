"""The hands at the Reading screen: look through a case, mark it, answer its form."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QScrollArea

from labeler.demo.hands import CTRL, SHIFT, Hands, Stuck
from labeler.demo.phantom import Nodule, Truth
from labeler.model.forms import Choice, FreeText, Question, Scale
from labeler.model.rasters import Place
from labeler.ui.reading.place import ReadingPlace
from labeler.ui.reading.strip import Tile

ZOOM_NOTCHES = 6
ROUND = 16
"""Places of a circular stroke."""

ANSWERS: Mapping[str, int] = {
    "attenuation": 1,
    "margin": 1,
    "calcification": 1,
    "confidence": 3,
    "quality": 1,
}
"""The digit that answers a question, where it is not the first option's."""


class ReadingHands:
    """Knows where things lie on the canvas; acts by pointer, wheel and keys alone."""

    def __init__(self, hands: Hands, place: ReadingPlace) -> None:
        self._hands, self._place = hands, place
        self._desk, self._view = place.desk, place.view

    # --- looking ------------------------------------------------------------------------------

    @property
    def slices(self) -> int:
        image = self._desk.active.image
        return 0 if image is None else len(image.refs)

    def wait_for_slice(self, index: int | None = None) -> None:
        """A slice is on the screen: this one, or any."""
        desk = self._desk

        def shown() -> bool:
            if desk.active.error is not None:
                raise Stuck(f"a slice cannot be shown: {desk.active.error}")
            return desk.active.pixels is not None and index in (None, desk.active.view.index)

        self._hands.until(shown, f"slice {'' if index is None else index + 1}")

    def scroll_to(self, index: int) -> None:
        steps = index - self._desk.active.wanted
        if steps:
            self._hands.wheel(self._view, self._middle(), steps)
        self.wait_for_slice(index)

    def see_all(self) -> None:
        """Every slice, one notch of the wheel each, from the first to the last."""
        self._hands.key(Qt.Key.Key_Home)
        self.wait_for_slice(0)
        for index in range(self.slices):
            self.scroll_to(index)
            self._hands.rest(1)

    def see_every_series(self) -> int:
        """Every slice of every series, the opened one last; how many slices in all."""
        strip, opened = self._place.strip, self._place.desk.active.tile
        # The first slice may be there a turn before what stands beside it.
        self._hands.until(lambda: opened in strip.uids, "the series in the strip")
        seen = 0
        for uid in (*(one for one in strip.uids if one != opened), opened):
            tile = strip.reveal(uid)
            if not tile.isChecked():
                self._to(tile)
            self.see_all()
            seen += self.slices
        return seen

    def _to(self, tile: Tile) -> None:
        """Scroll the strip to a series, and click it."""
        pages = tile.parentWidget()
        while pages is not None and not isinstance(pages, QScrollArea):
            pages = pages.parentWidget()
        if pages is not None:
            pages.ensureWidgetVisible(tile)
        self._hands.click(tile)
        self._hands.until(tile.isChecked, tile.accessibleName())
        self.wait_for_slice()

    def drag_window(self) -> None:
        """A little wider and brighter, with the right button; colours have no window."""
        image = self._desk.active.image
        if image is None or image.is_color:
            return
        start = self._middle()
        way = tuple(start + QPoint(10 * n, -4 * n) for n in range(6))
        before = self._desk.active.view.window
        self._hands.drag(self._view, way, Qt.MouseButton.RightButton)
        self._hands.until(lambda: self._desk.active.view.window != before, "another window")

    def preset(self, number: int) -> None:
        """Shift and a digit."""
        key = Qt.Key(Qt.Key.Key_0.value + number)
        self._hands.key(key, SHIFT)

    def zoom_to(self, truth: Truth, nodule: Nodule) -> None:
        """Closer with Ctrl and the wheel, the nodule staying under the pointer."""
        self.scroll_to(truth.middle_slice(nodule))
        for _ in range(ZOOM_NOTCHES):
            self._hands.wheel(self._view, self._canvas(_center(truth, nodule)), -1, CTRL)

    def fit(self) -> None:
        self._hands.key(Qt.Key.Key_0, CTRL)

    # --- marking ------------------------------------------------------------------------------

    def paint_nodule(self, truth: Truth, nodule: Nodule) -> int:
        """Brush over the nodule on every slice it is seen on; how many slices."""
        self._hands.key(Qt.Key.Key_B)
        self._size_brush(nodule.radius_um / 1000)
        painted = 0
        for index, radius_mm in _cuts(truth, nodule):
            self.scroll_to(index)
            self._stroke(_center(truth, nodule), radius_mm)
            painted += 1
        return painted

    def measure(self, truth: Truth, nodule: Nodule) -> None:
        """The longest axis, from edge to edge on its middle slice."""
        self.scroll_to(truth.middle_slice(nodule))
        self._hands.key(Qt.Key.Key_L)
        column, row = _center(truth, nodule)
        half = nodule.radius_um / truth.spacing_um[0]
        self._drawn(self._canvas((column - half, row)), self._canvas((column + half, row)))

    def box(self, left_top: Place, right_bottom: Place) -> None:
        """A box between two places of the image."""
        self._hands.key(Qt.Key.Key_R)
        self._drawn(self._canvas(left_top), self._canvas(right_bottom))

    def say_of_mark(self, digit: int) -> None:
        """Answer the first question that the selected mark's label asks, by its digit."""
        before = self._desk.document()
        self._hands.key(Qt.Key.Key_F9)
        self._hands.type(str(digit))
        self._hands.until(lambda: self._desk.document() is not before, "the answer of the mark")
        self._hands.key(Qt.Key.Key_Escape)

    def length(self, start: Place, end: Place) -> None:
        self._hands.key(Qt.Key.Key_L)
        self._drawn(self._canvas(start), self._canvas(end))

    def no_finding(self) -> None:
        self._hands.key(Qt.Key.Key_N)
        self._hands.until(lambda: self._desk.document().no_finding, "“No finding”")

    def delete(self) -> None:
        """The selected mark."""
        self._count(lambda: self._hands.key(Qt.Key.Key_Delete), -1)

    def undo(self) -> None:
        self._count(lambda: self._hands.key(Qt.Key.Key_Z, CTRL), -1)

    def redo(self) -> None:
        self._count(lambda: self._hands.key(Qt.Key.Key_Z, CTRL | SHIFT), 1)

    def _size_brush(self, diameter_mm: float) -> None:
        """[ and ] until the brush is about so wide."""
        for _ in range(30):
            ratio = diameter_mm / self._desk.brush_mm
            if 1 / 1.1 < ratio < 1.1:
                return
            self._hands.key(Qt.Key.Key_BracketLeft if ratio < 1 else Qt.Key.Key_BracketRight)

    def _stroke(self, center: Place, radius_mm: float) -> None:
        """Round along the inside of the edge, then once over the middle."""
        scene = self._desk.scene(self._desk.active)
        if scene is None:
            raise Stuck("no case is open")
        round_mm = max(0.0, radius_mm - scene.brush_mm / 2)
        reach = round_mm / scene.spacing_mm[0], round_mm / scene.spacing_mm[1]
        angles = [2 * math.pi * n / ROUND for n in range(ROUND + 1)]
        way = [
            (center[0] + reach[0] * math.cos(angle), center[1] + reach[1] * math.sin(angle))
            for angle in angles
        ]
        before = self._desk.document()
        self._hands.drag(self._view, tuple(self._canvas(at) for at in [*way, center]))
        self._hands.until(lambda: self._desk.document() is not before, "the stroke")

    def _drawn(self, start: QPoint, end: QPoint) -> None:
        way = tuple(start + (end - start) * n / 5 for n in range(6))
        self._count(lambda: self._hands.drag(self._view, way), 1)

    def _count(self, act: Callable[[], None], by: int) -> None:
        """Do it, and wait until there are so many more marks."""
        wanted = len(self._desk.document().marks) + by
        act()
        self._hands.until(lambda: len(self._desk.document().marks) == wanted, f"{wanted} marks")

    # --- the form -----------------------------------------------------------------------------

    def answer_all(self, counted: int) -> int:
        """Every required question, by digits; `counted` is typed where a number is asked."""
        answered = 0
        for view in self._place.panel.findings.views:
            if view.question.required:
                self._hands.click(view.head)
                self._answer(view.question, counted)
                self._until_answered(view.question)
                answered += 1
        return answered

    def _answer(self, question: Question, counted: int) -> None:
        match question:
            case Scale(high=high):
                self._hands.type(str(min(counted, high)))
                self._hands.key(Qt.Key.Key_Return)
            case Choice(code=code):
                self._hands.type(str(ANSWERS.get(code, 1)))
            case FreeText():
                self._hands.type("-")
                self._hands.key(Qt.Key.Key_Return)

    def _until_answered(self, question: Question) -> None:
        def there() -> bool:
            answers = self._desk.document().answers
            return any(answer.question == question.code for answer in answers)

        self._hands.until(there, f"the answer to {question.text}")

    # --- places -------------------------------------------------------------------------------

    def _middle(self) -> QPoint:
        return self._view.rect().center()

    def _canvas(self, p_voxel: Place) -> QPoint:
        scene = self._desk.scene(self._desk.active)
        if scene is None:
            raise Stuck("no case is open")
        x, y = scene.where.to_canvas(p_voxel)
        return QPoint(round(x), round(y))


def _center(truth: Truth, nodule: Nodule) -> Place:
    """Column and row of a nodule's center."""
    column = (nodule.center_um[0] - truth.origin_um[0]) / truth.spacing_um[0]
    row = (nodule.center_um[1] - truth.origin_um[1]) / truth.spacing_um[1]
    return column, row


def _cuts(truth: Truth, nodule: Nodule) -> Iterator[tuple[int, float]]:
    """The slices that cut a nodule, with the radius in mm of the cut."""
    for index in range(len(truth.instances)):
        away = truth.origin_um[2] - index * truth.spacing_um[2] - nodule.center_um[2]
        square = nodule.radius_um**2 - away**2
        if square > 0 and truth.nodule_mask(nodule, index).any():
            yield index, math.sqrt(square) / 1000
