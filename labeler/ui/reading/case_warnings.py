"""What stands in a view before the caveats of its image: it is of the case's files.

No caveats, since they are not of the image: a signed document does not name them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from labeler.model.checks import Check
from labeler.ui.translation import filled, message

SHORT = {
    "other-images": message("Other images"),
    "unlike-copies": message("Two files, one image"),
}

ADVICE = {
    "other-images": message(
        "Open the files that you drew on; or look at every mark before you go on with these."
    ),
    "unlike-copies": message(
        "Find out which file is right, and open the case without the other one. See Files of this "
        "case."
    ),
}


@dataclass(frozen=True)
class CaseWarning:
    """`name` and `advice` are still to be translated; `means` is in words."""

    name: str
    means: str
    advice: str


def warnings_of(checks: Iterable[Check]) -> tuple[CaseWarning, ...]:
    """Where marks lie on other images than they were drawn on, and where two files are one image
    by their names."""
    return tuple(
        CaseWarning(SHORT[one.code], filled(one.template, one.facts.items()), ADVICE[one.code])
        for one in checks
    )
