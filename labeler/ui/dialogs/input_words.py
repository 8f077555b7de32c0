"""What the hands can do, in words: made from the tables, for the sheet, the settings and the first
screen."""

from __future__ import annotations

from labeler.model.preferences import Preferences
from labeler.ui.actions import Actions
from labeler.ui.mouse_table import (
    BUTTON_WORDS,
    DARKER_UP,
    DRAG_WORDS,
    GESTURES,
    MENU,
    MENU_CLICKS,
    Drag,
    Use,
    uses_of,
)
from labeler.ui.translation import tr


def use_words(use: Use, actions: Actions, preferences: Preferences) -> str:
    """What a button does."""
    if not isinstance(use, Drag):
        return actions[use].text()
    darker = use is Drag.WINDOW and preferences.darker_up
    return tr(DARKER_UP if darker else DRAG_WORDS[use])


def button_lines(actions: Actions, preferences: Preferences) -> list[tuple[str, str]]:
    """Each button, and what it does."""
    return [
        (tr(BUTTON_WORDS[button]), use_words(use, actions, preferences))
        for button, use in uses_of(preferences).items()
    ]


def menu_lines(preferences: Preferences) -> list[tuple[str, str]]:
    """What a press without a drag opens, where a side of the mouse is free for it."""
    uses = uses_of(preferences)
    return [
        (tr(how), tr(MENU))
        for button, how in MENU_CLICKS.items()
        if isinstance(uses[button], Drag) and uses[button] is not Drag.TOOL
    ]


def gesture_lines(actions: Actions, preferences: Preferences) -> list[tuple[str, str]]:
    """What can be done with mouse and pen, and how."""
    lines = button_lines(actions, preferences) + menu_lines(preferences)
    lines += [(tr(how), tr(does)) for how, does in GESTURES]
    return [(does, how) for how, does in lines]
