"""The actions of painting: ways to paint, and what is done to a mask as a whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from labeler.ui.actions import Actions
from labeler.ui.places.place import Say
from labeler.ui.reading.desk import Desk
from labeler.ui.reading.paint_bar import PaintBar
from labeler.ui.reading.phrases import words
from labeler.viewing import mask_verbs as verbs
from labeler.viewing.paint_options import PaintOptions
from labeler.viewing.paint_reasons import disc_instead
from labeler.viewing.paint_scale import scaled
from labeler.viewing.scene import Outcome, Scene

VERBS: dict[str, Callable[[PaintOptions], verbs.Verb]] = {
    "largest": lambda _options: verbs.keep_largest(),
    "no-small": lambda options: verbs.drop_small(options.least_ml),
    "holes": lambda _options: verbs.fill_holes(flat=False),
    "slice-holes": lambda _options: verbs.fill_holes(flat=True),
    "smooth": lambda options: verbs.smooth(options.step_mm),
    "median": lambda options: verbs.vote(options.step_mm),
    "grow": lambda options: verbs.grow(options.step_mm),
    "shrink": lambda options: verbs.shrink(options.step_mm),
    "to-next": lambda _options: verbs.copy_to_slice(1),
    "to-previous": lambda _options: verbs.copy_to_slice(-1),
    "mirror": lambda _options: verbs.mirror(),
    "join": lambda _options: verbs.join(),
    "subtract": lambda _options: verbs.subtract(),
    "intersect": lambda _options: verbs.intersect(),
}

WAYS: dict[str, Callable[[PaintOptions], PaintOptions]] = {
    "ball": lambda options: replace(options, ball=not options.ball),
    "alone": lambda options: replace(options, alone=not options.alone),
    "deep": lambda options: replace(options, deep=not options.deep),
}


def bind_painting(actions: Actions, desk: Desk, say: Say, bar: PaintBar) -> None:
    """What cannot be done is told to `say`; the options stand in the `bar`."""
    desk.painting.say, desk.painting.shown = say, bar.refresh
    desk.painting.say_of_edit = partial(say, of_edit=True)
    actions.bind("brush.smaller", partial(desk.resize_brush, -1))
    actions.bind("brush.larger", partial(desk.resize_brush, 1))
    for way, turn in WAYS.items():
        actions.bind(f"paint.{way}", partial(_change, desk, say, turn))
    for name, verb in VERBS.items():
        actions.bind(f"mask.{name}", partial(_do, desk, verb))


def _change(
    desk: Desk, say: Callable[[str], None], turn: Callable[[PaintOptions], PaintOptions]
) -> None:
    before = desk.painting.options
    desk.painting.change(turn)
    image, base = desk.active.image, desk.active.base
    if desk.painting.options.ball and not before.ball and image is not None and base is not None:
        why = disc_instead(image, base)
        if why is not None:
            say(words(why))


def _do(desk: Desk, verb: Callable[[PaintOptions], verbs.Verb]) -> None:
    def act(scene: Scene) -> Outcome:
        return verb(scaled(scene.paint, scene.base or scene.image))(scene)

    if desk.editable:
        desk.painting.ask(act, desk.active, partial(desk.take, by=desk.tool))
