"""Files that a verb was given, read no further than they may be long."""

from __future__ import annotations

from pathlib import Path

from labeler.errors import LabelerError


def existing_file(name: str) -> Path:
    """The whole path of a file that is there. Raises LabelerError "no-file"."""
    path = Path(name).absolute()
    if not path.is_file():
        raise LabelerError(
            "no-file",
            "There is no file {name}.",
            safe="Nothing was changed.",
            do="Check the name and try again.",
            name=path.name,
        )
    return path


def read_bounded(path: Path, most: int, safe: str) -> bytes:
    """The bytes of a file; one more than `most` where it is longer, for the caller to refuse.

    Raises LabelerError "not-read"; `safe` is what did not happen.
    """
    try:
        with path.open("rb") as file:
            return file.read(most + 1)
    except OSError as error:
        raise LabelerError(
            "not-read",
            "{name} cannot be read ({reason}).",
            safe=safe,
            do="Check the file and try again.",
            name=path.name,
            reason=error.strerror or type(error).__name__,
        ) from error
