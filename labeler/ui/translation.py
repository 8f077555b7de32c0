"""Every text a person reads passes here: constant templates, translated, then filled."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:  # a window that is only being opened needs no more than `tr`
    from labeler.app.screens import Fact, Notice
    from labeler.errors import LabelerError

CONTEXT = "Labeler"


def tr(template: str, **facts: str | int) -> str:
    """The template in the person's language, its `{names}` filled with `facts`."""
    translated = QCoreApplication.translate(CONTEXT, template)
    return translated.format(**facts) if facts else translated


def message(template: str) -> str:
    """Marks a constant for the catalogue; `tr` translates it where it is shown."""
    return template


def filled(template: str, facts: Iterable[Fact]) -> str:
    """A template that came with its facts as a value, in the person's language."""
    return tr(template, **dict(facts)) if template else ""


def error_words(error: LabelerError) -> tuple[str, str, str]:
    """What happened, what is safe, what to do."""
    happened, safe, do = (filled(part, error.facts.items()) for part in error.templates)
    return happened, safe, do


def notice_words(notice: Notice) -> tuple[str, str, str]:
    """What happened, what is safe, what to do; the last two may be empty."""
    parts = (notice.happened, notice.safe, notice.do)
    happened, safe, do = (filled(part, notice.facts) for part in parts)
    return happened, safe, do
