"""What is asked of one's own cases: findings without questions, or what a form template asks."""

from __future__ import annotations

import re
from pathlib import Path

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


def named(services: Services, form: str) -> str:
    """A form as it is remembered: the name of one that ships, else a path from anywhere; "" asks
    nothing."""
    return form if not form or _ships(services.forms, form) else str(Path(form).absolute())


Read = tuple[Template | None, LabelerError | None]
"""What is asked, and what is to be told of it."""


def read_again(services: Services, form: str, kept: Template | None) -> Read:
    """What a form says now; what it said when it was read last, where it is there no more, or has
    an error, "own-form-kept", which is told.

    Raises LabelerError "own-form-unusable" where it was never read.
    """
    if not form:
        return None, None
    if kept is None:
        return read_own(services, form), None
    if not _path(services.forms, form).exists():
        return kept, None
    try:
        return read_own(services, form), None
    except LabelerError as error:
        return kept, _kept(error)


def is_of_form(error: LabelerError) -> bool:
    """Whether an error says that a form is asked as it was."""
    return error.code == "own-form-kept"


def _kept(error: LabelerError) -> LabelerError:
    return LabelerError(
        "own-form-kept",
        "The form {name} cannot be used: {why}. It is asked as it was when it was read last.",
        safe="Your marks and answers are kept.",
        do="Correct it and open the case again; or choose another form, in Settings under "
        "Reading, while this case is open.",
        **error.facts,
    )


def read_own(services: Services, chosen: str) -> Template:
    """The template that ships under this name, or the one in a file of the person's own.

    Raises LabelerError "own-form-unusable".
    """
    return read_form(services.forms, chosen)


def read_form(forms: Path, chosen: str) -> Template:
    """The same where those that ship lie in `forms`."""
    path = _path(forms, chosen)
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise ValueError("it is no file")  # a pipe would be waited for
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
    return tuple((name, read_own(services, name).title) for name in shipped(services.forms))


def shipped(forms: Path) -> list[str]:
    """The names of those in the folder `forms`, by which they are asked for."""
    return sorted(path.stem for path in forms.glob("*.json"))


def _path(forms: Path, form: str) -> Path:
    return forms / f"{form}.json" if _ships(forms, form) else Path(form)


def _ships(forms: Path, form: str) -> bool:
    return _SHIPPED.fullmatch(form) is not None and (forms / f"{form}.json").is_file()
