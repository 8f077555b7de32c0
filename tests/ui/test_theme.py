"""Every theme is readable, by arithmetic; fonts and icons are what they should be."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PySide6.QtGui import QColor, QFont, QFontInfo, QFontMetrics
from PySide6.QtWidgets import QApplication, QStyle

from labeler.model.paths import resources_root
from labeler.ui.look import Look
from labeler.ui.stylesheet import stylesheet
from labeler.ui.theme import FAMILIES, Type, contrast, font, load_theme, palette

THEMES = sorted((resources_root() / "themes").glob("*.json"))
ICONS = sorted((resources_root() / "icons").glob("*.svg"))

TEXTS = ("text", "text2", "text3", "accent", "success", "warning", "danger")
UNDER_TEXT = ("app", "panel", "raised", "field", "hover", "pressed", "selected")
GREY = "#3A3A3A"


@pytest.mark.parametrize("path", THEMES, ids=lambda path: path.stem)
class TestEveryTheme:
    def test_texts_reach_four_and_a_half(self, path: Path) -> None:
        theme = load_theme(path)
        for ink in TEXTS:
            for surface in UNDER_TEXT:
                assert contrast(theme.hex(ink), theme.hex(surface)) >= 4.5, (ink, surface)

    def test_words_on_tints_and_on_the_primary_button(self, path: Path) -> None:
        theme = load_theme(path)
        for ink in ("success", "warning", "danger"):
            assert contrast(theme.hex(ink), theme.hex(f"{ink}_tint")) >= 4.5
            assert contrast(theme.hex("text"), theme.hex(f"{ink}_tint")) >= 4.5
        for surface in ("primary", "primary_hover", "primary_pressed"):
            assert contrast(theme.hex("on_primary"), theme.hex(surface)) >= 4.5

    def test_outlines_and_focus_reach_three(self, path: Path) -> None:
        theme = load_theme(path)
        for ink in ("outline", "focus", "accent"):
            for surface in UNDER_TEXT:
                assert contrast(theme.hex(ink), theme.hex(surface)) >= 3.0, (ink, surface)

    def test_labels_show_on_grey_and_differ(self, path: Path) -> None:
        theme = load_theme(path)
        assert len(set(theme.labels)) == 12
        for label in theme.labels:
            assert contrast(label, GREY) >= 3.0

    def test_images_stay_on_black(self, path: Path) -> None:
        assert load_theme(path).hex("image") == "#000000"

    def test_colours_are_six_digits(self, path: Path) -> None:
        raw = json.loads(path.read_text())
        colors = (*raw["surfaces"].values(), *raw["inks"].values(), *raw["labels"])
        assert all(re.fullmatch(r"#[0-9A-F]{6}", color) for color in colors)


def test_contrast_knows_black_and_white() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#FFFFFF", "#FFFFFF") == pytest.approx(1.0)


def test_labels_repeat_after_the_twelfth(look: Look) -> None:
    assert look.theme.label(12) == look.theme.label(0) == QColor("#5CEAFF")


def test_the_style_sheet_names_every_token_it_uses(look: Look) -> None:
    sheet = stylesheet(look.theme)
    assert "$" not in sheet
    assert look.theme.hex("primary") in sheet
    assert palette(look.theme).window().color() == look.theme.color("app")


@pytest.mark.usefixtures("look")
def test_the_bundled_font_is_used_with_even_figures() -> None:
    used = font(Type.SUM)
    assert QFontInfo(used).family() == FAMILIES[0] == "Inter"
    assert used.weight() == QFont.Weight.DemiBold
    metrics = QFontMetrics(used)
    assert len({metrics.horizontalAdvance(digit) for digit in "0123456789"}) == 1


@pytest.mark.usefixtures("look")
def test_states_have_a_glyph_in_the_bundled_fonts() -> None:
    metrics = QFontMetrics(font(Type.BODY))
    assert all(metrics.inFontUcs4(ord(sign)) for sign in "×−–≈²…·")


def test_each_font_ships_with_its_licence(resources: Path) -> None:
    names = {path.name for path in (resources / "fonts").iterdir()}
    assert {"Inter-OFL.txt", "DejaVu-LICENSE.txt"} <= names


@pytest.mark.usefixtures("look")
def test_tooltips_come_after_four_tenths_of_a_second(qapp: QApplication) -> None:
    hint = QStyle.StyleHint.SH_ToolTip_WakeUpDelay
    assert qapp.style().styleHint(hint) == 400


@pytest.mark.parametrize("path", ICONS, ids=lambda path: path.stem)
def test_icons_share_one_pen(path: Path) -> None:
    root = ET.parse(path).getroot()
    assert root.get("viewBox") == "0 0 20 20"
    assert root.get("stroke-width") == "1.5"
    assert root.get("stroke-linecap") == root.get("stroke-linejoin") == "round"
    assert root.get("stroke") == "currentColor"


def test_icons_are_drawn_in_the_token_asked_for(look: Look) -> None:
    for name in look.icons.names():
        image = look.icons.pixmap(name, "danger", 2.0).toImage()
        inks = {
            image.pixelColor(x, y).name().upper()
            for x in range(image.width())
            for y in range(image.height())
            if image.pixelColor(x, y).alpha() == 255
        }
        assert inks == {look.theme.hex("danger")}, name


def test_an_icon_that_is_on_is_filled(look: Look) -> None:
    off = look.icons.pixmap("box", "accent", 1.0).toImage()
    on = look.icons.pixmap("box", "accent", 1.0, on=True).toImage()
    assert off.pixelColor(10, 10).alpha() == 0
    assert on.pixelColor(10, 10).alpha() > 40
