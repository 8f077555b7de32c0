"""What the header of a picture says, in terms of all formats; and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

from labeler.errors import LabelerError
from labeler.imaging.pictures.exif import UPRIGHT


@dataclass(frozen=True)
class PictureHead:
    """As it is stored: not yet upright. `bits` a sample; `white` is the highest value, where the
    file says it. `profile` tells of colours that are not sRGB."""

    rows: int
    columns: int
    gray: bool
    bits: int
    lossy: bool
    alpha: bool = False
    signed: bool = False
    frames: int = 1
    white: int | None = None
    profile: bool = False
    orientation: int = UPRIGHT
    """As EXIF says it."""


class BadPictureError(Exception):
    """A header that cannot be used; the text says what is wrong, in a few words."""


class UnsupportedPictureError(Exception):
    """A picture that is right but cannot be shown; the text says what it uses."""


def broken_picture(name: str, format: str, reason: str) -> LabelerError:  # noqa: A002
    return LabelerError(
        "broken-picture",
        "{name} is a {format} file that cannot be read: {reason}.",
        safe="Other files are fine.",
        do="Copy the file again, or save the picture again as PNG or TIFF.",
        name=name,
        format=format,
        reason=reason,
    )


def unsupported_picture(name: str, format: str, reason: str) -> LabelerError:  # noqa: A002
    return LabelerError(
        "unsupported-picture",
        "{name} is a {format} file with {reason}, which cannot be shown here.",
        safe="Other files are fine.",
        do="Save the picture again as PNG or TIFF.",
        name=name,
        format=format,
        reason=reason,
    )


def too_large(name: str, format: str, rows: int, columns: int) -> LabelerError:  # noqa: A002
    return LabelerError(
        "picture-too-large",
        "{name} says that it holds {columns} × {rows} pixels ({format}): too many to open safely.",
        safe="Nothing of it was decoded. Other files are fine.",
        do="If the size is right, save it as a tiled, pyramidal TIFF.",
        name=name,
        format=format,
        rows=rows,
        columns=columns,
    )
