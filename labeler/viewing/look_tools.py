"""Tools that only look: window, scroll, zoom, pan. They change the view and no document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from labeler.model.frames import Window
from labeler.model.rasters import Place
from labeler.viewing.auto_window import window_of_box
from labeler.viewing.presets import narrowest_window
from labeler.viewing.scene import NOTHING, Cursor, Idle, Outcome, Pointer, Preview, Scene
from labeler.viewing.viewport import (
    ViewState,
    drag_scroll,
    drag_window,
    drag_zoom,
    pan,
    with_window,
)

NARROWEST_OVER = 0.01
"""Of the width at press: what is laid over has units of its own."""

Drag = Callable[[Scene, ViewState, Place, Place], ViewState]
"""From the scene, the view at press, the place of press and the way since then."""


class LookTool(Idle):
    """A drag that is a pure function of the view at press and the way since then."""

    def __init__(self, name: str, drag: Drag, cursor: Cursor = Cursor.ARROW) -> None:
        self.name = name
        self.cursor = cursor
        self._drag = drag
        self._pressed: tuple[ViewState, Place] | None = None

    @property
    def busy(self) -> bool:
        return self._pressed is not None

    def press(self, scene: Scene, pointer: Pointer) -> Outcome:
        self._pressed = scene.view, pointer.p_canvas
        return NOTHING

    def move(self, scene: Scene, pointer: Pointer) -> Outcome:
        if self._pressed is None:
            return NOTHING
        view, start = self._pressed
        by = pointer.p_canvas[0] - start[0], pointer.p_canvas[1] - start[1]
        return self._outcome(scene, self._drag(scene, view, start, by))

    def _outcome(self, scene: Scene, dragged: ViewState) -> Outcome:
        # The wheel may have turned meanwhile: the slice stays the one on show.
        return Outcome(view=replace(dragged, index=scene.view.index))

    def release(self, scene: Scene, pointer: Pointer) -> Outcome:
        outcome = self.move(scene, pointer)
        self._pressed = None
        return outcome

    def cancel(self) -> None:
        self._pressed = None


class WindowTool(LookTool):
    """Right is wider, up is brighter; where `darker_up` says so, up is darker. With Shift at the
    press a box is drawn, and the window becomes that of the values inside. With Ctrl it is the
    window of what is laid over the image."""

    def __init__(self, darker_up: Callable[[], bool] = lambda: False, name: str = "window") -> None:
        super().__init__(name, self._windowed)
        self._darker_up = darker_up
        self._area: tuple[Place, Place] | None = None
        self._over: tuple[ViewState, Place] | None = None

    @property
    def busy(self) -> bool:
        return super().busy or self._area is not None or self._over is not None

    def press(self, scene: Scene, pointer: Pointer) -> Outcome:
        if pointer.ctrl and scene.over_window is not None:
            self._over = replace(scene.view, window=scene.over_window), pointer.p_canvas
            return NOTHING
        if not pointer.shift:
            return super().press(scene, pointer)
        self._area = pointer.p_canvas, pointer.p_canvas
        return NOTHING

    def move(self, scene: Scene, pointer: Pointer) -> Outcome:
        if self._over is not None:
            return Outcome(over_window=self._window_over(self._over, pointer))
        if self._area is None:
            return super().move(scene, pointer)
        self._area = self._area[0], pointer.p_canvas
        return NOTHING

    def release(self, scene: Scene, pointer: Pointer) -> Outcome:
        if self._over is not None:
            outcome = self.move(scene, pointer)
            self._over = None
            return outcome
        if self._area is None:
            return super().release(scene, pointer)
        (first, _), self._area = self._area, None
        if scene.pixels is None:
            return NOTHING
        ends = (scene.where.to_voxel(place) for place in (first, pointer.p_canvas))
        found = window_of_box(scene.image, scene.view.index, scene.pixels, *ends)
        return NOTHING if found is None else Outcome(view=with_window(scene.view, found))

    def cancel(self) -> None:
        super().cancel()
        self._area = self._over = None

    def preview(self, scene: Scene) -> Preview:  # noqa: ARG002
        return Preview(area=self._area)

    def _windowed(self, scene: Scene, view: ViewState, _start: Place, by: Place) -> ViewState:
        return drag_window(view, self._way(by), narrowest_window(scene.image))

    def _window_over(self, pressed: tuple[ViewState, Place], pointer: Pointer) -> Window:
        (view, start), (x, y) = pressed, pointer.p_canvas
        narrowest = view.window.width * NARROWEST_OVER
        return drag_window(view, self._way((x - start[0], y - start[1])), narrowest).window

    def _way(self, by: Place) -> Place:
        return by[0], -by[1] if self._darker_up() else by[1]


class WindowBoxTool(WindowTool):
    """The box without Shift, for who looks for it by its name."""

    def __init__(self) -> None:
        super().__init__(name="window-box")

    def press(self, scene: Scene, pointer: Pointer) -> Outcome:
        return super().press(scene, replace(pointer, shift=True, ctrl=False))


def window_tool() -> LookTool:
    """Right is wider, up is brighter."""
    return WindowTool()


class ScrollTool(LookTool):
    """The whole stack over most of the view's height."""

    def __init__(self) -> None:
        super().__init__("scroll", _scrolled)

    def _outcome(self, scene: Scene, dragged: ViewState) -> Outcome:  # noqa: ARG002
        return Outcome(index=dragged.index)


def _scrolled(scene: Scene, view: ViewState, _start: Place, by: Place) -> ViewState:
    return drag_scroll(view, by[1], len(scene.image.refs), scene.canvas)


def zoom_tool() -> LookTool:
    """Up is closer, at the place of press."""

    def drag(scene: Scene, view: ViewState, start: Place, by: Place) -> ViewState:
        return drag_zoom(view, scene.layout, scene.canvas, start, by[1])

    return LookTool("zoom", drag)


def pan_tool() -> LookTool:
    """The image follows the hand."""
    return LookTool("pan", lambda scene, view, _start, by: pan(view, scene.layout, by), Cursor.GRAB)
