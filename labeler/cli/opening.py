"""What `labeler open` is given, looked at before there is a window: a name that leads nowhere is
told where it was typed. Loads nothing where all is well, since the window waits for it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from labeler.errors import LabelerError
from labeler.later import Later
from labeler.store.glance import is_held

if TYPE_CHECKING:
    from labeler.app import own_forms
    from labeler.cli import exit_codes, output
    from labeler.imaging.sources import gathering
    from labeler.store import profile
else:
    own_forms = Later("labeler.app.own_forms")
    exit_codes = Later("labeler.cli.exit_codes")
    output = Later("labeler.cli.output")
    gathering = Later("labeler.imaging.sources.gathering")
    profile = Later("labeler.store.profile")


def refused_at_once(
    root: Path, images: Sequence[Path], form: str, forms: Path, aside: TextIO | None = None
) -> int | None:
    """The exit code where a window would have nothing to open, told in `aside`, else on standard
    error; None where it may open. `forms` is the folder of those that ship."""
    told = aside or sys.stderr
    if told is None:
        return None  # started from a desktop, not from a shell: the window tells it
    try:
        _refuse_profile(root)
        for path in images:
            _refuse_path(path)
        if form:
            _refuse_form(forms, form)
        if is_held(root) and (images or told.isatty()):
            raise profile.in_use()  # from an icon the window tells it
    except LabelerError as error:
        output.Output(as_json=False, main=sys.stdout, aside=told).refuse(error)
        return exit_codes.exit_of(error)
    return None


def _refuse_profile(root: Path) -> None:
    if os.path.lexists(root) and not os.path.isdir(root):  # noqa: PTH112  too long a name is none
        raise LabelerError(
            "no-profile",
            "{name} is no folder, so no profile can be in it.",
            safe="Nothing was changed.",
            do="Name the folder of a profile, or one that is not there yet.",
            name=str(root),
        )


def _refuse_path(path: Path) -> None:
    try:
        if os.path.isdir(path):  # noqa: PTH112  too long a name is none
            with os.scandir(path) as within:
                if next(within, None) is None:
                    raise _empty(path)
        elif os.path.isfile(path):  # noqa: PTH113
            path.open("rb").close()
        else:
            gathering.refuse_other_than_file(path)
    except OSError as error:
        raise LabelerError(
            "not-read",
            "{name} cannot be read ({reason}).",
            safe="Nothing was changed.",
            do="Check who may read it, and try again.",
            name=path.name,
            reason=error.strerror or type(error).__name__,
        ) from error


def _empty(path: Path) -> LabelerError:
    return LabelerError(
        "no-image",
        "{name} is empty.",
        safe="Nothing was changed.",
        do="Choose a folder with DICOM or other image files.",
        name=path.name or str(path),
    )


def _refuse_form(forms: Path, form: str) -> None:
    try:
        own_forms.read_form(forms, form)
    except LabelerError as error:
        raise LabelerError(
            error.code,
            error.templates[0],
            safe="Nothing was changed.",
            do="Name another file, or one that ships: {ships}. Without --form a case is asked what "
            "it was asked before.",
            **error.facts,
            ships=", ".join(own_forms.shipped(forms)),
        ) from error
