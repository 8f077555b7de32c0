"""Form templates: what a kind of task asks, before anybody names a price (docs/forms.md)."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from labeler.model.forms import Form
from labeler.model.manifest import Label, Opening, Reason
from labeler.model.terms_rules import terms_problem
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
    if (why := terms_problem(template, template.reasons)) is not None:
        raise ValueError(why)
    return template
