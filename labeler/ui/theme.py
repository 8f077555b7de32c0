"""The tokens of the look: colours by name, type by role, spaces by number."""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette

SPACE = (0, 4, 8, 12, 16, 24, 32, 48)
"""Gaps in logical pixels; nothing lies between."""

RAIL, TOP, STATUS, FOOTER = 64, 48, 28, 56
CONTROL, COMPACT, TOOL, PRIMARY, ROW, TABLE_ROW = 32, 28, 36, 40, 32, 44
ICON = 20
DIALOG_WIDTH = 560
NARROW = 1360
"""Below this window width panels take their narrow sizes."""

HOVER_MS, PANEL_MS, TOOLTIP_MS, NOTICE_MS = 80, 140, 400, 6000

TITLE_FONT = "Inter-SemiBold.ttf"
"""The one file that titles and the rail are set in."""

FAMILIES = ("Inter", "DejaVu Sans", "Noto Sans SC")


class Type(enum.Enum):
    """Size, line height and weight of each kind of text, in logical pixels."""

    CAPTION = (11, 16, QFont.Weight.DemiBold)
    SECONDARY = (12, 16, QFont.Weight.Medium)
    BODY = (13, 20, QFont.Weight.Medium)
    STRONG = (13, 20, QFont.Weight.DemiBold)
    SECTION = (15, 22, QFont.Weight.DemiBold)
    PAGE = (20, 28, QFont.Weight.DemiBold)
    SUM = (28, 36, QFont.Weight.DemiBold)

    @property
    def pixels(self) -> int:
        return self.value[0]

    @property
    def line(self) -> int:
        return self.value[1]

    @property
    def weight(self) -> QFont.Weight:
        return self.value[2]


def font(kind: Type) -> QFont:
    """Inter with figures of equal width, so that columns and live numbers stand still."""
    made = QFont()
    made.setFamilies(FAMILIES)
    made.setPixelSize(kind.pixels)
    made.setWeight(kind.weight)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


def load_fonts(folder: Path, pattern: str = "*.ttf", *, but: str = "") -> tuple[str, ...]:
    """Register the bundled fonts, `but` one; returns the families they brought."""
    families: list[str] = []
    for path in sorted(folder.glob(pattern)):
        if path.name == but:
            continue
        number = QFontDatabase.addApplicationFont(str(path))
        families += QFontDatabase.applicationFontFamilies(number)
    return tuple(families)


@dataclass(frozen=True)
class Theme:
    """One theme's tokens as `#RRGGBB`: `surfaces` lie below, `inks` on top."""

    name: str
    surfaces: dict[str, str]
    inks: dict[str, str]
    labels: tuple[str, ...]
    planes: dict[str, str]

    def hex(self, token: str) -> str:
        """The colour of a surface or an ink as `#RRGGBB`."""
        return self.inks[token] if token in self.inks else self.surfaces[token]

    def color(self, token: str) -> QColor:
        return QColor(self.hex(token))

    def label(self, position: int) -> QColor:
        """The colour of the label at `position` (0 is the first); the twelve repeat. White where
        the form does not have it, which is below 0."""
        if position < 0:
            return self.color("overlay")
        return QColor(self.labels[position % len(self.labels)])


def load_theme(path: Path) -> Theme:
    raw = json.loads(path.read_text(encoding="utf-8"))
    return Theme(
        name=raw["name"],
        surfaces=raw["surfaces"],
        inks=raw["inks"],
        labels=tuple(raw["labels"]),
        planes=raw["planes"],
    )


def palette(theme: Theme) -> QPalette:
    """What Qt paints where the style sheet says nothing."""
    made = QPalette()
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    for which, token in (
        (role.Window, "app"),
        (role.Base, "field"),
        (role.AlternateBase, "panel"),
        (role.Button, "raised"),
        (role.ToolTipBase, "raised"),
        (role.WindowText, "text"),
        (role.Text, "text"),
        (role.ButtonText, "text"),
        (role.ToolTipText, "text"),
        (role.PlaceholderText, "text3"),
        (role.Highlight, "selected"),
        (role.HighlightedText, "text"),
        (role.Link, "accent"),
        (role.LinkVisited, "accent"),
        (role.Accent, "accent"),
    ):
        made.setColor(which, theme.color(token))
    for which in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(group.Disabled, which, theme.color("disabled"))
    return made


def contrast(ink: str, surface: str) -> float:
    """The WCAG 2 contrast ratio of two `#RRGGBB` colours, 1 to 21."""
    lighter, darker = sorted((_luminance(ink), _luminance(surface)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    channels = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
