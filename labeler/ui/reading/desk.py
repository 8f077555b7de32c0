"""What the reader has in hand: the case, the view, a tool, a label, a mark. No widget."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from functools import partial

from labeler.app.open_case import OpenCase
from labeler.model.document import Document, Mark
from labeler.model.frames import FrameRef
from labeler.model.preferences import DEFAULTS, Preferences
from labeler.model.tiled_masks import TiledMask
from labeler.ui.reading.arrangement import Arrangement
from labeler.ui.reading.case_answers import CaseAnswers
from labeler.ui.reading.case_warnings import CaseWarning, warnings_of
from labeler.ui.reading.chosen_marks import ChosenMarks, beside
from labeler.ui.reading.late_numbers import LateNumbers
from labeler.ui.reading.nudge_run import NudgeRun
from labeler.ui.reading.open_drawings import OpenDrawings
from labeler.ui.reading.paint_hand import PaintHand
from labeler.ui.reading.ports import ReadingPort
from labeler.ui.reading.returning import Returning
from labeler.ui.reading.viewport import Viewport
from labeler.ui.reading.way_there import WayThere
from labeler.viewing.look_tools import LookTool
from labeler.viewing.mark_index import MarkIndex
from labeler.viewing.paint_tools import DEFAULT_BRUSH_MM, resized_brush
from labeler.viewing.reformat import Reformat
from labeler.viewing.scene import Outcome, Scene, Tool
from labeler.viewing.tool_set import make_tools


class Desk:
    """Turns what the person does into views and edits.

    `changed` hears after each change of more than one viewport's picture, `looked` after that.
    """

    def __init__(
        self,
        port: ReadingPort,
        changed: Callable[[], None],
        looked: Callable[[Viewport], None],
    ) -> None:
        self._port, self._changed, self.foreground = port, changed, port.foreground
        self.case: OpenCase | None = None
        self.arrangement = Arrangement(port, lambda: self.case is not None, changed, looked)
        self.planes = self.arrangement.planes
        self._way_there = WayThere(
            port, lambda: self.arrangement.active_first, self.arrangement.activate
        )
        self.preferences: Preferences = DEFAULTS
        self.tools = make_tools(self.darker_up)
        self.tool: Tool = self.tools["select"]
        self.last_tool = "window"
        self.label = ""
        take, here = (
            lambda outcome: self.take(outcome, self.active),
            lambda: self.scene(self.active),
        )
        self.chosen, self.nudges = ChosenMarks(port, here, take), NudgeRun(port, here, take)
        self.marks, self.late = MarkIndex(), LateNumbers(port, changed)
        self.returning = Returning(
            port, self.go_to_frame, lambda: self.tool.busy, self._select_again, self.chosen.forget
        )
        self.drawings = OpenDrawings(
            port, self.tools, take, lambda: self.label, self._scenes, self.go_to_frame
        )
        self.drawings.choose = self.choose_tool
        port.look_ahead = self.marks.ahead
        self._drawing = False, False
        chosen = lambda: (self.label, self.chosen.first, self.chosen.also)  # noqa: E731
        self.painting = PaintHand(port, changed, self.scene, chosen, self._painted)
        self.brush_mm, self.pen_share = DEFAULT_BRUSH_MM, 1.0
        self.marks_hidden = False
        self.answers = CaseAnswers(port, lambda: self.editable)

    # --- the case -----------------------------------------------------------------------------

    def failed(self, viewport: Viewport) -> AbstractSet[int]:
        """The slices of its series, or of the one it cuts, that cannot be shown."""
        return self._port.series.failed(viewport.tile) if viewport.image else frozenset()

    @property
    def case_warnings(self) -> tuple[CaseWarning, ...]:
        """What is to be known of the open case's files, before what is of the image."""
        if self.case is None:
            return ()
        series = self._port.series
        return warnings_of((*series.others, *series.unlike))

    @property
    def editable(self) -> bool:
        return self.case is not None and self.case.may_change

    def document(self) -> Document:
        return self._port.document()

    def opened(self) -> None:
        """Another case, or none, is in the port."""
        before, case = self.case, self._port.case()
        self.case = case
        if case is None:
            self._let_go()
        elif case.goes_on_from(before):
            self.arrangement.go_on(case)
        elif before is None or before.id != case.id:
            self._begin_case(case)
        elif not case.has_files_of(before):
            self._begin_files(case)
        if case is not None and not case.may_change:
            self.painting.leave_out()
            if not isinstance(self.tool, LookTool):
                self.choose_tool("select")
        self.drawings.tell()
        self._changed()

    def _begin_case(self, case: OpenCase) -> None:
        self.label = case.first_label
        self.chosen.begin()
        self.nudges.begin()
        self.marks_hidden = False
        self._begin_files(case)

    def _begin_files(self, case: OpenCase) -> None:
        """The first viewport shows what the case opens with."""
        self._let_go()
        self.arrangement.begin(case)

    def _let_go(self) -> None:
        kept = self.planes, self.late, self._way_there, self.marks, self.painting
        for one in (self.drawings, *kept):
            one.begin()
        self.arrangement.clear()

    def document_changed(self) -> None:
        """Marks, answers or history are others now."""
        if self.case is not None:
            self.chosen.keep_to(self.marks.names(self.document()))
        self._changed()

    # --- what is seen -------------------------------------------------------------------------

    @property
    def active(self) -> Viewport:
        """The viewport that keys and panels are about."""
        return self.arrangement.active

    def go_to_frame(
        self, frame: FrameRef, mark: Mark | None = None, change: TiledMask | None = None
    ) -> None:
        """Where that slice, or a mark drawn on it, or what paint changed of it is to be seen."""
        if self.case is not None:
            self._way_there.go(self.case, frame, mark, change)

    def hide_marks(self) -> None:
        self.marks_hidden = not self.marks_hidden
        self._changed()

    def _painted(self) -> None:
        """More is seen of what is painted, or work on it began or ended, which can be undone."""
        self.arrangement.look_over()
        if not self._port.can_undo():
            self._changed()

    # --- tools --------------------------------------------------------------------------------

    def scene(self, viewport: Viewport) -> Scene | None:
        """What a tool sees in a viewport; None while that is empty."""
        case, image, layout = self.case, viewport.image, viewport.layout
        if case is None or image is None or layout is None:
            return None
        return Scene(
            image=image,
            layout=layout,
            view=viewport.view,
            canvas=viewport.canvas,
            document=self.document(),
            painted=self._port.painted,
            labels=tuple(label.code for label in case.labels),
            label=self.label,
            selected=self.selected,
            also=self.chosen.also,
            base=viewport.base if isinstance(image, Reformat) else None,
            brush_mm=self.painting.brush_on(self.brush_mm, viewport) * self.pen_share,
            new_id=self._port.new_mark_id,
            crosshair=self.planes.crosshair,
            pixels=viewport.pixels,
            marks=self.marks,
            over_window=viewport.fused.window,
            paint=self.painting.options_for(viewport),
            volume=partial(self._port.series.request_volume, viewport.tile),
            cuts=self.painting.cuts,
            late=self.late,
        )

    def _scenes(self) -> list[Scene]:
        """Of the views on the screen."""
        return [scene for scene in map(self.scene, self.arrangement.on_screen) if scene is not None]

    def darker_up(self) -> bool:
        """What a window drag upwards does."""
        return self.preferences.darker_up

    def may_use(self, tool: Tool, viewport: Viewport) -> bool:
        """Looking is always allowed; drawing needs pixels and an unsigned case."""
        return isinstance(tool, LookTool) or (self.editable and viewport.pixels is not None)

    def take(self, outcome: Outcome, viewport: Viewport, by: Tool | None = None) -> None:
        """Do what an event of a tool in a viewport led to: `by` that one, else the one in hand."""
        tool = by or self.tool
        before = self.chosen.now
        if outcome.select is not None and self.chosen.choose(
            outcome.select, outcome.also, by_hand=tool.name == "select"
        ):
            self._changed()
        if outcome.view is not None:
            viewport.look(outcome.view)
        if outcome.over_window is not None:
            viewport.fused.put_window(outcome.over_window)
        if outcome.index is not None:
            viewport.go_to(outcome.index)
        if outcome.crosshair is not None:
            self.planes.place(outcome.crosshair, viewport, settled=outcome.settled)
        if outcome.edit is not None and self.editable:
            self.chosen.remember(before)
            self._port.apply(outcome.edit, outcome.blobs)
        if outcome.making is not None and self.editable:
            self._port.work_out(outcome.making)
        later = partial(self.take, by=tool)
        self.painting.hear(outcome, viewport, later, editable=self.editable)
        self.drawings.hear(outcome)
        drawing = self.drawings.can_undo(self.tool), self.drawings.can_redo(self.tool)
        if drawing != self._drawing:
            self._drawing = drawing
            self._changed()

    def undo(self) -> None:
        """A point of what is being drawn, or the last edit."""
        tool = self.drawings.undo(self.tool)
        if tool is None:
            self.painting.in_turn(self.returning.undo)
            return
        self.choose_tool(tool)

    def redo(self) -> None:
        """The point of a drawing that Undo took last, or the next edit."""
        tool = self.drawings.redo(self.tool)
        if tool is None:
            self.painting.in_turn(self.returning.redo)
            return
        self.choose_tool(tool)

    def _select_again(self) -> None:
        if self.chosen.again():
            self._changed()

    def choose_tool(self, name: str, *, back: bool = False) -> None:
        """Take a tool in hand; `back` where it comes back by itself, and nothing that was drawn
        meanwhile is meant by the next key."""
        if name == "select" and not back:
            self.chosen.by_hand = True
        if name != self.tool.name:
            self.drawings.put_away(self.tools[name])
            self.last_tool, self.tool = self.tool.name, self.tools[name]
        if name != "crosshair":
            self.planes.hide()
        self._changed()

    def resize_brush(self, steps: int) -> None:
        self.brush_mm = resized_brush(self.brush_mm, steps, self.active.base)
        self._changed()

    @property
    def selected(self) -> str:
        """The mark whose handles are shown, or ""."""
        return self.chosen.first

    # --- labels and marks ---------------------------------------------------------------------

    def choose_label(self, number: int) -> None:
        """The label at `number`, from 1; with Select in hand the marks take it that were selected
        by hand, or by taking Select after they were drawn."""
        if self.case is None or not 1 <= number <= len(self.case.labels):
            return
        label = self.case.labels[number - 1]
        self.label = label.code
        mark = self.selected_mark()
        if self.tool.name == "select" and self.editable and self.chosen.by_hand:
            self.chosen.relabel(label)
        elif mark is not None and mark.label != self.label:
            self.chosen.choose("")
        self._changed()

    def selected_mark(self) -> Mark | None:
        there = self.case is not None and self.selected
        return self.marks.mark(self.document(), self.selected) if there else None

    def select_mark(self, mark_id: str, also: frozenset[str] = frozenset()) -> None:
        """Choose a mark and others beside it, and go where it lies."""
        self.chosen.choose(mark_id, also)
        mark = self.selected_mark()
        if mark is not None:
            self.go_to_frame(mark.frame, mark)
        self._changed()

    def step_mark(self, step: int) -> None:
        """The next or previous mark, in the order of the slices."""
        marks = self.document().marks if self.case else ()
        name = beside(marks, self.active.image, self.selected, step)
        if name:
            self.select_mark(name)

    @property
    def may_nudge(self) -> bool:
        """Whether arrows move what is selected; else they go from slice to slice."""
        free = self.tool.name == "select" and not self.tool.busy
        return free and self.editable and self.chosen.can_nudge

    def delete_mark(self) -> None:
        if self.chosen.names and self.editable:
            self.chosen.delete()
