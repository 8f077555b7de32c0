"""What stands between an open case and its signature."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet

from labeler.app.looked_at import LookedAt
from labeler.app.open_case import Opened
from labeler.app.open_document import OpenDocument
from labeler.app.screens import Problem
from labeler.model.checks import Check
from labeler.model.document_size import SIZE_CHECKS
from labeler.model.form_rules import check_document


def case_checks(
    opened: Opened, document: OpenDocument, failed: Callable[[str], AbstractSet[int]]
) -> tuple[Check, ...]:
    """Of its document and of what was looked at; `failed` gives the slices of a series, by its
    tile, that cannot be shown."""
    case = opened.case
    allowed = case.manifest is None or case.manifest.free_text_allowed
    looked_at = LookedAt(opened.numbered, opened.frames, document.seen, failed)
    found = check_document(
        document.history.document,
        case.form,
        case.labels,
        looked_at.first(),
        free_text_allowed=allowed,
    )
    too_large = () if case.manifest is None else document.size_checks()
    return (*found, *too_large, *looked_at.others())


def gravest_first(checks: Iterable[Check]) -> tuple[Check, ...]:
    """What stops the signature, then what warns as gravely, then what takes long to put right;
    within each as they come."""
    return tuple(sorted(checks, key=_rank))


def _rank(check: Check) -> int:
    if check.blocks or check.warns:
        return 0 if check.blocks else 1
    return 2 if check.code in SIZE_CHECKS else 3


def as_problem(check: Check) -> Problem:
    """A check as the screen words it."""
    facts = tuple(check.facts.items())
    return Problem(
        check.code,
        check.template,
        check.blocks,
        check.question,
        facts,
        check.mark,
        warns=check.blocks or check.warns,
    )
