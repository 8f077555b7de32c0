"""What the reader has in hand: the case, the view, a tool, a label, a mark. No widget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import msgspec

from labeler.app.open_case import OpenCase
from labeler.errors import LabelerError
from labeler.model.document import Document, Mark
from labeler.model.edit_rules import find_answer, find_mark, removal
from labeler.model.edits import ReplaceMark, SetAnswer, SetNoFinding
from labeler.model.forms import Answer
from labeler.model.frames import FrameRef, Window
from labeler.model.image import Image, Pixels
from labeler.model.shapes import MaskRef
from labeler.ui.reading.file_overlays import FileOverlays
from labeler.ui.reading.layer_choice import LayerChoice
from labeler.ui.reading.ports import FrameAnswer, ReadingPort
from labeler.viewing.layer_overlay import presented
from labeler.viewing.layout import Layout, layout_of
from labeler.viewing.look_tools import LookTool, ScrollTool, window_tool, zoom_tool
from labeler.viewing.paint_tools import DEFAULT_BRUSH_MM, BrushTool, EraserTool, resized_brush
from labeler.viewing.presets import opening, opening_window, presets_for, window_of_values
from labeler.viewing.scene import Outcome, Scene, Tool
from labeler.viewing.select_tool import SelectTool
from labeler.viewing.shape_tools import PolygonTool, box_tool, length_tool
from labeler.viewing.viewport import Canvas, ViewState, fit, go_to, invert, resized, with_window

UNKNOWN_WINDOW = Window(127.5, 256.0)
"""Until the first frame says more; it shows 8-bit values as they are."""


def make_tools() -> dict[str, Tool]:
    """Every tool of the toolbar by its name."""
    tools: tuple[Tool, ...] = (
        SelectTool(),
        window_tool(),
        ScrollTool(),
        zoom_tool(),
        length_tool(),
        box_tool(),
        PolygonTool(),
        BrushTool(),
        EraserTool(),
    )
    return {tool.name: tool for tool in tools}


def parts_of(case: OpenCase, series: str) -> tuple[str, ...]:
    """The tiles of one series: it may have been split into parts, named "series/part"."""
    uids = (tile.uid for tile in case.series)
    return tuple(uid for uid in uids if uid == series or uid.startswith(f"{series}/"))


def _others(case: OpenCase, series: str) -> tuple[str, ...]:
    """The parts of a series that are not in the view."""
    return tuple(uid for uid in parts_of(case, series) if uid != case.tile)


class Desk:
    """Turns what the person does into views and edits; `changed` hears after each."""

    def __init__(self, port: ReadingPort, changed: Callable[[], None]) -> None:
        self._port, self._changed = port, changed
        self.case: OpenCase | None = None
        self.layout: Layout | None = None
        self.view = ViewState(0, UNKNOWN_WINDOW)
        self.canvas = Canvas(1.0, 1.0)
        self.pixels: Pixels | None = None
        self.error: LabelerError | None = None
        self.wanted = 0
        self.header_window: Window | None = None
        self._window_open = False
        self._pending: tuple[FrameRef, tuple[str, ...]] | None = None
        self._begins_at = 0
        self.tools = make_tools()
        self.tool: Tool = self.tools["select"]
        self.last_tool = "window"
        self.label = ""
        self.selected = ""
        self.brush_mm = DEFAULT_BRUSH_MM
        self.marks_hidden = False
        self.overlays = FileOverlays(port, changed)
        self.layers = LayerChoice(port.findings, changed)

    # --- the case -----------------------------------------------------------------------------

    @property
    def image(self) -> Image | None:
        return self.case.image if self.case else None

    @property
    def editable(self) -> bool:
        return self.case is not None and not self.case.signed

    def document(self) -> Document:
        return self._port.document()

    def opened(self) -> None:
        """Another case or series, or none, is in the port."""
        before, case = self.case, self._port.case()
        self.case = case
        if case is None:
            self.layout, self.pixels, self.error = None, None, None
            self._changed()
            return
        if before is None or before.id != case.id:
            self._begin_case(case)
        elif not case.has_files_of(before):
            self.layers.begin()
        if before is None or before.image is not case.image:
            self._begin_image(case)
        if case.signed and not isinstance(self.tool, LookTool):
            self.choose_tool("select")
        self._changed()

    def _begin_case(self, case: OpenCase) -> None:
        self.tool.cancel()
        self.label = case.labels[0].code
        self.selected = ""
        self.marks_hidden = self.overlays.hidden = False
        self.layers.begin()

    def _begin_image(self, case: OpenCase) -> None:
        self.tool.cancel()
        self.layout = layout_of(case.image)
        self.layers.read()
        known = opening(case.image, case.window)
        self.header_window = opening_window(case.image)
        self._window_open = known.window is None
        self.pixels, self.error = None, None
        window = known.window or UNKNOWN_WINDOW
        view = ViewState(0, window, inverted=known.inverted, lut=known.lut)
        self.view = fit(view, self.layout, self.canvas)
        pending, self._pending = self._pending, None
        refs, (begins_at, self._begins_at) = case.image.refs, (self._begins_at, 0)
        begins_at = min(begins_at, len(refs) - 1)
        self._want(refs.index(pending[0]) if pending and pending[0] in refs else begins_at)
        if pending and pending[0] not in refs:
            self._look_in(pending[0], pending[1])

    def document_changed(self) -> None:
        """Marks, answers or history are others now."""
        if self.case is not None and find_mark(self.document(), self.selected) is None:
            self.selected = ""
        self._changed()

    # --- slices -------------------------------------------------------------------------------

    def _want(self, index: int) -> None:
        """Ask for a slice; it is shown, with all that belongs to it, when it is here."""
        case = self.case
        if case is None:
            return
        self.wanted = index

        def deliver(found: int, answer: FrameAnswer) -> None:
            if self.case is not None and self.case.image is case.image and found == self.wanted:
                self._show(found, answer)

        self._port.request_frame(index, deliver)

    def _show(self, index: int, answer: FrameAnswer) -> None:
        self.view = replace(self.view, index=index)
        if isinstance(answer, LabelerError):
            self.pixels, self.error = None, answer
        else:
            self.pixels, self.error = answer, None
            if self.image is not None:
                self.overlays.show(self.image, index)
            self._open_window(index, answer)
        self._changed()

    def _open_window(self, index: int, pixels: Pixels) -> None:
        """One window a series: its first frame decides where the header does not."""
        image = self.image
        if image is None or not self._window_open or image.is_color:
            return
        self._window_open = False
        window = window_of_values(pixels, image.slopes[index], image.intercepts[index])
        self.header_window = self.header_window or window
        self.view = with_window(self.view, window)

    def painted(self) -> None:
        """The current slice is on the screen."""
        if self.pixels is not None and self.view.index not in self._port.seen():
            self._port.mark_seen(self.view.index)

    def scroll(self, steps: int) -> None:
        self.go_to(self.wanted + steps)

    def go_to(self, index: int) -> None:
        """The slice at `index`, or the nearest there is."""
        if self.case is None:
            return
        index = go_to(self.view, index, len(self.case.image.refs)).index
        if index != self.wanted:
            self._want(index)

    def go_to_slice(self, tile: str, index: int) -> None:
        """The slice at `index` of any series of the case."""
        if self.case is not None and tile != self.case.tile:
            self._begins_at = index
            self._port.open_series(tile)
        else:
            self.go_to(index)

    def go_to_frame(self, frame: FrameRef) -> None:
        """The slice of that name, also in another series of the case."""
        if self.case is None:
            return
        if frame in self.case.image.refs:
            self.go_to(self.case.image.refs.index(frame))
        else:
            self._look_in(frame, _others(self.case, frame.series))

    def _look_in(self, frame: FrameRef, parts: tuple[str, ...]) -> None:
        """Open one part of a series after the other until the frame is found."""
        if parts:
            self._pending = frame, parts[1:]
            self._port.open_series(parts[0])

    # --- the view -----------------------------------------------------------------------------

    def resize(self, canvas: Canvas) -> None:
        self.canvas = canvas
        if self.layout is not None:
            self.view = resized(self.view, self.layout, canvas)

    def look(self, view: ViewState) -> None:
        """The same slice in another way."""
        self.view = replace(view, index=self.view.index)
        self._changed()

    def fit(self) -> None:
        if self.layout is not None:
            self.look(fit(self.view, self.layout, self.canvas))

    def preset(self, number: int) -> None:
        """The preset at `number`, from 1; 1 is how the file wants to be shown."""
        presets = presets_for(self.image) if self.image is not None else ()
        if 1 <= number <= len(presets):
            window = presets[number - 1].window or self.header_window
            if window is not None:
                self.look(with_window(self.view, window, presets[number - 1].lut))

    def present(self, key: str) -> None:
        """Show the image as a presentation state wants it, or no longer so."""
        state = self.layers.present(key)
        if self.image is not None and state is not None:
            self.view = presented(self.view, self.image, state)
        self._changed()

    def invert(self) -> None:
        self.look(invert(self.view))

    def hide_marks(self) -> None:
        self.marks_hidden = not self.marks_hidden
        self._changed()

    def hide_overlays(self) -> None:
        """What the file itself draws over its image."""
        self.overlays.hidden = not self.overlays.hidden
        self._changed()

    # --- tools --------------------------------------------------------------------------------

    def scene(self) -> Scene | None:
        """What a tool sees; None while nothing is open."""
        case, layout = self.case, self.layout
        if case is None or layout is None:
            return None
        return Scene(
            image=case.image,
            layout=layout,
            view=self.view,
            canvas=self.canvas,
            document=self.document(),
            mask=self._port.mask,
            labels=tuple(label.code for label in case.labels),
            label=self.label,
            selected=self.selected,
            brush_mm=self.brush_mm,
            new_id=self._port.new_mark_id,
        )

    def may_use(self, tool: Tool) -> bool:
        """Looking is always allowed; drawing needs pixels and an unsigned case."""
        return isinstance(tool, LookTool) or (self.editable and self.pixels is not None)

    def take(self, outcome: Outcome) -> None:
        """Do what an event of a tool led to."""
        if outcome.select is not None:
            self.selected = outcome.select
        if outcome.view is not None:
            self.look(outcome.view)
        if outcome.index is not None:
            self.go_to(outcome.index)
        if outcome.edit is not None and self.editable:
            self._port.apply(outcome.edit, outcome.blobs)
        self._changed()

    def choose_tool(self, name: str) -> None:
        if name != self.tool.name:
            self.tool.cancel()
            self.last_tool = self.tool.name
            self.tool = self.tools[name]
        self._changed()

    def resize_brush(self, steps: int) -> None:
        self.brush_mm = resized_brush(self.brush_mm, steps)
        self._changed()

    # --- labels and marks ---------------------------------------------------------------------

    def choose_label(self, number: int) -> None:
        """The label at `number`, from 1; with Select in hand the selected mark takes it."""
        if self.case is None or not 1 <= number <= len(self.case.labels):
            return
        self.label = self.case.labels[number - 1].code
        mark = self.selected_mark()
        if mark is not None and mark.label != self.label:
            if self.tool.name == "select" and self.editable:
                after = msgspec.structs.replace(mark, label=self.label)
                self._port.apply(ReplaceMark(mark, after), {})
            else:
                self.selected = ""
        self._changed()

    def selected_mark(self) -> Mark | None:
        found = find_mark(self.document(), self.selected) if self.case and self.selected else None
        return found[1] if found else None

    @property
    def adds_to_mark(self) -> bool:
        """Whether the next stroke of the brush goes into the selected mark."""
        mark = self.selected_mark() if self.editable and self.tool.name == "brush" else None
        return mark is not None and isinstance(mark.shape, MaskRef)

    def select_mark(self, mark_id: str) -> None:
        """Choose a mark and go where it lies."""
        self.selected = mark_id
        mark = self.selected_mark()
        if mark is not None:
            self.go_to_frame(mark.frame)
        self._changed()

    def step_mark(self, step: int) -> None:
        """The next or previous mark, in the order of the slices."""
        marks = self._in_order()
        if not marks:
            return
        names = [mark.id for mark in marks]
        if self.selected in names:
            at = (names.index(self.selected) + step) % len(names)
        else:
            at = 0 if step > 0 else len(names) - 1
        self.select_mark(names[at])

    def _in_order(self) -> list[Mark]:
        place = {ref: n for n, ref in enumerate(self.image.refs)} if self.image else {}
        marks = self.document().marks if self.case else ()
        return sorted(marks, key=lambda mark: place.get(mark.frame, len(place)))

    def delete_mark(self) -> None:
        if self.selected_mark() is not None and self.editable:
            gone, self.selected = self.selected, ""
            self._port.apply(removal(self.document(), gone), {})

    # --- history and answers ------------------------------------------------------------------

    def undo(self) -> None:
        """Take back, and go where it was."""
        self._return_to(self._port.undo())

    def redo(self) -> None:
        self._return_to(self._port.redo())

    def _return_to(self, frame: FrameRef | None) -> None:
        if frame is not None:
            self.go_to_frame(frame)

    def toggle_no_finding(self) -> None:
        if self.editable:
            now = self.document().no_finding
            self._port.apply(SetNoFinding(now, not now), {})

    def answer(self, question: str, value: str | int | None) -> None:
        """Answer a question, or with None leave it open."""
        if not self.editable:
            return
        before = find_answer(self.document(), question)
        after = None if value is None else Answer(question, value)
        if before != after:
            self._port.apply(SetAnswer(before, after), {})
