"""What is said of a file that gave no image."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from dataclasses import dataclass

from labeler.errors import LabelerError
from labeler.model.printable import printable

_NAMED = 20
_SHORTEST = 132
"""Bytes before a DICOM file says what it is."""
_NO_TEXT = frozenset(range(32)) - frozenset(b"\t\n\f\r\x1b")
_REASONS = 3


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


def unknown_file(name: str, head: bytes) -> LabelerError:
    """Why a file that no reader knows is none; `head` are its first bytes, or all of them."""
    code, happened = "not-an-image", "{name} is not an image that can be read here."
    do = "Choose DICOM, NIfTI, NRRD, MetaImage, slide, TIFF, PNG or JPEG files."
    if not head:
        code, happened, do = "empty-file", "{name} is empty.", "Copy or download it again."
    elif _is_text(head):
        happened = "{name} is a text, no image."
    elif len(head) < _SHORTEST:
        code, happened = "too-short", "{name} ends after {size} bytes: no image is so short."
        do = "Copy or download it again."
    return LabelerError(
        code, happened, safe="Other files are fine.", do=do, name=name, size=len(head)
    )


def _is_text(head: bytes) -> bool:
    """Whether it is UTF-8 without what only binary files hold; its last sign may be cut."""
    try:
        codecs.utf_8_decode(head, "strict", False)
    except UnicodeDecodeError:
        return False
    return _NO_TEXT.isdisjoint(head)


def too_many_files(name: str, limit: int) -> LabelerError:
    return LabelerError(
        "too-many-files",
        "{name} holds more than {limit} files.",
        safe="Nothing was changed.",
        do="Choose the folder of one study.",
        name=name,
        limit=limit,
    )


def no_image(problems: Sequence[FileProblem]) -> LabelerError:
    """Why nothing of all that was looked at can be shown: an example of each reason."""
    safe, advice = "Nothing was changed.", "Choose a folder with DICOM or other image files."
    if len(problems) == 1:
        return LabelerError(
            "no-image",
            "There is no image to show. {reason}",
            safe=safe,
            do="{advice}",
            reason=_reason(problems[0]),
            advice=problems[0].error.do,
        )
    first: dict[str, FileProblem] = {}
    for one in problems:
        first.setdefault(one.error.code, one)
    first.pop("not-an-image", None)
    if not first:
        return LabelerError(
            "no-image",
            "There is no image among these files ({count} looked at).",
            safe=safe,
            do=advice,
            count=len(problems),
        )
    return LabelerError(
        "no-image",
        "There is no image among these files ({count} looked at). {reasons}",
        safe=safe,
        do=advice,
        count=len(problems),
        reasons=" ".join(_reason(one) for one in list(first.values())[:_REASONS]),
    )


def _reason(problem: FileProblem) -> str:
    """In a sentence that names the file."""
    happened, name = problem.error.happened, problem.name
    return happened if name.rpartition("/")[2] in happened else f"{name}: {happened}"


def listed(names: list[str]) -> str:
    """Names in one line; of very many only the first."""
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f", and {more} more" if more > 0 else "")
