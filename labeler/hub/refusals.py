"""Why the hub says no: stable codes that become RFC 9457 problem documents."""

from __future__ import annotations

from labeler.market import wire

_STATUS: dict[str, tuple[int, str]] = {
    "bad-request": (400, "The request is not what this address takes"),
    "login-required": (401, "This needs a login"),
    "login-refused": (403, "The login message or its signature is not accepted"),
    "bad-signature": (403, "The signature is not the worker's"),
    "not-assigned": (403, "This item was not assigned to this worker"),
    "blob-not-wanted": (403, "No submission names this blob"),
    "not-found": (404, "There is nothing here"),
    "blobs-missing": (409, "Upload these blobs first"),
    "submission-conflict": (409, "Another submission has this assignment, item and revision"),
    "already-decided": (409, "The case was decided on; nothing can replace it"),
    "nothing-left": (409, "Every case of this task is given out"),
    "task-closed": (409, "The time for this task is over"),
    "too-late": (409, "The final deadline has passed"),
    "claim-refused": (409, "The claim cannot be carried out"),
    "no-chain": (409, "This marketplace has no chain"),
    "too-large": (413, "This is larger than allowed"),
    "bad-range": (416, "The blob has no such part"),
    "submission-refused": (422, "The submission does not fit its task"),
    "blob-mismatch": (422, "The bytes are not those the name promises"),
    "busy": (503, "Too busy; try again later"),
}


class Refusal(Exception):  # noqa: N818  not a failure: the answer to a request
    """The request is refused; nothing was changed."""

    def __init__(self, code: str, detail: str = "", missing: tuple[str, ...] = ()) -> None:
        super().__init__(code, detail)
        self.problem = problem(code, detail, missing)

    @property
    def code(self) -> str:
        return self.problem.code


def problem(code: str, detail: str = "", missing: tuple[str, ...] = ()) -> wire.Problem:
    """The problem document of a known code; KeyError for another."""
    status, title = _STATUS[code]
    return wire.Problem(
        type=wire.PROBLEM_PREFIX + code,
        title=title,
        status=status,
        detail=detail,
        missing=missing,
    )
