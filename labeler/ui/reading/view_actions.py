"""Which actions are about the active viewport alone, and what is checked of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from labeler.ui.actions import Actions
from labeler.ui.reading.desk import Desk
from labeler.ui.reading.phrases import words
from labeler.ui.reading.viewport import Viewport
from labeler.viewing.layout import layout_of
from labeler.viewing.presets import opening, presets_for, why_no_preset
from labeler.viewing.turns import CLOCKWISE, COUNTER_CLOCKWISE, FLIP_ACROSS, FLIP_DOWN, Turn
from labeler.viewing.viewport import invert, resized, soften, with_window

PAGE = 10


def turn(viewport: Viewport, by: Turn) -> None:
    """Turned or flipped as it is shown now; a fitted view fits again."""
    if viewport.layout is not None:
        layout = viewport.layout.turned(by)
        viewport.lay(layout, resized(viewport.view, layout, viewport.canvas))


def reset(viewport: Viewport) -> None:
    """As at opening: zoom, place, window and turn; the slice stays."""
    image = viewport.image
    if image is None:
        return
    viewport.held.end()
    viewport.layout, known = layout_of(image), opening(image, viewport.opens_in.pinned)
    viewport.view = replace(
        viewport.view,
        window=known.window or viewport.opens_in.header or viewport.view.window,
        inverted=known.inverted,
        lut=known.lut,
        smooth=viewport.smooth,
    )
    viewport.fit()


def use_preset(viewport: Viewport, number: int) -> None:
    """The preset at `number`, from 1; 1 is how the file wants to be shown."""
    presets = presets_for(viewport.image) if viewport.image is not None else ()
    if 1 <= number <= len(presets):
        window = presets[number - 1].window or viewport.opens_in.header
        if window is not None:
            viewport.look(with_window(viewport.view, window, presets[number - 1].lut))


def go_to_last(viewport: Viewport) -> None:
    if viewport.image is not None:
        viewport.go_to(len(viewport.image.refs) - 1)


LOOKS: dict[str, Callable[[Viewport], None]] = {
    "view.fit": Viewport.fit,
    "view.reset": reset,
    "view.invert": lambda viewport: viewport.look(invert(viewport.view)),
    "view.smooth": lambda viewport: viewport.look(soften(viewport.view)),
    "view.turn-right": partial(turn, by=CLOCKWISE),
    "view.turn-left": partial(turn, by=COUNTER_CLOCKWISE),
    "view.flip-across": partial(turn, by=FLIP_ACROSS),
    "view.flip-down": partial(turn, by=FLIP_DOWN),
    "view.overlays": lambda viewport: viewport.overlays.toggle(),
    "view.layers": lambda viewport: viewport.layers.toggle_all(),
    "slice.previous": partial(Viewport.scroll, steps=-1),
    "slice.next": partial(Viewport.scroll, steps=1),
    "slice.back-ten": partial(Viewport.scroll, steps=-PAGE),
    "slice.on-ten": partial(Viewport.scroll, steps=PAGE),
    "slice.first": partial(Viewport.go_to, index=0),
    "slice.last": go_to_last,
}
CHECKED: dict[str, Callable[[Viewport], bool]] = {
    "view.invert": lambda viewport: viewport.view.inverted,
    "view.smooth": lambda viewport: viewport.view.smooth,
    "view.overlays": lambda viewport: not viewport.overlays.hidden,
    "view.layers": lambda viewport: viewport.layers.any_seen,
}


def bind_looks(actions: Actions, desk: Desk, say: Callable[[str], None]) -> None:
    """Each acts on the viewport that is active when it is called; `say` hears why a key does
    nothing."""

    def act(look: Callable[[Viewport], None]) -> None:
        look(desk.active)

    def preset(number: int) -> None:
        use_preset(desk.active, number)
        why = why_no_preset(desk.active.image, number)
        if why is not None:
            say(words(why))

    for name, look in LOOKS.items():
        actions.bind(name, partial(act, look))
    actions.bind_numbers("preset", preset)


def check_looks(actions: Actions, viewport: Viewport) -> None:
    """Buttons and menus show how the active viewport is."""
    for name, is_on in CHECKED.items():
        actions[name].setChecked(is_on(viewport))
