"""Form templates: what a kind of task asks, before anybody names a price (docs/forms.md)."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from labeler.model.answer_rules import asked, questions_problem
from labeler.model.forms import Form
from labeler.model.manifest import Label, Opening, Reason
from labeler.model.words import Code, Line, Text

TEMPLATE_FORMAT = "labeler.form-template/1"


class Template(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A task's form with the terms that usually go with it (docs/protocol.md, manifest)."""

    format: str
    title: Line
    instructions: Text
    modality: Code
    specialty: Code
    qualification: Line
    labels: Annotated[tuple[Label, ...], Meta(min_length=1, max_length=64)]
    form: Form
    metric: Code
    threshold_ppm: Annotated[int, Meta(ge=0, le=1_000_000)]
    review_seconds: Annotated[int, Meta(ge=1)]
    appeal_seconds: Annotated[int, Meta(ge=0)]
    reasons: Annotated[tuple[Reason, ...], Meta(min_length=1)]
    licence: Line
    free_text_allowed: bool
    opening: Opening = Opening()


def parse_template(data: bytes) -> Template:
    """The template in a file; ValueError with the reason where it cannot be used."""
    try:
        template = msgspec.json.decode(data, type=Template)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise ValueError(str(error)) from error
    if template.format != TEMPLATE_FORMAT:
        raise ValueError(f"its format is {template.format[:40]}")
    if (why := _unusable(template)) is not None:
        raise ValueError(why)
    return template


def _unusable(template: Template) -> str | None:
    """Why no expert could finish a case with it."""
    codes = [label.code for label in template.labels]
    if len(set(codes)) < len(codes):
        return "two labels have one code"
    for questions in (template.form.questions, *(label.asks for label in template.labels)):
        if (why := questions_problem(questions)) is not None:
            return why
        answerable = asked(questions, free_text_allowed=template.free_text_allowed)
        for question in questions:
            if question.required and question not in answerable:
                return f"{question.code} must be answered in words, but free_text_allowed is false"
    return None
