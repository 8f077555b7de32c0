"""THE table of the mouse: what each button and turn of the wheel does, for whose hands.

The window, its settings, the sheet of shortcuts and the first screen are made from it. There is no
gesture with Alt: desktops take it.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from labeler.model.preferences import Preferences
from labeler.ui.action_table import PLANS
from labeler.ui.translation import message


class Button(enum.Enum):
    """A button by its place, for the right hand; the value is its name in the preferences."""

    LEFT = "left"
    MIDDLE = "middle"
    RIGHT = "right"
    BACK = "back"
    FORWARD = "forward"


class Drag(enum.Enum):
    """What a button does while it is held. Any other use of a button is an action by its id."""

    TOOL = "tool"
    PAN = "pan"
    WINDOW = "window"
    ZOOM = "zoom"
    SCROLL = "scroll"
    NOTHING = "nothing"


BUTTON_WORDS = {
    Button.LEFT: message("Left button"),
    Button.MIDDLE: message("Middle button"),
    Button.RIGHT: message("Right button"),
    Button.BACK: message("Side button, back"),
    Button.FORWARD: message("Side button, forward"),
}
DRAG_WORDS = {
    Drag.TOOL: message("The tool in hand"),
    Drag.PAN: message("Moves the image"),
    Drag.WINDOW: message("Window: right is wider, up is brighter"),
    Drag.ZOOM: message("Zooms"),
    Drag.SCROLL: message("Goes through the slices"),
    Drag.NOTHING: message("Nothing"),
}
DARKER_UP = message("Window: right is wider, up is darker")

GESTURES = (
    (message("Wheel"), message("Slices; towards you is the next one")),
    (message("Ctrl+wheel"), message("Zooms at the pointer")),
    (message("Shift+wheel"), message("Size of the brush, 20 % a step")),
    (message("Shift+move"), message("Crosshair under the pointer")),
    (message("Shift+drag, with Window"), message("Window of the values in a box")),
    (message("Ctrl+drag, with the brush"), message("Erases")),
    (message("Double click"), message("Maximises the viewport")),
    (message("Pen"), message("Pressure sizes the brush; its other end erases")),
)
"""What is the same for all hands: how, and what it does."""


@dataclass(frozen=True)
class Viewer:
    """The mouse of a viewer that hands may know: middle and right, and the tool at first."""

    name: str
    words: str
    first_tool: str
    middle: Drag
    right: Drag


VIEWERS = (
    Viewer("labeler", message("Labeler"), "select", Drag.PAN, Drag.WINDOW),
    Viewer("slicer", message("3D Slicer"), "select", Drag.PAN, Drag.ZOOM),
    Viewer("osirix", message("OsiriX or Horos"), "window", Drag.PAN, Drag.ZOOM),
    Viewer("weasis", message("Weasis"), "window", Drag.PAN, Drag.NOTHING),
)
"""The first one is the usual one. Read in the sources of the others; the keys that differ there
stand in `ui/key_bindings.py`."""

MENU = message("Menu")
MENU_CLICKS = {Button.RIGHT: message("Right click"), Button.LEFT: message("Left click")}
"""By the button that has not the tool in hand: a press without a drag."""

Use = Drag | str
"""A drag, or an action's id."""

ACTIONS = frozenset(plan.id for plan in PLANS)
DRAGGING = (Button.LEFT, Button.MIDDLE, Button.RIGHT)


def viewer_of(preferences: Preferences) -> Viewer:
    """Whose mouse it is."""
    found = (viewer for viewer in VIEWERS if viewer.name == preferences.viewer)
    return next(found, VIEWERS[0])


def preset_uses(preferences: Preferences) -> dict[Button, Use]:
    """What each button does before the person changes any."""
    viewer = viewer_of(preferences)
    uses: dict[Button, Use] = {
        Button.LEFT: Drag.TOOL,
        Button.MIDDLE: viewer.middle,
        Button.RIGHT: viewer.right,
        Button.BACK: "edit.undo",
        Button.FORWARD: "edit.redo",
    }
    if preferences.left_handed:
        uses[Button.LEFT], uses[Button.RIGHT] = uses[Button.RIGHT], uses[Button.LEFT]
    return uses


def uses_of(preferences: Preferences) -> dict[Button, Use]:
    """What each button does now. One always has the tool in hand: changes that leave none, or that
    are of another version of the program, count for nothing."""
    usual = preset_uses(preferences)
    read = {button: use_named(preferences.buttons.get(button.value, "")) for button in Button}
    uses = {button: use if use is not None else usual[button] for button, use in read.items()}
    return uses if Drag.TOOL in uses.values() else usual


def use_named(name: str) -> Use | None:
    """A use by its name in the preferences; None where there is none of that name."""
    if name in ACTIONS:
        return name
    return next((drag for drag in Drag if drag.value == name), None)


def name_of(use: Use) -> str:
    """How a use is kept in the preferences."""
    return use.value if isinstance(use, Drag) else use


def with_use(preferences: Preferences, button: Button, use: Use) -> dict[str, str]:
    """The changes after `button` was given `use`. The tool in hand changes places: where it was is
    what the button did before."""
    before, preset = uses_of(preferences), preset_uses(preferences)
    after = before | {button: use}
    if Drag.TOOL in (use, before[button]) and use != before[button]:
        after = _keep_tool(before, after, button, use)
    return {one.value: name_of(now) for one, now in after.items() if now != preset[one]}


def _keep_tool(
    before: Mapping[Button, Use], after: dict[Button, Use], button: Button, use: Use
) -> dict[Button, Use]:
    """Exactly one button has the tool in hand after one gained or lost it."""
    if use is Drag.TOOL:
        had = next(one for one, what in before.items() if what is Drag.TOOL)
        return after | {had: before[button]}
    heir = next((one for one, what in before.items() if what == use and one is not button), None)
    if heir is None:
        heir = Button.RIGHT if button is not Button.RIGHT else Button.LEFT
    return after | {heir: Drag.TOOL}
