"""What a person is told of volume files that cannot be shown; a header's field is named."""

from __future__ import annotations

from labeler.errors import LabelerError

_SAFE = "Other files are fine."
_MOST_SHOWN = 48


def bad_field(name: str, family: str, field: str, value: object) -> LabelerError:
    """A field of the header holds what cannot be."""
    shown = "".join(c if c.isprintable() else "?" for c in str(value)[:_MOST_SHOWN])
    return LabelerError(
        "bad-header",
        "{name} cannot be shown: the field {field} of its {family} header holds {value}.",
        safe=_SAFE,
        do="Ask the sender for a file with usable values.",
        name=name,
        family=family,
        field=field,
        value=shown or "nothing",
    )


def not_of_kind(name: str, family: str, field: str) -> LabelerError:
    """The name says one thing, the first bytes another."""
    return LabelerError(
        "not-of-its-kind",
        "{name} is not the {family} file its name says: {field} is not there.",
        safe=_SAFE,
        do="Ask the sender what kind of file it is.",
        name=name,
        family=family,
        field=field,
    )


def unsupported(name: str, what: str) -> LabelerError:
    """A file of a known kind that is not read here."""
    return LabelerError(
        "unsupported-volume",
        "{name} cannot be shown: it holds {what}, which is not read here.",
        safe=_SAFE,
        do="Convert it to NIfTI with whole or floating-point numbers.",
        name=name,
        what=what,
    )


def cut_short(name: str, needed: int, found: int) -> LabelerError:
    return LabelerError(
        "truncated-file",
        "{name} is cut short: of {needed} bytes {found} are there.",
        safe=_SAFE,
        do="Copy or download the file again.",
        name=name,
        needed=needed,
        found=found,
    )


def too_large(name: str, size: int, limit: int) -> LabelerError:
    return LabelerError(
        "too-large",
        "{name} is too large: its header promises {size} bytes, the most is {limit}.",
        safe=_SAFE,
        do="If it comes from someone you trust, ask for it in smaller parts.",
        name=name,
        size=size,
        limit=limit,
    )


def too_many_frames(name: str, count: int, limit: int) -> LabelerError:
    return LabelerError(
        "too-many-frames",
        "{name} is too large: its header promises {count} images, the most is {limit}.",
        safe=_SAFE,
        do="If it comes from someone you trust, ask for it in smaller parts.",
        name=name,
        count=count,
        limit=limit,
    )


def impossible_size(name: str, size: int, stored: int) -> LabelerError:
    """More than any compression can hold."""
    return LabelerError(
        "impossible-size",
        "{name} cannot be shown: its header promises {size} bytes, more than {stored} compressed "
        "ones can hold.",
        safe=_SAFE,
        do="Copy or download the file again.",
        name=name,
        size=size,
        stored=stored,
    )


def missing_data(name: str, wanted: str) -> LabelerError:
    """A header without the file that holds its values."""
    return LabelerError(
        "missing-data-file",
        "{name} is a header only: the file {wanted} with its values is not beside it.",
        safe=_SAFE,
        do="Put both files into one folder and open it again.",
        name=name,
        wanted=wanted,
    )


def header_missing(name: str, wanted: str) -> LabelerError:
    """Values without the header that says what they are."""
    return LabelerError(
        "missing-header-file",
        "{name} holds values only: what they mean is said by its header, {wanted}.",
        safe=_SAFE,
        do="Open {wanted}, with both files in one folder.",
        name=name,
        wanted=wanted,
    )
