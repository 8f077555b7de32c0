"""Preferences in the settings of a profile, each under its own name."""

from __future__ import annotations

from collections.abc import Mapping

from labeler.model.preferences import DEFAULTS, Preferences, within_bounds
from labeler.store.store import Store

PREFIX = "preference."


def read_preferences(store: Store) -> Preferences:
    """What is kept; the default for each that is not, or that does not fit any more."""
    get, usual = store.settings.get, DEFAULTS
    found = Preferences(
        darker_up=get(f"{PREFIX}darker_up", bool, usual.darker_up),
        nearest=get(f"{PREFIX}nearest", bool, usual.nearest),
        scale_bar=get(f"{PREFIX}scale_bar", bool, usual.scale_bar),
        cine_rate=get(f"{PREFIX}cine_rate", int, usual.cine_rate),
        link_scrolling=get(f"{PREFIX}link_scrolling", bool, usual.link_scrolling),
        reference_lines=get(f"{PREFIX}reference_lines", bool, usual.reference_lines),
        memory_percent=get(f"{PREFIX}memory_percent", int, usual.memory_percent),
        kept_gib=get(f"{PREFIX}kept_gib", int, usual.kept_gib),
        fill_percent=get(f"{PREFIX}fill_percent", int, usual.fill_percent),
        line_percent=get(f"{PREFIX}line_percent", int, usual.line_percent),
        outlines_only=get(f"{PREFIX}outlines_only", bool, usual.outlines_only),
        measures_open=get(f"{PREFIX}measures_open", bool, usual.measures_open),
        monitors=get(f"{PREFIX}monitors", dict[str, int], {}),
        viewer=get(f"{PREFIX}viewer", str, usual.viewer),
        left_handed=get(f"{PREFIX}left_handed", bool, usual.left_handed),
        keys=get(f"{PREFIX}keys", dict[str, tuple[str, ...]], {}),
        buttons=get(f"{PREFIX}buttons", dict[str, str], {}),
        own_form=get(f"{PREFIX}own_form", str, usual.own_form),
    )
    return within_bounds(found)


def write_preferences(store: Store, before: Preferences, after: Preferences) -> None:
    """Those that changed."""
    for name in Preferences.__dataclass_fields__:
        value = getattr(after, name)
        if value != getattr(before, name):
            kept = dict(value) if isinstance(value, Mapping) else value
            store.settings.put(f"{PREFIX}{name}", kept)
