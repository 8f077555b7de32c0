"""Which keys each action has for this person: the table's, some as in the viewer that the hands
know, mirrored for the left, then their own.

Pure rules over the table; `Actions` puts the result on the real shortcuts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from PySide6.QtGui import QKeySequence

from labeler.model.preferences import Preferences
from labeler.ui.action_table import PLANS, Plan, Scope

Keys = tuple[str, ...]
Bindings = Mapping[str, Keys]

LIVE_TOGETHER = (
    frozenset({Scope.WINDOW, Scope.READING, Scope.VIEW}),
    frozenset({Scope.WINDOW, Scope.READING, Scope.QUESTION}),
)
"""Scopes whose keys are live at the same time."""

_LEFT = "QWERTSDFGXCVB"
_RIGHT = "POIUYLKJH.,MN"
_MIRROR = dict(zip(_LEFT + _RIGHT, _RIGHT + _LEFT, strict=True))
"""The key at the other side of a keyboard. A and Z stay: what lies across from them is a letter on
some keyboards only."""


def mirrored(key: str) -> str:
    """The key for the right hand, where the left one has the mouse. What is pressed with Ctrl is
    the same in all programs and stays."""
    modifiers, plus, last = key.rpartition("+")
    if modifiers not in ("", "Shift") or last not in _MIRROR:
        return key
    return f"{modifiers}{plus}{_MIRROR[last]}"


@cache
def spelled(key: str) -> str:
    """As Qt writes it, whichever of its names was used: "Del" for "Delete"."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText)


@cache
def _meant(key: str) -> str:
    """The same for keys that mean the same: who takes Return takes the other Enter too."""
    modifiers, plus, last = spelled(key).rpartition("+")
    return f"{modifiers}{plus}Return" if last == "Enter" else spelled(key)


def without_key(keys: Keys, key: str) -> Keys:
    """Those that mean something else than `key`."""
    return tuple(kept for kept in keys if _meant(kept) != _meant(key))


VIEWER_KEYS: Mapping[str, Mapping[str, str]] = {
    "slicer": {"view.hide-marks": "G"},
    "osirix": {"tool.select": "S", "tool.ellipse": "E", "tool.polygon": "C"},
    "weasis": {"tool.length": "M"},
}
"""By a viewer of the mouse table: letters by which it has the same under another one. What has the
letter here takes the other's, so that none is left without."""


def preset_keys(
    *, left_handed: bool, viewer: str = "", plans: Iterable[Plan] = PLANS
) -> dict[str, Keys]:
    """By each action's id: the keys it has before the person changes any."""
    keys = {plan.id: plan.keys for plan in plans}
    changed = {name: key for name, key in VIEWER_KEYS.get(viewer, {}).items() if name in keys}
    swaps = {key: keys[name][0] for name, key in changed.items()}
    swaps |= {other: key for key, other in swaps.items()}
    keys = {name: tuple(swaps.get(key, key) for key in held) for name, held in keys.items()}
    if left_handed:
        keys = {name: tuple(mirrored(key) for key in held) for name, held in keys.items()}
    return keys


def bound_keys(
    changes: Mapping[str, Keys],
    *,
    left_handed: bool,
    viewer: str = "",
    plans: Iterable[Plan] = PLANS,
) -> dict[str, Keys]:
    """By each action's id: its keys now. Changes of actions that are no more count for nothing;
    keys of the person's own go before those of a preset that came later."""
    plans = tuple(plans)
    keys = preset_keys(left_handed=left_handed, viewer=viewer, plans=plans)
    own = {name: tuple(map(spelled, held)) for name, held in changes.items() if name in keys}
    keys.update(own)
    for name, held in own.items():
        for key in held:
            for other in holders(keys, key, name, plans):
                if other not in own:
                    keys[other] = without_key(keys[other], key)
    return keys


def taken_keys(
    changes: Mapping[str, Keys], *, left_handed: bool, viewer: str = ""
) -> tuple[tuple[str, str, str], ...]:
    """What the person's own keys take from the preset: the action that is without, the key, and
    the action of their own that has it. What they gave other keys themselves is left out."""
    preset = preset_keys(left_handed=left_handed, viewer=viewer)
    now = bound_keys(changes, left_handed=left_handed, viewer=viewer)
    return tuple(
        (name, key, owner)
        for name, keys in preset.items()
        for key in keys
        if name not in changes and key not in now[name]
        for owner in holders(now, key, name)
    )


def keys_of(preferences: Preferences) -> dict[str, Keys]:
    """By each action's id: its keys for this person."""
    hand = preferences
    return bound_keys(hand.keys, left_handed=hand.left_handed, viewer=hand.viewer)


def holders(
    bindings: Bindings, key: str, name: str, plans: Iterable[Plan] = PLANS
) -> tuple[str, ...]:
    """The other actions that `key` would mean too while `name` has it."""
    scopes = {plan.id: plan.scope for plan in plans}
    return tuple(
        other
        for other, keys in bindings.items()
        if other != name
        and without_key(keys, key) != keys
        and may_meet(scopes[other], scopes[name])
    )


def may_meet(one: Scope, other: Scope) -> bool:
    """Whether keys of both scopes are live at the same time."""
    return any({one, other} <= live for live in LIVE_TOGETHER)


def conflicts(bindings: Bindings, plans: Iterable[Plan] = PLANS) -> dict[str, tuple[str, ...]]:
    """By the id of each action that shares a key: those that it shares one with."""
    plans = tuple(plans)
    found = {
        name: {other for key in keys for other in holders(bindings, key, name, plans)}
        for name, keys in bindings.items()
    }
    return {name: tuple(sorted(others)) for name, others in found.items() if others}


def with_key(
    changes: Mapping[str, Keys], name: str, key: str, *, left_handed: bool, viewer: str = ""
) -> dict[str, Keys]:
    """The changes after `name` was given `key` as its only one, and every other action that it
    would mean too was left without it."""
    now = bound_keys(changes, left_handed=left_handed, viewer=viewer)
    after = dict(changes) | {name: (spelled(key),)}
    for other in holders(now, key, name):
        after[other] = without_key(now[other], key)
    return without_needless(after, left_handed=left_handed, viewer=viewer)


def without_needless(
    changes: Mapping[str, Keys], *, left_handed: bool, viewer: str = ""
) -> dict[str, Keys]:
    """Only what differs from the preset."""
    preset = preset_keys(left_handed=left_handed, viewer=viewer)
    return {name: keys for name, keys in changes.items() if preset.get(name) != keys}
