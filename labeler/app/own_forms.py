"""What is asked of one's own cases: findings without questions, or what a form template asks."""

from __future__ import annotations

import re
from pathlib import Path

from labeler.app.preference_store import read_preferences
from labeler.app.services import Services, Tick
from labeler.errors import LabelerError
from labeler.model.forms import Form
from labeler.model.manifest import Label
from labeler.model.task_templates import Template, parse_template

PRACTICE_LABELS = tuple(Label(f"finding-{n}", f"Finding {n}") for n in range(1, 10))
PRACTICE_FORM = Form("practice", "Practice", ())

MAX_BYTES = 4 * 1024 * 1024
_SHIPPED = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


SAMPLE_FORM = "chest-ct-nodule"
"""What the sample case asks: a newcomer meets a task as it will be."""


def own_form(services: Services, form: str = "") -> tuple[tuple[Label, ...], Form]:
    """That `form`, else what the person has chosen. Raises LabelerError "own-form-unusable"."""
    chosen = form or services.store.call(read_preferences).own_form
    if not chosen:
        return PRACTICE_LABELS, PRACTICE_FORM
    template = read_own(services, chosen)
    return template.labels, template.form


def read_own(services: Services, chosen: str) -> Template:
    """The template that ships under this name, or the one in a file of the person's own.

    Raises LabelerError "own-form-unusable".
    """
    shipped = _SHIPPED.fullmatch(chosen) is not None
    path = services.forms / f"{chosen}.json" if shipped else Path(chosen)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise ValueError(f"it is larger than {MAX_BYTES} bytes")
        return parse_template(data)
    except (OSError, ValueError) as error:
        why = error.strerror or str(error) if isinstance(error, OSError) else str(error)
        raise LabelerError(
            "own-form-unusable",
            "The form {name} cannot be used: {why}.",
            safe="Your marks are kept.",
            do="Choose another form for your own cases, in Settings under Reading.",
            name=path.name,
            why=why,
        ) from error


def shipped_forms(services: Services, _tick: Tick) -> tuple[tuple[str, str], ...]:
    """The templates that ship with the program: names and titles."""
    names = sorted(path.stem for path in services.forms.glob("*.json"))
    return tuple((name, read_own(services, name).title) for name in names)
