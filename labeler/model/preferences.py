"""How a person wants images to be shown and handled; nothing that changes a Document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

CINE_RATES = (1, 60)
MEMORY_PERCENTS = (10, 80)
KEPT_GIB = (0, 64)
FILL_PERCENTS = (0, 100)
LINE_PERCENTS = (20, 100)
SHARES_OF_MEMORY = (25, 50, 75)


@dataclass(frozen=True)
class Preferences:
    """Each is kept by its name, so that one more never loses the others."""

    darker_up: bool = False
    """In a window drag, up is darker; else brighter."""
    nearest: bool = False
    """Beyond 1:1 voxels are shown as they are, not blended."""
    scale_bar: bool = True
    cine_rate: int = 10
    """Frames a second where a file says nothing."""
    link_scrolling: bool = True
    """Views of one Frame of Reference scroll together."""
    reference_lines: bool = True
    """Views show where the active one cuts them."""
    memory_percent: int = 50
    """The share of this computer's memory that slices may take."""
    kept_gib: int = 4
    """How much of the disk decoded frames may take, in GiB; 0 keeps none."""
    fill_percent: int = 30
    """How opaque painted regions are filled."""
    line_percent: int = 100
    """How opaque the lines of marks are, but for those of the selected ones."""
    outlines_only: bool = False
    """Painted regions are not filled."""
    measures_open: bool = False
    """The measures of the selected mark are unfolded in the panel."""
    monitors: Mapping[str, int] = field(default_factory=dict)
    """By a monitor's key: the size of its pixels in nm, as it was measured."""
    viewer: str = "labeler"
    """Whose mouse the hands know; a name of no preset is Labeler's own."""
    left_handed: bool = False
    """The mouse is in the left hand: its buttons, and the letters of keys, are mirrored."""
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By an action's id: keys of the person's own, in place of those of the preset."""
    buttons: Mapping[str, str] = field(default_factory=dict)
    """By a mouse button's name: what it does, in place of what the preset says."""

    own_form: str = ""
    """What is asked of one's own cases: a form template that ships, by its name, or a file; ""
    asks nothing."""


DEFAULTS = Preferences()


def within_bounds(found: Preferences) -> Preferences:
    """What was kept may come from another hand: numbers are brought to what makes sense."""
    return replace(
        found,
        cine_rate=max(CINE_RATES[0], min(CINE_RATES[1], found.cine_rate)),
        memory_percent=max(MEMORY_PERCENTS[0], min(MEMORY_PERCENTS[1], found.memory_percent)),
        kept_gib=max(KEPT_GIB[0], min(KEPT_GIB[1], found.kept_gib)),
        fill_percent=max(FILL_PERCENTS[0], min(FILL_PERCENTS[1], found.fill_percent)),
        line_percent=max(LINE_PERCENTS[0], min(LINE_PERCENTS[1], found.line_percent)),
        monitors={key: size for key, size in found.monitors.items() if size > 0},
    )


def kept_bytes(preferences: Preferences) -> int:
    """What the person grants to decoded frames, of the disk."""
    return preferences.kept_gib << 30
