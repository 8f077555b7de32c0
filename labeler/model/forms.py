"""Structured findings: what is asked, and what was answered."""

from __future__ import annotations

import msgspec

from labeler.model.words import Code, Line


class Option(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: Code
    text: Line


class Choice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="choice"):
    """Exactly one of the options."""

    code: Code
    text: Line
    options: tuple[Option, ...]
    required: bool = True


class Scale(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="scale"):
    """A whole number from `low` to `high`."""

    code: Code
    text: Line
    low: int
    high: int
    required: bool = True


class FreeText(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="text"):
    """Words of the expert's own; the privacy gate reads them before they leave."""

    code: Code
    text: Line
    max_length: int = 500
    required: bool = False


Question = Choice | Scale | FreeText


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: Code
    title: Line
    questions: tuple[Question, ...]


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`value` is an option's code, a whole number, or text, as the question asks."""

    question: Code
    value: str | int
