"""The options of the tool that paints, in the panel beside the views: over them they would cover
the image."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from labeler.ui.action_table import Group
from labeler.ui.actions import Actions
from labeler.ui.components.buttons import Quiet
from labeler.ui.components.menu import Menu
from labeler.ui.components.surfaces import Divider
from labeler.ui.components.text import Label
from labeler.ui.reading.desk import Desk
from labeler.ui.reading.flow import Flow
from labeler.ui.reading.phrases import words
from labeler.ui.reading.range_fields import RangeFields
from labeler.ui.theme import COMPACT, Type
from labeler.ui.translation import message, tr
from labeler.viewing.paint_options import Cutting, PaintOptions, Where
from labeler.viewing.paint_reasons import why_flat
from labeler.viewing.paint_scale import (
    length_words,
    part_words,
    share_of,
    tolerance_in,
    with_tolerance,
)

LONGEST = 150
"""Pixels of a name of a label: the panel has room for two buttons beside one another."""

EDGE = 4
ONE_LINE = 1 + EDGE + COMPACT + EDGE
"""As high as it is with most tools."""

BRUSHES = ("brush", "eraser", "threshold")
SCISSORS = ("lasso", "box-scissors")
TOOLS = (*BRUSHES, "fill", *SCISSORS)
CUTTINGS = {
    Cutting.FILL: message("Fill inside"),
    Cutting.ERASE: message("Cut inside out"),
    Cutting.KEEP: message("Cut outside off"),
}
TOLERANCES = (2, 5, 10, 20, 30, 50)
STEPS_MM = (0.5, 1.0, 2.0, 3.0, 5.0)
LEAST_ML = (0.01, 0.1, 1.0, 10.0)

Change = Callable[[PaintOptions], PaintOptions]


class PaintBar(QWidget):
    """Every option is an action of the table, or a choice of a menu."""

    def __init__(self, actions: Actions, desk: Desk, to_image: Callable[[], None]) -> None:
        super().__init__()
        self._actions, self._desk = actions, desk
        self._shown: object = None
        self._line = QWidget()
        cells, rows = Flow(self._line, gap=4), QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(Divider())
        rows.addWidget(self._line)
        cells.setContentsMargins(8, EDGE, 8, EDGE)
        self.size_words = Label("", Type.SECONDARY, "text2")
        self.size_words.setFixedHeight(COMPACT)
        self.size_words.setContentsMargins(8, 0, 0, 0)
        self.tip = Quiet("", actions["paint.ball"].trigger)
        self.range = RangeFields(desk, to_image)
        self.reach = Quiet("", partial(self._open, self._tolerances))
        self.cutting = Quiet("", partial(self._open, self._cuttings))
        self.through = Quiet("", actions["paint.deep"].trigger)
        self.where = Quiet("", partial(self._open, self._places))
        self.whole = Quiet(tr("Mask ▾"), partial(self._open, self._verbs))
        for part in self._parts():
            cells.addWidget(part)
        self.hide()

    def _parts(self) -> tuple[QWidget, ...]:
        return (
            self.size_words, self.tip, self.range.low, self.range.high, self.range.unit,
            self.reach, self.cutting, self.through, self.where, self.whole,
        )  # fmt: skip

    def refresh(self) -> None:
        """It is there while a tool that paints may be used in the active viewport."""
        desk, tool = self._desk, self._desk.tool.name
        usable = tool in TOOLS and desk.editable and desk.active.image is not None
        options = desk.painting.options_for(desk.active)
        active = desk.active
        shown = usable, tool, options, desk.brush_mm, desk.label, active.base, type(active.image)
        if shown == self._shown:
            return
        self._shown = shown
        if usable:
            self._tell(tool, options)
        self.setVisible(usable)

    def _tell(self, tool: str, options: PaintOptions) -> None:
        brush_mm = self._desk.painting.brush_on(self._desk.brush_mm, self._desk.active)
        self.size_words.setText(words(length_words(brush_mm, self._desk.active.base)))
        self.tip.setText(self._tip_words(options))
        self.through.setText(self._through_words(options))
        self.cutting.setText(f"{tr(CUTTINGS[options.cutting])} ▾")
        base = self._desk.active.base
        tolerance = options.tolerance if base is None else tolerance_in(options, base)
        self.reach.setText(f"± {round(tolerance * 100)} % ▾")
        self.where.setText(f"{self._where_words(options)} ▾")
        self.range.refresh(options, self._desk.active.base)
        self.range.show(shown=tool == "threshold")
        seen = {
            self.size_words: tool in BRUSHES,
            self.tip: tool in BRUSHES,
            self.reach: tool == "fill",
            self.cutting: tool in SCISSORS,
            self.through: tool not in BRUSHES,
            self.where: tool != "eraser",
        }
        for part, visible in seen.items():
            part.setVisible(visible)
        self._name(self.tip, "paint.ball")
        self._name(self.through, "paint.deep")
        self.reach.setToolTip(tr("How far from the value under the pointer: a drag changes it"))
        self.where.setToolTip(tr("Where paint may go"))

    def _name(self, button: Quiet, action: str) -> None:
        button.setToolTip(self._actions[action].toolTip())
        button.setAccessibleName(f"{self._actions[action].text()}: {button.text()}")

    def _tip_words(self, options: PaintOptions) -> str:
        """A ball that was chosen is none where a mark cannot go through the slices: it says why."""
        if not options.ball:
            return tr("Disc")
        why = self._why_flat()
        return tr("Disc: {why}", why=why) if why else tr("Ball")

    def _through_words(self, options: PaintOptions) -> str:
        if not options.deep:
            return tr("This slice")
        why = self._why_flat()
        return tr("This slice: {why}", why=why) if why else tr("All slices")

    def _why_flat(self) -> str:
        image, base = self._desk.active.image, self._desk.active.base
        why = None if image is None or base is None else why_flat(image, base)
        return "" if why is None else words(why)

    def _where_words(self, options: PaintOptions) -> str:
        if options.where is Where.EVERYWHERE:
            return tr("One label a voxel") if options.alone else tr("Everywhere")
        name = self._label(options.of)
        if options.where is Where.INSIDE:
            return tr("Inside {label}", label=name)
        return tr("Outside {label}", label=name)

    def _label(self, code: str) -> str:
        labels = self._desk.case.labels if self._desk.case is not None else ()
        name = next((label.name for label in labels if label.code == code), tr("all others"))
        metrics = self.where.fontMetrics()
        return metrics.elidedText(name, Qt.TextElideMode.ElideRight, LONGEST)

    # --- what it does -------------------------------------------------------------------------

    def _open(self, make: Callable[[QWidget], QMenu]) -> None:
        menu, button = make(self), self.sender()
        at = button if isinstance(button, QWidget) else self
        menu.popup(at.mapToGlobal(QPoint(0, at.height())))

    def _menu(self, owner: QWidget) -> Menu:
        menu = Menu(owner)
        menu.setObjectName("paint-menu")
        return menu

    def _choice(self, menu: QMenu, text: str, change: Change) -> None:
        options = self._desk.painting.options
        action = menu.addAction(text)
        action.setCheckable(True)
        action.setChecked(change(options) == options)
        action.triggered.connect(lambda _on: self._desk.painting.change(change))

    def _tolerances(self, owner: QWidget) -> QMenu:
        menu = self._menu(owner)
        for percent in TOLERANCES:
            base, share = self._desk.active.base, percent / 100
            change = partial(with_tolerance, image=base, share=share)
            self._choice(menu, tr("± {percent} % of the window", percent=percent), change)
        return menu

    def _cuttings(self, owner: QWidget) -> QMenu:
        menu = self._menu(owner)
        for cutting, text in CUTTINGS.items():
            self._choice(menu, tr(text), partial(_with, cutting=cutting))
        return menu

    def _places(self, owner: QWidget) -> QMenu:
        menu = self._menu(owner)
        self._choice(menu, tr("Everywhere"), partial(_with, where=Where.EVERYWHERE))
        outside = partial(_with, where=Where.OUTSIDE, of="")
        self._choice(menu, tr("Outside {label}", label=self._label("")), outside)
        for label in self._desk.case.labels if self._desk.case is not None else ():
            for where, text in (
                (Where.INSIDE, tr("Inside {label}", label=label.name)),
                (Where.OUTSIDE, tr("Outside {label}", label=label.name)),
            ):
                self._choice(menu, text, partial(_with, where=where, of=label.code))
        menu.addSeparator()
        menu.addAction(self._actions["paint.alone"])
        return menu

    def _verbs(self, owner: QWidget) -> QMenu:
        """What is done to the selected mask as a whole."""
        menu = self._menu(owner)
        every = self._actions.in_group(Group.PAINT)
        menu.addActions([one for one in every if one.objectName().startswith("mask.")])
        menu.addSeparator()
        steps = menu.submenu(tr("Grow, shrink and smooth by"))
        image = self._desk.active.base
        share = 1.0 if image is None else share_of(image)
        for mm in STEPS_MM:
            text = words(length_words(mm * share, image))
            self._choice(steps, text, partial(_with, step_mm=mm))
        least = menu.submenu(tr("Small parts are under"))
        for ml in LEAST_ML:
            self._choice(least, words(part_words(ml, image)), partial(_with, least_ml=ml))
        return menu


def _with(
    options: PaintOptions,
    *,
    where: Where | None = None,
    of: str | None = None,
    cutting: Cutting | None = None,
    step_mm: float | None = None,
    least_ml: float | None = None,
) -> PaintOptions:
    return replace(
        options,
        where=options.where if where is None else where,
        of=options.of if of is None else of,
        cutting=options.cutting if cutting is None else cutting,
        step_mm=options.step_mm if step_mm is None else step_mm,
        least_ml=options.least_ml if least_ml is None else least_ml,
    )
