"""Binds the actions of the Reading place, and says which of them may be used now."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QWidget

from labeler.ui.action_table import Need, Scope
from labeler.ui.places.place import Stage
from labeler.ui.reading.case_dialogs import instruct, show_header
from labeler.ui.reading.desk import Desk
from labeler.ui.reading.fusion_actions import FusionActions
from labeler.ui.reading.hanger import Hanger
from labeler.ui.reading.layout_actions import bind_layouts, check_layouts
from labeler.ui.reading.measure_actions import MeasureActions
from labeler.ui.reading.paint_actions import bind_painting
from labeler.ui.reading.plane_actions import PlaneActions
from labeler.ui.reading.ports import ReadingPort
from labeler.ui.reading.region_axes import RegionAxes
from labeler.ui.reading.second_window import WallHome
from labeler.ui.reading.side_panel import SidePanel
from labeler.ui.reading.view_actions import bind_looks, check_looks
from labeler.ui.reading.wall import Wall


class ReadingActions:
    """Every key and button of the place; dialogs open over `place`."""

    def __init__(
        self,
        place: QWidget,
        port: ReadingPort,
        stage: Stage,
        desk: Desk,
        hanger: Hanger,
        home: WallHome,
        panel: SidePanel,
    ) -> None:
        self._port, self._stage, self._desk = port, stage, desk
        actions, say = stage.actions, stage.say
        for name in desk.tools:
            actions.bind(f"tool.{name}", partial(desk.choose_tool, name))
        simple: dict[str, Callable[[], None]] = {
            "tool.last": lambda: desk.choose_tool(desk.last_tool),
            "view.hide-marks": desk.hide_marks,
            "edit.undo": desk.undo,
            "edit.redo": desk.redo,
            "mark.previous": partial(desk.step_mark, -1),
            "mark.next": partial(desk.step_mark, 1),
            "mark.delete": desk.delete_mark,
            "mark.copy": self._copy,
            "mark.paste": desk.chosen.paste,
            "mark.all": desk.chosen.all_here,
            "case.no-finding": desk.answers.toggle_no_finding,
            "case.sign": panel.sign,
            "case.instructions": partial(instruct, place, stage, desk),
            "question.next": panel.next_question,
            "view.tags": partial(show_header, place, stage, desk),
            "view.second-window": home.toggle,
        }
        for name, do in simple.items():
            actions.bind(name, do)
        bind_looks(actions, desk, say)
        bind_painting(actions, desk, say, panel.paint)
        desk.drawings.say = lambda line, back: say(line, back=back)
        bind_layouts(actions, desk, hanger)
        self._planes = PlaneActions(actions, desk, say)
        self._measures = MeasureActions(actions, RegionAxes(desk, port, say), panel.measures)
        self.fusion = FusionActions(actions, desk, port, say)
        actions.bind_numbers("label", desk.drawings.later(desk.choose_label))
        actions.bind_numbers("answer", panel.answer_digit)

    def attach(self, wall: Wall, panel: SidePanel) -> None:
        """The keys of a view and of a question count where these have the keyboard."""
        self._stage.actions.attach(wall, Scope.VIEW)
        for asks in panel.asking:
            self._stage.actions.attach(asks, Scope.QUESTION)

    def _copy(self) -> None:
        if self._desk.chosen.copy():
            self.allow()

    def _can_undo(self) -> bool:
        """Work beside the hand is taken back in its turn."""
        desk = self._desk
        drawn = desk.drawings.can_undo(desk.tool)
        return drawn or desk.painting.is_working or self._port.can_undo()

    def allow(self) -> None:
        """What has nothing to work on is not offered; menus show what is on."""
        desk, actions, case = self._desk, self._stage.actions, self._desk.case
        actions.allow(Need.CASE, case is not None)
        actions.allow(Need.NEXT_CASE, case is not None and case.count > 1)
        actions.allow(Need.UNSIGNED, desk.editable)
        actions.allow(Need.MARK, desk.editable and bool(desk.chosen.names))
        actions.allow(Need.COPIED, desk.editable and desk.chosen.copied is not None)
        actions.allow(Need.LAYERS, bool(desk.active.layers.keys))
        actions.allow(Need.UNDO, case is not None and self._can_undo())
        redo = case is not None and (self._port.can_redo() or desk.drawings.can_redo(desk.tool))
        actions.allow(Need.REDO, redo)
        actions["view.hide-marks"].setChecked(desk.marks_hidden)
        check_looks(actions, desk.active)
        check_layouts(actions, desk)
        self._planes.check()
        self._measures.check()
        actions[f"tool.{desk.tool.name}"].setChecked(True)
