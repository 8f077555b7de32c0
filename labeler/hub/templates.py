"""Form templates: what a kind of task asks, before anybody names a price."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from labeler.errors import LabelerError
from labeler.model.answer_rules import asked, questions_problem
from labeler.model.forms import Form
from labeler.model.manifest import Label, Opening, Reason
from labeler.model.words import Code, Line, Text

TEMPLATE_FORMAT = "labeler.form-template/1"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


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


def template_names(folder: Path) -> tuple[str, ...]:
    """The templates that ship with the program."""
    return tuple(sorted(path.stem for path in folder.glob("*.json")))


def read_template(form: str, folder: Path) -> Template:
    """The template of that name in `folder`, or the one in the file `form`.

    Raises LabelerError "no-form" or "bad-form".
    """
    shipped = folder / f"{form}.json"
    path = shipped if _NAME.fullmatch(form) and shipped.is_file() else Path(form)
    try:
        template = msgspec.json.decode(path.read_bytes(), type=Template)
    except OSError:
        raise LabelerError(
            "no-form",
            "There is no form named {name}.",
            safe="Nothing was posted.",
            do="Name a file, or one of these: {known}.",
            name=path.name,
            known=", ".join(template_names(folder)),
        ) from None
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise _bad(path.name, str(error)) from None
    if template.format != TEMPLATE_FORMAT:
        raise _bad(path.name, f"its format is {template.format[:40]}")
    if (why := _unusable(template)) is not None:
        raise _bad(path.name, why)
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


def _bad(name: str, why: str) -> LabelerError:
    return LabelerError(
        "bad-form",
        "The form {name} cannot be used: {why}.",
        safe="Nothing was posted.",
        do="Correct it; the forms that ship with the program are examples.",
        name=name,
        why=why,
    )
