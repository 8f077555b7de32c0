"""The one style sheet, made from the tokens. Fonts are set in code, colours here."""

from __future__ import annotations

from string import Template

from labeler.ui.theme import Theme

# Widgets say what they are by the property `kind`, labels their ink by `ink`, so that no rule
# depends on where a widget sits.
_SHEET = """
* { outline: none; }
QWidget[kind="app"], QMainWindow { background: $app; }
QStackedWidget { background: transparent; }
QWidget[kind="panel"], QWidget[kind="top"] { background: $panel; }
QWidget[kind="rail"], QWidget[kind="status"] { background: $app; }
QWidget[kind="top"] { border-bottom: 1px solid $divider; }
QWidget[kind="side"] { background: $panel; border-left: 1px solid $divider; }
QWidget[kind="card"] { background: $raised; border-radius: 6px; }
QWidget[kind="card-on"] { background: $selected; border-radius: 6px; }
QWidget[kind="notice"] { background: $raised; border: 1px solid $outline; border-radius: 6px; }
QWidget[kind="tint-success"] { background: $success_tint; border-radius: 6px; }
QWidget[kind="tint-warning"] { background: $warning_tint; border-radius: 6px; }
QWidget[kind="tint-danger"] { background: $danger_tint; border-radius: 6px; }
QLabel[kind="beside"] { background: $danger_tint; border: 1px solid $danger;
  border-radius: 4px; padding: 3px 7px; }
QWidget[kind="field"] { background: $field; border-radius: 6px; }
QWidget[kind="divider"] { background: $divider; }
QWidget[kind="image"] { background: $image; }
QLabel { background: transparent; color: $text; }
$inks
QToolTip { background: $raised; color: $text; border: 1px solid $outline; padding: 4px 8px; }

QPushButton { background: transparent; color: $text; border: 1px solid $outline;
  border-radius: 4px; padding: 0 15px; min-height: 30px; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $pressed; }
QPushButton:disabled { color: $disabled; border-color: $disabled; background: transparent; }
QPushButton[kind="primary"] { background: $primary; color: $on_primary; border: none;
  padding: 0 24px; min-height: 40px; }
QPushButton[kind="primary"]:hover { background: $primary_hover; }
QPushButton[kind="primary"]:pressed { background: $primary_pressed; }
QPushButton[kind="primary"]:disabled { background: $hover; color: $disabled; }
QPushButton[kind="large"] { padding: 0 19px; min-height: 38px; }
QPushButton[kind="chip"] { padding: 0 11px; }
QPushButton[kind="chip"]:checked, QPushButton[kind="choice"]:checked {
  background: $selected; border-color: $selected; }
QPushButton[kind="choice"]:checked { border-color: $accent; }
QPushButton[kind="choice"] { padding: 0 9px; }
QPushButton[kind="short"] { padding: 0 7px; min-height: 26px; }
QPushButton[kind="short"]:checked { background: $selected; border-color: $accent; }
QPushButton[kind="picker"] { background: $field; min-height: 26px; }
QPushButton[kind="picker"]:hover { background: $hover; }
QPushButton[kind="link"] { border: none; color: $accent; padding: 0 2px; min-height: 24px;
  text-align: left; }
QPushButton[kind="link"]:hover { color: $focus; background: transparent; }
QPushButton[kind="link"]:disabled { color: $disabled; }
QPushButton[kind="quiet"] { border: none; padding: 0 8px; min-height: 28px; text-align: left; }
QToolButton { background: transparent; color: $text; border: none; border-radius: 4px; }
QToolButton:hover { background: $hover; }
QToolButton:pressed { background: $pressed; }
QToolButton:checked { background: $selected; }
QToolButton::menu-indicator { image: none; width: 0; }
QToolButton[kind="rail"] { color: $text2; }
QToolButton[kind="rail"]:checked { color: $text; }
QPushButton::menu-indicator { image: none; width: 0; }

QLineEdit, QPlainTextEdit, QTextEdit { background: $field; color: $text;
  border: 1px solid $outline; border-radius: 4px; padding: 0 9px; min-height: 30px;
  selection-background-color: $selected; selection-color: $text; }
QPlainTextEdit, QTextEdit { padding: 6px 9px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus { border-color: $focus; }
QLineEdit[refused="true"] { border-color: $danger; }
QLineEdit:disabled, QPlainTextEdit:disabled { color: $disabled; border-color: $disabled; }
QTextEdit[kind="prose"] { background: transparent; border-color: transparent;
  padding: 4px 7px; }
QTextEdit[kind="prose"]:focus { border-color: $focus; }
QLineEdit[kind="compact"] { padding: 0 6px; min-height: 24px; }
QLineEdit[kind="bare"] { border: none; background: transparent; padding: 0; }
QComboBox { background: $field; color: $text; border: 1px solid $outline; border-radius: 4px;
  padding: 0 9px; min-height: 30px; }
QComboBox:hover { background: $hover; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox QAbstractItemView { background: $raised; color: $text; border: 1px solid $outline;
  selection-background-color: $selected; }
QCheckBox, QRadioButton { background: transparent; color: $text; spacing: 8px; min-height: 24px; }
QCheckBox:disabled, QRadioButton:disabled { color: $disabled; }
QCheckBox::indicator { width: 16px; height: 16px; background: $field; border: 1px solid $outline; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; }
QCheckBox::indicator:focus { border-color: $text; }

QSlider { background: transparent; }
QSlider::groove:horizontal { height: 4px; background: $outline; border-radius: 2px; }
QSlider::sub-page:horizontal { height: 4px; background: $accent; border-radius: 2px; }
QSlider::handle:horizontal { width: 12px; margin: -4px 0; background: $text; border-radius: 6px; }
QSlider::handle:horizontal:focus { background: $focus; }

QMenu { background: $raised; color: $text; border: 1px solid $outline; padding: 4px; }
QMenu::item { padding: 6px 32px 6px 12px; border-radius: 4px; }
QMenu::item:selected { background: $hover; }
QMenu::item:disabled { color: $disabled; }
QMenu::separator { height: 1px; background: $divider; margin: 4px 8px; }
QMenu::icon { padding-left: 8px; }

QTableView, QListView, QTreeView { background: transparent; color: $text; border: none; }
QListWidget::indicator { width: 12px; height: 12px; background: $field; }
QListWidget::indicator { border: 1px solid $outline; }
QListWidget::indicator:checked { background: $accent; border-color: $accent; }
QHeaderView { background: transparent; border: none; }
QHeaderView::section { background: transparent; color: $text3; border: none; padding: 0; }
QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget[kind="page"] { background: transparent; }
QScrollBar:vertical { background: transparent; width: 8px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 8px; margin: 0; }
QScrollBar::handle { background: $pressed; border-radius: 3px; margin: 1px; min-height: 32px;
  min-width: 32px; }
QScrollBar::handle:hover { background: $outline; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QProgressBar { background: $pressed; border: none; border-radius: 2px; max-height: 4px;
  min-height: 4px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }
QSplitter::handle { background: $divider; }
QDialog[kind="dialog"] { background: $panel; border: 1px solid $outline; }
"""


def stylesheet(theme: Theme) -> str:
    """Every widget's colours, in the given theme."""
    inks = "\n".join(
        f'QLabel[ink="{name}"] {{ color: {ink}; }}' for name, ink in theme.inks.items()
    )
    return Template(_SHEET).substitute(theme.surfaces | theme.inks, inks=inks)
