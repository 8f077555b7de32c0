"""Why a number is not told: the same words beside the mark, in the list and in exports."""

from __future__ import annotations

from labeler.model.image import Caveat
from labeler.model.mark_sizes import (
    ACROSS,
    CROSSED,
    FAILED,
    IN_BOX,
    IN_COLOR,
    LEANING,
    NOT_HERE,
    ON_PLANE,
    TOO_LARGE,
    UNREADABLE,
)
from labeler.viewing.phrase import Phrase, phrase

_SIZES = {
    Caveat.SPACING_UNKNOWN: phrase("Size unknown: no pixel spacing"),
    Caveat.MOSAIC: phrase("Size unknown: a mosaic of slices"),
    Caveat.SPACING_REGIONAL: phrase("Size unknown: not in one region"),
    NOT_HERE: phrase("Size unknown: images not here"),
    FAILED: phrase("Size unknown: measuring failed"),
}
_VOLUMES = {
    Caveat.SPACING_UNEVEN: phrase("Volume unknown: uneven slices"),
    Caveat.MISSING_SLICES: phrase("Volume unknown: slices missing"),
    Caveat.ORIENTATION_UNKNOWN: phrase("Volume unknown: no orientation"),
    Caveat.SPACING_REGIONAL: phrase("Volume unknown: scaled in regions"),
    ACROSS: phrase("Volume unknown: no slice spacing"),
    NOT_HERE: phrase("Volume unknown: other slices"),
    FAILED: phrase("Volume unknown: measuring failed"),
}
_OTHERS = {
    CROSSED: phrase("Area unknown: crosses itself"),
    LEANING: phrase("Surface unknown: the slices lean"),
    UNREADABLE: phrase("Values unknown: a slice cannot be read"),
    IN_COLOR: phrase("Values unknown: the image is in colour"),
    TOO_LARGE: phrase("Values unknown: the region is too large"),
    ON_PLANE: phrase("Values of a plane are told on it alone"),
    FAILED: phrase("Values unknown: measuring failed"),
    IN_BOX: phrase("Values of a 3D box are told a slice at a time, beside it"),
}


def crossed_text() -> Phrase:
    return _OTHERS[CROSSED]


def size_reason(reason: str) -> Phrase:
    """Why there are no millimetres at all."""
    return _SIZES.get(reason, _SIZES[Caveat.SPACING_UNKNOWN])


def volume_reason(reason: str) -> Phrase:
    """Why there are none across slices."""
    return _VOLUMES.get(reason) or size_reason(reason)


def other_reason(reason: str) -> Phrase:
    """Why a number other than the size is missing."""
    return _OTHERS[reason]
