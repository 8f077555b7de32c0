"""The practice case, generated at first use."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from labeler.app.cases import Case, open_paths
from labeler.app.own_forms import SAMPLE_FORM
from labeler.app.services import Services, Tick
from labeler.errors import LabelerError


def open_sample(
    services: Services, folder: Path, write: Callable[[Path], object], tick: Tick
) -> Case:
    if not folder.is_dir():
        _write_whole(folder, write)
    return open_paths(services, (folder,), tick, form=SAMPLE_FORM)


def _write_whole(folder: Path, write: Callable[[Path], object]) -> None:
    """The folder is there only with everything in it, also after a crash."""
    draft = folder.with_name(folder.name + ".new")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        write(draft)
        draft.rename(folder)
    except OSError as error:
        raise LabelerError(
            "sample-not-made",
            "The practice case could not be written ({reason}).",
            safe="Nothing else was changed.",
            do="Make room on the disk, then open it again; or open a folder of your own.",
            reason=error.strerror or type(error).__name__,
        ) from error
