"""What is said of a file that gave no image."""

from __future__ import annotations

from dataclasses import dataclass

from labeler.errors import LabelerError
from labeler.model.printable import printable

_NAMED = 20


@dataclass(frozen=True, eq=False)
class FileProblem:
    """A file that gave no image, and why."""

    name: str
    error: LabelerError


def unreadable(name: str, error: OSError) -> FileProblem:
    """A file or folder that the disk does not give."""
    name = printable(name)
    return FileProblem(
        name,
        LabelerError(
            "unreadable-file",
            "{name} cannot be read from the disk ({reason}).",
            safe="Other files are fine.",
            do="Check the disk and the file's permissions.",
            name=name,
            reason=error.strerror or type(error).__name__,
        ),
    )


def too_many_files(name: str, limit: int) -> LabelerError:
    return LabelerError(
        "too-many-files",
        "{name} holds more than {limit} files.",
        safe="Nothing was changed.",
        do="Choose the folder of one study.",
        name=name,
        limit=limit,
    )


def listed(names: list[str]) -> str:
    """Names in one line; of very many only the first."""
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f", and {more} more" if more > 0 else "")
