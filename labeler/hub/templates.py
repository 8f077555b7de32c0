"""The form templates that a task is posted with: those that ship, or files."""

from __future__ import annotations

import re
from pathlib import Path

from labeler.errors import LabelerError
from labeler.model.task_templates import Template, parse_template

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


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
        data = path.read_bytes()
    except OSError:
        raise LabelerError(
            "no-form",
            "There is no form named {name}.",
            safe="Nothing was posted.",
            do="Name a file, or one of these: {known}.",
            name=path.name,
            known=", ".join(template_names(folder)),
        ) from None
    try:
        return parse_template(data)
    except ValueError as error:
        raise LabelerError(
            "bad-form",
            "The form {name} cannot be used: {why}.",
            safe="Nothing was posted.",
            do="Correct it; the forms that ship with the program are examples.",
            name=path.name,
            why=str(error),
        ) from None
